"""Pages for those who see badly or not at all, in a real Chromium: light, dark, and the colours of the system."""

import re

import pytest
from playwright.sync_api import expect

from articles.models import Page, TagAlias
from articles.tests.browser_editing import enter, make_person
from articles.tests.browser_seeing import FAINT, HIDDEN_LINKS, nameless, unpainted
from articles.tests.editing import change_address
from articles.tests.factories import make_article, make_doctor, make_tag
from articles.tests.pictures import make_image, shown

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TABLE = (
    "<table><caption>多久查一次</caption><thead><tr><th>药</th></tr></thead><tbody><tr><td>一</td></tr></tbody></table>"
)
WITH_MORE = {"short_answer": "先休息。", "references": "指南。", "when_to_see_a_doctor": "超过两周。", "urgency": "now"}
PUBLIC = [
    "/",
    "/articles/",
    "/search/?q=痉挛",
    "/search/?q=胸痛",
    "/tags/痉挛/",
    "/tags/",
    "/doctors/",
    "/about/",
    "/nothing/",
]


@pytest.fixture
def article(media_root):
    doctor = make_doctor(name="周明远", professional_title="主任医师", hospital="示范医院")
    tag = make_tag("痉挛", kind="disease", introduction="肌肉不自主收缩。")
    TagAlias.objects.create(tag=tag, name="抽筋")
    Page.objects.get_or_create(slug="about", defaults={"title": "关于", "body": "<p>文</p>"})
    make_article(title="小腿痉挛怎么办？", tags=[tag], doctor=doctor)
    picture = f"<figure>{shown(make_image())}<figcaption>图 1</figcaption></figure>"
    make_article(status="withdrawn", withdrawn_reason="过时。")
    return make_article(
        title="面肌痉挛怎么办？", body=f"<p>文</p>{picture}{TABLE}", tags=[tag], doctor=doctor, **WITH_MORE
    )


@pytest.fixture
def public(article):
    own = article.get_absolute_url()
    return [*PUBLIC, own, f"{own}report/", f"{own}like/", article.doctor.get_absolute_url()]


@pytest.fixture
def desk(article, boss):
    places = ["", "account/", "account/second-factor/", "account/passkeys/", "password_change/", "auth/group/add/"]
    places += [f"articles/{kind}/" for kind in ("article", "tag", "doctor", "image", "auditentry")]
    places += [f"articles/tag/{article.tags.get().pk}/change/", f"auth/user/{boss.pk}/change/"]
    draft = make_article(status="draft", doctor=None)
    return [*(f"/admin/{place}" for place in places), change_address(draft), change_address(article)]


@pytest.fixture
def boss():
    user = make_person("wangmin", "王敏", "管理员")
    user.is_superuser = True
    user.save()
    return user


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_told_from_what_is_behind_it(make_page, live_server, public, desk, boss, scheme):
    page = make_page(viewport={"width": 360, "height": 740}, color_scheme=scheme)
    for path in [*public, "/admin/login/"]:
        page.goto(live_server.url + path)
        assert page.evaluate(FAINT) == [], path
    enter(page, live_server, boss)
    for path in desk:
        page.goto(live_server.url + path)
        assert page.evaluate(FAINT) == [], path
        assert page.evaluate(HIDDEN_LINKS) == [], path
    make_page.complaints.clear()  # 404 is an error to the console


def test_every_control_has_a_name_and_every_page_a_heading(make_page, live_server, public, desk, boss):
    page = make_page()
    for path in [*public, "/admin/login/"]:
        page.goto(live_server.url + path)
        assert nameless(page) == [], path
        assert page.locator("h1").count() == 1, path
    enter(page, live_server, boss)
    for path in desk:
        page.goto(live_server.url + path, wait_until="networkidle")
        assert nameless(page) == [], path
        assert page.locator("#content h1").count() == 1, path
    make_page.complaints.clear()  # 404 is an error to the console


def test_a_box_to_choose_from_says_what_it_is_and_what_is_chosen(make_page, live_server, article):
    page = enter(make_page(), live_server, make_person("lihong", "李红", "编辑"), change_address(article))
    expect(page.get_by_role("combobox", name=re.compile("回答医生 .*周明远"))).to_have_count(1)


def test_filters_of_lists_are_large_enough_for_a_finger(signed_in, live_server, article):
    signed_in.goto(f"{live_server.url}/admin/articles/tag/")
    heights = signed_in.locator("#changelist-filter li a").evaluate_all(
        "all => all.map((one) => one.getBoundingClientRect().height)"
    )
    assert heights
    assert min(heights) >= 24


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_chosen_is_seen_in_the_colours_of_the_system(make_page, live_server, article, scheme):
    page = make_page(color_scheme=scheme, forced_colors="active")
    behind = "one => getComputedStyle(one).backgroundColor"
    page.goto(live_server.url + article.get_absolute_url())
    for pressed, other in (("标准", "特大"), ("点赞", "复制链接")):
        button = page.get_by_role("button", name=pressed)
        if button.get_attribute("aria-pressed") == "false":
            button.click()
            button = page.get_by_role("button", name="已赞")
            button.wait_for()
        assert button.evaluate(behind) != page.get_by_role("button", name=other).evaluate(behind), pressed
    page.goto(f"{live_server.url}/search/?q=痉挛&tag=痉挛")
    chosen, others = page.locator(".pill[aria-current]"), page.locator(".pill:not([aria-current])")
    assert chosen.first.evaluate(behind) != others.first.evaluate(behind)
    assert page.evaluate(FAINT) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_is_painted_in_the_colours_of_the_system(make_page, live_server, public, desk, boss, scheme):
    page = make_page(viewport={"width": 1280, "height": 900}, color_scheme=scheme, forced_colors="active")
    for path in [*public, "/search/?q=痉挛&tag=痉挛", "/admin/login/"]:
        page.goto(live_server.url + path)
        assert unpainted(page) == [], path
    enter(page, live_server, boss)
    for path in desk:
        page.goto(live_server.url + path)
        assert unpainted(page) == [], path
    make_page.complaints.clear()  # 404 is an error to the console
