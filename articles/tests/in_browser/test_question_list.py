"""The list of questions in a browser: where its filters are, and that no column is cut."""

import pytest

from articles.models import Tag
from articles.tests.factories import make_article, make_doctor, make_tag

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LIST = "/admin/articles/article/"
CUT = "() => [document.documentElement, document.querySelector('.results')].some((e) => e.scrollWidth > e.clientWidth)"


def test_filters_are_behind_a_button_without_javascript_and_no_column_is_cut(signed_in, make_page, live_server):
    departments = [make_tag(name, kind=Tag.Kind.DEPARTMENT) for name in ("神经内科", "康复医学科")]
    make_article(
        title="左眼下眼睑连着跳了两个星期，休息以后也不见好，是怎么回事？",
        doctor=make_doctor(name="欧阳文静"),
        tags=departments,
    )
    for width in (360, 768, 1280):
        page = make_page(java_script_enabled=False, viewport={"width": width, "height": 800})
        page.context.add_cookies(signed_in.context.cookies())
        page.goto(f"{live_server.url}{LIST}?state=published")
        assert page.evaluate(CUT) is False, width
        page.locator(".chips a").get_by_text("已发布").wait_for()
        if width < 1280:
            choice = page.locator("#changelist-filter").get_by_role("link", name="草稿")
            assert not choice.is_visible()
            page.locator(".list-filters > summary").click()
            choice.click()
            page.locator(".chips a").get_by_text("草稿").wait_for()


def test_the_menu_leaves_the_list_the_room_it_needs_and_a_large_screen_shows_the_filters(signed_in, live_server):
    make_article(tags=[make_tag("神经内科", kind=Tag.Kind.DEPARTMENT)], doctor=make_doctor())
    page, choice = signed_in, "#changelist-filter a >> text=草稿"
    for width, is_shown in ((1280, False), (1600, True)):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(f"{live_server.url}{LIST}")
        page.locator("#nav-sidebar").wait_for()
        assert page.evaluate(CUT) is False, width
        assert page.locator(choice).is_visible() is is_shown, width
