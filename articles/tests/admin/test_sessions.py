"""Sessions end: by the clock, when nobody is there, and at once on all devices when their owner says so."""

from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from articles.models import FirstPassword, SecondFactor, SignInTrial
from articles.models.second_factor import new_seed
from articles.tests.editing import PASSWORD, change_address, make_owner, make_staff, shown_form, sign_in
from articles.tests.factories import make_article
from healthqa.sessions import BEGAN, SessionStore

pytestmark = pytest.mark.django_db
SESSION = "/admin/session/"


def later(client, minutes):
    """Let so many minutes pass for the session of `client`."""
    key = client.cookies["session"].value
    row = Session.objects.get(pk=key)
    store = SessionStore(key)
    data = store.decode(row.session_data)
    data[BEGAN] -= minutes * 60
    ends = row.expire_date - timedelta(minutes=minutes)
    Session.objects.filter(pk=key).update(session_data=store.encode(data), expire_date=ends)


def is_in(client, address="/admin/account/"):
    return client.get(address).status_code == 200


@pytest.fixture
def article():
    return make_article()


@pytest.fixture
def client(article):
    return sign_in(make_staff("编辑"))


def test_who_does_nothing_for_an_hour_is_signed_out(client):
    later(client, 59)
    assert is_in(client)
    later(client, 59)  # from what was done last
    assert is_in(client)
    later(client, 61)
    answer = client.get("/admin/account/")
    assert answer["Location"] == "/admin/login/?next=/admin/account/"


def test_after_twelve_hours_everybody_signs_in_again(client):
    for _ in range(14):
        later(client, 50)
        assert is_in(client)
    later(client, 25)  # 725 minutes
    assert not is_in(client)


def test_a_form_that_is_open_and_beats_keeps_nobody_in(client, article):
    form = change_address(article).removesuffix("change/")
    for _ in range(3):
        later(client, 19)
        assert client.post(f"{form}presence/", {"hidden": "1"}).status_code == 200
        assert client.post(f"{form}unsaved/", {"do": "stay", "form": "a"}).status_code == 200
        assert client.get(SESSION).json()["seconds"] > 0
    later(client, 4)
    assert client.get(SESSION).json()["seconds"] == 0
    assert client.post(f"{form}presence/").status_code == 302


def test_who_types_is_there(client, article):
    kept = {"do": "keep", "form": "a", "content": '{"values": {"title": "头痛？"}, "labels": {}}'}
    for _ in range(3):
        later(client, 40)
        assert client.post(f"{change_address(article).removesuffix('change/')}unsaved/", kept).json()["kept"]
    assert is_in(client)


def test_who_types_for_twelve_hours_signs_in_again(client, article):
    """However often the session is told that somebody is there."""
    for _ in range(14):
        later(client, 50)
        assert client.post(SESSION).json()["seconds"] > 0
    later(client, 19)
    assert client.post(SESSION).json()["seconds"] <= 60
    later(client, 2)
    assert client.post(SESSION).json()["seconds"] == 0
    assert not is_in(client)


def test_a_page_is_told_how_long_the_session_lasts_and_can_say_that_somebody_is_there(client):
    user = int(client.session["_auth_user_id"])
    later(client, 56)
    state = client.get(SESSION)
    assert 200 < state.json()["seconds"] <= 240
    assert state.json()["user"] == user
    assert "no-store" in state["Cache-Control"]
    assert client.post(SESSION).json()["seconds"] > 3500
    assert client.get(SESSION).json()["seconds"] > 3500
    assert Client().post(SESSION).json() | {"token": ""} == {"user": None, "seconds": 0, "token": ""}


def test_the_browser_keeps_the_cookie_no_longer_than_the_session_can_last(client):
    later(client, 60 * 11)
    Session.objects.update(expire_date=timezone.now() + timedelta(minutes=30))
    client.get("/admin/")
    store = SessionStore(client.cookies["session"].value)
    assert 3000 < store.get_expiry_age() <= 3600
    assert Session.objects.get().expire_date <= timezone.now() + timedelta(minutes=61)


def test_a_session_that_does_not_say_when_it_began_has_ended(client):
    key = client.cookies["session"].value
    store = SessionStore(key)
    data = store.decode(Session.objects.get().session_data)
    del data[BEGAN]
    Session.objects.update(session_data=store.encode(data), expire_date=timezone.now() + timedelta(days=14))
    assert not is_in(client)


def test_signing_in_begins_a_session_anew_and_under_another_key(article):
    user = make_staff("编辑", username="lihong")
    user.set_password("long-enough-1")
    user.save()
    client = sign_in(user)
    later(client, 59)
    old = client.cookies["session"].value
    client.post("/admin/login/", {"username": "lihong", "password": "long-enough-1"})
    assert client.cookies["session"].value != old
    later(client, 55)
    assert is_in(client)


def test_the_owner_signs_out_on_all_devices(client, article):
    user = int(client.session["_auth_user_id"])
    from django.contrib.auth.models import User

    phone, other = sign_in(User.objects.get(pk=user)), sign_in(make_staff("编辑"))
    assert "退出所有设备" in phone.get("/admin/account/").content.decode()
    answer = client.post("/admin/account/sign-out/", follow=True)
    assert "已经在所有设备上退出登录" in answer.content.decode()
    assert not is_in(phone)
    assert not is_in(client)
    assert is_in(other)
    assert client.get("/admin/account/sign-out/").status_code != 200


def test_a_new_password_ends_all_other_sessions_and_those_that_wait_for_a_code(article):
    owner = make_owner()
    SecondFactor.enrol(owner, new_seed(), 0)
    client, other, waiting = sign_in(owner), sign_in(owner), Client()
    waiting.post("/admin/login/", {"username": owner.username, "password": PASSWORD})
    assert Session.objects.count() == 3
    change = {"old_password": PASSWORD, "new_password1": "my-own-Word-88", "new_password2": "my-own-Word-88"}
    assert client.post("/admin/password_change/", change).status_code == 302
    assert is_in(client)
    assert not is_in(other)
    assert waiting.get("/admin/login/code/").status_code == 302
    assert "没有在别的设备上登录" in client.get("/admin/account/sessions/").content.decode()


def test_what_a_page_says_after_a_step_is_kept_in_no_cookie(client):
    client.post("/admin/account/sign-out/")
    assert set(client.cookies) == {"session"}


def test_managers_sign_out_an_account_that_they_may_change(client):
    manager = make_staff("管理员")
    lost = make_staff("编辑", username="lihong")
    device = sign_in(lost)
    desk = sign_in(manager)
    assert "退出所有设备" in desk.get(change_address(lost)).content.decode()
    address = f"/admin/auth/user/{lost.pk}/sign-out/"
    assert client.post(address).status_code == 403
    assert desk.get(address).status_code == 405
    assert is_in(device)
    assert "在所有设备上退出登录（1 处）" in desk.post(address, follow=True).content.decode()
    assert not is_in(device)
    assert "没有在任何设备上登录" in desk.post(address, follow=True).content.decode()
    root = make_staff(is_superuser=True)
    assert desk.post(f"/admin/auth/user/{root.pk}/sign-out/").status_code == 403


@pytest.mark.parametrize("field", ["is_active", "is_staff"])
def test_the_sessions_of_an_account_that_is_closed_end_for_good(client, field):
    user, root = make_staff("编辑", username="lihong"), sign_in(make_staff(is_superuser=True))
    device = sign_in(user)
    page = root.get(change_address(user))
    root.post(change_address(user), {**shown_form(page, "user"), field: ""})
    user.refresh_from_db()
    assert not getattr(user, field)
    setattr(user, field, True)
    user.save()
    assert not is_in(device)


def test_the_password_that_a_first_start_shows_is_changed_before_anything_else():
    from articles.management.commands.prepare_site import Command

    said = StringIO()
    Command(stdout=said).create_owner()
    password = said.getvalue().split("一次性密码：")[1].split()[0]
    client = Client()
    assert client.post("/admin/login/", {"username": "admin", "password": password}).status_code == 302
    assert client.get("/admin/")["Location"].startswith("/admin/password_change/")
    assert FirstPassword.objects.exists()
    assert SignInTrial.objects.filter(count__gt=0).count() == 0
