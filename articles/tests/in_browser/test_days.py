"""Whole days at the editors' desk, each person in a Chromium of their own: from a question's first word to its end."""

import pytest
from django.utils import timezone

from articles.models import Article
from articles.tests.browser_editing import (
    TABLET,
    enter,
    fits,
    make_person,
    open_form,
    press,
    queue,
    tab_to,
    take,
    take_rare,
    write,
)
from articles.tests.factories import make_article

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
expect = pytest.importorskip("playwright.sync_api").expect


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
    fits(reviewer)
    reviewer.get_by_role("link", name="在表单里修改").click()
    reviewer.locator(".prose-menubar").wait_for()
    fits(reviewer)
    reviewer.get_by_role("link", name="打开审核页").click()
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
    take(reviewer, "通过并发布", "已通过并发布")
    reader.reload()
    expect(answer).to_contain_text("精神好的时候可以洗温水澡")
    expect(reader.locator(".times")).not_to_contain_text("更新于")


def test_a_small_change_is_live_at_once_and_a_change_of_substance_says_so(editor, reviewer, make_page, live_server):
    article = make_article(title="痛风能喝酒吗？", body="<p>最好不要喝洒。</p>", reviewed_on=timezone.localdate())
    reader = make_page()
    address = live_server.url + article.get_absolute_url()
    reader.goto(address)
    times, provenance = reader.locator(".times").inner_text(), reader.locator(".provenance").inner_text()
    open_form(editor, live_server, article)
    press(editor, "ArrowLeft", "Backspace")
    editor.keyboard.insert_text("酒")
    take(editor, "小改动，直接生效", "小改动已经生效")
    reader.reload()
    expect(reader.locator(".answer")).to_have_text("最好不要喝酒。")
    assert reader.locator(".times").inner_text() == times
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
    fits(reviewer)
    expect(reviewer.locator("#content")).to_contain_text("补上了啤酒，原来漏写。")
    take(reviewer, "通过并发布", "已通过并发布")
    reader.reload()
    expect(reader.locator(".corrections")).to_contain_text("补上了啤酒，原来漏写。")
    expect(reader.locator(".times")).to_contain_text("更新于")


def test_of_two_who_collide_both_changes_stay_and_the_second_decides_where_both_wrote(editor, make_page, live_server):
    article = make_article(title="咳嗽怎么办？", status="draft", published_at=None, body="<p>多喝水。</p>")
    open_form(editor, live_server, article)
    other = enter(make_page(viewport=TABLET), live_server, make_person("wangjun", "王军", "编辑"))
    open_form(other, live_server, article)
    expect(other.locator("#presence")).to_contain_text("李红从")
    editor.locator("#id_title").fill("咳嗽要吃药吗？")
    write(editor, "少说话。")
    take(editor, "保存草稿", "已保存")
    expect(editor.locator("#presence")).to_contain_text("王军从")

    write(other, "咳嗽超过两个星期，请看呼吸科。")
    take(other, "保存草稿", "有人先保存了")
    fits(other)
    conflict = other.get_by_role("alert").filter(has_text="有人先保存了")
    expect(conflict).to_contain_text("两边都改了正文")
    expect(conflict.locator("ins").nth(0)).to_contain_text("请看呼吸科")
    expect(conflict.locator("ins").nth(1)).to_contain_text("少说话")
    expect(other.locator("#id_title")).to_have_value("咳嗽要吃药吗？")
    conflict.get_by_label("用我的").check()
    expect(other.locator(".ProseMirror")).to_contain_text("请看呼吸科。")
    write(other, "少说话。")
    take(other, "保存草稿", "已保存")
    article.refresh_from_db()
    assert article.title == "咳嗽要吃药吗？"
    assert article.body == "<p>多喝水。</p><p>咳嗽超过两个星期，请看呼吸科。</p><p>少说话。</p>"


def test_an_old_version_comes_back_and_what_is_withdrawn_says_why(editor, reviewer, make_page, live_server):
    article = make_article(title="蜂蜜能治咳嗽吗？", body="<p>一岁以上的孩子可以试。</p>", imported_likes=7)
    reader = make_page()
    address = live_server.url + article.get_absolute_url()
    open_form(editor, live_server, article)
    write(editor, "一岁以下也可以。这一句写错了，后来又要改回去，所以要恢复旧的一版才行。")
    take(editor, "提交审核", "已提交审核")
    reviewer.goto(f"{live_server.url}/admin/articles/article/{article.pk}/review/")
    take(reviewer, "通过并发布", "已通过并发布")
    reader.goto(address)
    expect(reader.locator(".answer")).to_contain_text("一岁以下也可以。")

    open_form(editor, live_server, article)
    editor.get_by_role("link", name="历史").click()
    fits(editor)
    take(editor, "恢复第 1 版", "已恢复第 1 版的内容。读者看到的还没有变")
    editor.locator(".prose-menubar").wait_for()
    expect(editor.locator(".ProseMirror")).to_have_text("一岁以上的孩子可以试。")
    take(editor, "提交审核", "已提交审核")
    reviewer.goto(f"{live_server.url}/admin/articles/article/{article.pk}/review/")
    expect(reviewer.locator(".difference del").filter(has_text="一岁以下也可以。")).to_be_visible()
    take(reviewer, "通过并发布", "已通过并发布")
    reader.reload()
    expect(reader.locator(".answer")).to_have_text("一岁以上的孩子可以试。")
    expect(reader.locator(".like-total")).to_have_text("7")
    reviewer.goto(f"{live_server.url}/admin/articles/article/{article.pk}/history/")
    fits(reviewer)
    expect(reviewer.locator(".versions tbody tr").filter(has_text="读者看到的").locator("th")).to_contain_text(
        "第 6 版"
    )

    open_form(editor, live_server, article)
    take_rare(editor, "撤下", "请写明撤下的原因，读者会看到它。")
    editor.locator(".prose-menubar").wait_for()
    editor.get_by_label("撤下原因").fill("新的指南不再推荐，正在重写。")
    take_rare(editor, "撤下", "已撤下")
    assert reader.reload().status == 410
    expect(reader.locator("main")).to_contain_text("新的指南不再推荐，正在重写。")
    reader.goto(f"{live_server.url}/articles/")
    assert "蜂蜜" not in reader.locator("main").inner_text()
    make_page.complaints.clear()  # Chromium notes the 410


def test_a_review_is_done_by_keyboard_from_the_desk_to_readers(editor, reviewer, make_page, live_server):
    article = make_article(title="落枕怎么办？", status="review", published_at=None, body="<p>热敷。</p>")
    reviewer.goto(f"{live_server.url}/admin/")
    tab_to(reviewer, "落枕怎么办？")
    reviewer.keyboard.press("Enter")
    reviewer.get_by_role("button", name="通过并发布").wait_for()
    tab_to(reviewer, "通过并发布")
    with reviewer.expect_navigation():
        reviewer.keyboard.press("Enter")
    expect(reviewer.locator(".messagelist")).to_contain_text("已通过并发布")
    reader = make_page()
    reader.goto(live_server.url + article.get_absolute_url())
    expect(reader.locator(".answer")).to_have_text("热敷。")


def test_small_changes_are_looked_at_from_the_desk_by_one_click(editor, reviewer, live_server):
    article = make_article(title="痛风能喝酒吗？", body="<p>最好不要喝洒。</p>")
    open_form(editor, live_server, article)
    press(editor, "ArrowLeft", "Backspace")
    editor.keyboard.insert_text("酒")
    take(editor, "小改动，直接生效", "小改动已经生效")
    open_form(editor, live_server, article)
    write(editor, "每天最多5克。")
    take(editor, "小改动，直接生效", "要医学审核看过，请提交审核")

    reviewer.goto(f"{live_server.url}/admin/")
    queue(reviewer, "小改动，请过目").get_by_role("link", name="痛风能喝酒吗？").click()
    fits(reviewer)
    expect(reviewer.locator(".difference-body del")).to_contain_text("洒")
    expect(reviewer.locator(".difference-body ins")).to_contain_text("酒")
    take(reviewer, "已过目", "已过目“痛风能喝酒吗？”的小改动")
    expect(queue(reviewer, "小改动，请过目")).to_contain_text("没有等待过目的小改动")
