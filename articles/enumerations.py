"""Lay out a wall of text: 一、二、三、 and （一）（二） and 1. 2. become paragraphs of their own.

Nothing is added, lost or changed but white space at the edges of lines: the numbering itself decides where lines end.
"""

import re

NUMERALS = "一二三四五六七八九十"
# An enumerator starts a line or follows a mark that ends a clause; elsewhere it is part of a sentence (第一、二天).
EDGE = r"(?:^|(?<=[。；;:：！？!?，,…”）)\s]))"
LEVELS = [
    re.compile(EDGE + rf"([{NUMERALS}]{{1,3}})、"),
    re.compile(EDGE + rf"[（(]([{NUMERALS}]{{1,3}})[）)]"),
    re.compile(EDGE + r"(\d{1,2})(?:[.．、](?!\d)|[)）])"),
]


def lay_out(text):
    """Return the paragraphs of plain `text`: its lines, each split where a numbering really runs."""
    lines = (line.strip() for line in text.splitlines())
    return [part for line in lines if line for part in split(line, LEVELS)]


def split(line, levels):
    """Split one line at the outermost level of numbering, then each part at the levels below."""
    if not levels:
        return [line]
    level, *below = levels
    starts = [0, *(start for start in running(level, line) if start), len(line)]
    parts = (line[start:end].strip() for start, end in zip(starts, starts[1:], strict=False))
    return [piece for part in parts if part for piece in split(part, below)]


def running(level, line):
    """Return where the enumerators of every run 1, 2, … of at least two stand in `line`."""
    starts, run = [], []
    for match in level.finditer(line):
        number = value_of(match[1])
        if number == 1:
            starts += run if len(run) > 1 else []
            run = [match.start()]
        elif run and number == len(run) + 1:
            run.append(match.start())
    return starts + (run if len(run) > 1 else [])


def value_of(numeral):
    """Return the number that 七, 十, 十二, 二十三 or 12 stands for; 0 for what is no number below 100."""
    if numeral.isdigit():
        return int(numeral)
    tens, ten, ones = numeral.rpartition("十")
    if (ten and len(tens) > 1) or len(ones) > 1:
        return 0
    digit = (NUMERALS.index(tens) + 1 if tens else 1) * 10 if ten else 0
    return digit + (NUMERALS.index(ones) + 1 if ones else 0)
