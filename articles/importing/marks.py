"""The mark in a row of an export, by which an import knows the article again."""

import hashlib
import re
from datetime import datetime
from typing import NamedTuple

MARK = re.compile(r"(\d{1,18})-([0-9a-f]{8})-([0-9a-f]{12})")


class Mark(NamedTuple):
    """Which article a row was made of, and a digest of what the row said then."""

    article: int
    birth: str  # when the article was made, so that a number of another site means nothing here
    digest: str

    def __str__(self) -> str:
        return f"{self.article}-{self.birth}-{self.digest}"

    @property
    def source(self) -> str:
        return f"export:{self.article}-{self.birth}"


def read(value: object) -> Mark:
    """Return the Mark in a cell. Raises ValueError."""
    match = MARK.fullmatch(value.strip()) if isinstance(value, str) else None
    if not match:
        raise ValueError("不完整，请保持导出时的样子，或者删掉这一格。")
    return Mark(int(match[1]), match[2], match[3])


def birth_of(created_at: datetime) -> str:
    return hashlib.sha256(created_at.isoformat().encode()).hexdigest()[:8]


def short(digest: str) -> str:
    return digest[:12]
