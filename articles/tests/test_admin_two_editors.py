"""Two editors, or two windows, on one question: nothing that was typed or saved is lost."""

import pytest

from .editing import change_address, editor, make_staff, send, shown_form, sign_in
from .factories import make_article

__all__ = ["editor"]
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
