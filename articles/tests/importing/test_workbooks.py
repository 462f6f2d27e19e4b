"""Excel workbooks: what is read from them, and what is refused before it is opened."""

import io
import struct
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from articles.models import Article
from articles.tests.imports import imported, run_import
from articles.tests.workbooks import MAIN, RELATIONS, WORKBOOK, format_of, saved, sheet, workbook

pytestmark = pytest.mark.django_db

HEAD = ["标题", "正文", "发布时间", "点赞"]
FILES = Path(__file__).parent.parent / "files"
EXTERNAL = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'


def test_a_workbook_of_openpyxl_is_imported_but_for_its_formulas(tmp_path):
    run = run_import(FILES / "openpyxl.xlsx")
    assert run.err.endswith("openpyxl.xlsx:3: “正文”一格是公式，请复制后选择性粘贴为“值”。\n")


def test_a_workbook_of_xlsxwriter_is_imported(tmp_path):
    imported(FILES / "xlsxwriter.xlsx")
    article = Article.objects.get()
    assert (article.title, article.like_count) == ("感冒怎么办", 1_000_000)
    assert article.published_at == datetime(2025, 6, 24, 15, 5, 25, tzinfo=UTC)


def test_the_same_rows_in_a_workbook_and_in_csv_are_the_same_rows(tmp_path):
    rows = [HEAD, ["感冒怎么办？", "多喝水。\n一、睡。", "2025-06-24 23:05", 3], [], ["甲", "乙", "", ""]]
    out = imported(saved(tmp_path, workbook(rows)))
    assert "新建 2" in out
    (tmp_path / "x.csv").write_text(
        '标题,正文,发布时间,点赞\n感冒怎么办？,"多喝水。\n一、睡。",2025-06-24 23:05,3\n甲,乙,,\n', encoding="utf-8"
    )
    assert "不变 2" in imported(tmp_path / "x.csv")


@pytest.mark.parametrize(
    ("code", "number", "day"),
    [
        ("yyyy-mm-dd", 45832, date(2025, 6, 24)),
        ('yyyy"年"m"月"d"日";@', 45832.5, date(2025, 6, 24)),
        ("[$-804]m/d/yy h:mm", 45832.999, date(2025, 6, 24)),
    ],
)
def test_numbers_in_a_date_format_are_dates(tmp_path, code, number, day):
    rows = [["标题", "审核日期"], ["甲", f'<c s="1"><v>{number}</v></c>']]
    imported(saved(tmp_path, workbook(rows, **format_of(code))))
    assert Article.objects.get().reviewed_on == day


@pytest.mark.parametrize("code", ["General", "0.00", '"month"0', "[Red]0", "@"])
def test_other_numbers_are_numbers(tmp_path, code):
    imported(saved(tmp_path, workbook([HEAD, ["甲", "", "", '<c s="1"><v>45832</v></c>']], **format_of(code))))
    assert Article.objects.get().like_count == 45832


def test_dates_may_count_from_1904(tmp_path):
    book = WORKBOOK.replace("<workbookPr/>", '<workbookPr date1904="1"/>')
    rows = [["标题", "审核日期"], ["甲", '<c s="1"><v>44370</v></c>']]
    imported(saved(tmp_path, workbook(rows, **{"xl/workbook.xml": book}, **format_of("yyyy-mm-dd"))))
    assert Article.objects.get().reviewed_on == date(2025, 6, 24)


def test_shared_rich_strings_are_read_without_their_pronunciation(tmp_path):
    strings = f"<sst {MAIN}><si><r><t>感</t></r><r><t>冒</t></r><rPh><t>ganmao</t></rPh></si><si><t>标题</t></si></sst>"
    rows = [['<c t="s"><v>1</v></c>', "正文"], ['<c t="s"><v>0</v></c>', "a_x000D_b_x005F_x0041_"]]
    imported(saved(tmp_path, workbook(rows, **{"xl/sharedStrings.xml": strings})))
    article = Article.objects.get()
    assert (article.title, article.body) == ("感冒", "<p>a</p>\n<p>b_x0041_</p>")


def test_cells_stand_where_their_reference_says(tmp_path):
    rows = [HEAD, ['<c r="A2" t="str"><v>甲</v></c>', '<c r="D2"><v>7</v></c>']]
    imported(saved(tmp_path, workbook(rows)))
    assert Article.objects.get().like_count == 7


def test_only_the_first_sheet_is_read_and_that_is_said(tmp_path):
    book = WORKBOOK.replace("<sheets>", '<sheets><sheet name="藏" state="hidden" sheetId="2" r:id="rId1"/>').replace(
        "</sheets>", '<sheet name="乙" sheetId="3" r:id="rId1"/></sheets>'
    )
    out = imported(saved(tmp_path, workbook([HEAD, ["甲"]], **{"xl/workbook.xml": book})))
    assert "这个工作簿有 2 个工作表，只看第一个“甲”" in out


BAD_ROWS = {
    "a formula": (["甲", "<c><f>A1</f><v>1</v></c>"], "“正文”一格是公式"),
    "an error": (["甲", '<c t="e"><v>#REF!</v></c>'], "“正文”一格是错误值 #REF!。"),
    "cells in disorder": (["甲", '<c r="A2"><v>1</v></c>'], "格子次序不对"),
    "a cell far away": (['<c r="XFD2"><v>1</v></c>'], "超过 500 列"),
    "too many words": (["甲", "".join(chr(0x4E00 + n * 7919 % 20_000) for n in range(1_048_577))], "超过 1 MB"),
    "too many cells": (["甲", "", "", "", "", "多"], "这一行有 6 格，表头只有 4 列"),
    "a wrong value": (["甲", "", "", -1], "“点赞”不能是负数"),
}


@pytest.mark.parametrize("row", BAD_ROWS)
def test_a_wrong_cell_is_refused_with_its_row(tmp_path, row):
    cells, sentence = BAD_ROWS[row]
    run = run_import(saved(tmp_path, workbook([HEAD, cells])))
    assert ":2: " in run.err
    assert sentence in run.err
    assert not Article.objects.exists()


def test_a_formula_in_a_column_without_meaning_does_no_harm(tmp_path):
    imported(saved(tmp_path, workbook([["标题", "备注"], ["甲", "<c><f>A1</f></c>"]])))


def lying(content):
    """Return a workbook whose directory says that nothing in it unpacks to more than 10 bytes."""
    out, place = bytearray(content), -1
    while (place := out.find(b"PK\x01\x02", place + 1)) >= 0:
        struct.pack_into("<I", out, place + 24, 10)
    return bytes(out)


def locked(content):
    out, place = bytearray(content), -1
    while (place := out.find(b"PK\x01\x02", place + 1)) >= 0:
        out[place + 8] |= 1
    return bytes(out)


def many_entries():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(1001):
            archive.writestr(str(number), "")
    return out.getvalue()


GOOD = [HEAD, ["甲", "乙"]]


def too_large():
    return workbook(GOOD, **{f"x{n}": b"\0" * 900_000 for n in range(200)})


BAD_FILES = {
    "nothing": (b"", "损坏"),
    "no archive": ("标题,正文\n甲,乙\n".encode(), "损坏"),
    "an archive of something else": (workbook(**{"xl/workbook.xml": None}), "损坏"),
    "a document of Word": (workbook(**{"xl/workbook.xml": None, "word/document.xml": "<x/>"}), "这是 Word 文档"),
    "half a file": (workbook(GOOD)[:700], "损坏"),
    "damaged in the middle": (workbook(GOOD * 99).replace(b"\x00\x00\x00\x00", b"\xff\xfe\xfd\xfc"), "损坏"),
    "a password": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "密码"),
    "locked entries": (locked(workbook(GOOD)), "密码"),
    "macros": (workbook(GOOD, **{"xl/vbaProject.bin": "x"}), "宏"),
    "macros of old": (workbook(GOOD, **{"xl/macrosheets/sheet1.xml": "x"}), "宏"),
    "links to other files": (workbook(GOOD, **{"xl/externalLinks/externalLink1.xml": "<x/>"}), "链接了别的文件"),
    "a data source": (workbook(GOOD, **{"xl/connections.xml": "<x/>"}), "链接了别的文件或数据源"),
    "a zip bomb": (workbook(GOOD, **{"xl/media/x": b"\0" * 4_000_000}), "大得不正常"),
    "a file that is too large": (too_large, "大得不正常"),  # not made when tests are collected
    "sizes that lie": (lying(workbook(GOOD)), "损坏"),
    "too many entries": (many_entries(), "损坏"),
    "entities": (workbook(**{"xl/worksheets/sheet1.xml": LAUGHS + sheet(GOOD)}), "实体"),
    "entities from elsewhere": (workbook(**{"xl/workbook.xml": EXTERNAL + WORKBOOK}), "实体"),
    "entities in strings": (workbook(GOOD, **{"xl/sharedStrings.xml": LAUGHS + "<sst/>"}), "实体"),
    "a sheet outside": (
        workbook(GOOD, **{"xl/_rels/workbook.xml.rels": RELATIONS.replace("worksheets/", "../../../etc/")}),
        "损坏",
    ),
    "a sheet in the network": (
        workbook(
            GOOD, **{"xl/_rels/workbook.xml.rels": RELATIONS.replace(" Target=", ' TargetMode="External" Target=')}
        ),
        "损坏",
    ),
    "strings that are not there": (workbook([HEAD, ['<c t="s"><v>9</v></c>']]), "损坏"),
    "no XML": (workbook(**{"xl/worksheets/sheet1.xml": "{}"}), "损坏"),
    "an empty sheet": (workbook([]), "第一个工作表是空的"),
    "only a heading": (workbook([HEAD]), "只有表头"),
    "no title": (workbook([["正文"], ["甲"]]), "表头里没有“标题”"),
    "two columns of one name": (workbook([["标题", "标题"], ["甲", "乙"]]), "表头里有两列“标题”"),
}


@pytest.mark.parametrize("file", BAD_FILES)
def test_a_bad_or_dangerous_workbook_is_refused_with_a_sentence(tmp_path, file):
    content, sentence = BAD_FILES[file]
    run = run_import(saved(tmp_path, content if isinstance(content, bytes) else content()))
    assert run.status == 1
    assert sentence in run.err
    assert "Traceback" not in run.err
    assert not Article.objects.exists()
