"""Two editors, or two windows, on one question: nothing that was typed or saved is lost."""

import pytest

from articles.tests.editing import change_address, make_staff, send, shown_form, sign_in
from articles.tests.factories import make_article

pytestmark = pytest.mark.django_db


def test_saving_over_the_work_of_another_editor_is_refused_and_keeps_what_was_typed(editor):
    article = make_article(title="原题？", status="draft")
    mine = shown_form(editor.get(change_address(article)))
    other = sign_in(make_staff("编辑", last_name="李", first_name="红"))
    send(other, change_address(article), title="李红的题？", short_answer="李红写的。")

    answer = editor.post(change_address(article), mine | {"title": "我的题？", "body": "<p>我写了很久。</p>"})
    page = answer.content.decode()
    assert "没有保存" in page
    assert "李红" in page
    assert "与现在保存的版本不同的地方：标题、一句话回答、正文" in page
    kept = shown_form(answer)
    assert (kept["title"], kept["body"]) == ("我的题？", "<p>我写了很久。</p>")
    article.refresh_from_db()
    assert article.title == "李红的题？"

    # Sent again as it is: refused again. Sent with the box ticked: saved.
    assert "没有保存" in editor.post(change_address(article), kept).content.decode()
    version = answer.context["adminform"].form.conflict["version"]
    assert editor.post(change_address(article), kept | {"_overwrite": version}).status_code == 302
    article.refresh_from_db()
    assert article.title == "我的题？"


def test_agreeing_to_overwrite_one_version_does_not_overwrite_the_next(editor):
    article = make_article(status="draft")
    mine = shown_form(editor.get(change_address(article)))
    article.save()
    version = editor.post(change_address(article), mine).context["adminform"].form.conflict["version"]
    article.save()
    assert editor.post(change_address(article), mine | {"_overwrite": version}).status_code == 200


def test_other_mistakes_do_not_hide_that_somebody_else_saved(editor):
    article = make_article(status="draft")
    mine = shown_form(editor.get(change_address(article)))
    article.save()
    page = editor.post(change_address(article), mine | {"title": ""}).content.decode()
    assert "没有保存：您打开这一页以后，导入或其他程序在" in page
    assert "这个字段是必填项" in page


def test_likes_given_meanwhile_are_no_conflict_and_stay(editor):
    article = make_article(status="draft")
    mine = shown_form(editor.get(change_address(article)))
    article.like("a" * 32)
    assert editor.post(change_address(article), mine | {"title": "改了？"}).status_code == 302
    article.refresh_from_db()
    assert article.like_count == 1


def test_the_own_other_window_is_named(editor):
    article = make_article(status="draft")
    mine = shown_form(editor.get(change_address(article)))
    send(editor, change_address(article), title="第一个窗口？")
    assert "您自己（在另一个窗口）" in editor.post(change_address(article), mine).content.decode()


def shown_parts(parts):
    return {
        part.label: "".join(f"[{segment.kind}]{segment.text}" for row in part.paragraphs for segment in row.segments)
        for part in parts
    }


@pytest.mark.parametrize(("status", "step"), [("draft", "save"), ("published", "save")])
def test_the_other_editors_change_is_shown_against_what_was_opened(editor, status, step):
    article = make_article(title="头痛怎么办？", status=status, tags=["头痛"])
    mine = shown_form(editor.get(change_address(article)))
    other = sign_in(make_staff("编辑", last_name="李", first_name="红"))
    assert send(other, change_address(article), step=step, title="头疼怎么办？", tags="头痛，发烧").status_code == 302

    answer = editor.post(change_address(article), mine | {"title": "我的题？", "_step": step})
    conflict = answer.context["adminform"].form.conflict
    assert shown_parts(conflict["theirs"]) == {
        "标题": "[same]头[removed]痛[added]疼[same]怎么办？",
        "标签": "[same]头痛[added]发烧",
    }
    assert shown_parts(conflict["mine"])["标签"] == "[removed]发烧[same]头痛"
    assert "别人改了什么" in answer.content.decode()
    assert shown_form(answer)["title"] == "我的题？"


def test_the_change_of_an_open_change_is_shown_too(editor):
    article = make_article(title="第一？")
    send(editor, change_address(article), step="submit", title="第二？")
    mine = shown_form(editor.get(change_address(article)))
    other = sign_in(make_staff("医学审核"))
    send(other, change_address(article), step="return", comment="改好再来", title="第三？")
    answer = editor.post(change_address(article), mine | {"title": "第四？"})
    assert "（退回修改）" in answer.content.decode()
    theirs = answer.context["adminform"].form.conflict["theirs"]
    assert shown_parts(theirs) == {"标题": "[same]第[removed]二[added]三[same]？"}
    version = answer.context["adminform"].form.conflict["version"]
    assert editor.post(change_address(article), shown_form(answer) | {"_overwrite": version}).status_code == 302
    assert article.revisions.open().get().content["title"] == "第四？"
    assert {row.content["title"] for row in article.revisions.all()} == {"第一？", "第二？", "第三？", "第四？"}


def test_an_import_in_between_is_shown_by_what_mine_would_change(editor):
    article = make_article(title="原题？", status="draft")
    mine = shown_form(editor.get(change_address(article)))
    article.title = "导入的题？"
    article.save()
    answer = editor.post(change_address(article), mine | {"title": "我的题？"})
    conflict = answer.context["adminform"].form.conflict
    assert conflict["theirs"] is None
    assert "标题" in shown_parts(conflict["mine"])
    assert "没有留存" in answer.content.decode()


def test_a_step_of_another_alone_is_a_conflict_without_a_changed_text(editor):
    article = make_article(title="原题？", status="draft")
    mine = shown_form(editor.get(change_address(article)))
    send(sign_in(make_staff("编辑")), change_address(article), step="submit")
    answer = editor.post(change_address(article), mine | {"title": "我的题？"})
    assert "别人没有改内容" in answer.content.decode()
    assert "（提交审核）" in answer.content.decode()


@pytest.mark.parametrize("version", ["x", "/", "/1", "/-1", "/" + "9" * 30, "\x00/\x00", "2026-01-01/999"])
def test_a_forged_version_is_a_conflict_and_no_crash(editor, version):
    article = make_article(title="原题？", status="draft")
    send(editor, change_address(article), title="第二？")
    values = shown_form(editor.get(change_address(article))) | {"_version": version, "title": "我的题？"}
    assert "没有保存" in editor.post(change_address(article), values).content.decode()
    article.refresh_from_db()
    assert article.title == "第二？"
