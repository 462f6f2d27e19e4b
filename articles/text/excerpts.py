"""Excerpts that end where a sentence ends."""

import re

SENTENCE_END = re.compile(r"[。！？；!?;]+[”’」』）)]*")
SHORTEST, LONGEST, CUT = 80, 130, 128


def excerpt(text: str, complete: bool = True) -> str:
    """Return the beginning of `text` for a list.

    A complete text of up to 130 characters is returned whole. Else the excerpt ends with the last sentence that ends
    between 80 and 130 characters; without one it is cut at 128 with …
    """
    text = " ".join(text.split())
    if complete and len(text) <= LONGEST:
        return text
    ends = [match.end() for match in SENTENCE_END.finditer(text[: LONGEST + 1])]
    if last := max((end for end in ends if SHORTEST <= end <= LONGEST or end == len(text) <= LONGEST), default=0):
        return text[:last]
    return text[:CUT].rstrip("，,、：: ") + "…" if text else ""
