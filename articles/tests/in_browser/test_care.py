"""A mistake in an answer, in a real Chromium: a reader reports it, an editor corrects it in public, readers see it."""

import re

import pytest
from django.core.cache import cache

from articles.models import Report
from articles.tests.browser_editing import save
from articles.tests.editing import make_staff, sign_in
from articles.tests.factories import make_article, make_doctor, make_tag

expect = pytest.importorskip("playwright.sync_api").expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def article(settings):
    settings.REPORT_MIN_SECONDS = 1
    cache.clear()
    return make_article(title="痛风能喝酒吗？", tags=[make_tag("痛风", kind="disease")], doctor=make_doctor())


@pytest.mark.parametrize("with_script", [False, True])
def test_a_reader_reports_a_mistake_on_a_phone(make_page, live_server, article, with_script):
    page = make_page(java_script_enabled=with_script, viewport={"width": 320, "height": 700})
    page.goto(live_server.url + article.get_absolute_url())
    page.get_by_role("link", name="内容有误？告诉我们").click()
    page.get_by_label("用法、用量或数字有误").check()
    page.get_by_label("具体说明").fill("第二段的剂量应当减半。\n依据：说明书。")
    expect(page.locator("input[name=website]")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.wait_for_timeout(1_500)
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("已经收到，谢谢您")
    page.get_by_role("link", name="回到问题").click()
    expect(page).to_have_url(live_server.url + article.get_absolute_url())
    assert Report.objects.get().text == "第二段的剂量应当减半。\n依据：说明书。"
    assert page.context.cookies() == []


def test_what_was_written_too_quickly_or_too_long_stays_in_the_form(make_page, live_server, article, settings):
    settings.REPORT_MIN_SECONDS = 600
    page = make_page(java_script_enabled=False)
    page.goto(live_server.url + article.report_path)
    page.get_by_label("错别字或格式问题").check()
    page.get_by_label("具体说明").fill("长" * 1_001)
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_text("现在有 1001 字")).to_be_visible()
    page.get_by_label("具体说明").fill("“眼睑”写成了“眼脸”。")
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("太快了")
    expect(page.get_by_label("具体说明")).to_have_value("“眼睑”写成了“眼脸”。")
    expect(page.get_by_label("错别字或格式问题")).to_be_checked()
    make_page.complaints.clear()  # Chromium says aloud that the answers had the status 400


def test_a_report_is_answered_by_a_correction_that_readers_see_once_it_is_approved(
    signed_in, make_page, live_server, article
):
    article.reports.create(reason="dose", text="第二段的剂量应当减半。", version=article.updated_at)
    page = signed_in
    page.goto(f"{live_server.url}/admin/articles/report/")
    page.get_by_role("link", name="第二段的剂量应当减半。").click()
    page.get_by_role("link", name="去更正这个问题").click()
    page.locator(".prose-menubar").first.wait_for()
    expect(page.locator(".reports input[type=checkbox]")).to_be_checked()
    page.get_by_label("实质修改").check()
    save(page, "submit")
    expect(page.get_by_text("实质修改要写明更正了什么、为什么，读者会看到它。")).to_be_visible()
    page.get_by_label("更正说明").fill("更正第二段的剂量：原文多写了一倍。")
    save(page, "submit")
    assert Report.objects.get().is_open

    reviewing = make_page()
    session = sign_in(make_staff("医学审核")).cookies["session"].value
    reviewing.context.add_cookies([{"name": "session", "value": session, "url": live_server.url}])
    reviewing.goto(f"{live_server.url}/admin/articles/article/{article.pk}/review/")
    save(reviewing, "publish")
    assert Report.objects.get().state == "已更正"

    reader = make_page()
    reader.goto(live_server.url + article.get_absolute_url())
    expect(reader.locator(".corrections")).to_contain_text("更正第二段的剂量：原文多写了一倍。")
    expect(reader.locator(".times")).to_contain_text(re.compile("更新于"))


def test_an_editor_closes_a_report_with_a_reason(signed_in, live_server, article):
    article.reports.create(reason="unclear", text="看不懂。", version=article.updated_at)
    page = signed_in
    page.goto(f"{live_server.url}/admin/articles/report/")
    page.get_by_role("link", name="看不懂。").click()
    page.get_by_label("处理说明").fill("读者没有写明是哪一句。")
    page.get_by_role("button", name="不更正，写明原因并关闭").click()
    expect(page.locator(".messagelist")).to_contain_text("已保存读者报告")
    assert Report.objects.get().state == "已关闭"
