"""What a row says about one question: names and columns, what is empty, doctors, and what makes it the same row."""

from datetime import UTC, date, datetime

import pytest

from articles.importing.errors import BadFile
from articles.importing.marks import Mark
from articles.importing.records import Ignored, Person, Record, from_row, known_key

MARK = "17-0123abcd-0123456789ab"


def record(line=1, ignored=None, **row):
    return from_row(row, line, Ignored() if ignored is None else ignored)


def refused(**row):
    with pytest.raises(BadFile) as error:
        record(7, **row)
    assert error.value.line == 7
    return error.value.sentence


def test_a_row_with_nothing_but_a_title_says_nothing_else():
    found = record(title="甲")
    assert found == Record(line=1, source=found.source, columns={"title": "甲"}, is_excerpt=True)
    assert (found.doctor, found.reviewer, found.likes, found.departments, found.tags, found.mark) == (
        *(None, None, None),
        *([], [], None),
    )


def test_every_column_lands_where_it_belongs():
    found = record(
        标题="甲",
        来源="a",
        医生="李医生",
        职称="主任医师",
        医生科室="内科",
        医院="市一院",
        医生简介="很好。",
        科室="神经内科",
        标签="头痛、发烧",
        发布时间="2025-06-24 08:00",
        更新时间="2025-06-25",
        点赞="0",
        一句话回答="不急。",
        正文="一。",
        何时就医="高烧。",
        就医紧迫程度="尽快就医",
        参考资料="甲\n乙",
        审核医生="王医生",
        审核日期="2025-06-26",
        下次审核="2027-06-26",
    )
    assert found.columns == {
        "title": "甲",
        "short_answer": "不急。",
        "when_to_see_a_doctor": "高烧。",
        "urgency": "soon",
        "references": "甲\n乙",
        "published_at": datetime(2025, 6, 24, tzinfo=UTC),
        "revised_at": datetime(2025, 6, 24, 16, tzinfo=UTC),
        "reviewed_on": date(2025, 6, 26),
        "review_due_on": date(2027, 6, 26),
    }
    assert found.doctor == Person("李医生", "市一院", "主任医师", "内科", "很好。")
    assert found.reviewer == Person("王医生")
    assert (found.source, found.text, found.html, found.is_excerpt) == ("a", "一。", "", False)
    assert (found.likes, found.departments, found.tags) == (0, ["神经内科"], ["头痛", "发烧"])


def test_html_comes_before_text_and_text_before_an_excerpt():
    whole = record(title="甲", body_html="<p>一</p>", body="二", excerpt="三")
    assert (whole.html, whole.text, whole.is_excerpt, whole.body()) == ("<p>一</p>", "", False, "<p>一</p>")
    text = record(title="甲", body="二", excerpt="三")
    assert (text.html, text.text, text.is_excerpt, text.body()) == ("", "二", False, "<p>二</p>")
    excerpt = record(title="甲", excerpt="三")
    assert (excerpt.html, excerpt.text, excerpt.is_excerpt, excerpt.body()) == ("", "三", True, "<p>三</p>")


@pytest.mark.parametrize("empty", [None, "", [], {}, " ", "\n\t"])
def test_what_is_empty_is_not_said(empty):
    found = record(title="甲", tags=empty, short_answer=empty, body=empty, body_html=empty, excerpt="先")
    assert (found.columns, found.tags, found.html, found.text) == ({"title": "甲"}, [], "", "先")
    assert found.is_excerpt


def test_no_likes_are_said_and_no_likes_at_all_are_not():
    assert record(title="甲", likes=0).likes == 0
    assert record(title="甲", likes="").likes is None


def test_a_row_needs_a_title():
    assert refused(body="一") == "没有标题。"
    assert refused(title=" ") == "没有标题。"


# --- Names ------------------------------------------------------------------------------


def test_names_are_known_however_they_are_written():
    for name in ("title", "TITLE", " 标题 ", "ｔｉｔｌｅ"):
        assert record(**{name: "甲"}).columns["title"] == "甲"
    assert known_key("正文 HTML") == ("body_html", 2)
    assert known_key("没有的") is None


def test_of_two_names_with_one_meaning_the_first_in_the_list_counts_wherever_it_stands():
    for row in ({"source_id": "b", "source": "a"}, {"source": "a", "source_id": "b"}):
        ignored = Ignored()
        assert record(1, ignored, title="甲", **row).source == "a"
        assert str(ignored) == "source_id"
    ignored = Ignored()
    assert record(1, ignored, title="甲", source_id="b", source="").source == "b"
    assert str(ignored) == ""


def test_of_three_names_the_others_are_all_named():
    ignored = Ignored()
    found = record(1, ignored, 标题="甲", 赞="1", 点赞数="2", likes="3")
    assert found.likes == 3
    assert str(ignored) == "点赞数、赞"


def test_what_an_export_tells_people_is_ignored_without_a_word():
    ignored = Ignored()
    record(1, ignored, title="甲", 编号="1", 状态="已发布", 现有摘要="先…", 总赞数="3")
    assert str(ignored) == ""


def test_a_name_of_more_than_a_hundred_characters_means_nothing_and_is_cut():
    ignored = Ignored()
    record(1, ignored, title="甲", **{"x" * 101: "1", " " * 94 + "source": "a", " " * 95 + "source": "b"})
    assert str(ignored) == "source、" + "x" * 40 + "…"
    assert record(title="甲", **{" " * 94 + "source": "a"}).source == "a"


def test_a_hundred_names_are_remembered_at_most():
    ignored = Ignored()
    for number in range(101):
        ignored.add(f"{number:03}")
    assert (len(str(ignored).split("、")), "100" in str(ignored)) == (100, False)
    ignored = Ignored()
    ignored.add(" ")
    assert str(ignored) == "（无名）"


# --- Doctors ----------------------------------------------------------------------------


def test_a_doctor_may_be_an_object_of_his_own():
    ignored = Ignored()
    doctor = {"姓名": "李医生", "hospital": "市一院", "职称": "", "department": None, "biography": "一\n二", "age": 50}
    found = record(1, ignored, title="甲", doctor=doctor, hospital="别的医院")
    assert found.doctor == Person("李医生", "市一院", biography="一\n二")
    assert str(ignored) == "doctor.age"
    assert record(title="甲", doctor={"name": "", "hospital": ""}).doctor is None
    assert record(1, ignored, title="甲", doctor={"name": "李", "x" * 101: 1}).doctor == Person("李")


def test_a_doctor_without_a_name_is_refused():
    assert refused(title="甲", doctor={"hospital": "市一院"}) == "“医生”没有写姓名（name）。"
    assert refused(title="甲", doctor={"name": 5}) == "“姓名”要写成文字。"
    assert refused(title="甲", reviewer={"name": "李"}) == "“审核医生”要写成文字。"


def test_what_stands_beside_no_doctor_makes_none():
    assert record(title="甲", hospital="市一院").doctor is None


# --- Values -----------------------------------------------------------------------------


def test_an_urgency_is_known_by_value_and_label():
    assert record(title="甲", urgency="soon").columns["urgency"] == "soon"
    assert record(title="甲", urgency="尽快就医").columns["urgency"] == "soon"
    assert "urgency" not in record(title="甲", urgency=" ").columns
    assert refused(title="甲", urgency="马上").startswith("“就医紧迫程度”只能是")


def test_html_without_a_text_is_refused_and_nothing_is_not():
    assert refused(title="甲", body_html="<script>1</script>") == "“正文 HTML”里没有文字，只有不允许的内容。"
    assert record(title="甲", body_html=" \n").body() == ""


def test_bounds_are_those_of_the_columns():
    for name, longest in (("title", 120), ("source", 200), ("hospital", 80), ("doctor", 40)):
        record(**{"title": "甲", name: "x" * longest})
        assert f"有 {longest + 1} 个字，最多 {longest} 个字。" in refused(**{"title": "甲", name: "x" * (longest + 1)})


# --- The same row -----------------------------------------------------------------------


def test_a_row_is_the_same_question_by_its_mark_then_source_then_title_doctor_and_time():
    marked = record(title="甲", source="a", 导出标记=MARK)
    assert (marked.source, marked.mark) == ("export:17-0123abcd", Mark(17, "0123abcd", "0123456789ab"))
    assert record(title="甲", source="a").source == "a"
    same = [
        record(title="ＨＰＶ？", doctor="李", published_at="2025-06-24", body="一").source,
        record(title="hpv?", doctor={"name": "李", "hospital": "x"}, published_at="2025/6/24 00:00", likes=3).source,
    ]
    assert same[0] == same[1]
    assert same[0].startswith("row:")
    assert len(same[0]) == len("row:") + 24
    others = [
        record(title="hpv", doctor="李", published_at="2025-06-24").source,
        record(title="hpv?", doctor="王", published_at="2025-06-24").source,
        record(title="hpv?", doctor="李", published_at="2025-06-25").source,
        record(title="hpv?").source,
    ]
    assert len({same[0], *others}) == 5


@pytest.mark.parametrize(
    "change",
    [
        {"title": "乙"},
        {"body": "二"},
        {"body_html": "<p>一</p>"},
        {"body": None, "excerpt": "一"},
        {"doctor": "王"},
        {"hospital": "市二院"},
        {"reviewer": "王"},
        {"likes": 1},
        {"department": "内科"},
        {"tags": "丙"},
        {"published_at": "2025-06-25"},
        {"reviewed_on": "2025-06-25"},
        {"urgency": "soon"},
    ],
)
def test_whatever_a_file_says_anew_makes_another_digest(change):
    row = {"title": "甲", "body": "一", "doctor": "李", "likes": 0, "source": "a", "tags": "乙"}
    assert record(**row).digest == record(5, **row).digest
    assert record(**row | change).digest != record(**row).digest


def test_what_a_page_lists_is_part_of_what_it_says_and_of_its_size():
    def page(*items):
        return Record(line=1, source="p", columns={"title": "甲"}, text="一二", related=list(items))

    item = Record(line=2, source="i", columns={"title": "乙"}, text="三")
    other = Record(line=2, source="i", columns={"title": "乙"}, text="四")
    assert len({page().digest, page(item).digest, page(other).digest, page(item, other).digest}) == 4
    assert (page().size, page(item).size) == (2, 3)
    assert Record(line=1, source="p", columns={}, text="一", html="<b>").size == 4
