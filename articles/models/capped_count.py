"""Counts that stop, so that what a page costs does not grow with the number of articles."""

from django.db import models
from django.db.models import Subquery

COUNTED = 100


class CappedCount(Subquery):
    """COUNT(*) of a sliced queryset, in the query of its outer rows."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) capped)"
    output_field = models.IntegerField()


def capped(number: int) -> str:
    """Return a count as readers see it: 7, or 99+ where counting stopped."""
    return f"{COUNTED - 1}+" if number >= COUNTED else str(number)
