"""What is stored to sign somebody in may be damaged, empty, or of another key: it is said and told."""

import time

import pytest
from django.contrib.auth.models import User
from django.test import Client

from articles.models import AuditEntry, Passkey, RecoveryCode, SecondFactor
from articles.models.second_factor import new_seed, secret_of
from articles.tests.admin.test_passkeys import CODE, HERE, LOGIN, add, is_in, show, type_password
from articles.tests.editing import PASSWORD, change_address, make_owner, sign_in
from articles.tests.passkeys import SoftKey
from articles.text.one_time_codes import STEP, code_at

pytestmark = pytest.mark.django_db
PAGES = ("/admin/account/", "/admin/account/passkeys/", "/admin/account/second-factor/", "/admin/")
GARBAGE = b"\xff\x00garbage" * 12


@pytest.fixture(autouse=True)
def _site(settings):
    settings.PASSKEY_DOMAIN, settings.ALLOWED_HOSTS = "example.org", ["*"]
    settings.SITE_URL = "https://www.example.org"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def owner():
    return make_owner()


@pytest.fixture
def key(owner):
    key = SoftKey()
    key.keep_for(owner)
    return key


@pytest.fixture
def app(owner):
    SecondFactor.enrol(owner, new_seed(), int(time.time()) // STEP - 5)
    return owner.second_factor


def waits(name="lihong"):
    client = Client()
    type_password(client, name)
    return client


def send_code(client, code):
    return client.post(CODE, {"code": code}, **HERE)


def app_code(seed):
    return code_at(secret_of(seed), int(time.time()) // STEP)


def told():
    return list(AuditEntry.objects.filter(kind=AuditEntry.Kind.FAILURE).values_list("who", "what"))


def other_credential():
    return bytes(SoftKey(b"another").credential)


DAMAGED = {
    "credential": [b"", b"\x00", GARBAGE, "cut", "flipped", "another"],
    "credential_id": ["", "!", "é", "A", "AAAA"],
    "handle": ["", "x", "汉" * 32],
    "name": [""],
    "sign_count": [-1, 2**62],
    "last_asked": [-1, 2**62],
}


@pytest.mark.parametrize(("field", "value"), [(field, value) for field, values in DAMAGED.items() for value in values])
def test_a_damaged_passkey_makes_no_page_fail_and_keeps_nobody_out(owner, key, app, field, value):
    if isinstance(value, str) and field == "credential":
        whole = bytes(Passkey.objects.get(user=owner).credential)
        value = {
            "cut": whole[:-20],
            "flipped": whole[:-1] + bytes([whole[-1] ^ 1]),
            "another": other_credential() if value == "another" else b"",
        }[value]
    Passkey.objects.filter(user=owner).update(**{field: value})
    colleague, colleague_key = make_owner(username="colleague"), SoftKey(b"colleague")
    colleague_key.keep_for(colleague)
    client = waits()
    page = client.get(CODE, **HERE)
    assert page.status_code == 200
    if "data-passkey=" in page.content.decode():
        assert show(client, key).status_code in (200, 302)
    assert show(Client(), key, LOGIN).status_code in (200, 302)
    client = waits()
    assert send_code(client, app_code(app.seed)).status_code == 302
    assert [client.get(page, **HERE).status_code for page in PAGES] == [200] * len(PAGES)
    assert add(client, SoftKey(b"new"), name="新的").status_code == 302
    row = Passkey.objects.filter(user=owner).first()
    client.post("/admin/account/passkeys/", {"do": "remove", "key": row.pk, "password": PASSWORD}, **HERE)
    assert not Passkey.objects.filter(pk=row.pk).exists()
    client = Client()
    show(client, colleague_key, LOGIN)
    assert is_in(client)


@pytest.mark.parametrize("value", [b"", GARBAGE])
def test_its_owner_is_told_what_is_wrong_with_it_and_so_is_the_audit_log(owner, key, value):
    Passkey.objects.update(credential=value)
    client, alone = waits(), Client()
    for answer in (show(client, key), show(alone, key, LOGIN)):
        assert "本站存的数据坏了" in answer.content.decode()
    assert told() == [("lihong", "通行密钥“手机”存的数据坏了")] * 2
    assert not is_in(client)
    assert not is_in(alone)
    assert send_code(client, RecoveryCode.renew(owner)[0]).status_code == 302
    assert "数据坏了" in client.get("/admin/account/passkeys/", **HERE).content.decode()


def test_with_a_key_that_was_asked_in_the_future_the_clock_is_named(key):
    Passkey.objects.update(last_asked=(int(time.time()) + 3 * 3600) * 10**6)
    assert "时钟" in show(Client(), key, LOGIN).content.decode()


@pytest.mark.parametrize("seed", ["", "x", "0" * 24 + ".0000000", "汉" * 32])
def test_an_app_whose_seed_is_damaged_says_so_and_a_recovery_code_lets_in(owner, app, seed):
    codes = RecoveryCode.renew(owner)
    SecondFactor.objects.update(seed=seed)
    client = waits()
    answer = send_code(client, "123456")
    assert "验证器应用现在不能用" in answer.content.decode()
    assert told() == [("lihong", "验证器应用不能用：存的数据坏了，或者本站换过 SECRET_KEY")]
    assert send_code(client, codes[0]).status_code == 302
    assert "验证器应用现在不能用" in client.get("/admin/account/second-factor/", **HERE).content.decode()


def test_an_app_of_another_secret_key_says_so_unless_the_former_key_is_known(owner, app, settings):
    former, codes = settings.SECRET_KEY, RecoveryCode.renew(owner)
    code = app_code(app.seed)
    settings.SECRET_KEY = "another-" + "y" * 50
    client = waits()
    assert "验证器应用现在不能用" in send_code(client, code).content.decode()
    assert send_code(client, codes[0]).status_code == 302
    settings.SECRET_KEY_FALLBACKS = [former]
    client = waits()
    assert "验证码不对" in send_code(client, "000000" if code != "000000" else "111111").content.decode()
    assert send_code(client, code).status_code == 302


def test_an_app_of_an_earlier_version_is_good_and_a_wrong_code_of_it_is_wrong(owner, app):
    app.seed = "0123456789abcdef" * 2
    app.save()
    client = waits()
    assert "验证码不对" in send_code(client, "000000" if app_code(app.seed) != "000000" else "1").content.decode()
    assert send_code(client, app_code(app.seed)).status_code == 302


def test_when_the_clock_was_set_back_codes_stay_used_and_the_page_names_the_clock(app):
    SecondFactor.objects.update(last_step=int(time.time()) // STEP + 120)
    client = waits()
    answer = send_code(client, app_code(app.seed)).content.decode()
    assert "时钟" in answer
    assert not is_in(client)


@pytest.mark.parametrize("digest", ["", "x", "汉" * 64])
def test_a_damaged_recovery_code_lets_nobody_in_and_the_others_do(owner, app, digest):
    codes = RecoveryCode.renew(owner)
    RecoveryCode.objects.filter(pk=RecoveryCode.objects.earliest("pk").pk).update(digest=digest)
    client = waits()
    for wrong in ("", " ", "-", digest[:30]):
        assert send_code(client, wrong).status_code == 200
    assert sum(send_code(waits(), code).status_code == 302 for code in codes[1:3]) == 2


@pytest.mark.parametrize(
    "stored", ["", "x", "$", "$$$", "pbkdf2_sha256$x", "pbkdf2_sha256$x$y$z", "md5$", "md5$a", "md5$$", "!", "汉"]
)
def test_a_damaged_password_is_a_wrong_one_and_can_be_given_anew(settings, stored):
    settings.PASSWORD_HASHERS = [*settings.PASSWORD_HASHERS, "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    owner, root = make_owner(), make_owner(username="root", is_superuser=True)
    client = sign_in(root)
    User.objects.filter(pk=owner.pk).update(password=stored)
    for password in ("x", PASSWORD):
        assert "用户名或密码不对" in type_password(Client(), password=password).content.decode()
    assert client.get(change_address(owner), **HERE).status_code == 200
    assert client.get(f"/admin/auth/user/{owner.pk}/password/", **HERE).status_code == 200
