"""Titles that say the same."""

from collections.abc import Iterable
from typing import Protocol, TypeVar

from . import tokens


class Titled(Protocol):
    """What knows the parts of its title, as a Document does."""

    @property
    def folded(self) -> str: ...
    @property
    def words(self) -> list[str]: ...
    @property
    def topic(self) -> str: ...
    @property
    def intents(self) -> str: ...


class Holding(Protocol):
    @property
    def document(self) -> Titled: ...


Found = TypeVar("Found", bound=Holding)

_PLAIN = frozenset("，。？！?!,. 的了吗呢")


def chars(folded: str) -> set[str]:
    """The characters of a folded text that tell something."""
    return set(folded) - _PLAIN


def same_question(a: tokens.Title, b: tokens.Title) -> bool:
    """Whether two titles (tokens.Title) say the same: equal but for question words, signs and word order."""
    if a.folded == b.folded:
        return True
    is_about_something = bool(a.topic) and a.intents == b.intents
    return is_about_something and set(a.words) == set(b.words) and chars(a.topic) == chars(b.topic)


def keys(title: tokens.Title) -> set[int]:
    """What two titles have in common if they say the same, and else not: numbers, for a great many titles."""
    said = (title.intents, frozenset(title.words), frozenset(chars(title.topic)))
    return {hash(title.folded), hash(said)} if title.topic else {hash(title.folded)}


def title_of(document: Titled) -> tokens.Title:
    """A document's title as same_question() compares it."""
    return tokens.Title(document.folded, document.words, [], document.topic, document.intents)


def without_duplicates(rows: Iterable[Found], title: tokens.Title, limit: int) -> list[Found]:
    """The first rows, each with its document, of which no two say the same, and none says the same as `title`."""
    kept: list[Found] = []
    titles = [title]
    for row in rows:
        other = title_of(row.document)
        if any(same_question(other, seen) for seen in titles):
            continue
        kept.append(row)
        titles.append(other)
        if len(kept) == limit:
            break
    return kept
