"""Sets of keys as long numbers with a bit for each document: united, intersected and counted by one operation each.

The chunks that stand in an index follow each other in the number, whatever keys lie between them.
"""

from collections.abc import Iterable, Iterator

from . import posting_lists
from .posting_lists import BITS, SPAN, Lists, Stored, Term

NOTHING = bytes(BITS)


class Bitmaps:
    """The numbers for the posting lists of some terms, and for other sets, as far as these lie in the same chunks."""

    def __init__(self, lists: Lists, others: Iterable[Stored] = ()) -> None:
        self.lists = lists
        self.chunks = sorted(set().union(*lists.values(), *others))
        self.size = BITS * len(self.chunks)
        self.starts = {chunk: BITS * at for at, chunk in enumerate(self.chunks)}
        self.known: dict[Term, int] = {}

    def of(self, term: Term) -> int:
        """Return the documents that hold a term."""
        if term not in self.known:
            self.known[term] = self.number(self.lists.get(term, {}))
        return self.known[term]

    def number(self, stored: Stored) -> int:
        """Return a set, given as stored lists by chunk, as a number; what lies in other chunks is left out."""
        if not stored:
            return 0
        pieces = [posting_lists.dense(stored[chunk]) if chunk in stored else NOTHING for chunk in self.chunks]
        return int.from_bytes(b"".join(pieces), "little")

    def newest(self, number: int) -> Iterator[int]:
        """Yield the keys of a set, the highest first."""
        written = number.to_bytes(self.size, "little")
        for chunk in reversed(self.chunks):
            start = self.starts[chunk]
            piece = written[start : start + BITS]
            if piece != NOTHING:
                first = chunk * SPAN
                yield from [first + place for place in reversed(posting_lists.unpack(piece))]

    def among(self, keys: Iterable[int], number: int) -> set[int]:
        """Return those of the keys that a set holds."""
        written, starts = number.to_bytes(self.size, "little"), self.starts
        return {
            key
            for key in keys
            if (start := starts.get(key // SPAN)) is not None and written[start + (key % SPAN >> 3)] >> (key & 7) & 1
        }
