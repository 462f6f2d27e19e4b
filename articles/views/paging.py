"""Pages of a list: /?page=N for the first ones, then by the place in the order; without ever counting the table.

A list is ordered by a time and a key, the newest first, and stands in an index in that order. The first pages have
numbers, as readers and other programs know them; behind them OFFSET would read all that it skips, so a page is what
comes `before` the last row of the one above it, which costs the same at any depth and stays the same when something new
is published.
"""

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property, lru_cache
from typing import Any, Self

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.utils import timezone

from articles.models.prepared import Prepared

from .listed import listed_questions

PER_PAGE = 20
READ = PER_PAGE + 1  # one row more tells whether there is another page
NUMBERED = 50  # pages that have a number
PARAMETERS = ("page", "before", "after")
RowsAt = Callable[..., QuerySet[Any]]  # at: datetime, and key: int where the list is somebody's
Shown = list[tuple[datetime, int]]  # the places of rows
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Place:
    """A row's place in the order of a list."""

    time: datetime
    key: int

    def __str__(self) -> str:
        return f"{(self.time - EPOCH) // timedelta(microseconds=1)}-{self.key}"

    @classmethod
    def read(cls, text: str) -> Self:
        """Read what str() wrote. Raises Http404 for anything else."""
        match = re.fullmatch(r"(-?[0-9]{1,16})-([0-9]{1,18})", text, re.ASCII)  # from 1653 to 2286
        if match is None:
            raise Http404("没有这一页")
        return cls(EPOCH + timedelta(microseconds=int(match[1])), int(match[2]))


@dataclass(frozen=True)
class ListPage:
    """One page of a list; `path` is the list's address with whatever query it needs, without the page.

    `number` is 0 on the pages behind the numbered ones, which say from which day on they go back.
    """

    articles: list[Any]  # Listed, or what an index or a search lists
    number: int
    has_next: bool
    path: str
    places: tuple[Place | None, Place | None] = field(
        default=(None, None)
    )  # of the first and the last row, where pages can go by place
    has_previous: bool = False
    own: str = ""  # the query of a page without number

    @cached_property
    def previous(self) -> str:
        if self.number:
            return self.address(page=self.number - 1) if self.number > 1 else ""
        return self.address(after=self.places[0]) if self.has_previous else self.path

    @cached_property
    def next(self) -> str:
        if not self.has_next:
            return ""
        if self.number and self.number < NUMBERED:
            return self.address(page=self.number + 1)
        return self.address(before=self.places[1]) if self.places[1] else ""

    @property
    def canonical(self) -> str:
        return self.address(page=self.number) if self.number else self.path + self.own

    @cached_property
    def label(self) -> str:
        return f"第 {self.number} 页" if self.number else f"{timezone.localtime(self.places[0].time):%Y-%m-%d} 及更早"

    @property
    def title_suffix(self) -> str:
        return "" if self.number == 1 else f"（{self.label}）"

    def address(self, **query: object) -> str:
        ((name, value),) = query.items()
        if query == {"page": 1}:
            return self.path
        return f"{self.path}{'&' if '?' in self.path else '?'}{name}={value}"


def page_number(request: HttpRequest) -> int:
    """Return ?page= as a number from 1. Raises Http404 for anything else, so that nonsense has no address."""
    raw = request.GET.get("page", "1")
    if not re.fullmatch(r"[1-9][0-9]{0,5}", raw):
        raise Http404("页码不对")
    return int(raw)


def list_page(
    rows_at: RowsAt, request: HttpRequest, path: str, order: tuple[str, str] = ("published_at", "pk"), **key: int
) -> ListPage:
    """Return one page of the articles that `rows_at` names. Raises Http404 out of range.

    `rows_at(at=moment, **key)` returns the queryset of what is public at a moment, whose time and article's key are the
    columns of `order`, ordered by both, the last first; it is a function of a module, annotated as Prepared wants it.
    The page is found in an index alone and only its articles are read.
    """
    listing = Listing(rows_at, key, *order)
    if place := request.GET.get("before"):
        found = listing.before(Place.read(place))
        return page_by_place(found[:PER_PAGE], path, f"?before={place}", has_next=len(found) > PER_PAGE)
    if place := request.GET.get("after"):
        found = listing.after(Place.read(place))
        return page_by_place(found[:PER_PAGE][::-1], path, f"?after={place}", has_previous=len(found) > PER_PAGE)
    number = page_number(request)
    found = listing.numbered(number) if number <= NUMBERED else []
    if not found and number > 1:
        raise Http404("没有这一页")
    shown = found[:PER_PAGE]
    return ListPage(listed_questions([key for _, key in shown]), number, len(found) > PER_PAGE, path, places_of(shown))


def page_by_place(shown: Shown, path: str, own: str, has_next: bool = True, has_previous: bool = True) -> ListPage:
    if not shown:
        raise Http404("没有这一页")
    return ListPage(listed_questions([key for _, key in shown]), 0, has_next, path, places_of(shown), has_previous, own)


def places_of(shown: Shown) -> tuple[Place | None, Place | None]:
    return (Place(*shown[0]), Place(*shown[-1])) if shown else (None, None)


@dataclass(frozen=True)
class Listing:
    """Finds (time, key) pairs of a list; each query begins at its place in the index and reads `READ` entries."""

    rows_at: RowsAt
    of: dict[str, int]
    time: str
    key: str

    def numbered(self, number: int) -> Shown:
        return self.ask(numbered_rows, number, at=timezone.now())

    def before(self, place: Place) -> Shown:
        """What comes behind `place` in the list, because it is older; of the same time, what has a smaller key.

        Two questions, because SQLite begins at the time alone where it is asked for both at once.
        """
        now = timezone.now()
        same = self.ask(rows_of_moment, "lt", at=now, moment=place.time, row=place.key)
        older = self.ask(numbered_rows, 1, at=min(now, place.time - timedelta(microseconds=1)))
        return (same + older)[:READ]

    def after(self, place: Place) -> Shown:
        """What comes in front of `place` in the list, the nearest first."""
        now = timezone.now()
        same = self.ask(rows_of_moment, "gt", at=now, moment=place.time, row=place.key)
        return (same + self.ask(newer_rows, at=now, moment=place.time))[:READ]

    def ask(self, query: Callable[..., Prepared[tuple[datetime, int]]], *shape: Any, **values: Any) -> Shown:
        return query(self.rows_at, self.time, self.key, *shape)(**values, **self.of)


# What finds rows is compiled once for each list, where each numbered page begins at a place of its own.


@lru_cache(maxsize=8 * NUMBERED)
def numbered_rows(rows_at: RowsAt, time: str, key: str, number: int) -> Prepared[tuple[datetime, int]]:
    """Return what finds a page that has a number."""
    start = (number - 1) * PER_PAGE

    def rows(**values: Any) -> QuerySet[Any]:
        return rows_at(**values).values_list(time, key)[start : start + READ]

    rows.__annotations__ = inspect.get_annotations(rows_at)
    return Prepared(rows)


@cache
def rows_of_moment(rows_at: RowsAt, time: str, key: str, side: str) -> Prepared[tuple[datetime, int]]:
    """Return what finds those of one moment whose keys are smaller than a row's ("lt") or greater ("gt")."""

    def rows(moment: datetime, row: int, **values: Any) -> QuerySet[Any]:
        found = rows_at(**values).filter(**{time: moment, f"{key}__{side}": row})
        return (found.order_by(time, key) if side == "gt" else found).values_list(time, key)[:READ]

    rows.__annotations__ = {**inspect.get_annotations(rows_at), "moment": datetime, "row": int}
    return Prepared(rows)


@cache
def newer_rows(rows_at: RowsAt, time: str, key: str) -> Prepared[tuple[datetime, int]]:
    """Return what finds those that are newer than a moment, the oldest first."""

    def rows(moment: datetime, **values: Any) -> QuerySet[Any]:
        return rows_at(**values).filter(**{f"{time}__gt": moment}).order_by(time, key).values_list(time, key)[:READ]

    rows.__annotations__ = {**inspect.get_annotations(rows_at), "moment": datetime}
    return Prepared(rows)
