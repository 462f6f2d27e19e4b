"""Django's backend for PostgreSQL, for a server that may be connected and yet not answer.

A frozen server, or a network that swallows packets, is noticed by nobody but a clock on this side: statement_timeout is
the server's own, TCP sees no unacknowledged data, and a health check waits like every other statement.
"""

import time
from types import SimpleNamespace
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from psycopg.abc import RV, PQGen
from psycopg.waiting import READY_NONE

from healthqa.patience import is_over, lock_seconds

TICK = 0.1  # seconds between two looks at the clock


class GivenUp(psycopg.OperationalError):
    """The database did not answer in the time that this thread has; the connection is closed."""


class PatientConnection(psycopg.Connection[Any]):
    """Closes itself when an answer takes longer than patience.is_over allows."""

    def wait(self, gen: PQGen[RV], interval: float = TICK, timeout: float | None = None) -> RV:
        return super().wait(self._watched(gen), interval, timeout)

    def _watched(self, gen: PQGen[RV]) -> PQGen[RV]:
        """Pass on what `gen` waits for, and end it when nothing has come in time.

        Raises:
            GivenUp: when it is over.
        """
        began = time.monotonic()
        try:
            wanted = next(gen)
            while True:
                ready = yield wanted
                if ready == READY_NONE and is_over(began):
                    self.pgconn.finish()
                    raise GivenUp("the database did not answer in time")
                wanted = gen.send(ready)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]


class DatabaseWrapper(base.DatabaseWrapper):
    """Connects with PatientConnection; a transaction waits for locks as long as its thread does."""

    Database: Any = SimpleNamespace(**{**vars(psycopg), "connect": PatientConnection.connect})

    def _set_autocommit(self, autocommit: bool) -> None:
        super()._set_autocommit(autocommit)  # type: ignore[misc]
        # With the transaction, not the session: a pooler in front gives a session to others.
        if not autocommit and (seconds := lock_seconds()) is not None:
            with self.wrap_database_errors:
                self.connection.execute(f"SET LOCAL lock_timeout = {round(seconds * 1000)}")
