"""What tests of the admin in a real Chromium begin with: an editor who is signed in, a form, and 保存."""

import pytest
from django.contrib.auth.models import Group, User

from .editing import change_address, make_groups


@pytest.fixture
def signed_in(page, live_server):
    make_groups()
    user = User.objects.create_user("lihong", password="long-enough-1", is_staff=True, last_name="李", first_name="红")
    user.groups.add(Group.objects.get(name="编辑"))
    page.goto(f"{live_server.url}/admin/login/")
    page.get_by_label("用户名").fill("lihong")
    page.get_by_label("密码").fill("long-enough-1")
    page.get_by_role("button", name="登录").click()
    page.get_by_text("您好，").wait_for()
    return page


def open_form(page, live_server, article=None):
    page.goto(live_server.url + (change_address(article) if article else "/admin/articles/article/add/"))
    page.locator(".prose-menubar").wait_for()
    return page


def save(page, step="save"):
    """Press the button of a step; after saving, the form is shown again."""
    with page.expect_navigation():
        page.locator(f"button[name=_step][value={step}]").last.click()
