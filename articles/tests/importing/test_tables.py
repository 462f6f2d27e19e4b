import csv
import io
from datetime import UTC, date, datetime

import pytest

from articles.models import Article
from articles.tests.imports import imported, json_lines, run_import

pytestmark = pytest.mark.django_db

CHINESE = (
    "标题,医生,职称,科室,医院,发布时间,更新时间,点赞,正文,摘要,一句话回答,何时就医,就医紧迫程度,标签,参考资料,来源,备注"
)
CELLS = [
    *(
        "感冒怎么办？",
        "李医生",
        "主任医师",
        "内科",
        "市一院",
        "2025/6/24 23:05",
        "2025-07-01",
        "3",
        "多喝水。\n一、睡。二、吃。",
        "",
    ),
    *("休息几天。", "高烧时", "尽快就医", "感冒、发烧，咳嗽", "甲\n乙", "x:1", "内部"),
]


def table(delimiter=",", rows=(CELLS,), headings=CHINESE):
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows([headings.split(","), *rows])
    return out.getvalue()


def assert_that_the_row_is_there():
    article = Article.objects.get()
    assert (article.title, article.source) == ("感冒怎么办？", "x:1")
    assert article.doctor.affiliation == "主任医师 · 市一院"
    assert article.published_at == datetime(2025, 6, 24, 15, 5, tzinfo=UTC)
    assert article.revised_at == datetime(2025, 6, 30, 16, tzinfo=UTC)
    assert article.body == "<p>多喝水。</p>\n<p>一、睡。</p>\n<p>二、吃。</p>"
    assert (article.short_answer, article.when_to_see_a_doctor, article.urgency) == ("休息几天。", "高烧时", "soon")
    assert {tag.name for tag in article.tags.all()} == {"内科", "感冒", "发烧", "咳嗽"}
    assert (article.department.name, article.reference_list, article.like_count) == ("内科", ["甲", "乙"], 3)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_a_table_with_chinese_headings_is_imported(tmp_path, encoding, delimiter):
    path = tmp_path / "x.csv"
    path.write_bytes(table(delimiter).encode(encoding))
    assert "新建 1，更新 0，不变 0" in (out := imported(path))
    assert "忽略的字段：备注\n" in out
    assert_that_the_row_is_there()
    assert "新建 0，更新 0，不变 1" in imported(path)


def test_the_same_row_in_two_formats_and_encodings_is_the_same_row(tmp_path):
    (tmp_path / "x.csv").write_bytes(table().encode())
    (tmp_path / "y.tsv").write_bytes(table("\t").encode("gb18030"))
    row = dict(zip(CHINESE.split(","), CELLS, strict=True))
    imported(tmp_path / "x.csv")
    out = imported(tmp_path / "y.tsv", json_lines(tmp_path / "z.jsonl", {**row, "点赞": 3}))
    assert "新建 0，更新 0，不变 2" in out


def test_a_table_with_english_headings_in_gb18030_is_told_by_its_first_chinese_row(tmp_path):
    path = tmp_path / "x.csv"
    path.write_bytes("title,likes\nHPV,1\n感冒怎么办,3\n".encode("gb18030"))
    imported(path)
    assert set(Article.objects.values_list("title", flat=True)) == {"HPV", "感冒怎么办"}


def test_empty_rows_and_missing_last_cells_do_no_harm(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("\n标题,正文,点赞\n甲,一。\n,,\n\n乙,二。,5,,\n", encoding="utf-8")
    assert "新建 2" in imported(path)
    assert Article.objects.get(title="乙").like_count == 5


def test_forms_are_told_by_content_where_the_name_does_not_tell(tmp_path):
    (tmp_path / "a").write_text('\n  {"title": "甲"}\n', encoding="utf-8")
    (tmp_path / "b.txt").write_bytes("医生;标题\n李医生;乙\n".encode("gb18030"))
    (tmp_path / "c.md").write_text("丙\n李医生 2025-06-24 23:05 0\n好。\n返回\n", encoding="utf-8")
    imported(tmp_path / "a", tmp_path / "b.txt", tmp_path / "c.md")
    assert set(Article.objects.values_list("title", flat=True)) == {"甲", "乙", "丙"}


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("2025-06-24", "2025-06-23T16:00:00"),
        ("2025-06-24 23:05", "2025-06-24T15:05:00"),
        ("2025-06-24 23:05:25", "2025-06-24T15:05:25"),
        ("2025-06-24T23:05:25.5", "2025-06-24T15:05:25.500000"),
        ("2025-06-24T23:05:25Z", "2025-06-24T23:05:25"),
        ("2025-06-24T23:05:25-0330", "2025-06-25T02:35:25"),
        ("2025-06-24 23:05+08:00", "2025-06-24T15:05:00"),
        ("2025/6/4 3:05", "2025-06-03T19:05:00"),
        ("2025年6月24日 23:05", "2025-06-24T15:05:00"),
        ("２０２５－０６－２４　２３：０５", "2025-06-24T15:05:00"),
    ],
)
def test_a_time_may_be_written_in_many_ways(tmp_path, written, instant):
    imported(json_lines(tmp_path / "x.jsonl", {"title": "甲", "published_at": written, "reviewed_on": written}))
    article = Article.objects.get()
    assert article.published_at == datetime.fromisoformat(f"{instant}+00:00")
    assert article.reviewed_on == date(2025, 6, 4 if "/" in written else 24)


def test_text_that_no_database_takes_is_cleaned(tmp_path):
    path = tmp_path / "x.jsonl"
    path.write_text(
        r'{"title": "甲\u0000\u200b乙", "body": "一\u0000二三\u0008", "source": "k\u0000",'
        r' "tags": ["\u0000"], "references": ["\u0000一"],'
        r' "doctor": {"name": "李\u0000", "biography": "\u0000好"}}' + "\n"
    )
    imported(path)
    article = Article.objects.get()
    assert (article.title, article.body, article.source) == ("甲乙", "<p>一二三</p>", "k")
    assert (article.doctor.name, article.doctor.biography, article.references) == ("李", "好", "一")
    assert "不变 1" in imported(path)


def test_an_answer_of_invisible_characters_is_no_answer(tmp_path):
    imported(json_lines(tmp_path / "x.jsonl", {"title": "甲", "body": "\u200b\ufeff\n"}))
    assert Article.objects.get().is_excerpt


def test_unnamed_columns_are_ignored_and_mentioned(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("标题,,医生\n甲,乙,丙\n", encoding="utf-8")
    assert run_import(path).out.startswith(f"{path}：新建 1，更新 0，不变 0\n忽略的字段：（无名）\n")
