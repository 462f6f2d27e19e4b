"""Differences of two texts: every one is found, they read well, and none takes long."""

import random
import time

import pytest

from articles.text.differences import ADDED, REMOVED, SAME, compare, compare_lines, distance, readable_lines

MARKS = {SAME: "{}", REMOVED: "[-{}-]", ADDED: "[+{}+]"}


def shown(segments):
    return "".join(MARKS[segment.kind].format(segment.text) for segment in segments)


def sides(segments):
    before = "".join(text for kind, text in segments if kind != ADDED)
    return before, "".join(text for kind, text in segments if kind != REMOVED)


@pytest.mark.parametrize(
    ("before", "after", "difference"),
    [
        ("", "", ""),
        ("多休息。", "多休息。", "多休息。"),
        ("", "多休息。", "[+多休息。+]"),
        ("多休息。", "", "[-多休息。-]"),
        ("每天一片。", "每天两片。", "每天[-一-][+两+]片。"),
        (
            "多数人休息三天，自己会好。",
            "大多数人休息五到七天，自己就会好。",
            "[+大+]多数人休息[-三-][+五到七+]天，自己[+就+]会好。",
        ),
        ("每次 10 mg。", "每次 20 mg。", "每次 [-10-][+20+] mg。"),
        ("温水敷十分钟。", "温水敷二十分钟。", "温水敷[-十-][+二十+]分钟。"),
        ("每次 0.5 mg。", "每次 5 mg。", "每次 [-0.5-][+5+] mg。"),
        ("每天 5 次，吃 3 天。", "每天 50 次，吃 31 天。", "每天 [-5-][+50+] 次，吃 [-3-][+31+] 天。"),
        ("头痛怎么办？", "失眠了吃什么药？", "[-头痛怎么办？-][+失眠了吃什么药？+]"),
        ("𠮷野家😀", "𠮷野家😁", "𠮷野家[-😀-][+😁+]"),
    ],
)
def test_a_difference_reads_as_a_person_would_mark_it(before, after, difference):
    assert shown(compare(before, after)) == difference


def test_single_characters_between_changes_are_not_left_as_islands():
    found = compare("医生说要早睡早起多喝水", "护士说要晚睡晚起多喝茶")
    assert shown(found) == "[-医生说要早睡早-][+护士说要晚睡晚+]起多喝[-水-][+茶+]"


def test_a_long_paragraph_with_many_changes_keeps_the_phrases_that_stay():
    before, after = "头痛发热咳嗽" * 60, "嗽咳热发痛头" * 60
    assert shown(compare(f"先看。{before}，中间不变，{before}。", f"先看。{after}，中间不变，{after}。")) == (
        f"先看。[-{before}-][+{after}+]，中间不变，[-{before}-][+{after}+]。"
    )


def test_both_texts_can_be_read_out_of_any_difference():
    chance = random.Random(1)
    for _ in range(3_000):
        before, after = ("".join(chance.choices("ab，c", k=chance.randrange(14))) for _ in range(2))
        assert sides(compare(before, after)) == (before, after)
        lines = before.split("c"), after.split("c")
        segments = [segment for paragraph in compare_lines(*lines) for segment in paragraph.segments]
        old, new = sides(segments)
        assert (old, new) == ("".join(lines[0]), "".join(lines[1]))


def test_the_distance_is_the_least_number_of_characters_or_one_more_than_asked_for():
    chance = random.Random(2)
    for _ in range(1_000):
        before, after = ("".join(chance.choices("abc", k=chance.randrange(10))) for _ in range(2))
        least = len(before) + len(after) - 2 * common(before, after)
        assert distance(before, after, 30) == least
        assert distance(before, after, 3) == min(least, 4)


def common(one, other):
    """Return the length of the longest common subsequence, the slow way."""
    best = [0] * (len(other) + 1)
    for character in one:
        row = [0]
        for i, beside in enumerate(other):
            row.append(best[i] + 1 if character == beside else max(best[i + 1], row[i]))
        best = row
    return best[-1]


def test_paragraphs_are_recognised_although_others_come_and_go():
    before = ["先休息三天。", "不要熬夜。", "疼得厉害去医院。"]
    after = ["多喝水，每天八杯。", "先休息五天。", "疼得厉害就去医院。"]
    found = [(paragraph.kind, shown(paragraph.segments)) for paragraph in compare_lines(before, after)]
    assert found == [
        ("added", "[+多喝水，每天八杯。+]"),
        ("changed", "先休息[-三-][+五+]天。"),
        ("removed", "[-不要熬夜。-]"),
        ("changed", "疼得厉害[+就+]去医院。"),
    ]


def test_html_is_read_as_lines_with_headings_items_links_and_images_marked():
    body = (
        '<h2>在家</h2><ul><li><p>热敷</p></li><li>早睡</li></ul><p>见<a href="https://a.cn/?b=1&amp;c=2">指南</a>&nbsp;</p>'
        '<p><img src="/media/a.webp" alt="示意图"></p><figure><img src="/media/a.webp" alt="膝">'
        "<figcaption>右膝</figcaption></figure><table><tbody><tr><td>药</td><td>量</td></tr></tbody></table>"
    )
    assert readable_lines(body) == [
        "〔小标题〕在家",
        "• 热敷",
        "• 早睡",
        "见指南（https://a.cn/?b=1&c=2）",
        "〔图片：示意图〕",
        "〔图片：膝〕",
        "〔图片说明〕右膝",
        "药 │ 量 │",
    ]


HARD = random.Random(3)
LINE = "".join(chr(HARD.randrange(0x4E00, 0x5E00)) for _ in range(83))
PAIRS = {
    "one character in each of 1,200 paragraphs": (
        [f"{n}{LINE}。" for n in range(1_200)],
        [f"{n}{LINE[:30]}改{LINE[31:]}。" for n in range(1_200)],
    ),
    "one paragraph of 100,000 characters": (
        ["".join(HARD.choices("的一是在", k=100_000))],
        ["".join(HARD.choices("的一是在", k=100_000))],
    ),
    "50,000 paragraphs of two kinds": (HARD.choices("ab", k=50_000), HARD.choices("ab", k=50_000)),
    "1,200 alike paragraphs": tuple(["".join(HARD.choices("的一是在", k=80)) for _ in range(1_200)] for _ in range(2)),
    "halves exchanged": (["的" * 50_000 + "一" * 50_000], ["一" * 50_000 + "的" * 50_000]),
}


@pytest.mark.parametrize("name", PAIRS)
def test_no_text_of_100_000_characters_takes_long(name):
    before, after = PAIRS[name]
    began = time.process_time()
    segments = [segment for paragraph in compare_lines(before, after) for segment in paragraph.segments]
    assert time.process_time() - began < 30  # about one on a quiet machine
    assert sides(segments) == ("".join(before), "".join(after))
