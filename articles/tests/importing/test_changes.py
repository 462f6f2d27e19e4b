"""What a preview shows of each row: the part of a text that changes, with a little around it; and what is kept."""

from datetime import UTC, date, datetime

import pytest

from articles.importing.changes import AROUND, LABELS, LONGEST, Change, Draft, Row, change, refused, settled, texts_of
from articles.importing.errors import BadFile
from articles.importing.plans import Digest, Plan
from articles.importing.records import Record
from articles.models import Article, Doctor


def test_a_change_shows_what_goes_and_what_comes_with_what_stands_around_it():
    assert change("title", "感冒怎么办？", "感冒了怎么办？") == ("标题", "感冒", "", "了", "怎么办？")
    assert change("title", "感冒怎么办？", "咳嗽怎么办？") == ("标题", "", "感冒", "咳嗽", "怎么办？")
    assert change("title", "感冒", "感冒？") == ("标题", "感冒", "", "？", "")
    assert change("title", "甲甲", "甲") == ("标题", "甲", "甲", "", "")
    assert change("title", "甲", "甲甲") == ("标题", "甲", "", "甲", "")
    assert change("title", "甲", "") == ("标题", "", "甲", "", "")


def test_what_was_empty_shows_the_new_text_alone():
    assert change("title", "", "感冒") == ("标题", "", "", "感冒", "")


def test_what_stands_around_is_cut_and_says_so():
    assert AROUND == 24
    before, after = "前" * 24 + "旧" + "后" * 24, "前" * 24 + "新" + "后" * 24
    assert change("title", before, after) == ("标题", "前" * 24, "旧", "新", "后" * 24)
    assert change("title", "旧" + "后" * 40, "新新新" + "后" * 40).tail == "后" * 24 + "…"
    before, after = f"始{before}终", f"始{after}终"
    assert change("title", before, after) == ("标题", "…" + "前" * 24, "旧", "新", "后" * 24 + "…")


def test_a_long_change_is_cut_at_three_hundred_characters():
    assert LONGEST == 300
    assert change("title", "旧" * 300, "新" * 301) == ("标题", "", "旧" * 300, "新" * 300 + "…", "")
    assert change("title", "", "新" * 301).after == "新" * 300 + "…"
    assert change("title", "", "新" * 300).after == "新" * 300


def test_a_body_is_shown_as_text_unless_only_its_markup_changes():
    assert change("body", "<p>多喝水。</p>", "<p>多喝热水。</p>") == ("正文", "多喝", "", "热", "水。")
    found = change("body", "<p>多喝水。</p>", "<h2>多喝水。</h2>")
    assert (found.label, found.before, found.after) == ("正文的格式", "p>多喝水。</p", "h2>多喝水。</h2")
    assert change("title", "<p>甲</p>", "<p>乙</p>").lead == "<p>"


def test_a_wrong_row_is_shown_with_its_line_and_a_sentence_of_bounded_length():
    assert refused(BadFile("坏。", 7)) == Row(7, "refused", why="坏。")
    assert refused(BadFile("坏" * 301)).why == "坏" * 300 + "…"
    assert refused(BadFile("坏" * 300)).why == "坏" * 300


def test_a_question_is_told_as_an_editor_reads_it():
    article = Article(
        title="甲",
        doctor=Doctor(name="李医生"),
        short_answer="不急。",
        body="<p>一</p>",
        when_to_see_a_doctor="高烧。",
        urgency="soon",
        references="乙",
        reviewer=Doctor(name="王医生"),
        reviewed_on=date(2025, 6, 1),
        review_due_on=date(2027, 6, 1),
        published_at=datetime(2025, 6, 24, 16, 5, tzinfo=UTC),
        revised_at=datetime(2025, 6, 25, 16, tzinfo=UTC),
        is_excerpt=True,
        source="a:1",
    )
    texts = texts_of(article, ["丙", "丁"], 3, "戊")
    assert {LABELS[name]: text for name, text in texts.items()} == {
        "标题": "甲",
        "医生": "李医生",
        "标签": "丙、丁",
        "一句话回答": "不急。",
        "正文": "<p>一</p>",
        "何时就医": "高烧。",
        "就医紧迫程度": "尽快就医",
        "参考资料": "乙",
        "审核医生": "王医生",
        "最近审核": "2025-06-01",
        "下次审核": "2027-06-01",
        "发布时间": "2025-06-25 00:05:00",
        "更新时间": "2025-06-26 00:00:00",
        "导入的赞": "3",
        "只有摘要": "是",
        "相关问题": "戊",
        "来源": "a:1",
    }
    assert set(texts_of(Article(source=None), [], 0).values()) == {""}


def test_a_draft_tells_what_becomes_of_its_row():
    record, article = Record(line=7, source="a", columns={"title": "甲"}), Article(pk=5)
    new = Draft(record, article, None, {"title": "甲", "body": ""})
    assert (new.what, new.changed) == ("new", ["title"])
    assert new.row() == Row(7, "new", "甲", 5, (Change("标题", "", "", "甲", ""),))
    changed = Draft(record, article, {"title": "乙", "body": ""}, {"title": "甲", "body": ""})
    assert (changed.what, changed.changed) == ("changed", ["title"])
    assert changed.row().changes == (Change("标题", "", "乙", "甲", ""),)
    changed.is_held = True
    assert (changed.what, changed.row().what) == ("held", "held")
    same = Draft(record, article, {"title": "甲"}, {"title": "甲"}, is_held=True)
    assert (same.what, same.changed, same.row().changes) == ("same", [], ())
    assert Draft(record, None).what == "changed"
    assert Draft(record, None).row() == Row(7, "changed", "甲")  # of what a file before would have made
    assert settled(record) == Row(7, "same", "甲")


# --- The plan ---------------------------------------------------------------------------


def plan(*whats):
    return Plan([Row(number, what) for number, what in enumerate(whats, 1)])


@pytest.mark.parametrize(
    ("whats", "is_ready"),
    [
        ([], False),
        (["same"], False),
        (["new"], True),
        (["changed"], True),
        (["held"], True),
        (["same", "new", "changed", "held"], True),
        (["new", "refused"], False),
        (["refused"], False),
    ],
)
def test_a_file_can_be_imported_where_something_is_new_and_nothing_is_wrong(whats, is_ready):
    assert plan(*whats).is_ready is is_ready


def test_a_plan_counts_its_rows():
    assert plan("new", "same", "new").counts == {"new": 2, "same": 1}


def test_a_plan_comes_back_as_it_was_packed():
    rows = [
        Row(1, "changed", "甲", 5, (Change("标题", "", "旧", "新", "？"), Change("标签", "", "", "乙", ""))),
        Row(2, "refused", why="坏。"),
    ]
    whole = Plan(rows, ["一个说明"], "备注", "abc")
    found = Plan.unpack(whole.pack())
    assert found == whole
    assert isinstance(found.rows[0].changes[1], Change)
    assert (found.rows[0].what, found.rows[1].why) == ("changed", "坏。")


def test_a_digest_is_that_of_all_rows_in_their_order():
    def digest(*rows):
        found = Digest()
        for row in rows:
            found.add(row)
        return str(found)

    one, other = Row(1, "new", "甲"), Row(2, "new", "乙")
    assert digest(one, other) == digest(one, other)
    assert len({digest(), digest(one), digest(other), digest(one, other), digest(other, one)}) == 5
