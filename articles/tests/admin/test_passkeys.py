"""Passkeys: added with the password, shown instead of a code or alone, judged by site, page, owner, time and count."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from django.test import Client
from fido2.utils import websafe_encode

from articles.admin.sign_in import passkey_ceremony
from articles.models import AuditEntry, FirstPassword, Passkey, RecoveryCode, SecondFactor
from articles.models.second_factor import new_seed, secret_of
from articles.tests.editing import PASSWORD, make_owner, sign_in
from articles.tests.passkeys import PRESENT, VERIFIED, SoftKey, asked
from articles.text.one_time_codes import STEP, code_at

pytestmark = pytest.mark.django_db
PAGE, ENTRY, LOGIN, CODE = "/admin/account/passkeys/", "/admin/login/passkey/", "/admin/login/", "/admin/login/code/"
HERE = {"headers": {"host": "edit.example.org"}, "secure": True}


@pytest.fixture(autouse=True)
def _site(settings):
    settings.PASSKEY_DOMAIN, settings.ALLOWED_HOSTS = "example.org", ["*"]
    settings.SITE_URL = "https://www.example.org"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # passwords are not the matter here


@pytest.fixture
def owner():
    return make_owner()


def add(client, key, name="手机", **how):
    """Add `key` by the two pages; return the last answer."""
    page = client.post(PAGE, {"do": "add", "name": name, "password": PASSWORD}, **HERE)
    options, token = asked(page)
    return client.post(PAGE, {"do": "make", "token": token, "answer": key.make(options, **how)}, **HERE)


@pytest.fixture
def key(owner):
    key = SoftKey()
    key.keep_for(owner)
    return key


def type_password(client, name="lihong", password=PASSWORD):
    return client.post(f"{LOGIN}?next=/admin/articles/tag/", {"username": name, "password": password}, **HERE)


def show(client, key, page=CODE, **how):
    options, token = asked(client.get(page, **HERE))
    return client.post(ENTRY, {"token": token, "answer": key.show(options, **how)}, **HERE)


def is_in(client):
    return client.get("/admin/account/", **HERE).status_code == 200


def test_an_editor_adds_one_gets_recovery_codes_once_and_is_signed_out_elsewhere(owner):
    client, other = sign_in(owner), sign_in(owner)
    answer = add(client, SoftKey(b"1"))
    assert len(set(re.findall(r"\b(?:[a-z2-9]{4}-){5}[a-z2-9]{4}\b", answer.content.decode()))) == 10
    assert "no-store" in answer["Cache-Control"]
    assert is_in(client)
    assert not is_in(other)
    assert add(client, SoftKey(b"2"), name="电脑").status_code == 302
    page = client.get(PAGE, **HERE).content.decode()
    assert "手机" in page
    assert "电脑" in page
    assert RecoveryCode.objects.count() == 10
    told = AuditEntry.objects.filter(kind=AuditEntry.Kind.FACTOR).order_by("pk").values_list("who", "what")
    assert list(told) == [("lihong", f"添加了通行密钥“{name}”") for name in ("手机", "电脑")]


def test_to_add_or_remove_one_more_ends_all_other_sessions(owner, key):
    client = sign_in(owner)
    other = sign_in(owner)
    add(client, SoftKey(b"2"), name="电脑")
    assert not is_in(other)
    other = sign_in(owner)
    client.post(PAGE, {"do": "remove", "key": Passkey.objects.first().pk, "password": PASSWORD}, **HERE)
    assert is_in(client)
    assert not is_in(other)


def test_to_add_or_remove_one_the_password_is_asked_for(owner, key):
    client = sign_in(owner)
    wrong = client.post(PAGE, {"do": "add", "name": "x", "password": "wrong-pass-1"}, **HERE).content.decode()
    assert "密码不对" in wrong
    assert "data-passkey=" not in wrong
    row = Passkey.objects.get()
    for password in ("wrong-pass-1", ""):
        client.post(PAGE, {"do": "remove", "key": row.pk, "password": password}, **HERE)
    assert Passkey.objects.exists()
    client.post(PAGE, {"do": "remove", "key": row.pk, "password": PASSWORD}, **HERE)
    assert not Passkey.objects.exists()
    assert not RecoveryCode.objects.exists()
    assert AuditEntry.objects.filter(what="删除了通行密钥“手机”").exists()


def test_nobody_removes_the_passkey_of_somebody_else(key):
    other = make_owner(username="other")
    for row in (Passkey.objects.get().pk, "9" * 30, "x", "-1", ""):
        sign_in(other).post(PAGE, {"do": "remove", "key": row, "password": PASSWORD}, **HERE)
    assert Passkey.objects.count() == 1


def test_after_the_password_a_passkey_lets_in_and_nothing_less_does(key):
    client = Client()
    assert type_password(client)["Location"].startswith(CODE)
    assert not is_in(client)
    options, _ = asked(client.get(CODE, **HERE))
    assert [one["id"] for one in options["allowCredentials"]] == [Passkey.objects.get().credential_id]
    assert options["userVerification"] == "required"
    assert show(client, key).status_code == 302
    assert is_in(client)
    assert Passkey.objects.get().used_at


def test_a_recovery_code_lets_in_who_has_only_passkeys(owner, key):
    code = RecoveryCode.renew(owner)[0]
    client = Client()
    type_password(client)
    assert "通行密钥不在身边" in client.get(CODE, **HERE).content.decode()
    assert client.post(CODE, {"code": "123456"}, **HERE).status_code == 200
    assert client.post(CODE, {"code": code}, **HERE).status_code == 302
    assert is_in(client)


def test_a_passkey_alone_lets_in_and_a_first_password_is_changed_all_the_same(owner, key):
    client = Client()
    assert show(client, key, LOGIN).status_code == 302
    assert is_in(client)
    FirstPassword.give(owner, PASSWORD)
    client = Client()
    show(client, key, LOGIN)
    assert client.get("/admin/articles/tag/", **HERE)["Location"].startswith("/admin/password_change/")
    assert client.get(PAGE, **HERE)["Location"].startswith("/admin/password_change/")


@pytest.mark.parametrize("field", ["is_active", "is_staff"])
def test_an_account_that_is_closed_is_let_in_by_no_passkey(owner, key, field):
    setattr(owner, field, False)
    owner.save()
    client = Client()
    assert "不认识这个通行密钥" in show(client, key, LOGIN).content.decode()
    assert not is_in(client)


WRONG = [
    {"origin": "https://edit.example.org.evil.test"},
    {"origin": "http://edit.example.org"},
    {"origin": "https://other.example.org"},
    {"origin": "null"},
    {"domain": "evil.test"},
    {"flags": PRESENT},
    {"flags": VERIFIED},
    {"crossOrigin": True},
    {"challenge": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"},
]


@pytest.mark.parametrize("how", [*WRONG, {"does": "create"}])
def test_what_was_signed_elsewhere_unseen_or_for_something_else_is_refused(key, how):
    client = Client()
    assert "没有通过检查" in show(client, key, LOGIN, **how).content.decode()
    assert not is_in(client)
    type_password(client)
    assert "没有通过检查" in show(client, key, **how).content.decode()
    assert not is_in(client)


def test_the_audit_log_tells_of_a_wrong_passkey_and_by_what_somebody_came_in(key):
    AuditEntry.objects.all().delete()
    show(Client(), key, LOGIN, flags=PRESENT)
    stranger = SoftKey(b"stranger")
    stranger.handle = key.handle
    show(Client(), stranger, LOGIN)
    client = Client()
    type_password(client)
    client.post(ENTRY, {"token": asked(client.get(CODE, **HERE))[1], "answer": "x"}, **HERE)
    show(client, key)
    show(Client(), key, LOGIN)
    entries = AuditEntry.objects.order_by("pk").values_list("kind", "who", "what")
    refused = [
        ("failure", "lihong", "通行密钥没有通过检查"),
        ("failure", "", "不认识的通行密钥"),
        ("failure", "lihong", "不认识的通行密钥"),
    ]
    came = [("sign_in", "lihong", "密码和通行密钥"), ("sign_in", "lihong", "通行密钥")]
    assert list(entries) == [*refused, *came]


@pytest.mark.parametrize("how", WRONG)
def test_a_new_passkey_made_elsewhere_or_unseen_is_refused(owner, how):
    client = sign_in(owner)
    assert add(client, SoftKey(), **how).status_code == 302
    assert "没有通过检查" in client.get(PAGE, **HERE).content.decode()
    assert not Passkey.objects.exists()


def test_what_a_page_asked_makes_one_passkey_in_the_session_that_typed_the_password(owner):
    """Else whoever reads the page in a session left open adds a key of their own, or brings back one removed."""
    client, other = sign_in(owner), sign_in(owner)
    options, token = asked(client.post(PAGE, {"do": "add", "name": "手机", "password": PASSWORD}, **HERE))
    first, second = ({"do": "make", "token": token, "answer": SoftKey(name).make(options)} for name in (b"1", b"2"))
    assert other.post(PAGE, second, **HERE).status_code == 302
    assert not Passkey.objects.exists()
    client.post(PAGE, first, **HERE)
    client.post(PAGE, second, **HERE)
    row = Passkey.objects.get()
    assert row.credential_id == websafe_encode(SoftKey(b"1").id)
    client.post(PAGE, {"do": "remove", "key": row.pk, "password": PASSWORD}, **HERE)
    client.post(PAGE, first, **HERE)
    assert not Passkey.objects.exists()
    assert is_in(client)


@pytest.mark.django_db(transaction=True)
def test_of_passkeys_sent_at_the_same_instant_for_one_page_one_is_added(owner):
    client, together = sign_in(owner), Barrier(4)
    options, token = asked(client.post(PAGE, {"do": "add", "name": "手机", "password": PASSWORD}, **HERE))
    keys = [SoftKey(name) for name in (b"1", b"2", b"3", b"4")]

    def send(key):
        other = Client()
        other.cookies = client.cookies.copy()
        try:
            together.wait(30)
            return other.post(PAGE, {"do": "make", "token": token, "answer": key.make(options)}, **HERE).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        # The page with the recovery codes; the others are led on, by whichever session the browser has then.
        assert sorted(pool.map(send, keys)) == [200, 302, 302, 302]
    assert Passkey.objects.count() == 1
    assert RecoveryCode.objects.count() == 10


@pytest.mark.parametrize("length", [0, 1024, 2000, 5000])
def test_a_new_passkey_without_a_name_or_with_one_that_is_too_long_is_refused(owner, length):
    client, key = sign_in(owner), SoftKey()
    key.id = b"x" * length
    assert add(client, key).status_code == 302
    assert "没有通过检查" in client.get(PAGE, **HERE).content.decode()
    assert not Passkey.objects.exists()


def test_a_new_passkey_with_the_longest_name_is_good(owner):
    key = SoftKey()
    key.id = b"x" * 1023
    add(sign_in(owner), key)
    assert show(Client(), key, LOGIN).status_code == 302


def test_the_address_in_the_settings_is_good_behind_a_proxy_that_names_another(key):
    assert show(Client(), key, LOGIN, origin="https://www.example.org").status_code == 302


def test_another_key_under_the_same_name_is_refused(key):
    client, thief = Client(), SoftKey()
    thief.id, thief.handle = key.id, key.handle
    assert "没有通过检查" in show(client, thief, LOGIN).content.decode()
    assert not is_in(client)


def test_a_passkey_that_names_another_account_or_alone_none_is_refused(key):
    for handle in ("b3RoZXI", ""):
        key.handle = handle
        client = Client()
        assert "没有通过检查" in show(client, key, LOGIN).content.decode()
        assert not is_in(client)
    type_password(client)
    assert show(client, key).status_code == 302


def test_after_ones_own_password_the_passkey_of_somebody_else_lets_nobody_in(key):
    other = make_owner(username="other")
    other_key = SoftKey(b"other")
    add(sign_in(other), other_key)
    client = Client()
    type_password(client)
    assert show(client, other_key).status_code == 200
    assert not is_in(client)


def test_what_was_used_is_not_good_again_nor_what_was_asked_before_it(key):
    first, second = Client(), Client()
    pages = [asked(client.get(LOGIN, **HERE)) for client in (first, second)]
    early, late = ({"token": token, "answer": key.show(options)} for options, token in pages)
    assert second.post(ENTRY, late, **HERE).status_code == 302
    for again in (late, early):
        assert "已经用过" in first.post(ENTRY, again, **HERE).content.decode()
    assert not is_in(first)
    assert not AuditEntry.objects.filter(what__contains="复制").exists()


def test_a_count_that_does_not_grow_is_refused_and_told(key):
    for count, lets_in in ((5, True), (6, True), (6, False), (3, False), (0, False), (7, True)):
        key.count = count
        client = Client()
        show(client, key, LOGIN)
        assert is_in(client) == lets_in, count
    assert AuditEntry.objects.filter(who="lihong", what__contains="可能被复制过").count() == 3


def test_a_token_of_another_page_account_or_time_is_refused(owner, key, monkeypatch):
    client = sign_in(owner)
    page = client.post(PAGE, {"do": "add", "name": "x", "password": PASSWORD}, **HERE)
    to_make, token = asked(page)
    for wrong in (token, "x", token[:-1] + "_"):
        answer = {"token": wrong, "answer": key.show(to_make)}
        assert "打开得太久了" in Client().post(ENTRY, answer, **HERE).content.decode()
    waiting = Client()
    type_password(waiting)
    options, token = asked(Client().get(LOGIN, **HERE))
    assert "打开得太久了" in waiting.post(ENTRY, {"token": token, "answer": key.show(options)}, **HERE).content.decode()
    monkeypatch.setattr(passkey_ceremony, "PATIENCE", -1)
    assert "打开得太久了" in show(Client(), key, LOGIN).content.decode()
    assert add(client, SoftKey(b"new")).status_code == 302
    assert Passkey.objects.count() == 1


HOSTILE = ["", "x", "[]", "1", "null", "{}", "[" * 15_000, '{"id": 1}', "é" * 16_001, '{"rawId": "AA", "response": 5}']


@pytest.mark.parametrize("answer", HOSTILE)
def test_no_answer_whatever_it_says_makes_a_page_fail(owner, key, answer):
    client = sign_in(owner)
    page = client.post(PAGE, {"do": "add", "name": "x", "password": PASSWORD}, **HERE)
    _, token = asked(page)
    assert client.post(PAGE, {"do": "make", "token": token, "answer": answer}, **HERE).status_code == 302
    _, token = asked(Client().get(LOGIN, **HERE))
    client = Client()
    assert client.post(ENTRY, {"token": token, "answer": answer}, **HERE).status_code in (200, 429)
    assert not is_in(client)
    assert Passkey.objects.count() == 1


def test_trials_are_counted_before_anything_is_compared(key):
    client = Client()
    options, token = asked(client.get(LOGIN, **HERE))
    bad = {"token": token, "answer": key.show(options, domain="evil.test")}
    answers = [client.post(ENTRY, bad, **HERE) for _ in range(7)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 2
    assert "Retry-After" in answers[-1]
    assert "lihong" not in answers[-1].content.decode()
    assert show(client, key, LOGIN).status_code == 429
    assert show(Client(REMOTE_ADDR="198.51.100.9"), key, LOGIN).status_code == 302


def test_on_a_host_of_another_domain_and_on_an_ip_none_is_offered(owner, key):
    for host in ("edit.example.net", "203.0.113.5", "badexample.org"):
        here = {"headers": {"host": host}, "secure": True}
        assert "data-passkey" not in Client().get(LOGIN, **here).content.decode()
        assert Client().post(ENTRY, {"token": "x", "answer": "x"}, **here)["Location"] == LOGIN
        client = sign_in(owner)
        page = client.post(PAGE, {"do": "add", "name": "x", "password": PASSWORD}, follow=True, **here)
        assert "请用本站的域名" in page.content.decode()


def test_where_nobody_has_one_the_page_of_the_password_offers_none(owner):
    assert "data-passkey" not in Client().get(LOGIN, **HERE).content.decode()


def test_an_eleventh_is_not_added(owner, key):
    row = Passkey.objects.get()
    Passkey.objects.bulk_create(
        Passkey(user=owner, name="x", handle=row.handle, credential_id=f"x{n}", credential=row.credential)
        for n in range(9)
    )
    client = sign_in(owner)
    client.post(PAGE, {"do": "add", "name": "x", "password": PASSWORD}, **HERE)
    assert "最多 10 个" in client.get(PAGE, **HERE).content.decode()


def test_whom_the_rule_asks_may_add_a_passkey_instead_of_an_app(settings, owner):
    settings.REQUIRE_SECOND_FACTOR = "everybody"
    client = Client()
    type_password(client)
    assert client.get("/admin/articles/tag/", **HERE)["Location"].startswith("/admin/account/second-factor/")
    assert "请先添加一个通行密钥" in client.get(PAGE, **HERE).content.decode()
    add(client, SoftKey())
    assert client.get("/admin/articles/tag/", **HERE).status_code == 200


def test_without_an_app_the_passkey_stays_and_so_do_the_recovery_codes(owner, key):
    SecondFactor.enrol(owner, new_seed(), 0)
    client = sign_in(owner)
    client.post("/admin/account/second-factor/", {"do": "remove", "password": PASSWORD}, **HERE)
    assert not SecondFactor.objects.exists()
    assert RecoveryCode.objects.count() == 10
    assert type_password(Client())["Location"].startswith(CODE)


def test_an_operator_resets_passkeys_too(key):
    call_command("reset_second_factor", "lihong")
    assert not Passkey.objects.exists()
    assert not RecoveryCode.objects.exists()


# --- 管理员 resets the second factor of a colleague -------------------------------


@pytest.fixture
def manager():
    return make_owner("管理员", username="zhou")


def reset_page(user):
    return f"/admin/auth/user/{user.pk}/second-factor/"


def test_管理员_resets_a_colleague_with_the_own_password_and_the_log_tells(owner, key, manager):
    other, client = sign_in(owner), sign_in(manager)
    assert "先核实是本人" in client.get(reset_page(owner), **HERE).content.decode()
    client.post(reset_page(owner), {"password": "wrong-pass-1"}, **HERE)
    assert Passkey.objects.exists()
    client.post(reset_page(owner), {"password": PASSWORD}, **HERE)
    assert not Passkey.objects.exists()
    assert not RecoveryCode.objects.exists()
    assert not is_in(other)
    assert AuditEntry.objects.filter(who="zhou", what="取消了“lihong”的两步验证").exists()


def test_who_has_an_app_shows_a_code_of_it_as_well(owner, key, manager):
    seed = new_seed()
    SecondFactor.enrol(manager, seed, int(time.time()) // STEP - 5)
    client = sign_in(manager)
    for code in ("", "000"):
        client.post(reset_page(owner), {"password": PASSWORD, "code": code}, **HERE)
        assert Passkey.objects.exists()
    code = code_at(secret_of(seed), int(time.time()) // STEP)
    client.post(reset_page(owner), {"password": PASSWORD, "code": code}, **HERE)
    assert not Passkey.objects.exists()


def test_who_has_a_passkey_shows_it_as_well(owner, key, manager):
    client, own = sign_in(manager), SoftKey(b"own")
    add(client, own)
    options, token = asked(client.get(reset_page(owner), **HERE))
    for sent in ({}, {"token": token, "answer": own.show(options, flags=PRESENT)}):
        client.post(reset_page(owner), {"password": PASSWORD} | sent, **HERE)
        assert Passkey.objects.filter(user=owner).exists()
    sent = {"token": token, "answer": own.show(options)}
    client.post(reset_page(owner), {"password": PASSWORD} | sent, **HERE)
    assert not Passkey.objects.filter(user=owner).exists()


def test_on_a_host_without_passkeys_a_recovery_code_is_asked_for_instead(owner, key, manager):
    """Which host is asked, who asks says: it takes no second factor away."""
    client = sign_in(manager)
    codes = re.findall(r"\b(?:[a-z2-9]{4}-){5}[a-z2-9]{4}\b", add(client, SoftKey(b"own")).content.decode())
    elsewhere = {"headers": {"host": "127.0.0.1"}, "secure": True}
    assert 'name="code"' in client.get(reset_page(owner), **elsewhere).content.decode()
    for sent in ({}, {"code": "000000"}, {"code": "x" * 24}):
        client.post(reset_page(owner), {"password": PASSWORD} | sent, **elsewhere)
        assert Passkey.objects.filter(user=owner).exists()
    client.post(reset_page(owner), {"password": PASSWORD, "code": codes[0]}, **elsewhere)
    assert not Passkey.objects.filter(user=owner).exists()


def test_nobody_resets_an_account_that_can_do_more_nor_the_own_one(owner, key, manager):
    boss = make_owner("管理员", username="boss", is_superuser=True)
    SecondFactor.enrol(boss, new_seed(), 0)
    assert sign_in(manager).post(reset_page(boss), {"password": PASSWORD}, **HERE).status_code == 403
    assert sign_in(owner).post(reset_page(manager), {"password": PASSWORD}, **HERE).status_code == 403
    SecondFactor.enrol(manager, new_seed(), 0)
    client = sign_in(manager)
    assert client.post(reset_page(manager), {"password": PASSWORD}, **HERE)["Location"] == "/admin/account/"
    assert SecondFactor.objects.filter(user__in=[boss, manager]).count() == 2
    assert Session.objects.exists()
