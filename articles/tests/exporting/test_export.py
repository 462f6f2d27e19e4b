"""导出 of the list of questions, and the way back: what was exported can be edited and imported again."""

import csv
import io
import json
import zipfile
from datetime import UTC, date, datetime

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile

from articles.exporting.workbook import workbook
from articles.importing.elements import starts
from articles.importing.plans import Plan
from articles.importing.workbook import open_workbook
from articles.models import Article, Doctor, ImportUpload, Tag, TaggedArticle
from articles.tests.editing import ARTICLES, make_staff, sign_in
from articles.tests.factories import make_article, make_doctor, make_tag
from articles.tests.imports import imported, json_lines, run_import
from articles.text.cells import neutralised, read_back

pytestmark = pytest.mark.django_db
EXPORT = f"{ARTICLES}export/"
RISKY = ["=1+1", "+86", "-1", "@SUM(A1)", "＝1", "'=1", "''+1", "'quoted", "_x0041_", "a<b>&\"'", "正常"]


def exported(client, form="csv", query=""):
    answer = client.get(f"{EXPORT}{form}/{query}")
    assert answer.status_code == 200
    return answer.getvalue()


def table(content):
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def as_csv(rows):
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def plan_of(client, content, name="x.csv"):
    answer = client.post(f"{ARTICLES}import/", {"file": SimpleUploadedFile(name, content), "status": "draft"})
    assert answer.status_code == 302
    return answer["Location"], Plan.unpack(ImportUpload.objects.latest("pk").packed_plan)


def everything():
    return [list(model.objects.order_by("pk").values()) for model in (Article, Doctor, Tag, TaggedArticle)]


@pytest.fixture
def manager(db):
    """Whose changes reach readers without 医学审核."""
    return sign_in(make_staff("管理员"))


@pytest.fixture
def questions(tmp_path):
    """Questions of every kind: imported and not, long, empty, with names that come twice, and with risky texts."""
    department = make_tag("神经内科", kind=Tag.Kind.DEPARTMENT)
    make_doctor(name="张伟", hospital="市一院")
    second = make_doctor(name="张伟", hospital="市二院")
    for text in RISKY:
        make_article(title=text, short_answer=text, references=text, when_to_see_a_doctor=f"{text}\n\n二", tags=["HPV"])
    make_article(
        title="全部",
        doctor=second,
        reviewer=second,
        reviewed_on=date(2025, 6, 1),
        urgency="soon",
        published_at=datetime(2025, 6, 24, 15, 5, 25, 123456, tzinfo=UTC),
        revised_at=datetime(2025, 7, 1, 0, 0, 1, tzinfo=UTC),
        imported_likes=7,
        body="<h2>一</h2>\r\n<p>“二” &amp; <strong>三</strong></p><table><tr><td>四</td></tr></table>",
        tags=[department, "头痛", "Vitamin D"],
    )
    make_article(title="没有正文", status="draft", published_at=None, body="")
    make_article(title="没有正文", status="draft", published_at=None, body="")
    make_article(title="只有摘要", is_excerpt=True, body="<p>一、先，</p><p>再</p>")
    make_article(title="很长", body=f"<p>{'长' * 40_000}</p>")
    make_article(title="撤下", status="withdrawn", withdrawn_reason="有误")
    imported(json_lines(tmp_path / "x.jsonl", {"title": "导入的", "source": "a:1", "body": "一。二。", "likes": 3}))
    Article.objects.last().like("a" * 32)


def test_the_filtered_list_becomes_a_table_that_excel_can_read(editor, questions):
    content = exported(editor, query="?q=全部&state=published")
    assert content.startswith(b"\xef\xbb\xbf")
    [row] = table(content)
    assert (row["标题"], row["医生"], row["医院"], row["科室"]) == ("全部", "张伟", "市二院", "神经内科")
    assert set(row["标签"].split("、")) == {"头痛", "Vitamin D"}
    assert (row["发布时间"], row["导入的赞"]) == ("2025-06-24T23:05:25.123456+08:00", "7")
    answer = editor.get(f"{EXPORT}csv/")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer["Content-Disposition"]
    assert "no-store" in answer["Cache-Control"]


def test_a_row_tells_every_part_of_its_question(editor):
    doctor, reviewer = make_doctor(name="李红", hospital="市一院"), make_doctor(name="王强")
    article = make_article(
        title="感冒怎么办？",
        doctor=doctor,
        reviewer=reviewer,
        reviewed_on=date(2025, 6, 1),
        review_due_on=date(2026, 6, 1),
        short_answer="不急。",
        when_to_see_a_doctor="高烧。",
        references="《指南》",
        urgency="soon",
        body="<p>多喝水。</p>",
        published_at=datetime(2025, 6, 24, 16, tzinfo=UTC),
        revised_at=datetime(2025, 6, 25, 16, tzinfo=UTC),
        imported_likes=7,
        tags=[make_tag("内科", kind="department"), make_tag("外科", kind="department"), "乙", "甲"],
    )
    article.like("a" * 32)
    [row] = table(exported(editor))
    mark = row.pop("导出标记")
    expected = {
        "编号": str(article.pk),
        "状态": "已发布",
        "标题": "感冒怎么办？",
        "医生": "李红",
        "医院": "市一院",
        "科室": "内科、外科",
        "标签": "乙、甲",
        "一句话回答": "不急。",
        "正文 HTML": "<p>多喝水。</p>",
        "现有摘要": "",
        "就医紧迫程度": "尽快就医",
        "何时就医": "高烧。",
        "参考资料": "《指南》",
        "审核医生": "王强",
        "最近审核": "2025-06-01",
        "下次审核": "2026-06-01",
        "发布时间": "2025-06-25T00:00:00+08:00",
        "更新时间": "2025-06-26T00:00:00+08:00",
        "导入的赞": "7",
        "总赞数": "8",
    }
    assert {name: text for name, text in row.items() if text or name in expected} == expected
    assert mark.startswith(f"{article.pk}-")


def test_a_question_with_little_in_it_has_empty_cells(editor):
    make_article(title="甲", status="draft", published_at=None, body="<p>先，</p>", is_excerpt=True)
    [row] = table(exported(editor))
    filled = {name: text for name, text in row.items() if text and name not in ("编号", "导出标记")}
    assert filled == {"状态": "草稿", "标题": "甲", "现有摘要": "先…", "总赞数": "0"}


def test_a_cell_holds_as_much_as_excel_takes_and_is_else_left_empty(editor):
    for length in (32_767, 32_768):
        make_article(body=f"<p>{'长' * (length - 7)}</p>")
    assert [len(row["正文 HTML"]) for row in table(exported(editor))] == [32_767, 0]


def test_the_whole_list_is_exported_once_each_and_in_order(editor, questions):
    keys = [int(row["编号"]) for row in table(exported(editor))]
    assert keys == list(Article.objects.order_by("pk").values_list("pk", flat=True))


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_no_cell_begins_as_a_formula(editor, questions, form):
    content = exported(editor, form)
    if form == "csv":
        cells = [cell for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")) for cell in row]
    else:
        with open_workbook(io.BytesIO(content)) as sheet:
            cells = [str(cell) for _, row in sheet for cell in row]
    assert len(cells) > 300
    assert not [cell for cell in cells if cell[:1] in tuple("=+-@\t\r\n＝＋－＠") and cell]


@pytest.mark.parametrize("text", [*RISKY, "", "'", "''", "\t=1", "\r\n", "'\t"])
def test_what_keeps_a_cell_from_being_a_formula_is_taken_off_again(text):
    assert read_back(neutralised(text)) == text


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_importing_an_export_changes_nothing(editor, questions, form, tmp_path):
    before = everything()
    content = exported(editor, form)
    path = tmp_path / f"x.{form}"
    path.write_bytes(content)
    _, plan = plan_of(editor, content, path.name)
    assert plan.counts == {"same": Article.objects.count()}
    assert plan.ignored == ""
    assert f"新建 0，更新 0，不变 {Article.objects.count()}" in imported(path)
    assert everything() == before


def test_an_export_without_its_marks_names_nothing_new(editor, questions, tmp_path):
    """Somebody may have dropped the column: what is still known by its title and time is the same."""
    make_article(title="甲", published_at=datetime(2025, 6, 24, tzinfo=UTC))
    rows = [{name: text for name, text in row.items() if name != "导出标记"} for row in table(exported(editor))]
    path = tmp_path / "x.csv"
    path.write_bytes(as_csv([row for row in rows if row["标题"] == "甲"]))
    assert "新建 1" in imported(path)
    assert "不变 1" in imported(path)


def test_an_edited_row_changes_its_question_and_nothing_else(manager, questions):
    rows = table(exported(manager))
    row = next(row for row in rows if row["标题"] == "全部")
    row["标题"], row["标签"] = "改过的", "头痛、眩晕"
    address, plan = plan_of(manager, as_csv(rows))
    changed = [row for row in plan.rows if row.what == "changed"]
    assert [[(change.label) for change in row.changes] for row in changed] == [["标题", "标签"]]
    assert plan.counts == {"same": len(rows) - 1, "changed": 1}
    before = {article.pk: article.updated_at for article in Article.objects.exclude(title="全部")}
    assert "导入完成" in manager.post(address, {"do": "apply"}).getvalue().decode()
    article = Article.objects.get(title="改过的")
    assert {tag.name for tag in article.tags.all()} == {"神经内科", "头痛", "眩晕"}
    assert article.body.startswith("<h2>一</h2>")
    assert article.doctor.hospital == article.reviewer.hospital == "市二院"
    assert {article.pk: article.updated_at for article in Article.objects.exclude(title="改过的")} == before


def test_what_was_exported_before_a_correction_does_not_undo_it(editor):
    article = make_article(title="旧的")
    content = exported(editor)
    article.title = "更正了"
    article.save()
    _, plan = plan_of(editor, content)
    assert plan.counts == {"same": 1}
    rows = table(content)
    rows[0]["一句话回答"] = "改了别的。"
    _, plan = plan_of(editor, as_csv(rows))
    assert plan.rows[0].why == "导出以后，网站上改过这个问题。请重新导出，再改这一行。"


def test_editing_an_imported_question_by_a_table_survives_the_next_import_of_its_source(editor, tmp_path):
    path = json_lines(tmp_path / "x.jsonl", {"title": "甲", "source": "a:1", "body": "一。"})
    imported(path)
    rows = table(exported(editor))
    rows[0]["标题"] = "乙"
    (tmp_path / "y.csv").write_bytes(as_csv(rows))
    assert "更新 1" in imported(tmp_path / "y.csv")
    assert "不变 1" in imported(path)
    assert Article.objects.get().title == "乙"


def test_an_excerpt_is_completed_in_a_table(manager):
    make_article(title="只有摘要", is_excerpt=True, body="<p>先，</p>")
    rows = table(exported(manager))
    assert (rows[0]["现有摘要"], rows[0]["正文 HTML"]) == ("先…", "")
    rows[0]["正文 HTML"] = "<p>全文。</p>"
    address, _ = plan_of(manager, as_csv(rows))
    manager.post(address, {"do": "apply"}).getvalue()
    article = Article.objects.get()
    assert (article.body, article.is_excerpt) == ("<p>全文。</p>", False)


def test_a_mark_of_another_site_means_nothing_here(editor, tmp_path):
    article = make_article(title="别处的")
    content = exported(editor)
    Article.objects.update(created_at=datetime(2020, 1, 1, tzinfo=UTC), title="这里的")
    (tmp_path / "x.csv").write_bytes(content)
    assert "新建 1，更新 0" in imported(tmp_path / "x.csv")
    assert "不变 1" in imported(tmp_path / "x.csv")
    article.refresh_from_db()
    assert article.title == "这里的"


@pytest.mark.parametrize("mark", ["1", "=1", "1-x-y", "9" * 30 + "-00000000-000000000000", "\u202e"])
def test_a_damaged_mark_is_refused(tmp_path, mark):
    (tmp_path / "x.csv").write_text(f"标题,导出标记\n甲,{mark}\n", encoding="utf-8")
    assert ":2: “导出标记”不完整" in run_import(tmp_path / "x.csv").err


def test_times_that_a_spreadsheet_has_written_anew_are_the_same(editor):
    make_article(title="甲", reviewed_on=date(2025, 6, 1))
    rows = table(exported(editor))
    rows[0]["最近审核"] = "2025/6/1"
    _, plan = plan_of(editor, as_csv(rows))
    assert plan.counts == {"same": 1}


def test_the_workbook_is_well_formed_and_frozen_below_its_headings(editor, questions):
    with zipfile.ZipFile(io.BytesIO(exported(editor, "xlsx"))) as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            with archive.open(name) as part:
                assert list(starts(part))
        assert b'state="frozen"' in archive.read("xl/worksheets/sheet1.xml")


CELLS = [
    *RISKY,
    *("", "1e5", "00123", "https://example.org/?a=1&b=2", "mailto:a@example.org", "{=1}", "TRUE", " 空 \n"),
    *(
        "\x00\x07\x0b\x1f",
        "\r\n",
        "_x000D_ _x000d_ _x_ __x0041__",
        "\ufffe\uffff",
        "𠮷😀",
        "<r><t>一</t></r>",
        "<r>&\r</r>",
    ),
    "长" * 40_000,
]


def test_any_text_comes_back_from_a_workbook_as_it_was():
    content = b"".join(workbook("甲", [CELLS, CELLS]))
    with open_workbook(io.BytesIO(content)) as sheet:
        assert list(sheet) == [(1, CELLS), (2, CELLS)]


def test_what_is_typed_over_a_cell_of_a_workbook_stays_text():
    content = b"".join(workbook("甲", [["标题", ""], ["一", ""]]))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        styles = [attributes for name, attributes in starts(archive.open("xl/styles.xml")) if name == "xf"]
        cells = [attributes for name, attributes in starts(archive.open("xl/worksheets/sheet1.xml")) if name == "c"]
    # The first one is a style that cells refer to, and no cell's.
    assert [styles[1 + int(cell["s"])]["numFmtId"] for cell in cells] == ["49"] * 4


def test_an_export_of_nothing_is_an_empty_file(editor):
    assert exported(editor) == b"\xef\xbb\xbf"
    assert exported(editor, "xlsx").startswith(b"PK")


def test_memory_and_queries_do_not_grow_with_the_list(editor, django_assert_max_num_queries):
    Article.objects.bulk_create(Article(title=f"问题{n}", body="<p>甲</p>") for n in range(1100))
    with django_assert_max_num_queries(30):
        answer = editor.get(f"{EXPORT}csv/")
        pieces = list(answer.streaming_content)
    assert len(pieces) > 1100
    assert max(map(len, pieces)) < 1000


def test_the_list_offers_what_it_shows(editor):
    make_article(title="甲")
    page = editor.get(f"{ARTICLES}?state=published&q=甲").content.decode()
    assert f'href="{EXPORT}xlsx/?q=%E7%94%B2&amp;state=published"' in page


@pytest.mark.parametrize("query", ["?q=%00", "?tag=x", "?published_at__year=x", "?nonsense=1", "?p=99", "?o=99.-1"])
def test_any_address_gets_an_answer(editor, query):
    make_article()
    assert editor.get(f"{EXPORT}csv/{query}").status_code in (200, 302, 400)


def test_who_may_look_may_export_and_nobody_else(reviewer, client):
    make_article(title="甲")
    assert len(table(exported(reviewer))) == 1
    assert sign_in(make_staff()).get(f"{EXPORT}csv/").status_code == 403
    user = make_staff()
    user.user_permissions.set(Permission.objects.filter(codename="view_article"))
    assert len(table(exported(sign_in(user)))) == 1
    assert reviewer.post(f"{EXPORT}csv/").status_code == 405
    assert reviewer.get(f"{EXPORT}pdf/").status_code == 404
    assert client.get(f"{EXPORT}csv/").status_code == 302


def test_json_lines_are_no_tables_and_keep_their_apostrophes(tmp_path):
    (tmp_path / "x.jsonl").write_text(json.dumps({"title": "'=1"}) + "\n")
    imported(tmp_path / "x.jsonl")
    assert Article.objects.get().title == "'=1"
