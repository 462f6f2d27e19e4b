import unicodedata

import pytest

from articles.tests.factories import make_article, make_doctor, make_tag
from articles.text.names import clean_line, clean_name, fold

INVISIBLE = [*"\x00\x07\x1b\x7f\x85\u200b\u200e\u200f\u202a\u202e\u2066\u2069\u2060\ufeff\u061c\ud800\udfff"]


@pytest.mark.parametrize("function", [clean_line, clean_name, fold])
@pytest.mark.parametrize("mark", INVISIBLE, ids=[f"U+{ord(mark):04X}" for mark in INVISIBLE])
def test_invisible_characters_are_dropped(function, mark):
    assert mark not in function(f"痛{mark}风{mark}")
    assert function(f"痛{mark}风").replace(" ", "") == "痛风"


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
    assert clean_name("é") == unicodedata.normalize("NFKC", "é")


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
