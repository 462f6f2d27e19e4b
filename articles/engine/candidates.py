"""Candidates for the ranker: the documents that share the rarest words of a question, by the sum of their rarities.

Nothing here knows the database: an index is any object with counts(), postings() and documents(). How each constant was
chosen is told in docs/relevance.md.
"""

import heapq
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, Protocol

from django.db.models import Model, QuerySet

from . import tokens

TITLE_WORD, TITLE_PAIR, BODY_WORD = 0, 1, 2  # the kinds of terms an index keeps
Term = tuple[int, str]  # kind, word or pair
Lists = dict[Term, dict[int, bytes]]  # of each term the stored posting list, by chunk (posting_lists.py)
PUBLIC: Term = (9, "public")  # its list holds the articles that are published, or will be at their time

# Candidates: the rarest terms until their document counts add up to the budget. More gains nothing (relevance.md).
TITLE_BUDGET, BODY_BUDGET = 1_500, 8_000
LEAST_TERMS = 3  # but at least so many terms
POSTINGS = 8_000  # of a commoner term only the newest so many documents are read
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
    body: list[str]  # the words of the body, where they were asked for
    tags: str = ""  # keys of tags, and the key of the doctor, where the queryset that limited them tells
    doctor: int | None = None


class Index(Protocol):
    """What the ranker asks of an index; index.py says what each returns."""

    def counts(self, terms: Iterable[Term]) -> dict[Term, int]: ...
    def postings(self, asked: Sequence[Sequence[Term]], limit: int, known: Lists | None = None) -> list[list[int]]: ...
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


def gather(
    index: Index, statistics: Statistics, choices: Sequence[list[Term]], known: Lists | None = None
) -> list[dict[int, float]]:
    """The documents that have the chosen terms: for each choice {key: score}. One query for all.

    No query where `known` are the posting lists of the chosen terms.
    """
    asked: list[list[Term]] = []
    for chosen in choices:
        asked += [[term] for term in chosen]
        if len(chosen) > 1 and statistics.count(*chosen[-1]) > POSTINGS:
            asked.append(chosen)  # documents with all the terms may be older than the newest ones read
    found = dict(zip(map(tuple, asked), index.postings(asked, POSTINGS, known), strict=True)) if asked else {}
    results: list[dict[int, float]] = []
    for chosen in choices:
        worth = {term: statistics.idf(*term) * (PAIR_SHARE if term[0] == TITLE_PAIR else 1.0) for term in chosen}
        scores: defaultdict[int, float] = defaultdict(float)
        for term in chosen:
            for key in found[(term,)]:
                scores[key] += worth[term]
        for key in found.get(tuple(chosen), ()):
            scores[key] = sum(worth.values())
        results.append(scores)
    return results


def best(scores: dict[int, float], limit: int) -> list[int]:
    return heapq.nlargest(limit, scores, key=lambda key: (scores[key], key))


def only(scores: dict[int, float], among: QuerySet[Model]) -> dict[int, float]:
    """The best of `scores` that are `among`."""
    keys = among.filter(pk__in=best(scores, WIDE)).order_by().values_list("pk", flat=True)
    return {key: scores[key] for key in keys}
