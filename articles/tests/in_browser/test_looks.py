"""What a stranger would find untidy: dates cut in two, controls left alone on a line, parts that touch each other."""

from itertools import pairwise

import pytest
from django.utils import timezone

from articles.tests.factories import make_article, make_doctor, make_tag

from .test_reader import SIZES, remember_size

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LINES = "all => all.filter((one) => one.getClientRects().length > 1).map((one) => one.textContent)"


@pytest.fixture
def address(live_server):
    doctor = make_doctor(name="周明远", professional_title="主任医师", hospital="示范医科大学附属医院")
    article = make_article(
        title="面肌痉挛吃卡马西平要查什么？",
        doctor=doctor,
        reviewer=doctor,
        reviewed_on=timezone.localdate(),
        revised_at=timezone.now(),
        urgency="now",
        when_to_see_a_doctor="出现皮疹，立即去急诊。",
        short_answer="先查血常规。",
    )
    return live_server.url + article.get_absolute_url()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("width", [320, 360, 390])
def test_no_date_is_cut_in_two_and_the_byline_keeps_its_distance(make_page, address, size, width):
    page = make_page(viewport={"width": width, "height": 700})
    remember_size(page, size)
    page.goto(address)
    assert page.locator("time").evaluate_all(LINES) == []
    card, byline = (page.locator(part).bounding_box() for part in (".urgent", ".byline"))
    assert byline["y"] - card["y"] - card["height"] >= 12


@pytest.mark.parametrize("width", [768, 800, 1024, 1440])
def test_the_header_of_a_tablet_is_one_line(make_page, address, width):
    page = make_page(viewport={"width": width, "height": 900})
    page.goto(address)
    assert page.locator(".site-header").bounding_box()["height"] < 80


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("width", [320, 360, 768, 1440])
def test_the_sizes_of_type_end_where_the_page_ends_and_back_is_whole(make_page, address, size, width):
    page = make_page(viewport={"width": width, "height": 900})
    remember_size(page, size)
    page.goto(address)
    edge, sizes = (page.locator(part).first.bounding_box() for part in (".site-nav", ".sizes"))
    wrap = page.locator(".site-header .wrap").bounding_box()
    assert sizes["x"] + sizes["width"] == pytest.approx(wrap["x"] + wrap["width"], abs=1)
    assert sizes["y"] < (edge["y"] if width < 768 else edge["y"] + 10)
    assert page.locator(".back").first.evaluate("one => one.scrollWidth <= one.clientWidth")


def test_names_in_the_header_of_a_wide_screen_stand_equally_far_apart(make_page, address):
    page = make_page(viewport={"width": 1440, "height": 900})
    page.goto(address)
    ends = page.locator(".site-nav a").evaluate_all(
        "all => all.map((one) => { const r = new Range(); r.selectNodeContents(one);"
        " const { left, right } = r.getBoundingClientRect(); return [left, right]; })"
    )
    gaps = [second[0] - first[1] for first, second in pairwise(ends)]
    assert max(gaps) - min(gaps) <= 1


@pytest.mark.parametrize("path", ["/articles/", "/tags/药物/"])
def test_a_short_answer_of_usual_length_is_whole_on_a_card(make_page, live_server, path):
    make_article(tags=[make_tag("药物")], short_answer="先停一停，" * 11 + "再看医生。")
    page = make_page(viewport={"width": 360, "height": 740})
    page.goto(live_server.url + path)
    assert page.locator(".card-excerpt").evaluate("one => one.scrollHeight <= one.clientHeight")


def test_a_line_of_a_search_heading_ends_between_words(make_page, live_server):
    page = make_page(viewport={"width": 320, "height": 740})
    page.goto(f"{live_server.url}/search/?q=孩子反复发烧三天")
    assert page.locator("h1 wbr").count() > 3
    assert page.locator("h1").evaluate("one => getComputedStyle(one).wordBreak") == "keep-all"
