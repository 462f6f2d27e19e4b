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

from articles.text.wordlists import EVERYDAY_WORDS, TELLING_CHARACTERS

from . import pinyin

BREAK, LATIN = "\n", "\0"  # stand for all that separates words, and for any run of Latin letters and digits
NO = frozenset("不没无勿否")
SPARED = 3  # typed characters for each slip; one slip may be in the shortest query
AROUND = 3  # characters, with what is changed, that stand on the site like that
SHORT = 2  # letters that may be anything: they are read only as words
UNKNOWN = 3  # characters of pinyin of which one may stand nowhere in what is searched unasked
WHOLE = 2  # typed characters of a word from which on it is that word that was not finished
_LETTERS = re.compile("[a-z]+")
_RUN = re.compile("[a-z0-9]+")
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
    def is_alike(self) -> bool:
        """Whether a character is read as another that sounds much the same."""
        return len(self.typed) == len(self.read) == 1 and sound_alike(self.typed, self.read)

    @property
    def is_contrary(self) -> bool:
        """Whether a "no" comes or goes, and was not written as what sounds the same."""
        return not NO.isdisjoint({*self.typed} ^ {*self.read}) and not self.is_alike

    def places(self, at: int) -> range:
        """Return where in a text, in which this is read at a place, stands what was not typed there."""
        if not self.is_slip:
            return range(0)
        is_added = self.typed and self.typed in self.read
        new = (self.read.removesuffix(self.typed) or self.read.removeprefix(self.typed)) if is_added else self.read
        start = at + self.read.find(new)
        return range(start, start + len(new))


class Sensible(NamedTuple):
    """The Steps of a reading that make sense; [] where none does, or too much is changed."""

    steps: list[Step]
    is_plain: bool = False  # a hurried hand does that to some of it: takes what sounds alike, swaps, doubles, omits

    @property
    def text(self) -> str:
        """What is read."""
        return "".join(step.read for step in self.steps)

    def is_all_of(self, steps: Iterable[Step]) -> bool:
        """Whether nothing but additions is missing of a reading."""
        return all(mine == step or step.is_longer for mine, step in zip(self.steps, steps, strict=True))


def sensible(texts: str, steps: Iterable[Step]) -> Sensible:
    """Return the Sensible of a reading without the steps to what stands nowhere.

    `texts`: those of the site, folded, with a BREAK for all that separates words and a LATIN for each run of letters
    and digits. Pinyin may be of any length; of one or two letters, it has to be words.
    """
    steps = list(steps)
    typed = "".join(step.typed for step in steps)
    is_short = len("".join(_LETTERS.findall(typed))) <= SHORT
    while True:
        kept, is_plain, read, unknown = [], True, 0, 0
        place = Surroundings(texts, steps)
        for step, new in place.new():
            is_known, is_likely = place.judge(step, new)
            if step.is_pinyin and not is_short:
                read, unknown = read + len(new), unknown + len(new) * (not is_known)
            elif is_known and not step.is_contrary:
                is_plain &= is_likely
            else:
                step = Step(step.typed, step.typed)
            kept.append(step)
        if kept == steps:
            break
        steps = kept  # what is taken back may have been what stood around another
    changed = [step for step in steps if step.is_slip and not step.is_pinyin]
    is_little = len(changed) <= max(1, sum(map(str.isalnum, typed)) // SPARED)
    if not any(step.is_slip for step in steps):
        return Sensible([])
    if not is_little and not (all(step.is_alike for step in changed) and place.is_a_name):
        return Sensible([])
    stays = any(step.typed == step.read or step.is_pinyin or len(step.typed) > 1 for step in steps)
    return Sensible(steps, is_plain and stays and unknown * UNKNOWN <= read)


class Surroundings:
    """A reading among the texts of the site."""

    def __init__(self, texts: str, steps: list[Step]) -> None:
        self.texts, self.steps = texts, steps
        self.text = "".join(step.read for step in steps)
        self.words = [word for word in rjieba.cut(self.text, False) for _ in word]  # of each character
        self.added = {place for step, new in self.new() if step.is_longer for place in new}

    @property
    def is_a_name(self) -> bool:
        """Whether it is one word of the dictionary, or all of a name or title of the site."""
        return self.words[:1] == [self.text] or self.is_text(self.text)

    def is_text(self, run: str) -> bool:
        return f"{BREAK}{run}{BREAK}" in self.texts

    def new(self) -> Iterable[tuple[Step, range]]:
        """Yield the steps with the places of what was not typed."""
        at = 0
        for step in self.steps:
            yield step, step.places(at)
            at += len(step.read)

    def judge(self, step: Step, new: range) -> tuple[bool, bool]:
        """Tell whether what is read somewhere stands somewhere, and whether a hurried hand may have meant it."""
        if not new:
            return True, True
        if not step.is_longer:
            # Of two that are swapped both are in a new place: 压块了 is not known for its 压块.
            some = any if step.is_pinyin else all
            is_replaced = len(step.typed) == len(step.read) == 1 and not step.is_pinyin
            return some(self.is_word(at) or self.is_met(at) for at in new), step.is_alike or not is_replaced
        # 口干 is whole as it is: 口干涩 would be something else.
        stays = [self.typed_within(at) for at in new]
        is_edge = any(self.char(at) == BREAK for at in (new[0] - 1, new[-1] + 1))
        is_unfinished = all(len(typed) >= WHOLE for typed in stays)
        is_half = not is_edge and TELLING_CHARACTERS.isdisjoint("".join(stays))
        return any(map(self.is_word, new)) and (is_unfinished or is_half), not is_edge

    def is_word(self, at: int) -> bool:
        """Tell whether the character at a place is part of a word of the dictionary that is no everyday word."""
        return len(self.words[at]) > 1 and self.words[at] not in EVERYDAY_WORDS

    def typed_within(self, at: int) -> str:
        """Return what was typed of the word at a place."""
        first = at
        while first and self.words[first - 1] is self.words[at]:
            first -= 1
        places = range(first, first + len(self.words[at]))
        return "".join(self.text[place] for place in places if place not in self.added)

    def char(self, at: int) -> str:
        """The character at a place; BREAK for what separates words, and at the ends."""
        return self.text[at] if 0 <= at < len(self.text) and not _GAP.fullmatch(self.text[at]) else BREAK

    def is_met(self, at: int) -> bool:
        """Tell whether the character at a place stands on the site with the same two around it, or in the same name."""
        before, after = (_RUN.sub(LATIN, _GAP.sub(BREAK, text)) for text in (self.text[:at], self.text[at + 1 :]))
        first = before.rpartition(BREAK)[2]
        run, place = f"{first}{self.text[at]}{after.partition(BREAK)[0]}", len(first)
        windows = (run[start : start + AROUND] for start in range(max(0, place - AROUND + 1), place + 1))
        return any(len(window) == AROUND and window in self.texts for window in windows) or self.is_text(run)


def sound_alike(a: str, b: str) -> bool:
    """Whether two characters sound much the same as they are mostly read."""
    known = pinyin.readings()
    return a in known and b in known and pinyin.loosely(known[a][0]) == pinyin.loosely(known[b][0])
