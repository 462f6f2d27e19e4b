"""Captions of pictures, in a real Chromium: written, undone, taken back, pasted, approved and read."""

import pytest

from articles.models import Article
from articles.tests.browser_editing import open_form, save
from articles.tests.factories import make_article
from articles.tests.pictures import draw, file_of, make_image, shown

from .test_images import WRITING, give

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("media_root")]

BUTTON = "图片说明：写在图的下面"


def figure(image, caption):
    return f"<figure>{shown(image)}<figcaption>{caption}</figcaption></figure>"


def press_keys(page, *keys):
    for key in keys:
        page.wait_for_timeout(60)  # until the editor has read where the cursor is
        page.keyboard.press(key)
    page.wait_for_timeout(60)


def type_caption(page, text):
    """Select the picture, press 图片说明 and type."""
    page.locator(f"{WRITING} img").click()
    page.get_by_role("button", name=BUTTON).click()
    page.wait_for_timeout(60)
    page.keyboard.insert_text(text)


def stored(page):
    save(page)
    return Article.objects.latest("pk").body


def html_of(page):
    return page.locator(WRITING).evaluate("box => box.editor.getHTML()")


@pytest.fixture
def image():
    return make_image()


@pytest.fixture
def form(signed_in, live_server):
    return lambda body: open_form(signed_in, live_server, make_article(status="draft", body=body))


def test_a_caption_is_typed_below_a_picture_and_undone(form, image):
    before = f"<p>前。</p>{shown(image)}<p>后。</p>"
    page = form(before)
    type_caption(page, "图 1 右膝的正面")
    after = f"<p>前。</p>{figure(image, '图 1 右膝的正面')}<p>后。</p>"
    assert html_of(page) == after
    while html_of(page) != before:  # one step or two, as fast as the machine is
        press_keys(page, "Control+z")
        assert html_of(page) in (before, after)
    while html_of(page) != after:
        press_keys(page, "Control+Shift+z")
    assert stored(page) == after


def test_behind_a_caption_the_text_goes_on_in_a_paragraph(form, image):
    page = form(f"<p>前。</p>{shown(image)}")
    type_caption(page, "右膝")
    press_keys(page, "Enter")
    page.keyboard.insert_text("接着说。")
    assert stored(page) == f"<p>前。</p>{figure(image, '右膝')}<p>接着说。</p>"


def test_a_caption_that_is_left_empty_is_none(form, image):
    body = f"<p>前。</p>{shown(image)}"
    page = form(body)
    type_caption(page, "")
    page.locator("#id_title").fill("改了标题")
    assert stored(page) == body


def test_a_caption_is_deleted_by_its_keys_and_by_its_button(form, image):
    page = form(f"<p>前。</p>{figure(image, '右膝')}<p>后。</p>")
    page.locator(f"{WRITING} p[data-figcaption]").click()
    press_keys(page, "End", "Backspace", "Backspace", "Backspace")
    assert html_of(page) == f"<p>前。</p>{shown(image)}<p>后。</p>"
    type_caption(page, "左膝")
    page.get_by_role("button", name=BUTTON).click()  # in a caption: a paragraph again
    assert stored(page) == f"<p>前。</p>{shown(image)}<p>左膝</p><p>后。</p>"


def test_a_caption_outlives_its_picture_as_a_paragraph(form, image):
    before = f"<p>前。</p>{figure(image, '每次 <strong>5</strong> 毫克')}<p>后。</p>"
    page = form(before)
    page.locator(f"{WRITING} img").click()
    press_keys(page, "Delete")
    assert html_of(page) == "<p>前。</p><p>每次 <strong>5</strong> 毫克</p><p>后。</p>"
    press_keys(page, "Control+z")
    assert html_of(page) == before


def test_no_button_takes_a_picture_away_with_its_caption(form, image):
    page = form(f"<p>前。</p>{figure(image, '右膝')}<p>后。</p>")
    page.locator(f"{WRITING} p[data-figcaption]").click()
    for button in ("二级标题", "项目列表", "引用"):
        page.get_by_role("button", name=button, exact=True).click()
        assert shown(image) in html_of(page)
        assert "右膝" in html_of(page)
        press_keys(page, "Control+z")


def test_the_paragraph_below_a_picture_that_looks_like_its_caption_becomes_it(form, image):
    page = form(f"<p>前。</p>{shown(image)}<p>▲图 2 <em>髌骨</em></p><p>图</p>")
    page.locator(f"{WRITING} img").click()
    page.get_by_role("button", name=BUTTON).click()
    assert stored(page) == f"<p>前。</p>{figure(image, '▲图 2 <em>髌骨</em>')}<p>图</p>"


def test_a_caption_is_given_with_a_new_picture(form):
    page = form("<p>前。</p>")
    page.locator(WRITING).click()
    page.keyboard.press("Control+End")
    page.get_by_role("button", name="图片（也可以", exact=False).click()
    page.get_by_label("图片文件").set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": file_of(draw())})
    page.get_by_label("替代文字（必填）").fill("膝")
    page.get_by_label("图片说明（可不填）").fill("图 1 <膝>")
    page.get_by_role("dialog").get_by_role("button", name="插入").click()
    page.locator(f"{WRITING} p[data-figcaption]").wait_for()
    assert stored(page).endswith("<figcaption>图 1 &lt;膝&gt;</figcaption></figure>")


def test_a_picture_that_is_pasted_brings_its_caption(form, image, live_server):
    page = form("<p>前。</p>")
    seen = f'<img src="{live_server.url}{image.address}" alt="{image.alt}" width="600" loading="lazy">'
    linked = f'<a class="enlarge" href="{live_server.url}{image.address}">{seen}</a>'
    give(page, "paste", f"<p>正文。</p><figure>{linked}<figcaption>右<b>膝</b></figcaption></figure>")
    assert figure(image, "右<strong>膝</strong>") in stored(page)


@pytest.mark.parametrize(
    "html",
    [
        # WeChat
        '<section><figure><img data-src="//a.cn/1.png"><figcaption>图 1 右膝</figcaption></figure></section>',
        # Word
        '<p class=MsoNormal><img src="file:///C:/1.png"></p><p class=MsoCaption>图 <span>1</span> 右膝</p>',
    ],
)
def test_the_caption_of_a_picture_that_does_not_come_along_stays_in_its_place(form, image, html):
    page = form("<p>前。</p>")
    give(page, "paste", f"<p>正文。</p>{html}<p>后。</p>")
    page.get_by_text("有 1 张图片没有带过来").wait_for()
    assert "正文。</p><p>图 1 右膝</p><p>后。" in html_of(page)


def test_readers_see_a_caption_below_its_picture(make_page, live_server, image):
    body = f"<p>前。</p>{figure(image, '图 1 <strong>右膝</strong>的正面，圈里是髌骨')}<p>后。</p>"
    article = make_article(body=body)
    page = make_page(viewport={"width": 360, "height": 740})
    page.goto(live_server.url + article.get_absolute_url())
    picture, caption = page.locator(".answer figure img"), page.locator(".answer figcaption")
    assert picture.evaluate("image => image.complete && image.naturalWidth > 0")
    above, below = picture.bounding_box(), caption.bounding_box()
    assert 0 <= below["y"] - (above["y"] + above["height"]) < 20
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
