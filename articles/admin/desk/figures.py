"""How the site is doing, in numbers for the editors' desk."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any, NamedTuple

from django.db.models import Count, QuerySet, Value
from django.utils import timezone

WEEKS = 12


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


def weekly(
    rows_at: Callable[[datetime], QuerySet[Any]], field: str, now: datetime | None = None, weeks: int = WEEKS
) -> list[Week]:
    """Count the rows that there are at a moment by the weeks of the time `field`, the oldest Week first (1 query).

    Each week is counted over a range of the index of `field`; one pass that asks every row for its week costs five
    times as much. The moment is never behind the week's end: of two ends SQLite takes the one that is named first, and
    would read all that came after an old week too.
    """
    starts = week_starts(now, weeks)
    spans = list(zip(starts, starts[1:], strict=False))
    moment = now or timezone.now()
    parts = [
        rows_at(min(moment, end))
        .order_by()
        .filter((f"{field}__gte", first), (f"{field}__lt", end))
        .values(week=Value(number))
        .annotate(number=Count("*"))
        .values_list("week", "number")
        for number, (first, end) in enumerate(spans)
    ]
    counted = dict(parts[0].union(*parts[1:], all=True))
    return [Week(first, counted.get(number, 0)) for number, (first, _) in enumerate(spans)]
