"""How many documents answer a query, exactly: those that hold at least half of it, by rarity.

The posting lists of a query's words become long numbers with a bit for each document. The rarities are added up for all
documents at once, bit by bit as a processor adds, so that the cost grows with the number of words and not with the
number of their documents.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import islice
from operator import and_, or_
from typing import Any, NamedTuple

from django.db.models import QuerySet

from . import posting_lists
from .bitmaps import Bitmaps
from .candidates import BODY_WORD, PUBLIC, TITLE_PAIR, TITLE_WORD, Index
from .posting_lists import Stored, Term

BITS = 9  # rarities are rounded to so many bits of the half that is asked for
HALF = 1 << BITS  # what a document must reach; the whole query is twice as much
SINGLE = 0.5  # share of its rarity that a single character weighs beside longer words
HEAVIEST = 12  # words, and pairs of characters, of a query that are counted
MOST_KEYS = 50_000  # of a tag or doctor that are read; beyond, a count is the least there is


@dataclass(frozen=True)
class Scope:
    """Which documents are counted, and which ones hold a name whatever their texts say.

    Querysets have one column, a key. Unless is_public, documents in whatever state are counted.
    """

    is_public: bool = False
    later: QuerySet[Any] | None = None  # published, but only at a time to come
    within: QuerySet[Any] | None = None  # what a filter leaves
    named: Sequence[tuple[str, QuerySet[Any]]] = ()  # folded names of tags and doctors, and what carries them

    @property
    def querysets(self) -> list[QuerySet[Any]]:
        """What to read beside the posting lists."""
        sets = [queryset[: MOST_KEYS + 1] for _, queryset in self.named]
        if self.within is not None:
            sets.insert(0, self.within[: MOST_KEYS + 1])
        return sets if self.later is None else [self.later, *sets]


class Weights(NamedTuple):
    """What a query's words, and the pairs of characters of its topic, weigh; and, of a meaning, its terms' words."""

    words: Mapping[str, float]
    pairs: Mapping[str, float]
    needed: Sequence[Collection[str]] = ()  # what answers holds all words of one at least

    @property
    def terms(self) -> list[Term]:
        """The terms whose posting lists are needed."""
        kinds = [(TITLE_WORD, self.words), (BODY_WORD, self.words), (TITLE_PAIR, self.pairs)]
        return [(kind, term) for kind, terms in kinds for term in terms]


@dataclass
class Strong:
    """The documents that hold half of a query: how many within the scope, and which."""

    maps: Bitmaps
    scope: int  # all that lies within the scope
    found: int  # in whatever state
    anywhere: int  # those within the scope but for the filter
    counted: int  # those within the scope
    words: dict[str, int] = field(default_factory=dict)  # how many documents, whatever the filter, hold each word

    @property
    def total(self) -> int:
        return self.counted.bit_count()

    def newest(self, limit: int, without: Collection[int] = ()) -> list[int]:
        """Return the newest of those that are counted, leaving out the keys of `without`."""
        return list(islice((key for key in self.maps.newest(self.counted) if key not in without), max(0, limit)))


class Read(NamedTuple):
    """What was read of a Scope: sets of keys."""

    later: Stored
    within: Stored | None
    named: Sequence[tuple[str, Stored]]
    carried: Sequence[int]  # how many keys each of `named` has
    is_least: bool  # one of the sets is longer than what is read


def count(weights: Weights, scope: Scope, maps: Bitmaps, read: Read, meanings: Sequence[Weights] = ()) -> Strong:
    """Return the Strong of a query; `maps` has the posting lists of its terms, `read` is what the scope names.

    What holds half of one of its `meanings` counts, too.
    """
    public = maps.of(PUBLIC) & ~maps.number(read.later) if scope.is_public else -1
    alone = [] if weights.words else [maps.number(keys) for _, keys in read.named]  # without a word, names answer
    found = reduce(or_, alone, 0)
    for way in (weights, *meanings):
        found |= answering(way, maps, read.named)
    within = public if read.within is None else public & maps.number(read.within)
    strong = Strong(maps, within, found, found & public, found & within)
    if not strong.anywhere:
        words = [word for word, _ in by_weight(weights.words)]
        strong.words = {word: (holding(word, maps, read.named) & public).bit_count() for word in words}
    return strong


def answering(weights: Weights, maps: Bitmaps, names: Sequence[tuple[str, Stored]]) -> int:
    """Return what holds half of a query, and all words of one of the terms that are needed."""
    words = [(weight, holding(word, maps, names)) for word, weight in by_weight(weights.words)[:HEAVIEST]]
    pairs = [(weight, maps.of((TITLE_PAIR, pair))) for pair, weight in by_weight(weights.pairs)[:HEAVIEST]]
    found = half(words) | half(pairs)
    if not weights.needed:
        return found
    whole = (reduce(and_, (holding(word, maps, names) for word in term), found) for term in weights.needed)
    return reduce(or_, whole, 0)


def holding(word: str, maps: Bitmaps, names: Sequence[tuple[str, Stored]]) -> int:
    """Return what holds a word in its title, its body or the names that it carries."""
    named = (maps.number(keys) for name, keys in names if word in name)
    return reduce(or_, named, maps.of((TITLE_WORD, word)) | maps.of((BODY_WORD, word)))


def read(index: Index, terms: Collection[Term], scope: Scope) -> tuple[Bitmaps, Read]:
    """Return the posting lists of `terms` and of what is public, and what a Scope names. One query at most."""
    asked = terms or scope.named
    lists, sets = index.read_lists([*terms, PUBLIC], scope.querysets) if asked else ({}, [[]] * len(scope.querysets))
    given = iter(sets)
    later = posting_lists.of_keys(next(given) if scope.later is not None else [])
    within = None if scope.within is None else posting_lists.of_keys(next(given))
    carried = list(given)
    named = [(name, posting_lists.of_keys(keys)) for (name, _), keys in zip(scope.named, carried, strict=True)]
    is_least = any(len(keys) > MOST_KEYS for keys in sets[scope.later is not None :])
    maps = Bitmaps(lists, [keys for _, keys in named])
    return maps, Read(later, within, named, [len(keys) for keys in carried], is_least)


def weighed(rarities: Mapping[str, float]) -> dict[str, float]:
    """Return the weights of words by their rarities; beside longer words a single character weighs little.

    病 is not half of 糖料病, which nobody knows.
    """
    longest = max(map(len, rarities), default=0)
    return {word: value * (SINGLE if len(word) == 1 < longest else 1.0) for word, value in rarities.items()}


def by_weight(weights: Mapping[str, float]) -> list[tuple[str, float]]:
    """Return the terms and their weights, the heaviest first."""
    return sorted(weights.items(), key=lambda row: (-row[1], row[0]))


def half(holders: Sequence[tuple[float, int]]) -> int:
    """Return the documents whose weights add up to half of all.

    `holders` are (weight, the documents that have it), the heaviest first.
    """
    whole = sum(weight for weight, _ in holders)
    if whole <= 0:
        return 0
    return reaching([(round(weight / whole * 2 * HALF), documents) for weight, documents in holders])


def reaching(masks: Sequence[tuple[int, int]]) -> int:
    """Return the documents whose numbers add up to HALF; `masks` are (number, the documents that have it)."""
    reached, sums = 0, [0] * BITS
    for number, mask in masks:
        if number >= HALF:
            reached |= mask
            continue
        carry = 0
        for place in range(BITS):
            old = sums[place]
            if number >> place & 1:
                one = old ^ mask
                sums[place] = one ^ carry
                carry = (old & mask) | (carry & one)
            elif carry:
                sums[place] = old ^ carry
                carry &= old
            elif not number >> place:
                break
        reached |= carry
    return reached
