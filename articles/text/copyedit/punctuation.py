"""Rules about punctuation: ASCII signs between Chinese characters, and brackets and quotes without a partner."""

import re
from collections.abc import Iterator

from .passages import HAN, Place, Text
from .registry import rule

FULL = str.maketrans(",;:!?()", "，；：！？（）")
BEHIND, AHEAD = f"{HAN}”’）》」』】", f"{HAN}“‘（《「『【"
IS_HAN = re.compile(f"[{HAN}]")
SIGN = re.compile(
    f"(?<=[{BEHIND}]) ?[,;:!?] ?(?=[{AHEAD}])"  # between two Chinese characters
    f"|(?<=[{BEHIND}])[,;:!?](?=[0-9A-Za-z])|(?<=[0-9A-Za-z%℃)])[,;!?](?=[{AHEAD}])"  # one of them a number or letter
    f"|(?<=[{BEHIND}])[,;:!?.]$"
)
POINT = re.compile(f"(?<=[{HAN}])\\.(?=[{HAN}])")
DOTS = re.compile(f"(?<=[{HAN}])(?:\\.{{3,6}}|。{{2,6}})")
BRACKETS = re.compile(r"\(([^()\n]{1,120})\)")
QUOTES = re.compile(r'"([^"\n]{1,120})"')

PAIRS = {
    pair[0]: pair[1]
    for pair in ("（）", "()", "［］", "[]", "【】", "《》", "〈〉", "「」", "『』", "“”", "‘’", "〔〕")
}
WIDTHS = {"(": "（", "（": "(", ")": "）", "）": ")", "[": "［", "［": "[", "]": "］", "］": "]"}
CLOSING = {closing: opening for opening, closing in PAIRS.items()}
BRACKET = re.compile("[" + re.escape("".join([*PAIRS, *CLOSING])) + "]")
# 1) and a） and 一) number items; they have no partner.
NUMBERING = re.compile(r"(?:\d|(?:^|[\s，。；：、,;:])(?:[A-Za-z]|[一二三四五六七八九十]{1,3}))$")


@rule("ascii-punctuation", "中文里的半角标点", "汉字之间用全角标点：，。；：？！（）“”。")
def ascii_punctuation(text: Text) -> Iterator[Place]:
    for passage in text.prose:
        line = passage.text
        for match in SIGN.finditer(line):
            sign = "。" if match[0] == "." else match[0].strip().translate(FULL)
            yield passage.place(*match.span(), edits=[(*match.span(), sign)])
        for match in POINT.finditer(line):  # 。 or the · of a foreign name: the editor knows
            yield passage.place(*match.span())
        for match in DOTS.finditer(line):
            yield passage.place(*match.span(), edits=[(*match.span(), "……")])
        for pattern, opening, closing in ((BRACKETS, "（", "）"), (QUOTES, "“", "”")):
            for match in pattern.finditer(line):
                if IS_HAN.search(match[1]):
                    start, end = match.span()
                    yield passage.place(start, end, edits=[(start, start + 1, opening), (end - 1, end, closing)])


@rule("unclosed", "括号或引号不成对", "请补上另一半，或者删去多出的一半。")
def unclosed(text: Text) -> Iterator[Place]:
    for passage in text.prose:
        opened: list[re.Match[str]] = []
        for match in BRACKET.finditer(passage.text):
            sign = match[0]
            if sign in PAIRS:
                opened.append(match)
            elif opened and matches(opened[-1][0], sign):
                opened.pop()
            elif not is_no_bracket(passage.text, match):
                yield passage.place(*match.span())
        for match in opened:
            yield passage.place(*match.span())


def matches(opening: str, closing: str) -> bool:
    """Return whether the two are a pair; their widths are another rule's."""
    return CLOSING[closing] in (opening, WIDTHS.get(opening))


def is_no_bracket(line: str, match: re.Match[str]) -> bool:
    """Return whether a closing sign is part of a numbering, or an apostrophe."""
    before = line[max(match.start() - 4, 0) : match.start()]
    if match[0] == "’":
        return before[-1:].isascii() and before[-1:].isalnum()
    return match[0] in ")）" and bool(NUMBERING.search(before))
