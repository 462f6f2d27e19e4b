"""The form of a question: what it saves, whom it lets do what, and what it says to a mistake."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles.models import Article, RelatedItem, Tag, TagAlias
from articles.tests.editing import (
    ARTICLES,
    change_address,
    errors_of,
    last_change,
    make_staff,
    send,
    shown_form,
    sign_in,
)
from articles.tests.factories import make_article, make_doctor, make_tag

pytestmark = pytest.mark.django_db
Status = Article.Status


def test_an_editor_writes_a_question_with_doctor_tags_and_related_ones(editor):
    doctor = make_doctor()
    TagAlias.objects.create(tag=make_tag("面肌痉挛"), name="面肌痙攣")
    answer = send(
        editor,
        f"{ARTICLES}add/",
        title="  面部肌肉痉挛\u202e怎么办？ ",
        doctor=doctor.pk,
        body="<p onclick='x()'>先休息。</p><script>alert(1)</script>",
        tags="面肌痙攣，Vitamin D；ＨＰＶ",
    )
    assert answer.status_code == 302, errors_of(answer)
    article = Article.objects.latest("pk")
    assert article.title == "面部肌肉痉挛怎么办？"
    assert article.body == "<p>先休息。</p>"
    assert [tag.name for tag in article.tags.all()] == ["面肌痉挛", "Vitamin D", "HPV"]
    assert article.status == Status.DRAFT


def test_saving_again_without_a_change_logs_no_change(editor):
    article = make_article(
        status=Status.DRAFT,
        tags=["头痛", "Vitamin D"],
        body="<p>甲。</p>\n<p>乙 <a href='https://a.cn/?b=1&c=2'>丙</a><br></p>",
        references="一\n二",
        when_to_see_a_doctor="马上去。\n\n挂神经内科。",
        doctor=make_doctor(),
        short_answer="不急。",
    )
    for _ in range(2):
        assert send(editor, change_address(article)).status_code == 302
        assert last_change(article) == "没有字段被修改。"
    before = article.body
    article.refresh_from_db()
    assert article.body == before


def test_a_change_is_logged_under_the_fields_label(editor):
    article = make_article(tags=["头痛"])
    send(editor, change_address(article), tags="头痛、发烧", title="新的标题？")
    assert "标题" in last_change(article)
    assert "标签" in last_change(article)


@pytest.mark.parametrize("typed", ["头 痛，发烧", "头 痛 ; 发烧", "发烧,头　痛", "头 痛\n发烧"])
def test_the_tag_box_takes_every_separator(editor, typed):
    article = make_article(status=Status.DRAFT)
    send(editor, change_address(article), tags=typed)
    assert set(article.tags.names()) == {"头 痛", "发烧"}


def test_clearing_the_tag_box_removes_the_tags_and_nothing_else(editor):
    article = make_article(status=Status.DRAFT, tags=["头痛"])
    send(editor, change_address(article), tags="")
    assert not article.tags.exists()
    assert Tag.objects.filter(name="头痛").exists()


MISTAKES = [
    ({"title": ""}, "这个字段是必填项"),
    ({"title": "\u202e\u200b"}, "请填写标题"),
    ({"title": "长" * 121}, "不超过 120 字符"),
    ({"title": "a\x00b"}, "空字符"),
    ({"body": "a\x00b"}, "空字符"),
    ({"body": "<p>" + "长" * 200_000}, "正文太长：含格式不超过 200000 字符，现在有 200003 字符"),
    ({"body": "长" * 500_000}, "现在有 500000 字符"),
    ({"_step": "submit", "body": "<p> </p>"}, "正文是空的，不能发布"),
    ({"_step": "nonsense"}, "没有这一步"),
    ({"_step": "withdraw"}, "还是草稿，没有发布过"),
    ({"comment": "长" * 501}, "不超过 500 字符"),
    ({"comment": "a\x00b"}, "空字符"),
    ({"tags": "长" * 51}, "太长，最多 50 个字"),
    ({"tags": "ß" * 40}, "太长，最多 50 个字"),
    ({"tags": "a\x00b"}, "空字符"),
    ({"tags": "，".join(f"标签{number}" for number in range(31))}, "标签太多"),
    ({"references": "长" * 5001}, "不超过 5000 字符"),
    ({"when_to_see_a_doctor": "a\x00b"}, "空字符"),
    ({"published_at_0": "0001-01-01", "published_at_1": "00:00"}, "之间的时间"),
    ({"published_at_0": "明天", "published_at_1": "00:00"}, "输入一个有效的日期"),
    ({"doctor": "99999999999999999999"}, "选择一个有效的选项"),
    ({"doctor": "a\x00"}, "空字符"),
]


def test_mistakes_are_answered_in_chinese_and_change_nothing(editor):
    article = make_article(title="原来的标题？", status=Status.DRAFT)
    address, before = change_address(article), Article.objects.values().get()
    shown = shown_form(editor.get(address))
    for changes, sentence in MISTAKES:
        assert sentence in errors_of(editor.post(address, shown | changes)), changes
        assert Article.objects.values().get() == before, changes
        assert not article.revisions.exists(), changes


def test_a_deeply_nested_body_is_taken_without_a_crash(editor):
    answer = send(editor, change_address(make_article()), body="<blockquote>" * 5000 + "深")
    assert answer.status_code in (200, 302)


def test_a_form_larger_than_the_server_reads_is_refused_politely(editor):
    answer = send(editor, change_address(make_article()), body="长" * 2_000_000)
    assert answer.status_code == 400


def test_texts_lose_invisible_characters_and_keep_their_lines(editor):
    article = make_article(status=Status.DRAFT)
    send(editor, change_address(article), references="《\u202e指南》\r\n\r\n第\u200b二条", short_answer="不\u2066急")
    article.refresh_from_db()
    assert article.references == "《指南》\n\n第二条"
    assert article.short_answer == "不急"


def test_drafts_have_no_substantial_changes(editor):
    article = make_article(status=Status.DRAFT)
    assert "is_revision" not in shown_form(editor.get(change_address(article)))
    send(editor, change_address(article), is_revision="on")
    article.refresh_from_db()
    assert article.revised_at is None


# --- Who may what -------------------------------------------------------------


@pytest.fixture
def writer():
    """Somebody who may change questions, but neither publish nor review them nor make tags."""
    from django.contrib.auth.models import Permission

    user = make_staff()
    user.user_permissions.set(Permission.objects.filter(codename__in=["view_article", "change_article"]))
    return sign_in(user)


@pytest.mark.parametrize("status", [Status.PUBLISHED, Status.WITHDRAWN])
def test_who_may_not_publish_cannot_touch_what_readers_see(writer, status):
    article = make_article(status=status, withdrawn_reason="有误" if status == Status.WITHDRAWN else "")
    changes = {
        "status": "draft",
        "withdrawn_reason": "我说的",
        "published_at_0": "2030-01-01",
        "published_at_1": "0:00",
    }
    assert send(writer, change_address(article), title="改过的？", **changes).status_code == 302
    assert read_again(article) == row_of(article)


def row_of(article):
    return article.title, article.status, article.withdrawn_reason, article.published_at


def read_again(article):
    return row_of(Article.objects.get(pk=article.pk))


def test_a_rule_about_a_field_that_can_only_be_read_is_still_a_sentence(writer):
    article = make_article(status=Status.WITHDRAWN, withdrawn_reason="有误")
    Article.objects.filter(pk=article.pk).update(withdrawn_reason="")
    assert "请写明撤下的原因" in send(writer, change_address(article)).content.decode()


def test_only_reviewers_record_a_review(editor, reviewer):
    doctor, article = make_doctor(), make_article(status=Status.DRAFT)
    changes = {"reviewer": doctor.pk, "reviewed_on": timezone.localdate().isoformat()}
    assert "reviewed_on" not in shown_form(editor.get(change_address(article)))
    send(editor, change_address(article), **changes)
    article.refresh_from_db()
    assert article.reviewed_on is None
    send(reviewer, change_address(article), **changes)
    article.refresh_from_db()
    assert (article.reviewer, article.reviewed_on) == (doctor, timezone.localdate())


def test_a_review_in_the_future_is_refused(reviewer):
    day = (timezone.localdate() + timedelta(days=1)).isoformat()
    assert "不能晚于今天" in errors_of(send(reviewer, change_address(make_article()), reviewed_on=day))


def test_who_may_not_make_tags_uses_those_that_exist(reviewer):
    make_tag("头痛")
    article = make_article(status=Status.DRAFT)
    assert "没有新建标签的权限" in errors_of(send(reviewer, change_address(article), tags="头痛，新词"))
    assert send(reviewer, change_address(article), tags="头痛").status_code == 302
    assert not Tag.objects.filter(name="新词").exists()


def test_staff_who_may_only_look_see_everything_and_change_nothing():
    from django.contrib.auth.models import Permission

    user = make_staff()
    user.user_permissions.add(Permission.objects.get(codename="view_article"))
    client, article = sign_in(user), make_article(tags=["头痛"], title="只看？")
    page = client.get(change_address(article))
    assert "只看？" in page.content.decode()
    assert client.post(change_address(article), {"title": "改了"}).status_code == 403


# --- Beside the form ------------------------------------------------------------


def test_the_form_lists_what_readers_see_as_related_now(editor):
    tags = [make_tag("面肌痉挛", kind=Tag.Kind.DISEASE)]
    article = make_article(tags=tags)
    pinned, computed, excluded = (
        make_article(title="指定的？"),
        make_article(title="算出的？", tags=tags),
        make_article(),
    )
    RelatedItem.objects.create(article=article, related=pinned)
    RelatedItem.objects.create(article=article, related=excluded, is_excluded=True)
    panel = editor.get(change_address(article)).context["panel"]
    assert [line.article for line in panel.shown] == [pinned, computed]
    assert [line.article for line in panel.excluded] == [excluded]


@pytest.mark.parametrize("status", [Status.DRAFT, Status.REVIEW, Status.PUBLISHED])
def test_every_question_can_be_looked_at_on_the_site(editor, status):
    article = make_article(status=status)
    assert f'href="{article.get_absolute_url()}"' in editor.get(change_address(article)).content.decode()
    answer = editor.get(article.get_absolute_url())
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"] or article.is_public


def test_strange_keys_in_the_address_are_not_found_politely(editor):
    for key in ("0", "99999999999999999999999", "abc", "1%00", "-1"):
        assert editor.get(f"{ARTICLES}{key}/change/").status_code in (302, 404), key
