import random

import pytest

from articles.text.excerpts import CUT, LONGEST, SHORTEST, excerpt

SENTENCE = "面肌痉挛多从下眼皮开始，慢慢扩展到同侧面颊"  # 21 characters


def test_a_short_text_is_shown_whole():
    for text in ("", "多喝水", "字" * LONGEST):
        assert excerpt(text) == text


def test_line_breaks_become_spaces():
    assert excerpt(" 第一段。\n\n第二段\u3000完 ") == "第一段。 第二段 完"


@pytest.mark.parametrize("mark", ["。", "！", "？", "；", "!", "?", ";", "？！", "。）", "……。"])
def test_a_long_text_ends_with_its_last_sentence_that_fits(mark):
    text = (SENTENCE + mark) * 9
    shown = excerpt(text)
    assert text.startswith(shown)
    assert shown.endswith(SENTENCE + mark)
    assert SHORTEST <= len(shown) <= LONGEST
    assert len(shown) + len(SENTENCE + mark) > LONGEST


def test_a_sentence_that_ends_on_the_last_character_fits_and_one_later_does_not():
    assert excerpt("字" * (LONGEST - 1) + "。" + "字" * 50) == "字" * (LONGEST - 1) + "。"
    assert excerpt("字" * LONGEST + "。" + "字" * 50) == "字" * CUT + "…"
    assert excerpt("字" * (SHORTEST - 1) + "。" + "字" * 90) == "字" * (SHORTEST - 1) + "。"
    assert excerpt("字" * (SHORTEST - 2) + "。" + "字" * 90) == "字" * (SHORTEST - 2) + "。" + "字" * 49 + "…"


def test_a_text_without_sentences_is_cut_and_no_comma_stands_before_the_dots():
    assert excerpt("字" * 200) == "字" * CUT + "…"
    assert excerpt("字" * 126 + "，、" + "字" * 50) == "字" * 126 + "…"
    assert excerpt("，" * 200) == "…"


def test_an_incomplete_text_shows_that_it_goes_on():
    assert excerpt("先多喝水，", complete=False) == "先多喝水…"
    assert excerpt("先多喝水", complete=False) == "先多喝水…"
    assert excerpt("字" * 90 + "。字字", complete=False) == "字" * 90 + "。"
    assert excerpt("", complete=False) == ""


def test_an_incomplete_text_that_ends_with_a_sentence_is_shown_whole():
    assert excerpt("先多喝水。", complete=False) == "先多喝水。"


def test_an_excerpt_is_never_long_and_never_says_what_the_text_does_not():
    draw = random.Random(20250624)
    for _ in range(2000):
        text = "".join(
            draw.choices(
                "字痛，。；！？”）、 \n…", weights=[60, 20, 6, 3, 1, 1, 1, 1, 1, 1, 2, 1, 1], k=draw.randrange(300)
            )
        )
        for complete in (True, False):
            shown = excerpt(text, complete)
            assert len(shown) <= LONGEST
            assert " ".join(text.split()).startswith(shown.removesuffix("…"))
            assert bool(shown) == bool(text.strip())


@pytest.mark.parametrize(
    "dose", ["50mg", "0.5g", "500毫克", "10⁹/L", "1,000", "10^(9.5)", "120/80", "５００片", "2.5～5mg"]
)
def test_a_dose_is_shown_whole_or_not_at_all(dose):
    for start in range(CUT - len(dose) - 2, CUT + 2):
        shown = excerpt("字" * start + dose + "字" * 60)
        assert shown.rstrip("…").strip("字") in ("", dose)


def test_a_quotation_is_no_end_before_what_is_to_be_thought_of_it():
    quoted = "有人说：“" + "孩子一发烧就要吃抗生素，" * 7 + "好得快！”"
    shown = excerpt(quoted + "这是错的，病毒引起的发烧吃抗生素没有用，" + "字" * 50)
    assert shown.endswith("…")
    assert SHORTEST < len(quoted) < LONGEST
    assert excerpt(quoted + "\n" + "字" * 90) == quoted


def test_a_long_sentence_is_cut_between_clauses_and_no_number_in_chinese_is_halved():
    assert excerpt("字" * 100 + "，孕妇能不能吃" + "字" * 40) == "字" * 100 + "…"
    assert excerpt("字" * 124 + "三百五十毫克" + "字" * 40) == "字" * 124 + "…"
