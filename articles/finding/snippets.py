"""Snippets: the part of a text that answers a search, with the words that were found marked."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import rjieba
from django.utils.html import format_html, format_html_join

from articles.engine import tokens
from articles.engine.folding import fold_in_place
from articles.text.excerpts import SENTENCE_END, before_number
from articles.text.markup import Led

SHORTEST, LONGEST = 60, 120  # characters of a snippet
BEFORE = 30  # characters kept before the hit where one clause is longer than a snippet
LOOKED_AT = 6_000  # characters of a text
CLAUSE = re.compile(  # 1,000 and 1:10 stay whole
    r"(?:[^。！？；!?;，,：:\n]|(?<=[0-9])[,:](?=[0-9]))*(?:[。！？；!?;]+[”’」』）)]*|[，,：:]+|\n|$)"
)
ENDS, CLOSING = tuple("。！？；!?;"), "”’」』）) \n"  # a sentence, and what may stand behind its end
QUOTED = tuple("”’」』")
LONGEST_LEAD = 60  # characters
TURNS = re.compile("[不没勿无非禁严别莫未否免忌毋戒超过低于不足<>≥≤＜＞±]")  # without it the rest says another thing
TURNED = 12  # characters before the cut in which it is looked for
LOOSE_END = " \n，,、：:"
AROUND = 12  # characters around a hit that are cut into words
SUFFIXES = frozenset("病症炎癌科药型期")  # end a longer name: the 病 of 耳鸣病 is no word
NOTHING = "(?!)"  # a pattern that nothing matches


Span = tuple[int, int]  # where a part begins and ends


class Hit(NamedTuple):
    """Where a word stands in a text."""

    start: int
    end: int
    word: str


def pattern_of(words: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern for the words, longer ones first; words of Latin letters and digits match as a whole only.

    Among longer words, one of a single character is the group `one`: it counts only where it is a word by itself.
    """
    known = {tokens.fold(word) for word in words}
    ordered = sorted(filter(lambda word: any(map(str.isalnum, word)), known), key=lambda word: (-len(word), word))
    is_alone = bool(ordered) and len(ordered[0]) == 1
    parts = [
        rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])" if word.isascii() else re.escape(word)
        for word in ordered
        if is_alone or len(word) > 1 or word.isascii()
    ]
    if single := "".join(word for word in ordered if len(word) == 1 and not word.isascii() and not is_alone):
        parts.append(f"(?P<one>[{single}])")
    return re.compile("|".join(parts) or NOTHING)


def hits_in(text: str, pattern: re.Pattern[str]) -> list[Hit]:
    """Return the Hits of a pattern of folded words, as places in the text as it is written.

    A hit stands on words: 管 is none in 血管, nor 心病 in 中心病房, while 糖尿病 is one in 糖尿病肾病.
    """
    whole, places = fold_in_place(text)
    known: dict[Span, list[Span]] = {}
    return [
        Hit(places[hit.start()], places[hit.end() - 1] + 1, hit[0])
        for hit in pattern.finditer(whole)
        if stands_on_words(whole, hit, known)
    ]


def stands_on_words(whole: str, hit: re.Match[str], known: dict[Span, list[Span]]) -> bool:
    """Tell whether a hit in a folded text is a word, or words, or lies within one; `known` remembers where words are.

    A hit of three characters or more is hardly ever there by chance.
    """
    if len(hit[0]) > 2 or hit[0].isascii() or (len(hit[0]) == 1 and hit.lastgroup != "one"):
        return True
    span = run_around(whole, *hit.span())
    if span not in known:
        known[span] = words_within(whole, *span)
    words = known[span]
    if hit.lastgroup == "one":
        before = next((whole[first:last] for first, last in words if last == hit.start()), "")
        is_suffix = hit[0] in SUFFIXES and len(before) > 1 and before not in tokens.IGNORED
        return hit.span() in words and not is_suffix
    start, end = hit.span()
    if any(first <= start and end <= last for first, last in words):
        return True
    return start in {first for first, _ in words} and end in {last for _, last in words}


def run_around(whole: str, start: int, end: int) -> Span:
    """Return the run of letters around a hit, of so many characters before and behind as decide where words end."""
    first, last = start, end
    while first > max(0, start - AROUND) and whole[first - 1].isalnum():
        first -= 1
    while last < min(len(whole), end + AROUND) and whole[last].isalnum():
        last += 1
    return first, last


def words_within(whole: str, first: int, last: int) -> list[Span]:
    spans = []
    for word in rjieba.cut(whole[first:last]):
        spans.append((first, first + len(word)))
        first += len(word)
    return spans


def marked(text: str, pattern: re.Pattern[str]) -> str:
    """Return the text as safe HTML with the hits in <mark>, or "" where there is none."""
    hits = hits_in(text, pattern)
    return _with_marks(text, hits) if hits else ""


def snippet(lines: Sequence[Led], pattern: re.Pattern[str]) -> str:
    """Return about 60 to 120 characters around the best hits, as safe HTML, or "" where there is none.

    It starts and ends at a sentence or a clause; … stands where a sentence is cut. Before it stands what leads on to
    its first line: 错误做法：…涂牙膏.
    """
    text = "\n".join(one.line for one in lines)[:LOOKED_AT]
    hits = hits_in(text, pattern)
    if not hits:
        return ""
    start, end = _window(text, hits)
    before = "" if _ends_sentence(text, start) else "…"
    if lead := lines[text.count("\n", 0, start)].lead:
        is_next = text[:start].rstrip().endswith(lead)
        before = f"{_short(lead)}{before if is_next else '…'}"
    piece = text[start:end]
    whole = end == len(text) or _ends_sentence(text, end)
    piece = piece.rstrip() if whole else piece.rstrip(LOOSE_END)
    inside = [hit._replace(start=hit.start - start, end=hit.end - start) for hit in hits]
    inside = [hit for hit in inside if hit.end <= len(piece)]
    return _with_marks(piece.replace("\n", " "), inside, before, "" if whole else "…")


def _window(text: str, hits: list[Hit]) -> Span:
    clauses = [found.span() for found in CLAUSE.finditer(text)]
    holding = [[hit for hit in hits if hit.start < end and hit.end > start] for start, end in clauses]
    best, chosen = 0, (0, 0)
    for first, own in enumerate(holding):
        if not own:
            continue
        worth = {hit.word: len(hit.word) for hit in own}
        last = first
        for following in range(first + 1, len(clauses)):
            if clauses[following][1] - clauses[first][0] > LONGEST:
                break
            if new := {hit.word: len(hit.word) for hit in holding[following] if hit.word not in worth}:
                worth, last = worth | new, following
        value = sum(worth.values())
        if value > best:
            best, chosen = value, (first, last)
    first, last = chosen
    start, end = clauses[first][0], clauses[last][1]
    if end - start > LONGEST:
        return _within(text, start, end, holding[first][0])
    return _widened(text, clauses, first, last)


def _short(lead: str) -> str:
    """What leads on to a line, without the sentences before, and not too much of it."""
    last = SENTENCE_END.split(lead)[-1].strip() or lead
    return last if len(last) <= LONGEST_LEAD else f"…{last[-LONGEST_LEAD:]}"


def _ends_sentence(text: str, at: int) -> bool:
    """Whether a sentence is at its end at a place of a text; so is one that has not begun.

    A line that ends none leads on to the next: 柚子 below 不能吃 is no sentence. Nor does a quotation end one within a
    line: behind 有人说：“吃抗生素就好！” stands what is to be thought of that.
    """
    said = text[:at].rstrip()
    if said.endswith(QUOTED) and "\n" not in text[len(said) : at + 1] and len(said) < len(text):
        return False
    return not said or said.rstrip(CLOSING).endswith(ENDS)


def _within(text: str, start: int, end: int, hit: Hit) -> Span:
    """A part of one clause that is too long to be shown whole, between numbers."""
    left = max(start, min(hit.start - BEFORE, end - LONGEST))
    right = max(left + LONGEST, hit.end)
    left = max(start, before_number(text, left))
    if turned := TURNS.search(text, max(start, left - TURNED), left):
        left = turned.start()
    return left, end if right >= end else max(before_number(text, right), hit.end)


def _widened(text: str, clauses: list[Span], first: int, last: int) -> Span:
    """The clauses from first to last, with the beginning of their sentence and with what follows, as room allows."""

    def length(first: int, last: int) -> int:
        return clauses[last][1] - clauses[first][0]

    begin = first
    while not _ends_sentence(text, clauses[begin][0]) and length(begin - 1, last) <= LONGEST:
        begin -= 1
    if _ends_sentence(text, clauses[begin][0]):
        first = begin
    while last + 1 < len(clauses) and length(first, last + 1) <= LONGEST:
        if length(first, last) >= SHORTEST and _ends_sentence(text, clauses[last][1]):
            break
        last += 1
    while first and length(first, last) < SHORTEST and length(first - 1, last) <= LONGEST:
        first -= 1
    return clauses[first][0], clauses[last][1]


def _with_marks(text: str, hits: Iterable[Hit], before: str = "", after: str = "") -> str:
    pieces: list[tuple[str, str]] = []
    at = 0
    for hit in hits:
        if hit.start >= at:
            pieces.append((text[at : hit.start], text[hit.start : hit.end]))
            at = hit.end
    html = format_html_join("", "{}<mark>{}</mark>", pieces)
    return format_html("{}{}{}{}", before, html, text[at:], after)
