"""Two editors in two browsers with the same form open."""

import pytest
from django.contrib.auth.models import Group, User

from articles.models import OpenForm
from articles.tests.browser_editing import open_form
from articles.tests.editing import change_address
from articles.tests.factories import make_article

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_two_editors_hear_of_each_other_while_the_form_is_open(signed_in, make_page, live_server):
    article = make_article()
    other = User.objects.create_user("wang", password="long-enough-1", is_staff=True, last_name="王", first_name="建国")
    other.groups.add(Group.objects.get(name="编辑"))
    first = signed_in
    first.clock.install()
    open_form(first, live_server, article)
    assert first.locator("#presence p").count() == 0

    second = make_page()
    second.goto(f"{live_server.url}/admin/login/?next={change_address(article)}")
    second.get_by_label("用户名").fill("wang")
    second.get_by_label("密码").fill("long-enough-1")
    second.get_by_role("button", name="登录").click()
    second.get_by_text("李红从").wait_for()

    first.clock.run_for(21_000)
    first.get_by_text("王建国从").wait_for()
    with first.expect_response(lambda answer: "/presence/" in answer.url):
        second.goto(f"{live_server.url}/admin/articles/article/")
        first.wait_for_timeout(500)
        first.clock.run_for(21_000)
    first.locator("#presence p").wait_for(state="detached")
    assert [row.user.username for row in OpenForm.objects.select_related("user")] == ["lihong"]
