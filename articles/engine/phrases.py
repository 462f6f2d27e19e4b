"""Phrases that editors write down, looked for in what a reader types, however it is written.

A line is one way of saying it. Parts joined by + must all occur, in any order; of those separated by / one is enough;
=中风 counts only where nothing else was typed.
"""

import functools
import re

from articles.text.wordlists import any_of

from . import tokens

JOINED, EITHER, EXACTLY = re.compile("[+＋]"), re.compile("[/／、]"), ("=", "＝")

Line = tuple[tuple[str, ...], ...]  # of the parts that must all occur, their ways of writing


def squeeze(text: str) -> str:
    """Return `text` as phrases are compared: folded, and nothing between its letters, characters and digits."""
    return "".join(filter(str.isalnum, tokens.fold(text)))


@functools.lru_cache(maxsize=1_024)
def lines_of(written: str) -> tuple[Line, ...]:
    """Return what an editor wrote, a Line each line; parts in which nothing is said are left out."""
    lines = []
    for line in written.splitlines():
        parts = [tuple(filter(None, map(phrase_of, EITHER.split(part)))) for part in JOINED.split(line)]
        lines.append(tuple(filter(None, parts)))
    return tuple(filter(None, lines))


def phrase_of(written: str) -> str:
    said = squeeze(written)
    return f"={said}" if said and written.strip().startswith(EXACTLY) else said


def longest_match(written: str, squeezed: str, unless: str = "") -> int:
    """Return how many characters of a squeezed text the longest matching line of `written` covers; 0 without any.

    What stands in `unless` is struck from the text first: 自杀式 is no 自杀.
    """
    if not lines_of(written) or not any_phrase(written).search(squeezed):
        return 0
    for phrase in phrases_of(unless):
        squeezed = squeezed.replace(phrase, " ")
    return max((covered(line, squeezed) for line in lines_of(written)), default=0)


def covered(line: Line, squeezed: str) -> int:
    found = [max((len(phrase) for phrase in part if occurs(phrase, squeezed)), default=0) for part in line]
    return sum(found) if all(found) else 0


def occurs(phrase: str, squeezed: str) -> bool:
    return squeezed == phrase[1:] if phrase[0] == "=" else phrase in squeezed


@functools.lru_cache(maxsize=1_024)
def any_phrase(written: str) -> re.Pattern[str]:
    """Return a pattern that finds any phrase: most texts hold none, and are not looked at line by line."""
    return any_of(phrase.lstrip("=") for phrase in phrases_of(written))


@functools.lru_cache(maxsize=1_024)
def phrases_of(written: str) -> tuple[str, ...]:
    """Return all that is written, longer phrases first."""
    phrases = (phrase for line in lines_of(written) for part in line for phrase in part)
    return tuple(sorted(phrases, key=len, reverse=True))
