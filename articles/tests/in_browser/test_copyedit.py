"""The panel 文字检查 in a real Chromium: live while typing, leading to the place, putting it right, undoing that."""

import pytest

from articles.models import Article
from articles.tests.browser_editing import open_form, save
from articles.tests.factories import make_article

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BODY = "<p>先<strong>休息</strong>,再热敷。</p><ul><li><p>不要急;</p></li><li><p>可以口服卡马西平,很便宜</p></li></ul>"


def panel(page):
    return page.locator("#copyedit-panel")


def remark(page, label):
    return page.locator(".copyedit-remark", has=page.get_by_role("heading", name=label))


def selected(page):
    return page.evaluate("getSelection().toString()")


def test_warnings_come_and_go_while_the_editor_types(signed_in, live_server):
    page = open_form(signed_in, live_server)
    assert panel(page).locator(".copyedit-remark").count() == 0
    page.locator("#id_title").press_sequentially("感冒的治疗")
    remark(page, "标题不是问句").wait_for()
    page.locator("#id_title").fill("感冒怎么办？")
    remark(page, "标题不是问句").wait_for(state="detached")
    page.locator(".ProseMirror").click()
    page.keyboard.insert_text("这种药可以根治。")
    remark(page, "绝对化用语").locator("mark").get_by_text("根治").wait_for()
    page.locator("#id_references").fill("《内科学》")
    remark(page, "没有参考资料").wait_for(state="detached")
    assert "项提醒" in panel(page).get_by_role("status").inner_text()
    assert not Article.objects.exists()


def test_a_click_selects_the_place_in_the_body_and_in_a_field(signed_in, live_server):
    page = open_form(signed_in, live_server, make_article(title="感冒怎么办?", body=f"{'<p>长。</p>' * 60}{BODY}"))
    drug = remark(page, "遵医嘱").locator("a")
    drug.click()
    assert selected(page) == "卡马西平"
    assert page.evaluate("document.activeElement.classList.contains('ProseMirror')")
    box, outer = (
        page.evaluate("getSelection().getRangeAt(0).getBoundingClientRect().toJSON()"),
        page.locator(".ProseMirror").bounding_box(),
    )
    assert outer["y"] <= box["y"] <= outer["y"] + outer["height"]
    remark(page, "半角标点").locator('a[data-field="title"]').click()
    assert page.evaluate("[document.activeElement.id, document.activeElement.selectionStart]") == ["id_title", 5]
    remark(page, "没有写何时就医").locator("a").click()
    assert page.evaluate("document.activeElement.id") == "id_when_to_see_a_doctor"


def test_places_in_the_body_are_underlined(signed_in, live_server):
    page = open_form(signed_in, live_server, make_article(body=BODY))
    marked = "[...CSS.highlights.get('copyedit')].map((range) => range.toString())"
    assert sorted(page.evaluate(marked)) == [",", ",", ";", "卡马西平"]


def test_a_fix_changes_the_place_only_and_can_be_undone(signed_in, live_server):
    article = make_article(title="感冒怎么办？", body=BODY, status=Article.Status.DRAFT)
    page = open_form(signed_in, live_server, article)
    remark(page, "半角标点").get_by_role("button", name="改成 ；").click()
    assert "不要急；" in page.locator(".ProseMirror").inner_text()
    remark(page, "半角标点").get_by_text("2 处").wait_for()
    remark(page, "半角标点").get_by_role("button", name="全部改正").click()
    remark(page, "半角标点").wait_for(state="detached")
    save(page)
    article.refresh_from_db()
    assert article.body == BODY.replace(",", "，").replace(";", "；")

    page.locator(".prose-menubar").wait_for()
    page.locator(".ProseMirror p").first.click()
    page.keyboard.press("End")
    page.keyboard.insert_text("好,坏")
    remark(page, "半角标点").get_by_role("button", name="改成 ，").click()
    assert "好，坏" in page.locator(".ProseMirror").inner_text()
    page.locator(".ProseMirror").press("Control+z")
    assert "好,坏" in page.locator(".ProseMirror").inner_text()


def test_fixes_in_a_field_can_be_undone_too(signed_in, live_server):
    page = open_form(signed_in, live_server, make_article(title="头痛,发烧怎么办?"))
    remark(page, "半角标点").get_by_role("button", name="全部改正").click()
    assert page.locator("#id_title").input_value() == "头痛，发烧怎么办？"
    page.locator("#id_title").press("Control+z")
    assert page.locator("#id_title").input_value() in ("头痛，发烧怎么办?", "头痛,发烧怎么办？", "头痛,发烧怎么办?")


def test_a_fix_of_a_text_that_has_changed_meanwhile_changes_nothing(signed_in, live_server):
    page = open_form(signed_in, live_server, make_article(title="头痛,发烧怎么办？"))
    page.evaluate("document.getElementById('id_title').value = '别的题目怎么办？'")
    remark(page, "半角标点").get_by_role("button", name="改成 ，").click()
    assert page.locator("#id_title").input_value() == "别的题目怎么办？"
    remark(page, "半角标点").wait_for(state="detached")


def test_without_the_server_the_editor_goes_on(signed_in, live_server, make_page):
    page = open_form(signed_in, live_server)
    page.route("**/copyedit/", lambda route: route.abort())
    page.locator("#id_title").fill("感冒的治疗")
    panel(page).get_by_text("暂时检查不了，不影响保存。").wait_for()
    make_page.complaints.clear()  # Chromium reports the aborted request


def test_without_javascript_the_remarks_of_the_saved_text_stand_there(signed_in, make_page, live_server):
    article = make_article(title="感冒的治疗")
    page = make_page(java_script_enabled=False)
    page.context.add_cookies(signed_in.context.cookies())
    page.goto(f"{live_server.url}/admin/articles/article/{article.pk}/change/")
    remark(page, "标题不是问句").wait_for()
    assert panel(page).get_by_role("button").count() == 0


@pytest.mark.parametrize("width", [360, 768, 1440])
def test_the_panel_fits_every_screen(signed_in, make_page, live_server, width):
    article = make_article(title="感冒的治疗" * 10, body=f"<p>{'药物,' * 300}</p>")
    page = make_page(viewport={"width": width, "height": 800})
    page.context.add_cookies(signed_in.context.cookies())
    open_form(page, live_server, article)
    remark(page, "标题不是问句").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
