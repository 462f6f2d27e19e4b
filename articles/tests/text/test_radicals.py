"""Every radical is a character."""

import unicodedata

from articles.text.names import clean_name, fold
from articles.text.radicals import CHARACTERS, without_radicals

ASSIGNED = [chr(code) for code in range(0x2E80, 0x2FD6) if unicodedata.category(chr(code)) != "Cn"]


def test_each_radical_has_a_character_but_the_one_that_has_none():
    assert [radical for radical in ASSIGNED if without_radicals(radical) == radical] == ["⺀"]
    assert len(CHARACTERS) == 112
    for character in map(without_radicals, ASSIGNED[1:]):
        assert unicodedata.name(character).startswith(("CJK UNIFIED", "CJK COMPATIBILITY")), character


def test_other_text_stays():
    assert without_radicals("风湿，ＨＰＶ㎏〇") == "风湿，ＨＰＶ㎏〇"


def test_names_hold_characters():
    assert clean_name("⻛湿⾻病") == "风湿骨病" == fold("⻛湿⾻病")
