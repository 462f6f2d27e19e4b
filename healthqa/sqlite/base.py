"""Django's backend for SQLite, which writes the places of parameters in another way than Django does.

To find them anew in each statement takes as long as SQLite takes to answer the query of a whole question.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.db.backends.sqlite3 import base

KEPT = 1_024  # statements, of a few kilobytes at most


@lru_cache(maxsize=KEPT)
def converted(query: str) -> str:
    """Return a statement with ? for %s, as Django's own cursor has it."""
    return base.FORMAT_QMARK_REGEX.sub("?", query).replace("%%", "%")


class Cursor(base.SQLiteCursorWrapper):
    """Remembers the statements that it has converted."""

    def convert_query(self, query: str, *, param_names: Iterable[str] | None = None) -> str:
        if param_names is not None:
            return str(super().convert_query(query, param_names=param_names))
        return converted(query)


class DatabaseWrapper(base.DatabaseWrapper):
    def create_cursor(self, name: str | None = None) -> Any:
        return self.connection.cursor(factory=Cursor)
