"""Passwords: guessed a few times and no more, while their owners come in."""

import logging
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client, RequestFactory
from django.utils import timezone

from articles.admin.sign_in.limits import PASSWORD as PASSWORD_TRIAL
from articles.admin.sign_in.limits import limits_of
from articles.models import SignInTrial
from articles.models.sign_in_trial import TooManyTrials
from articles.tests.editing import make_staff

pytestmark = pytest.mark.django_db
PASSWORD = "long-enough-1"
LOGIN = "/admin/login/"


class CountingHasher(PBKDF2PasswordHasher):
    """Django's, quick, which knows how often it was asked."""

    iterations = 1
    digests = 0

    def encode(self, password, salt, iterations=None):
        type(self).digests += 1
        return super().encode(password, salt, iterations)

    def harden_runtime(self, password, encoded):
        pass


@pytest.fixture(autouse=True)
def digests(settings):
    """Return how many digests were computed since it was asked last."""
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]

    def since():
        number, CountingHasher.digests = CountingHasher.digests, 0
        return number

    return since


@pytest.fixture
def owner(digests):
    user = make_staff("编辑", username="lihong")
    user.set_password(PASSWORD)
    user.save()
    digests()
    return user


def enter(password=PASSWORD, name="lihong", address="203.0.113.7", client=None, **how):
    values = {"username": name, "password": password}
    return (client or Client()).post(LOGIN, values, REMOTE_ADDR=address, **how)


def later(minutes):
    """Let so many minutes pass for all that is counted."""
    for row in SignInTrial.objects.all():
        SignInTrial.objects.filter(pk=row.pk).update(until=row.until - timedelta(minutes=minutes))


def guess(times, **how):
    """Try wrong passwords; return the numbers of the answers."""
    return [enter(password=f"wrong-{number}", **how).status_code for number in range(times)]


def test_who_knows_the_password_comes_in_and_mistypes_a_few_times(owner):
    assert guess(4) == [200] * 4
    assert enter().status_code == 302
    assert guess(4) == [200] * 4  # what was mistyped is forgotten


def test_of_sixty_tries_from_one_address_five_are_compared(owner, digests):
    assert guess(60) == [200] * 5 + [429] * 55
    assert digests() == 5
    assert enter().status_code == 429  # nor is the right one
    assert digests() == 0


def test_the_owner_at_a_clean_address_comes_in_while_the_account_is_guessed_at_elsewhere(owner):
    guess(60)
    assert enter(address="198.51.100.9").status_code == 302
    assert enter().status_code == 429


@pytest.mark.parametrize("order", ["one after the other", "in turns"])
def test_of_tries_from_sixty_addresses_at_most_sixty_are_compared(owner, digests, order):
    addresses = [f"198.51.100.{number}" for number in range(60)]
    tries = [address for address in addresses for _ in range(3)] if order == "one after the other" else addresses * 3
    for address in tries:
        enter(password="wrong-1", address=address)
    assert 30 <= digests() <= 60


def test_after_one_try_from_each_of_sixty_addresses_the_owner_at_a_clean_one_comes_in(owner, digests):
    for number in range(60):
        enter(password="wrong-1", address=f"198.51.100.{number}")
    assert digests() == 60
    assert enter(address="203.0.113.80").status_code == 302


def test_a_browser_that_its_owner_has_used_comes_in_whatever_is_tried_elsewhere_and_beside_it(owner):
    client = Client()
    enter(client=client)
    client.post("/admin/logout/")
    for number in range(8):
        guess(5, address=f"198.51.100.{number}")
    guess(25)
    assert enter(address="203.0.113.80").status_code == 429
    assert enter(client=client).status_code == 302
    client.post("/admin/logout/")
    # It is bounded, too, and belongs to one account and its password of now.
    assert guess(12, client=client) == [200] * 10 + [429] * 2
    assert guess(7, client=client, name="wangwu", address="192.0.2.1") == [200] * 5 + [429] * 2
    later(15)
    assert enter(client=client).status_code == 302
    owner.set_password("another-long-1")
    owner.save()
    guess(60)
    assert enter("another-long-1", client=client).status_code == 429


@pytest.mark.parametrize("forged", ["x", "a.b", "a.99999999999.c", "a.9999999999.", ".9999999999.é", "a.²²²²²²²²²².c"])
def test_a_forged_cookie_makes_no_known_browser(owner, forged):
    client = Client()
    client.cookies["known-browser"] = forged
    assert guess(7, client=client) == [200] * 5 + [429] * 2


def test_one_address_tries_twenty_passwords_of_whatever_accounts(owner, digests):
    answers = [enter(password="wrong-1", name=f"somebody{number}").status_code for number in range(30)]
    assert answers == [200] * 20 + [429] * 10
    assert digests() == 20


def test_the_addresses_of_one_ipv6_network_are_one(owner):
    answers = [enter("wrong", address=f"2001:db8:1:2::{number:x}").status_code for number in range(8)]
    assert answers == [200] * 5 + [429] * 3
    assert enter(address="2001:db8:1:3::1").status_code == 302


def test_all_networks_of_one_ipv6_site_keep_no_owner_out(owner):
    answers = [enter("wrong", address=f"2001:db8:1:{number:x}::1").status_code for number in range(70)]
    assert answers == [200] * 40 + [429] * 30
    assert enter(address="2001:db8:2::1").status_code == 302


def test_behind_a_proxy_the_visitors_address_counts_and_cannot_be_forged(owner, settings):
    settings.TRUSTED_PROXIES = 1
    answers = [
        enter("wrong", HTTP_X_FORWARDED_FOR=f"198.51.100.{number}, 192.0.2.4").status_code for number in range(8)
    ]
    assert answers == [200] * 5 + [429] * 3
    assert enter(HTTP_X_FORWARDED_FOR="192.0.2.5").status_code == 302


def test_an_account_that_is_not_there_costs_and_says_the_same(owner, digests):
    make_staff("编辑", username="gone", is_active=False).set_password(PASSWORD)
    reader = User.objects.create_user("reader", password=PASSWORD)
    digests()

    def asked(name, password="wrong-1", address="203.0.113.7"):
        answer = enter(password, name=name, address=address)
        said = answer.content.decode().replace(name, "…")
        return answer.status_code, re.sub(r'(name="csrfmiddlewaretoken" value=)"\w+"', r"\1", said), digests()

    first = asked("lihong")
    assert first[0] == 200
    assert first[2] == 1
    for number, (name, password) in enumerate([("nobody", "x"), ("gone", PASSWORD), (reader.username, PASSWORD)]):
        assert asked(name, password, f"198.51.100.{number}") == first
    for name in ("lihong", "nobody"):
        guess(5, name=name, address="192.0.2.1")
    digests()
    assert asked("lihong", address="192.0.2.1") == asked("nobody", address="192.0.2.1")


def test_a_refusal_says_in_chinese_when_to_try_again_and_names_nobody(owner, caplog):
    with caplog.at_level(logging.DEBUG):
        guess(5)
        answer = enter()
        text = answer.content.decode()
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 900
    assert re.search(r"试的次数太多了，请在 \d\d:\d\d 以后（大约 15 分钟）再试", text)
    assert "no-store" in answer["Cache-Control"]
    assert "sign-in: no more trials until" in caplog.text
    for told in (text, caplog.text):
        assert "lihong" not in told
        assert "203.0.113" not in told
    stored = str(list(SignInTrial.objects.values()))
    assert "lihong" not in stored
    assert "203.0.113" not in stored


def test_a_block_ends_by_itself_and_is_not_made_longer_by_trying(owner):
    guess(5)
    until = set(SignInTrial.objects.values_list("until", flat=True))
    guess(20)
    assert set(SignInTrial.objects.values_list("until", flat=True)) == until
    later(15)
    assert enter().status_code == 302


def test_an_operator_lifts_the_block_of_an_account(owner, capsys):
    for number in range(8):
        guess(5, address=f"198.51.100.{number}")
    assert enter().status_code == 429
    call_command("lift_sign_in_block", "LiHong")
    assert "已解除" in capsys.readouterr().out
    assert enter(address="198.51.100.3").status_code == 302
    call_command("lift_sign_in_block", "lihong")
    assert "没有限制" in capsys.readouterr().out
    guess(3)
    call_command("lift_sign_in_block", "--all")
    assert not SignInTrial.objects.exists()
    for wrong in ([], ["lihong", "--all"]):
        with pytest.raises(CommandError):
            call_command("lift_sign_in_block", *wrong)


@pytest.mark.django_db(transaction=True)
def test_many_tries_at_the_same_time_are_no_more_than_one_after_the_other():
    """Two accounts from one address, counted by eight connections at once."""
    request = RequestFactory().post(LOGIN, REMOTE_ADDR="203.0.113.7")
    limits = [limits_of(request, PASSWORD_TRIAL, name, None) for name in ("lihong", "wangwu")]

    def try_once(number):
        try:
            return bool(SignInTrial.take(limits[number % 2]))
        except TooManyTrials:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(try_once, range(40))) == 10


def test_a_clock_that_was_ahead_and_is_set_right_keeps_nobody_out(owner):
    assert guess(6)[-1] == 429
    later(-24 * 60)
    assert enter().status_code == 302
    assert guess(6) == [200] * 5 + [429]  # and guessing is bounded as ever


def test_what_is_over_is_forgotten(owner):
    guess(3)
    later(16)
    guess(1, name="nobody", address="192.0.2.9")
    assert SignInTrial.objects.filter(until__lt=timezone.now()).count() == 0
    assert SignInTrial.objects.count() == 3


def test_nobody_guesses_the_password_of_a_session_that_was_left_open(owner, digests):
    client = Client()
    client.force_login(owner)
    values = {"new_password1": "another-long-1", "new_password2": "another-long-1"}
    for number in range(8):
        page = client.post("/admin/password_change/", values | {"old_password": f"wrong-{number}"}).content.decode()
    assert "试的次数太多了" in page
    assert digests() == 5
    assert (
        "试的次数太多了" in client.post("/admin/password_change/", values | {"old_password": PASSWORD}).content.decode()
    )
    later(15)
    assert client.post("/admin/password_change/", values | {"old_password": PASSWORD}).status_code == 302
