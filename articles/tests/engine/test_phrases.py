"""What editors write about red flags, and what of it a typed text holds."""

import pytest

from articles.engine.phrases import lines_of, longest_match, phrases_of, sounding_in, squeeze


def holds(written, typed, unless=""):
    return longest_match(written, squeeze(typed), unless)


@pytest.mark.parametrize("typed", ["喘不上气，过敏了", "过敏了喘不上气", "呼吸困难 过敏"])
def test_joined_parts_must_all_occur_in_any_order(typed):
    assert holds("过敏+喘不上气/呼吸困难", typed)


@pytest.mark.parametrize("typed", ["过敏", "喘不上气", "呼吸困难", ""])
def test_one_of_joined_parts_is_not_enough(typed):
    assert not holds("过敏+喘不上气/呼吸困难", typed)


def test_one_line_is_enough():
    assert holds("胸痛\n胸口+痛", "胸口很痛")
    assert holds("胸痛\n胸口+痛", "胸痛")


@pytest.mark.parametrize(
    "written", ["过敏＋喘／憋", " 过敏 + 喘 / 憋 ", "过敏+喘、憋", "過敏+喘/憋", "+过敏++喘//憋/+"]
)
def test_signs_are_taken_as_people_type_them(written):
    assert lines_of(written) == ((("过敏",), ("喘", "憋")),)


def test_an_exact_word_counts_alone_and_not_within_others():
    assert holds("=中风", "“中风”？")
    assert holds("＝中风", "中 风")
    assert not holds("=中风", "中风怎么预防")


def test_what_only_looks_like_it_is_struck_and_the_rest_still_counts():
    assert not holds("自杀", "自杀式袭击", "自杀式")
    assert holds("自杀", "自杀式袭击后想自杀", "自杀式")
    assert not holds("胸痛", "胸想死你痛", "想死你"), "what stands around a struck phrase is no word"
    assert not holds("想死", "想死亡率", "想死\n想死亡率"), "longer phrases are struck first"


def test_the_longest_line_says_how_much_of_a_text_is_meant():
    assert holds("喘\n过敏+喘不上气/喘", "过敏喘不上气") == 6
    assert holds("喘", "过敏喘不上气") == 1


@pytest.mark.parametrize("written", ["", "\n", "+", "/", "=", "，。", "+/\n＝"])
def test_nothing_written_holds_nothing(written):
    assert lines_of(written) == ()
    assert phrases_of(written) == ()
    assert not holds(written, "胸痛")


def test_text_is_compared_without_anything_between_its_characters():
    assert squeeze("Ｃ\u200bＯ\u3164中、 毒\u202e") == "co中毒"


def test_an_exception_with_parts_counts_where_all_of_them_occur():
    assert not holds("抽搐", "狗狗抽搐怎么办", "狗狗+抽搐/口吐白沫")
    assert holds("抽搐", "宝宝抽搐怎么办", "狗狗+抽搐/口吐白沫")
    assert not holds("抽搐\n口吐白沫", "狗狗抽搐口吐白沫", "狗狗+抽搐/口吐白沫")


def test_a_phrase_of_three_characters_is_known_by_its_sound():
    assert sounding_in(("叫不醒/昏迷",), squeeze("老人叫不星")) == ["叫不醒"]
    assert sounding_in(("叫不醒/昏迷",), squeeze("老人叫不醒")) == []
    assert sounding_in(("叫不醒/昏迷",), squeeze("昏谜")) == []
    assert sounding_in(("老鼠咬",), squeeze("老鼠药")) == []
