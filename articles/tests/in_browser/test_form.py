"""The form of a question in a real Chromium: its steps stay in sight, and what is folded opens without a script."""

import pytest

from articles.models import Article
from articles.tests.browser_editing import fits, open_form, take_rare, until
from articles.tests.editing import change_address
from articles.tests.factories import make_article

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
expect = pytest.importorskip("playwright.sync_api").expect


def in_sight(page, selector):
    box, height = page.locator(selector).bounding_box(), page.viewport_size["height"]
    return box["y"] >= 0 and box["y"] + box["height"] <= height + 0.5


def test_the_steps_and_the_copy_editor_stay_in_sight_on_every_screen(signed_in, live_server):
    article = make_article(title="感冒的治疗", body="<p>多休息,多喝水。</p>" * 40)
    page = open_form(signed_in, live_server, article)
    for width, height, most in ((360, 740, 112), (768, 1024, 64), (1200, 800, 64), (1440, 900, 64)):
        page.set_viewport_size({"width": width, "height": height})
        fits(page)
        for place in (0, 0.5, 1):
            page.evaluate("part => scrollTo(0, part * document.documentElement.scrollHeight)", place)
            assert in_sight(page, ".step-bar"), (width, place)
            assert width < 1200 or in_sight(page, "#copyedit-panel-heading"), (width, place)
        assert page.locator(".step-bar").bounding_box()["height"] <= most
        for name in ("保存改动", "提交审核", "小改动，直接生效", "更多"):
            expect(page.get_by_role("button", name=name, exact=True)).to_be_in_viewport(ratio=1)
        page.locator("#id_title").focus()
        for name in ("id_when_to_see_a_doctor", "id_correction", "id_comment"):
            page.locator(f"#{name}").focus()
            bottom = page.locator(f"#{name}").evaluate("one => one.getBoundingClientRect().top + 30")
            assert bottom <= page.locator(".step-bar").bounding_box()["y"], (width, name)


# Whether each button of the editor that is shown can be hit in its middle, and is whole, once it is reached.
HIDDEN_BUTTONS = """async (how) => {
  const hidden = [];
  for (const button of document.querySelectorAll(".prose-menubar button")) {
    if (!button.checkVisibility()) continue;
    scrollTo(0, 0);
    how === "focus" ? button.focus() : button.scrollIntoView({ block: "nearest" });
    await new Promise(requestAnimationFrame);
    const { left, top, right, bottom } = button.getBoundingClientRect();
    const heights = [(top + bottom) / 2, top + 1, bottom - 1];
    const places = heights.map((y) => document.elementFromPoint((left + right) / 2, y));
    if (!places.every((place) => button.contains(place))) hidden.push(button.title || button.textContent);
  }
  return hidden;
}"""


@pytest.mark.parametrize(("width", "height"), [(360, 740), (360, 500), (320, 256), (740, 360), (1280, 720)])
def test_no_button_of_the_editor_that_is_reached_is_behind_the_bar(signed_in, live_server, width, height):
    signed_in.set_viewport_size({"width": width, "height": height})
    signed_in.goto(f"{live_server.url}/admin/articles/article/add/")
    expect(signed_in.get_by_role("button", name="粗体").first).to_be_visible()
    for how in ("focus", "scroll"):
        assert signed_in.evaluate(HIDDEN_BUTTONS, how) == [], how


def test_in_a_low_window_the_bar_leaves_the_room_to_what_is_written(signed_in, live_server):
    page = open_form(signed_in, live_server, make_article(body="<p>多休息。</p>" * 40, status="draft"))
    for width, height in ((740, 360), (320, 256)):
        page.set_viewport_size({"width": width, "height": height})
        page.locator("#id_title").scroll_into_view_if_needed()
        expect(page.locator(".step-bar")).not_to_be_in_viewport()
        page.get_by_role("button", name="提交审核").scroll_into_view_if_needed()
        assert in_sight(page, ".step-bar")


def test_what_is_written_at_the_end_of_the_body_is_not_behind_the_bar(signed_in, live_server):
    page = open_form(signed_in, live_server, make_article(body="<p>多休息。</p>" * 40, status="draft"))
    page.set_viewport_size({"width": 768, "height": 700})
    page.locator(".ProseMirror").click()
    page.keyboard.press("Control+End")
    page.evaluate("scrollTo(0, scrollY + document.querySelector('.ProseMirror').getBoundingClientRect().bottom - 690)")
    for key in ("Enter", "多", "Enter", "喝"):
        page.keyboard.press(key) if key == "Enter" else page.keyboard.insert_text(key)
    caret = "getSelection().getRangeAt(0).getBoundingClientRect().bottom"
    until(page, f"{caret} <= document.querySelector('.step-bar').getBoundingClientRect().top")


def test_without_javascript_sections_open_and_rare_steps_are_taken(signed_in, make_page, live_server):
    article = make_article(title="蜂蜜能治咳嗽吗？")
    page = make_page(java_script_enabled=False)
    page.context.add_cookies(signed_in.context.cookies())
    page.goto(live_server.url + change_address(article))
    expect(page.get_by_label("撤下原因")).to_be_hidden()
    page.get_by_role("heading", name="发布", exact=False).last.click()
    page.get_by_label("撤下原因").fill("正在重写。")
    take_rare(page, "撤下", "已撤下")
    assert Article.objects.get().withdrawn_reason == "正在重写。"


def test_what_is_put_back_after_a_crash_is_not_hidden_in_a_folded_section(signed_in, live_server):
    article = make_article(status="draft", published_at=None)
    page = open_form(signed_in, live_server, article)
    page.get_by_role("heading", name="本次改动").click()
    page.locator("#id_comment").fill("补充了一段")
    page.get_by_text("已暂存在这台电脑").wait_for()
    open_form(page, live_server, article)
    expect(page.locator("#id_comment")).to_be_hidden()
    page.get_by_role("button", name="恢复").click()
    expect(page.locator("#id_comment")).to_have_value("补充了一段")
    expect(page.locator("#id_comment")).to_be_visible()
