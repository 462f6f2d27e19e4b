"""Texts that mean the same are compared as the same, and those that do not are not."""

import random
import unicodedata

import pytest

from articles.engine.folding import fold, fold_in_place, ways_of_writing

INVISIBLE = "\u200b\u200c\u200d\u00ad\u2060\ufeff\u200e\u202e\u2066\u2069\ufe00\ufe0f\U000e0100\U000e01ef\u180b\x01"


@pytest.mark.parametrize("written", ["面肌痙攣 HPV", "面肌痉挛 ＨＰＶ", "面肌痉挛 hpv"])
def test_a_text_is_compared_in_one_way_of_writing(written):
    assert fold(written) == "面肌痉挛 hpv"


def test_what_databases_refuse_is_left_out():
    assert fold("痛\0风\ud800病") == "痛 风病"
    assert fold(None) == ""


@pytest.mark.parametrize("mark", INVISIBLE, ids=[f"U+{ord(mark):04X}" for mark in INVISIBLE])
def test_what_nobody_sees_does_not_part_a_word(mark):
    assert fold(f"痛{mark}风{mark} h{mark}pv") == "痛风 hpv"


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("面 肌 痉 挛", "面肌痉挛"),
        ("面　肌　痉　挛   怎 么 办", "面肌痉挛怎么办"),
        ("面 肌 痉 挛？怎 么 办 ？", "面肌痉挛?怎么办?"),
        ("（面 肌 痉 挛） ， 怎 么 办", "(面肌痉挛),怎么办"),
        ("高 血 压 治疗", "高血压 治疗"),
        ("空 腹 血 糖 7 . 2", "空腹血糖7.2"),
        ("2 1 岁", "21岁"),
        ("G r a v e s 病", "graves病"),
        ("h p v", "hpv"),
    ],
)
def test_blanks_between_all_characters_cost_nothing(written, folded):
    assert fold(written) == folded


@pytest.mark.parametrize(
    "text",
    [
        "高血压 治疗",
        "肾 结石",
        "hpv ct",
        "维生素 b c",
        "b12 d3",
        "active 的 ct",
        "头\n痛\n痒",
        "7.2 8.1",
        "",
        " ",
        "痛",
    ],
)
def test_blanks_between_words_stay(text):
    assert fold(text) == text


@pytest.mark.parametrize(
    ("one", "others"),
    [
        (
            "1型糖尿病",
            ["一型糖尿病", "Ⅰ型糖尿病", "I型糖尿病", "ⅰ型糖尿病", "1 型糖尿病", "Ⅰ 型糖尿病", "一 型 糖 尿 病"],
        ),
        ("2度烧伤", ["二度烧伤", "Ⅱ度烧伤", "II度烧伤", "2 度烧伤"]),
        ("3级高血压", ["三级高血压", "三級高血壓", "Ⅲ级高血压", "iii级高血压"]),
        ("宫颈癌4期", ["宫颈癌四期", "宫颈癌Ⅳ期", "宫颈癌IV期"]),
        ("9级", ["九级", "Ⅸ级"]),
        ("2~3度", ["二～三度", "Ⅱ~Ⅲ度", "Ⅱ～３度"]),
    ],
)
def test_types_degrees_grades_and_stages_are_counted_alike(one, others):
    assert {fold(other) for other in others} == {one} == {fold(one)}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1型糖尿病", "二型糖尿病"),
        ("阴性", "阳性"),
        ("甲型", "1型"),
        ("Ⅱ度", "Ⅲ度"),
        ("十二级", "2级"),
        ("12期", "2期"),
    ],
)
def test_what_means_something_else_stays_apart(one, other):
    assert fold(one) != fold(other)


@pytest.mark.parametrize(
    "text", ["hiv期", "三十度", "二十一期", "十二指肠", "x型腿", "几级", "一次", "周期", "ci期", "第十二期"]
)
def test_what_is_no_number_of_a_grade_stays(text):
    assert fold(text) == text


def test_radicals_are_read_as_their_characters():
    assert fold("⻛湿性⻣病，⻩疸，⼼⾎管，⻢") == "风湿性骨病,黄疸,心血管,马"


def test_a_search_without_folding_looks_for_each_way_of_writing_once():
    assert ways_of_writing(" 痙攣 ") == ["痙攣", " 痉挛 ", " 痙攣 "]
    assert ways_of_writing("hpv") == ["hpv"]
    assert ways_of_writing("ＨＰＶ\0") == ["ＨＰＶ", "hpv "]
    assert ways_of_writing("") == []


@pytest.mark.parametrize(
    ("text", "folded", "places"),
    [
        ("痛风", "痛风", [0, 1]),
        ("做 ㎏", "做 kg", [0, 1, 2, 2]),
        ("头 痛", "头痛", [0, 2]),
        ("Ⅱ 型，痛", "2型,痛", [0, 2, 3, 4]),
        ("III度痛", "3度痛", [0, 3, 4]),
        ("2 型", "2型", [0, 2]),
        ("㎏2 型", "kg2型", [0, 0, 1, 3]),
        ("⻛\u200b湿", "风湿", [0, 2]),
        ("x y", "x y", [0, 1, 2]),
        ("痛\ud800风", "痛风", [0, 2]),
        ("", "", []),
    ],
)
def test_each_folded_character_knows_where_it_comes_from(text, folded, places):
    whole, found = fold_in_place(text)
    assert (whole, list(found)) == (folded, places)


def test_places_are_as_many_as_characters_and_in_order_whatever_the_text():
    chosen = random.Random(3)
    for _ in range(3_000):
        text = "".join(chosen.choices("头痛 風 Ⅱ型 二 度ＣＴ㎏ﷺ\u200b⻛\n,iII 2é😀", k=chosen.randint(0, 14)))
        whole, places = fold_in_place(text)
        assert whole == fold(text), repr(text)
        assert len(whole) == len(places)
        assert list(places) == sorted(places)
        assert all(0 <= place < len(text) for place in places)


def test_a_text_is_read_as_its_compatible_characters_whichever_it_holds():
    usual = [*range(0x20, 0x100), *range(0x2010, 0x3100), *range(0x4E00, 0xA000, 40), *range(0xFF00, 0xFFF0)]
    wrong = [hex(code) for code in usual if fold(f"病{chr(code)}人") != fold(f"病{compatible(chr(code))}人")]
    assert not wrong
    whole = "病".join(map(chr, usual)).replace("\xad", "")
    assert fold(whole) == fold(compatible(whole))


def compatible(text):
    return unicodedata.normalize("NFKC", text)
