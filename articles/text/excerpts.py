"""Excerpts that end where a sentence ends."""

import re

# Behind 有人说：“吃抗生素就好！” stands what is to be thought of that: a quotation ends a sentence only with its line.
SENTENCE_END = re.compile(r"[。！？；!?;]+[）)]*(?:[”’」』][”’」』）)]*(?=\s|$)|(?![。！？；!?;）)”’」』]))")
SHORTEST, LONGEST, CUT = 80, 130, 128
# What a number is written with, signs and units of Latin letters included: half of one says something else.
NUMERAL = "[0-9０-９A-Za-zμµ℃°.．,:%％‰/^_()+\\-−–~～×·⁰-ₜ²³¹½¼¾Ⅰ-ⅿ]"
CHINESE = "[〇零一二两三四五六七八九十百千万亿半]"
NUMBER = re.compile(
    rf"{NUMERAL}*[0-9０-９⁰-₉²³¹½¼¾]{NUMERAL}*[\u3400-\u9fff]{{0,2}}|{NUMERAL}+|{CHINESE}+[\u3400-\u9fff]{{0,2}}"
)  # 5毫克 is one
AROUND = 40  # characters of the longest number that is kept whole


def before_number(text: str, place: int) -> int:
    """Return the last place up to `place` at which `text` can be cut without cutting a number with its unit."""
    start = max(place - AROUND, 0)
    spans = (found.span() for found in NUMBER.finditer(text, start, place + AROUND))
    return next((first for first, last in spans if first < place < last and (first > start or not start)), place)


def excerpt(text: str, complete: bool = True) -> str:
    """Return the beginning of `text` for a list.

    A complete text of up to 130 characters is returned whole. Else the excerpt ends with the last sentence that ends
    between 80 and 130 characters; without one it ends with a clause there, or is cut at 128, before a number that would
    be cut in two, with ….
    """
    text = " ".join(text.split())
    if complete and len(text) <= LONGEST:
        return text
    ends = [match.end() for match in SENTENCE_END.finditer(text[: LONGEST + 1])]
    if last := max((end for end in ends if SHORTEST <= end <= LONGEST or end == len(text) <= LONGEST), default=0):
        return text[:last]
    clause = max(text.rfind(sign, SHORTEST, CUT) for sign in "，、：")
    return text[: clause if clause > 0 else before_number(text, CUT)].rstrip("，,、：: ") + "…" if text else ""
