"""Where names stand in an index by letters."""

import pytest

from articles.engine import pinyin
from articles.engine.filing import LONGEST, SURNAMES, WORDS, filed, letter_of


@pytest.mark.parametrize(
    ("name", "letter"),
    [
        ("面肌痉挛", "M"),
        ("維生素D", "W"),
        ("Ｂ超", "B"),
        ("HPV疫苗", "H"),
        ("École", "E"),
        ("“三高”", "S"),
        ("2型糖尿病", "#"),
        ("①号方", "#"),
        ("β受体阻滞剂", "#"),
        ("ゆび", "#"),
        ("膀胱炎", "P"),
        ("咯血", "K"),
        ("，", "#"),
        ("", "#"),
    ],
)
def test_a_name_stands_under_the_letter_by_which_it_is_read(name, letter):
    assert letter_of(filed(name)) == letter


@pytest.mark.parametrize(
    ("name", "letter"),
    [
        ("单文静", "S"),
        ("解明", "X"),
        ("查医生", "Z"),
        ("仇立峰", "Q"),
        ("曾佳", "Z"),
        ("任凡", "R"),
        ("朴志诚", "P"),
        ("區晓晴", "O"),
        ("单于明", "C"),
        ("万俟建平", "M"),
        ("长孙无忌", "Z"),
        ("张文静", "Z"),
        ("Smith", "S"),
    ],
)
def test_a_doctor_stands_under_the_surname_as_it_is_read(name, letter):
    assert letter_of(filed(name, as_person=True)) == letter


def test_what_is_a_surname_is_read_as_a_word_where_it_is_one():
    assert [letter_of(filed(name)) for name in ("单纯疱疹", "解热镇痛药", "区域麻醉")] == ["D", "J", "Q"]


def test_names_are_sorted_by_syllables():
    names = ["仙人掌", "西安人", "2型糖尿病", "西安", "心痛", "X光"]
    assert sorted(names, key=filed) == ["2型糖尿病", "X光", "西安", "西安人", "仙人掌", "心痛"]


@pytest.mark.parametrize(
    "name", ["面肌痉挛", "“A·B” 肝炎/β①", "𠮷野", "é\u0301", "ﬁ", "\u202e甲", "x" * 300, "痛" * 300]
)
def test_every_database_sorts_what_is_filed_alike(name):
    key = filed(name)
    assert len(key) <= LONGEST
    assert all(char.isascii() and (char.islower() or char.isdigit()) for char in key)


def test_special_readings_are_syllables_that_are_told_for_those_characters():
    """A slip of the table would file somebody where nobody looks."""
    known = pinyin.readings()
    for beginning, said in [*SURNAMES.items(), *WORDS.items()]:
        syllables = said.split()
        assert len(syllables) == len(beginning)
        for char, syllable in zip(beginning, syllables, strict=True):
            assert char not in known or syllable in known[char], (char, syllable)
