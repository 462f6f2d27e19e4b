"""Lay out a wall of text: 一、二、三、 and （一）（二） and 1. 2. and (1) (2) become paragraphs of their own.

Nothing is added, lost or changed but white space at the edges of lines: the numbering itself decides where lines end.
"""

import re
from collections import defaultdict

NUMERALS = "一二三四五六七八九十"
CLAUSE_ENDS = frozenset("。；;！？!?，,…”’」』》）)】]")
# The kinds of numbering; each runs by itself, so that 1)2) inside 1. does not end the run of 1. 2. 3.
LEVELS = [
    re.compile(rf"([{NUMERALS}]{{1,3}})[、.．]"),
    re.compile(rf"[（(]([{NUMERALS}]{{1,3}})[）)]"),
    re.compile(r"(\d{1,2})[.．、](?!\d)"),
    re.compile(r"[（(](\d{1,2})[）)]"),
    re.compile(r"(\d{1,2})[)）]"),
]
WORD = re.compile(r"\w")


def lay_out(text: str) -> list[str]:
    """Return the paragraphs of plain `text`: its lines, each split where a numbering really runs."""
    starts = sorted({0, *(start for level in LEVELS for start in running(level, text))})
    parts = (text[start:end] for start, end in zip(starts, [*starts[1:], len(text)], strict=True))
    return [line.strip() for part in parts for line in part.splitlines() if line.strip()]


def running(level: re.Pattern[str], text: str) -> list[int]:
    """Return where the enumerators of every run 1, 2, … of at least two stand in `text`."""
    runs: list[list[re.Match[str]]] = []
    waiting: defaultdict[int, list[list[re.Match[str]]]] = defaultdict(
        list
    )  #  the runs that go on with this number, the latest last
    for match in level.finditer(text):
        number = value_of(match[1]) if begins_clause(text, match.start()) else 0
        if number == 1:
            run: list[re.Match[str]] = []
            runs.append(run)
        # Numbers with nothing between them count things; they do not number paragraphs: （一）（二）均可.
        elif waiting[number] and WORD.search(text, waiting[number][-1][-1].end(), match.start()):
            run = waiting[number].pop()
        else:
            continue
        run.append(match)
        waiting[number + 1].append(run)
    return [match.start() for run in runs if len(run) > 1 for match in run]


def begins_clause(text: str, position: int) -> bool:
    """Return whether an enumerator may stand here; elsewhere it is part of a sentence (第一、二天).

    A colon or point after a digit does not end a clause: it belongs to a ratio, a time or a number (男女比为1:2、).
    """
    before = text[max(position - 1, 0) : position]
    if before in {":", "：", ".", "．"}:
        return not text[max(position - 2, 0) : position - 1].isdigit()
    return not before or before.isspace() or before in CLAUSE_ENDS


def value_of(numeral: str) -> int:
    """Return the number that 七, 十, 十二, 二十三 or 12 stands for; 0 for what is no number below 100."""
    if numeral.isdigit():
        return int(numeral)
    tens, ten, ones = numeral.rpartition("十")
    if len(tens) > 1 or len(ones) > 1 or tens == "十":
        return 0
    digits = [NUMERALS.index(digit) + 1 if digit else 0 for digit in (tens, ones)]
    return (digits[0] or 1) * 10 + digits[1] if ten else digits[1]
