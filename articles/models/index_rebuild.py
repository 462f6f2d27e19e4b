from django.db import models
from django.db.models import QuerySet

from .prepared import Prepared


class IndexRebuild(models.Model):
    """A rebuild of the index that is under way or was interrupted: articles up to `done` are in the new one."""

    done = models.BigIntegerField(default=0)
    started_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "重建索引"

    def __str__(self) -> str:
        return str(self.done)

    @classmethod
    def done_to(cls) -> int:
        """Return the last key in the new index, or 0 while none is being made."""
        return next((done for (done,) in rebuilds()), 0)


@Prepared
def rebuilds() -> QuerySet[IndexRebuild, tuple[int]]:
    """(how far) of the rebuild that there is; each save asks."""
    return IndexRebuild.objects.order_by("pk").values_list("done")[:1]
