"""Whole days that begin outside of the desk: a report by a reader, a table from a colleague, a draft for a doctor."""

import pytest
from django.core.cache import cache

from articles.models import Article
from articles.tests.browser_editing import fits, open_form, press, queue, take, write
from articles.tests.factories import make_article
from articles.tests.workbooks import workbook

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
expect = pytest.importorskip("playwright.sync_api").expect


def test_a_mistake_that_a_reader_reports_is_corrected_in_public(editor, reviewer, make_page, live_server, settings):
    settings.REPORT_MIN_SECONDS = 0
    cache.clear()
    article = make_article(title="退烧药一天几次？", body="<p>一天八次。</p>")
    reader = make_page(java_script_enabled=False, viewport={"width": 360, "height": 740})
    reader.goto(live_server.url + article.get_absolute_url())
    reader.get_by_role("link", name="内容有误？告诉我们").click()
    reader.get_by_label("用法、用量或数字有误").check()
    reader.get_by_label("具体说明").fill("说明书写的是一天最多四次。")
    take(reader, "提交", "已经收到，谢谢您")

    editor.goto(f"{live_server.url}/admin/")
    queue(editor, "读者报告").get_by_role("link", name="退烧药一天几次？").click()
    expect(editor.locator(".report-text")).to_have_text("说明书写的是一天最多四次。")
    editor.get_by_role("link", name="去更正这个问题").click()
    editor.locator(".prose-menubar").wait_for()
    press(editor, "ArrowLeft", "ArrowLeft", "Backspace")
    editor.keyboard.insert_text("最多四")
    editor.get_by_label("更正说明").fill("一天最多四次，原来误写为八次。")
    take(editor, "提交审核", "已提交审核")

    reviewer.goto(f"{live_server.url}/admin/")
    queue(reviewer, "待审核").get_by_role("link", name="退烧药一天几次？").click()
    take(reviewer, "通过并发布", "已通过并发布")
    reader.goto(live_server.url + article.get_absolute_url())
    expect(reader.locator(".answer")).to_have_text("一天最多四次。")
    expect(reader.locator(".corrections")).to_contain_text("一天最多四次，原来误写为八次。")
    fits(reader)
    editor.goto(f"{live_server.url}/admin/")
    expect(queue(editor, "读者报告")).to_contain_text("没有等待处理的报告。")
    editor.goto(f"{live_server.url}/admin/articles/report/")
    expect(editor.locator("#result_list")).to_contain_text("已更正")


def test_a_bad_table_is_refused_and_a_good_one_becomes_a_question(editor, live_server, tmp_path):
    editor.goto(f"{live_server.url}/admin/articles/article/import/")
    bad, good = tmp_path / "坏.xlsx", tmp_path / "好.xlsx"
    bad.write_bytes(b"PK\x03\x04 broken")
    editor.locator("#id_file").set_input_files(bad)
    take(editor, "预览", "这个 Excel 文件损坏了，或者不是 Excel 工作簿。")
    expect(editor.get_by_role("button", name="导入", exact=True)).to_have_count(0)
    fits(editor)

    editor.goto(f"{live_server.url}/admin/articles/article/import/")
    good.write_bytes(workbook([["标题", "正文", "标签"], ["牙疼怎么办？", "先漱口。", "口腔科"]]))
    editor.locator("#id_file").set_input_files(good)
    take(editor, "预览", "还没有导入，什么也没有改。")
    assert not Article.objects.exists()
    take(editor, "导入", "导入完成：新建 1")
    fits(editor)
    editor.goto(f"{live_server.url}/admin/articles/article/")
    editor.get_by_role("link", name="牙疼怎么办？").click()
    editor.locator(".prose-menubar").wait_for()
    expect(editor.locator(".ProseMirror")).to_have_text("先漱口。")
    expect(editor.locator(".tag-chip")).to_contain_text("口腔科")


def test_a_draft_is_read_by_somebody_without_account_until_it_is_taken_back(editor, make_page, live_server):
    article = make_article(title="手麻是颈椎病吗？", status="draft", published_at=None, body="<p>不一定。</p>")
    open_form(editor, live_server, article)
    editor.get_by_role("heading", name="分享草稿").click()
    editor.get_by_label("给谁").fill("赵医生")
    editor.get_by_role("button", name="做一个链接").click()
    address = editor.get_by_label("链接地址（给赵医生）").input_value()
    path = address[address.index("/drafts/") :]
    doctor = make_page(viewport={"width": 360, "height": 740})
    doctor.goto(live_server.url + path)
    expect(doctor.locator(".answer")).to_have_text("不一定。")
    fits(doctor)

    write(editor, "也可能是腕管综合征。")
    take(editor, "保存草稿", "已保存")
    doctor.reload()
    expect(doctor.locator(".answer")).to_contain_text("也可能是腕管综合征。")
    expect(editor.locator(".draft-list")).to_contain_text("打开")
    fits(editor)
    editor.get_by_role("button", name="收回").click()
    expect(editor.locator(".draft-news")).to_contain_text("已经收回")
    assert doctor.reload().status == 410
    expect(doctor.locator("main")).to_contain_text("这个链接打不开了")
    assert doctor.goto(live_server.url + article.get_absolute_url()).status == 404
    make_page.complaints.clear()  # Chromium notes the 410 and the 404
