"""Signing in, in a real Chromium under the policy of the site: every rule as the staff meet it, on a telephone, too."""

import base64
import re
import time
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from articles.models import Article, FirstPassword, SecondFactor, SignInTrial
from articles.models.second_factor import new_seed, secret_of
from articles.tests.browser_editing import PASSWORD, enter, fits, make_person, open_form, save
from articles.tests.factories import make_article
from articles.text.one_time_codes import STEP, code_at
from healthqa.sessions import BEGAN, SessionStore

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 360, "height": 740}


@pytest.fixture
def phone(make_page):
    return make_page(viewport=PHONE)


@pytest.fixture
def lihong():
    return make_person("lihong", "李红", "编辑")


def type_password(page, live_server, password, name="lihong", path="/admin/"):
    page.goto(f"{live_server.url}/admin/login/?next={path}")
    page.get_by_label("用户名").fill(name)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()


def type_code(page, code):
    page.get_by_label("验证码").fill(code)
    page.get_by_role("button", name="登录").click()


def end_session():
    Session.objects.update(expire_date=Session.objects.get().expire_date - timedelta(hours=2))


def test_five_wrong_passwords_are_answered_by_when_to_try_again_and_another_browser_is_let_in(
    phone, make_page, live_server, lihong
):
    own = enter(make_page(), live_server, lihong)
    own.get_by_role("button", name="退出", exact=True).click()
    for _ in range(5):
        type_password(phone, live_server, "wrong-pass-1")
        expect(phone.get_by_text("用户名或密码不对")).to_be_visible()
    type_password(phone, live_server, PASSWORD)
    expect(phone.get_by_role("alert")).to_contain_text(re.compile(r"试的次数太多了，请在 \d\d:\d\d 以后"))
    assert phone.get_by_label("用户名").input_value() == ""
    fits(phone)
    make_page.complaints[:] = [one for one in make_page.complaints if "429" not in one]
    enter(own, live_server, lihong)  # the same address, but the browser of its owner
    SignInTrial.lift("lihong")
    enter(phone, live_server, lihong)


def test_a_first_password_is_changed_on_a_telephone_and_a_guessable_one_is_refused(phone, live_server, lihong):
    FirstPassword.give(lihong, PASSWORD)
    type_password(phone, live_server, PASSWORD, path="/admin/articles/tag/")
    expect(phone.get_by_text("这是别人给您的初始密码")).to_be_visible()
    for new, said in (("woaini1314520", "不要用容易猜到的密码"), ("my-own-Word-88", "密码已经换好")):
        phone.get_by_label("旧密码").fill(PASSWORD)
        phone.get_by_label("新密码", exact=False).first.fill(new)
        phone.get_by_label(re.compile("确认")).fill(new)
        phone.locator("input[type=submit]").click()
        expect(phone.get_by_text(said).first).to_be_visible()
    assert phone.url.endswith("/admin/articles/tag/")


def test_an_app_is_set_up_on_a_telephone_and_asked_for_at_the_next_sign_in(phone, live_server, lihong):
    page = enter(phone, live_server, lihong)
    page.get_by_role("link", name="账号安全").click()
    page.get_by_role("link", name="开启两步验证").click()
    picture = page.get_by_role("img", name="给验证器应用扫的二维码")
    expect(picture).to_be_visible()
    assert picture.bounding_box()["width"] > 150
    fits(page)
    secret = base64.b32decode(page.locator(".factor-secret").inner_text().replace(" ", ""))
    page.get_by_label("验证码").fill("000 000" if code_at(secret, int(time.time()) // STEP) != "000000" else "111 111")
    page.get_by_label("您的密码").fill(PASSWORD)
    page.get_by_role("button", name="开启两步验证").click()
    expect(page.get_by_role("alert")).to_contain_text("验证码不对")
    code = code_at(secret, int(time.time()) // STEP)
    page.get_by_label("验证码").fill(code)
    page.get_by_label("您的密码").fill(PASSWORD)
    page.get_by_role("button", name="开启两步验证").click()
    codes = page.get_by_label("恢复码").input_value().split()
    assert len(codes) == 10
    fits(page)
    page.get_by_role("link", name="已经保存好了，继续").click()
    expect(page.get_by_text("已经开启")).to_be_visible()
    page.goto(f"{live_server.url}/admin/")
    page.get_by_role("button", name="退出", exact=True).click()

    type_password(page, live_server, PASSWORD, path="/admin/articles/tag/")
    expect(page.get_by_label("验证码")).to_be_focused()
    fits(page)
    type_code(page, code)  # used already
    expect(page.get_by_role("alert")).to_contain_text("已经用过")
    type_code(page, codes[0])
    expect(page.get_by_text("还剩 9 个")).to_be_visible()
    assert page.url.endswith("/admin/articles/tag/")


def test_whom_the_rule_asks_sets_it_up_first_and_goes_on(phone, live_server, lihong):
    SecondFactor.enrol(lihong, new_seed(), 0)
    make_person("chenjing", "陈静", "医学审核")
    type_password(phone, live_server, PASSWORD, name="chenjing", path="/admin/articles/article/")
    expect(phone.get_by_text("请先开启两步验证")).to_be_visible()
    phone.goto(f"{live_server.url}/admin/articles/tag/")
    expect(phone.get_by_text("请先开启两步验证")).to_be_visible()
    secret = base64.b32decode(phone.locator(".factor-secret").inner_text().replace(" ", ""))
    phone.get_by_label("验证码").fill(code_at(secret, int(time.time()) // STEP))
    phone.get_by_label("您的密码").fill(PASSWORD)
    phone.get_by_role("button", name="开启两步验证").click()
    phone.get_by_role("link", name="已经保存好了，继续").click()
    phone.wait_for_url(f"{live_server.url}/admin/articles/tag/")


def test_a_code_of_the_app_signs_in(page, live_server, lihong):
    seed = new_seed()
    SecondFactor.enrol(lihong, seed, int(time.time()) // STEP - 5)
    type_password(page, live_server, PASSWORD)
    type_code(page, code_at(secret_of(seed), int(time.time()) // STEP))
    expect(page.get_by_text("您好，")).to_be_visible()


def test_what_was_typed_when_the_session_ended_is_saved_after_signing_in_beside_it(signed_in, live_server):
    article = make_article(title="原题？", status=Article.Status.DRAFT)
    page = open_form(signed_in, live_server, article)
    page.locator("#id_title").fill("新题？")
    page.get_by_text("已暂存在这台电脑").wait_for()
    end_session()
    page.evaluate("dispatchEvent(new Event('focus'))")
    news = page.locator(".session-news")
    expect(news).to_contain_text("登录已经结束")
    with page.expect_popup() as opened:
        news.get_by_role("link", name="重新登录").click()
    window = opened.value
    window.get_by_label("用户名").fill("lihong")
    window.get_by_label("密码").fill(PASSWORD)
    window.get_by_role("button", name="登录").click()
    expect(window.get_by_text("请关掉这个窗口")).to_be_visible()
    window.close()
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(news).to_contain_text("可以接着写和保存")
    save(page)
    article.refresh_from_db()
    assert article.title == "新题？"


def test_what_was_sent_after_the_session_had_ended_is_offered_when_its_writer_is_back(signed_in, live_server):
    article = make_article(title="原题？", status=Article.Status.DRAFT)
    page = open_form(signed_in, live_server, article)
    page.locator("#id_title").fill("新题？")
    end_session()
    save(page)
    page.get_by_label("用户名").fill("lihong")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    offer = page.get_by_role("region", name="没有保存的内容")
    expect(offer).to_contain_text("新题？")
    offer.get_by_role("button", name="恢复").click()
    save(page)
    article.refresh_from_db()
    assert article.title == "新题？"


def test_before_the_session_ends_the_form_says_so_and_one_press_keeps_it(make_page, live_server, lihong):
    page = enter(make_page(viewport=PHONE), live_server, lihong)
    open_form(page, live_server, make_article(status=Article.Status.DRAFT))
    row = Session.objects.get()
    store = SessionStore(row.session_key)
    data = store.decode(row.session_data)
    data[BEGAN] -= 3600
    ends = row.expire_date - timedelta(minutes=57)
    Session.objects.update(session_data=store.encode(data), expire_date=ends)
    page.evaluate("dispatchEvent(new Event('focus'))")
    news = page.locator(".session-news")
    expect(news).to_contain_text(re.compile("再过 [23] 分钟没有操作"))
    fits(page)
    news.get_by_role("button", name="继续使用").click()
    expect(news).to_be_hidden()
    assert Session.objects.get().expire_date > ends + timedelta(minutes=50)


def test_the_owner_signs_out_on_all_devices(make_page, live_server, lihong):
    phone, page = (
        enter(make_page(viewport=size), live_server, lihong) for size in (PHONE, {"width": 1280, "height": 900})
    )
    phone.get_by_role("link", name="账号安全").click()
    fits(phone)
    phone.get_by_role("button", name="退出所有设备").click()
    expect(phone.get_by_text("已经在所有设备上退出登录")).to_be_visible()
    page.goto(f"{live_server.url}/admin/")
    expect(page.get_by_label("密码")).to_be_visible()


def test_a_second_factor_that_a_colleague_has_lost_is_reset_on_a_telephone(phone, live_server, lihong):
    seed, boss = new_seed(), make_person("wangmin", "王敏", "管理员")
    SecondFactor.enrol(boss, seed, int(time.time()) // STEP - 5)
    SecondFactor.enrol(lihong, new_seed(), 0)
    type_password(phone, live_server, PASSWORD, name="wangmin", path=f"/admin/auth/user/{lihong.pk}/change/")
    type_code(phone, code_at(secret_of(seed), int(time.time()) // STEP - 1))
    phone.get_by_role("link", name="取消两步验证").click()
    fits(phone)
    for password, said in (("wrong-pass-1", "密码不对"), (PASSWORD, "已取消 lihong 的两步验证")):
        phone.get_by_label("您的密码").fill(password)
        phone.get_by_label("验证码").fill(code_at(secret_of(seed), int(time.time()) // STEP))
        phone.get_by_role("button", name="取消两步验证").click()
        expect(phone.get_by_text(said)).to_be_visible()
        fits(phone)
    expect(phone.get_by_role("link", name="取消两步验证")).to_have_count(0)
    assert not SecondFactor.objects.filter(user=lihong).exists()


def test_on_a_telephone_without_scripts_an_unknown_device_is_seen_and_signed_out(make_page, live_server, lihong):
    stranger = enter(make_page(), live_server, lihong)
    page = enter(make_page(viewport=PHONE, java_script_enabled=False), live_server, lihong)
    page.get_by_role("link", name="账号安全").click()
    page.get_by_role("link", name="看看登录在哪些设备上").click()
    expect(page.get_by_role("heading", name="这台设备")).to_be_visible()
    other = page.get_by_role("checkbox", name=re.compile("电脑上的"))
    assert other.bounding_box()["y"] + 30 < page.get_by_role("button", name="退出选中的").bounding_box()["y"]
    fits(page)
    for ticked, password, said in (
        (False, PASSWORD, "请先选"),
        (True, "wrong-pass-1", "密码不对"),
        (True, PASSWORD, ""),
    ):
        other.set_checked(ticked)
        page.get_by_label("您的密码").fill(password)
        page.get_by_role("button", name="退出选中的").click()
        if said:
            expect(page.get_by_role("alert").filter(has_text=said)).to_be_visible()
    expect(page.get_by_text("已经退出 1 处登录")).to_be_visible()
    expect(page.get_by_text("没有在别的设备上登录")).to_be_visible()
    stranger.goto(f"{live_server.url}/admin/account/")
    expect(stranger.get_by_label("用户名")).to_be_visible()


def test_a_while_after_signing_in_the_second_factor_opens_after_signing_in_once_more(page, live_server, lihong):
    enter(page, live_server, lihong)
    row = Session.objects.get()
    store = SessionStore(row.session_key)
    data = store.decode(row.session_data)
    Session.objects.update(session_data=store.encode(data | {BEGAN: data[BEGAN] - 20 * 60}))
    page.goto(f"{live_server.url}/admin/account/")
    page.get_by_role("link", name="开启两步验证").click()
    expect(page.get_by_text("请再登录一次")).to_be_visible()
    page.get_by_label("用户名").fill("lihong")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("button", name="开启两步验证")).to_be_visible()
