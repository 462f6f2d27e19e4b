"""Passwords that others would guess, and those that they would not."""

import pytest

from articles.text.guessable import is_guessable

NAMES = ["lihong", "健康问答", "healthqa"]


@pytest.mark.parametrize(
    "password",
    [
        *("password123", "qwertyuiop1", "1qaz2wsx3edc", "iloveyou520", "admin123456", "Abcd1234567", "aaaaaaaaaa1"),
        *("woaini1314520", "5201314woaini", "zhongguo123", "Jiankang2024", "beijing2008"),
        *("lihong20261129", "healthqa2026", "P@ssw0rd2026"),
    ],
)
def test_leaked_ones_words_dates_and_names_are_guessed(password):
    assert is_guessable(password, NAMES)


@pytest.mark.parametrize(
    "password",
    ["my-own-Word-88", "w8k2-fgh4-mnpq-22zz", "correct horse battery staple", "窗外的雨打湿了三本旧书", "k7#Vq!9pLm2x"],
)
def test_unrelated_words_and_random_letters_are_not(password):
    assert not is_guessable(password, NAMES)


def test_one_of_any_length_is_judged():
    assert is_guessable("a" * 5_000)
    assert not is_guessable("k7#Vq!9pLm2x" + "a" * 5_000)


@pytest.mark.parametrize("password", ["8302751946", "13800138000", "110101199003077713", "6222021234567890123"])
def test_digits_alone_are_guessed_where_they_are_no_more_than_a_bank_card_has(password):
    assert is_guessable(password)


def test_many_digits_alone_are_not():
    assert not is_guessable("83027519462075136491")
