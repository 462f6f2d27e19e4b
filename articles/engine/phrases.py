"""Phrases that editors write down, looked for in what a reader types, however it is written.

A line is one way of saying it. Parts joined by + must all occur, in any order; of those separated by / one is enough;
=中风 counts only where nothing else was typed.
"""

import functools
import re

from articles.text.wordlists import TELLING_CHARACTERS, any_of

from . import pinyin, tokens

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
    left = struck(squeezed, unless)
    return max((covered(line, left) for line in lines_of(written)), default=0)


def struck(squeezed: str, unless: str) -> str:
    """Return a squeezed text with blanks in place of what stands in `unless`.

    Of a line whose parts are joined, all is struck where each part occurs: 抽搐 in 狗狗抽搐, for 狗狗+抽搐.
    """
    lines = [line for line in lines_of(unless) if covered(line, squeezed)]
    for phrase in sorted((phrase for line in lines for part in line for phrase in part), key=len, reverse=True):
        squeezed = squeezed.replace(phrase, " ")
    return squeezed


def covered(line: Line, squeezed: str) -> int:
    whole = 0
    for part in line:
        longest = max([len(phrase) for phrase in part if occurs(phrase, squeezed)], default=0)
        if not longest:
            return 0
        whole += longest
    return whole


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


def sounding_in(written: tuple[str, ...], squeezed: str) -> list[str]:
    """Return the phrases that a squeezed text has by their sound and not by their characters: 叫不星 for 叫不醒.

    What says something by itself is meant, and what says nothing: 老鼠药 is no 老鼠咬, 感冒要 no 感冒药. A phrase
    begins and ends where words do: 制不住 of 控制不住 is no 止不住.
    """
    heard = sounds_of(written).heard_in(squeezed)
    hits = [(at, phrase) for at, phrase in heard if is_slip(squeezed[at : at + len(phrase)], phrase)]
    ends = tokens.ends_of_words(squeezed) if hits else ()
    return [phrase for at, phrase in hits if at in ends and at + len(phrase) in ends]


def is_slip(typed: str, phrase: str) -> bool:
    others = {char for char, meant in zip(typed, phrase, strict=True) if char != meant}
    return TELLING_CHARACTERS.isdisjoint(others) and tokens.IGNORED.isdisjoint(others)


@functools.lru_cache(maxsize=16)
def sounds_of(written: tuple[str, ...]) -> pinyin.Sounds:
    """Return the Sounds of all phrases but those that count only where nothing else was typed."""
    phrases = dict.fromkeys(phrase for words in written for phrase in phrases_of(words))
    return pinyin.Sounds(phrase for phrase in phrases if phrase[0] != "=")
