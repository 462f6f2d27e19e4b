"""Whether a change is one of wording alone: no number, unit, limit, drug, format, link or picture has changed.

Two texts are read as the order of what bears their meaning (meaning.py), each with what stands on either side of it.
A change of wording leaves that order as it was. Where in doubt it is none: a doctor reads it then.
"""

import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import groupby
from typing import Any, NamedTuple

from .body_nodes import INLINE
from .copyedit.drugs import FORM, STEM, known_names
from .copyedit.passages import HAN
from .differences import blocks, common_ends
from .markup import IMAGE, attributes_of
from .meaning import DRUG, DRUGS, KINDS, LOOSE, NUMBER, NUMERALS, PLAIN, SIGN, THINGS
from .wordlists import any_of

MOST = 200  # characters that differ, up to which it is looked at what has moved
NEAR = 8  # blanks that may stand between two characters beside one another, as one
SHOWN = 12  # characters of a token that a sentence shows
ELEMENT = re.compile(r'<(/?)([a-z0-9]+)((?:[^>"]|"[^"]*")*)>', re.IGNORECASE)
CALLED = {
    "img": "图片",
    "table": "表格",
    "tr": "表格",
    "td": "表格",
    "th": "表格",
    "figure": "图片说明",
    "figcaption": "图片说明",
    "h": "小标题",
    "li": "列表",
    "ol": "列表",
}
# The editor writes these around, or into, what means the same without.
PADDING = re.compile(r"(?<=<li>)\s*<p>|(?<=[hd]>)\s*<p>|(?<=<blockquote>)\s*<p>|</p>\s*(?=</(?:li|t[hd]|blockquote)>)")
TABLE_PARTS = re.compile(r' (?:(?:col|row)span="1"|scope="(?:col|row)")|</?t(?:head|body)>')
BLANKS = re.compile(r"\s+")
BETWEEN = re.compile(r">\s*\n\s*<")
IS_HAN = re.compile(f"[{HAN}]")
# Digits, raised and lowered ones, fractions, Roman numerals, circled and bracketed ones.
DIGITS = "\\d²³¹⁰-₉¼-¾⅐-↉①-⓿❶-➓㈠-㈩㉈-㉟㊀-㊉㊱-㊿"
PUNCTUATION = "，。、；：？！“”‘’（）《》〈〉【】「」『』…—·,.;:?!\"'()\\[\\]"
NARROW = str.maketrans("，。；：？！“”‘’（）", ",.;:?!\"\"''()")


class Token(NamedTuple):
    """Something that bears meaning, with the characters beside it where they matter."""

    kind: str
    text: str
    before: str = ""
    after: str = ""


Character = tuple[str, frozenset[str]]  # with the marks under which it stands


class Page(NamedTuple):
    """HTML as its blocks and pictures, and the text between two of them: one piece more than blocks."""

    blocks: list[str]
    pieces: list[list[Character]]


def beyond_wording(before: str, after: str, drugs: tuple[str, ...] = ()) -> str | None:
    """Return what changed between two plain texts that is more than their wording, in Chinese, or None.

    `drugs` are names that count as drugs beside the common ones.
    """
    return beyond_words([(before, after)], drugs)


def beyond_wording_of_html(before: str, after: str, drugs: tuple[str, ...] = ()) -> str | None:
    """Return what changed between two sanitised HTML texts that is more than their wording, in Chinese, or None."""
    return beyond_wording_of_pages(page_of(before), page_of(after), drugs)


def beyond_wording_of_pages(old: Page, new: Page, drugs: tuple[str, ...]) -> str | None:
    """Return what changed between two Pages that is more than their wording, in Chinese, or None."""
    if old.blocks != new.blocks:
        return f"改了{called(old.blocks, new.blocks)}"
    pairs = [(one, other) for one, other in zip(old.pieces, new.pieces, strict=True) if one != other]
    if sentence := beyond_words([(text_of(one), text_of(other)) for one, other in pairs], drugs):
        return sentence
    changed = next((marks for one, other in pairs if (marks := changed_marks(one, other))), None)
    if changed is None:
        return None
    return f"改了{'链接' if any(mark.startswith('<a') for mark in changed) else '格式'}"


def beyond_words(pairs: list[tuple[str, str]], drugs: tuple[str, ...]) -> str | None:
    """Return what changed within pairs of texts that is more than their wording, or None."""
    for before, after in pairs:
        if before != after and (sentence := difference(tokens(before, drugs), tokens(after, drugs))):
            return sentence
    return "换了字句的位置" if has_moved(pairs) else None


# --- What bears meaning -------------------------------------------------------------------


@lru_cache(maxsize=8)
def finder(drugs: tuple[str, ...]) -> re.Pattern[str]:
    """Return the pattern of all that bears meaning, and of the words that look so and do not (`plain`)."""
    words = any_of([*(KINDS.keys() - THINGS), *PLAIN]).pattern
    number = f"[{DIGITS}]+(?:[.,．，][{DIGITS}]+)*"
    sign = f"[^{HAN}{DIGITS}{PUNCTUATION}\\s]+"
    return re.compile(
        f"(?P<known>{known_names((*drugs, *sorted(DRUGS))).pattern})|(?P<word>{words})"
        f"|(?P<drug>[{HAN}]{{2}}(?:{STEM})|[{HAN}]{{2,4}}?(?:{FORM}))"
        f"|(?P<thing>{any_of(THINGS).pattern})"  # behind drugs: 胃苏颗粒 is no 胃
        f"|(?P<number>{number}|[{NUMERALS}]+)|(?P<sign>{sign})"
    )


def tokens(text: str, drugs: tuple[str, ...]) -> list[Token]:
    """Return the Tokens of a text in their order."""
    return list(find_tokens(text, drugs))


def find_tokens(text: str, drugs: tuple[str, ...]) -> Iterator[Token]:
    known = known_names((*drugs, *sorted(DRUGS)))
    for match in finder(drugs).finditer(text):
        name, start = match.lastgroup, match.start()
        if name == "drug" and (inner := known.search(match[0])):
            start += inner.start()  # the endings take in what stands before the name: 用青霉素
        found = text[start : match.end()]
        if name == "word" and found in PLAIN:
            continue
        kind = DRUG if name in ("known", "drug") else KINDS.get(found, NUMBER if name == "number" else SIGN)
        if found in LOOSE and name in ("word", "thing"):
            yield Token(kind, found)
        else:
            yield Token(kind, found, *sides(text, start, match.end()))


def sides(text: str, start: int, end: int) -> tuple[str, str]:
    """Return the characters beside a place of a text, blanks and the width of a sign left aside."""
    before, after = text[max(start - NEAR, 0) : start].rstrip(), text[end : end + NEAR].lstrip()
    return before[-1:].translate(NARROW), after[:1].translate(NARROW)


def difference(old: list[Token], new: list[Token]) -> str | None:
    """Return how two lists of Tokens differ, in Chinese, or None."""
    if old == new:
        return None
    plain_old, plain_new = ([(token.kind, token.text) for token in some] for some in (old, new))
    if plain_old == plain_new:
        token, other = next((one, two) for one, two in zip(old, new, strict=True) if one != two)
        return f"改了“{shortened(token.text)}”旁边的字：{around(token)} → {around(other)}"
    start = next((i for i, (one, two) in enumerate(zip(plain_old, plain_new, strict=False)) if one != two), None)
    start = min(len(old), len(new)) if start is None else start
    end = 0
    while end < min(len(old), len(new)) - start and plain_old[-1 - end] == plain_new[-1 - end]:
        end += 1
    gone, come = plain_old[start : len(old) - end][:1], plain_new[start : len(new) - end][:1]
    if not come:
        return f"删了{gone[0][0]}：{shortened(gone[0][1])}"
    if not gone:
        return f"加了{come[0][0]}：{shortened(come[0][1])}"
    return f"改了{gone[0][0]}：{shortened(gone[0][1])} → {shortened(come[0][1])}"


def around(token: Token) -> str:
    return f"{token.before}{shortened(token.text)}{token.after}"


def shortened(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


# --- What has moved -----------------------------------------------------------------------


def has_moved(pairs: list[tuple[str, str]]) -> bool:
    """Return whether words went from one place to another; one character, as in a slip of the keys, may."""
    gone: Counter[str] = Counter()
    come: Counter[str] = Counter()
    for before, after in pairs:
        start, end = common_ends(before, after)
        old, new = before[start : len(before) - end], after[start : len(after) - end]
        if old == new[::-1] and len(old) == 2:
            continue  # 题问 for 问题
        gone.update(old)
        come.update(new)
        for place, _, length in blocks(old, new, MOST):
            stays = Counter(old[place : place + length])
            gone -= stays
            come -= stays
    return sum(number for char, number in (gone & come).items() if IS_HAN.fullmatch(char)) > 1


# --- What stands around the words ---------------------------------------------------------


def page_of(value: str) -> Page:
    """Return the Page of sanitised HTML."""
    page = Page([], [[]])
    marks: list[str] = []
    end = 0
    value = without_padding(value)
    for match in ELEMENT.finditer(value):
        add_text(page, value[end : match.start()], marks)
        end = match.end()
        closes, name = match[1], match[2].lower()
        if name not in INLINE:
            add_block(page, match, name)
        elif not closes:
            marks.append(match[0])
        elif marks:
            marks.pop()
    add_text(page, value[end:], marks)
    for piece in page.pieces:
        while piece and piece[-1][0] == " ":
            piece.pop()
    return page


def compared(value: str) -> list[Any]:
    """Return what beyond_wording_of_html() compares of sanitised HTML, and as shortly as JSON has it."""
    page = page_of(value)
    runs = [
        [[sorted(marks), text_of(run)] for marks, run in groupby(piece, key=lambda character: character[1])]
        for piece in page.pieces
    ]
    return [page.blocks, runs]


def without_padding(value: str) -> str:
    """Return sanitised HTML without what the editor writes otherwise than an import, and means the same."""
    return BETWEEN.sub("><", PADDING.sub("", TABLE_PARTS.sub("", value)))


def add_text(page: Page, text: str, marks: Iterable[str]) -> None:
    """Add text to the last piece of a page, runs of blanks as one."""
    piece, under = page.pieces[-1], frozenset(marks)
    for char in BLANKS.sub(" ", html.unescape(text)):
        if char != " " or (piece and piece[-1][0] != " "):
            piece.append((char, under))


def add_block(page: Page, match: re.Match[str], name: str) -> None:
    """Add the beginning or the end of a block, or a picture, whose alternative text is a piece of its own."""
    image = IMAGE.fullmatch(match[0])
    attributes = attributes_of(image) if image else {}
    page.blocks.append(f"<img {attributes.get('src')}>" if image else match[0].lower())
    page.pieces.append([])
    if image:
        add_text(page, attributes.get("alt", ""), ())
        page.blocks.append("</img>")
        page.pieces.append([])


def text_of(piece: Iterable[Character]) -> str:
    return "".join(char for char, _ in piece)


def called(old: list[str], new: list[str]) -> str:
    """Return what two lists of blocks do not have in common."""
    before, after = Counter(old), Counter(new)
    names = {
        match[2].rstrip("0123456789") for tag in (before - after) + (after - before) if (match := ELEMENT.match(tag))
    }
    return next((label for name, label in CALLED.items() if name in names), "段落或格式")


def changed_marks(old: list[Character], new: list[Character]) -> frozenset[str]:
    """Return marks that stand under other characters than before; empty where only wording changed."""
    before, after = (frozenset().union(*(marks for _, marks in piece)) for piece in (old, new))
    if before != after:
        return before ^ after
    start, end = common_ends(text_of(old), text_of(new))
    if start + end < max(len(old), len(new)):
        middle = text_of(old)[start : len(old) - end], text_of(new)[start : len(new) - end]
        places = [(start + i, start + j, length) for i, j, length in blocks(*middle, MOST)]
    else:
        places = []
    for i, j, length in [(0, 0, start), *places, (len(old) - end, len(new) - end, end)]:
        for (_, one), (_, other) in zip(old[i : i + length], new[j : j + length], strict=True):
            if one != other:
                return one ^ other
    return frozenset()
