from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.utils import timezone

MISSES_KEPT = 10_000


class SearchMiss(models.Model):
    """A search without result: what was typed and how often, never by whom."""

    query = models.CharField("搜索词", max_length=64, unique=True)
    times = models.PositiveIntegerField("次数", default=1)
    last_on = models.DateField("最近一次", auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "没有结果的搜索"
        ordering = ["-times", "-last_on"]

    def __str__(self) -> str:
        return self.query

    @classmethod
    @transaction.atomic
    def count(cls, query: str) -> None:
        """Count one search that found nothing. Of more than MISSES_KEPT the rarest go, the oldest of them first."""
        if cls.raise_times(query):
            return
        try:
            with transaction.atomic():
                cls.objects.create(query=query)
        except IntegrityError:  # somebody else made it in the same instant
            cls.raise_times(query)
            return
        if (excess := cls.objects.count() - MISSES_KEPT) > 0:
            others = cls.objects.exclude(query=query).order_by("times", "last_on", "pk")
            cls.objects.filter(pk__in=list(others.values_list("pk", flat=True)[:excess])).delete()

    @classmethod
    def raise_times(cls, query: str) -> int:
        return cls.objects.filter(query=query).update(times=F("times") + 1, last_on=timezone.localdate())
