"""How the site is doing, in numbers for the editors' desk."""

from datetime import datetime, time, timedelta
from typing import NamedTuple

from django.db.models import Count, Q
from django.utils import timezone

WEEKS = 12


class Week(NamedTuple):
    """A week of the calendar, from Monday, in the site's time zone; and what was counted in it."""

    first_day: datetime
    number: int


def week_starts(now=None, weeks=WEEKS):
    """Return the first instants of the last `weeks` weeks and of the next one; the present week is the last but one."""
    today = timezone.localdate(now)
    monday = today - timedelta(days=today.weekday())
    days = [monday + timedelta(weeks=week) for week in range(1 - weeks, 2)]
    return [datetime.combine(day, time(), timezone.get_default_timezone()) for day in days]


def weekly(rows, field, now=None, weeks=WEEKS):
    """Count the rows of a queryset by the weeks of the time `field`, the oldest Week first (1 query)."""
    starts = week_starts(now, weeks)
    spans = list(zip(starts, starts[1:], strict=False))
    counts = {
        f"week{number}": Count("pk", filter=Q((f"{field}__gte", first), (f"{field}__lt", end)))
        for number, (first, end) in enumerate(spans)
    }
    within = Q((f"{field}__gte", starts[0]), (f"{field}__lt", starts[-1]))
    counted = rows.order_by().filter(within).aggregate(**counts)
    return [Week(first, counted[f"week{number}"]) for number, (first, _) in enumerate(spans)]
