"""Codes as the standard has them, and as people type them."""

import pytest

from articles.text.one_time_codes import STEP, address_for_apps, bare, code_at, matching_step, written

SECRET = b"12345678901234567890"


# RFC 6238, appendix B, SHA-1; the last six of its eight digits.
@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (2000000000, "279037"), (20000000000, "353130")],
)
def test_codes_are_those_of_the_standard(seconds, code):
    assert code_at(SECRET, seconds // STEP) == code
    assert matching_step(SECRET, code, seconds) == seconds // STEP


def test_a_telephone_may_be_half_a_minute_before_or_behind_and_no_more():
    code, step = code_at(SECRET, 1000), 1000
    found = [matching_step(SECRET, code, (step + late) * STEP) for late in (-2, -1, 0, 1, 2)]
    assert found == [None, step, step, step, None]


@pytest.mark.parametrize("wrong", ["", "1", "28708", "2870822", "abcdef", "２８７０８２"])
def test_what_is_no_code_matches_none(wrong):
    assert matching_step(SECRET, wrong, 59) is None


@pytest.mark.parametrize("typed", ["287082", "287 082", " 287-082 ", "２８７０８２", "287　082"])
def test_blanks_hyphens_and_full_width_digits_do_not_matter(typed):
    assert bare(typed) == "287082"


def test_an_app_is_told_secret_account_and_site():
    assert written(SECRET) == "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"
    address = address_for_apps(SECRET, "li:hong", "健康 问答")
    assert address.startswith("otpauth://totp/%E5%81%A5%E5%BA%B7%20%E9%97%AE%E7%AD%94:li%3Ahong?secret=GEZDGNBV")
    assert address.endswith("&issuer=%E5%81%A5%E5%BA%B7%20%E9%97%AE%E7%AD%94")
