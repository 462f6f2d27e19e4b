"""Right rows that are taken without the wrong ones, and wrong ones given back as a file to be mended."""

import csv
import io
import json

import pytest

from articles.exporting.wrong_rows import given_back
from articles.importing import uploads
from articles.importing.errors import BadFile
from articles.importing.plans import Plan
from articles.importing.tables import open_sheet
from articles.importing.uploads import PlanChanged, apply, plan, receive
from articles.models import Article, Doctor, ImportUpload, Tag
from articles.tests.editing import make_staff
from articles.tests.factories import make_article
from articles.tests.imports import page, run_import
from articles.tests.workbooks import format_of, workbook

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    return make_staff("编辑")


def upload(user, name, content):
    return receive(user, name, content.encode() if isinstance(content, str) else content, "draft")


def back(found):
    """Return (name, bytes) of the rows that are given back."""
    file = given_back(found.name, io.BytesIO(found.content), Plan.unpack(found.packed_plan).problems)
    return file.name, b"".join(file.pieces)


def outcomes(found):
    return [(row.line, row.what) for row in plan(found).rows]


TABLE = (
    "标题,医生,标签,点赞,正文\r\n"
    "甲,,,1,一。\r\n"
    '乙,新医生,新标签,-1,"=HYPERLINK(""x"")\n第二行"\r\n'
    "丙,,,3,三。\r\n"
    "丁,,,4,四。,多一格\r\n"
)


def test_right_rows_of_a_table_are_taken_and_the_others_come_back_to_be_mended(editor):
    found = upload(editor, "甲.csv", TABLE)
    with pytest.raises(BadFile):  # as a whole it is not
        list(apply(found))
    assert list(apply(found, skip_wrong=True)) == [2]
    assert list(Article.objects.order_by("pk").values_list("title", flat=True)) == ["甲", "丙"]
    assert not Doctor.objects.exists()  # nothing of a wrong row is left behind
    assert not Tag.objects.exists()
    found.refresh_from_db()
    name, content = back(found)
    assert name == "甲-有问题的 2 行.csv"
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows == [
        ["问题", "标题", "医生", "标签", "点赞", "正文"],
        ["“点赞”不能是负数。", "乙", "新医生", "新标签", "'-1", '\'=HYPERLINK("x")\n第二行'],
        ["这一行有 6 格，表头只有 5 列。", "丁", "", "", "4", "四。", "多一格"],
    ]
    mended = content.decode().replace("'-1", "1").replace(",多一格", "")
    again = upload(editor, name, mended)
    assert plan(again).ignored == ""
    assert list(apply(again)) == [2]
    assert "=HYPERLINK" in Article.objects.get(title="乙").body


def test_what_is_still_wrong_comes_back_with_one_column_of_problems(editor):
    first = back(upload(editor, "x.tsv", "标题\t点赞\n甲\t-1\n乙\tx\n"))[1]
    second = back(upload(editor, "x.tsv", first.decode().replace("'-1", "1")))[1]
    assert second.decode("utf-8-sig").splitlines() == ["问题\t标题\t点赞", "“点赞”不是整数：x。\t乙\tx"]


def test_lines_of_json_come_back_as_they_were_written(editor):
    lines = [
        '{"title": "甲"}',
        '{"title": "乙", "likes": -1.50e0, "x": "\\u4e59"}',
        '{"title": "丙", "title": "丙"}',
        "[]",
        '{"title": ',
        "{}",
    ]
    found = upload(editor, "x.jsonl", "\n".join(lines))
    name, content = back(found)
    given = content.decode().splitlines()
    assert given[0].startswith('{"问题": "“点赞”')
    assert given[0].endswith('", "title": "乙", "likes": -1.50e0, "x": "\\u4e59"}')
    assert given[1].endswith('", "title": "丙", "title": "丙"}')
    assert json.loads(given[2]) == {"问题": "这一行不是 JSON 对象，应写成 {…}。", "原来的一行": "[]"}
    assert given[3] == '{"问题": "这一行不是完整的 JSON。", "title":'
    assert json.loads(given[4]) == {"问题": "没有标题。"}
    again = upload(editor, name, content)
    assert back(again)[1].decode().count("“点赞”") == 1
    assert outcomes(again) == [(number, "refused") for number in range(1, 6)]


def test_cells_of_a_workbook_that_hold_no_value_do_not_get_one_on_the_way(editor):
    formula, number = "<c><f>A1</f><v>7</v></c>", '<c s="1"><v>45832.5</v></c>'
    rows = [["标题", "点赞", "发布时间"], ["甲", formula, number], ["乙", 2, number]]
    found = upload(editor, "x.xlsx", workbook(rows, **format_of("yyyy年m月d日")))
    name, content = back(found)
    assert name == "x-有问题的 1 行.xlsx"
    again = upload(editor, name, content)
    assert [(row.line, row.title, row.why) for row in plan(again).rows] == [
        (2, "甲", "“点赞”一格还没有改好，请改好以后删掉开头的〔待改〕。")
    ]
    with open_sheet(io.BytesIO(content)) as (_, table):
        assert list(table.rows) == [
            (2, ["“点赞”一格是公式，请复制后选择性粘贴为“值”。", "甲", "〔待改〕7", "2025-06-24 12:00:00"])
        ]


def test_a_row_with_the_source_of_a_wrong_one_goes_back_with_it_and_one_with_its_title_is_told_so(editor):
    rows = [
        {"source": "a", "title": "甲", "likes": -1},
        {"source": "a", "title": "乙"},
        {"source": "c", "title": "甲？"},
    ]
    found = upload(editor, "x.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    made = plan(found)
    assert [row.what for row in made.rows] == ["refused", "refused", "new"]
    assert made.rows[1].why == "和第 1 行的来源“a”相同，一个文件里只能有一次。"
    assert made.rows[2].remark == "标题和第 1 行相同，其中有不能导入的行，改好再导入时请核对"
    assert made.notes == ["第 1、3 行的标题相同：“甲”"]


def test_the_right_rows_are_refused_when_the_site_has_changed_what_they_would_do(editor):
    found = upload(editor, "x.csv", "标题,来源,点赞\n甲,a,1\n乙,b,-1\n")
    make_article(source="a", title="甲", status="draft")
    with pytest.raises(PlanChanged):
        list(apply(found, skip_wrong=True))
    assert Article.objects.count() == 1


def test_neither_a_page_nor_a_file_with_no_right_row_or_no_end_can_be_parted(editor):
    files = {
        "a.txt": page(byline="李"),
        "b.csv": "标题,点赞\n甲,-1\n",
        "c.csv": '标题,点赞\n甲,1\n"乙,2\n',
    }
    for name, content in files.items():
        found = upload(editor, name, content)
        assert not plan(found).is_partly_ready, name
        with pytest.raises(BadFile):
            list(apply(found, skip_wrong=True))
    assert not Article.objects.exists()


def test_who_spells_a_new_tag_first_in_a_wrong_row_does_not_decide_how_it_is_spelled(editor):
    rows = [{"title": "甲", "tags": "HPV", "reviewer": "王"}, {"title": "乙", "tags": "hpv"}]
    found = upload(editor, "x.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    assert outcomes(found) == [(1, "refused"), (2, "new")]
    assert list(apply(found, skip_wrong=True)) == [1]
    assert Tag.objects.get().name == "hpv"


# --- The heading below a line of its own ---------------------------------------------------


def test_the_heading_is_found_below_the_line_that_offices_put_above_it(editor):
    csv_file = "××医院健康问答汇总表（2026年）,,\n,,\n标题,点赞,正文\n甲,1,一。\n乙,-1,二。\n"
    rows = [
        ["××医院健康问答汇总表（2026年）"],
        ["填表人：李"],
        ["标题", "点赞", "正文"],
        ["甲", 1, "一。"],
        ["乙", -1, "二。"],
    ]
    for name, content in (("x.csv", csv_file), ("x.xlsx", workbook(rows))):
        made = plan(upload(editor, name, content))
        assert [(row.line, row.what) for row in made.rows] == [(4, "new"), (5, "refused")]
        assert made.notes == ["表头在第 3 行，它上面的内容不导入"]
    made = plan(upload(editor, "x.csv", "题目,正文\n" * 10 + "标题,正文\n甲,一。\n"))
    assert made.rows[0].why == "表头里没有“标题”（title）一列。"


# --- A title that the site has already -----------------------------------------------------


OWN = '标题,医生,正文\n"ＨＰＶ 疫苗怎么打?",李,新的。\n咳嗽？,李,咳。\n'


@pytest.fixture
def there():
    return make_article(
        title="hpv疫苗怎么打？", body="<p>旧的。</p>", source="old:1", source_digest="x", status="draft"
    )


def choose(found, choice):
    found.same_title = choice
    return plan(found)


def test_a_title_that_is_there_is_neither_doubled_nor_overwritten_unless_somebody_says_so(editor, there):
    found = upload(editor, "x.csv", OWN)
    made = plan(found)
    assert [(row.what, row.article) for row in made.rows] == [("skipped", there.pk), ("new", None)]
    assert made.rows[0].remark == f"网站上已经有这个标题（编号 {there.pk}），这一行不导入"
    assert made.known_titles == 1
    list(apply(found))
    assert set(Article.objects.values_list("title", "body")) == {
        ("hpv疫苗怎么打？", "<p>旧的。</p>"),
        ("咳嗽？", "<p>咳。</p>"),
    }


def test_the_question_with_the_title_is_changed_and_keeps_the_source_that_it_has(editor, there):
    found = upload(editor, "x.csv", OWN)
    made = choose(found, ImportUpload.SameTitle.CHANGE)
    assert [(row.what, row.article) for row in made.rows] == [("changed", there.pk), ("new", None)]
    list(apply(found))
    there.refresh_from_db()
    assert (there.body, there.doctor.name, there.source, there.source_digest) == ("<p>新的。</p>", "李", "old:1", "x")
    assert outcomes(upload(editor, "x.csv", OWN))[1] == (3, "same")
    Article.objects.filter(pk=there.pk).update(source=None, body="<p>旧的。</p>")
    again = upload(editor, "x.csv", OWN)
    choose(again, ImportUpload.SameTitle.CHANGE)
    list(apply(again))
    assert outcomes(upload(editor, "x.csv", OWN)) == [(2, "same"), (3, "same")]  # known by its row from now on


def test_a_row_becomes_a_second_question_only_by_choice(editor, there):
    found = upload(editor, "x.csv", OWN)
    made = choose(found, ImportUpload.SameTitle.NEW)
    assert made.rows[0].remark == f"网站上已经有这个标题（编号 {there.pk}），导入以后会有两个"
    list(apply(found))
    assert Article.objects.count() == 3


def test_two_rows_do_not_change_one_question_and_two_questions_are_not_told_apart(editor, there):
    content = OWN + "HPV疫苗怎么打,王,又一个。\n"
    made = choose(upload(editor, "x.csv", content), ImportUpload.SameTitle.CHANGE)
    assert made.rows[2].why == "和第 2 行改的是同一个问题，请只留一行。"
    assert made.notes == ["第 2、4 行的标题相同：“ＨＰＶ 疫苗怎么打?”"]
    make_article(title="HPV疫苗怎么打？", status="draft")
    made = choose(upload(editor, "x.csv", OWN), ImportUpload.SameTitle.CHANGE)
    assert "看不出要改哪一个" in made.rows[0].why


# --- The command ---------------------------------------------------------------------------


def test_the_command_leaves_wrong_rows_out_only_when_it_is_told_to(tmp_path):
    path, wrong = tmp_path / "x.csv", tmp_path / "wrong.csv"
    path.write_text(TABLE, encoding="utf-8", newline="")
    assert run_import(path).status == 1
    assert not Article.objects.exists()
    plan_only = run_import("--dry-run", "--skip-wrong", "--wrong-rows", wrong, path)
    assert "计划：新建 2，更新 0，不变 0，有错没有导入 2 行" in plan_only.out
    assert not wrong.exists()
    run = run_import("--skip-wrong", "--wrong-rows", wrong, path)
    assert (run.status, Article.objects.count(), Doctor.objects.count()) == (0, 2, 0)
    assert "x.csv:3: 没有导入：“点赞”不能是负数。" in run.err
    assert wrong.read_text("utf-8-sig").startswith("问题,标题,")
    run = run_import("--skip-wrong", "--wrong-rows", wrong, path)  # never over what is there
    assert (run.status, "已经有了" in run.err) == (1, True)


def test_a_file_wrong_in_a_tenth_of_its_rows_takes_few_queries(editor, django_assert_max_num_queries):
    rows = ({"title": f"问题{n}", "likes": -1 if n % 10 == 0 else 1} for n in range(1000))
    content = "".join(json.dumps(row) + "\n" for row in rows)
    with django_assert_max_num_queries(30):
        found = uploads.receive(editor, "x.jsonl", content.encode(), "draft")
    assert Plan.unpack(found.packed_plan).counts == {"new": 900, "refused": 100}
