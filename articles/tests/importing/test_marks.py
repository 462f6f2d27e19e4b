"""The mark by which an import knows an exported row again."""

from datetime import UTC, datetime

import pytest

from articles.importing.marks import Mark, birth_of, read, short


def test_a_mark_is_read_as_it_was_written():
    mark = Mark(17, "0123abcd", "0123456789ab")
    assert read(f" {mark} ") == mark
    assert str(mark) == "17-0123abcd-0123456789ab"
    assert mark.source == "export:17-0123abcd"


@pytest.mark.parametrize(
    "text",
    [
        *("", "17", "17-0123abcd", "17-0123abcd-0123456789a", "17-0123abcd-0123456789abc", "17-0123ABCD-0123456789ab"),
        *(
            "17-0123abc-0123456789ab",
            "-0123abcd-0123456789ab",
            "x17-0123abcd-0123456789ab",
            f"{'9' * 19}-0123abcd-0123456789ab",
        ),
        *(17, None, ["17-0123abcd-0123456789ab"]),
    ],
)
def test_a_damaged_mark_is_refused_with_what_to_do(text):
    with pytest.raises(ValueError, match="保持导出时的样子，或者删掉这一格"):
        read(text)


def test_the_longest_number_of_a_row_can_be_in_a_mark():
    assert read(f"{'9' * 18}-0123abcd-0123456789ab").article == 10**18 - 1


def test_a_question_made_a_microsecond_later_is_another_one():
    first, second = (birth_of(datetime(2025, 6, 24, 1, 2, 3, n, tzinfo=UTC)) for n in (1, 2))
    assert first != second
    assert (len(first), len(short("x" * 64))) == (8, 12)
    assert read(f"1-{first}-{'0' * 12}").birth == first
