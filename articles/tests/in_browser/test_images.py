"""Images in the editor, in a real Chromium under the strict policy: by the button, pasted and dropped."""

import base64

import pytest

from articles.models import Article, Image
from articles.tests.browser_editing import open_form, save
from articles.tests.factories import make_article
from articles.tests.pictures import draw, file_of, make_image, shown

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("media_root")]

WRITING = ".prose-editor .ProseMirror[contenteditable]"
GIVE = """(box, [event, html, files]) => {
  const data = new DataTransfer();
  if (html) data.setData("text/html", html);
  for (const [name, bytes] of files) {
    const all = Uint8Array.from(atob(bytes), (char) => char.charCodeAt(0));
    data.items.add(new File([all], name, { type: "image/png" }));
  }
  const options = { bubbles: true, cancelable: true };
  const { left, top } = box.getBoundingClientRect();
  box.dispatchEvent(event === "paste"
    ? new ClipboardEvent("paste", { ...options, clipboardData: data })
    : new DragEvent("drop", { ...options, dataTransfer: data, clientX: left + 30, clientY: top + 20 }));
}"""


def give(page, event, html="", files=()):
    page.locator(WRITING).evaluate(GIVE, [event, html, [[n, base64.b64encode(b).decode()] for n, b in files]])


def describe(page, text):
    page.get_by_label("替代文字（必填）").fill(text)
    page.get_by_role("dialog").get_by_role("button", name="插入").click()
    page.locator(f'{WRITING} img[alt="{text}"]').wait_for()


def test_an_image_is_inserted_by_the_button_and_readers_see_it(signed_in, make_page, live_server):
    article = make_article(status="draft", body="<p>看下面的图。</p>")
    page = open_form(signed_in, live_server, article)
    page.locator(WRITING).click()
    page.keyboard.press("Control+End")
    page.get_by_role("button", name="图片（也可以", exact=False).click()
    dialog = page.get_by_role("dialog")
    page.get_by_label("图片文件").set_input_files(
        {"name": "膝盖.png", "mimeType": "image/png", "buffer": file_of(draw(1000, 700))}
    )
    dialog.get_by_role("button", name="插入").click()  # without a text the browser asks for it
    assert dialog.is_visible()
    describe(page, "膝关节的正面")
    inserted = page.locator(f"{WRITING} img")
    assert inserted.get_attribute("alt") == "膝关节的正面"
    save(page)
    image = Image.objects.get()
    article.refresh_from_db()
    assert article.body == f"<p>看下面的图。</p>{shown(image, '膝关节的正面')}"
    article.publish()

    reader = make_page(viewport={"width": 360, "height": 740})
    reader.goto(live_server.url + article.get_absolute_url())
    seen = reader.locator(".answer img")
    assert seen.evaluate("image => image.complete && image.naturalWidth > 0")
    assert "-480.webp" in seen.evaluate("image => image.currentSrc")
    assert seen.bounding_box()["width"] <= 360
    assert reader.evaluate("document.documentElement.scrollWidth") <= 360


def test_images_are_pasted_and_dropped_one_after_the_other(signed_in, live_server):
    page = open_form(signed_in, live_server, make_article(status="draft", body="<p>文</p>"))
    files = [("一.png", file_of(draw(60, 40))), ("二.png", file_of(draw(60, 40, colour=(1, 2, 3))))]
    give(page, "paste", files=files)
    describe(page, "第一张")
    describe(page, "第二张")
    give(page, "drop", files=[("三.png", file_of(draw(60, 40, colour=(4, 5, 6))))])
    describe(page, "第三张")
    save(page)
    body = Article.objects.get().body
    assert sorted(Image.objects.values_list("alt", flat=True)) == ["第一张", "第三张", "第二张"]
    assert body.index("第一张") < body.index("第二张")
    assert body.count("<img ") == 3


def test_what_is_refused_is_said_in_the_dialog_and_can_be_given_up(signed_in, make_page, live_server):
    page = open_form(signed_in, live_server, make_article(status="draft"))
    give(page, "paste", files=[("坏.png", file_of(draw())[:300])])
    page.get_by_label("替代文字（必填）").fill("坏图")
    page.get_by_role("dialog").get_by_role("button", name="插入").click()
    page.get_by_text("这张图片坏了").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="hidden")
    assert page.locator(f"{WRITING} img").count() == 0
    assert not Image.objects.exists()
    assert len(make_page.complaints) == 1  # Chromium notes the 400
    make_page.complaints.clear()


def test_the_text_of_an_image_can_be_changed_later(signed_in, live_server):
    image = make_image()
    article = make_article(status="draft", body=f"<p>文</p>{shown(image)}")
    page = open_form(signed_in, live_server, article)
    page.locator(f"{WRITING} img").click()
    page.get_by_role("button", name="图片（也可以", exact=False).click()
    text = page.get_by_label("替代文字（必填）")
    assert text.input_value() == image.alt
    text.fill("右膝")
    page.get_by_role("dialog").get_by_role("button", name="确定").click()
    save(page)
    article.refresh_from_db()
    assert article.body == f"<p>文</p>{shown(image, '右膝')}"


def test_text_pasted_with_pictures_of_elsewhere_comes_without_them_and_says_so(signed_in, live_server):
    article = make_article(status="draft", body="<p>前。</p>")
    page = open_form(signed_in, live_server, article)
    html = '<p>正文。<img src="https://mmbiz.example.invalid/1.png"></p><img src="file:///C:/1.png">'
    give(page, "paste", html, [("word.png", file_of(draw(60, 40)))])  # Word adds a picture of the text
    page.get_by_text("有 2 张图片没有带过来").wait_for()
    assert page.get_by_role("dialog").count() == 0
    assert page.locator(f"{WRITING} img").count() == 0
    save(page)
    article.refresh_from_db()
    assert "正文。" in article.body
    assert "<img" not in article.body


def test_an_image_copied_from_our_own_page_may_be_pasted(signed_in, live_server):
    image, article = make_image(), make_article(status="draft", body="<p>前。</p>")
    page = open_form(signed_in, live_server, article)
    give(page, "paste", f'<p>正文。</p><img src="{live_server.url}{image.address}" alt="膝" width="900" srcset="x 1x">')
    save(page)
    article.refresh_from_db()
    assert shown(image, "膝") in article.body
