"""The vectors of a site's questions in the memory of a process, and which of them are nearest to one.

A vector is kept as whole numbers of one byte, a quarter of what it was: cosines change by less than .005. All are
compared with each query, which takes no index and is exact (docs/relevance.md says what that costs).
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from .embedding import Floats

Bytes = NDArray[np.int8]

HIGHEST = 127
AT_ONCE = 8_192  # vectors that are made floats again at the same time
ROOM = 1_024  # vectors that there is room for at first
TINY = 1e-6
# How these were chosen is told in docs/relevance.md.
CLOSER = 0.8  # standard deviations
NEARER, FARTHER = 0.6, 0.5  # of what chance gives
APART = 1.0  # standard deviations
LEAST = 20  # vectors of which a deviation says something


def packed(vector: Floats) -> bytes:
    """Return a vector as it is stored; its length is lost, which is 1 anyway."""
    rounded: Bytes = np.rint(vector * (HIGHEST / max(float(np.abs(vector).max()), TINY))).astype(np.int8)
    return rounded.tobytes()


@dataclass(frozen=True)
class Near:
    """How near the questions are to what is asked."""

    keys: NDArray[np.int64]  # ascending
    distance: Floats  # of each: how far its cosine is above the mean of all, in standard deviations

    def of(self, key: int) -> float:
        """Return how near a question is; where its vector is not known, as near as neither helps nor harms it."""
        at = int(np.searchsorted(self.keys, key))
        return float(self.distance[at]) if at < len(self.keys) and self.keys[at] == key else self.far

    def best(self, limit: int) -> list[int]:
        """Return the keys of the nearest questions, the nearest first; of equally near ones the newest."""
        is_part = limit < len(self.keys)
        some = np.argpartition(-self.distance, limit)[:limit] if is_part else np.arange(len(self.keys))
        order = some[np.lexsort((-self.keys[some], -self.distance[some]))]
        return [int(key) for key in self.keys[order]]

    @cached_property
    def chance(self) -> float:
        """How near the nearest would be by chance: about √(2 ln n) of n numbers that are normally distributed."""
        return math.sqrt(2 * math.log(max(2, len(self.keys))))

    @cached_property
    def close(self) -> float:
        """From here on a question answers by what it means."""
        return self.chance + CLOSER

    @cached_property
    def near(self) -> float:
        """From here on it may answer."""
        return self.chance * NEARER

    @cached_property
    def far(self) -> float:
        """Below, it is about something else, though it holds words of the query.

        Not where all are alike: of a site about one illness hardly any question stands out.
        """
        return min(self.chance * FARTHER, float(self.distance.max()) - APART)


class Vectors:
    """The vectors of questions by their keys. One writer at a time; readers need no lock."""

    def __init__(self, vectors: Iterable[tuple[int, bytes]] = ()) -> None:
        self.rows: Bytes = np.zeros((0, 0), np.int8)
        self.lengths: Floats = np.zeros(0, np.float32)
        self.keys: list[int] = []
        self.at: dict[int, int] = {}
        self.placed = (np.zeros(0, np.int64), np.zeros(0, np.int64))  # keys, ascending, and the row of each
        self.put(vectors)

    def put(self, vectors: Iterable[tuple[int, bytes]]) -> None:
        """Take in stored vectors with their keys; one of a key that is known takes its place."""
        for key, stored in vectors:
            row = np.frombuffer(stored, np.int8)
            if not self.at:
                self.rows = np.zeros((ROOM, len(row)), np.int8)
                self.lengths = np.ones(ROOM, np.float32)
            at = self.at.get(key, len(self.keys))
            if at == len(self.rows):
                self.rows = np.concatenate([self.rows, np.zeros_like(self.rows)])
                self.lengths = np.concatenate([self.lengths, np.ones_like(self.lengths)])
            self.rows[at] = row
            self.lengths[at] = max(float(np.linalg.norm(row.astype(np.float32))), TINY)
            if at == len(self.keys):
                self.keys.append(key)
                self.at[key] = at
        if len(self.keys) > len(self.placed[0]):
            keys = np.array(self.keys, np.int64)
            order = np.argsort(keys)
            self.placed = (keys[order], order)

    @property
    def are_enough(self) -> bool:
        """Whether they are so many that a mean and a standard deviation tell anything."""
        return len(self.keys) >= LEAST

    def near(self, vector: Floats) -> Near:
        """Return how near all are to a vector; there is one at least."""
        keys, order = self.placed
        size, rows, lengths = len(keys), self.rows, self.lengths
        cosines = np.empty(size, np.float32)
        for start in range(0, size, AT_ONCE):
            end = min(size, start + AT_ONCE)
            cosines[start:end] = rows[start:end].astype(np.float32) @ vector
        cosines /= lengths[:size]
        above = (cosines - cosines.mean()) / max(float(cosines.std()), TINY)
        return Near(keys, above[order].astype(np.float32))
