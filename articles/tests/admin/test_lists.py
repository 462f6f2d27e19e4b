"""Lists of the admin: what they show, find and cost, and the actions on many rows."""

from datetime import datetime, timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.admin.question.listing import ArticleListQuerySet
from articles.models import Article, Tag, TagAlias
from articles.models.tag_lookup import get_tags
from articles.tests.editing import ARTICLES, TAGS, change_address, make_staff, send, sign_in
from articles.tests.factories import make_article, make_articles, make_doctor, make_tag

pytestmark = pytest.mark.django_db
Status = Article.Status


def titles(response):
    return [article.title for article in response.context["cl"].result_list]


def cost(client, address):
    client.get(address)  # what is looked up once a process
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def make_rows(number):
    make_articles(({"doctor": make_doctor()} for _ in range(number)), tags=get_tags(["神经内科", "头痛"]))
    for _ in range(number):
        TagAlias.objects.create(tag=make_tag(), name=f"别名{TagAlias.objects.count()}")


@pytest.mark.parametrize("address", [ARTICLES, TAGS, "/admin/articles/doctor/"])
def test_a_list_costs_the_same_number_of_queries_for_10_and_100_rows(editor, address):
    make_rows(10)
    few = cost(editor, address)
    make_rows(90)
    assert cost(editor, address) == few
    assert few <= 20


def test_the_list_shows_state_doctor_departments_and_gaps(editor):
    department = make_tag("神经内科", kind=Tag.Kind.DEPARTMENT)
    make_article(doctor=make_doctor(name="张文静"), tags=[department, "头痛"], short_answer="不急。")
    page = editor.get(ARTICLES).content.decode()
    assert "张文静" in page
    assert 'field-departments">神经内科<' in page
    assert "何时就医、审核" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=draft", ["草稿？"]),
        ("state=published", ["发布？"]),
        ("state=scheduled", ["定时？"]),
        ("state=withdrawn", ["撤下？"]),
        ("gap=tags", ["撤下？", "定时？", "发布？"]),
        ("gap=excerpt", ["撤下？"]),
        ("q=定时", ["定时？"]),
        ("q=%00", ["撤下？", "定时？", "发布？", "草稿？"]),
        ("tag=nonsense", []),
        ("doctor=99999999999999999999", []),
        ("tag=%00", []),
        ("state=nonsense", []),
        ("gap=nonsense", ["撤下？", "定时？", "发布？", "草稿？"]),
    ],
)
def test_filters_and_search_find_what_they_say(editor, query, found):
    now = timezone.now()
    make_article(title="草稿？", status=Status.DRAFT, tags=["头痛"])
    make_article(title="发布？")
    make_article(title="定时？", published_at=now + timedelta(days=1))
    make_article(title="撤下？", status=Status.WITHDRAWN, is_excerpt=True)
    assert titles(editor.get(f"{ARTICLES}?{query}")) == found


def test_filters_take_what_no_database_can_be_asked_for(editor):
    make_article(title="发布？")
    for address in (f"{TAGS}?kind=%00", f"{ARTICLES}?status__exact=%00"):
        assert editor.get(address).status_code in (200, 302, 400)


def test_filters_by_department_and_doctor_take_the_links_of_the_other_lists(editor):
    doctor, tag = make_doctor(name="张文静"), make_tag("头痛")
    make_article(title="有？", tags=[tag], doctor=doctor)
    make_article(title="没有？")
    for query in (f"tag={tag.pk}", f"doctor={doctor.pk}"):
        assert titles(editor.get(f"{ARTICLES}?{query}")) == ["有？"]
    page = editor.get(f"{ARTICLES}?doctor={doctor.pk}&state=published&q=有").content.decode()
    assert '<input type="hidden" name="state" value="published">' in page
    assert '<input type="hidden" name="q" value="有">' in page


def test_search_terms_of_autocompletes_take_anything(editor):
    make_doctor(name="张文静")
    address = "/admin/autocomplete/?app_label=articles&model_name=article&field_name=doctor&term="
    assert editor.get(address + "文静").json()["results"]
    for term in ("%00", "%00文静", "x" * 5000, "%25%5C", "'"):
        assert editor.get(address + term).status_code == 200


# --- 发布 and 撤下 ------------------------------------------------------------


def act(client, action, articles, **values):
    return client.post(
        ARTICLES, {"action": action, "_selected_action": [row.pk for row in articles], "index": "0"} | values
    )


def publish(client, articles):
    """Ask to publish articles, and confirm what the page shows."""
    ready = act(client, "publish_selected", articles).context["ready"]
    seen = [f"{article.pk}/{article.version}" for article in ready]
    return act(client, "publish_selected", articles, confirmed="1", seen=seen)


@pytest.fixture
def manager():
    return sign_in(make_staff("管理员"))


def test_publishing_asks_first_and_says_what_cannot_be_published(manager):
    waiting, empty = make_article(status=Status.REVIEW, published_at=None), make_article(status=Status.REVIEW, body="")
    draft = make_article(status=Status.DRAFT)
    answer = act(manager, "publish_selected", [waiting, empty, draft])
    assert answer.context["ready"] == [waiting, draft]
    assert answer.context["refused"] == [(empty, "正文是空的，不能发布。")]
    waiting.refresh_from_db()
    assert waiting.status == Status.REVIEW


def test_nobody_approves_in_the_list_what_it_does_not_show(reviewer):
    waiting, draft = make_article(status=Status.REVIEW), make_article(status=Status.DRAFT)
    answer = act(reviewer, "publish_selected", [waiting, draft])
    assert answer.context["refused"] == [
        (waiting, "等待审核的内容，要打开审核页，看过全文再通过。"),
        (draft, "还是草稿，没有提交审核。"),
    ]
    act(reviewer, "publish_selected", [waiting], confirmed="1", seen=f"{waiting.pk}/0")
    assert not Article.objects.published().exists()
    assert act(reviewer, "publish_selected", [waiting])["Location"] == f"{ARTICLES}{waiting.pk}/review/"


def test_publishing_after_the_question_publishes_and_is_logged(manager):
    waiting, empty = make_article(status=Status.REVIEW, published_at=None), make_article(status=Status.REVIEW, body="")
    assert act(manager, "publish_selected", [waiting, empty], confirmed="1").status_code == 302
    waiting.refresh_from_db()
    assert not waiting.is_public  # nobody was asked
    answer = publish(manager, [waiting, empty])
    assert answer.status_code == 302
    waiting.refresh_from_db()
    empty.refresh_from_db()
    assert waiting.is_public
    assert empty.status == Status.REVIEW
    assert LogEntry.objects.get(object_id=str(waiting.pk)).get_change_message() == "未经审核发布。"
    page = manager.get(ARTICLES).content.decode()
    assert "已发布 1 个问题" in page
    assert "1 个问题没有发布" in page


def test_a_set_time_is_kept_when_publishing(manager):
    later = timezone.now() + timedelta(days=3)
    waiting = make_article(status=Status.DRAFT, published_at=later)
    publish(manager, [waiting])
    waiting.refresh_from_db()
    assert waiting.is_scheduled
    assert waiting.published_at == later


def test_editors_publish_nothing_unreviewed_from_the_list(editor):
    waiting, draft = make_article(status=Status.REVIEW), make_article(status=Status.DRAFT)
    answer = act(editor, "publish_selected", [waiting, draft])
    assert answer.context["refused"] == [(waiting, "要由医学审核通过。"), (draft, "还是草稿，没有提交审核。")]
    act(editor, "publish_selected", [waiting, draft], confirmed="1")
    assert not Article.objects.published().exists()


def test_managers_publish_unreviewed_from_the_list_and_are_told_so(manager):
    draft = make_article(status=Status.DRAFT)
    assert "没有经过医学审核" in act(manager, "publish_selected", [draft]).content.decode()
    publish(manager, [draft])
    assert draft.revisions.first().step == "unreviewed"
    assert Article.objects.published().exists()


def test_help_counts_anew_once_a_question_was_mended(reviewer):
    article, other = make_article(), make_article()
    Article.objects.update(helped_count=2, unhelped_count=5)
    act(reviewer, "reset_help", [article])
    assert list(Article.objects.order_by("pk").values_list("helped_count", "unhelped_count")) == [(0, 0), (2, 5)]
    assert "原有 2 是，5 否" in LogEntry.objects.get().change_message
    assert other.title not in str(LogEntry.objects.get())


def test_withdrawing_needs_a_reason_which_readers_see(editor):
    article = make_article()
    for reason in ("", "\u202e \u200b", "长" * 201, "a\x00"):
        answer = act(editor, "withdraw_selected", [article], confirmed="1", reason=reason)
        assert answer.context["form"].errors
    article.refresh_from_db()
    assert article.is_public
    act(editor, "withdraw_selected", [article], confirmed="1", reason="  内容有\u202e误。 ")
    article.refresh_from_db()
    assert (article.status, article.withdrawn_reason) == (Status.WITHDRAWN, "内容有误。")


def test_only_published_questions_are_withdrawn(editor):
    draft = make_article(status=Status.DRAFT)
    act(editor, "withdraw_selected", [draft], confirmed="1", reason="有误")
    draft.refresh_from_db()
    assert draft.status == Status.DRAFT


@pytest.mark.parametrize(("number", "published"), [(20, 20), (21, 0)])
def test_managers_publish_twenty_at_once_and_no_more(manager, number, published):
    Article.objects.bulk_create(Article(status=Status.REVIEW, title="？", body="<p>甲</p>") for _ in range(number))
    seen = [f"{article.pk}/0" for article in Article.objects.all()]
    answer = act(manager, "publish_selected", Article.objects.all()[:1], select_across="1", confirmed="1", seen=seen)
    assert answer.status_code == 302
    assert Article.objects.published().count() == published


@pytest.mark.parametrize(("group", "number"), [("编辑", 0), ("医学审核", 0), ("管理员", 2)])
def test_several_at_once_are_published_and_withdrawn_by_managers(group, number):
    client, sentence = sign_in(make_staff(group)), "要由管理员来做。请一个一个打开"
    waiting = [make_article(status=Status.REVIEW) for _ in range(2)]
    public = [make_article() for _ in range(2)]
    for action, rows in (("publish_selected", waiting), ("withdraw_selected", public)):
        page = act(client, action, rows).content.decode()
        assert (sentence in page) == (number == 0 and action == "withdraw_selected")
        act(client, action, rows, confirmed="1", reason="有误", seen=[f"{row.pk}/0" for row in rows])
    assert Article.objects.filter(pk__in=[row.pk for row in waiting]).published().count() == number
    assert Article.objects.filter(status=Status.WITHDRAWN).count() == number


def test_one_question_is_withdrawn_from_the_list_by_editors(editor):
    act(editor, "withdraw_selected", [make_article()], confirmed="1", reason="有误")
    assert Article.objects.get().is_withdrawn


def test_the_list_publishes_the_version_that_was_shown_and_no_other(editor, manager):
    article = make_article(body="<p>旧。</p>")
    send(editor, change_address(article), step="submit", body="<p>一。</p>")
    page = act(manager, "publish_selected", [article, make_article()]).content.decode()
    seen = f"{article.pk}/2"
    assert f'name="seen" value="{seen}"' in page
    send(editor, change_address(article), step="save", body="<p>二。</p>")
    act(manager, "publish_selected", [article], confirmed="1", seen=seen)
    article.refresh_from_db()
    assert article.body == "<p>旧。</p>"
    act(manager, "publish_selected", [article], confirmed="1", seen=f"{article.pk}/3")
    article.refresh_from_db()
    assert article.body == "<p>二。</p>"


@pytest.mark.parametrize("action", ["publish_selected", "withdraw_selected", "delete_selected"])
def test_actions_are_for_those_with_the_permission_only(action):
    user = make_staff()
    user.user_permissions.set(Permission.objects.filter(codename__in=["view_article", "change_article"]))
    client, article = sign_in(user), make_article(status=Status.DRAFT)
    assert f'value="{action}"' not in client.get(ARTICLES).content.decode()
    act(client, action, [article], confirmed="1", reason="有误", post="yes")
    article.refresh_from_db()
    assert article.status == Status.DRAFT


def test_managers_delete_questions_with_likes_and_tags():
    client, article = sign_in(make_staff("管理员")), make_article(tags=["头痛"])
    article.like("a" * 32)
    assert act(client, "delete_selected", [article], post="yes").status_code == 302
    assert not Article.objects.exists()


# --- The years, months and days above the list ----------------------------------


@pytest.mark.parametrize("kind", ["year", "month", "day"])
def test_the_dates_above_the_list_are_those_that_django_would_find(editor, kind):
    zone = timezone.get_current_timezone()
    for year, month, day in ((2024, 2, 28), (2024, 2, 29), (2024, 12, 31), (2026, 1, 1), (2026, 1, 31), (2026, 3, 1)):
        for time in ((0, 0), (23, 59)):
            make_article(published_at=datetime(year, month, day, *time, tzinfo=zone))
    make_article(status=Status.DRAFT, published_at=None)
    found = ArticleListQuerySet(Article).datetimes("published_at", kind)
    assert found == list(Article.objects.datetimes("published_at", kind))
    for query in ("", "published_at__year=2024", "published_at__year=2024&published_at__month=2"):
        assert "2月" in editor.get(f"{ARTICLES}?{query}").content.decode() or not query
