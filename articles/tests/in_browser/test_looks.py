"""What a stranger would find untidy: dates cut in two, controls left alone on a line, parts that touch each other."""

import pytest
from django.utils import timezone

from articles.tests.factories import make_article, make_doctor

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
