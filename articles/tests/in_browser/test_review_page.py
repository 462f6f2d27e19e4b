"""The review page in a real Chromium: everything that changes is in sight, at every width, and keys are enough."""

import pytest

from articles.models import Tag
from articles.tests.browser_editing import TABLET, enter, fits, make_person, tab_to
from articles.tests.editing import change_address, make_staff, send, sign_in
from articles.tests.factories import make_article, make_doctor, make_tag
from articles.tests.pictures import make_image

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BEFORE = (
    "<p>白细胞正常值是 4～10×10<sup>9</sup>/L，高于这个数要复查。</p>"
    "<p>详见这里的<a href='https://a.example.org/guide'>诊疗指南</a>。</p>"
    "<ol><li>先热敷十分钟。</li><li>再休息半小时。</li></ol>"
    "<table><thead><tr><th>药</th><th>每次</th></tr></thead><tbody><tr><td>甲药</td><td>5 mg</td></tr>"
    "<tr><td>乙药</td><td>10 mg</td></tr></tbody></table>"
    "<p><img src='{}' alt='眼睑示意图'></p><h2>在家怎么做</h2><ul><li>少熬夜。</li><li>多喝水。</li></ul>"
)
AFTER = (
    "<p>白细胞正常值是 4～10×109/L，高于这个数要复查。</p>"
    "<p>详见这里的<a href='https://b.example.org/guide'>诊疗指南</a>。</p>"
    "<ul><li>先热敷十分钟。</li><li>再休息半小时。</li></ul>"
    "<table><thead><tr><th>药</th><th>每次</th></tr></thead><tbody><tr><td>甲药</td><td>50 mg</td></tr>"
    "<tr><td>丙药</td><td>20 mg</td></tr></tbody></table>"
    "<p><img src='{}' alt='右眼睑示意图'></p><h3>在家怎么做</h3>"
    "<ul><li>少熬夜。</li><li>多喝热水。</li><li>早睡。</li></ul>"
)


@pytest.fixture
def changed(media_root):
    """A published question of which everything changes."""
    one, other = make_image(600, 300).address, make_image(600, 300, colour=(40, 60, 200)).address
    article = make_article(
        title="眼皮一直跳怎么办？",
        doctor=make_doctor(name="张文静", professional_title="主任医师", hospital="示范医院"),
        tags=[make_tag("眼科", kind=Tag.Kind.DEPARTMENT), "眼皮跳", "熬夜"],
        short_answer="多数人休息几天就好。",
        body=BEFORE.format(one),
        when_to_see_a_doctor="跳了三周以上，请看眼科。\n\n半边脸都跳，请看神经内科。",
        references="《眼科学》第 8 版\n旧的一条",
    )
    for title in ("面肌痉挛怎么治？", "眼睛干涩怎么办？"):
        make_article(title=title, tags=["眼皮跳"])
    send(
        sign_in(make_staff("编辑")),
        change_address(article),
        step="submit",
        title="左眼皮一直跳怎么办？",
        doctor=make_doctor(name="李秀兰", hospital="示范医院").pk,
        tags="眼科，眼皮跳，面肌痉挛",
        short_answer="多数人休息一周就好。",
        body=AFTER.format(other),
        urgency="soon",
        when_to_see_a_doctor="跳了两周以上，请看眼科。\n\n半边脸都跳，请看神经内科。",
        references="《眼科学》第 9 版",
    )
    return article


@pytest.fixture
def doctor(make_page, live_server):
    """陈静, a doctor with an account of her own, at a tablet."""
    user = make_person("chenjing", "陈静", "医学审核")
    make_doctor(name="陈静", hospital="示范医院", user=user)
    return enter(make_page(viewport=TABLET), live_server, user)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 768, 1440])
def test_every_change_and_every_button_is_in_sight(changed, doctor, make_page, live_server, width, scheme):
    page = make_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.context.add_cookies(doctor.context.cookies())
    for show in ("changes", "now", "before"):
        page.goto(f"{live_server.url}/admin/articles/article/{changed.pk}/review/?show={show}")
        page.wait_for_load_state("networkidle")
        fits(page)
        for name in ("通过并发布", "通过并看下一个", "退回修改"):
            button = page.get_by_role("button", name=name, exact=True).bounding_box()
            assert button["y"] + button["height"] <= 800, name
            assert button["height"] >= 44, name
        assert page.locator(".review-bar").bounding_box()["height"] <= 112.5
        marks = page.locator("main ins, main del, aside ins, aside del")
        assert (marks.count() > 20) is (show == "changes")


def test_a_doctor_approves_and_signs_at_a_tablet_by_keys_alone(changed, doctor, make_page, live_server):
    doctor.get_by_role("link", name="眼皮一直跳怎么办？").first.focus()
    with doctor.expect_navigation():
        doctor.keyboard.press("Enter")  # the first of three keys that decide
    doctor.get_by_role("link", name="现在的样子").focus()
    with doctor.expect_navigation():
        doctor.keyboard.press("Enter")
    shown = doctor.inner_text("main h1"), doctor.inner_text("main .answer")
    assert "109/L" in shown[1]
    tab_to(doctor, "跳到按钮")
    doctor.keyboard.press("Enter")
    tab_to(doctor, "通过并发布")
    with doctor.expect_navigation():
        doctor.keyboard.press("Enter")
    doctor.get_by_text("已通过并发布").wait_for()
    reader = make_page()
    reader.goto(live_server.url + changed.get_absolute_url())
    assert (reader.inner_text("main h1"), reader.inner_text("main .answer")) == shown
    assert "审核：陈静" in reader.inner_text(".provenance")


def test_a_doctor_returns_a_paragraph_with_words(changed, doctor, live_server):
    doctor.goto(f"{live_server.url}/admin/articles/article/{changed.pk}/review/")
    doctor.get_by_text("说明、日期").click()
    doctor.get_by_label("指着").select_option("block-1")
    doctor.get_by_label("说明").fill("应该是 10 的 9 次方")
    with doctor.expect_navigation():
        doctor.get_by_role("button", name="退回修改", exact=True).click()
    doctor.get_by_text("已退回修改").wait_for()
    assert changed.revisions.first().comment.startswith("【正文第 1 段“白细胞正常值是")


def test_the_page_is_as_light_or_dark_as_the_admin_is_set_to(changed, doctor, live_server):
    doctor.goto(f"{live_server.url}/admin/articles/article/{changed.pk}/review/")
    ground = "getComputedStyle(document.body).backgroundColor"
    grounds = {}
    for scheme in ("light", "dark"):
        doctor.emulate_media(color_scheme=scheme)
        for theme in ("auto", "light", "dark"):
            doctor.evaluate("theme => localStorage.setItem('theme', theme)", theme)
            doctor.reload()
            grounds[scheme, theme] = doctor.evaluate(ground)
    light, dark = grounds["light", "auto"], grounds["dark", "auto"]
    assert light != dark
    assert {grounds["dark", "light"], grounds["light", "light"]} == {light}
    assert {grounds["light", "dark"], grounds["dark", "dark"]} == {dark}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_the_history_shows_the_same_differences(changed, doctor, make_page, live_server, width, scheme):
    page = make_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.context.add_cookies(doctor.context.cookies())
    page.goto(f"{live_server.url}/admin/articles/article/{changed.pk}/compare/?from=1&to=2")
    page.wait_for_load_state("networkidle")
    fits(page)
    assert page.locator(".difference-body sup").inner_text() == "9"
    assert page.locator(".difference-body del ol").is_visible()
