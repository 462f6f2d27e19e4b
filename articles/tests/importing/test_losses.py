"""What of a file reaches no reader, or reaches readers as something else, is said with its row."""

import pytest

from articles.models import Article
from articles.tests.imports import imported, json_lines, page_file, run_import
from articles.tests.workbooks import MAIN, saved, workbook

pytestmark = pytest.mark.django_db

SYMBOL = '<rPr><rFont val="Symbol"/><charset val="2"/></rPr>'


def test_what_a_body_cannot_hold_is_noted(tmp_path):
    rows = [
        {"title": "甲", "body_html": "<p>每次<math><mfrac><mn>1</mn><mn>2</mn></mfrac></math>片</p>"},
        {"title": "乙", "body_html": '<p>见<img src="https://example.org/1.png">下图，每日<del>3</del>2次</p>'},
        {"title": "丙", "body_html": "<p>10<sup>9</sup>/L</p>", "body": ""},
    ]
    out = imported(json_lines(tmp_path / "x.jsonl", *rows))
    assert "（第 1 行的正文里有公式，没有导入）" in out
    assert "（第 2 行的正文里有图片，没有导入）" in out
    assert "（第 2 行的正文里有删去的文字，没有导入）" in out
    assert "第 3 行" not in out
    assert Article.objects.get(title="甲").body == "<p>每次〔公式〕片</p>"


@pytest.mark.parametrize("field", ["body", "body_html", "short_answer"])
def test_signs_that_nobody_can_read_are_noted(tmp_path, field):
    out = imported(json_lines(tmp_path / "x.jsonl", {"title": "甲", "body": "好", field: "剂量\uf0a35 mg"}))
    assert "（第 1 行有认不出的符号，可能来自 PDF 或符号字体，请核对原文）" in out


@pytest.mark.parametrize("shared", [True, False])
def test_a_letter_of_a_symbol_font_in_a_workbook_is_refused(tmp_path, shared):
    runs = f"<r><t>每次 5 </t></r><r>{SYMBOL}<t>m</t></r><r><t>g</t></r>"
    parts = {"xl/sharedStrings.xml": f"<sst {MAIN}><si>{runs}</si></sst>"} if shared else {}
    cell = '<c t="s"><v>0</v></c>' if shared else f'<c t="inlineStr"><is>{runs}</is></c>'
    run = run_import(saved(tmp_path, workbook([["标题", "正文"], ["甲", cell]], **parts)))
    assert ":2: “正文”一格里有符号字体的字“m”，看到的不是它" in run.err
    assert not Article.objects.exists()


def in_font(name):
    """Return the styles in which cells with s="1" have this font."""
    return {
        "xl/styles.xml": f'<styleSheet {MAIN}><fonts><font/><font><name val="{name}"/></font></fonts>'
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="0" fontId="1"/></cellXfs></styleSheet>'
    }


@pytest.mark.parametrize(
    ("font", "text", "is_refused"),
    [
        ("Wingdings", "þ", True),
        ("Symbol", "a", True),
        ("Symbol", "1.5", False),
        ("Symbol", "每日两次", False),
        ("Symbol", "&gt;5", False),
        ("Symbol", "[1] 5 - 10\xa0!", False),
        ("Symbol", "\xad", True),
        ("Symbol", "\uf0a3", True),
        ("Wingdings", "1", True),
        ("Wingdings", "每日\xa0两次", False),
        ("宋体", "a", False),
        ("Segoe UI Symbol", "a", False),
    ],
)
def test_only_what_looks_other_than_it_is_is_refused(tmp_path, font, text, is_refused):
    cell = f'<c s="1" t="inlineStr"><is><t>{text}</t></is></c>'
    run = run_import(saved(tmp_path, workbook([["标题", "正文"], ["甲", cell]], **in_font(font))))
    assert (":2: “正文”一格里有符号字体的字" in run.err) == is_refused
    assert Article.objects.exists() != is_refused


@pytest.mark.parametrize("field", ["title", "body", "body_html", "short_answer", "doctor", "tags"])
@pytest.mark.parametrize("sign", ["\u202e", "\u202b", "\u2067"])
def test_text_that_reads_in_another_order_than_it_is_stored_is_refused(tmp_path, field, sign):
    row = {"title": "甲", "body": "好", field: f"每次{sign}05\u202c mg"}
    run = run_import(json_lines(tmp_path / "x.jsonl", row))
    assert f"里有颠倒书写方向的控制符（U+{ord(sign):04X}）" in run.err
    assert not Article.objects.exists()


@pytest.mark.parametrize("turned", ["&#x202e;05&#8236;", "<bdo class=x dir='RTL'>05</bdo>"])
def test_html_that_reads_in_another_order_than_it_is_stored_is_refused(tmp_path, turned):
    run = run_import(json_lines(tmp_path / "x.jsonl", {"title": "甲", "body_html": f"<p>每次{turned} mg</p>"}))
    assert "“正文 HTML”里有颠倒书写方向的" in run.err
    assert not Article.objects.exists()


@pytest.mark.parametrize(
    ("parts", "line"),
    [
        ({"answer": "每次\u202e05\u202c mg"}, 5),
        ({"title": "每次\u202e05"}, 1),
        ({"items": [("乙", "2025-01-02", "每次\u202e05")]}, 12),
    ],
)
def test_of_a_page_it_is_refused_by_its_line(tmp_path, parts, line):
    run = run_import(page_file(tmp_path / "x.txt", **parts))
    assert f":{line}: " in run.err
    assert "里有颠倒书写方向的控制符（U+202E）" in run.err


def test_a_csv_that_reads_in_another_order_is_refused_by_its_row(tmp_path):
    (tmp_path / "x.csv").write_text("标题,正文\n甲,好\n乙,每次\u202e05\n", encoding="utf-8")
    assert ":3: “正文”里有颠倒书写方向的控制符" in run_import(tmp_path / "x.csv").err
