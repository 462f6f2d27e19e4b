"""Tags, doctor and 提交审核 for many questions: by the same steps as in the form, and said before and afterwards."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.models import Article, Revision, Tag, TagAlias
from articles.models.revision import content_of
from articles.tests.editing import ARTICLES, change_address, make_staff, send, sign_in
from articles.tests.factories import make_article, make_doctor, make_tag

from .test_lists import act

pytestmark = pytest.mark.django_db
Status, Step, State = Article.Status, Revision.Step, Revision.State


def said(answer):
    return [str(message) for message in get_messages(answer.wsgi_request)]


def names(article):
    return list(article.tags.values_list("name", flat=True))


def last(article):
    return article.revisions.order_by("-number").first()


@pytest.fixture
def world():
    """A question in each state, and one with a change that somebody else is writing."""
    tag = make_tag("头痛")
    made = {
        "public": make_article(title="发布？", tags=[tag]),
        "draft": make_article(title="草稿？", status=Status.DRAFT, tags=[tag]),
        "waiting": make_article(title="待审？", status=Status.REVIEW),
        "gone": make_article(title="撤下？", status=Status.WITHDRAWN, withdrawn_reason="有误"),
        "open": make_article(title="有改动？"),
    }
    writing = content_of(made["open"]) | {"body": "<p>没写完。</p>"}
    Revision.record(made["open"], Step.SAVE, State.DRAFT, content=writing, by=make_staff("编辑"))
    return made


def test_the_page_says_what_will_happen_and_changes_nothing(editor, world):
    answer = act(editor, "add_tags", world.values())
    groups = {label: [row.article.title for row in rows] for label, rows in answer.context["groups"]}
    assert groups == {
        "等医学审核通过，读者才看到": ["发布？"],
        "写进没有生效的改动，和它一起等": ["有改动？"],
        "马上写入，读者还看不到": ["草稿？", "待审？"],
    }
    assert answer.context["refused"] == [(world["gone"], "已经撤下了，要改请打开它。")]
    assert Revision.objects.count() == 1
    assert "加标签，4 个问题" in answer.content.decode()


def test_tags_reach_readers_by_approval_and_drafts_at_once(editor, reviewer, world):
    answer = act(editor, "add_tags", world.values(), confirmed="1", tags="偏头痛，头痛")
    assert said(answer) == [
        "加标签“偏头痛”“头痛”：1 个等医学审核通过，读者才看到；1 个写进没有生效的改动，和它一起等；"
        "2 个马上写入，读者还看不到。",
        "1 个没有加标签：已经撤下了，要改请打开它。《撤下？》",
    ]
    public, draft, waiting, gone, writing = world.values()
    assert (names(public), names(gone), names(writing)) == (["头痛"], [], [])
    assert set(names(draft)) == set(names(waiting)) == {"偏头痛", "头痛"}
    assert (last(public).step, last(public).state, last(public).content["tags"]) == (
        "submit",
        "review",
        ["头痛", "偏头痛"],
    )
    # What somebody is still writing is not submitted with it.
    assert (last(writing).state, last(writing).content["body"]) == ("draft", "<p>没写完。</p>")
    assert last(writing).content["tags"] == ["偏头痛", "头痛"]
    waiting.refresh_from_db()
    assert (waiting.status, last(waiting).state) == (Status.REVIEW, "review")
    assert LogEntry.objects.get(object_id=str(public.pk)).get_change_message() == "加标签“偏头痛”“头痛”：提交审核。"
    send(reviewer, change_address(public), step="publish")
    assert set(names(public)) == {"偏头痛", "头痛"}


def test_managers_change_many_at_once_and_the_history_says_unreviewed(world):
    client, public = sign_in(make_staff("管理员")), world["public"]
    assert "没有经过医学审核" in act(client, "remove_tags", [public]).content.decode()
    act(client, "remove_tags", [public, world["open"]], confirmed="1", tags="头痛")
    assert names(public) == []
    assert (last(public).step, last(public).comment) == ("unreviewed", "去掉标签“头痛”")
    assert last(world["open"]).step == "save"  # it had none: passed over


def test_a_tag_goes_by_any_of_its_names_and_one_that_is_not_there_is_refused(editor, world):
    TagAlias.objects.create(tag=Tag.objects.get(name="头痛"), name="头疼")
    draft = world["draft"]
    answer = act(editor, "remove_tags", [draft], confirmed="1", tags="没有的")
    assert answer.context["form"].errors["tags"] == ["没有标签“没有的”。"]
    assert "选中的问题有：头痛。" in answer.content.decode()
    act(editor, "remove_tags", [draft], confirmed="1", tags="头疼")
    assert names(draft) == []
    answer = act(editor, "remove_tags", [draft], confirmed="1", tags="头疼")
    assert said(answer)[-1] == "1 个没有去掉标签：本来就没有。《草稿？》"


def test_reviewers_make_no_new_tags_and_nobody_more_than_a_question_may_have(editor, reviewer, world):
    draft = world["draft"]
    assert act(reviewer, "add_tags", [draft], confirmed="1", tags="新的").context["form"].errors
    draft.tags.set([f"标签{number}" for number in range(30)])
    answer = act(editor, "add_tags", [draft], confirmed="1", tags="新的")
    assert "标签会有 31 个，最多 30 个。" in said(answer)[0]
    for tags in ("", "\x00", "，，", "长" * 101):
        assert act(editor, "add_tags", [draft], confirmed="1", tags=tags).context["form"].errors, tags


def test_the_doctor_is_set_and_counts_as_written_by_who_has_set_it(reviewer, world):
    doctor = make_doctor(name="张文静")
    act(reviewer, "set_doctor", [world["public"], world["draft"]], confirmed="1", doctor=str(doctor.pk))
    for article in (world["public"], world["draft"]):
        article.refresh_from_db()
    assert (world["public"].doctor, world["draft"].doctor) == (None, doctor)
    assert last(world["public"]).content["doctor"] == doctor.pk
    page = send(reviewer, change_address(world["public"]), step="publish").content.decode()
    assert "要由另一位审核通过" in page
    for value in ("", "x", "9" * 30, "\x00"):
        assert act(reviewer, "set_doctor", [world["draft"]], confirmed="1", doctor=value).context["form"].errors


def test_what_can_be_submitted_is_and_the_rest_is_told_why(editor, world):
    world["empty"] = make_article(title="空？", status=Status.DRAFT, body="")
    answer = act(editor, "submit_selected", world.values(), confirmed="1")
    assert said(answer) == [
        "提交审核：2 个等医学审核通过，读者才看到。",
        "1 个没有提交审核：没有改动，不用提交审核。《发布？》",
        "1 个没有提交审核：已经在等待审核了。《待审？》",
        "1 个没有提交审核：已经撤下了，要恢复请打开它提交。《撤下？》",
        "1 个没有提交审核：正文是空的，不能发布。《空？》",
    ]
    assert set(Article.objects.to_review().values_list("title", flat=True)) == {"草稿？", "待审？", "有改动？"}


def test_what_somebody_has_changed_meanwhile_is_passed_over(editor, world):
    draft = world["draft"]
    seen = f"{draft.pk}/{act(editor, 'add_tags', [draft]).context['situations'][0].number}"
    send(editor, change_address(draft), body="<p>后来的。</p>")
    answer = act(editor, "add_tags", [draft], confirmed="1", tags="新的", seen=seen)
    assert said(answer)[1:] == ["1 个没有加标签：您看的时候，有人又改过。《草稿？》"]
    assert names(draft) == ["头痛"]


def test_the_page_costs_the_same_number_of_queries_for_2_and_50_questions_and_no_more_are_taken(editor):
    def queries(number):
        rows = list(Article.objects.all()[:number])
        with CaptureQueriesContext(connection) as found:
            assert len(act(editor, "add_tags", rows).context["situations"]) == number
        return len(found)

    Article.objects.bulk_create(Article(title=f"{number}？", body="<p>甲</p>") for number in range(51))
    act(editor, "add_tags", Article.objects.all()[:1])  # what is looked up once a process
    assert queries(2) == queries(50)
    answer = act(editor, "add_tags", Article.objects.all(), confirmed="1", tags="新的")
    assert said(answer) == ["一次最多给 50 个问题加标签，请少选一些。"]
    assert not Tag.objects.filter(name="新的").exists()


def test_who_may_only_look_has_none_of_these_actions(world):
    from django.contrib.auth.models import Permission

    user = make_staff()
    user.user_permissions.set(Permission.objects.filter(codename="view_article"))
    client = sign_in(user)
    for action in ("add_tags", "remove_tags", "set_doctor", "submit_selected"):
        act(client, action, [world["draft"]], confirmed="1", tags="头痛", doctor=str(make_doctor().pk))
    assert not world["draft"].revisions.exists()
    assert "add_tags" not in client.get(ARTICLES).content.decode()
