"""Passkeys in a real Chromium with an authenticator of its own, under the policy of the site, on a telephone."""

import pytest
from playwright.sync_api import expect

from articles.models import Passkey
from articles.tests.browser_editing import PASSWORD, enter, fits, make_person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 360, "height": 740}


@pytest.fixture(autouse=True)
def _site(settings):
    settings.PASSKEY_DOMAIN = "localhost"


@pytest.fixture
def lihong():
    return make_person("lihong", "李红", "编辑")


def give_device(page, sees_owner=True):
    """Put an authenticator into the browser of `page`, which sees its owner, or does not."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": sees_owner, "automaticPresenceSimulation": True}
    device = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]
    return devtools, device


def add_passkey(page, live_server, name="我的手机"):
    page.goto(f"{live_server.url}/admin/account/")
    page.get_by_role("link", name="添加").click()
    page.get_by_label("名字").fill(name)
    page.locator("[data-with-passkeys]").get_by_label("您的密码").fill(PASSWORD)
    page.get_by_role("button", name="继续").click()
    fits(page)
    page.get_by_role("button", name="创建通行密钥").click()


def add_first_passkey(page, live_server):
    """Add one and wait for the codes that come with it: who leaves earlier meets a page that is still being left."""
    add_passkey(page, live_server)
    expect(page.get_by_label("恢复码")).to_be_visible()


def type_password(page, live_server):
    page.goto(f"{live_server.url}/admin/login/?next=/admin/articles/tag/")
    page.get_by_label("用户名").fill("lihong")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()


def sign_out(page, live_server):
    page.goto(f"{live_server.url}/admin/")
    page.get_by_role("button", name="退出", exact=True).click()


def test_a_passkey_is_added_used_after_the_password_and_alone_and_removed(make_page, live_server, lihong):
    page = enter(make_page(viewport=PHONE), live_server, lihong)
    devtools, device = give_device(page)
    add_first_passkey(page, live_server)
    assert len(page.get_by_label("恢复码").input_value().split()) == 10
    page.get_by_role("link", name="已经保存好了，继续").click()
    expect(page.get_by_text("有 1 个通行密钥")).to_be_visible()
    fits(page)

    sign_out(page, live_server)
    type_password(page, live_server)
    fits(page)
    page.get_by_role("button", name="用通行密钥").click()
    page.wait_for_url(f"{live_server.url}/admin/articles/tag/")

    sign_out(page, live_server)
    page.goto(f"{live_server.url}/admin/login/?next=/admin/articles/tag/")
    fits(page)
    page.get_by_role("button", name="用通行密钥登录").click()
    page.wait_for_url(f"{live_server.url}/admin/articles/tag/")
    assert Passkey.objects.get().sign_count == 3

    add_passkey(page, live_server, "又一个")  # the device has one of this account already
    expect(page.get_by_role("status").last).to_contain_text("已经有这个账号的通行密钥")
    page.get_by_role("link", name="不添加了").click()
    fits(page)
    page.get_by_text("删除“我的手机”").click()
    page.locator("details").get_by_label("您的密码").fill(PASSWORD)
    fits(page)
    page.get_by_role("button", name="删除", exact=True).click()
    expect(page.get_by_text("已删除通行密钥“我的手机”")).to_be_visible()

    devtools.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": True})
    sign_out(page, live_server)
    type_password(page, live_server)
    page.wait_for_url(f"{live_server.url}/admin/articles/tag/")


def test_a_device_that_does_not_see_its_owner_lets_nobody_in_and_the_page_says_so(make_page, live_server, lihong):
    page = enter(make_page(viewport=PHONE), live_server, lihong)
    devtools, device = give_device(page)
    add_first_passkey(page, live_server)
    sign_out(page, live_server)
    devtools.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
    page.goto(f"{live_server.url}/admin/login/")
    page.get_by_role("button", name="用通行密钥登录").click()
    expect(page.get_by_role("status").last).to_contain_text("没有完成")
    expect(page.get_by_role("button", name="用通行密钥登录")).to_be_enabled()
    fits(page)


def test_without_scripts_the_password_and_the_app_are_what_there_is(make_page, live_server, lihong):
    Passkey.objects.create(user=lihong, name="x", handle="x", credential_id="x", credential=bytes(55))
    page = make_page(viewport=PHONE, java_script_enabled=False)
    page.goto(f"{live_server.url}/admin/login/")
    expect(page.get_by_label("用户名")).to_be_visible()
    expect(page.get_by_role("button", name="用通行密钥登录")).to_be_hidden()
    Passkey.objects.all().delete()
    enter(page, live_server, lihong, "/admin/account/passkeys/")
    expect(page.get_by_text("这个浏览器不能用通行密钥")).to_be_visible()
    expect(page.get_by_role("button", name="继续")).to_be_hidden()
