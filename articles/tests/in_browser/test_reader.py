"""What readers do, in a real Chromium: with and without JavaScript, on a phone, by keyboard, on paper."""

import re
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache

from articles.models import Page
from articles.tests.browser_editing import until
from articles.tests.factories import make_article, make_doctor, make_tag

expect = pytest.importorskip("playwright.sync_api").expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = {"viewport": {"width": 390, "height": 800}}
WIDE_BODY = (
    "<p>" + "无空格的长句" * 30 + "</p><p>" + "Pneumonoultramicroscopicsilicovolcanoconiosis" * 4 + "</p>"
    "<table><tbody><tr>" + "<td>一二三四五六</td>" * 4 + "</tr></tbody></table>"
    '<p><a href="https://example.org/">https://example.org/' + "a" * 200 + "</a></p>"
)


@pytest.fixture
def article():
    cache.clear()
    tags = [make_tag("神经内科", kind="department"), make_tag("面肌痉挛", kind="disease")]
    doctor = make_doctor(name="周明远", professional_title="主任医师", hospital="示范医院")
    for number in range(24):
        make_article(title=f"面肌痉挛第{number}问？", tags=tags, doctor=doctor)
    return make_article(
        title="面部肌肉痉挛怎么办？",
        tags=tags,
        doctor=doctor,
        short_answer="先排除劳累。",
        when_to_see_a_doctor="超过两周。",
        imported_likes=41,
    )


@pytest.fixture
def address(live_server, article):
    return live_server.url + article.get_absolute_url()


def like_button(page):
    return page.locator("form.like button")


def count_of(article):
    article.refresh_from_db()
    return article.like_count


# --- Like ---------------------------------------------------------------------


def test_like_in_place_is_kept_and_undone(page, address, article):
    page.goto(address)
    button, status = like_button(page), page.locator(".said")
    expect(button).to_have_attribute("aria-pressed", "false")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(button).to_contain_text("42")
    expect(status).to_have_text("已点赞，现在有 42 个赞。")
    expect(page.locator(".byline .like-total")).to_have_text("42")
    expect(page.locator("form.like")).to_have_attribute("data-likes", "42")
    expect(button).to_be_focused()
    assert page.url == address
    assert count_of(article) == 42

    page.reload()
    expect(button).to_have_attribute("aria-pressed", "true")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")
    expect(button).to_contain_text("41")
    expect(status).to_have_text("已取消点赞。")
    assert count_of(article) == 41

    page.reload()
    expect(button).to_have_attribute("aria-pressed", "false")


def test_hasty_clicks_count_once(page, address, article):
    page.goto(address)
    expect(like_button(page)).to_have_attribute("aria-pressed", "false")
    page.evaluate("for (let i = 0; i < 5; i++) document.querySelector('form.like button').click()")
    expect(like_button(page)).to_have_attribute("aria-pressed", "true")
    expect(like_button(page)).to_be_enabled()
    assert count_of(article) == 42


def test_like_by_keyboard(page, address, article):
    page.goto(address)
    expect(like_button(page)).to_have_attribute("aria-pressed", "false")
    like_button(page).focus()
    page.keyboard.press("Space")
    expect(like_button(page)).to_have_attribute("aria-pressed", "true")
    assert count_of(article) == 42


def test_pressed_button_looks_pressed_and_is_easy_to_hit(page, address):
    page.goto(address)
    look = "button => getComputedStyle(button).backgroundColor"
    before = like_button(page).evaluate(look)
    assert like_button(page).bounding_box()["height"] >= 44
    like_button(page).click()
    expect(like_button(page)).to_have_attribute("aria-pressed", "true")
    page.mouse.move(0, 0)
    expect(like_button(page)).not_to_have_css("background-color", before)


def test_reader_who_never_liked_is_not_asked_about(page, address):
    asked = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    page.goto(address, wait_until="networkidle")
    assert not [path for path in asked if path.endswith("/like/")]


def test_refused_like_says_so_and_changes_nothing(make_page, address, article, settings):
    page = make_page()
    settings.LIKES_PER_ARTICLE_AND_DAY = 1
    for user_agent in ("b", "c"):  # midnight may pass once
        other = make_page(user_agent=user_agent)
        other.goto(address)
        like_button(other).click()
        expect(other.locator(".said")).not_to_be_empty()
    before = count_of(article)
    page.goto(address)
    like_button(page).click()
    expect(page.locator(".said")).to_have_text("点赞太频繁了，请稍后再试。")
    expect(like_button(page)).to_have_attribute("aria-pressed", "false")
    expect(like_button(page)).to_be_enabled()
    assert count_of(article) == before
    make_page.complaints[:] = [text for text in make_page.complaints if "429" not in text]


def test_like_that_did_not_arrive_says_so(make_page, address, article):
    page = make_page()
    page.goto(address)
    expect(like_button(page)).to_have_attribute("aria-pressed", "false")
    page.context.set_offline(True)
    like_button(page).click()
    expect(page.locator(".said")).to_have_text("没有发送成功，请检查网络后再试。")
    page.context.set_offline(False)
    like_button(page).click()
    expect(like_button(page)).to_have_attribute("aria-pressed", "true")
    assert count_of(article) == 42
    make_page.complaints[:] = [text for text in make_page.complaints if "ERR_INTERNET_DISCONNECTED" not in text]


def test_like_without_javascript(make_page, address, article):
    page = make_page(java_script_enabled=False)
    page.goto(address)
    like_button(page).click()
    assert page.url == f"{address}like/"
    expect(page.locator("h1")).to_have_text("已点赞")
    expect(page.locator("main")).to_contain_text("42 个赞")
    page.reload()  # it was a redirect: nothing is sent again
    assert count_of(article) == 42
    page.get_by_role("button", name="取消点赞").click()
    assert page.url == f"{address}like/"
    expect(page.locator("h1")).to_have_text("未点赞")
    assert count_of(article) == 41
    page.get_by_role("link", name="回到问题").click()
    assert page.url == address
    expect(page.locator(".like-count")).to_have_text("41")


# --- Ways ---------------------------------------------------------------------


@pytest.mark.parametrize("start", ["/articles/", "/tags/面肌痉挛/", "/search/?q=面肌痉挛", "/?from=x"])
def test_back_leads_to_the_same_place_of_the_list(make_page, live_server, article, start):
    page = make_page(**PHONE)
    page.goto(live_server.url + start)
    card = page.locator(".cards a").nth(9)
    card.scroll_into_view_if_needed()
    place, came_from = page.evaluate("scrollY"), page.url
    assert place > 300
    card.click()
    expect(page.locator("form.like")).to_be_visible()
    page.locator("a.back").last.click()
    page.wait_for_url(came_from)
    until(page, f"Math.abs(scrollY - {place}) < 3")


def test_back_works_after_the_skip_link(page, live_server, article):
    page.goto(f"{live_server.url}/articles/")
    page.locator(".cards a").first.click()
    expect(page.locator("form.like")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/#main")
    page.locator("a.back").first.click()
    page.wait_for_url(f"{live_server.url}/articles/")


def test_back_from_a_related_question_leads_through_the_questions(page, live_server, article):
    page.goto(f"{live_server.url}/articles/")
    page.locator(".cards a").first.click()
    expect(page.locator("form.like")).to_be_visible()
    first = page.url
    page.locator(".related h3 a").first.click()
    page.wait_for_url(lambda url: url != first)
    page.locator("a.back").first.click()
    page.wait_for_url(first)
    page.locator("a.back").first.click()
    page.wait_for_url(f"{live_server.url}/articles/")


def test_back_from_the_first_page_of_a_tab_leads_to_the_list(page, live_server, article):
    page.goto(f"{live_server.url}/articles/")
    with page.context.expect_page() as opened:
        page.locator(".cards a").first.click(modifiers=["Control"])
    tab = opened.value
    expect(tab.locator("form.like")).to_be_visible()
    first = tab.url
    tab.locator(".related h3 a").first.click()
    tab.wait_for_url(lambda url: url != first)
    tab.locator("a.back").first.click()
    tab.wait_for_url(first)
    tab.locator("a.back").first.click()
    tab.wait_for_url(f"{live_server.url}/articles/")


@pytest.mark.parametrize("javascript", [True, False])
def test_back_without_a_page_before_leads_to_the_department(make_page, address, javascript):
    page = make_page(java_script_enabled=javascript)
    page.goto(address)
    page.locator("a.back").first.click()
    expect(page.locator("h1")).to_have_text("神经内科")


def test_back_without_javascript_leads_to_the_department(make_page, live_server, article):
    page = make_page(java_script_enabled=False)
    page.goto(f"{live_server.url}/articles/")
    page.locator(".cards a").first.click()
    page.locator("a.back").first.click()
    expect(page.locator("h1")).to_have_text("神经内科")


@pytest.mark.parametrize("javascript", [True, False])
def test_search_from_any_page(make_page, address, javascript):
    page = make_page(java_script_enabled=javascript)
    page.goto(address)
    page.get_by_role("combobox").fill("面部肌肉")
    page.get_by_role("combobox").press("Enter")
    expect(page.locator("h1")).to_have_text("“面部肌肉”的搜索结果")
    page.locator(".cards").get_by_role("link", name="面部肌肉痉挛怎么办？").click()
    assert page.url == address


def test_reader_can_go_all_the_way_without_javascript(make_page, live_server, article):
    page = make_page(java_script_enabled=False, **PHONE)
    page.goto(live_server.url)
    page.get_by_role("link", name="神经内科").first.click()
    page.get_by_role("link", name="下一页").click()
    expect(page.locator("main")).to_contain_text("第 2 页")
    page.locator(".cards a").first.click()
    page.get_by_role("link", name="周明远").click()
    expect(page.locator("h1")).to_have_text("周明远")


def test_first_visit_makes_few_requests_and_all_to_us(page, address):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address, wait_until="networkidle")
    assert len(asked) <= 4, asked
    assert {urlsplit(url).netloc for url in asked} == {urlsplit(address).netloc}


# --- Looks --------------------------------------------------------------------


def type_size(page):
    return page.evaluate("parseFloat(getComputedStyle(document.querySelector('.answer')).fontSize)")


SIZES = {"标准": "0", "大": "1", "特大": "2"}


def remember_size(page, size):
    page.add_init_script(f"localStorage.setItem('large-type', '{SIZES[size]}')")


def test_size_of_type_is_remembered(page, address, live_server):
    page.goto(address)
    normal = type_size(page)
    for name, ratio in (("大", 1.25), ("特大", 1.5)):
        button = page.get_by_role("button", name=name, exact=True)
        button.click()
        assert type_size(page) == pytest.approx(normal * ratio)
        page.reload()
        expect(button).to_have_attribute("aria-pressed", "true")
        page.goto(f"{live_server.url}/articles/")
        expect(button).to_have_attribute("aria-pressed", "true")
        page.goto(address)
        assert type_size(page) == pytest.approx(normal * ratio)
    page.get_by_role("button", name="标准").click()
    page.reload()
    assert type_size(page) == normal


def test_page_that_the_browser_kept_takes_the_size_that_was_chosen_since(page, address, live_server):
    page.goto(f"{live_server.url}/articles/")
    page.goto(address)
    page.get_by_role("button", name="特大").click()
    page.go_back()
    expect(page.get_by_role("button", name="特大")).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "24px"


WATCHED = """
  window.shift = 0;
  window.largest = null;
  const watch = (type, take) =>
    new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true });
  watch("layout-shift", (entry) => { window.shift += entry.value; });
  watch("largest-contentful-paint", (entry) => { window.largest = entry.element?.tagName; });
"""


@pytest.mark.parametrize("size", SIZES)
def test_nothing_moves_while_a_page_comes_and_its_largest_part_is_text(make_page, live_server, address, size):
    page = make_page(viewport={"width": 360, "height": 640})
    remember_size(page, size)
    page.add_init_script(WATCHED)
    for path in (urlsplit(address).path, "/", "/articles/", "/tags/面肌痉挛/"):
        page.goto(live_server.url + path)
        until(page, "window.largest")
        assert page.evaluate("window.shift") == 0, path
        assert page.evaluate("window.largest") in ("P", "H1", "A", "SPAN"), path


def test_large_type_is_a_link_without_javascript(make_page, address):
    page = make_page(java_script_enabled=False)
    page.goto(address)
    before = page.locator(".answer").bounding_box()["height"]
    page.get_by_role("link", name="大字").click()
    assert page.locator(".answer").bounding_box()["height"] > before
    page.get_by_role("link", name="标准").click()
    assert page.locator(".answer").bounding_box()["height"] == before


def test_nothing_that_only_a_script_answers_is_shown_without_one(make_page, address):
    page = make_page(java_script_enabled=False)
    page.goto(address)
    for control in page.locator("button[type=button]").all():
        expect(control).to_be_hidden()


@pytest.mark.parametrize("size", SIZES)
def test_short_answer_stands_in_the_first_screen_of_a_small_phone(make_page, article, address, size):
    article.short_answer = "多数在休息以后两周内消退；超过两周，或者半边脸一起抽动，要到神经内科检查，不要自己用药。"
    article.save()
    page = make_page(viewport={"width": 360, "height": 640})
    remember_size(page, size)
    page.goto(address)
    box = page.locator(".short-answer").bounding_box()
    assert box["y"] + box["height"] <= 640


TAPPED = "main a, main button, main .report-reason, .site-header a, .site-header button, aside a, footer a"


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    "path", ["/", "/articles/", "/search/?q=面肌痉挛", "/tags/面肌痉挛/", "/tags/", "/doctors/", "own", "ownreport/"]
)
def test_what_is_tapped_is_large_enough_for_a_finger(make_page, live_server, article, size, path):
    page = make_page(viewport={"width": 360, "height": 640})
    remember_size(page, size)
    page.goto(live_server.url + path.replace("own", article.get_absolute_url()))
    small = page.locator(TAPPED).evaluate_all(
        "all => all.filter(one => one.checkVisibility() && !one.closest('.answer'))"
        ".map(one => [one.textContent.trim(), one.getBoundingClientRect().height]).filter(([, height]) => height < 44)"
    )
    assert small == []


def test_tap_anywhere_on_a_card_opens_its_question(make_page, live_server, article):
    page = make_page(**PHONE)
    page.goto(f"{live_server.url}/articles/")
    card = page.locator(".card").first
    address = card.locator("a").get_attribute("href")
    box = card.bounding_box()
    page.mouse.click(box["x"] + box["width"] - 5, box["y"] + box["height"] - 5)
    page.wait_for_url(live_server.url + address)


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("javascript", [True, False])
def test_nothing_scrolls_sideways_at_320_pixels(make_page, live_server, address, large, javascript):
    tag = make_tag("T" * 50, kind="symptom", introduction="I" * 300)
    doctor = make_doctor(name="D" * 40, hospital="H" * 80, biography="B" * 300)
    fields = {"references": "R" * 300, "when_to_see_a_doctor": "W" * 300, "short_answer": "S" * 200}
    wide = make_article(title="W" * 120, body=WIDE_BODY, doctor=doctor, reviewer=doctor, tags=[tag], **fields)
    excerpt = make_article(title="摘" * 120, is_excerpt=True, tags=[tag], doctor=doctor, imported_likes=10**9)
    gone = make_article(status="withdrawn", withdrawn_reason="X" * 200)
    flat = Page.objects.create(slug="about", title="P" * 60, body=WIDE_BODY)
    rows = [row.get_absolute_url() for row in (wide, excerpt, gone, flat, tag, doctor)]
    pages = ["/", "/articles/", "/tags/", "/doctors/", f"/search/?q={'Q' * 64}", "/search/", "/nothing/here/"]
    page = make_page(viewport={"width": 320, "height": 700}, java_script_enabled=javascript)
    for path in [*rows, *pages, f"{wide.get_absolute_url()}like/", urlsplit(address).path]:
        page.goto(live_server.url + path)
        if large:
            page.get_by_role(*(("button",) if javascript else ("link",)), name="特大" if javascript else "大字").click()
        assert width_of(page) <= 320, path
    make_page.complaints.clear()  # 404 and 410 are errors to the console


def test_nothing_scrolls_sideways_where_all_type_is_doubled(make_page, live_server, article):
    own = article.get_absolute_url()
    places = ["/", "/articles/", "/tags/", "/tags/面肌痉挛/", "/doctors/", "/search/?q=面肌痉挛", "/nothing/here/"]
    page = make_page(viewport={"width": 320, "height": 640})
    for path in [*places, own, f"{own}like/", f"{own}report/", article.doctor.get_absolute_url()]:
        page.goto(live_server.url + path)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert width_of(page) <= 320, path
        field = page.locator(".search input").first
        assert field.evaluate("one => one.clientWidth / parseFloat(getComputedStyle(one).fontSize)") >= 5, path
    make_page.complaints.clear()  # 404 is an error to the console


def test_table_of_many_columns_does_not_widen_the_page(make_page, live_server):
    body = "<table><tbody><tr>" + "<td>一二三四五六</td>" * 10 + "</tr></tbody></table>"
    page = make_page(viewport={"width": 320, "height": 700})
    page.goto(live_server.url + make_article(body=body).get_absolute_url())
    assert width_of(page) <= 320


def width_of(page):
    return page.evaluate("document.documentElement.scrollWidth")


def brightness(page, selector, color):
    text = page.locator(selector).first.evaluate(f"element => getComputedStyle(element).{color}")
    red, green, blue = (int(part) for part in re.findall(r"\d+", text)[:3])
    return (red * 299 + green * 587 + blue * 114) / 1000


@pytest.mark.parametrize(("scheme", "is_dark"), [("light", False), ("dark", True)])
def test_colours_follow_the_reader(make_page, address, scheme, is_dark):
    page = make_page(color_scheme=scheme)
    page.goto(address)
    background, text = brightness(page, "body", "backgroundColor"), brightness(page, ".answer p", "color")
    assert (background < 60) is is_dark
    assert (text > 180) is is_dark


def test_paper_holds_the_answer_and_not_the_furniture(page, address, live_server, settings):
    settings.SITE_URL = live_server.url
    page.goto(address)
    page.emulate_media(media="print")
    for selector in (
        "h1",
        ".byline",
        ".short-answer",
        ".answer",
        ".see-doctor",
        ".print-address",
        ".on-paper svg",
        ".disclaimer",
    ):
        expect(page.locator(selector)).to_be_visible()
    for selector in (".site-header", ".related", ".site-footer", ".after", ".breadcrumb", ".likes"):
        expect(page.locator(selector)).to_be_hidden()
    expect(page.locator(".print-address")).to_have_text(address)
    page.emulate_media(media="screen")
    expect(page.locator(".print-address")).to_be_hidden()


def test_no_card_and_no_row_of_a_table_is_cut_by_the_end_of_a_paper(page, live_server):
    rows = "".join(f"<tr><td>第{number}行</td><td>{'很长的说明，' * 20}</td></tr>" for number in range(9))
    article = make_article(body=f"<table><thead><tr><th>一</th><th>二</th></tr></thead><tbody>{rows}</tbody></table>")
    page.emulate_media(media="print")
    for path, parts in (("/articles/", ".card"), (article.get_absolute_url(), ".answer tr")):
        page.goto(live_server.url + path)
        kept = page.locator(parts).evaluate_all("all => all.map((one) => getComputedStyle(one).breakInside)")
        assert set(kept) == {"avoid"}
    # In Chromium a heading row that stays is painted over its own lines.
    assert page.locator(".table th").first.evaluate("one => getComputedStyle(one).position") == "static"


def test_keyboard_reaches_the_text_first(page, address):
    page.goto(address)
    page.keyboard.press("Tab")
    skip = page.locator(":focus")
    expect(skip).to_have_text("跳到正文")
    until(page, "document.activeElement.getBoundingClientRect().top >= 0")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


@pytest.mark.parametrize("width", [360, 1280])
def test_keyboard_goes_through_the_header_as_the_eye_does(make_page, address, width):
    page = make_page(viewport={"width": width, "height": 800})
    page.goto(address)
    page.keyboard.press("Tab")  # the skip link
    places = []
    for _ in range(10):
        page.keyboard.press("Tab")
        box = page.locator(":focus").bounding_box()
        places.append((round((box["y"] + box["height"] / 2) / 40), box["x"]))
    assert places == sorted(places)


def test_sidebar_stands_beside_the_answer_on_a_wide_screen_and_below_it_on_a_phone(make_page, address):
    for options, beside in [({"viewport": {"width": 1280, "height": 900}}, True), (PHONE, False)]:
        page = make_page(**options)
        page.goto(address)
        answer, related = page.locator("main").bounding_box(), page.locator(".related").bounding_box()
        assert (related["x"] >= answer["x"] + answer["width"]) is beside
        assert (related["y"] >= answer["y"] + answer["height"]) is not beside


def test_short_answer_stands_in_the_first_screen_of_a_phone(make_page, address):
    page = make_page(**PHONE)
    page.goto(address)
    box = page.locator(".short-answer").bounding_box()
    assert box["y"] + box["height"] <= PHONE["viewport"]["height"]
