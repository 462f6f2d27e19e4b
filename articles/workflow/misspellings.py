"""Whether a change mends misspellings and does nothing else: 休西 becomes 休息, 的的 becomes 的.

A list of what may not change has holes, for a language has more words than any list: 请去医院 and 请在家观察 differ by
words that nobody had thought of. So whatever changed has to be no word of the dictionary as it was, and to belong to
one as it is now that sounds or looks the same. A sign may be written in another width, twice no more, or at the end;
blanks and what says nothing may come and go. 无发热、咳嗽 and 无发热。咳嗽 differ by a sign.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import rjieba

from articles.engine.slips import sound_alike
from articles.text.differences import CHARACTERS, SAME, runs
from articles.text.wording import beyond_wording, beyond_wording_of_pages, page_of, shortened, text_of

NEAR = 12  # characters on either side of a change by which its words are found
TWICE = 4  # characters that may have been written twice
LONG = 3  # characters of a word of which one may have been left out; a shorter one may be another matter: 肿 and 肿瘤
PARTICLES = frozenset("啊呀呢哦嘛啦")  # nobody acts upon these; but 每天吃的药 is no 每天吃药, nor 退了烧 a 退烧
# Signs that say the same, however they are written; all of them are compared in one width.
SAME_SIGNS = str.maketrans({".": "。", "!": "。", **dict.fromkeys("“”„‘’'「」『』", '"')})
LETTERS = re.compile(r"\w+")
REPEATED = re.compile(r"(\W)\1+")
# Characters that are written for one another, and mean no other thing where they stand.
EQUAL = tuple(map(frozenset, ("的地得", "他她它", "你您", "做作", "像象", "账帐", "粘黏", "惟唯")))
LOOK_ALIKE = tuple(
    map(frozenset, ("己已巳", "未末", "侯候", "昜易", "拔拨", "炙灸", "析折", "洒酒", "徽微", "日曰", "辨辩辫", "籍藉"))
)
# Words of one character that sound like others and make sense with nearly any: 治癌 and 致癌.
OWN_SENSE = frozenset("治致制止用食服敷抗进近戒喂吃喝打")


class Change(NamedTuple):
    """What stood in a text from the place `at` on, and what stands in the new one from `there` on."""

    at: int
    old: str
    there: int
    new: str

    def bare(self) -> "Change":
        """Return it without the signs and blanks at its ends."""
        (start, old), (new_start, new) = (bare(text) for text in (self.old, self.new))
        return Change(self.at + start, old, self.there + new_start, new)


def beyond_misspelling(before: str, after: str, drugs: tuple[str, ...] = ()) -> str | None:
    """Return what changed between two plain texts beside misspellings, in Chinese, or None.

    `drugs` are names that count as drugs beside the common ones.
    """
    return beyond_wording(before, after, drugs) or first_other([(before, after)])


def beyond_misspelling_of_html(before: str, after: str, drugs: tuple[str, ...] = ()) -> str | None:
    """Return what changed between two sanitised HTML texts beside misspellings, in Chinese, or None."""
    old, new = page_of(before), page_of(after)
    if sentence := beyond_wording_of_pages(old, new, drugs):
        return sentence
    pieces = zip(old.pieces, new.pieces, strict=True)
    return first_other((text_of(one), text_of(other)) for one, other in pieces if one != other)


def first_other(pairs: Iterable[tuple[str, str]]) -> str | None:
    """Return what the first change within pairs of texts is that mends no misspelling, in Chinese, or None."""
    for before, after in pairs:
        for group in changes(before, after):
            first, last = group[0], group[-1]
            ends = last.at + len(last.old), last.there + len(last.new)
            whole = Change(first.at, before[first.at : ends[0]], first.there, after[first.there : ends[1]])
            if not is_mended(before, after, whole) and not all(is_mended(before, after, one) for one in group):
                return said(whole.old.strip(), whole.new.strip())
    return None


def said(old: str, new: str) -> str:
    if old and new:
        return f"把“{shortened(old)}”改成了“{shortened(new)}”"
    return f"删了“{shortened(old)}”" if old else f"加了“{shortened(new)}”"


def changes(before: str, after: str) -> Iterator[list[Change]]:
    """Yield the changes from one text to another, those together between which one character stays: 题问 for 问题."""
    group: list[Change] = []
    at = there = 0
    for kind, old, new in runs(before, after, CHARACTERS):
        if kind != SAME:
            group.append(Change(at, old, there, new))
        elif len(old) > 1 and group:
            yield group
            group = []
        at, there = at + len(old), there + len(new)
    if group:
        yield group


def is_mended(before: str, after: str, change: Change) -> bool:
    """Tell whether a change of a text mends a misspelling, or is of blanks and of how a sign is written."""
    if not has_same_signs(before, after, change):
        return False
    at, old, there, new = change.bare()
    if "".join(filter(str.isalnum, old)) == "".join(filter(str.isalnum, new)):
        return True
    was, there_are = words(before, at, old), words(after, there, new)
    if not new:
        is_twice = len(old) <= TWICE and (before[:at].endswith(old) or before[at + len(old) :].startswith(old))
        return is_twice or is_particle(was)
    if not old:
        return is_particle(there_are) or is_left_out(before, at, after, there, new)
    if len(old) != len(new):
        return False
    if len(old) == 2 and old == new[::-1]:
        return rjieba.cut(old, False) != [old] and there_are[0] is there_are[1]
    return all(
        one == other or is_equal(one, other, EQUAL) or (len(word) == 1 < len(new_word) and is_alike(one, other))
        for one, other, word, new_word in zip(old, new, was, there_are, strict=True)
    )


def has_same_signs(before: str, after: str, change: Change) -> bool:
    """Tell whether a change leaves the signs as they are, however they are written; a text may get one at its end."""
    at, old, there, new = change
    is_exchange = any(map(str.isalnum, old)) and any(map(str.isalnum, new))
    was, now = (
        signs_of(text[max(0, start - 2) : start + len(part) + 2], is_exchange)
        for text, start, part in ((before, at, old), (after, there, new))
    )
    is_last = not any(map(str.isalnum, before[at + len(old) :]))
    return was == now if not is_last else was.removesuffix("。") == now.removesuffix("。")


def signs_of(text: str, with_letters: bool) -> str:
    """Return the signs of a text without blanks, each once, with x for the letters between them if these are asked."""
    narrow = "".join(unicodedata.normalize("NFKC", text).split()).translate(SAME_SIGNS)
    return REPEATED.sub(r"\1", LETTERS.sub("x" if with_letters else "", narrow))


def bare(text: str) -> tuple[int, str]:
    """Return a text without the signs and blanks at its ends, and how many stood in front of it."""
    start = next((place for place, char in enumerate(text) if char.isalnum()), len(text))
    return start, text[start:].rstrip("".join({*text} - {*filter(str.isalnum, text)}))


def is_particle(its_words: list[str]) -> bool:
    """Tell whether words say nothing: 目的 does, though it ends with 的."""
    return all(map(PARTICLES.issuperset, its_words))


def is_left_out(before: str, at: int, after: str, there: int, new: str) -> bool:
    """Tell whether the one character `new` makes a long word whole whose others stood there, and made none."""
    (word,) = set(words(after, there, new)) if len(new) == 1 else ("",)
    for start in range(there - len(word) + 1, there + 1):
        if len(word) >= LONG and after[max(start, 0) : start + len(word)] == word:
            rest = word[: there - start] + word[there - start + 1 :]
            return all(len(one) == 1 for one in words(before, at - (there - start), rest))
    return False


def is_alike(one: str, other: str) -> bool:
    """Tell whether characters sound or look the same, and neither makes sense alone with nearly any other."""
    return OWN_SENSE.isdisjoint((one, other)) and (is_equal(one, other, LOOK_ALIKE) or sound_alike(one, other))


def is_equal(one: str, other: str, sets: Iterable[frozenset[str]]) -> bool:
    return any({one, other} <= same for same in sets)


def words(text: str, at: int, part: str) -> list[str]:
    """Return the word of the dictionary that each character of a part of a text is in."""
    start = max(0, at - NEAR)
    of_each = [word for word in rjieba.cut(text[start : at + len(part) + NEAR], False) for _ in word]
    return of_each[at - start : at - start + len(part)]
