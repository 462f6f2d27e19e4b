"""What an import would do, row by row, packed to be kept between the preview and the import."""

import hashlib
import json
import zlib
from collections import Counter
from dataclasses import dataclass, field
from typing import Self

from .changes import CHANGED, HELD, NEW, REFUSED, Change, Row


@dataclass
class Plan:
    """The rows of a file in order, and what else is to be said of it."""

    rows: list[Row] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    ignored: str = ""
    digest: str = ""  # of what would be done

    @property
    def counts(self) -> Counter[str]:
        return Counter(row.what for row in self.rows)

    @property
    def is_ready(self) -> bool:
        """Whether there is something to import and nothing to refuse: a file goes in as a whole or not at all."""
        counts = self.counts
        return not counts[REFUSED] and bool(counts[NEW] + counts[CHANGED] + counts[HELD])

    def pack(self) -> bytes:
        said = [self.rows, self.notes, self.ignored, self.digest]
        return zlib.compress(json.dumps(said, ensure_ascii=False).encode(), level=3)

    @classmethod
    def unpack(cls, packed: bytes) -> Self:
        rows, notes, ignored, digest = json.loads(zlib.decompress(packed))
        rows = [Row(*row[:4], tuple(Change(*change) for change in row[4]), row[5]) for row in rows]
        return cls(rows, notes, ignored, digest)


class Digest:
    """A digest of rows as they come, to be compared with that of another time."""

    def __init__(self) -> None:
        self.hash = hashlib.sha256()

    def add(self, row: Row) -> None:
        self.hash.update(json.dumps(row).encode() + b"\n")

    def __str__(self) -> str:
        return self.hash.hexdigest()
