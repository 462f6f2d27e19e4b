"""Limits: how much may come from one place."""

import pytest
from django.core.cache import cache
from django.test import RequestFactory

from articles.views.limits import TooMany, count_in_day, count_in_minute


@pytest.fixture(autouse=True)
def _limits_begin_anew():
    cache.clear()
    yield
    cache.clear()


def come(count, address):
    try:
        count(RequestFactory().get("/", REMOTE_ADDR=address), "somethings", 2)
    except TooMany:
        return "too many"
    return "counted"


@pytest.mark.parametrize("count", [count_in_minute, count_in_day])
def test_the_addresses_of_one_ipv6_network_are_one_place(count):
    answers = [come(count, f"2001:db8:1:2::{number:x}") for number in range(4)]
    assert answers[-1] == "too many"
    assert come(count, "2001:db8:1:3::1") == "counted"
    assert come(count, "::ffff:198.51.100.7") == "counted"


@pytest.mark.parametrize("count", [count_in_minute, count_in_day])
def test_all_networks_of_one_ipv6_site_may_do_ten_times_as_much_as_one(count):
    answers = [come(count, f"2001:db8:1:{number:x}::1") for number in range(70)]
    assert answers[:20] == ["counted"] * 20
    assert answers[-20:] == ["too many"] * 20
    assert come(count, "2001:db8:2::1") == "counted"
    assert [come(count, f"198.51.100.{number}") for number in range(40)] == ["counted"] * 40
