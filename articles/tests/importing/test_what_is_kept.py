"""Files lose nothing silently: what carries meaning is kept, or refused with its row, or noted in one line."""

import json

import pytest
from django.core.management import CommandError, call_command

from articles.archive import FORMAT, VERSION
from articles.importing.number_formats import is_time
from articles.importing.shown_numbers import decimal_of, number_text
from articles.importing.shown_times import time_texts
from articles.models import Article
from articles.tests.imports import imported, page, run_import
from articles.tests.workbooks import MAIN, RELATION, RELATIONS, WORKBOOK, format_of, saved, sheet, workbook

pytestmark = pytest.mark.django_db

HEAD = ["标题", "一句话回答", "正文", "正文 HTML", "科室", "标签"]
STRIKE, SUP, SUB = "<strike/>", '<vertAlign val="superscript"/>', '<vertAlign val="subscript"/>'
NINE = f"<r><t>10</t></r><r><rPr>{SUP}</rPr><t>9</t></r><r><rPr/><t>/L</t></r>"
STRUCK = f"<r><rPr>{STRIKE}</rPr><t>旧剂量10mg</t></r><r><rPr><b/></rPr><t>新剂量5mg</t></r>"


def rich(runs):
    return f'<c t="inlineStr"><is>{runs}</is></c>'


def font(look):
    """Return the styles in which cells with s="1" have a font with this look."""
    return {
        "xl/styles.xml": f"<styleSheet {MAIN}><fonts><font/><font>{look}</font></fonts>"
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="0" fontId="1"/></cellXfs></styleSheet>'
    }


def relation(kind, target, place="rId9", more=""):
    return f'<Relationship Id="{place}" Type="{RELATION}/{kind}" Target="{target}"{more}/>'


def relations(*found):
    return f"<Relationships>{''.join(found)}</Relationships>"


# --- Text that is struck out, raised or lowered ----------------------------------------


@pytest.mark.parametrize("place", ["shared", "inline"])
def test_struck_text_is_refused_with_its_row_and_never_joined_to_what_replaces_it(tmp_path, place):
    parts = {"xl/sharedStrings.xml": f"<sst {MAIN}><si>{STRUCK}</si></sst>"} if place == "shared" else {}
    cell = '<c t="s"><v>0</v></c>' if parts else rich(STRUCK)
    run = run_import(saved(tmp_path, workbook([HEAD, ["甲", "", "好"], ["乙", "", cell]], **parts)))
    assert ":3: “正文”一格里有划掉的文字“旧剂量10mg”" in run.err
    assert not Article.objects.exists()


@pytest.mark.parametrize("cell", ['<c s="1" t="inlineStr"><is><t>旧的</t></is></c>', '<c s="1"><v>10</v></c>'])
def test_a_cell_that_is_struck_as_a_whole_is_refused_as_well(tmp_path, cell):
    run = run_import(saved(tmp_path, workbook([HEAD, ["甲", "", cell]], **font(STRIKE))))
    assert ":2: “正文”一格里有划掉的文字" in run.err


def test_a_heading_that_is_struck_is_refused(tmp_path):
    cell = '<c s="1" t="inlineStr"><is><t>正文</t></is></c>'
    run = run_import(saved(tmp_path, workbook([["标题", cell], ["甲", "好"]], **font(STRIKE))))
    assert ":1: 表头“正文”里有划掉的文字" in run.err


def test_a_run_with_a_look_of_its_own_is_not_struck_by_the_cell(tmp_path):
    cell = '<c s="1" t="inlineStr"><is><r><rPr><b/></rPr><t>好</t></r></is></c>'
    off = rich('<r><rPr><strike val="0"/></rPr><t>的</t></r>')
    imported(saved(tmp_path, workbook([HEAD, ["甲", off, cell]], **font(STRIKE))))
    assert Article.objects.get().body == "<p>好</p>"


def test_struck_text_in_a_column_without_meaning_does_no_harm(tmp_path):
    imported(saved(tmp_path, workbook([["标题", "备注"], ["甲", rich(STRUCK)]])))


def test_raised_and_lowered_text_stays_so_in_every_column(tmp_path):
    water = f"<r><t>H</t></r><r><rPr>{SUB}</rPr><t>2</t></r><r><rPr/><t>O</t></r>"
    two = NINE.replace("<t>10</t>", "<t>一、a &lt;b&gt; &amp;\n二、10</t>")
    markup = NINE.replace("<t>10</t>", "<t>&lt;p&gt;10</t>").replace("/L", "/L&lt;/p&gt;")
    imported(saved(tmp_path, workbook([HEAD, [rich(water), rich(NINE), rich(two)], ["乙", "", "", rich(markup)]])))
    first, second = Article.objects.order_by("pk")
    assert (first.title, first.short_answer) == ("H₂O", "10⁹/L")
    assert first.body == "<p>一、a &lt;b&gt; &amp;</p>\n<p>二、10<sup>9</sup>/L</p>"
    assert second.body == "<p>10<sup>9</sup>/L</p>"
    assert "不变 2" in imported(tmp_path / "x.xlsx")


def test_raised_digits_stay_so_in_tags_and_are_no_number_of_likes(tmp_path):
    imported(saved(tmp_path, workbook([HEAD, ["甲", "", "", "", "", rich(NINE)]])))
    assert [tag.name for tag in Article.objects.get().tags.all()] == ["10⁹/L"]
    run = run_import(saved(tmp_path, workbook([["标题", "点赞"], ["甲", rich(NINE.replace("/L", ""))]]), "y.xlsx"))
    assert ":2: “点赞”不是整数：10⁹" in run.err


def test_a_cell_that_is_raised_as_a_whole_stays_so(tmp_path):
    cell = '<c s="1"><v>9</v></c>'
    imported(saved(tmp_path, workbook([HEAD, ["甲", cell, cell]], **font(SUP))))
    article = Article.objects.get()
    assert (article.short_answer, article.body) == ("⁹", "<p><sup>9</sup></p>")


def test_what_excel_writes_as_escapes_is_read_and_half_a_character_refused(tmp_path):
    imported(saved(tmp_path, workbook([HEAD, ["_x0041__xD83D__xDE00_", rich(NINE.replace("10", "_x0042_"))]])))
    article = Article.objects.get()
    assert (article.title, article.short_answer) == ("A😀", "B⁹/L")
    run = run_import(saved(tmp_path, workbook([HEAD, ["甲_xD83D_"]]), "y.xlsx"))
    assert ":2: “标题”一格里有半个字符" in run.err


# --- Numbers and times ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stored", "code", "seen"),
    [
        ("5.0999999999999996", "General", "5.1"),
        ("0.30000000000000004", "General", "0.3"),
        ("1E+20", "General", "1E+20"),
        ("12345678901234567", "0", "12345678901234600"),
        ("123456789012", "General", "123456789012"),
        ("0.00001", "General", "0.00001"),
        ("5.0999999999999996", "0.00", "5.10"),
        ("1.005", "0.00", "1.01"),
        ("0.125", "0.0%", "12.5%"),
        ("1234567.891", "#,##0.00", "1,234,567.89"),
        ("1001", "000000", "001001"),
        ("5", '0"片"', "5片"),
        ("-5", "0.00_);(0.00)", "(5.00)"),
        ("0", "0;-0;;@", ""),
        ("12345", "0.00E+00", "1.23E+04"),
        ("5", "[Red]", "5"),
        ("5", ";;;", ""),
        ("-5", "0;;", ""),
        ("0.5", "# ?/?", "0.5"),
        ("3", '[>2]"多";"少"', "多"),
        ("13812345678", "000-0000-0000", "138-1234-5678"),
        ("1234567", "0,", "1235"),
        ("1500", '0.0,"k"', "1.5k"),
        ("1234567", "#,##0.0,,", "1.2"),
        ("1234567", "#,##0.0,", "1,234.6"),
        ("9", "General次", "9次"),
        ("1e40", "0.00", "1E+40"),
        ("5", "0" + "%" * 200, "5"),
    ],
)
def test_a_number_is_what_excel_shows(stored, code, seen):
    assert number_text(decimal_of(float(stored)), code) == seen


@pytest.mark.parametrize(
    ("stored", "code", "seen"),
    [
        (45832, 'yyyy"年"m"月"d"日"', "2025年6月24日"),
        (45832.5, "yyyy/m/d h:mm", "2025/6/24 12:00"),
        (45832.75, "h:mm AM/PM", "6:00 PM"),
        (45832.75, '上午/下午h"时"mm"分"', "下午6时00分"),
        (0.5, "h:mm", "12:00"),
        (1.25, "[h]:mm:ss", "30:00:00"),
        (45832, "aaaa", "星期二"),
        (1, "yyyy-mm-dd", "1900-01-01"),
        (0.00001, "mm:ss.0", "00:00.9"),
        (45832, "d-mmm-yy", "24-Jun-25"),
    ],
)
def test_a_time_is_what_excel_shows(stored, code, seen):
    assert is_time(code)
    assert time_texts(stored, code, False)[0] == seen


def test_texts_get_what_is_shown_and_columns_of_numbers_and_times_what_is_meant(tmp_path):
    head = ["标题", "一句话回答", "点赞", "审核日期"]
    plain, styled = "<c><v>5.0999999999999996</v></c>", '<c s="1"><v>45832</v></c>'
    imported(saved(tmp_path, workbook([head, ["甲", plain, 7, styled]], **format_of('m"月"d"日"'))))
    article = Article.objects.get()
    assert (article.short_answer, article.like_count, str(article.reviewed_on)) == ("5.1", 7, "2025-06-24")
    imported(saved(tmp_path, workbook([head, ["乙", styled, styled]], **format_of("#,##0.0")), "y.xlsx"))
    article = Article.objects.get(title="乙")
    assert (article.short_answer, article.like_count) == ("45,832.0", 45832)


@pytest.mark.parametrize("code", ["0.00", "yyyy-mm-dd", "ss.0000000000000000000000000", "General"])
@pytest.mark.parametrize("value", ["1e999", "nan", "-1e999", "1e300", "0.5"])
def test_no_number_in_any_format_ends_in_a_traceback(tmp_path, value, code):
    cell = f'<c s="1"><v>{value}</v></c>'
    run = run_import(saved(tmp_path, workbook([HEAD, ["甲", cell]], **format_of(code))))
    assert "Traceback" not in run.err
    assert run.status == 0 or ":2: “一句话回答”一格不是一个" in run.err


def test_a_text_is_shown_with_what_its_format_adds(tmp_path):
    cell = '<c s="1" t="inlineStr"><is><t>5</t></is></c>'
    imported(saved(tmp_path, workbook([HEAD, ["甲", cell, '<c t="b"><v>1</v></c>']], **format_of('@"mg"'))))
    assert (Article.objects.get().short_answer, Article.objects.get().body) == ("5mg", "<p>TRUE</p>")


NUMBER, WORD = '<c s="1"><v>5</v></c>', '<c s="1" t="inlineStr"><is><t>5 mg</t></is></c>'


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (NUMBER, ";;;"),
        (WORD, ";;;"),
        (NUMBER, ";;"),
        (WORD, "0;-0;0;"),
        (NUMBER, '"";""'),
        (NUMBER.replace("5", "0.2"), "#"),
    ],
)
def test_what_a_format_hides_is_refused_and_named(tmp_path, cell, code):
    run = run_import(saved(tmp_path, workbook([HEAD, ["甲", cell]], **format_of(code))))
    assert ":2: “一句话回答”一格的数字格式不显示内容（看不到的是“" in run.err
    assert not Article.objects.exists()


@pytest.mark.parametrize(
    ("cell", "code", "seen"),
    [
        (NUMBER.replace("5", "0"), "0;-0;;@", ""),  # the usual way to show no zeros
        (WORD, ";;", "5 mg"),
        (WORD, ';;;"略"', "略"),
        (WORD, "0;-0;0;@", "5 mg"),
        (NUMBER, "[Red]", "5"),
    ],
)
def test_what_a_format_shows_of_a_cell_is_imported(tmp_path, cell, code, seen):
    imported(saved(tmp_path, workbook([HEAD, ["甲", cell, "答"]], **format_of(code))))
    assert Article.objects.get().short_answer == seen


# --- Merged, hidden and commented cells -------------------------------------------------


def merged(rows, *ranges, more=""):
    tail = "".join(f'<mergeCell ref="{place}"/>' for place in ranges)
    return sheet(rows).replace("</sheetData>", f"</sheetData><mergeCells>{tail}</mergeCells>{more}")


def with_sheet(xml, **parts):
    return workbook(**{"xl/worksheets/sheet1.xml": xml}, **parts)


def test_cells_merged_over_rows_are_filled_and_that_is_noted(tmp_path):
    rows = [["标题", "科室"], ["甲", "内科"], ["乙"], ["丙"], [""], ["丁", "外科"]]
    out = imported(saved(tmp_path, with_sheet(merged(rows, "B2:B5"))))
    departments = {article.title: article.department.name for article in Article.objects.all()}
    assert departments == {"甲": "内科", "乙": "内科", "丙": "内科", "丁": "外科"}
    assert "第 3、4 行的“科室”是合并的单元格，已按合并的第一格填写" in out


def test_cells_merged_over_columns_are_refused_where_both_have_a_meaning(tmp_path):
    rows = [["标题", "科室", "标签", "备注"], ["甲", "内科"]]
    run = run_import(saved(tmp_path, with_sheet(merged(rows, "B2:C2"))))
    assert ":2: “科室”一格和“标签”一格合并了" in run.err
    imported(saved(tmp_path, with_sheet(merged([*rows[:1], ["甲", "", "感冒"]], "C2:D2")), "y.xlsx"))


def test_what_a_merged_cell_covers_is_not_lost_silently(tmp_path):
    run = run_import(saved(tmp_path, with_sheet(merged([["标题", "科室"], ["甲", "内科"], ["乙", "外科"]], "B2:B3"))))
    assert ":3: “科室”一格是合并单元格，下面还盖着“外科”" in run.err


def test_hidden_rows_and_columns_are_imported_and_noted(tmp_path):
    xml = sheet([["标题", "正文"], ["甲", "一"], ["乙", "二"]])
    xml = xml.replace("<sheetData>", '<cols><col min="2" max="2" hidden="1"/></cols><sheetData>')
    xml = xml.replace("</row><row>", '</row><row hidden="1">', 1)
    out = imported(saved(tmp_path, with_sheet(xml)))
    assert "新建 2" in out
    assert "第 2 行是隐藏的" in out
    assert "隐藏的列也在导入之列：正文" in out


def test_comments_pictures_and_addresses_of_links_are_said_to_be_left_out(tmp_path):
    link = '<hyperlinks><hyperlink ref="B2" r:id="rId3"/></hyperlinks>'
    xml = merged([["标题", "参考资料"], ["甲", "指南"]], "C9:D9", more=link)
    xml = xml.replace("<worksheet ", f'<worksheet xmlns:r="{RELATION}" ')
    found = relations(
        relation("comments", "../comments1.xml", "rId1"),
        relation("drawing", "../drawings/drawing1.xml", "rId2"),
        relation("hyperlink", "https://example.org/", "rId3", ' TargetMode="External"'),
    )
    comments = f'<comments {MAIN}><commentList><comment ref="B2"/></commentList></comments>'
    parts = {"xl/worksheets/_rels/sheet1.xml.rels": found, "xl/comments1.xml": comments}
    out = imported(saved(tmp_path, with_sheet(xml, **parts)))
    for note in ("第 2 行有批注，批注没有导入", "图片、图表和文本框没有导入", "第 2 行的“参考资料”有链接"):
        assert note in out


# --- Where a workbook has its parts -----------------------------------------------------


def moved(**more):
    """Return the parts of a workbook whose workbook stands at the root and names its parts from there."""
    whole = relations(relation("worksheet", "/Sheets/One.xml", "rId1"), relation("sharedStrings", "texts.xml", "rId2"))
    return {
        "xl/workbook.xml": None,
        "xl/_rels/workbook.xml.rels": None,
        "xl/worksheets/sheet1.xml": None,
        "_rels/.rels": relations(relation("officeDocument", "/book.xml")),
        "book.xml": WORKBOOK,
        "_rels/book.xml.rels": whole,
        "texts.xml": f"<sst {MAIN}><si><t>标题</t></si></sst>",
        "Sheets/One.xml": f"<worksheet {MAIN}><sheetData><row>"
        '<c t="s"><v>0</v></c><c t="str"><v>正文</v></c></row><row><c t="str"><v>甲</v></c></row>'
        "</sheetData></worksheet>",
    } | more


def test_a_workbook_is_found_wherever_the_archive_says_it_is(tmp_path):
    imported(saved(tmp_path, workbook(**moved())))
    assert Article.objects.get().title == "甲"


def test_targets_may_be_absolute(tmp_path):
    absolute = RELATIONS.replace('Target="', 'Target="/xl/')
    imported(saved(tmp_path, workbook([["标题", "正文"], ["甲"]], **{"xl/_rels/workbook.xml.rels": absolute})))


@pytest.mark.parametrize(("kind", "words"), [("vbaProject", "宏"), ("externalLink", "链接"), ("connections", "链接")])
def test_programs_and_sources_are_refused_wherever_they_stand(tmp_path, kind, words):
    parts = moved()
    more = parts["_rels/book.xml.rels"].replace("</Rel", relation(kind, "x.bin") + "</Rel")
    run = run_import(saved(tmp_path, workbook(**moved(**{"_rels/book.xml.rels": more}))))
    assert words in run.err
    assert not Article.objects.exists()


# --- Line ends and encodings ------------------------------------------------------------


TABLE = '标题,正文\n感冒怎么办,"多喝水。\n早睡。"\n咳嗽,好\n'


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_table_is_read_with_any_line_ends_in_any_encoding(tmp_path, end, encoding):
    imported(saved(tmp_path, TABLE.encode(), "a.csv"))
    assert "不变 2" in imported(saved(tmp_path, TABLE.replace("\n", end).encode(encoding), "b.csv"))


def test_lines_of_an_old_macintosh_keep_the_line_feeds_in_their_cells_and_their_numbers(tmp_path):
    imported(saved(tmp_path, '标题,正文\r甲,"一\n二"\r', "a.csv"))
    assert Article.objects.get().body == "<p>一</p>\n<p>二</p>"
    assert ":3: " in run_import(saved(tmp_path, "标题,点赞\r甲,1\r乙,x\r", "b.csv")).err


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig", "utf-16"])
def test_a_page_is_read_with_any_line_ends_in_any_encoding(tmp_path, end, encoding):
    imported(saved(tmp_path, page(title="感冒了怎么办").replace("\n", end).encode(encoding), "x.txt"))
    assert Article.objects.get().title == "感冒了怎么办"


def test_json_lines_may_begin_with_a_mark_and_end_with_cr(tmp_path):
    imported(saved(tmp_path, '\ufeff{"title": "甲"}\r{"title": "乙"}\r', "x.jsonl"))
    assert Article.objects.count() == 2


def test_broken_utf_16_is_refused_with_its_line(tmp_path):
    run = run_import(saved(tmp_path, "\ufeff标题,正文\n甲,".encode("utf-16-le") + b"\x3d\xd8a\0", "x.csv"))
    assert "不是完整的 UTF-16" in run.err
    assert not Article.objects.exists()


# --- JSON -------------------------------------------------------------------------------


HALVES = [
    r'{"title": "甲", "\ud800": "x"}',
    r'{"title": "甲\udc00"}',
    r'{"title": "甲", "doctor": {"name": "李", "\ud83d": 1}}',
    r'{"title": "甲", "tags": ["\uD83D"]}',
    r'{"title": "甲", "备注": [{"a": "\udfff"}]}',
]


@pytest.mark.parametrize("line", HALVES)
def test_half_a_character_is_refused_with_its_line(tmp_path, line):
    run = run_import(saved(tmp_path, '{"title": "乙"}\n' + line + "\n", "x.jsonl"))
    assert run.err.startswith(f"{tmp_path}/x.jsonl:2: 这一行里有半个字符（\\u")
    assert not Article.objects.exists()


def test_two_halves_are_a_whole(tmp_path):
    imported(saved(tmp_path, r'{"title": "甲\ud83d\ude00"}', "x.jsonl"))
    assert Article.objects.get().title == "甲😀"


def test_a_key_that_stands_twice_is_refused(tmp_path):
    run = run_import(saved(tmp_path, '{"title": "甲", "body": "5mg", "body": "10mg"}\n', "x.jsonl"))
    assert ":1: “body”在一个 {…} 里写了两次。" in run.err


def test_half_a_character_in_an_archive_is_refused_with_its_line(tmp_path):
    head = json.dumps({"format": FORMAT, "version": VERSION})
    path = saved(tmp_path, head + "\n" + r'{"row": "tag", "name": "\ud800"}' + "\n", "x.jsonl")
    with pytest.raises(CommandError, match=r"x.jsonl:2: 这一行里有半个字符"):
        call_command("import_site", str(path))


def test_text_beside_html_is_said_to_be_left_out(tmp_path):
    assert "忽略的字段：正文\n" in imported(saved(tmp_path, "标题,正文,正文 HTML\n甲,一,<p>二</p>\n", "x.csv"))
