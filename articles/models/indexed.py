from django.db import models, transaction

from .. import indexing
from .image import ImageUse


class IndexedQuerySet(models.QuerySet):
    """Keeps the index, and what is known of images, equal to the articles when many are changed at once."""

    def bulk_create(self, objs, *args, update_conflicts=False, **kwargs):
        objs = list(objs)
        if not objs:
            return objs
        with transaction.atomic():
            indexing.take_turn()
            created = super().bulk_create(objs, *args, update_conflicts=update_conflicts, **kwargs)
            indexing.write(created, are_new=not update_conflicts)
            ImageUse.objects.record(created, are_new=not update_conflicts)
        return created

    @transaction.atomic
    def update(self, **values):
        if not indexing.INDEXED & values.keys():
            return super().update(**values)
        indexing.take_turn()
        keys = list(self.order_by().values_list("pk", flat=True))
        changed = super().update(**values)
        indexing.write_keys(keys)
        if "body" in values:
            ImageUse.objects.record(list(self.model.objects.filter(pk__in=keys).only("body")))
        return changed

    update.alters_data = True

    @transaction.atomic
    def delete(self):
        indexing.take_turn()
        keys = list(self.values_list("pk", flat=True))
        deleted = super().delete()
        indexing.forget(keys)
        return deleted

    delete.alters_data = True
    delete.queryset_only = True
