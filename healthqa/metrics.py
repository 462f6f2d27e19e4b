"""Figures of this process, for Prometheus: what it has answered, from where, and how long it waited for the database.

The page cache tells what it does, the lanes are counted from around them. A kept page costs one step of a counter more.
Each process tells its own figures; where WORKERS is more than 1, a scrape reaches any of them.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from itertools import count
from threading import Lock
from typing import Any, TypeVar

from .lanes import Full, Lane, Late
from .page_cache import PageCache

T = TypeVar("T")
Figure = tuple[str, str, dict[str, str], float]  # name, kind ("counter" or "gauge"), labels, value

MEANINGS = {
    "healthqa_kept_pages_total": "Pages by where they came from: memory, rendered first, rendered anew.",
    "healthqa_kept_bytes": "Bytes of pages in memory.",
    "healthqa_watcher_age_seconds": "Since the database was last asked how fresh the site is.",
    "healthqa_database_down": "1 while the database is known not to answer.",
    "healthqa_lane_requests_total": "Work that a lane has taken (done) or sent away (refused).",
    "healthqa_lane_seconds_total": "Seconds from handing work to a lane until its answer.",
    "healthqa_database_queries_total": "Statements that the database was asked.",
    "healthqa_database_seconds_total": "Seconds that threads waited for the database.",
    "healthqa_push_queue": "Changed addresses that search engines have not been told of.",
    "healthqa_backup_age_seconds": "Since the state of the newest backup was the site's.",
}


class Tally:
    """Sums by label, added to by many threads."""

    def __init__(self) -> None:
        self.lock, self.numbers, self.seconds = Lock(), defaultdict[str, int](int), defaultdict[str, float](float)

    def add(self, label: str, seconds: float = 0.0) -> None:
        with self.lock:
            self.numbers[label] += 1
            self.seconds[label] += seconds


class Steps:
    """Counts without a lock: a step of itertools.count is one operation of the interpreter."""

    def __init__(self) -> None:
        self.step = count().__next__
        self.looks = 0
        self.lock = Lock()

    def value(self) -> int:
        """Return how many steps were taken; looking takes one, too."""
        with self.lock:
            self.looks += 1
            return self.step() - self.looks + 1


class PageCounts:
    """Counts where pages come from."""

    def __init__(self) -> None:
        self.steps = {"memory": Steps(), "first": Steps(), "anew": Steps()}
        self.memory, self.first, self.anew = (one.step for one in self.steps.values())

    def figures(self) -> Iterator[Figure]:
        for label, steps in self.steps.items():
            yield "healthqa_kept_pages_total", "counter", {"from": label}, steps.value()


def figures_of(cache: PageCache) -> Iterator[Figure]:
    yield "healthqa_kept_bytes", "gauge", {}, cache.store.size
    if cache.watcher.state is not None:
        yield "healthqa_watcher_age_seconds", "gauge", {}, time.monotonic() - cache.watcher.checked_at
    yield "healthqa_database_down", "gauge", {}, int(cache.watcher.is_down)


lane_tally, database_tally = Tally(), Tally()


class CountedLane(Lane):
    """A lane that counts what it takes and what it sends away."""

    def hand_over(self, work: Callable[["Future[T]"], None], *, may_be_left: bool = True) -> T:
        began, outcome = time.monotonic(), "done"
        try:
            return super().hand_over(work, may_be_left=may_be_left)
        except (Full, Late):
            outcome = "refused"
            raise
        finally:
            lane_tally.add(f"{self.name} {outcome}", time.monotonic() - began)


def time_database(connection: Any, **kwargs: object) -> None:
    """Receive connection_created: count the statements of this connection, and the seconds that they take."""
    if timed not in connection.execute_wrappers:
        connection.execute_wrappers.append(timed)


def timed(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    began = time.monotonic()
    try:
        return execute(sql, params, many, context)
    finally:
        database_tally.add("", time.monotonic() - began)


def process_figures() -> Iterator[Figure]:
    for label in list(lane_tally.numbers):
        lane, outcome = label.split(" ")
        labels = {"lane": lane, "outcome": outcome}
        yield "healthqa_lane_requests_total", "counter", labels, lane_tally.numbers[label]
        yield "healthqa_lane_seconds_total", "counter", labels, lane_tally.seconds[label]
    yield "healthqa_database_queries_total", "counter", {}, database_tally.numbers[""]
    yield "healthqa_database_seconds_total", "counter", {}, database_tally.seconds[""]


sources: list[Callable[[], Iterable[Figure]]] = [process_figures]


def text(more: Iterable[Figure] = ()) -> str:
    """Return all figures of this process, and `more`, as Prometheus reads them (text format 0.0.4)."""
    by_name: dict[str, list[Figure]] = {}
    for figure in (*(one for source in sources for one in source()), *more):
        by_name.setdefault(figure[0], []).append(figure)
    lines = []
    for name, figures in by_name.items():
        lines += [f"# HELP {name} {MEANINGS[name]}", f"# TYPE {name} {figures[0][1]}"]
        for _, _, labels, value in figures:
            said = ",".join(f'{key}="{label}"' for key, label in labels.items())
            lines.append(f"{name}{{{said}}} {value}" if said else f"{name} {value}")
    return "\n".join(lines) + "\n"
