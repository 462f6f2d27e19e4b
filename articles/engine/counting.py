"""How many documents answer a query, exactly: those that hold at least half of it, by rarity.

The posting lists of a query's words become long numbers with a bit for each document. The rarities are added up for all
documents at once, bit by bit as a processor adds, so that the cost grows with the number of words and not with the
number of their documents.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, NamedTuple

from django.db.models import QuerySet

from . import posting_lists
from .candidates import BODY_WORD, PUBLIC, TITLE_PAIR, TITLE_WORD, Index, Lists, Term
from .index_rows import batches

BITS = 9  # rarities are rounded to so many bits of the half that is asked for
HALF = 1 << BITS  # what a document must reach; the whole query is twice as much
SINGLE = 0.5  # share of its rarity that a single character weighs beside longer words
HEAVIEST = 12  # words, and pairs of characters, of a query that are counted
CHUNKS = 64  # taken at once, so that the numbers stay within a processor's memory
MOST_KEYS = 50_000  # of a tag or doctor that are read; beyond, a count is the least there is

Bitmaps = Mapping[int, bytes]  # a set of keys, by chunk
Holders = tuple[float, Sequence[Bitmaps]]  # a weight, and the sets of documents that have it
NOTHING = bytes(posting_lists.BITS)


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

    total: int = 0  # within the filter
    is_least: bool = False  # there may be more
    words: dict[str, int] = field(default_factory=dict)  # how many documents, whatever the filter, hold each word
    bits: dict[int, bytes] = field(default_factory=dict)  # in whatever state, by chunk
    counted: dict[int, bytes] = field(default_factory=dict)  # those within the scope
    anywhere: dict[int, bytes] = field(default_factory=dict)  # and whatever the filter

    def __contains__(self, key: int) -> bool:
        return holds(self.bits, key)

    def newest(self, limit: int, without: Collection[int] = ()) -> list[int]:
        """Return the newest of those that are counted, leaving out the keys of `without`."""
        keys = (
            chunk * posting_lists.SPAN + place
            for chunk in sorted(self.counted, reverse=True)
            for place in reversed(posting_lists.unpack(self.counted[chunk]))
        )
        return list(islice((key for key in keys if key not in without), max(0, limit)))

    def is_counted(self, key: int) -> bool:
        return holds(self.counted, key)

    def is_anywhere(self, key: int) -> bool:
        """Whether a document is within the scope but for the filter."""
        return holds(self.anywhere, key)


def count(
    weights: Weights, scope: Scope, lists: Lists, sets: Sequence[Sequence[int]], meanings: Sequence[Weights] = ()
) -> Strong:
    """Return the Strong of a query; `lists` are the posting lists of its terms, `sets` the keys of scope.querysets.

    What holds half of one of its `meanings` counts, too.
    """
    given = iter(sets)
    out = posting_lists.of_keys(next(given) if scope.later is not None else [])
    kept = None if scope.within is None else posting_lists.of_keys(next(given))
    names = [(name, posting_lists.of_keys(keys)) for (name, _), keys in zip(scope.named, given, strict=True)]
    strong = Strong(is_least=any(len(keys) > MOST_KEYS for keys in sets[scope.later is not None :]))
    ways = [Way(one, lists, names) for one in (weights, *meanings)]
    alone = [] if weights.words else [keys for _, keys in names]  # a query without a word is answered by its names
    chunks = sorted(set().union(*alone, *(bitmaps for way in ways for bitmaps in way.bitmaps)))
    for part in batches(chunks, CHUNKS):
        found = joined(alone, part)
        for way in ways:
            found |= way.found(part)
        public = published(lists, out, part) if scope.is_public else -1
        counted = found & public if kept is None else found & public & joined([kept], part)
        strong.total += counted.bit_count()
        for bits, target in [(found, strong.bits), (counted, strong.counted), (found & public, strong.anywhere)]:
            target.update(cut(bits, part))
    if not strong.anywhere:
        for part in batches(chunks, CHUNKS):
            public = published(lists, out, part) if scope.is_public else -1
            for word, (_, parts) in ways[0].words.items():
                strong.words[word] = strong.words.get(word, 0) + (joined(parts, part) & public).bit_count()
    return strong


class Way:
    """A query as it was typed, or in one of its meanings, with the sets of documents that have its terms."""

    def __init__(self, weights: Weights, lists: Lists, names: Sequence[tuple[str, Bitmaps]]) -> None:
        self.words = holders_of_words(weights.words, lists, names)
        self.heavy = list(self.words.values())[:HEAVIEST]
        self.pairs: list[Holders] = [
            (weight, [lists.get((TITLE_PAIR, pair), {})]) for pair, weight in by_weight(weights.pairs)[:HEAVIEST]
        ]
        self.needed = [[self.words[word][1] for word in words] for words in weights.needed]

    @property
    def bitmaps(self) -> list[Bitmaps]:
        return [bitmaps for _, sets in [*self.heavy, *self.pairs] for bitmaps in sets]

    def found(self, chunks: Sequence[int]) -> int:
        """Return the documents that hold half, and one of the terms that are needed."""
        found = half(self.heavy, chunks) | half(self.pairs, chunks)
        if not self.needed:
            return found
        having = 0
        for words in self.needed:
            whole = found
            for sets in words:
                whole &= joined(sets, chunks)
            having |= whole
        return having


def published(lists: Lists, later: Bitmaps, chunks: Sequence[int]) -> int:
    return joined([lists.get(PUBLIC, {})], chunks) & ~joined([later], chunks)


def read(index: Index, terms: Iterable[Term], scope: Scope) -> tuple[Lists, list[list[int]]]:
    """Return the posting lists of `terms` and of what is public, and the keys of scope.querysets. One query."""
    return index.read_lists([*terms, PUBLIC], scope.querysets)


def weighed(rarities: Mapping[str, float]) -> dict[str, float]:
    """Return the weights of words by their rarities; beside longer words a single character weighs little.

    病 is not half of 糖料病, which nobody knows.
    """
    longest = max(map(len, rarities), default=0)
    return {word: value * (SINGLE if len(word) == 1 < longest else 1.0) for word, value in rarities.items()}


def by_weight(weights: Mapping[str, float]) -> list[tuple[str, float]]:
    """Return the terms and their weights, the heaviest first."""
    return sorted(weights.items(), key=lambda row: (-row[1], row[0]))


def holders_of_words(
    weights: Mapping[str, float], lists: Lists, names: Sequence[tuple[str, Bitmaps]]
) -> dict[str, Holders]:
    """Return for each word, the heaviest first, its weight and what holds it in title, body or names."""
    found: dict[str, Holders] = {}
    for word, weight in by_weight(weights):
        texts = [lists[kind, word] for kind in (TITLE_WORD, BODY_WORD) if (kind, word) in lists]
        found[word] = (weight, [*texts, *(keys for name, keys in names if word in name)])
    return found


def joined(sets: Sequence[Bitmaps], chunks: Sequence[int], wanted: Mapping[int, set[int] | None] | None = None) -> int:
    """Return the union of sets as one number: a bit for each place of `chunks`, one chunk behind the other.

    `wanted` are the places of each chunk that matter; others may be left out. None are all.
    """
    pieces = []
    for chunk in chunks:
        places = None if wanted is None else wanted[chunk]
        stored = [bitmaps[chunk] for bitmaps in sets if chunk in bitmaps]
        pieces.append(posting_lists.union(stored, places) if stored and places != set() else NOTHING)
    return int.from_bytes(b"".join(pieces), "little")


def cut(bits: int, chunks: Sequence[int]) -> Iterable[tuple[int, bytes]]:
    """Yield (chunk, its part of a number that joined() made), but empty ones."""
    size = posting_lists.BITS
    whole = bits.to_bytes(size * len(chunks), "little")
    for number, chunk in enumerate(chunks):
        if (piece := whole[number * size : (number + 1) * size]) != NOTHING:
            yield chunk, piece


def half(holders: Sequence[Holders], chunks: Sequence[int]) -> int:
    """Return the documents whose weights add up to half of all.

    `holders` are (weight, the sets of documents that have it), the heaviest first. Those behind that cannot reach half
    by themselves are looked at only where one of the heavier ones is, and these are the rare ones.
    """
    whole = sum(weight for weight, _ in holders)
    if whole <= 0:
        return 0
    numbers = [round(weight / whole * 2 * HALF) for weight, _ in holders]
    heavy = next(n for n in range(len(numbers) + 1) if sum(numbers[n:]) < HALF)
    rare = [bitmaps for _, sets in holders[:heavy] for bitmaps in sets]
    wanted = {chunk: posting_lists.few_of(sets[chunk] for sets in rare if chunk in sets) for chunk in chunks}
    masks = [joined(sets, chunks, None if n < heavy else wanted) for n, (_, sets) in enumerate(holders)]
    return reaching(list(zip(numbers, masks, strict=True)))


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
                sums[place] = old ^ mask ^ carry
                carry = (old & mask) | (carry & (old ^ mask))
            elif carry:
                sums[place] = old ^ carry
                carry &= old
            elif not number >> place:
                break
        reached |= carry
    return reached


def holds(bitmaps: Bitmaps, key: int) -> bool:
    chunk, place = posting_lists.place(key)
    bits = bitmaps.get(chunk)
    return bool(bits and bits[place >> 3] >> (place & 7) & 1)
