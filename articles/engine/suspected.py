"""Terms that nobody has typed, but that a query is likely about: documents with them are looked at and come before."""

from collections.abc import Mapping
from functools import reduce
from itertools import islice
from operator import and_

from . import tokens
from .bitmaps import Bitmaps
from .candidates import TITLE_WORD, Document, Term

WEIGHT = 10.0  # what a term counts in the order that is certainly asked about
NEWEST = 10  # documents with a term in their titles that are looked at


class Suspected:
    """Folded terms, each with how likely a query is about it."""

    def __init__(self, likely: Mapping[str, float]) -> None:
        self.likely = likely
        words = (tokens.words(term) for term in likely)
        self.held = [[(TITLE_WORD, word) for word in some] for some in words if some]

    @property
    def terms(self) -> list[Term]:
        """The index's terms whose posting lists are needed."""
        return [term for some in self.held for term in some]

    def newest(self, maps: Bitmaps, within: int) -> list[int]:
        """Return the keys of the newest documents of a set that have one of the terms in their titles."""
        sets = (reduce(and_, map(maps.of, some), within) for some in self.held)
        return [key for number in sets for key in islice(maps.newest(number), NEWEST)]

    def worth(self, d: Document) -> float:
        """Return what it counts that a document's title holds what is suspected."""
        return WEIGHT * max((one for term, one in self.likely.items() if term in d.folded), default=0.0)
