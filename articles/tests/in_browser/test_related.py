"""The panel of related questions in a real Chromium: one click, and what readers see. SCREENSHOTS=DIR keeps them."""

import os

import pytest

from articles.models import Article, RelatedItem, Tag
from articles.tests.browser_editing import open_form, save
from articles.tests.editing import change_address
from articles.tests.factories import make_article, make_tag

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def spasms():
    tags = [make_tag("面肌痉挛", kind=Tag.Kind.DISEASE), make_tag("神经内科", kind=Tag.Kind.DEPARTMENT)]
    ways = ("怎么治", "的病因", "吃什么药", "能自愈吗", "要手术吗", "会遗传吗", "挂什么科", "是中风吗", "饮食注意什么")
    ways += ("打肉毒毒素疼吗", "和眼皮跳的区别", "复发怎么办", "怎么预防", "多久能好")
    return [make_article(title=f"面肌痉挛{way}？", tags=tags) for way in ways]


def sidebar(reader, live_server, article):
    reader.goto(live_server.url + article.get_absolute_url())
    return reader.locator("aside li a, .related li a").all_inner_texts()


def test_one_click_pins_and_excludes_and_typed_text_stays(signed_in, make_page, live_server, spasms):
    article, other, gone = spasms[0], spasms[-1], spasms[3]
    RelatedItem.pin(article, gone)
    page, reader = open_form(signed_in, live_server, article), make_page()
    page.locator("#id_title").fill("打了一半的标题")
    page.get_by_text("排在后面的").click()
    page.get_by_role("button", name=f"置顶：{other.title}").click()
    page.get_by_text(f"已置顶“{other.title}”").wait_for()
    page.get_by_role("button", name=f"排除：{gone.title}").click()
    page.get_by_text(f"已排除“{gone.title}”").wait_for()
    assert page.locator("[data-fold=rest]").get_attribute("open") is not None
    lines = page.locator(".related-panel ol").first.locator("li")
    assert f"{other.title} 指定" in " ".join(lines.first.inner_text().split())
    assert page.locator("#id_title").input_value() == "打了一半的标题"
    shown = sidebar(reader, live_server, article)
    assert any(other.title in text for text in shown[:1])
    assert not any(gone.title in text for text in shown)
    page.get_by_role("button", name=f"取消排除：{gone.title}").click()
    page.get_by_text(f"已取消“{gone.title}”").wait_for()
    save(page, "save")
    article.refresh_from_db()
    assert article.revisions.open().get().content["title"] == "打了一半的标题"
    assert [row.related for row in article.related_items.all()] == [other]


def test_a_click_that_fails_says_so(signed_in, make_page, live_server, spasms):
    page = open_form(signed_in, live_server, spasms[0])
    spasms[1].delete()
    page.get_by_role("button", name=f"置顶：{spasms[1].title}").click()
    page.get_by_text("没有成功").wait_for()
    make_page.complaints.clear()  # Chromium reports an answer of 404


def test_without_javascript_a_click_pins_too(signed_in, make_page, live_server, spasms):
    page = make_page(java_script_enabled=False)
    page.context.add_cookies(signed_in.context.cookies())
    page.goto(live_server.url + change_address(spasms[0]))
    page.get_by_text("排在后面的").click()
    page.get_by_role("button", name=f"置顶：{spasms[-1].title}").click()
    page.get_by_text(f"已置顶“{spasms[-1].title}”").wait_for()
    assert spasms[0].related_items.get().related == spasms[-1]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_the_panel_fits_every_screen(signed_in, make_page, live_server, spasms, scheme, width):
    article = spasms[0]
    RelatedItem.pin(article, spasms[-1])
    RelatedItem.exclude(article, spasms[3])
    make_article(title="面肌痉挛怎么治", status=Article.Status.DRAFT)
    page = make_page(color_scheme=scheme, viewport={"width": width, "height": 900})
    page.context.add_cookies(signed_in.context.cookies())
    open_form(page, live_server, article)
    page.get_by_text("几乎相同，请看看是不是重复了").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if folder := os.environ.get("SCREENSHOTS"):
        page.locator("#related-panel").screenshot(path=f"{folder}/related-panel-{width}-{scheme}.png")
        page.screenshot(path=f"{folder}/related-form-{width}-{scheme}.png")
