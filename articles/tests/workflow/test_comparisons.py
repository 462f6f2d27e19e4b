"""Two versions of a question beside one another, and one as it is: what is shown of each part."""

import pytest

from articles.tests.factories import make_article, make_doctor
from articles.workflow.comparisons import compare_contents, parts_of

pytestmark = pytest.mark.django_db
EMPTY = {"tags": [], "related": []}


def shown(parts):
    """Return [(label, its lines, what is folded away in brackets)] of Parts."""
    found = []
    for part in parts:
        lines = []
        for one in part.paragraphs:
            if one.kind == "skipped":
                lines.append([text_of(inner) for inner in one.paragraphs])
            else:
                lines.append(text_of(one))
        found.append((part.label, lines or part.note))
    return found


def text_of(paragraph):
    marks = {"removed": "-{}", "added": "+{}", "same": "{}"}
    return "".join(marks[segment.kind].format(segment.text) for segment in paragraph.segments)


def test_one_version_is_shown_whole_in_the_order_of_the_page():
    doctor, _, other = make_doctor(name="李医生"), make_article(), make_article(title="咳嗽？")
    content = {
        "title": "感冒？",
        "doctor": doctor.pk,
        "body": "<p>一。</p><p>二。</p>",
        "short_answer": "",
        "urgency": "soon",
        "references": "甲\n\n乙",
        "reviewed_on": "2026-01-02",
        "published_at": "2026-01-01T16:00:05+00:00",
        "is_excerpt": True,
        "is_revision": False,
        "correction": "药量。",
        "tags": ["感冒", "发烧"],
        "related": [[other.pk, 2, False], [other.pk + 1, 1, True]],
    }
    assert shown(parts_of(content)) == [
        ("标题", ["感冒？"]),
        ("回答医生", ["李医生"]),
        ("正文", ["一。", "二。"]),
        ("就医紧迫程度", ["尽快就医"]),
        ("标签", ["感冒", "发烧"]),
        ("参考资料", ["甲", "乙"]),
        ("相关问题", ["指定：咳嗽？（次序 2）", f"排除：已删除的问题（编号 {other.pk + 1}）"]),
        ("最近审核", ["2026-01-02"]),
        ("发布时间", ["2026-01-02 00:00:05"]),
        ("只有摘要", ["是"]),
        ("更正说明", ["药量。"]),
    ]
    assert {part.note for part in parts_of(content)} == {""}


def test_unchanged_paragraphs_are_folded_but_for_one_on_either_side_of_a_change():
    lines = ["一", "二", "三", "四", "五", "六", "七", "八", "九"]
    before = EMPTY | {"references": "\n".join(lines)}
    after = EMPTY | {"references": "\n".join(line.replace("四", "换了") for line in lines)}
    assert shown(compare_contents(before, after)) == [
        ("参考资料", [["一", "二"], "三", "-四", "+换了", "五", ["六", "七", "八", "九"]])
    ]


def test_a_paragraph_between_two_changes_is_shown():
    before = EMPTY | {"references": "一\n二\n三\n四\n五"}
    after = EMPTY | {"references": "甲\n二\n乙\n四\n五"}
    assert shown(compare_contents(before, after)) == [
        ("参考资料", ["-一", "+甲", "二", "-三", "+乙", "四", ["五"]]),
    ]


def test_tags_are_compared_as_a_whole_each():
    before, after = EMPTY | {"tags": ["甲状腺", "感冒"]}, EMPTY | {"tags": ["感冒", "甲状腺炎"]}
    assert shown(compare_contents(before, after)) == [("标签", ["-甲状腺", "感冒", "+甲状腺炎"])]


def test_what_is_the_same_is_not_shown_and_empty_is_the_same_as_not_said():
    assert compare_contents(EMPTY | {"title": "甲", "references": ""}, EMPTY | {"title": "甲"}) == []


def test_only_a_text_can_change_without_a_word():
    before, after = EMPTY | {"references": "甲\n乙"}, EMPTY | {"references": "甲\n\n乙"}
    [part] = compare_contents(before, after)
    assert (part.name, part.paragraphs, part.note) == ("references", [], "文字没有变，格式、链接或空行有变化。")
    assert compare_contents(EMPTY | {"is_revision": False}, EMPTY) == []


def test_a_changed_switch_or_choice_is_said_in_words():
    after = EMPTY | {"is_revision": True, "urgency": "gone"}
    assert shown(compare_contents(EMPTY, after)) == [("就医紧迫程度", ["+gone"]), ("实质修改", ["+是"])]


def test_versions_without_related_questions_are_compared_too():
    """Older versions may lack what came later."""
    assert shown(compare_contents({"title": "甲"}, {"title": "乙"})) == [("标题", ["-甲", "+乙"])]
