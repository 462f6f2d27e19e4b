"""Searching in a real Chromium: words in any spelling, suggestions, the filter, and a search in vain."""

import pytest
from django.core.cache import cache

from articles.models import SearchMiss, TagAlias
from articles.tests.factories import make_article, make_tag

expect = pytest.importorskip("playwright.sync_api").expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def _questions():
    cache.clear()
    neurology, eyes = make_tag("神经内科", kind="department"), make_tag("眼科", kind="department")
    spasm = make_tag("面肌痉挛", kind="disease")
    TagAlias.objects.create(tag=spasm, name="半面痉挛")
    make_article(title="面肌痉挛怎么治疗？", tags=[neurology, spasm], body="<p>面肌痉挛可以打肉毒毒素。</p>")
    make_article(title="眼睑痉挛会自己好吗？", tags=[eyes])
    make_article(title="做CT有辐射吗？")
    make_article(title="感冒了吃什么？")


def search(page, query):
    page.get_by_role("combobox").fill(query)
    page.get_by_role("button", name="搜索", exact=True).click()
    expect(page.locator("h1")).to_contain_text("的搜索结果")


@pytest.mark.usefixtures("_questions")
@pytest.mark.parametrize(
    ("query", "title", "mark"),
    [
        ("痉挛", "痉挛", "痉挛"),
        ("眼瞼", "眼睑痉挛会自己好吗？", "眼睑"),
        ("ＣＴ", "做CT有辐射吗？", "CT"),
        ("半面痉挛", "面肌痉挛怎么治疗？", "面肌痉挛"),
        ("面肌痉挛怎么治", "面肌痉挛怎么治疗？", "面肌痉挛怎么治"),
    ],
)
def test_the_right_question_is_found(page, live_server, query, title, mark):
    page.goto(live_server.url)
    search(page, query)
    expect(page.locator(".card-title").first).to_contain_text(title)
    expect(page.locator(".card-title mark").first).to_have_text(mark)


@pytest.mark.usefixtures("_questions")
def test_what_is_suggested_by_its_sound_holds_what_was_typed_so_that_browsers_show_it(page, live_server):
    page.goto(live_server.url)
    page.get_by_role("combobox").press_sequentially("mjjl")
    option = page.locator("datalist option").first
    expect(option).to_have_attribute("value", "面肌痉挛")
    expect(option).to_have_attribute("label", "面肌痉挛 · mjjl")


@pytest.mark.usefixtures("_questions")
def test_suggestions_appear_while_typing_and_not_before(page, live_server):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{live_server.url}/search/?q=感冒", wait_until="networkidle")
    assert len(asked) <= 4
    assert not [address for address in asked if "suggest" in address]
    page.get_by_role("combobox").fill("")
    page.get_by_role("combobox").press_sequentially("面肌")
    options = page.locator("datalist option")
    expect(options.first).to_have_attribute("value", "面肌痉挛")
    expect(options.nth(1)).to_have_attribute("value", "面肌痉挛怎么治疗？")


@pytest.mark.usefixtures("_questions")
def test_filter_narrows_changes_is_removed_and_ends_with_a_new_search(page, live_server):
    page.goto(f"{live_server.url}/search/?q=痉挛")
    expect(page.locator(".card")).to_have_count(2)
    page.locator(".filters").get_by_role("link", name="眼科").click()
    expect(page.locator(".card")).to_have_count(1)
    expect(page.locator(".filters [aria-current]")).to_have_text("眼科")
    expect(page.locator("h1")).to_have_text("“痉挛”在“眼科”里的搜索结果")
    page.locator(".filters").get_by_role("link", name="神经内科").click()
    expect(page.locator(".filters [aria-current]")).to_have_text("神经内科")
    page.locator(".filters").get_by_role("link", name="不限").click()
    expect(page.locator(".card")).to_have_count(2)
    page.locator(".filters").get_by_role("link", name="眼科").click()
    search(page, "会自己好吗")
    assert "tag=" not in page.url


@pytest.mark.usefixtures("_questions")
def test_a_search_in_vain_is_counted_once(page, live_server):
    with page.expect_response("**/search/missed/") as response:
        page.goto(f"{live_server.url}/search/?q=xyzzy")
    assert response.value.status == 204
    assert list(SearchMiss.objects.values_list("query", "times")) == [("xyzzy", 1)]
