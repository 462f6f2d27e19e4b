import unicodedata

import pytest

from articles.tests.factories import make_article, make_doctor, make_tag
from articles.text.invisible import ALL, BREAK, UNUSUAL
from articles.text.markup import clean_html
from articles.text.names import clean_line, clean_name, clean_person, fold

INVISIBLE = [
    *"\x00\x07\x1b\x7f\x85\u200b\u200e\u200f\u202a\u202e\u2066\u2069\u2060\ufeff\u061c\ud800\udfff",
    *"\u00ad\u200c\u200d\ufe0f\ufe00\U000e0100\U000e0041\ufffe\uffff\ufdd0\U0001ffff\u3164\u034f\ufffc\u2062",
]


@pytest.mark.parametrize("function", [clean_line, clean_name, fold])
@pytest.mark.parametrize("mark", INVISIBLE, ids=[f"U+{ord(mark):04X}" for mark in INVISIBLE])
def test_invisible_characters_are_dropped(function, mark):
    assert mark not in function(f"痛{mark}风{mark}")
    assert function(f"痛{mark}风").replace(" ", "") == "痛风"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("每次5\xad10 mg", "每次5-10 mg"),
        ("每次5 \xad 10 mg", "每次5 - 10 mg"),
        ("5%\xad10%，37℃\xad38℃", "5%-10%，37℃-38℃"),
        ("5\x1e10 mg", "5-10 mg"),
        ("IL\xad6、12\xad岁、5\xadmg", "IL-6、12岁、5mg"),
        ("5-\xad10、5\xad-10", "5-10、5-10"),
        ("hydro\xadchloride，感\xad冒，体温\xad38℃", "hydrochloride，感冒，体温38℃"),
    ],
)
def test_a_hyphen_of_a_pdf_file_between_numbers_stays_one(text, shown):
    assert clean_line(text) == shown
    assert clean_html(f"<p>{text}</p>") == f"<p>{shown}</p>"
    assert clean_html(f"<p>{text.replace(chr(0xAD), '&shy;')}</p>") == f"<p>{shown}</p>"


@pytest.mark.parametrize("function", [clean_line, clean_name, fold])
@pytest.mark.parametrize("text", ["", None, "   ", "\n\t\u2028", "\u200b", "\u3000"])
def test_nothing_stays_nothing(function, text):
    assert function(text) == ""


@pytest.mark.parametrize("function", [clean_line, clean_name, fold])
@pytest.mark.parametrize("text", ["a\nb", "a\r\nb", " a \t b ", "a\u2028b", "a\u3000b", "a\x0bb", "a\x85b", "a \xa0 b"])
def test_one_line_stays_one_line(function, text):
    assert function(text) == "a b"


def test_title_keeps_its_own_punctuation():
    assert clean_line("ＨＰＶ疫苗：要不要打？（一）") == "ＨＰＶ疫苗：要不要打？（一）"


def test_name_is_in_one_form():
    assert clean_name("ＨＰＶ") == "HPV"
    assert clean_name("é") == unicodedata.normalize("NFC", "é")


@pytest.mark.parametrize(
    "name", ["10⁹", "½片", "①号方", "Ca²⁺", "H₂O", "㎎", "Ⅱ型", "℃", "№1", "㈠", "5-羟色胺（5-HT）"]
)
def test_what_means_something_stays_in_a_name(name):
    assert clean_name(name) == name
    assert fold(name) not in map(fold, ("109", "1⁄2片", "1/2片", "1号方", "Ca2+", "H2O", "No1"))


@pytest.mark.parametrize("mark", INVISIBLE, ids=[f"U+{ord(mark):04X}" for mark in INVISIBLE])
def test_names_that_look_alike_are_one(mark):
    assert fold(f"感冒{mark}测") == fold("感冒测") or mark == "\x85"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("买买提・阿不都（主任）", "买买提·阿不都（主任）"),
        ("买买提•阿不都(主任)", "买买提·阿不都（主任）"),
        ("买买提 · 阿不都", "买买提·阿不都"),
        ("买买提.阿不都", "买买提·阿不都"),
        ("⼩明", "小明"),
        ("ＭＩＫＥ Ｌｉ (MD)", "MIKE Li (MD)"),
        ("J. Smith", "J. Smith"),
    ],
)
def test_names_of_people_have_one_kind_of_dot_and_bracket(name, kept):
    assert clean_person(name) == kept == clean_person(kept)


def test_joined_emoji_stay_whole():
    assert clean_line("👨\u200d👩\u200d👧") == "👨\u200d👩\u200d👧"


@pytest.mark.parametrize(("one", "other"), [("HPV", "ｈｐｖ"), ("Straße", "STRASSE"), ("A B", " a  b "), ("ﬁ", "FI")])
def test_names_that_readers_take_for_one_are_one(one, other):
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    "text", ["ＨＰＶ", "İ", "ß", "ﷺ", "ŉ", "ΐ", "\u1e9e", "ǰ", "\u0345", "µ", "①", "㎎", "e\u0301"]
)
@pytest.mark.parametrize("function", [clean_line, clean_name, fold])
def test_cleaning_twice_changes_nothing(function, text):
    assert function(function(text)) == function(text)


@pytest.mark.django_db
def test_rows_are_saved_clean():
    article = make_article(title="  痛风\n怎么\u202e办？ ", short_answer="多\n休息\x00。")
    assert (article.title, article.short_answer) == ("痛风 怎么办？", "多 休息。")
    assert make_doctor(name=" 周\u200b明远\n").name == "周明远"
    assert make_tag(" ＨＰＶ\t").name == "HPV"


def test_what_is_raised_in_a_name_stays_so():
    assert clean_name("１０⁹／L") == "10⁹/L"
    assert clean_name("CO₂") == "CO₂"
    assert fold("CO₂") == fold("co₂")
    assert fold("10⁹") != fold("109")


def test_every_invisible_character_is_looked_at():
    for char in map(chr, range(0x110000)):
        if ALL.match(char) or BREAK.match(char):
            assert UNUSUAL.match(char), hex(ord(char))
