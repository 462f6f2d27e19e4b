"""Knows how fresh the site is: asks the database twice a second, and never lets a request wait for it long."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from threading import Condition, Thread

from django.db import connections

logger = logging.getLogger(__name__)

INTERVAL = 0.5  # half of the second in which a correction must be everywhere; the other half is for rendering it
PATIENCE = 2.0  # seconds that requests wait for a database that does not answer; a busy process is slow to ask, too


@dataclass(frozen=True)
class State:
    """What the database says: the site's version, when time alone changes pages next, and those gone stale."""

    version: int
    next_instant: datetime | None = None
    stale_paths: frozenset[str] = field(default=frozenset())


class Watcher:
    """Asks `read` for the State in a thread of its own, whenever a request wants to know and it is time.

    `take(state)` is called with each answer before any request sees it. A thread, because a database that is connected
    but frozen would otherwise hold even the pages that need none.
    """

    def __init__(
        self,
        read: Callable[[], State],
        take: Callable[[State], None],
        interval: float = INTERVAL,
        patience: float = PATIENCE,
    ) -> None:
        self.read, self.take, self.interval, self.patience = read, take, interval, patience
        self.state: State | None = None  # the latest; None before the first
        self.is_down = False  # whether the database gave no answer when it was last asked
        self.checked_at = float("-inf")  # when the latest answer, or none, was asked for
        self.busy_since: float | None = None  # when the question that is under way was asked
        self.expired_at = float("-inf")  # what was asked for before does not count any more
        self.turn = Condition()
        self.is_wanted = self.is_closed = False
        self.thread: Thread | None = None

    def look(self) -> State | None:
        """Return the State as it was at most `interval` ago; the latest known where the database does not answer."""
        now = time.monotonic()
        since = max(now - self.interval, self.expired_at)
        return self.state if self.checked_at > since else self._ask(now, since)

    def expire(self) -> None:
        """Let the next request look again: this process has changed something, or a moment has come."""
        self.expired_at = time.monotonic()

    def _ask(self, now: float, since: float) -> State | None:
        with self.turn:
            if self.busy_since is None or self.busy_since <= since:
                self.is_wanted = True
                self._start()
                self.turn.notify_all()
            # Known to be down, nobody waits longer than the one who found out.
            deadline = (self.busy_since or now if self.is_down else now) + self.patience
            while self.checked_at <= since and (left := deadline - time.monotonic()) > 0:
                self.turn.wait(left)
            if self.checked_at <= since:
                self._say(is_down=True)
            return self.state

    def _start(self) -> None:
        if self.thread is None or not self.thread.is_alive():  # not alive: in a process that was forked from this one
            self.thread = Thread(target=self._run, name="page-cache-watcher", daemon=True)
            self.thread.start()

    def _run(self) -> None:
        while (asked_at := self._wait()) is not None:
            state = self._read()
            with self.turn:
                if state is not None:
                    self.take(state)
                    self.state = state
                self.checked_at, self.busy_since = asked_at, None
                self._say(is_down=state is None)
                self.turn.notify_all()
        connections.close_all()

    def _wait(self) -> float | None:
        """Wait until somebody asks. Returns when that was, or None when the watcher was closed instead."""
        with self.turn:
            while not (self.is_wanted or self.is_closed):
                self.turn.wait()
            self.is_wanted, self.busy_since = False, time.monotonic()
            return None if self.is_closed else self.busy_since

    def _read(self) -> State | None:
        try:
            for connection in connections.all():
                connection.close_if_unusable_or_obsolete()
            return self.read()
        except Exception as error:  # whatever goes wrong here, readers get what is kept
            logger.debug("%s", error)
            connections.close_all()
            return None

    def _say(self, is_down: bool) -> None:
        if is_down != self.is_down:
            logger.warning("the database %s", "does not answer" if is_down else "answers again")
        self.is_down = is_down

    def close(self) -> None:
        """End the thread and its connection."""
        with self.turn:
            self.is_closed = True
            self.turn.notify_all()
        if self.thread is not None:
            self.thread.join()
