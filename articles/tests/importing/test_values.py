"""Single values of a file: what is taken, where each bound lies, and what is said beyond it."""

from datetime import UTC, date, datetime

import pytest

from articles.importing import values


def refused(reading, *arguments):
    with pytest.raises(ValueError, match=r"[。]$") as error:
        reading(*arguments)
    return str(error.value)


def test_a_line_may_have_exactly_its_length():
    assert values.one_line(" 一\n二 ", 3) == "一 二"
    assert values.one_line("字" * 5, 5) == "字" * 5
    assert refused(values.one_line, "字" * 6, 5) == "有 6 个字，最多 5 个字。"


@pytest.mark.parametrize("value", [None, 5, 1.5, True, {"a": 1}])
@pytest.mark.parametrize("reading", [values.plain, values.many_lines, values.moment, values.day])
def test_what_is_no_text_is_refused(reading, value):
    assert refused(reading, value) == "要写成文字。"


def test_a_name_is_folded_and_bounded():
    assert values.person_name("ＡＢ", 2) == "AB"
    assert refused(values.person_name, "ＡＢ", 1) == "有 2 个字，最多 1 个字。"


def test_a_key_may_be_a_number_and_no_switch():
    assert values.key(17, 2) == "17"
    assert values.key(" a ", 2) == "a"
    assert refused(values.key, 170, 2) == "有 3 个字，最多 2 个字。"
    assert refused(values.key, True, 9) == "要写成文字。"


def test_plain_text_keeps_its_lines_and_loses_what_no_database_takes():
    assert values.plain(" 一\n\n 二\x00 ") == " 一\n\n 二 "
    assert values.plain("\u200b\n ") == ""


def test_lines_are_cleaned_and_empty_ones_stay_between_them():
    assert values.many_lines("\n 一  二 \r\n\r\n三\n") == "一 二\n\n三"
    assert values.many_lines(["一 ", "", "二"]) == "一\n\n二"
    assert refused(values.many_lines, ["一", 2]) == "要写成文字。"


# --- Tags -------------------------------------------------------------------------------


def test_tags_come_in_order_and_once_each():
    assert values.tag_names("乙、甲，ＨＰＶ") == ["乙", "甲", "HPV"]
    assert [name.lower() for name in values.tag_names(["甲", "hpv;乙", "HPV"])] == ["甲", "hpv", "乙"]


def test_a_question_has_fifty_tags_at_most():
    assert len(values.tag_names([str(n) for n in range(50)])) == 50
    assert refused(values.tag_names, [str(n) for n in range(51)]) == "有 51 个，最多 50 个。"


def test_a_tag_has_fifty_characters_at_most_also_in_its_folded_form():
    assert values.tag_names("字" * 50) == ["字" * 50]
    assert refused(values.tag_names, "字" * 51) == f"里的“{'字' * 40}…”太长，一个标签最多 50 个字。"
    assert values.tag_names("ß" * 25) == ["ß" * 25]  # folds to ss
    assert "太长" in refused(values.tag_names, "ß" * 26)


# --- Numbers ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "number"),
    [
        (0, 0),
        (12, 12),
        (12.0, 12),
        ("12", 12),
        ("12.0", 12),
        ("１２", 12),
        (" 12 ", 12),
        ("-0", 0),
        (10**9, 10**9),
        ("1000000000", 10**9),
        ("0" * 19 + "1", 1),
    ],
)
def test_a_number_may_be_written_in_many_ways(written, number):
    assert values.number(written) == number


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        (True, "要写成整数。"),
        (False, "要写成整数。"),
        (None, "要写成整数。"),
        ([1], "要写成整数。"),
        (-1, "不能是负数。"),
        ("-1", "不能是负数。"),
        ("1.5", "不是整数：1.5。"),
        (1.5, "不是整数：1.5。"),
        ("", "不是整数：。"),
        ("1" * 21, f"不是整数：{'1' * 21}。"),
        (10**9 + 1, "太大了，最多 1000000000。"),
        ("1000000001", "太大了，最多 1000000000。"),
    ],
)
def test_what_is_no_number_of_likes_is_refused(written, sentence):
    assert refused(values.number, written) == sentence


def test_a_number_of_more_digits_than_python_writes_is_refused_by_its_size():
    assert refused(values.number, 10**6000) == "太大了，最多 1000000000。"
    assert refused(values.number, -(10**6000)) == "不能是负数。"


# --- Times ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("2025-06-24", datetime(2025, 6, 23, 16, tzinfo=UTC)),
        ("2025-06-24 23:05", datetime(2025, 6, 24, 15, 5, tzinfo=UTC)),
        ("2025-06-24 23:05:59", datetime(2025, 6, 24, 15, 5, 59, tzinfo=UTC)),
        ("2025-06-24T23:05:25.123456789", datetime(2025, 6, 24, 15, 5, 25, 123456, tzinfo=UTC)),
        ("2025-06-24T23:05:25,5", datetime(2025, 6, 24, 15, 5, 25, 500000, tzinfo=UTC)),
        ("2025-06-24t23:05:25z", datetime(2025, 6, 24, 23, 5, 25, tzinfo=UTC)),
        ("2025-06-24 23:05:25 +01:30", datetime(2025, 6, 24, 21, 35, 25, tzinfo=UTC)),
        ("2025-06-24 23:05:25-0130", datetime(2025, 6, 25, 0, 35, 25, tzinfo=UTC)),
        ("1900-01-02", datetime(1900, 1, 1, 15, 54, 17, tzinfo=UTC)),
        ("2999-12-31", datetime(2999, 12, 30, 16, tzinfo=UTC)),
    ],
)
def test_a_moment_becomes_the_same_instant_in_utc(written, instant):
    found = values.moment(written)
    assert (found, found.tzinfo) == (instant, UTC)


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("2025-06-24 24:00", "不是一个存在的时刻：2025-06-24 24:00。"),
        ("2025-06-24 23:05:60", "不是一个存在的时刻：2025-06-24 23:05:60。"),
        ("2025-06-24 23:05+24:00", "不是一个存在的时刻：2025-06-24 23:05+24:00。"),
        ("2025-02-29", "不是一个存在的日期：2025-02-29。"),
        ("1899-12-31", "的年份要在 1900 和 2999 之间：1899-12-31。"),
        ("3000-01-01", "的年份要在 1900 和 2999 之间：3000-01-01。"),
        ("昨天", "读不懂：昨天，应写成 2025-06-24 23:05。"),
        ("2025-06-24 x", "读不懂：2025-06-24 x，应写成 2025-06-24 23:05。"),
    ],
)
def test_a_moment_that_there_is_not_is_refused(written, sentence):
    assert refused(values.moment, written) == sentence


def test_a_day_is_the_day_that_is_written_whatever_time_follows():
    assert values.day("2025年6月4日") == date(2025, 6, 4)
    assert values.day("2025-06-24 23:05:25Z") == date(2025, 6, 24)
    assert refused(values.day, "六月") == "读不懂：六月，应写成 2025-06-24。"
    assert refused(values.day, "2025-13-01") == "不是一个存在的日期：2025-13-01。"
