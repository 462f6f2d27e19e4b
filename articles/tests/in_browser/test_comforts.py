"""What makes a long answer bearable, in a real Chromium: reading aloud, contents, the way up, tables, images."""

import pytest

from articles.tests.browser_editing import until
from articles.tests.factories import make_article
from articles.tests.pictures import make_image

expect = pytest.importorskip("playwright.sync_api").expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BODY = "".join(f"<h2>第{part}节</h2>" + f"<p>{part}说到这里。还有一句！</p>" * 12 for part in "一二三四")
# A voice of our own: Chromium has none here. It says a sentence when it is told to.
VOICE = """
(() => {
  const said = [];
  const speech = {
    said,
    pending: null,
    getVoices: () => LANGUAGES.map((lang) => ({ lang, name: lang, localService: true })),
    speak(spoken) { said.push([spoken.text, spoken.rate, spoken.lang]); this.pending = spoken; },
    cancel() { this.pending = null; },
    addEventListener() {},
    finish() { this.pending.dispatchEvent(new Event("end")); },
  };
  Object.defineProperty(window, "speechSynthesis", { value: speech });
  window.SpeechSynthesisUtterance = class extends EventTarget { constructor(text) { super(); this.text = text; } };
})();
"""


@pytest.fixture
def address(live_server):
    article = make_article(
        title="面部肌肉痉挛怎么办？", short_answer="先休息。", body=BODY, when_to_see_a_doctor="超过两周。"
    )
    return live_server.url + article.get_absolute_url()


def with_voice(page, *languages):
    page.add_init_script(VOICE.replace("LANGUAGES", str(list(languages))))
    return page


def said(page):
    return page.evaluate("speechSynthesis.said.map(([text]) => text)")


def test_a_power_is_spoken_as_one_and_what_is_struck_out_is_not(page, live_server):
    dose = "<p>每次<s>10</s>5 mg。<s>旧的一句。</s></p>"
    body = f"{dose}<p>白细胞 4×10<sup><strong>1</strong>2</sup>/L，CO<sub>2</sub> 高<sup>[1]</sup>。</p>"
    body += "<p>每次 5 mg<sup>2</sup>（见文献）<sup>3</sup>碘 I<sup>131</sup> 24 kg/m<sup>2</sup></p>"
    article = make_article(title="多少？", body=body)
    with_voice(page, "zh-CN").goto(live_server.url + article.get_absolute_url())
    page.get_by_role("button", name="朗读").click()
    page.evaluate("while (speechSynthesis.pending) speechSynthesis.finish()")
    notes = "每次 5 mg2（见文献）3碘 I131 24 kg/m的2次方"
    assert said(page) == ["多少？", "每次5 mg。", "白细胞 4×10的12次方/L，CO2 高[1]。", notes]


def test_signs_that_a_voice_may_pass_over_are_said_in_words(page, live_server):
    body = (
        "<p>每次 2~3 片，5-10 mg，0.5–1 g；&lt;5 岁禁用，≥65 岁减量，37 ± 0.5。</p>"
        "<p>拨打 010-12345678，2025-06-24，1-2-3，COVID-19。</p><p>每次 1<sup>1</sup>/<sub>2</sub> 片</p>"
    )
    article = make_article(title="血小板低于20×10⁹/L 怎么办？", body=body)
    with_voice(page, "zh-CN").goto(live_server.url + article.get_absolute_url())
    page.get_by_role("button", name="朗读").click()
    page.evaluate("while (speechSynthesis.pending) speechSynthesis.finish()")
    assert said(page) == [
        "血小板低于20×10的9次方/L 怎么办？",
        "每次 2到3 片，5到10 mg，0.5到1 g；",
        "小于5 岁禁用，大于等于65 岁减量，37 正负 0.5。",
        "拨打 010-12345678，2025-06-24，1-2-3，COVID-19。",
        "每次 1又1/2 片",
    ]


def test_text_in_no_paragraph_is_read_too(page, live_server):
    body = "下面的不能吃：<ul><li>柚子</li></ul>可以吃苹果，<strong>不能</strong>喝酒<br>别的问医生"
    article = make_article(title="能吃什么？", body=body)
    with_voice(page, "zh-CN").goto(live_server.url + article.get_absolute_url())
    page.get_by_role("button", name="朗读").click()
    page.evaluate("while (speechSynthesis.pending) speechSynthesis.finish()")
    assert said(page) == ["能吃什么？", "下面的不能吃：", "柚子", "可以吃苹果，不能喝酒", "别的问医生"]


def test_question_is_read_sentence_by_sentence_and_marked(page, address):
    with_voice(page, "en-US", "zh-CN").goto(address)
    page.get_by_role("button", name="朗读").click()
    expect(page.get_by_role("button", name="暂停")).to_be_focused()
    for _ in range(4):
        page.evaluate("speechSynthesis.finish()")
    assert said(page) == ["面部肌肉痉挛怎么办？", "一句话回答", "先休息。", "第一节", "一说到这里。"]
    assert page.evaluate("[...CSS.highlights.get('reading')].map(String)") == ["一说到这里。"]
    assert page.evaluate("speechSynthesis.said.every(([, , lang]) => lang === 'zh-CN')")


def test_reading_goes_to_the_end_with_when_to_see_a_doctor(page, address):
    with_voice(page, "zh-CN").goto(address)
    page.get_by_role("button", name="朗读").click()
    expect(page.get_by_role("button", name="暂停")).to_be_focused()
    page.evaluate("while (speechSynthesis.pending) speechSynthesis.finish()")
    assert said(page)[-2:] == ["何时就医", "超过两周。"]
    expect(page.get_by_role("button", name="朗读")).to_be_focused()
    expect(page.locator(".reading-bar")).to_have_count(0)


def test_no_dose_or_number_is_said_that_the_page_does_not_show(page, live_server):
    body = (
        "<table><tr><td>5 毫克<p>每日一次</p></td></tr></table>"
        "<p>每次 5<br>10 毫克<s>，每日三次</s>。高于 4×10<sup>9</sup>/L</p>"
        "<ul><li>甲<ol><li>乙</li></ol>丙</li></ul><p><strong>mg</strong> <em>g</em>，10<sup>-6</sup> mol</p>"
    )
    article = make_article(title="怎么吃？", body=body)
    with_voice(page, "zh-CN").goto(live_server.url + article.get_absolute_url())
    page.get_by_role("button", name="朗读").click()
    expect(page.get_by_role("button", name="暂停")).to_be_focused()
    page.evaluate("while (speechSynthesis.pending) speechSynthesis.finish()")
    doses = ["5 毫克", "每日一次", "每次 5", "10 毫克。", "高于 4×10的9次方/L"]
    assert said(page) == ["怎么吃？", *doses, "甲", "乙", "丙", "mg g，10的负6次方 mol"]


def test_pause_begins_the_sentence_again_and_slower_is_slower(page, address):
    with_voice(page, "zh-CN").goto(address)
    page.get_by_role("button", name="朗读").click()
    page.get_by_role("button", name="暂停").click()
    assert page.evaluate("speechSynthesis.pending") is None
    page.get_by_role("button", name="继续").click()
    page.get_by_role("button", name="语速：正常").click()
    assert page.evaluate("speechSynthesis.said.map(([text, rate]) => [text, rate])") == [
        ["面部肌肉痉挛怎么办？", 1],
        ["面部肌肉痉挛怎么办？", 1],
        ["面部肌肉痉挛怎么办？", 0.8],
    ]
    page.keyboard.press("Escape")
    expect(page.locator(".reading-bar")).to_have_count(0)
    assert page.evaluate("CSS.highlights.has('reading')") is False


@pytest.mark.parametrize("languages", [(), ("en-US", "ja-JP")])
def test_no_reading_without_a_chinese_voice(page, address, languages):
    with_voice(page, *languages).goto(address)
    expect(page.locator(".read-aloud")).to_be_hidden()


def test_no_reading_without_javascript(make_page, address):
    page = make_page(java_script_enabled=False)
    page.goto(address)
    expect(page.locator(".read-aloud")).to_be_hidden()


def test_contents_are_folded_on_a_phone_and_stand_beside_the_answer_when_wide(make_page, address):
    page = make_page(viewport={"width": 360, "height": 640}, java_script_enabled=False)
    page.goto(address)
    expect(page.locator(".contents a").first).to_be_hidden()
    page.locator("summary", has_text="目录").click()
    page.locator(".contents").get_by_role("link", name="第三节").click()
    top = page.get_by_role("heading", name="第三节").bounding_box()["y"]
    assert 0 <= top < 100
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(page.locator(".contents")).to_be_hidden()
    expect(page.get_by_role("complementary").get_by_role("link", name="第四节")).to_be_visible()


def test_way_up_is_offered_behind_two_screens(make_page, address):
    page = make_page(viewport={"width": 360, "height": 640})
    page.goto(address)
    up = page.get_by_role("link", name="回到顶部")
    expect(up).to_be_hidden()
    page.evaluate("scrollTo(0, 1400)")
    expect(up).to_be_visible()
    up.click()
    expect(up).to_be_hidden()


def test_wide_table_scrolls_by_itself_and_keeps_numbers_whole(make_page, live_server):
    cells = "<td>每次100 毫克，一天3次</td>" * 8
    rows = f"<tr>{cells}</tr>" * 60
    body = (
        f"<table><caption>剂量</caption><thead><tr>{'<th>药物名称</th>' * 8}</tr></thead><tbody>{rows}</tbody></table>"
    )
    page = make_page(viewport={"width": 360, "height": 640})
    page.goto(live_server.url + make_article(body=body).get_absolute_url())
    table = page.get_by_role("group", name="剂量")
    assert table.evaluate("box => box.scrollWidth > box.clientWidth && box.scrollHeight > box.clientHeight")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    lines = table.locator(".quantity").evaluate_all("all => all.map((one) => one.getClientRects().length)")
    assert set(lines) == {1}
    table.evaluate("box => box.scrollTo(0, 900)")
    head, box = table.locator("thead th").first.bounding_box(), table.bounding_box()
    assert abs(head["y"] - box["y"]) < 2
    table.focus()
    page.keyboard.press("ArrowRight")


def test_image_opens_large(make_page, live_server):
    page = make_page()
    image = make_image(alt="面部的肌肉")
    body = f'<p><img src="{image.get_absolute_url()}" alt="面部的肌肉"></p>'
    page.goto(live_server.url + make_article(body=body).get_absolute_url())
    page.get_by_role("link", name="看大图：面部的肌肉").click()
    page.wait_for_url(f"**{image.get_absolute_url()}")
    assert page.evaluate("document.querySelector('img').naturalWidth") == 900
    make_page.complaints.clear()  # of the style that Chromium itself would give to an image, under our policy


def test_link_is_copied_and_that_is_said(make_page, live_server, address, settings):
    settings.SITE_URL = live_server.url
    page = make_page(permissions=["clipboard-read", "clipboard-write"])
    page.goto(address)
    expect(page.get_by_role("button", name="分享")).to_be_hidden()  # this browser cannot
    page.get_by_role("button", name="复制链接").click()
    expect(page.locator(".said")).to_have_text("链接已复制。")
    assert page.evaluate("navigator.clipboard.readText()") == address


def test_share_and_print_are_what_the_device_has(page, live_server, address, settings):
    settings.SITE_URL = live_server.url
    page.add_init_script(
        "window.done = []; window.print = () => done.push('print');"
        "navigator.share = async (what) => done.push(what.url, what.title)"
    )
    page.goto(address)
    page.get_by_role("button", name="分享").click()
    page.get_by_role("button", name="打印").click()
    until(page, "done.length === 3")
    assert page.evaluate("done") == [address, page.title(), "print"]
