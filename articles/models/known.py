"""Rows that were read with others, laid where Django looks for what prefetch_related() has read."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Model, QuerySet


def lay(row: Model, **known: QuerySet[Any]) -> None:
    """Let `row` know what stands in its relations: article.tags.all() asks nobody then."""
    row._prefetched_objects_cache = known  # type: ignore[attr-defined]


def known(model: Any, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> QuerySet[Any]:
    """Return a queryset of rows that are known already."""
    listed = model.objects.all()
    listed._result_cache = [model.from_db("default", columns, row) for row in rows]
    listed._prefetch_done = True
    return listed
