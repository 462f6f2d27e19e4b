"""Knows how fresh the site is: asks the database twice a second, and never lets a request wait for it long."""

import logging
import time
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
    stale_paths: frozenset = field(default=frozenset())


class Watcher:
    """Asks `read` for the State in a thread of its own, whenever a request wants to know and it is time.

    `take(state)` is called with each answer before any request sees it. A thread, because a database that is connected
    but frozen would otherwise hold even the pages that need none.
    """

    def __init__(self, read, take, interval=INTERVAL, patience=PATIENCE):
        self.read, self.take, self.interval, self.patience = read, take, interval, patience
        self.state = None  # the latest State; None before the first
        self.is_down = False  # whether the database gave no answer when it was last asked
        self.checked_at = float("-inf")  # when the latest answer, or none, was asked for
        self.busy_since = None  # when the question that is under way was asked
        self.expired_at = float("-inf")  # what was asked for before does not count any more
        self.turn = Condition()
        self.is_wanted = self.is_closed = False
        self.thread = None

    def look(self):
        """Return the State as it was at most `interval` ago; the latest known where the database does not answer."""
        now = time.monotonic()
        since = max(now - self.interval, self.expired_at)
        return self.state if self.checked_at > since else self._ask(now, since)

    def expire(self):
        """Let the next request look again: this process has changed something, or a moment has come."""
        self.expired_at = time.monotonic()

    def _ask(self, now, since):
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

    def _start(self):
        if self.thread is None or not self.thread.is_alive():  # not alive: in a process that was forked from this one
            self.thread = Thread(target=self._run, name="page-cache-watcher", daemon=True)
            self.thread.start()

    def _run(self):
        while self._wait():
            state = self._read()
            with self.turn:
                if state is not None:
                    self.take(state)
                    self.state = state
                self.checked_at, self.busy_since = self.busy_since, None
                self._say(is_down=state is None)
                self.turn.notify_all()
        connections.close_all()

    def _wait(self):
        """Wait until somebody asks. Returns False when the watcher was closed instead."""
        with self.turn:
            while not (self.is_wanted or self.is_closed):
                self.turn.wait()
            self.is_wanted, self.busy_since = False, time.monotonic()
            return not self.is_closed

    def _read(self):
        try:
            for connection in connections.all():
                connection.close_if_unusable_or_obsolete()
            return self.read()
        except Exception as error:  # whatever goes wrong here, readers get what is kept
            logger.debug("%s", error)
            connections.close_all()
            return None

    def _say(self, is_down):
        if is_down != self.is_down:
            logger.warning("the database %s", "does not answer" if is_down else "answers again")
        self.is_down = is_down

    def close(self):
        """End the thread and its connection."""
        with self.turn:
            self.is_closed = True
            self.turn.notify_all()
        if self.thread is not None:
            self.thread.join()
