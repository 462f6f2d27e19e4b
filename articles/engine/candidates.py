"""Candidates for the ranker: the documents that share the rarest words of a question, by the sum of their rarities.

Nothing here knows the database: an index is any object with counts(), read_lists() and documents(). How each constant
was chosen is told in docs/relevance.md.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple, Protocol

from django.db.models import Model, QuerySet

from . import tokens
from .bitmaps import Bitmaps
from .posting_lists import SPAN, Lists, unpack
from .posting_lists import Term as Term  # many speak of terms by this module
from .stored_words import unpack_words

TITLE_WORD, TITLE_PAIR, BODY_WORD = 0, 1, 2  # the kinds of terms an index keeps
PUBLIC: Term = (9, "public")  # its list holds the articles that are published, or will be at their time

# Candidates: the rarest terms until their document counts add up to the budget. More gains nothing (relevance.md).
TITLE_BUDGET, BODY_BUDGET = 1_500, 8_000
LEAST_TERMS = 3  # but at least so many terms
ONE_BY_ONE = 2_000  # documents of few terms that are added up one by one; more are taken by combinations of terms
MOST_TERMS = 60  # and never more
WIDE = 4_000  # of titles and of bodies each, where a filter leaves few
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
    def read_lists(
        self, terms: Iterable[Term], also: Sequence[QuerySet[Any]] = ()
    ) -> tuple[Lists, list[list[int]]]: ...
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


def gather(statistics: Statistics, chosen: Sequence[Term], maps: Bitmaps, limit: int) -> dict[int, float]:
    """The best `limit` of the documents that have some of the `chosen` terms, as {key: score}, the best first.

    `maps` has the posting lists of the terms. Of documents with the same score the newest are better.
    """
    worth = {term: statistics.idf(*term) * (PAIR_SHARE if term[0] == TITLE_PAIR else 1.0) for term in chosen}
    if len(chosen) > LEAST_TERMS or sum(statistics.count(*term) for term in chosen) <= ONE_BY_ONE:
        return added_up(worth, maps.lists, limit)
    return by_combination(worth, maps, limit)


def added_up(worth: Mapping[Term, float], lists: Lists, limit: int) -> dict[int, float]:
    """The best documents by what their terms are worth, added up one by one."""
    scores: dict[int, float] = {}
    for term, value in worth.items():
        keys = [chunk * SPAN + place for chunk, stored in lists.get(term, {}).items() for place in unpack(stored)]
        if scores:
            known = scores.get
            for key in keys:
                scores[key] = known(key, 0.0) + value
        else:
            scores = dict.fromkeys(keys, value)
    best: list[tuple[float, int]] = []
    if len(scores) > limit:  # few different scores: the worst of those that are wanted is soon found
        total = 0
        for least, n in sorted(Counter(scores.values()).items(), reverse=True):
            total += n
            if total >= limit:
                best = [(score, key) for key, score in scores.items() if score >= least]
                break
    else:
        best = [(score, key) for key, score in scores.items()]
    best.sort(reverse=True)
    return {key: score for score, key in best[:limit]}


def by_combination(worth: Mapping[Term, float], maps: Bitmaps, limit: int) -> dict[int, float]:
    """The same for a few terms with a great many documents: those with all the terms, then those with the best two …"""
    combined = [(0.0, -1)]  # what each combination is worth, and the documents that have it and no other
    for term, value in worth.items():
        number = maps.of(term)
        without = [(score, held & ~number) for score, held in combined]
        combined = [*without, *((score + value, held & number) for score, held in combined)]
    documents: dict[float, int] = {}
    for score, held in combined[1:]:
        documents[score] = documents.get(score, 0) | held
    found: dict[int, float] = {}
    for score in sorted(documents, reverse=True):
        found |= dict.fromkeys(islice(maps.newest(documents[score]), limit - len(found)), score)
        if len(found) == limit:
            break
    return found


def only(scores: dict[int, float], among: QuerySet[Model]) -> dict[int, float]:
    """Those of `scores` that are `among`, in their order."""
    keys = set(among.filter(pk__in=list(scores)).order_by().values_list("pk", flat=True))
    return {key: score for key, score in scores.items() if key in keys}
