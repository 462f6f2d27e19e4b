from collections.abc import Iterable
from typing import Any

from django.db import models, transaction

from articles.engine.seam import search_engine

from .image import ImageUse
from .parts import named
from .review import FOLLOWED
from .turns import turn

SEARCHED = named(is_searched=True)  # the columns that an article is found by
INDEXED = [*SEARCHED, "status"]  # and what the index knows of it beside them


class IndexedQuerySet(models.QuerySet):
    """Keeps what follows from articles when many are changed at once: the index, their images, and whether their text
    is still the one that was reviewed."""

    def bulk_create(self, objs: Iterable[Any], *args: Any, update_conflicts: bool = False, **kwargs: Any) -> list[Any]:
        objs = list(objs)
        if not objs:
            return objs
        with turn():
            created = super().bulk_create(objs, *args, update_conflicts=update_conflicts, **kwargs)
            search_engine().changed([row.pk for row in created], created, are_new=not update_conflicts)
            ImageUse.objects.record(created, are_new=not update_conflicts)
        return created

    @transaction.atomic
    def update(self, **values: Any) -> int:
        is_indexed = not values.keys().isdisjoint(INDEXED)
        is_followed = not values.keys().isdisjoint(FOLLOWED)
        if not (is_indexed or is_followed):
            return super().update(**values)
        with turn():
            keys = list(self.order_by().values_list("pk", flat=True))
            changed = super().update(**values)
            if is_indexed:
                search_engine().changed(keys)
            if "body" in values:
                ImageUse.objects.record(list(self.model.objects.filter(pk__in=keys).only("body")))
            if is_followed:
                self.model.objects.filter(pk__in=keys).note_past_review()
        return changed

    update.alters_data = True

    @turn()
    def delete(self) -> tuple[int, dict[str, int]]:
        keys = list(self.values_list("pk", flat=True))
        deleted = super().delete()
        search_engine().changed(keys)
        return deleted

    delete.alters_data = True
    delete.queryset_only = True
