"""Rules about characters: full-width letters and digits, and traditional characters."""

import re
import unicodedata
from collections.abc import Iterator

import opencc

from .passages import Place, Text
from .registry import rule

FULL_WIDTH = re.compile(r"[０-９Ａ-Ｚａ-ｚ]+(?:．[０-９]+)?|(?<=\d)．(?=\d)")
CROSSED = re.compile(r"（[^（）()\n]{0,120}\)|\([^（）()\n]{0,120}）")
SIMPLIFIER = opencc.OpenCC("t2s")
COMMON = "\u4e00"  # below it stand rare characters that nobody means
# Right in simplified text too: terms of Chinese medicine, names, and words that the converter takes for others.
KEPT = re.compile(
    "癥|噁|乾坤|乾隆|瞭望|慰藉|狼藉|著名|著作|名著|显著|昭著|原著|论著|土著|卓著|编著|译著|专著|遗著|甯|於|锺"
)


@rule("mixed-width", "全角半角混用", "字母和数字用半角，一对括号的宽窄要一致。")
def mixed_width(text: Text) -> Iterator[Place]:
    for passage in text.prose:
        for match in FULL_WIDTH.finditer(passage.text):
            yield passage.place(*match.span(), edits=[(*match.span(), unicodedata.normalize("NFKC", match[0]))])
        for match in CROSSED.finditer(passage.text):
            start, end = match.span()
            yield passage.place(start, end, edits=[(start, start + 1, "（"), (end - 1, end, "）")])


@rule("traditional", "繁体字", "网站用简体字。引用书名、人名时可以保留。")
def traditional(text: Text) -> Iterator[Place]:
    for passage in text.prose:
        simplified = SIMPLIFIER.convert(passage.text)
        if len(simplified) != len(passage.text):
            simplified = "".join(map(simple, passage.text))
        kept = {i for match in KEPT.finditer(passage.text) for i in range(*match.span())}
        start = None
        for i, (old, new) in enumerate(zip(passage.text + "\0", simplified + "\0", strict=True)):
            if old != new and new >= COMMON and i not in kept:
                start = i if start is None else start
            elif start is not None:
                yield passage.place(start, i, edits=[(start, i, simplified[start:i])])
                start = None


def simple(char: str) -> str:
    """Return the simplified form of one character."""
    converted = SIMPLIFIER.convert(char)
    return converted if len(converted) == 1 else char
