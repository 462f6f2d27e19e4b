"""A file as lines: its encoding, its bounds, and how far it has been read."""

import io

import pytest

from articles.importing.errors import BadFile, shorten
from articles.importing.lines import MAX_FILE, MAX_LINE, Lines, foreign_encoding, open_file

CHINESE = ["utf-8", "gb18030"]


def read(content, encodings=("utf-8",), advance=None):
    return list(Lines(io.BytesIO(content), encodings, advance))


def refused(content, encodings=("utf-8",)):
    with pytest.raises(BadFile) as error:
        read(content, encodings)
    return error.value.line, error.value.sentence


def test_lines_tell_how_far_reading_has_come():
    told = []
    lines = Lines(io.BytesIO("甲\n乙丙\n丁".encode()), advance=told.append)
    assert next(lines) == "甲\n"
    assert (lines.number, lines.offset) == (1, 4)
    assert list(lines) == ["乙丙\n", "丁"]
    assert (lines.number, lines.offset, told) == (3, 14, [4, 7, 3])


def test_a_line_may_have_exactly_one_megabyte():
    assert MAX_LINE == 1024 * 1024
    whole = b"x" * (MAX_LINE - 1) + b"\n"
    assert read(b"a\n" + whole)[1] == whole.decode()
    assert refused(b"a\n" + b"x" + whole) == (2, "这一行超过 1 MB。")


def test_a_mark_of_utf_8_is_taken_off_and_settles_the_encoding():
    assert read(b"\xef\xbb\xbfa\n\xef\xbb\xbfb", CHINESE) == ["a\n", "\ufeffb"]
    assert refused(b"\xef\xbb\xbfa\n" + "甲".encode("gb18030"), CHINESE) == (2, "这一行不是 UTF-8 编码的文字。")


@pytest.mark.parametrize("first", ["utf-8", "gb18030"])
def test_the_first_line_that_is_not_ascii_decides_between_two_encodings(first):
    other = "utf-8" if first == "gb18030" else "gb18030"
    head = "a\n" + "感冒怎么办\n" * 2
    assert read(head.encode(first), CHINESE) == ["a\n", "感冒怎么办\n", "感冒怎么办\n"]
    wrong = b"\xff\xff\n"
    line, sentence = refused(head.encode(first) + wrong, CHINESE)
    assert (line, other.upper() in sentence.upper()) == (4, False)


@pytest.mark.parametrize(
    ("start", "words"),
    [
        (b"\xff\xfe", "请另存为 UTF-8"),
        (b"\xfe\xff", "请另存为 UTF-8"),
        (b"PK\x03\x04", "压缩文件或 Excel"),
        (b"\x1f\x8b", "压缩文件或 Excel"),
        (b"\xd0\xcf\x11\xe0", "压缩文件或 Excel"),
    ],
)
def test_what_is_no_text_is_known_by_its_first_bytes_and_only_by_those(start, words):
    assert words in refused(start + b"\n")[1]
    assert words not in refused(b"a\n" + start + b"\0\n")[1]


def test_a_nul_byte_is_named_by_its_line():
    line, sentence = refused(b"a\nb\0\n")
    assert line == 2
    assert "NUL" in sentence


def test_other_encodings_are_told_by_what_is_common_in_them():
    assert foreign_encoding("感冒怎麼辦".encode("big5")) == "Big5"
    assert foreign_encoding("かぜのときはどう".encode("shift_jis")) == "Shift_JIS"
    assert foreign_encoding("感冒怎么办，先休息几天，再看医生。".encode("gb18030")) == ""


def test_a_table_in_another_encoding_is_refused_by_its_name():
    text = "感冒怎麼辦，先休息。\n".encode("big5")
    assert refused(b"a\n" + text, CHINESE) == (2, "这个文件像是 Big5 编码，请另存为 UTF-8。")
    assert refused(b"a\n" + text) == (2, "这一行不是 UTF-8 编码的文字。")


# --- Opening ----------------------------------------------------------------------------


def test_a_file_may_have_exactly_four_gigabytes(tmp_path):
    assert MAX_FILE == 4 * 1024 * 1024 * 1024
    path = tmp_path / "x"
    with path.open("wb") as file:
        file.truncate(MAX_FILE)  # a hole: takes no space on the disk
    with open_file(path) as file:
        assert file.read(1) == b"\0"
    with path.open("wb") as file:
        file.truncate(MAX_FILE + 1)
    with pytest.raises(BadFile, match="文件超过 4 GB"):
        open_file(path)


def test_what_is_no_file_is_said_to_be_what_it_is(tmp_path):
    for path, words in ((tmp_path, "这是一个目录"), ("/dev/zero", "这不是普通文件"), (tmp_path / "x", "找不到")):
        with pytest.raises(BadFile, match=words):
            open_file(path)


def test_a_path_that_no_file_can_have_is_refused():
    with pytest.raises(BadFile, match="打不开"):
        open_file("x\0")


# --- What is said -----------------------------------------------------------------------


def test_what_is_quoted_is_one_line_of_bounded_length():
    assert shorten(" 一\n 二 ") == "一 二"
    assert shorten("字" * 40) == "字" * 40
    assert shorten("字" * 41) == "字" * 40 + "…"
    assert shorten("一二三", 2) == "一二…"
    assert BadFile("坏。").line == 1
