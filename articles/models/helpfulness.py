"""Whether answers help: what readers said below them. For editors alone."""

from typing import Any

from django.db import models
from django.db.models import F

FEW = 3  # with fewer readers who are not helped nothing is said of an answer
TOTALS = {True: "helped_count", False: "unhelped_count"}  # by what a reader answers


class HelpQueries:
    """Part of the queryset of questions."""

    def doubted(self) -> Any:
        """Published questions that do not help: FEW readers or more say so, and no fewer than say the opposite."""
        rows: Any = self
        return rows.published().filter(unhelped_count__gte=FEW).filter(unhelped_count__gte=F("helped_count"))


class Judged(models.Model):
    """Part of a question: how many readers it has helped, and how many not."""

    helped_count = models.PositiveIntegerField("有帮助", default=0, db_default=0, editable=False)
    unhelped_count = models.PositiveIntegerField("没有帮助", default=0, db_default=0, editable=False)

    class Meta:
        abstract = True

    def count_help(self, helped: bool, before: bool | None = None) -> None:
        """Count one reader's answer to 有帮助吗; `before` is what the same reader has said before, if anything."""
        rows = type(self)._default_manager.filter(pk=self.pk)
        rows.update(**{TOTALS[helped]: F(TOTALS[helped]) + 1})
        if before not in (None, helped):
            # Nothing is taken from what editors have set back to 0 meanwhile.
            other = TOTALS[not helped]
            rows.filter(**{f"{other}__gt": 0}).update(**{other: F(other) - 1})
