"""已登录的设备: the owner sees where the account is signed in, what ends each, and ends what is not theirs."""

import re
import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from articles.models import AuditEntry, SecondFactor
from articles.models.second_factor import new_seed
from articles.tests.admin.test_sessions import is_in, later
from articles.tests.editing import PASSWORD, make_owner, sign_in
from articles.text.one_time_codes import STEP

pytestmark = pytest.mark.django_db
PAGE = "/admin/account/sessions/"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) MicroMessenger/8.0.50 Secret/1"
DESK = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0"


@pytest.fixture(autouse=True)
def _fast(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # passwords are not the matter here


@pytest.fixture
def owner():
    return make_owner()


def enter(agent=DESK, address="203.0.113.7", name="lihong"):
    client = Client(headers={"user-agent": agent}, REMOTE_ADDR=address)
    assert client.post("/admin/login/", {"username": name, "password": PASSWORD}).status_code == 302
    return client


def shown(client):
    return client.get(PAGE).content.decode()


def names(page):
    return re.findall(r'name="session" value="([0-9a-f]+)"', page)


def test_each_session_is_shown_with_its_device_and_network_and_the_own_apart(owner):
    own = enter()
    enter(PHONE, "198.51.100.4")
    enter("", "203.0.113.7")
    page = shown(own)
    here, others = page.split("别的设备", 1)
    assert "Windows 电脑上的 Edge" in here
    assert "iPhone 上的微信" in others
    assert "不认识的设备" in others
    assert others.count("来自别的网络") == others.count("和现在的网络相同") == 1
    assert len(names(page)) == 2


def test_what_ends_each_is_said_with_its_time(owner):
    own, phone = enter(), enter(PHONE)
    later(phone, 30)
    row = Session.objects.get(pk=phone.cookies["session"].value)
    said = shown(own).split("别的设备", 1)[1]
    began = timezone.localtime(row.expire_date - settings.SESSION_IDLE)
    last = began + timedelta(seconds=settings.SESSION_COOKIE_AGE)
    for moment in (began, timezone.localtime(row.expire_date), last):
        assert f"{moment.month}月{moment.day}日 {moment:%H:%M}" in said


def test_the_page_names_no_key_no_address_and_no_word_of_a_browser(owner):
    own, phone = enter(), enter(PHONE, "198.51.100.4")
    page = shown(own)
    for secret in (phone.cookies["session"].value, own.cookies["session"].value, "198.51.100", "203.0.113", "Secret/1"):
        assert secret not in page
    data = phone.session.items()
    assert not any(secret in str(data) for secret in ("198.51.100", "Secret"))
    assert "no-store" in own.get(PAGE)["Cache-Control"]


def test_those_that_are_chosen_end_and_the_others_go_on(owner):
    own, stranger = enter(), enter(PHONE)
    [name] = names(shown(own))
    third = enter()
    answer = own.post(PAGE, {"session": [name], "password": PASSWORD}, follow=True)
    assert "已经退出 1 处登录" in answer.content.decode()
    assert not is_in(stranger)
    assert is_in(own)
    assert is_in(third)
    assert AuditEntry.objects.filter(who="lihong", what="退出了 1 处别的登录").count() == 1


@pytest.mark.parametrize("password", ["", "wrong-pass-1"])
def test_without_the_password_none_ends_and_what_was_chosen_stays_chosen(owner, password):
    own, phone = enter(), enter(PHONE)
    [name] = names(shown(own))
    answer = own.post(PAGE, {"session": [name], "password": password})
    assert f'value="{name}" checked' in answer.content.decode()
    assert is_in(phone)


def test_nobody_ends_the_session_of_somebody_else_nor_one_that_is_gone(owner):
    make_owner(username="other")
    own, phone, other = enter(), enter(PHONE), enter(name="other")
    [name] = names(shown(own))
    for chosen in ([name], [], ["x"], [phone.cookies["session"].value]):
        other.post(PAGE, {"session": chosen, "password": PASSWORD})
    assert is_in(phone)
    phone.post("/admin/logout/")
    assert "有的已经结束了" in own.post(PAGE, {"session": [name], "password": PASSWORD}).content.decode()


def test_whose_password_was_right_and_who_waits_for_a_code_is_shown_as_a_warning(owner):
    own = enter()
    SecondFactor.enrol(owner, new_seed(), int(time.time()) // STEP)
    thief = enter(PHONE, "198.51.100.4")
    page = shown(own)
    assert "有人知道了您的密码" in page
    own.post(PAGE, {"session": names(page), "password": PASSWORD})
    assert thief.get("/admin/login/code/").status_code == 302


def test_what_has_ended_by_itself_is_not_shown(owner):
    own, phone = enter(), enter(PHONE)
    later(phone, 61)
    assert "没有在别的设备上登录" in shown(own)


def test_a_page_costs_as_many_queries_however_many_sessions_there_are(owner, django_assert_num_queries):
    own = enter()
    for _ in range(5):
        sign_in(owner)
    with django_assert_num_queries(5):  # session, account, sessions, and two of rights for the frame of the admin
        own.get(PAGE)
