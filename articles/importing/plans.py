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
    can_be_parted: bool = False  # whether it was read to its end, row by row: its right rows can go without the others
    known_titles: int = 0  # rows without a key of their own whose title a question has

    @property
    def counts(self) -> Counter[str]:
        return Counter(row.what for row in self.rows)

    @property
    def right(self) -> int:
        """The number of rows that would be written."""
        counts = self.counts
        return counts[NEW] + counts[CHANGED] + counts[HELD]

    @property
    def problems(self) -> dict[int, str]:
        """{line: sentence} of the rows that cannot be imported."""
        return {row.line: row.why for row in self.rows if row.what == REFUSED}

    @property
    def is_ready(self) -> bool:
        """Whether there is something to import and nothing to refuse."""
        return bool(self.right) and not self.counts[REFUSED]

    @property
    def is_partly_ready(self) -> bool:
        """Whether there is something to import without what is to be refused."""
        return bool(self.right) and self.can_give_back

    @property
    def can_give_back(self) -> bool:
        """Whether the rows to be refused can be given back as a file."""
        return bool(self.counts[REFUSED]) and self.can_be_parted

    def pack(self) -> bytes:
        said = [self.rows, self.notes, self.ignored, self.digest, self.can_be_parted, self.known_titles]
        return zlib.compress(json.dumps(said, ensure_ascii=False).encode(), level=3)

    @classmethod
    def unpack(cls, packed: bytes) -> Self:
        rows, *rest = json.loads(zlib.decompress(packed))
        rows = [Row(*row[:4], tuple(Change(*change) for change in row[4]), *row[5:]) for row in rows]
        return cls(rows, *rest)


class Digest:
    """A digest of rows as they come, to be compared with that of another time."""

    def __init__(self) -> None:
        self.hash = hashlib.sha256()

    def add(self, row: Row) -> None:
        self.hash.update(json.dumps(row).encode() + b"\n")

    def __str__(self) -> str:
        return self.hash.hexdigest()
