"""How the site is doing, in numbers for the editors' desk."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from functools import cache
from typing import Any, NamedTuple

from django.db.models import Count, QuerySet, Value
from django.utils import timezone

from articles.models.prepared import Prepared

WEEKS = 12
RowsAt = Callable[[datetime], QuerySet[Any]]  # always the same function for the same rows


class Week(NamedTuple):
    """A week of the calendar, from Monday, in the site's time zone; and what was counted in it."""

    first_day: datetime
    number: int


def week_starts(now: datetime | None = None, weeks: int = WEEKS) -> list[datetime]:
    """Return the first instants of the last `weeks` weeks and of the next one; the present week is the last but one."""
    today = timezone.localdate(now)
    monday = today - timedelta(days=today.weekday())
    days = [monday + timedelta(weeks=week) for week in range(1 - weeks, 2)]
    return [datetime.combine(day, time(), timezone.get_default_timezone()) for day in days]


def weekly(rows_at: RowsAt, field: str, now: datetime | None = None, weeks: int = WEEKS) -> list[Week]:
    """Count the rows that there are at a moment by the weeks of the time `field`, the oldest Week first (1 query).

    Each week is counted over a range of the index of `field`; one pass that asks every row for its week costs five
    times as much. The moment is never behind the week's end: of two ends SQLite takes the one that is named first, and
    would read all that came after an old week too.
    """
    starts = week_starts(now, weeks)
    moment = now or timezone.now()
    moments = {}
    for number, (first, end) in enumerate(zip(starts, starts[1:], strict=False)):
        moments |= {f"first{number}": first, f"end{number}": end, f"at{number}": min(moment, end)}
    counted = dict(count_by_weeks(rows_at, field, weeks)(**moments))
    return [Week(first, counted.get(number, 0)) for number, first in enumerate(starts[:-1])]


@cache
def count_by_weeks(rows_at: RowsAt, field: str, weeks: int) -> Prepared[tuple[int, int]]:
    """Return what asks for the (week, number) of weeks, each from `first` up to `end`, of rows that there are `at`.

    To write this query each time took Django a third of the desk.
    """

    def rows(**moments: datetime) -> QuerySet[Any]:
        parts = [
            rows_at(moments[f"at{number}"])
            .order_by()
            .filter((f"{field}__gte", moments[f"first{number}"]), (f"{field}__lt", moments[f"end{number}"]))
            .values(week=Value(number))
            .annotate(number=Count("*"))
            .values_list("week", "number")
            for number in range(weeks)
        ]
        return parts[0].union(*parts[1:], all=True)

    rows.__annotations__ = {f"{name}{number}": datetime for number in range(weeks) for name in ("first", "end", "at")}
    return Prepared(rows)
