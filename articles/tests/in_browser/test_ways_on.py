"""What stands behind an answer, and the indexes, in a real Chromium: touched, without JavaScript, on paper."""

import pytest
from django.core.cache import cache

from articles.models import Article, Tag, TaggedArticle
from articles.tests.factories import make_article

expect = pytest.importorskip("playwright.sync_api").expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 360, "height": 640}


@pytest.fixture
def article():
    cache.clear()
    return make_article(title="痛风能喝酒吗？")


def counts():
    return Article.objects.values_list("helped_count", "unhelped_count").get()


def test_yes_is_counted_in_place_and_may_become_no_which_offers_the_form(page, live_server, article):
    page.goto(live_server.url + article.get_absolute_url())
    yes, no = (page.locator(".helped").get_by_role("button", name=name) for name in "是否")
    yes.click()
    expect(page.get_by_role("status")).to_have_text("已经记下，谢谢您。")
    expect(yes).to_have_attribute("aria-pressed", "true")
    assert counts() == (1, 0)
    no.click()
    expect(no).to_have_attribute("aria-pressed", "true")
    expect(yes).to_have_attribute("aria-pressed", "false")
    assert counts() == (0, 1)
    page.get_by_role("link", name="哪里没有帮到您？").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("哪里没有帮到您？")
    expect(page.get_by_role("radio").first).to_have_attribute("value", "unclear")
    assert page.context.cookies() == []


def test_without_javascript_yes_thanks_on_the_page_and_no_leads_to_the_form(make_page, live_server, article):
    page = make_page(java_script_enabled=False, viewport=PHONE)
    page.goto(live_server.url + article.get_absolute_url())
    expect(page.locator("#thanks")).to_be_hidden()
    page.locator(".helped").get_by_role("button", name="是").click()
    expect(page.locator("#thanks")).to_be_in_viewport()
    page.locator(".helped").get_by_role("button", name="否").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("哪里没有帮到您？")
    assert counts() == (0, 1)


def test_what_was_not_counted_is_said(page, make_page, live_server, settings, article):
    settings.LIKES_PER_ARTICLE_AND_DAY = 1
    for address, said in [("a", "已经记下"), ("b", "太频繁了，请稍后再试。")]:
        page.context.set_extra_http_headers({"User-Agent": address})
        page.goto(live_server.url + article.get_absolute_url())
        page.locator(".helped").get_by_role("button", name="是").click()
        expect(page.get_by_role("status")).to_contain_text(said)
    assert counts() == (1, 0)
    make_page.complaints.clear()  # Chromium writes the refusal into the console


@pytest.mark.parametrize("size", ["0", "1", "2"])
def test_the_row_is_wide_and_high_enough_for_fingers_in_every_size(make_page, live_server, article, size):
    page = make_page(viewport=PHONE)
    page.add_init_script(f"localStorage.setItem('large-type', '{size}')")
    page.goto(live_server.url + article.get_absolute_url())
    buttons = page.locator(".after button:visible")
    expect(buttons).to_have_count(5)
    boxes = buttons.evaluate_all(
        "all => all.map((one) => one.getBoundingClientRect()).map(({width, height}) => [width, height])"
    )
    assert min(min(box) for box in boxes) >= 44
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_paper_asks_nothing(page, live_server, article):
    page.goto(live_server.url + article.get_absolute_url() + "#thanks")
    page.emulate_media(media="print")
    for selector in (".helped", ".after", "#thanks"):
        expect(page.locator(selector)).to_be_hidden()


@pytest.mark.parametrize("size", ["0", "2"])
def test_letters_are_found_by_fingers_and_lead_to_their_tags(make_page, live_server, article, size):
    names = "安博陈丁鄂方高何季康林孟牛欧潘秦任孙田王徐杨张"
    tags = Tag.objects.bulk_create(
        Tag(name=f"{name}{number}", slug=f"{number}-{name}", folded=f"{name}{number}", kind="disease")
        for name in [*names, "2"]
        for number in range(10)
    )
    TaggedArticle.objects.bulk_create(TaggedArticle(content_object=article, tag=tag) for tag in tags)
    page = make_page(viewport=PHONE, java_script_enabled=size != "0")
    if size != "0":
        page.add_init_script(f"localStorage.setItem('large-type', '{size}')")
    page.goto(f"{live_server.url}/tags/")
    letters = page.get_by_role("navigation", name="按拼音首字母").get_by_role("link")
    expect(letters).to_have_count(24)
    boxes = [letter.bounding_box() for letter in letters.all()]
    assert min(min(box["width"], box["height"]) for box in boxes) >= 44
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    letters.filter(has_text="M").click()
    expect(page.locator(".tags a")).to_have_count(10)
    expect(page.locator('.letters [aria-current="page"]')).to_contain_text("M")
    page.get_by_role("link", name="全部", exact=True).click()
    expect(page.locator(".tags a")).to_have_count(24)
