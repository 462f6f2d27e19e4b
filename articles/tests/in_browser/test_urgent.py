"""Who is in danger, in a real Chromium: what stands in the first screen, can be tapped, printed and told apart."""

import pytest
from django.core.cache import cache

from articles.models import RedFlag
from articles.models.tag_lookup import get_tags
from articles.tests.browser_seeing import FAINT
from articles.tests.factories import make_article, make_doctor

expect = pytest.importorskip("playwright.sync_api").expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SMALL = {"width": 360, "height": 640}
WHEN = "胸痛超过十五分钟，伴出冷汗，立即拨打急救电话。"
SHAPE = """element => {
  const style = getComputedStyle(element);
  return ["Style", "LeftWidth", "TopWidth"].map((name) => style[`border${name === "Style" ? "Top" : ""}${name}`]);
}"""


@pytest.fixture(autouse=True)
def _flags():
    cache.clear()
    RedFlag.objects.all().delete()
    RedFlag.objects.create(name="胸痛、胸口发闷", words="胸痛", advice="坐下或半躺，不要走动。\n不要自己开车。")
    RedFlag.objects.create(name="不想活的时候，有人愿意听", line="mental", words="不想活", advice="先打电话。")


def make_urgent(**fields):
    values = {
        "title": "突然胸口闷痛出汗要叫急救车吗？",
        "urgency": "now",
        "when_to_see_a_doctor": WHEN,
        "short_answer": "要，现在就打，不要等它过去。",
        "doctor": make_doctor(name="赵志诚", hospital="示范医院"),
    }
    return make_article(**values | fields, tags=get_tags(["心内科", "冠心病"]))


def boxes(page, selector):
    return [one.bounding_box() for one in page.locator(selector).all()]


@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.parametrize("large", [False, True])
def test_whom_to_call_stands_in_the_first_screen_of_a_small_phone(make_page, live_server, javascript, large):
    page = make_page(viewport=SMALL, java_script_enabled=javascript)
    for path, title in [(make_urgent().get_absolute_url(), ".urgent h2"), ("/search/?q=胸痛", "#urgent")]:
        page.goto(live_server.url + path)
        if large:
            page.get_by_role("button" if javascript else "link", name="特大" if javascript else "大字").click()
        expect(page.locator(title)).to_be_in_viewport(ratio=1)
        expect(page.locator(".call")).to_be_in_viewport(ratio=1)
        expect(page.locator(".call")).to_have_attribute("href", "tel:120")
        [box] = boxes(page, ".call")
        assert box["height"] >= 48
        assert box["width"] >= 200


def test_the_longest_title_leaves_room_for_whom_to_call(make_page, live_server):
    page = make_page(viewport=SMALL)
    words = {"title": "胸口" * 60, "when_to_see_a_doctor": "长" * 900, "short_answer": "长" * 200}
    for path in (make_urgent(**words).get_absolute_url(), f"/search/?q={'胸痛' * 50}"):
        page.goto(live_server.url + path)
        expect(page.locator(".call")).to_be_in_viewport(ratio=1)


def test_the_whole_card_of_a_usual_question_stands_in_the_first_screen(make_page, live_server):
    page = make_page(viewport=SMALL)
    page.goto(live_server.url + make_urgent().get_absolute_url())
    expect(page.locator(".urgent")).to_be_in_viewport(ratio=1)
    expect(page.locator(".urgent")).to_contain_text(WHEN)
    expect(page.locator(".urgent")).to_contain_text("要，现在就打")


@pytest.mark.parametrize("width", [320, 360, 768, 1440])
def test_both_numbers_can_be_tapped_and_nothing_scrolls_sideways(make_page, live_server, width):
    page = make_page(viewport={"width": width, "height": 640})
    for large in (False, True):
        page.goto(f"{live_server.url}/search/?q=不想活了")
        if large:
            page.get_by_role("button", name="特大").click()
        first, second = boxes(page, ".call")
        assert min(first["height"], second["height"]) >= 48
        assert first["y"] + first["height"] + 8 <= second["y"] or first["x"] + first["width"] + 8 <= second["x"]
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        expect(page.locator(".call").first).to_have_attribute("href", "tel:12356")


@pytest.mark.parametrize("media", [{}, {"forced_colors": "active"}, {"media": "print"}, {"color_scheme": "dark"}])
def test_three_levels_have_three_frames_three_signs_and_their_words(page, live_server, media):
    page.emulate_media(**media)
    seen = []
    for urgency, words in [("now", "立即就医"), ("soon", "尽快就医"), ("routine", "择期就医")]:
        page.goto(live_server.url + make_urgent(urgency=urgency).get_absolute_url())
        frame = page.locator(".urgent, .see-doctor")
        expect(frame).to_contain_text(f"何时就医 · {words}")
        sign = frame.locator(".sign")
        expect(sign).to_be_visible()
        seen.append((tuple(frame.evaluate(SHAPE)), sign.inner_html()))
    shapes, signs = zip(*seen, strict=True)
    assert len(set(shapes)) == len(set(signs)) == 3


def test_paper_says_the_number_in_a_frame(page, live_server):
    page.goto(live_server.url + make_urgent().get_absolute_url())
    page.emulate_media(media="print")
    call = page.locator(".call")
    expect(call).to_be_visible()
    expect(call).to_have_text("拨打 120 急救电话")
    colours = call.evaluate("element => [getComputedStyle(element).color, getComputedStyle(element).backgroundColor]")
    assert colours == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"], "browsers leave backgrounds out: white on nothing"


def test_a_keyboard_reaches_the_number_before_anything_else_of_the_answer(page, live_server):
    page.goto(live_server.url + make_urgent().get_absolute_url())
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # 跳到正文
    for _ in range(10):  # 返回, and the places above
        page.keyboard.press("Tab")
        if page.evaluate("Boolean(document.activeElement.closest('article'))"):
            break
    expect(page.locator(".call")).to_be_focused()


def test_a_screen_reader_hears_what_the_card_is_and_whom_it_calls(page, live_server):
    page.goto(live_server.url + make_urgent().get_absolute_url())
    card = page.get_by_role("region", name="何时就医 · 立即就医")
    expect(card.get_by_role("link", name="拨打 120 急救电话")).to_be_visible()
    page.goto(f"{live_server.url}/search/?q=不想活了")
    card = page.get_by_role("region", name="不想活的时候，有人愿意听")
    expect(card.get_by_role("link", name="拨打 12356 心理援助热线")).to_be_visible()
    expect(card.get_by_role("listitem")).to_have_text(["先打电话。"])


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("query", ["胸痛", "不想活了"])
def test_the_card_can_be_read_by_who_sees_badly(make_page, live_server, scheme, query):
    page = make_page(color_scheme=scheme)
    page.goto(f"{live_server.url}/search/?q={query}")
    assert page.evaluate(FAINT) == []
