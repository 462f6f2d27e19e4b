"""A page of the list sorted by doctor: whose questions stand on it is counted first, and only these are sorted."""

from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet

from articles.models import Doctor

ORDERS = {("doctor__name", "-pk"): "name", ("-doctor__name", "-pk"): "-name"}  # of questions, and that of doctors


def keys_of_page(page: QuerySet[Any], rows: QuerySet[Any]) -> list[int]:
    """Return the keys of `page`, a slice of `rows`, in their order (3 queries)."""
    first, last = page.query.low_mark, page.query.high_mark
    counted = dict(rows.order_by().values_list("doctor").annotate(Count("pk")))
    before, behind, shown = 0, 0, []
    for doctors in of_one_name(counted.keys(), ORDERS[rows.query.order_by[:2]]):
        if behind >= last:
            break
        behind += sum(counted[key] for key in doctors)
        if behind <= first:
            before = behind
        else:
            shown.append(doctors)
    keys = [key for doctors in shown for key in doctors]
    found = rows.filter(Q(doctor__in=[key for key in keys if key]) | (Q(doctor=None) if None in keys else Q()))
    if len(shown) == 1:
        found = found.order_by("-pk")  # as an index has them
    return list(found.values_list("pk", flat=True)[first - before : last - before])


def of_one_name(keys: Any, order: str) -> list[list[int | None]]:
    """Return the keys of doctors in order, those of one name together, and None where the database would have it."""
    named = Doctor.everyone.filter(pk__in=keys - {None}).order_by(order).values_list("name", "pk")
    groups: list[list[int | None]] = [[key for _, key in some] for _, some in groupby(named, key=itemgetter(0))]
    if None in keys:
        is_last = connection.features.nulls_order_largest == (order == "name")
        groups.insert(len(groups) if is_last else 0, [None])
    return groups
