"""A question's days in a real Chromium: written, returned, approved, changed while readers read on, and restored."""

import pytest
from django.contrib.auth.models import Group, User

from articles.models import Article
from articles.tests.browser_editing import open_form, take_rare
from articles.tests.editing import change_address
from articles.tests.factories import make_article

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def reviewing(signed_in, make_page, live_server):
    """A second person, of 医学审核, in a browser of their own."""
    user = User.objects.create_user("wangyi", password="long-enough-1", is_staff=True, last_name="王", first_name="毅")
    user.groups.add(Group.objects.get(name="医学审核"))
    page = make_page()
    page.goto(f"{live_server.url}/admin/login/")
    page.get_by_label("用户名").fill("wangyi")
    page.get_by_label("密码").fill("long-enough-1")
    page.get_by_role("button", name="登录").click()
    page.get_by_text("您好，").wait_for()
    return page


def press(page, name):
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).last.click()


def write_body(page, text):
    page.locator(".ProseMirror").first.click()
    page.keyboard.press("Control+End")
    page.keyboard.type(text)


def read(reader, live_server, article):
    reader.goto(live_server.url + article.get_absolute_url())
    return reader.inner_text("main")


def test_from_the_first_word_to_readers_and_a_change_that_they_do_not_see_before_it_is_approved(
    signed_in, reviewing, make_page, live_server
):
    page = open_form(signed_in, live_server)
    page.locator("#id_title").fill("眼皮跳怎么办？")
    write_body(page, "先休息三天。")
    press(page, "保存草稿")
    page.get_by_text("已保存").wait_for()
    article = Article.objects.get()
    press(page, "提交审核")

    # Returned with words, put right, approved.
    reviewing.goto(f"{live_server.url}{change_address(article)}")
    reviewing.get_by_role("link", name="打开审核页").click()
    reviewing.get_by_text("还没有发布过，下面是全文").wait_for()
    press(reviewing, "退回修改")
    reviewing.get_by_text("请写明要改什么").wait_for()
    reviewing.get_by_label("说明").fill("写明哪些情况要去医院")
    press(reviewing, "退回修改")
    page = open_form(page, live_server, article)
    assert "写明哪些情况要去医院" in page.inner_text(".standing")
    page.locator("#id_when_to_see_a_doctor").fill("跳了三周以上。")
    press(page, "提交审核")
    reviewing.goto(f"{live_server.url}/admin/articles/article/{article.pk}/review/")
    assert "跳了三周以上。" in reviewing.locator("ins").all_inner_texts()[-1]
    press(reviewing, "通过并发布")
    reader = make_page()
    assert "先休息三天" in read(reader, live_server, article)

    # A change waits, readers read on.
    page = open_form(page, live_server, article)
    page.locator("#id_short_answer").fill("多数人休西几天就好。")
    press(page, "提交审核")
    assert "多数人休西几天就好" not in read(reader, live_server, article)
    reviewing.goto(f"{live_server.url}/admin/articles/article/{article.pk}/review/")
    assert "加上：" in reviewing.locator("ins").last.text_content()
    press(reviewing, "通过并发布")
    assert "多数人休西几天就好" in read(reader, live_server, article)

    # A typo is live at once.
    page = open_form(page, live_server, article)
    page.locator("#id_short_answer").fill("多数人休息几天就好。")
    press(page, "小改动，直接生效")
    assert "多数人休息几天就好" in read(reader, live_server, article)

    # The history compares and restores; readers see nothing of it yet.
    page.get_by_role("link", name="历史").click()
    page.get_by_label("第 2 版作为旧的").check()
    with page.expect_navigation():
        page.get_by_role("button", name="对照选中的两个版本").click()
    assert "多数人休息几天就好。" in page.inner_text(".difference-short_answer ins")
    page.go_back()
    with page.expect_navigation():
        page.get_by_role("button", name="恢复第 5 版").click()
    page.get_by_text("已恢复第 5 版的内容。读者看到的还没有变").wait_for()
    assert "已发布，有没有生效的改动" in page.inner_text(".standing")
    assert "多数人休息几天就好" in read(reader, live_server, article)
    take_rare(page, "放弃改动", "已放弃没有生效的改动")
    assert "多数人休息几天就好" in read(reader, live_server, article)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 768, 1440])
def test_no_page_of_versions_is_wider_than_its_window(signed_in, reviewing, make_page, live_server, scheme, width):
    article = make_article(title="头痛怎么办？" * 8, references="https://example.org/" + "a" * 300)
    page = open_form(signed_in, live_server, article)
    page.locator("#id_references").fill("https://example.org/" + "b" * 300)
    page.locator("#id_comment").fill("换了" + "一" * 200)
    press(page, "提交审核")
    shown = make_page(color_scheme=scheme, viewport={"width": width, "height": 800})
    shown.context.add_cookies(reviewing.context.cookies())
    for address in ("history/", "review/", "compare/?from=1&to=2", "change/"):
        shown.goto(f"{live_server.url}/admin/articles/article/{article.pk}/{address}")
        shown.wait_for_load_state("networkidle")
        assert shown.evaluate("document.documentElement.scrollWidth") <= width, address
