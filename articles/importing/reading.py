"""How a file is read: what is noted meanwhile, and whether a wrong row ends it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import ClassVar

from .errors import BadFile
from .records import Ignored

MAX_ROWS = 1_000_000
MOST_REFUSED = 2_000


@dataclass
class Reading:
    """Reads a file up to its first wrong row, which is raised. `advance` is told the bytes or rows that were read."""

    ignored: Ignored = field(default_factory=Ignored)
    advance: Callable[[int], object] | None = None
    notes: list[str] = field(default_factory=list)
    sources: dict[bytes, int] = field(default_factory=dict)  # digest of a source → its line

    most_rows: ClassVar[int] = MAX_ROWS

    def refuse(self, error: BadFile) -> None:
        """Take the BadFile of one row."""
        raise error

    def meet(self, source: str, line: int) -> int | None:
        """Remember the source of a line; return the line that had it before."""
        # Sixteen bytes whatever the source: a million rows must not fill the memory.
        key = blake2b(source.encode(), digest_size=16).digest()
        if key in self.sources:
            return self.sources[key]
        self.sources[key] = line
        return None

    def count_row(self, count: int, line: int) -> None:
        """Look at the bounds before the row number `count` is read. Raises BadFile."""
        if count > self.most_rows:
            raise BadFile(f"超过 {self.most_rows} 行，请分成几个文件。", line)


@dataclass
class PatientReading(Reading):
    """Reads on after a wrong row, so that all of them can be shown at once."""

    refused: list[BadFile] = field(default_factory=list)

    def refuse(self, error: BadFile) -> None:
        self.refused.append(error)
        if error.source:  # whoever names the same goes back with it: which of the two is right, nobody knows yet
            self.meet(error.source, error.line)
        if len(self.refused) >= MOST_REFUSED:
            raise BadFile(f"已经有 {MOST_REFUSED} 行不能导入，后面的没有再看。", error.line)
