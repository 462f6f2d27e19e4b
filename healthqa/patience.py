"""How long this thread waits for the database: for an answer, and for what another has locked.

Commands wait as long as the database lets them. A server's threads do not: who reads a page, or has just pressed 保存,
is told within seconds. The backend in healthqa/postgresql and the receiver below ask here.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import local
from typing import Any

from django.db import OperationalError

SURE = 2.0  # seconds without an answer after which a database that is known to be down will not give this one either

PAUSE = 0.01  # seconds between two tries to write to SQLite


class _Patience(local):
    answer: float | None = None
    lock: float | None = None


_mine = _Patience()
_is_down: Callable[[], bool] = lambda: False  # noqa: E731 - replaced as a whole


def believe(is_down: Callable[[], bool]) -> None:
    """Let `is_down` say, for the whole process, whether the database is known not to answer."""
    global _is_down  # noqa: PLW0603 - one process, one database
    _is_down = is_down


def set_patience(answer: float | None, lock: float | None) -> None:
    """Let this thread wait `answer` seconds for the database and `lock` seconds for a lock; None: no limit."""
    _mine.answer, _mine.lock = answer, lock


@contextmanager
def patience(answer: float | None = None, lock: float | None = None) -> Iterator[None]:
    """Wait at most `answer` seconds for each answer and `lock` seconds for a lock meanwhile; None: as before."""
    before = _mine.answer, _mine.lock
    set_patience(before[0] if answer is None else answer, before[1] if lock is None else lock)
    try:
        yield
    finally:
        set_patience(*before)


def lock_seconds() -> float | None:
    return _mine.lock


def is_over(began: float) -> bool:
    """Tell whether an answer that has been waited for since `began`, on the clock that never goes back, is given up."""
    waited = time.monotonic() - began
    return (_mine.answer is not None and waited >= _mine.answer) or (waited >= SURE and _is_down())


def limit_sqlite(connection: Any, **kwargs: object) -> None:
    """Receive connection_created: let a new connection of SQLite wait for the writer as long as this thread does.

    It waits here and not within SQLite, which holds the whole connection meanwhile: any thread that collects garbage
    and finds a cursor of this one, in the traceback of an error, would wait for its end, too.
    """
    if connection.vendor == "sqlite" and _mine.lock is not None:
        connection.connection.execute("PRAGMA busy_timeout = 0")
        if wait_for_writer not in connection.execute_wrappers:
            connection.execute_wrappers.append(wait_for_writer)


def wait_for_writer(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Try a statement again while another connection writes; what is in a transaction has its turn already."""
    until = time.monotonic() + (_mine.lock or 0.0)
    while True:
        try:
            return execute(sql, params, many, context)
        except OperationalError as error:
            is_first = not context["connection"].in_atomic_block
            if not (is_first and "database is locked" in str(error) and time.monotonic() + PAUSE < until):
                raise
        time.sleep(PAUSE)
