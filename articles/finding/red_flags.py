"""Who is in danger sees first whom to call: red flags in a search, and the numbers on the page of a question."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from django.conf import settings

from articles.engine import tokens
from articles.engine.phrases import covered, lines_of, longest_match, sounding_in, squeeze
from articles.models import Article, RedFlag
from articles.text.complaints import complaints_in
from articles.text.danger import likeness
from articles.text.wordlists import any_of, word_set

LOOKED_AT = 400  # characters of what was typed
# Logarithms of the odds that a text tells of danger (docs/relevance.md). At nearly even odds it counts as danger. Words
# of a flag are overruled at one in twenty, in a short text of which they are less than half: who types nothing but
# 脑出血 gets the card, and not who asks whether it is inherited.
LIKELY, UNLIKELY = -0.25, -3.0
SHORT = 20  # characters
# Where nothing is happening, unless it is now. Who speaks of the own death may mean it even so: these flags stay.
NOT_NOW = any_of(
    word_set(
        "梦见 梦到 考试题 考题 考研题 试题 简答题 名词解释 表情包 什么梗 啥梗 那集 哪一集 赔不赔 残疾证怎么 培训班"
    )
)
NOW = any_of(word_set("突然 忽然 现在 正在 刚才 刚刚 赶紧 快点 快来 救命 怎么救 怎么急救 不行了"))

Line = RedFlag.Line


class Call(NamedTuple):
    """A button that dials."""

    number: str
    whom: str
    address: str


@dataclass(frozen=True)
class Card:
    """What stands above the results of a search: the situation, what to do, and whom to call, in that order."""

    key: int
    name: str
    advice: tuple[str, ...]
    line: str
    calls: tuple[Call, ...]


def calls(*lines: str) -> tuple[Call, ...]:
    """Return the buttons of these lines, in their order."""
    known: dict[str, tuple[str, str]] = {
        Line.EMERGENCY: (settings.EMERGENCY_NUMBER, "急救电话"),
        Line.MENTAL: (settings.MENTAL_HEALTH_LINE, "心理援助热线"),
    }
    return tuple(
        Call(number, whom, f"tel:{re.sub('[^+0-9]', '', number)}") for number, whom in map(known.__getitem__, lines)
    )


def card_for(typed: str, flags: Iterable[RedFlag]) -> Card | None:
    """Return the card of what was typed, or None: of the flag that says most of it, one of 急救 before any other.

    Where no flag says it, those of what is complained of in it count, in whatever words, and of what it sounds like:
    who is in danger dictates, or types in haste. Where these say nothing, either, it is what texts of danger are like.
    """
    text = squeeze(typed[:LOOKED_AT])
    is_now = NOW.search(text)
    flags = list(filter(is_mental, flags) if NOT_NOW.search(text) and not is_now else flags)
    hits = hits_of(flags, text)
    if not hits:
        sounds = sounding_in(tuple(flag.words for flag in flags), text)
        if more := " ".join(filter(None, [plainly(text), *sounds])):
            hits = hits_of(flags, f"{text} {more}")
    danger, mental = likeness(text)
    if danger < UNLIKELY and len(text) <= SHORT and not is_now:
        hits = [(flag, size) for flag, size in hits if 2 * size >= len(text)]
    if not hits and danger >= LIKELY:
        hits = [(flag, 0) for flag in flags if is_general(flag, text) and is_mental(flag) == (mental > 0)][:1]
    if not hits:
        return None
    first, _ = min(hits, key=lambda hit: (hit[0].line != Line.EMERGENCY, -hit[1], hit[0].pk))
    return card_of(first, {flag.line for flag, _ in hits})


def card_of(flag: RedFlag, lines: Iterable[str] = ()) -> Card:
    """Return the card of a flag, with its number and those of other `lines`.

    Who wants to die may have taken something already, so there both numbers are.
    """
    others = [line for line in Line.values if line != flag.line and (line in lines or is_mental(flag))]
    return Card(flag.pk, flag.name, tuple(flag.advice.splitlines()), flag.line, calls(flag.line, *others))


def card_of_report(text: str) -> Card | None:
    """Return the card of what a reader writes to the editors, or None (1 query).

    Who reports a mistake uses the words of a flag, too; the card is for who tells of danger as one does who is in it.
    """
    is_alarming = likeness(squeeze(text[:LOOKED_AT])).danger >= LIKELY
    return card_for(text, RedFlag.objects.all()) if is_alarming else None


def hits_of(flags: Iterable[RedFlag], text: str) -> list[tuple[RedFlag, int]]:
    """Return the flags that a squeezed text raises, with the number of characters that say so."""
    return [(flag, size) for flag in flags if (size := longest_match(flag.words, text, flag.unless))]


def is_general(flag: RedFlag, text: str) -> bool:
    """Tell whether a flag is for what sounds like danger, and not for a squeezed text of which it says so."""
    return flag.by_likeness and not any(covered(line, text) for line in lines_of(flag.unless))


def plainly(folded: str) -> str:
    """Return what is complained of in a text, each as a part of the body and its trouble: 嘴歪 of 把嘴吹歪了."""
    return " ".join(f"{one.part}{one.trouble}" for one in complaints_in(folded, tokens.ends_of_words(folded)))


def is_mental(flag: RedFlag) -> bool:
    return flag.line == Line.MENTAL


def calls_of(article: Article) -> tuple[Call, ...]:
    """Return whom to call that the top of a question says: where it is 立即就医, or about harming oneself."""
    is_now = article.urgency == Article.Urgency.NOW
    if is_about_harm(article):
        return calls(*([Line.EMERGENCY, Line.MENTAL] if is_now else [Line.MENTAL, Line.EMERGENCY]))
    return calls(Line.EMERGENCY) if is_now else ()


def is_about_harm(article: Article) -> bool:
    """Tell whether the title or a tag of a question holds words of 心理援助 (1 query where no flags are at hand)."""
    known = article.mental_flags
    flags = list(RedFlag.objects.filter(line=Line.MENTAL)) if known is None else known
    texts = [squeeze(article.title), *(squeezed_name(tag.name) for tag in article.tag_list)]
    return any(hits_of(flags, text) for text in texts)


@lru_cache(maxsize=4_096)
def squeezed_name(name: str) -> str:
    return squeeze(name)
