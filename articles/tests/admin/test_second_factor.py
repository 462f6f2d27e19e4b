"""The second factor: set up by its owner, asked for after the password, used once, and reset by an operator."""

import base64
import re
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from urllib.parse import unquote

import pytest
from django.contrib.auth.models import Group, User
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from articles.models import AuditEntry, FirstPassword, Passkey, RecoveryCode, SecondFactor, SignInTrial
from articles.models.second_factor import new_seed, secret_of
from articles.tests.admin.test_groups import PAGES, POSTS, TAKE_ONLY_POSTS
from articles.tests.admin.test_sessions import later
from articles.tests.editing import PASSWORD, make_owner, make_staff, send, sign_in
from articles.tests.factories import make_article
from articles.text.one_time_codes import STEP, code_at
from articles.workflow.second_factors import give_up_app
from healthqa.sessions import PENDING

pytestmark = pytest.mark.django_db
PAGE, CODE = "/admin/account/second-factor/", "/admin/login/code/"


@pytest.fixture
def owner():
    return make_owner()


@pytest.fixture
def factor(owner):
    """An app that has not shown a code for a minute."""
    codes = SecondFactor.enrol(owner, new_seed(), int(time.time()) // STEP - 5)
    owner.second_factor.recovery = codes
    return owner.second_factor


def app_code(seed, late=0):
    return code_at(secret_of(seed), int(time.time()) // STEP - late)


def enter(client=None, name="lihong", password=PASSWORD, **how):
    client = client or Client()
    client.post("/admin/login/?next=/admin/articles/tag/", {"username": name, "password": password}, **how)
    return client


def addresses(article):
    """Return every address of the admin; those of rows with the key of `article`."""
    written = {*PAGES, *POSTS, *TAKE_ONLY_POSTS}
    keys = dict.fromkeys(re.findall(r"{(\w+)}", " ".join(written)), article.pk)
    return {address.format(**keys) for address in written}


def is_in(client):
    return client.get("/admin/account/").status_code == 200


def enrol(client, password=PASSWORD, code=None, address=PAGE):
    page = client.get(address).content.decode()
    seed = re.search(r'name="seed" value="([^"]+)"', page)[1]
    secret = re.search(r'factor-secret">([A-Z2-7 ]+)<', page)[1].replace(" ", "")
    code = code or code_at(base64.b32decode(secret), int(time.time()) // STEP)
    return client.post(address, {"do": "enrol", "seed": seed, "code": code, "password": password}), code


def test_an_editor_sets_up_an_app_and_gets_recovery_codes_once(owner):
    client = sign_in(owner)
    answer, code = enrol(client)
    text = answer.content.decode()
    codes = re.findall(r"\b(?:[a-z2-9]{4}-){5}[a-z2-9]{4}\b", text)
    assert len(set(codes)) == 10
    assert "no-store" in answer["Cache-Control"]
    assert is_in(client)
    shown = client.get(PAGE).content.decode()
    assert "恢复码还剩 10 个" in shown
    stored = str([*SecondFactor.objects.values(), *RecoveryCode.objects.values()])
    for one in codes:
        assert one not in shown
        assert one not in stored
        assert one.replace("-", "") not in stored
    # The code that set it up signs nobody in.
    other = enter()
    assert other.post(CODE, {"code": code}).status_code == 200
    assert not is_in(other)


def test_the_audit_log_tells_that_it_was_set_up_renewed_and_given_up(owner):
    client = sign_in(owner)
    enrol(client)
    for do in ("renew", "remove"):
        client.post(PAGE, {"do": do, "password": PASSWORD})
    told = AuditEntry.objects.filter(kind=AuditEntry.Kind.FACTOR).order_by("pk").values_list("who", "what")
    assert list(told) == [(owner.username, text) for text in ("开启了两步验证", "换了新的恢复码", "停用了两步验证")]


def test_the_qr_code_and_the_secret_pass_the_policy_and_are_of_this_page_only(owner):
    client = sign_in(owner)
    page = client.get(PAGE)
    text = page.content.decode()
    assert 'aria-label="给验证器应用扫的二维码"' in text
    assert "data:" not in text
    assert not re.search(r"<style|\sstyle\s*=", text)
    secrets = {re.search(r'factor-secret">([A-Z2-7 ]+)<', client.get(PAGE).content.decode())[1] for _ in range(3)}
    assert len(secrets) == 3
    assert not SecondFactor.objects.exists()


@pytest.mark.parametrize(("password", "code"), [("wrong-pass-1", None), (PASSWORD, "12"), (PASSWORD, "abcdef")])
def test_without_the_password_or_a_code_of_the_app_nothing_is_set_up(owner, password, code):
    client = sign_in(owner)
    answer, _ = enrol(client, password, code)
    assert answer.status_code == 200
    assert "不对" in answer.content.decode()
    assert not SecondFactor.objects.exists()


def test_the_secret_of_somebody_elses_page_is_refused(owner):
    client, other = sign_in(owner), sign_in(make_staff("编辑", username="other"))
    seed = re.search(r'name="seed" value="([^"]+)"', other.get(PAGE).content.decode())[1]
    for forged in (seed, "x", "", "WzEsMl0:1:x"):
        answer = client.post(PAGE, {"do": "enrol", "seed": forged, "code": "123456", "password": PASSWORD})
        assert answer.status_code == 200
    assert not SecondFactor.objects.exists()


@pytest.mark.parametrize("do", ["enrol", "renew", "remove"])
def test_whatever_changes_a_second_factor_ends_all_other_sessions(owner, do):
    other, client = sign_in(owner), sign_in(owner)
    if do == "enrol":
        enrol(client)
    else:
        SecondFactor.enrol(owner, new_seed(), 0)
        client.post(PAGE, {"do": do, "password": "wrong-pass-1"})
        assert is_in(other)
        client.post(PAGE, {"do": do, "password": PASSWORD})
    assert is_in(client)
    assert not is_in(other)


def test_after_the_password_nobody_is_signed_in_before_the_code(factor):
    client = enter()
    assert not is_in(client)
    assert client.get("/admin/")["Location"].startswith("/admin/login/")
    page = client.get(CODE)
    assert "验证器应用" in page.content.decode()
    assert client.post(CODE, {"code": "12345"}).status_code == 200
    answer = client.post(CODE, {"code": app_code(factor.seed), "next": "/admin/articles/tag/"})
    assert answer["Location"] == "/admin/articles/tag/"
    assert is_in(client)
    assert PENDING not in client.session


def test_while_a_code_is_asked_for_no_address_of_the_admin_opens(factor):
    client, article = enter(), make_article(status="draft")
    for address in addresses(article):
        for method in ("get", "post", "put"):
            answer = getattr(client, method)(address)
            assert (answer.status_code, answer["Location"][:13]) == (302, "/admin/login/"), (method, address)
    assert client.get(article.get_absolute_url()).status_code == 404


def test_each_step_of_signing_in_has_a_session_of_its_own_key(factor):
    """Whoever has put a session into the owner's browser, or seen one, has nothing of the next step."""
    make_owner(username="thief")
    planted = enter(name="thief")
    client, keys = Client(), [planted.cookies["session"].value]
    client.cookies["session"] = keys[0]
    for step in (lambda: enter(client), lambda: client.post(CODE, {"code": app_code(factor.seed)})):
        step()
        keys.append(client.cookies["session"].value)
    assert len(set(keys)) == 3
    assert is_in(client)
    for key in keys[:2]:
        other = Client()
        other.cookies["session"] = key
        assert not is_in(other)
        assert other.get(CODE).status_code == 302


def test_a_code_of_somebody_else_lets_nobody_in_and_stays_good(factor):
    other = make_owner(username="other")
    codes = SecondFactor.enrol(other, new_seed(), int(time.time()) // STEP - 5)
    client = enter()
    for code in (app_code(other.second_factor.seed), codes[0]):
        assert client.post(CODE, {"code": code}).status_code == 200
    assert not is_in(client)
    assert other.second_factor.takes(app_code(other.second_factor.seed))
    assert RecoveryCode.objects.filter(user=other).count() == 10


def test_who_signs_out_everywhere_ends_what_waits_for_a_code(factor):
    client, waiting = enter(), enter()
    client.post(CODE, {"code": app_code(factor.seed)})
    assert waiting.get(CODE).status_code == 200
    client.post("/admin/account/sign-out/")
    assert waiting.post(CODE, {"code": factor.recovery[0]}).status_code == 302
    assert not is_in(waiting)
    assert not is_in(client)


def test_the_way_on_never_leads_to_another_site(factor):
    client = enter()
    assert client.post(CODE, {"code": app_code(factor.seed), "next": "//evil.example/"})["Location"] == "/admin/"


def test_a_code_is_used_once_and_so_are_those_before_it(factor):
    code, before = app_code(factor.seed), app_code(factor.seed, late=1)
    assert enter().post(CODE, {"code": code}).status_code == 302
    for again in (code, before):
        client = enter()
        assert client.post(CODE, {"code": again}).status_code == 200
        assert not is_in(client)


def test_a_recovery_code_is_used_once_however_it_is_typed(factor):
    code = factor.recovery[3]
    client = enter()
    answer = client.post(CODE, {"code": f" {code.replace('-', ' ').upper()} "}, follow=True)
    assert "还剩 9 个" in answer.content.decode()
    assert is_in(client)
    again = enter()
    assert again.post(CODE, {"code": code}).status_code == 200
    assert not is_in(again)


def test_the_audit_log_tells_of_a_wrong_code_and_by_what_somebody_came_in(factor):
    client = enter()
    client.post(CODE, {"code": "abc123"})
    client.post(CODE, {"code": app_code(factor.seed)})
    enter().post(CODE, {"code": factor.recovery[0]})
    entries = AuditEntry.objects.order_by("pk").values_list("kind", "who", "what")
    came = [("sign_in", "lihong", f"密码和{what}") for what in ("验证码", "恢复码")]
    assert list(entries) == [("failure", "lihong", "验证码或恢复码不对"), *came]


def test_codes_are_guessed_five_times_and_the_owner_comes_in_elsewhere(factor):
    client = enter()
    answers = [client.post(CODE, {"code": f"x{number}"}).status_code for number in range(8)]
    assert answers == [200] * 5 + [429] * 3
    right = client.post(CODE, {"code": app_code(factor.seed)})
    assert right.status_code == 429
    assert "试的次数太多了" in right.content.decode()
    assert not is_in(client)
    elsewhere = {"REMOTE_ADDR": "198.51.100.4"}
    client = enter(**elsewhere)
    assert client.post(CODE, {"code": app_code(factor.seed)}, **elsewhere).status_code == 302


def test_from_many_addresses_twenty_codes_of_an_account_are_compared_in_an_hour(factor):
    compared = 0
    for number in range(25):
        how = {"REMOTE_ADDR": f"198.51.100.{number}"}
        compared += enter(**how).post(CODE, {"code": "000"}, **how).status_code == 200
    assert compared == 21
    assert {row.count for row in SignInTrial.objects.filter(count__gt=5)} == {21}


@pytest.mark.parametrize("change", ["password", "inactive", "time", "removed", "nobody"])
def test_the_page_of_the_code_is_for_whose_password_was_right_a_moment_ago(factor, change):
    client, user = enter() if change != "nobody" else Client(), factor.user
    if change == "password":
        user.set_password("another-long-1")
        user.save()
    elif change == "inactive":
        User.objects.update(is_active=False)
    elif change == "time":
        session = client.session
        session[PENDING] = session[PENDING] | {"at": session[PENDING]["at"] - 601}
        session.save()
    elif change == "removed":
        give_up_app(user)
    for answer in (client.get(CODE), client.post(CODE, {"code": app_code(factor.seed)})):
        assert answer["Location"] == "/admin/login/"
    assert not is_in(client)


def test_an_operator_resets_it_and_ends_all_sessions(factor, capsys):
    client = enter()
    client.post(CODE, {"code": app_code(factor.seed)})
    waiting = enter()
    call_command("reset_second_factor", "lihong")
    assert "已取消" in capsys.readouterr().out
    assert not is_in(client)
    assert not Session.objects.exists()
    assert waiting.get(CODE).status_code == 302
    assert not RecoveryCode.objects.exists()
    assert is_in(enter())
    for name in ("lihong", "nobody"):
        with pytest.raises(CommandError):
            call_command("reset_second_factor", name)


def test_new_recovery_codes_and_going_without_ask_for_the_password(factor):
    client = enter()
    client.post(CODE, {"code": app_code(factor.seed)})
    for do in ("renew", "remove"):
        assert "密码不对" in client.post(PAGE, {"do": do, "password": "wrong-pass-1"}).content.decode()
    assert RecoveryCode.use(factor.user, factor.recovery[0].replace("-", ""))
    new = re.findall(
        r"\b(?:[a-z2-9]{4}-){5}[a-z2-9]{4}\b", client.post(PAGE, {"do": "renew", "password": PASSWORD}).content.decode()
    )
    assert len(new) == 10
    assert not set(new) & set(factor.recovery)
    assert not RecoveryCode.use(factor.user, factor.recovery[1].replace("-", ""))
    assert "已经停用" in client.post(PAGE, {"do": "remove", "password": PASSWORD}, follow=True).content.decode()
    assert not SecondFactor.objects.exists()


# --- Who must ----------------------------------------------------------------


def asked_first(user):
    client = enter(name=user.username)
    answer = client.get("/admin/articles/tag/")
    return answer.status_code == 302 and answer["Location"].startswith(PAGE)


@pytest.mark.parametrize(
    ("rule", "before", "after"),
    [
        ("once-used", "----", "-xxx"),
        ("weighty", "-xxx", "-xxx"),
        ("everybody", "xxxx", "xxxx"),
        ("nobody", "----", "----"),
    ],
)
def test_who_must_set_it_up_before_anything_else(settings, rule, before, after):
    settings.REQUIRE_SECOND_FACTOR = rule
    people = [
        make_owner(*groups, username=name) for name, groups in (("a", ["编辑"]), ("b", ["医学审核"]), ("c", ["管理员"]))
    ]
    people.append(make_owner(username="d", is_superuser=True))
    assert "".join("x" if asked_first(user) else "-" for user in people) == before
    SecondFactor.enrol(make_owner(username="e"), new_seed(), 0)
    assert "".join("x" if asked_first(user) else "-" for user in people) == after


def test_who_must_does_it_and_goes_on_to_where_they_wanted(settings):
    settings.REQUIRE_SECOND_FACTOR = "everybody"
    make_owner()
    client = enter()
    sent = client.get("/admin/articles/tag/")["Location"]
    assert unquote(sent) == f"{PAGE}?next=/admin/articles/tag/"
    assert client.post("/admin/articles/tag/add/", {"name": "头痛"}).status_code == 302
    assert client.get("/admin/account/").status_code == 302
    assert "请先开启两步验证" in client.get(sent).content.decode()
    answer, _ = enrol(client, address=sent)
    assert 'href="/admin/articles/tag/"' in answer.content.decode()
    assert client.get("/admin/articles/tag/").status_code == 200


def test_a_first_password_is_changed_before_the_second_factor_is_set_up(settings):
    settings.REQUIRE_SECOND_FACTOR = "everybody"
    FirstPassword.give(make_owner(), PASSWORD)
    client = enter()
    for address in ("/admin/articles/tag/", f"{PAGE}?next=/admin/articles/tag/"):
        assert unquote(client.get(address)["Location"]) == "/admin/password_change/?next=/admin/articles/tag/"
    new = {"old_password": PASSWORD, "new_password1": "my-own-Word-88", "new_password2": "my-own-Word-88"}
    assert client.post("/admin/password_change/?next=/admin/articles/tag/", new)["Location"] == "/admin/articles/tag/"
    assert unquote(client.get("/admin/articles/tag/")["Location"]) == f"{PAGE}?next=/admin/articles/tag/"


def test_an_earlier_secret_key_still_makes_the_codes_of_apps(factor, settings):
    code = app_code(factor.seed)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another-" + "y" * 50, [settings.SECRET_KEY]
    assert factor.takes(code)
    settings.SECRET_KEY_FALLBACKS = []
    assert not factor.takes(app_code(new_seed()))


def test_who_is_given_weighty_rights_while_signed_in_is_asked_at_once(settings):
    settings.REQUIRE_SECOND_FACTOR = "weighty"
    boss, user = make_owner(username="boss", is_superuser=True), make_owner()
    SecondFactor.enrol(boss, new_seed(), 0)
    client, manager = enter(), sign_in(boss)
    address = f"/admin/auth/user/{user.pk}/change/"
    send(manager, address, "user", last_name="李")
    assert is_in(client)
    send(manager, address, "user", groups=[Group.objects.get(name="管理员").pk])
    assert not is_in(client)
    assert asked_first(user)


@pytest.mark.parametrize("gate", ["first password", "second factor"])
def test_what_is_to_be_done_first_stands_before_every_address_of_the_admin(settings, gate):
    """Whoever sends it, by whatever method, and whatever rights they have."""
    boss = make_owner(username="boss", is_superuser=True)
    if gate == "first password":
        FirstPassword.give(boss, PASSWORD)
        first, opened = "/admin/password_change/", {"/admin/password_change/"}
    else:
        settings.REQUIRE_SECOND_FACTOR = "everybody"
        first, opened = PAGE, {PAGE, "/admin/account/passkeys/"}
    client = enter(name="boss")
    article = make_article(status="draft")
    passed = {
        (method, address)
        for address in addresses(article) - opened - {"/admin/jsi18n/"}
        for method in ("get", "post", "head", "put", "patch", "delete", "options")
        for answer in [getattr(client, method)(address)]
        if answer.status_code != 302 or not answer["Location"].startswith(first)
    }
    assert passed == set()
    assert client.get(article.get_absolute_url()).status_code == 404  # the preview of a draft


# --- A session that is left open ----------------------------------------------


@pytest.mark.parametrize("address", [PAGE, "/admin/account/passkeys/"])
def test_a_while_after_signing_in_everything_is_shown_once_more_before_a_factor_is_changed(factor, address):
    client = enter()
    client.post(CODE, {"code": app_code(factor.seed)})
    later(client, 16)
    assert client.post(address, {"do": "remove", "password": "wrong-pass-1"}).status_code == 200  # opened before
    later(client, 15)
    sent = unquote(client.post(address, {"do": "remove", "password": PASSWORD})["Location"])
    assert sent == f"/admin/login/?next={address}&again=1"
    assert SecondFactor.objects.exists()
    sent = client.get(address)["Location"]
    assert unquote(sent) == f"/admin/login/?next={address}&again=1"
    assert "请再登录一次" in client.get(sent).content.decode()
    code = client.post(sent, {"username": "lihong", "password": PASSWORD})["Location"]
    assert code.startswith(CODE)
    assert not is_in(client)  # the password alone is not enough
    recovery = factor.recovery[0]
    assert client.post(code, {"code": recovery})["Location"] == address
    assert client.get(address).status_code == 200


# --- At the same instant -------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_what_is_shown_at_the_same_instant_in_many_places_is_taken_in_one():
    """A code of an app, one on paper, and what a passkey has signed, each by eight connections."""
    owner = make_owner()
    seed = new_seed()
    recovery = SecondFactor.enrol(owner, seed, int(time.time()) // STEP - 5)[0].replace("-", "")
    app, code = SecondFactor.objects.get(), app_code(seed)
    passkey = Passkey.objects.create(user=owner, name="x", handle="x", credential_id="x", credential=b"x")
    together = Barrier(8)

    def at_once(number):
        found = []
        try:
            for take in (
                lambda: app.takes(code),
                lambda: RecoveryCode.use(owner, recovery),
                lambda: passkey.moves_on(2, number + 1),
            ):
                together.wait(30)
                found.append(take())
        finally:
            connection.close()
        return found

    with ThreadPoolExecutor(8) as pool:
        assert [sum(taken) for taken in zip(*pool.map(at_once, range(8)), strict=True)] == [1, 1, 1]
