"""Whether a reading of a query is one that somebody may have meant, and not merely the likeliest row of characters.

A small site has never seen most of what people ask, so nearly every query looks mistyped to it, and the cheapest way
through its pairs of characters is mostly nonsense: 失眠首选药 is no 失眠首选么. So what is changed has to be a word of
the dictionary, or to stand on the site with more around it than a pair; not much may be changed, and nothing to its
contrary.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

import rjieba

from articles.text.wordlists import EVERYDAY_WORDS

from . import pinyin

BREAK = "\n"  # stands for all that separates words
NO = frozenset("不没无非未勿莫别否")
SPARED = 3  # typed characters for each slip; one slip may be in the shortest query
AROUND = 3  # characters, with what is changed, that stand on the site like that
SHORT = 2  # letters that may be anything: they are read only as words
_LETTERS = re.compile("[a-z]+")
_GAP = re.compile(r"[\W_]+")


class Step(NamedTuple):
    """A piece of a query, and what is read instead."""

    typed: str
    read: str

    @property
    def is_slip(self) -> bool:
        """Whether it differs from what was typed; blanks are passed over."""
        return self.typed != self.read and not _GAP.fullmatch(self.typed)

    @property
    def is_pinyin(self) -> bool:
        """Whether letters are read as characters, which changes nothing that had a meaning as it was."""
        return self.is_slip and bool(_LETTERS.fullmatch(self.typed))

    @property
    def is_longer(self) -> bool:
        """Whether something is read that was not typed at all."""
        return self.is_slip and len(self.read) > len(self.typed) and not self.is_pinyin

    @property
    def is_plain(self) -> bool:
        """Whether a hurried hand does it: takes characters that sound alike, swaps, doubles or leaves out."""
        is_replaced = self.is_slip and len(self.typed) == len(self.read) == 1
        return self.is_pinyin or not is_replaced or sound_alike(self.typed, self.read)

    @property
    def is_contrary(self) -> bool:
        """Whether a "no" comes or goes, and was not written as what sounds the same."""
        return not NO.isdisjoint({*self.typed} ^ {*self.read}) and not sound_alike(self.typed, self.read)

    def places(self, at: int) -> range:
        """Return where in a text, in which this is read at a place, stands what was not typed there."""
        if not self.is_slip:
            return range(0)
        is_added = self.typed and self.typed in self.read
        new = (self.read.removesuffix(self.typed) or self.read.removeprefix(self.typed)) if is_added else self.read
        start = at + self.read.find(new)
        return range(start, start + len(new))


def sensible(texts: str, steps: Iterable[Step]) -> list[Step]:
    """Return the Steps of a reading without those to what stands nowhere; [] where too much is changed, or nothing.

    `texts`: those of the site, folded, with a BREAK for all that separates words. Pinyin may be of any length; of one
    or two letters, it has to be words.
    """
    steps = list(steps)
    typed = "".join(step.typed for step in steps)
    is_short = len("".join(_LETTERS.findall(typed))) <= SHORT
    before: list[Step] = []
    while before != steps:  # what is taken back may have been what stood around another
        before = steps
        text = "".join(step.read for step in steps)
        is_word = [len(word) > 1 and word not in EVERYDAY_WORDS for word in rjieba.cut(text, False) for _ in word]
        around = f"{BREAK * 2}{_GAP.sub(BREAK, text)}{BREAK * 2}"
        kept, at = [], 0
        for step in steps:
            new = step.places(at)
            met = [not step.is_longer and is_met(texts, around, place + 2) for place in new]
            # Of two that are swapped both are in a new place: 了打肉毒 is not known for its 打肉毒.
            is_known = not new or any(is_word[place] for place in new) or (any if step.is_pinyin else all)(met)
            is_known &= not step.is_contrary
            at += len(step.read)
            kept.append(step if is_known or (step.is_pinyin and not is_short) else Step(step.typed, step.typed))
        steps = kept
    number = sum(step.is_slip and not step.is_pinyin for step in steps)
    is_little = number <= max(1, sum(map(str.isalnum, typed)) // SPARED)
    return steps if is_little and any(step.is_slip for step in steps) else []


def is_met(texts: str, text: str, at: int) -> bool:
    """Tell whether the character at a place of a text stands in others with the same two around it."""
    return any(text[start : start + AROUND] in texts for start in range(at - AROUND + 1, at + 1))


def sound_alike(a: str, b: str) -> bool:
    """Whether two characters sound much the same as they are mostly read."""
    known = pinyin.readings()
    return a in known and b in known and pinyin.loosely(known[a][0]) == pinyin.loosely(known[b][0])
