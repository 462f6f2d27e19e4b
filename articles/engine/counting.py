"""How many documents answer a query, exactly, and which fit it best.

A title, with the names of tags and doctor, answers that holds half of a query, by rarity. A body alone does only if all
of the query stands in it, and with a title that holds a quarter if both hold half: half of a query stands by chance in
many a body. Why, and what it changed, is told in docs/relevance.md.

The posting lists of a query's words become long numbers with a bit for each document. The rarities are added up for all
documents at once, bit by bit as a processor adds, so that the cost grows with the number of words and not with the
number of their documents.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import islice, zip_longest
from operator import and_, or_
from typing import NamedTuple

from articles.text.wordlists import EVERYDAY_WORDS

from . import posting_lists
from .bitmaps import Bitmaps
from .candidates import BODY_WORD, PUBLIC, TITLE_PAIR, TITLE_WORD, Index
from .index_tables import Select
from .posting_lists import Stored, Term

BITS = 9  # rarities are rounded to so many bits of the half that is asked for
HALF = 1 << BITS  # what a document must reach; the whole query is twice as much
SINGLE = 0.5  # share of its rarity that a single character weighs beside longer words
HEAVIEST = 12  # words, and pairs of characters, of a query that are counted
MOST_KEYS = 50_000  # of a tag or doctor that are read; beyond, a count is the least there is


@dataclass(frozen=True)
class Scope:
    """Which documents are counted, and which ones hold a name whatever their texts say.

    What reads keys gives no more than MOST_KEYS and one. Unless is_public, documents in whatever state are counted.
    """

    is_public: bool = False
    later: Select | None = None  # published, but only at a time to come
    within: Select | None = None  # what a filter leaves
    named: Sequence[tuple[str, Select]] = ()  # folded names of tags and doctors, and what carries them

    @property
    def selects(self) -> list[Select]:
        """What to read beside the posting lists."""
        sets = [self.later, self.within, *(select for _, select in self.named)]
        return [one for one in sets if one is not None]


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


Sums = Sequence[int]  # a number for each document: long numbers with the same binary place of all, the lowest first


@dataclass
class Strong:
    """The documents that answer a query, and how well all of them fit it."""

    maps: Bitmaps
    public: int  # all that lies within the scope but for its filter
    scope: int  # all that lies within the scope
    found: int  # in whatever state
    fits: Sequence[Sums]  # the query, then each of its meanings
    words: dict[str, int] = field(default_factory=dict)  # how many documents, whatever the filter, hold each word

    @property
    def counted(self) -> int:
        """Those within the scope."""
        return self.found & self.scope

    @property
    def anywhere(self) -> int:
        """Those within the scope but for its filter."""
        return self.found & self.public

    @property
    def holders(self) -> int:
        """How many documents, in whatever state, hold any of the words."""
        return reduce(or_, (place for sums in self.fits for place in sums), 0).bit_count()

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

    What answers one of its `meanings` counts, too.
    """
    public = maps.of(PUBLIC) & ~maps.number(read.later) if scope.is_public else -1
    alone = [] if weights.words else [maps.number(keys) for _, keys in read.named]  # without a word, names answer
    answers = [answering(way, maps, read.named) for way in (weights, *meanings)]
    found = reduce(or_, [*alone, *(found for found, _ in answers)])
    within = public if read.within is None else public & maps.number(read.within)
    strong = Strong(maps, public, within, found, [sums for _, sums in answers])
    if not strong.anywhere:
        words = [word for word, _ in by_weight(weights.words)]
        strong.words = {word: (holding(word, maps, read.named) & public).bit_count() for word in words}
    return strong


def answering(weights: Weights, maps: Bitmaps, names: Sequence[tuple[str, Stored]]) -> tuple[int, Sums]:
    """Return what answers a query, and holds all words of one of the terms that are needed; and how well all fit.

    They fit by the share of the words that they hold anywhere, and twice by that of the pairs in their titles.
    """
    heaviest = by_weight(weights.words)[:HEAVIEST]
    words = shares([(weight, holding(word, maps, names)) for word, weight in heaviest])
    titled = shares([(weight, entitled(word, maps, names)) for word, weight in heaviest])
    pairs = shares([(weight, maps.of((TITLE_PAIR, pair))) for pair, weight in by_weight(weights.pairs)[:HEAVIEST]])
    told = half(words) & (quarter(titled) | quarter(pairs))
    found = half(titled) | half(pairs) | told | whole(weights, maps, names, half(words))
    fits = together(words, [0, *pairs])
    if not weights.needed:
        return found, fits
    held = (reduce(and_, (holding(word, maps, names) for word in term), found) for term in weights.needed)
    return reduce(or_, held, 0), fits


def whole(weights: Weights, maps: Bitmaps, names: Sequence[tuple[str, Stored]], found: int) -> int:
    """Return those of `found` that hold every word of a query."""
    return reduce(and_, (holding(word, maps, names) for word in weights.words), found)


def holding(word: str, maps: Bitmaps, names: Sequence[tuple[str, Stored]]) -> int:
    """Return what holds a word in its title, its body or the names that it carries."""
    return entitled(word, maps, names) | maps.of((BODY_WORD, word))


def entitled(word: str, maps: Bitmaps, names: Sequence[tuple[str, Stored]]) -> int:
    """Return what holds a word in its title or the names that it carries."""
    named = (maps.number(keys) for name, keys in names if word in name)
    return reduce(or_, named, maps.of((TITLE_WORD, word)))


def read(index: Index, terms: Collection[Term], scope: Scope, is_needed: bool = False) -> tuple[Bitmaps, Read]:
    """Return the posting lists of `terms` and of what is public, and what a Scope names. One query at most.

    Without a term or a name nothing is found, and nothing read unless it `is_needed`.
    """
    asked = is_needed or terms or scope.named
    lists, sets = index.read_lists([*terms, PUBLIC], scope.selects) if asked else ({}, [[]] * len(scope.selects))
    given = iter(sets)
    later = posting_lists.of_keys(next(given) if scope.later is not None else [])
    within = None if scope.within is None else posting_lists.of_keys(next(given))
    carried = list(given)
    named = [(name, posting_lists.of_keys(keys)) for (name, _), keys in zip(scope.named, carried, strict=True)]
    is_least = any(len(keys) > MOST_KEYS for keys in sets[scope.later is not None :])
    maps = Bitmaps(lists, [keys for _, keys in named])
    return maps, Read(later, within, named, [len(keys) for keys in carried], is_least)


def weighed(rarities: Mapping[str, float]) -> dict[str, float]:
    """Return the weights of words by their rarities; a single character beside longer words weighs little, and so does
    who is ill and when.

    病 is not half of 糖料病, which nobody knows, nor 老人 of 老人早上头痛.
    """
    longest = max(map(len, rarities), default=0)
    return {
        word: value * (SINGLE if len(word) == 1 < longest or word in EVERYDAY_WORDS else 1.0)
        for word, value in rarities.items()
    }


def by_weight(weights: Mapping[str, float]) -> list[tuple[str, float]]:
    """Return the terms and their weights, the heaviest first."""
    return sorted(weights.items(), key=lambda row: (-row[1], row[0]))


def shares(holders: Sequence[tuple[float, int]]) -> Sums:
    """Return for each document the share of the weights that it has, of which the half is HALF.

    `holders` are (weight, the documents that have it).
    """
    whole = sum(weight for weight, _ in holders)
    if whole <= 0:
        return []
    return added([(round(weight / whole * 2 * HALF), documents) for weight, documents in holders])


def half(sums: Sums) -> int:
    """Return the documents whose sums are HALF at least."""
    return reduce(or_, sums[BITS:], 0)


def quarter(sums: Sums) -> int:
    """Return the documents whose sums are half of HALF at least: twice as much is HALF."""
    return half([0, *sums])


def added(numbers: Sequence[tuple[int, int]]) -> Sums:
    """Return the sums of numbers; each is given with the documents that have it."""
    sums: list[int] = []
    for number, documents in numbers:
        carry, place = 0, 0
        while carry or number >> place:
            if place == len(sums):
                sums.append(0)
            old = sums[place]
            if number >> place & 1:
                one = old ^ documents
                sums[place] = one ^ carry
                carry = (old & documents) | (carry & one)
            elif carry:
                sums[place] = old ^ carry
                carry &= old
            place += 1
    return sums


def together(some: Sums, others: Sums) -> Sums:
    """Return the sums of two sums."""
    sums, carry = [], 0
    for a, b in zip_longest(some, others, fillvalue=0):
        one = a ^ b
        sums.append(one ^ carry)
        carry = (a & b) | (carry & one)
    return [*sums, carry]


def best(maps: Bitmaps, sums: Sums, within: int, limit: int) -> list[int]:
    """Return the keys of the `limit` documents within a set that have the highest sums, of equal ones the newest.

    From the highest binary place on: while more documents than are wanted have it set, the others are left behind.
    """
    rest, taken, wanted = within & reduce(or_, sums, 0), 0, limit
    for place in reversed(sums):
        high = rest & place
        if (number := high.bit_count()) > wanted:
            rest = high
        else:
            taken, rest, wanted = taken | high, rest ^ high, wanted - number
    return [*maps.newest(taken), *islice(maps.newest(rest), wanted)]
