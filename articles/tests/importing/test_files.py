"""How a file is read: by its form, in batches, up to its first or to all wrong rows, and what is the same in it."""

import io
from types import SimpleNamespace

import pytest

from articles.importing import files
from articles.importing.errors import BadFile
from articles.importing.files import ROWS_AT_ONCE, SIZE_AT_ONCE, batches, read_batches
from articles.importing.reading import MAX_ROWS, MOST_REFUSED, PatientReading, Reading
from articles.tests.imports import page

PAGE = page(items=[("咳嗽？", "2025-06-20", "先")])


def records(name, content, reading=None):
    """Return the records of a file, batches joined."""
    content = content.encode() if isinstance(content, str) else content
    return [record for batch in read_batches(name, io.BytesIO(content), reading or Reading()) for record in batch]


def titles(name, content, reading=None):
    return [record.columns["title"] for record in records(name, content, reading)]


def refused(name, content, reading=None):
    with pytest.raises(BadFile) as error:
        records(name, content, reading)
    return error.value.line, error.value.sentence


# --- The form ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["x.jsonl", "x.NDJSON", "x.json", "x.txt", "x", "x.md"])
def test_json_lines_are_told_by_name_or_content(name):
    assert titles(name, '\n {"title": "甲"}\n') == ["甲"]


@pytest.mark.parametrize("name", ["x.csv", "x.TSV", "x.txt", "x"])
def test_tables_are_told_by_name_or_content(name):
    assert titles(name, "\n标题,正文\n甲,一\n") == ["甲"]
    assert titles(name, "标题\t正文\n甲\t一\n") == ["甲"]


def test_the_name_of_a_table_comes_before_its_content():
    assert "没有“标题”" in refused("x.csv", '{"title": "甲"}\n')[1]
    assert "JSON" in refused("x.jsonl", "标题,正文\n甲,一\n")[1]


def test_what_looks_like_neither_is_a_page():
    assert titles("x.txt", PAGE) == ["感冒怎么办？"]
    assert titles("x", b"\xef\xbb\xbf\n" + PAGE.encode()) == ["感冒怎么办？"]


def test_one_column_or_a_table_without_titles_makes_no_table_of_a_page():
    assert "署名" in refused("x.txt", "标题\n甲\n")[1]
    assert "署名" in refused("x.txt", "医生,正文\n甲,一\n")[1]


def test_a_beginning_of_blank_lines_is_read_over_and_the_file_from_its_start():
    assert titles("x", "\n" * 1000 + '{"title": "甲"}\n') == ["甲"]
    assert [record.line for record in records("x", '\n\n{"title": "甲"}\n')] == [3]


def test_a_file_that_cannot_be_read_on_is_said_to_be():
    class Broken(io.BytesIO):
        def readline(self, size=-1):
            raise OSError(5, "Input/output error")

    with pytest.raises(BadFile, match="读文件时出错"):
        list(read_batches("x.jsonl", Broken(b'{"title": "x"}\n'), Reading()))


# --- Batches ----------------------------------------------------------------------------


def sized(*sizes):
    return [[record.size for record in batch] for batch in batches(SimpleNamespace(size=size) for size in sizes)]


def test_batches_are_bounded_in_rows():
    assert [len(batch) for batch in sized(*[1] * (2 * ROWS_AT_ONCE + 1))] == [ROWS_AT_ONCE, ROWS_AT_ONCE, 1]
    assert [len(batch) for batch in sized(*[1] * ROWS_AT_ONCE)] == [ROWS_AT_ONCE]
    assert sized() == []


def test_batches_are_bounded_in_size():
    half = SIZE_AT_ONCE // 2
    assert sized(half, half, half, 1) == [[half, half], [half, 1]]
    assert sized(half, half - 1, 1, 5) == [[half, half - 1, 1], [5]]


# --- What is the same -------------------------------------------------------------------


def test_the_same_source_is_refused_with_the_line_of_the_first():
    rows = '{"title": "甲", "source": "a"}\n{"title": "乙"}\n{"title": "丙", "source": "a"}\n'
    assert refused("x.jsonl", rows) == (3, "和第 1 行的来源“a”相同，一个文件里只能有一次。")
    assert refused("x.jsonl", '{"title": "甲"}\n{"title": "甲"}\n') == (
        2,
        "和第 1 行的标题、医生和时间相同，一个文件里只能有一次。",
    )


def test_two_questions_beside_a_page_are_not_the_same_one():
    twice = page(items=[("咳嗽？", "2025-06-20", "先"), ("咳嗽?", "2025-06-20", "后")])
    assert "和第 10 行的标题和日期相同" in refused("x.txt", twice)[1]


def test_a_patient_reading_goes_on_behind_what_is_the_same():
    reading = PatientReading()
    rows = '{"title": "甲"}\n{"title": "甲"}\n{"title": "乙"}\n'
    assert titles("x.jsonl", rows, reading) == ["甲", "乙"]
    assert [error.line for error in reading.refused] == [2]


# --- How patient it is ------------------------------------------------------------------


class FewRows(Reading):
    most_rows = 3


@pytest.mark.parametrize(
    ("name", "head", "row"), [("x.jsonl", "", '{{"title": "{}"}}\n'), ("x.csv", "标题,正文\n", "{},一\n")]
)
def test_a_file_may_have_exactly_so_many_rows(name, head, row):
    rows = [row.format(n) for n in range(4)]
    assert len(titles(name, head + "".join(rows[:3]), FewRows())) == 3
    line, sentence = refused(name, head + "".join(rows), FewRows())
    assert (line, sentence) == (4 + bool(head), "超过 3 行，请分成几个文件。")


def test_a_million_rows_are_read_and_no_more():
    reading = Reading()
    reading.count_row(MAX_ROWS, 1)
    with pytest.raises(BadFile, match="超过 1000000 行"):
        reading.count_row(MAX_ROWS + 1, 1)


def test_a_patient_reading_does_not_go_on_for_ever():
    reading = PatientReading()
    assert titles("x.jsonl", "{\n" * (MOST_REFUSED - 1) + '{"title": "甲"}\n', reading) == ["甲"]
    assert len(reading.refused) == MOST_REFUSED - 1
    line, sentence = refused("x.jsonl", "{\n" * (MOST_REFUSED + 9), PatientReading())
    assert (line, sentence) == (MOST_REFUSED, f"已经有 {MOST_REFUSED} 行不能导入，后面的没有再看。")


def test_an_impatient_reading_ends_at_the_first():
    assert refused("x.jsonl", "{\n" * 3)[0] == 1
    assert refused("x.csv", "标题,正文\n甲,一\n,二\n,三\n")[0] == 3


def test_progress_is_told_for_each_form():
    for name, content in (("x.jsonl", '{"title": "x"}\n'), ("x.csv", "title,body\nx,y\n"), ("x.txt", PAGE)):
        told = []
        records(name, content, Reading(advance=told.append))
        assert sum(told) == len(content.encode()), name


def test_remarks_about_a_page_are_noted():
    reading = Reading()
    records("x.txt", page(end=""), reading)
    assert reading.notes == ["没有“返回”一行，文件可能不完整"]


def test_enough_of_a_file_is_looked_at_to_see_what_it_is():
    blank = " " * (files.HEAD - 100) + "\n"
    assert titles("x", blank + '{"title": "甲"}\n') == ["甲"]
