"""Whole days at the editors' desk, each person in a Chromium of their own: from a question's first word to its end."""

import pytest
from django.utils import timezone

from articles.models import Article

from .browser_editing import enter, fits, make_person, open_form, queue, take, write
from .editing import make_groups
from .factories import make_article

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
expect = pytest.importorskip("playwright.sync_api").expect

TABLET = {"width": 768, "height": 1024}


@pytest.fixture
def editor(make_page, live_server):
    """李红, who has a desk with a large screen."""
    make_groups()
    return enter(make_page(), live_server, make_person("lihong", "李红", "编辑"))


@pytest.fixture
def reviewer(editor, make_page, live_server):
    """陈静 of 医学审核, who reads on a tablet."""
    return enter(make_page(viewport=TABLET), live_server, make_person("chenjing", "陈静", "医学审核"))


def test_a_question_is_written_returned_changed_approved_and_read(editor, reviewer, make_page, live_server):
    editor.get_by_role("link", name="写一个新问题").click()
    editor.locator(".prose-menubar").wait_for()
    editor.locator("#id_title").fill("眼皮跳要看医生吗？")
    write(editor, "先休息,再热敷。多数人几天就好。")
    editor.locator(".copyedit-remark", has_text="半角标点").get_by_role("button", name="改成 ，").click()
    expect(editor.locator(".ProseMirror")).to_contain_text("先休息，再热敷。")
    take(editor, "保存草稿", "已保存")
    expect(editor.locator(".standing")).to_contain_text("草稿")
    editor.locator(".prose-menubar").wait_for()
    take(editor, "提交审核", "已提交审核")

    reviewer.goto(f"{live_server.url}/admin/")
    fits(reviewer)
    queue(reviewer, "待审核").get_by_role("link", name="眼皮跳要看医生吗？").click()
    reviewer.locator(".prose-menubar").wait_for()
    fits(reviewer)
    reviewer.get_by_role("link", name="打开审核页").click()
    fits(reviewer)
    take(reviewer, "退回修改", "请写明要改什么。")
    reviewer.get_by_label("说明").fill("请写多久不好要就医。")
    take(reviewer, "退回修改", "已退回修改")

    editor.goto(f"{live_server.url}/admin/")
    queue(editor, "退回给我修改").get_by_role("link", name="眼皮跳要看医生吗？").click()
    expect(editor.locator(".standing")).to_contain_text("请写多久不好要就医。")
    editor.locator(".prose-menubar").wait_for()
    write(editor, "超过三个星期不好，请看眼科。")
    take(editor, "提交审核", "已提交审核")

    reviewer.goto(f"{live_server.url}/admin/")
    queue(reviewer, "待审核").get_by_role("link", name="眼皮跳要看医生吗？").click()
    reviewer.get_by_role("link", name="打开审核页").click()
    expect(reviewer.locator(".difference ins").filter(has_text="超过三个星期不好，请看眼科。")).to_be_visible()
    fits(reviewer)
    reader = make_page()
    address = live_server.url + Article.objects.get().get_absolute_url()
    assert reader.goto(address).status == 404
    make_page.complaints.clear()  # Chromium notes the 404
    take(reviewer, "通过并发布", "已通过并发布")

    reader.goto(f"{live_server.url}/")
    reader.get_by_role("link", name="眼皮跳要看医生吗？").first.click()
    expect(reader.locator(".answer")).to_contain_text("先休息，再热敷。")
    expect(reader.locator(".answer")).to_contain_text("超过三个星期不好，请看眼科。")


def test_readers_keep_the_old_text_until_the_new_is_approved(editor, reviewer, make_page, live_server):
    article = make_article(title="发烧能洗澡吗？", body="<p>发烧时不能洗澡。</p>")
    reader = make_page()
    answer, address = reader.locator(".answer"), live_server.url + article.get_absolute_url()
    open_form(editor, live_server, article)
    write(editor, "精神好的时候可以洗温水澡，时间不要长，洗完马上擦干，不要着凉。")
    take(editor, "保存改动", "已保存")
    reader.goto(address)
    expect(answer).to_have_text("发烧时不能洗澡。")
    expect(editor.locator(".standing")).to_contain_text("通过以前，读者看到的是原来的内容。")
    editor.locator(".prose-menubar").wait_for()
    expect(editor.locator(".ProseMirror")).to_contain_text("温水澡")
    take(editor, "提交审核", "已提交审核")
    reader.reload()
    expect(answer).to_have_text("发烧时不能洗澡。")

    reviewer.goto(f"{live_server.url}/admin/")
    queue(reviewer, "待审核").get_by_role("link", name="发烧能洗澡吗？").click()
    reviewer.get_by_role("link", name="和读者看到的内容对照").click()
    take(reviewer, "通过并发布", "已通过并发布")
    reader.reload()
    expect(answer).to_contain_text("精神好的时候可以洗温水澡")
    expect(reader.locator(".byline")).not_to_contain_text("更新于")


def test_a_small_change_is_live_at_once_and_a_change_of_substance_says_so(editor, reviewer, make_page, live_server):
    article = make_article(title="痛风能喝酒吗？", body="<p>最好不要喝洒。</p>", reviewed_on=timezone.localdate())
    reader = make_page()
    address = live_server.url + article.get_absolute_url()
    reader.goto(address)
    byline, provenance = reader.locator(".byline").inner_text(), reader.locator(".provenance").inner_text()
    open_form(editor, live_server, article)
    editor.locator(".ProseMirror").click()
    for key in ("Control+End", "ArrowLeft", "Backspace"):
        editor.keyboard.press(key)
    editor.keyboard.insert_text("酒")
    take(editor, "小改动，直接生效", "小改动已经生效")
    reader.reload()
    expect(reader.locator(".answer")).to_have_text("最好不要喝酒。")
    assert reader.locator(".byline").inner_text() == byline
    assert reader.locator(".provenance").inner_text() == provenance

    open_form(editor, live_server, article)
    write(editor, "啤酒尤其不能喝。")
    editor.get_by_label("实质修改").check()
    take(editor, "提交审核", "实质修改要写明更正了什么、为什么")
    editor.locator(".prose-menubar").wait_for()
    expect(editor.locator(".ProseMirror")).to_contain_text("啤酒尤其不能喝。")
    editor.get_by_label("更正说明").fill("补上了啤酒，原来漏写。")
    take(editor, "提交审核", "已提交审核")
    reader.reload()
    assert "更正记录" not in reader.locator("main").inner_text()
    reviewer.goto(f"{live_server.url}/admin/")
    queue(reviewer, "待审核").get_by_role("link", name="痛风能喝酒吗？").click()
    reviewer.get_by_role("link", name="和读者看到的内容对照").click()
    fits(reviewer)
    expect(reviewer.locator("#content")).to_contain_text("补上了啤酒，原来漏写。")
    take(reviewer, "通过并发布", "已通过并发布")
    reader.reload()
    expect(reader.locator(".corrections")).to_contain_text("补上了啤酒，原来漏写。")
    expect(reader.locator(".byline")).to_contain_text("更新于")
