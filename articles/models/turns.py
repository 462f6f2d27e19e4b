"""Whoever changes articles and what is derived from them takes turns."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import local

from django.db import DatabaseError, connection, transaction

LOCK = 0x6865616C  # PostgreSQL's number of the lock that writers take


class _Depth(local):
    turns = 0


_depth = _Depth()


class NotInTurn(RuntimeError):
    """Something that only a turn may change was to be changed outside of one."""


@contextmanager
def turn() -> Iterator[None]:
    """Open a transaction and wait for whoever else is changing articles; within a turn, go on in it.

    Two who change the same counts and lists in different order would wait for each other for ever, so it is taken
    before the first row is locked. On PostgreSQL the turn lasts until the outermost transaction ends; SQLite has one
    writer at a time anyway. Serves as a decorator, too.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql" and not _depth.turns:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        _depth.turns += 1
        try:
            yield
        finally:
            _depth.turns -= 1


def is_held_up(error: DatabaseError) -> bool:
    """Tell whether a statement failed because what somebody else has locked was waited for long enough."""
    lock_not_available = "55P03"  # PostgreSQL, Appendix A; SQLite has only words
    return getattr(error.__cause__, "sqlstate", None) == lock_not_available or "database is locked" in str(error)


def require_turn() -> None:
    """Raise NotInTurn outside of a turn."""
    if not _depth.turns:
        raise NotInTurn("Change articles and their index only inside `with turn():` (models/turns.py).")
