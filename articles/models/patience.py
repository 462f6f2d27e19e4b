"""Writing what can wait for the next time, without waiting for who writes now."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection

from healthqa.patience import patience

logger = logging.getLogger(__name__)
PATIENCE = 0.25  # seconds that a page waits for a database that is being written to


@contextmanager
def soon_or_never() -> Iterator[None]:
    """Write within a moment or not at all: nobody waits for an import to end only to be counted as present."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with patience(lock=PATIENCE), sqlite_patience(PATIENCE):
        try:
            yield
        except OperationalError as error:
            logger.info("not written, because the database is being written to: %s", error)


@contextmanager
def sqlite_patience(seconds: float) -> Iterator[None]:
    """Let SQLite itself wait no longer meanwhile; in a server's threads it does not wait at all."""
    with connection.cursor() as cursor:
        before = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
        cursor.execute(f"PRAGMA busy_timeout = {min(before, round(seconds * 1000))}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA busy_timeout = {before}")
