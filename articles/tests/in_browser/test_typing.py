"""What the keys of the editor do: lists, links and heads of tables; nothing happens while an input method composes."""

import re

import pytest

from articles.models import Article
from articles.tests.browser_editing import open_form, press, save
from articles.tests.factories import make_article

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HTML = "document.querySelector('.ProseMirror').editor.getHTML()"
FOCUS_IN_EDITOR = "document.querySelector('.ProseMirror').contains(document.activeElement)"
LIST = "<ol><li><p>{}</p></li></ol>"


@pytest.fixture
def form(signed_in, live_server):
    """The form of a question with this body, the cursor at its end."""

    def form(body):
        page = open_form(signed_in, live_server, make_article(status="draft", body=body))
        press(page)
        return page

    return form


@pytest.fixture
def typed(form):
    """Type into an empty paragraph, and return what the body is then."""
    page = form("<p>文</p>")

    def typed(text, *keys):
        page.evaluate("document.querySelector('.ProseMirror').editor.chain().setContent('<p></p>').focus().run()")
        page.keyboard.type(text)
        for key in keys:
            page.keyboard.press(key)
        return page.evaluate(HTML)

    return typed


def test_a_list_begins_by_its_sign_and_a_number_stays_a_number(typed):
    for text in ("1. 休息", "1、休息", "1、 休息"):
        assert typed(text) == LIST.format("休息")
        assert typed(text[:-1], *["Control+z"] * (text == "1、休息")) in (LIST.format("休"), "<p>1、休</p>")
    assert typed("1、休", "Backspace") == "<p>1、休</p>"
    assert typed("1. ", "Backspace") == "<p>1. </p>"
    assert typed("- 休息") == "<ul><li><p>休息</p></li></ul>"
    for text in ("1.5mg", "1、2岁的孩子", "1、½片", "5. 休息", "2024. 休息", "服1. 休息", "1、~2次"):
        assert typed(text) == f"<p>{text}</p>"
    assert typed("1. 甲", "Enter", "Enter", "2", ".", " ", "x") == ("<ol><li><p>甲</p></li><li><p>x</p></li></ol>")


def test_an_input_method_composes_undisturbed_and_what_stood_there_stays(form):
    page = form("<p>1、文</p>")
    page.keyboard.type("x")
    assert page.evaluate(HTML) == "<p>1、文x</p>"
    page.keyboard.press("Enter")
    page.keyboard.type("1、")
    method = page.context.new_cdp_session(page)
    method.send("Input.imeSetComposition", {"text": "xiu", "selectionStart": 3, "selectionEnd": 3})
    page.wait_for_timeout(100)
    assert page.locator(".ProseMirror ol").count() == 0
    method.send("Input.insertText", {"text": "休息"})
    page.locator(".ProseMirror ol").wait_for()
    assert page.evaluate(HTML) == f"<p>1、文x</p>{LIST.format('休息')}"


def test_tab_moves_items_within_a_list_and_the_focus_elsewhere(form):
    page = form("<ol><li><p>甲</p></li><li><p>乙</p></li></ol>")
    page.keyboard.press("Tab")
    assert page.evaluate(HTML) == "<ol><li><p>甲</p><ol><li><p>乙</p></li></ol></li></ol>"
    page.keyboard.press("Shift+Tab")
    assert page.evaluate(HTML) == "<ol><li><p>甲</p></li><li><p>乙</p></li></ol>"
    page.keyboard.press("Shift+Tab")
    assert page.evaluate(HTML) == "<ol><li><p>甲</p></li></ol><p>乙</p>"
    page.keyboard.press("Tab")
    assert not page.evaluate(FOCUS_IN_EDITOR)


def test_a_link_is_made_by_keys_and_without_a_text_it_is_said_what_to_do(form):
    page = form("<p>见指南</p>")
    page.keyboard.press("Control+k")
    page.get_by_text("请先选中要加链接的文字").wait_for()
    page.keyboard.press("Shift+Home")
    page.locator(".prose-menubar__button:not(.disabled)", has_text="insert_link").wait_for()
    page.keyboard.press("Control+k")
    page.get_by_label("网址").fill("https://example.org/1")
    page.get_by_role("button", name="确定").click()
    save(page)
    assert re.fullmatch('<p><a href="https://example.org/1"[^<>]*>见指南</a></p>', Article.objects.get().body)


def test_the_first_row_becomes_the_head_and_no_head_again(form):
    rows = '<tr><td rowspan="2"><p>药</p></td><td><p>剂量</p></td></tr><tr><td><p>成人</p></td></tr>'
    last = "<tr><td><p>甲</p></td><td><p>1.5mg</p></td></tr>"
    body = f"<table><tbody>{rows}{last}</tbody></table>"
    headed = f"<table><thead>{rows.replace('td', 'th')}</thead><tbody>{last}</tbody></table>"
    page = form(body)
    button = page.get_by_role("button", name="第一行设为或取消表头")
    button.click()
    save(page)
    assert Article.objects.get().body == headed
    page.locator(".prose-menubar").wait_for()
    page.locator(".ProseMirror td").last.click()
    page.locator(".prose-menubar__button.active", has_text="border_top").click()
    save(page)
    assert Article.objects.get().body == body


def test_a_new_table_with_a_head_has_a_head(form):
    page = form("<p>文</p>")
    page.get_by_role("button", name="插入表格").click()
    page.locator("dialog select").select_option("是")
    page.locator("dialog").get_by_role("button", name="插入").click()
    page.locator(".ProseMirror tr[data-head] th").first.wait_for()
    assert page.evaluate(HTML).count("<thead>") == 1


def test_what_is_left_empty_is_not_saved_and_what_was_stored_stays(form):
    page = form("<p>甲</p><p></p><p>乙</p>")
    for key in ("Enter", "Enter", "x", "Enter", "Enter", "Enter"):
        page.keyboard.press(key)
    save(page)
    assert Article.objects.get().body == "<p>甲</p><p></p><p>乙</p><p>x</p>"
