"""A draft is shared and taken back, in a real Chromium under the strict policy."""

import pytest

from articles.models import DraftLink
from articles.tests.browser_editing import open_form
from articles.tests.factories import make_article

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_draft_is_shared_read_on_a_telephone_and_taken_back(signed_in, make_page, live_server):
    article = make_article(title="还没写完的题？", status="draft", published_at=None, body="<p>还没写完的答案。</p>")
    page = open_form(signed_in, live_server, article)
    page.get_by_label("标题", exact=False).first.fill("改了一半的题？")
    page.get_by_role("heading", name="分享草稿").click()
    page.get_by_label("给谁").fill("王医生")
    page.get_by_label("有效").select_option("1")
    page.get_by_role("button", name="做一个链接").click()
    page.get_by_text("链接做好了，1 天内有效").wait_for()
    assert page.get_by_label("标题", exact=False).first.input_value() == "改了一半的题？"
    address = page.get_by_label("链接地址（给王医生）").input_value()
    path = address[address.index("/drafts/") :]

    doctor = make_page(viewport={"width": 360, "height": 740})
    with doctor.expect_response(lambda answer: answer.request.method == "POST") as counted:
        doctor.goto(live_server.url + path)
    assert counted.value.status == 204
    doctor.get_by_text("还没写完的答案").wait_for()
    assert doctor.evaluate("document.documentElement.scrollWidth") <= 360
    assert DraftLink.objects.get().opened_count == 1

    page.get_by_role("button", name="收回").click()
    page.get_by_text("已经收回").wait_for()
    assert page.get_by_label("链接地址（给王医生）").count() == 0
    assert doctor.goto(live_server.url + path).status == 410
    doctor.get_by_text("这个链接打不开了").wait_for()
    make_page.complaints.clear()  # Chromium notes the 410


def test_a_link_is_made_and_taken_back_without_javascript(signed_in, make_page, live_server):
    article = make_article(status="draft", published_at=None)
    page = make_page(java_script_enabled=False, storage_state=signed_in.context.storage_state())
    page.goto(f"{live_server.url}/admin/articles/article/{article.pk}/change/")
    page.get_by_role("heading", name="分享草稿").click()
    page.get_by_role("button", name="做一个链接").click()
    page.get_by_text("链接做好了，7 天内有效").wait_for()
    page.get_by_role("button", name="收回").click()
    page.get_by_text("已经收回").wait_for()
    assert not DraftLink.objects.get().is_open
