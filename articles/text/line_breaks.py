"""Where a title may break: between words, which Chinese does not show."""

import html

import rjieba

OPENING = "（(《“‘【[「『〈"
PARTICLES = {"吗", "呢", "吧", "了", "的", "地", "得"}  # no line begins with one


def with_breaks(text: str) -> str:
    """Return the HTML of a line of plain text with <wbr> where a line may end; for `word-break: keep-all`."""
    pieces: list[str] = []
    for word in rjieba.cut(text):
        if pieces and (not word[0].isalnum() or word in PARTICLES or is_open(pieces[-1], word)):
            pieces[-1] += word
        else:
            pieces.append(word)
    return "<wbr>".join(html.escape(piece) for piece in pieces)


def is_open(before: str, word: str) -> bool:
    """Whether `word` belongs to what stands before it: it is quoted, or a unit behind its number."""
    return before[-1] in OPENING or (before[-1].isdecimal() and not word[0].isascii())
