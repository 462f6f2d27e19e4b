"""Writing what can wait for the next time, without waiting for who writes now."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection

from healthqa.patience import lock_seconds

logger = logging.getLogger(__name__)
PATIENCE = 250  # milliseconds that a page waits for a database that is being written to


@contextmanager
def soon_or_never() -> Iterator[None]:
    """Write within a moment or not at all: nobody waits for an import to end only to be counted as present."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    patience = round((lock_seconds() or connection.settings_dict["OPTIONS"].get("timeout", 5)) * 1000)
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA busy_timeout = {PATIENCE}")
    try:
        yield
    except OperationalError as error:
        logger.info("not written, because the database is being written to: %s", error)
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA busy_timeout = {patience}")
