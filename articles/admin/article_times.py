"""The years, months and days above the list of questions."""

from datetime import timedelta

from django.utils import timezone

from ..models.article import ArticleQuerySet


class ArticleListQuerySet(ArticleQuerySet):
    def datetimes(self, field_name, kind, order="ASC", tzinfo=None):
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


def start_of(kind, time):
    time = time.replace(hour=0, minute=0, second=0, microsecond=0)
    if kind == "day":
        return time
    return time.replace(day=1) if kind == "month" else time.replace(month=1, day=1)


def next_after(kind, start):
    length = {"day": 1, "month": 31, "year": 366}[kind]
    # Half a day more, so that no change of the clocks leads back to the day before.
    return start_of(kind, start + timedelta(days=length, hours=12))
