"""Knows how fresh the site is: asks the database a few times a second, and lets no request wait for it long."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from threading import Condition, Thread

from django.db import connections

logger = logging.getLogger(__name__)

INTERVAL = 0.75  # of the second in which a correction must be everywhere; the rest is for rendering it
AHEAD = 1 / 3  # of the interval after which it is asked again, so that seldom anybody has to wait for an answer
WAIT = 1.0  # seconds after a question that requests wait for its answer; then they get what is known
BRIEF = 0.02  # seconds instead, while the database is known to be down: enough for one that is back
PATIENCE = 2.0  # seconds after which no answer means that the database is down; a busy process is slow to ask, too


@dataclass(frozen=True)
class State:
    """What the database says: the site's version, when time alone changes pages next, and those gone stale.

    `changed` are the keys of all that has changed since the version `since`, or None where that is not known.
    """

    version: int
    next_instant: datetime | None = None
    stale_paths: frozenset[str] = field(default=frozenset())
    since: int | None = None
    changed: frozenset[str] | None = None


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
        if self.checked_at <= since:
            return self._ask(now, since)
        if self.checked_at <= now - self.interval * AHEAD and not self.is_wanted and self.busy_since is None:
            with self.turn:
                self._want()
        return self.state

    def expire(self) -> None:
        """Let the next request look again: this process has changed something, or a moment has come."""
        self.expired_at = time.monotonic()

    def _ask(self, now: float, since: float) -> State | None:
        with self.turn:
            if self.busy_since is None or self.busy_since <= since:
                self._want()
            asked_at = self.busy_since or now
            deadline = asked_at + min(self.patience, self._wait_for_answer())
            while self.checked_at <= since and (left := deadline - time.monotonic()) > 0:
                self.turn.wait(left)
            if self.checked_at <= since and time.monotonic() >= asked_at + self.patience:
                self._say(is_down=True)
            return self.state

    def _wait_for_answer(self) -> float:
        """Return for how long after a question a request waits, in seconds."""
        if self.is_down:
            return BRIEF
        return self.patience if self.state is None else WAIT

    def _want(self) -> None:
        """Let the thread ask once more."""
        self.is_wanted = True
        self.turn.notify_all()
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
        # A second time at once, because the connection may be one that the database closed long ago.
        return self._try() or (None if self.is_down else self._try())

    def _try(self) -> State | None:
        try:
            for connection in connections.all():
                connection.close_if_unusable_or_obsolete()
                # The question itself tells whether it is well; a slow network is crossed twice less.
                connection.health_check_done = True  # type: ignore[attr-defined]
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
