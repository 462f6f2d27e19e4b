"""The list of questions: its order, its search, and the years, months and days above it."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.admin.views.main import ChangeList
from django.http import QueryDict
from django.utils import timezone

from articles.models.article_queries import ArticleQuerySet

from .filters import GapFilter, StateFilter
from .reviews import ReviewFilter

ORDERS = {
    (StateFilter.parameter_name, "review"): ("updated_at", "pk"),
    (StateFilter.parameter_name, "returned"): ("updated_at", "pk"),
    (StateFilter.parameter_name, "scheduled"): ("published_at", "pk"),
    (GapFilter.parameter_name, "excerpt"): ("-like_count", "-pk"),
}


class ArticleListQuerySet(ArticleQuerySet):
    def datetimes(self, field_name: str, kind: str, order: str = "ASC", tzinfo: Any = None) -> Any:
        """Return the years, months or days that have questions, oldest first, as the date hierarchy asks for them.

        Leaps from one to the next over the index; Django's own way reads every row, which takes seconds when there
        are many.
        """
        times = self.order_by(field_name).values_list(field_name, flat=True)
        found = []
        time = times.filter(**{f"{field_name}__isnull": False}).first()
        while time:
            found.append(start_of(kind, timezone.localtime(time)))
            time = times.filter(**{f"{field_name}__gte": next_after(kind, found[-1])}).first()
        return found


class ArticleChangeList(ChangeList):
    """Offers years and months of all questions only: among those of a filter it would read every row for each."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.query or any(not name.startswith("published_at__") for name in self.filter_params):
            self.date_hierarchy = None


def order_for(query: QueryDict) -> tuple[str, ...] | None:
    """Return the order that suits the filters in `query`, which an index holds, or None without such a filter."""
    if ReviewFilter.parameter_name in query:
        return ("review_due_on", "pk")
    for (name, value), order in ORDERS.items():
        if query.get(name) == value:
            return order
    return ("-published_at", "-pk") if any(name.startswith("published_at__") for name in query) else None


def start_of(kind: str, time: datetime) -> datetime:
    time = time.replace(hour=0, minute=0, second=0, microsecond=0)
    if kind == "day":
        return time
    return time.replace(day=1) if kind == "month" else time.replace(month=1, day=1)


def next_after(kind: str, start: datetime) -> datetime:
    length = {"day": 1, "month": 31, "year": 366}[kind]
    # Half a day more, so that no change of the clocks leads back to the day before.
    return start_of(kind, start + timedelta(days=length, hours=12))
