"""One way of writing for texts that mean the same, whoever typed or pasted them: for comparing, never for showing."""

import functools
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence

import opencc

from articles.text.invisible import ALL, UNUSUAL
from articles.text.radicals import without_radicals

Aliases = dict[str, str] | Iterable[tuple[str, str]]  # other names, and what they stand for

_TRADITIONAL = opencc.OpenCC("t2s")

# Characters that stand apart, two or more on one line, with signs between them: 面 肌 痉 挛 ? but not 7.2.
_GAP = r"(?:[^\w\s]*+[^\S\n]++[^\w\n]*+|[^\w\s]++(?![0-9a-z]))"
_END = r"(?:[^\S\n]++[^\w\s]++(?!\S))?+"
_APART = re.compile(rf"(?<!\w)(?<![0-9a-z][^\w\s])\w(?:{_GAP}\w(?!\w)(?![^\w\s][0-9a-z]))++{_END}")
_BLANKS = re.compile(r"\s+")

# What most texts hold and nothing else: compatibility (NFKC) gives each of these characters one, and only the wide ones
# another, so that these texts need no normalising, which takes longer than all else here.
_USUAL = re.compile("[\t\n\r -~\xb0\xb7\xd7—‘’“”\u3000-\u3002\u3008-\u3011\u4e00-\u9fff\uff01-\uff5e]*")
_WIDE = re.compile("[\u3000\uff01-\uff5e]")
_NARROW = {"\u3000": " ", **{chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}}

_HAN = re.compile("[\u3400-\u9fff]")
LEAST_LATIN = 3  # letters or digits that stand apart and are one word, where no Chinese stands with them

# Types, degrees, grades and stages are counted in three ways: 一型, 1型 and Ⅰ型. Lone letters behind V are mostly none.
_NUMERALS = "一二三四五六七八九十"
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")
_NUMBER_OF = {numeral: str(n) for some in (_NUMERALS, _ROMAN) for n, numeral in enumerate(some, 1)}
_NUMBER = rf"[{_NUMERALS}]|iv|ix|vi{{0,3}}|i{{1,3}}"
_COUNTED = "[型度级期]"
_IS_COUNTED = re.compile(_COUNTED)
_GRADE = re.compile(
    rf"(?<![{_NUMERALS}百千零〇两几多数半a-z])({_NUMBER}) ?"
    rf"(?=(?:[~、/至到和或—-] ?(?:{_NUMBER}|[0-9]) ?)?{_COUNTED})"
    rf"|(?<=[0-9]) +(?={_COUNTED})"
)


@functools.cache
def _simplified() -> opencc.OpenCC:
    """What makes simplified characters traditional: it takes a fifteenth of a start to read, and few processes ask."""
    return opencc.OpenCC("s2t")


@functools.lru_cache(maxsize=8)
def _alias_pattern(aliases: tuple[tuple[str, str], ...]) -> tuple[re.Pattern[str] | None, dict[str, str]]:
    table: dict[str, str] = {}
    for alias, name in aliases:
        alias, name = _fold(alias), _fold(name)
        if alias and name and alias != name:
            table[alias] = name
    if not table:
        return None, table
    return re.compile("|".join(sorted(map(re.escape, table), key=len, reverse=True))), table


def clean(text: str) -> str:
    """The text without half surrogates and NUL, which databases refuse."""
    return text.encode("utf-8", "ignore").decode("utf-8").replace("\0", " ")


def _fold(text: str) -> str:
    folded = _APART.sub(_together, _in_one_form(text))
    return _GRADE.sub(_number, folded) if _IS_COUNTED.search(folded) else folded


def _in_one_form(text: str) -> str:
    if _USUAL.fullmatch(text):
        usual: str = _TRADITIONAL.convert(_WIDE.sub(_narrow, text).lower())
        return usual
    text = clean(text)
    if UNUSUAL.search(text):
        text = without_radicals(ALL.sub("", text))
    simplified: str = _TRADITIONAL.convert(unicodedata.normalize("NFKC", text).lower())
    return simplified


def _narrow(found: re.Match[str]) -> str:
    return _NARROW[found[0]]


def _together(found: re.Match[str]) -> str:
    """Characters that stand apart as one text; a few letters alone stay apart, as they may be words: 维生素 B C."""
    joined = _BLANKS.sub("", found[0])
    return joined if _HAN.search(joined) or sum(map(str.isalnum, joined)) >= LEAST_LATIN else found[0]


def _number(found: re.Match[str]) -> str:
    return _NUMBER_OF[found[1]] if found[1] else ""


def ways_of_writing(text: str) -> list[str]:
    """The text as it is, folded, and in traditional characters: what a search without folding must look for."""
    folded = _fold(text)
    return list(dict.fromkeys(filter(None, [clean(text).strip(), folded, _simplified().convert(folded)])))


def fold(text: str | None, aliases: Aliases = ()) -> str:
    """The text as it is compared: one width, one case, simplified, nothing invisible, no blanks between all characters,
    1型 for 一型 and Ⅰ型, aliases replaced by the canonical name. Never fails.
    """
    text = _fold(text or "")
    if aliases:
        pattern, table = _alias_pattern(tuple(aliases.items()) if isinstance(aliases, dict) else tuple(aliases))
        if pattern:
            text = pattern.sub(lambda hit: table[hit[0]], text)
    return text


def fold_in_place(text: str) -> tuple[str, Sequence[int]]:
    """The folded text, aliases aside, and for each of its characters the place of the character that it came from."""
    whole, places = _in_one_form(text), _places(text)
    if len(whole) != len(places):
        whole = _TRADITIONAL.convert("".join(map(_plain, text)))
    if len(whole) != len(places):  # a phrase that is longer in simplified characters
        pieces = [_in_one_form(char) for char in text]
        whole, places = "".join(pieces), [place for place, piece in enumerate(pieces) for _ in piece]
    whole, places = _replaced(_APART, _together, whole, places)
    return _replaced(_GRADE, _number, whole, places) if _IS_COUNTED.search(whole) else (whole, places)


@functools.lru_cache(maxsize=10_000)
def _plain(char: str) -> str:
    return unicodedata.normalize("NFKC", without_radicals(ALL.sub("", clean(char)))).lower()


def _places(text: str) -> Sequence[int]:
    if _USUAL.fullmatch(text):
        return range(len(text))
    if not UNUSUAL.search(text) and len(unicodedata.normalize("NFKC", text).lower()) == len(text):
        return range(len(text))
    return [place for place, char in enumerate(text) for _ in _plain(char)]


def _replaced(
    pattern: re.Pattern[str], replace: Callable[[re.Match[str]], str], text: str, places: Sequence[int]
) -> tuple[str, Sequence[int]]:
    """`text` with what `pattern` finds replaced by the first of its characters, blanks aside; and their places."""
    pieces: list[str] = []
    kept: list[int] = []
    end = 0
    for found in pattern.finditer(text):
        if (new := replace(found)) == found[0]:
            continue
        start, stop = found.span()
        pieces += [text[end:start], new]
        kept += places[end:start]
        kept += [places[at] for at in range(start, stop) if not text[at].isspace()][: len(new)]
        end = stop
    return ("".join([*pieces, text[end:]]), [*kept, *places[end:]]) if pieces else (text, places)
