"""How long this thread waits for the database: for an answer, and for what another has locked.

Commands wait as long as the database lets them. A server's threads do not: who reads a page, or has just pressed 保存,
is told within seconds. The backend in healthqa/postgresql and the receiver below ask here.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import local
from typing import Any

SURE = 2.0  # seconds without an answer after which a database that is known to be down will not give this one either


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
def patience(answer: float) -> Iterator[None]:
    """Wait at most `answer` seconds for each answer of the database meanwhile."""
    before = _mine.answer
    _mine.answer = answer
    try:
        yield
    finally:
        _mine.answer = before


def lock_seconds() -> float | None:
    return _mine.lock


def is_over(began: float) -> bool:
    """Tell whether an answer that has been waited for since `began`, on the clock that never goes back, is given up."""
    waited = time.monotonic() - began
    return (_mine.answer is not None and waited >= _mine.answer) or (waited >= SURE and _is_down())


def limit_sqlite(connection: Any, **kwargs: object) -> None:
    """Receive connection_created: let a new connection of SQLite wait for the writer as long as this thread does."""
    if connection.vendor == "sqlite" and _mine.lock is not None:
        connection.connection.execute(f"PRAGMA busy_timeout = {round(_mine.lock * 1000)}")
