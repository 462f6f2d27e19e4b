"""Candidates for the ranker: the documents that share the rarest words of a question, by the sum of their rarities.

Nothing here knows the database: an index is any object with counts(), read_lists() and documents(). How each constant
was chosen is told in docs/relevance.md.
"""

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

from django.db.models import Model, QuerySet

from . import tokens
from .index_tables import Select
from .posting_lists import Lists
from .posting_lists import Term as Term  # many speak of terms by this module
from .stored_words import unpack_words

TITLE_WORD, TITLE_PAIR, BODY_WORD = 0, 1, 2  # the kinds of terms an index keeps
PUBLIC: Term = (9, "public")  # its list holds the articles that are published, or will be at their time

# Candidates: the rarest terms until their document counts add up to the budget.
TITLE_BUDGET = 8_000
LEAST_TERMS = 3  # but at least so many terms
MOST_TERMS = 60  # and never more
ASIDE = 0.1  # what a term outside of the topic counts: it decides among equals
PAIR_SHARE = 0.5  # a shared pair of characters counts half as much as a shared word of the same rarity


class Document(NamedTuple):
    """A candidate as the index returns it."""

    key: int
    folded: str
    words: list[str]
    topic: str
    intents: str
    packed: bytes | None  # the words of the body as they are stored, where they were asked for
    tags: str = ""  # keys of tags, and the key of the doctor, where the queryset that limited them tells
    doctor: int | None = None

    @property
    def body(self) -> str:
        """The words of the body, separated by blanks, where they were asked for."""
        return unpack_words(self.packed) if self.packed else ""


class Index(Protocol):
    """What the ranker asks of an index; index.py says what each returns."""

    def counts(self, terms: Iterable[Term]) -> dict[Term, int]: ...
    def read_lists(self, terms: Iterable[Term], also: Sequence[Select] = ()) -> tuple[Lists, list[list[int]]]: ...
    def documents(
        self,
        keys: Sequence[int],
        among: QuerySet[Model] | None = None,
        with_bodies: bool = False,
        also: Sequence[QuerySet[Model]] = (),
    ) -> list[Document]: ...


class Statistics:
    """Rarity of the terms of a question, read from the index in one query."""

    def __init__(self, index: Index, terms: Iterable[Term]) -> None:
        self.counts = index.counts([(TITLE_WORD, ""), (BODY_WORD, ""), *set(terms)])
        titles = self.counts.get((TITLE_WORD, ""), 0)
        self.totals = {TITLE_WORD: titles, TITLE_PAIR: titles, BODY_WORD: self.counts.get((BODY_WORD, ""), 0)}

    def count(self, kind: int, term: str) -> int:
        return self.counts.get((kind, term), 0)

    def occurs(self, word: str) -> bool:
        """Tell whether any title or body holds a word."""
        return any(self.count(kind, word) for kind in (TITLE_WORD, BODY_WORD))

    def idf(self, kind: int, term: str) -> float:
        n = self.count(kind, term)
        return math.log(1 + max(0.0, self.totals[kind] - n + 0.5) / (n + 0.5))


def terms_of(title: tokens.Title) -> set[Term]:
    """The (kind, term) pairs of a tokens.Title whose rarity the ranker asks for."""
    kinds = {TITLE_WORD: title.words, TITLE_PAIR: [*title.pairs, *tokens.char_pairs(title.topic)]}
    return {(kind, term) for kind, terms in kinds.items() for term in terms}


def choose(statistics: Statistics, terms: Iterable[Term], budget: int) -> list[Term]:
    """The rarest of the (kind, term) pairs that occur, until their document counts add up to the budget."""
    ordered = sorted((statistics.count(*term), term) for term in set(terms) if statistics.count(*term))
    chosen: list[Term] = []
    total = 0
    for n, term in ordered[:MOST_TERMS]:
        if len(chosen) >= LEAST_TERMS and total + n > budget:
            break
        chosen.append(term)
        total += n
    return chosen
