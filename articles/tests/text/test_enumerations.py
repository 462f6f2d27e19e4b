import html
import random
import re

import pytest

from articles.tests.imports import SEED_PAGE
from articles.text.enumerations import lay_out, value_of
from articles.text.invisible import without_invisible
from articles.text.markup import clean_html, paragraphs

FALSE_FRIENDS = [
    "第一、二天要休息，第三、四天可以走动。",
    "每次1.5倍，其次2.5倍，再次3.5倍。",
    "2025.6.24来院，2025.7.1复查，1.2.3版。",
    "只有一、这一条。",
    "只有1.这一条。",
    "二、三级医院都可以，三、四线城市也有。",
    "一、二、三级医院均可，就近为好。",
    "发病1、2、3天都可以，4、5天就晚了。",
    "1、2岁的孩子少用，3、4岁的可用。",
    "维生素B1、B2、B6都要，维生素C也要。",
    "男女比为1:1、城乡比为1:2、其余不明。",
    "早上8:1.分后，晚上8:2.分前。",
    "（一）（二）（三）均可，见附表。",
    "1. 2. 3. 都行，一、 二、 三、 也行。",
    "周一、周二、周三门诊，初一、初二停诊。",
    "三分之一、三分之二的病人。",
    "先2.后3.再4.，没有开头。",
    "十一、中秋放假，二十、三十人。",
]


@pytest.mark.parametrize("text", FALSE_FRIENDS)
def test_numbers_inside_a_sentence_do_not_break_it(text):
    assert lay_out(text) == [text]


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        ("治疗有:一、药物,少用。二、手术!三、观察", ["治疗有:", "一、", "二、", "三、"]),
        ("一. 药物。二. 手术。", ["一.", "二."]),
        ("分型：（一）轻型；（二）重型", ["分型：", "（一）", "（二）"]),
        ("分型:(一)轻型;(二)重型", ["分型:", "(一)", "(二)"]),
        ("方法如下:1.休息。2、喝水。3.吃药", ["方法如下:", "1.", "2、", "3."]),
        ("1.休息.2.喝水.3.吃药.", ["1.", "2.", "3."]),
        ("１．休息；２．喝水", ["１．", "２．"]),
        ("【治疗】1、休息 2、喝水", ["【治疗】", "1、", "2、"]),
        ("注意(1)休息。", ["注意(1)"]),
        ("注意：(1)休息。(2)喝水。", ["注意：", "(1)", "(2)"]),
        ("注意：1)休息。2）喝水。", ["注意：", "1)", "2）"]),
        ("他说：“别怕。”一、复查。二、手术。", ["他说：", "一、", "二、"]),
    ],
)
def test_each_kind_of_numbering_is_laid_out(text, starts):
    laid_out = lay_out(text)
    assert len(laid_out) == len(starts)
    for line, start in zip(laid_out, starts, strict=True):
        assert line.startswith(start)


def test_numbering_inside_numbering_starts_anew_in_each_part():
    text = "总则。一、甲:1.子,丑。2.寅。二、乙:1.卯:(1)辰。(2)巳。2.午。三、丙。"
    assert lay_out(text) == [
        *("总则。", "一、甲:", "1.子,丑。", "2.寅。", "二、乙:", "1.卯:", "(1)辰。", "(2)巳。", "2.午。", "三、丙。"),
    ]


def test_chinese_numbering_may_stand_inside_arabic():
    text = "1.甲：（一）子。（二）丑。2.乙：（一）寅。（二）卯。3.丙。"
    assert [line[:3].rstrip("甲乙丙：") for line in lay_out(text)] == [
        "1.",
        "（一）",
        "（二）",
        "2.",
        "（一）",
        "（二）",
        "3.",
    ]


def test_another_style_of_numbering_does_not_end_a_run():
    assert lay_out("1.甲：1)子。2)丑。3)寅。2.乙。3.丙。") == [
        "1.甲：",
        "1)子。",
        "2)丑。",
        "3)寅。",
        "2.乙。",
        "3.丙。",
    ]


def test_a_run_goes_on_across_lines():
    assert lay_out("一、甲。\n说明。\n二、乙。三、丙。") == ["一、甲。", "说明。", "二、乙。", "三、丙。"]


def test_a_lone_false_start_does_not_take_the_place_of_the_run():
    assert lay_out("1.甲，每天1、至少半小时。2.乙。") == ["1.甲，每天1、至少半小时。", "2.乙。"]


def test_more_than_ten_paragraphs_are_counted():
    numerals = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二", "十三"]
    text = "".join(f"{numeral}、某事。" for numeral in numerals)
    assert [line.split("、")[0] for line in lay_out(text)] == numerals
    assert len(lay_out("".join(f"{number}.某事。" for number in range(1, 25)))) == 24


def test_lines_are_paragraphs_and_blank_lines_are_none():
    assert lay_out("  甲\r\n\r\n\u3000乙\u3000\n\n") == ["甲", "乙"]
    assert lay_out("") == lay_out(" \n ") == []


@pytest.mark.parametrize(
    ("numeral", "number"),
    [("七", 7), ("十", 10), ("十二", 12), ("二十", 20), ("二十三", 23), ("12", 12), ("３", 3), ("九十九", 99)]
    + [("一二", 0), ("十十", 0), ("十十一", 0), ("二十十", 0), ("一十二三", 0)],
)
def test_numerals_have_their_value(numeral, number):
    assert value_of(numeral) == number


def assert_nothing_is_lost(text):
    """The paragraphs of `text` stand in it one after another, with nothing but white space between."""
    text = without_invisible(text)
    body = clean_html(paragraphs(lay_out(text)))
    shown = [html.unescape(part) for part in re.findall(r"<p>(.*?)</p>", body)]
    position = 0
    for part in shown:
        assert part
        assert part == part.strip()
        found = text.index(part, position)
        assert not text[position:found].strip()
        position = found + len(part)
    assert not text[position:].strip()


def test_nothing_of_the_seed_page_is_lost():
    for line in SEED_PAGE.read_text(encoding="utf-8").splitlines():
        assert_nothing_is_lost(line)
    assert_nothing_is_lost(SEED_PAGE.read_text(encoding="utf-8"))


def test_nothing_is_lost_whatever_the_text():
    pieces = [
        *(
            "一、",
            "二、",
            "三、",
            "十一、",
            "（一）",
            "(二)",
            "1.",
            "2.",
            "3、",
            "4．",
            "(1)",
            "（2）",
            "1)",
            "2）",
            "1.5倍",
            "12:1、",
        ),
        *(
            "第",
            "天",
            "头痛",
            "发热38.5℃",
            "a<b",
            "&amp;",
            "&",
            '"',
            "'",
            "，",
            "。",
            "；",
            ":",
            "：",
            ".",
            "、",
            "”",
            "】",
        ),
        *(
            " ",
            "  ",
            "\n",
            "\r\n",
            "\t",
            "\u3000",
            "\xa0",
            "\u2028",
            "\u200b",
            "𠮷",
            "é",
            "e\u0301",
            "👨\u200d👩\u200d👧",
        ),
    ]
    draw = random.Random(20250624)
    for _ in range(3000):
        text = "".join(draw.choices(pieces, k=draw.randrange(40)))
        assert_nothing_is_lost(text)


def test_a_megabyte_of_numbers_is_laid_out_in_time_in_proportion():
    for unit in ("1.甲", "，1、，3、", "（一）", "一、二、", "。1.甲。2.乙"):
        text = unit * (300_000 // len(unit))
        assert "".join(lay_out(text)) == text
