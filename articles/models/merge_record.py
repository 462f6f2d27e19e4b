"""What a merge of two tags or doctors has moved, kept for a week so that it can be taken back."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils import timezone

from articles.text.names import full_name

from .doctor import Doctor
from .revision import PlainJSON
from .tag import Tag

DAYS = 7
AT_ONCE = 500
NO_RECORD = f"这次合并的记录已经不在了：已经撤销，或者超过了 {DAYS} 天。"


class NotUndone(Exception):
    """A merge that cannot be taken back; says why in Chinese."""


@dataclass
class Undone:
    """What taking back a merge has done: the row that is there again, and sentences for editors."""

    row: Any
    kept: Any
    back: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    def count(self, what: str, back: int, of: int, why: str) -> None:
        """Say how many of something were put back, and of how many that was left alone, and why."""
        if back:
            self.back.append(f"{back} {what}")
        if left := of - back:
            self.left.append(f"{left} {what}{why}")


class MergeQuerySet(models.QuerySet[Any]):
    def recent(self) -> Self:
        """The merges that can still be taken back, the newest first, with who made them."""
        rows = self.filter(at__gt=timezone.now() - timedelta(days=DAYS)).select_related("by", "via").order_by("-pk")
        return rows.defer("content", "via__content")

    def tidy(self) -> None:
        """Forget what can be taken back no more."""
        self.filter(at__lte=timezone.now() - timedelta(days=DAYS)).delete()

    tidy.alters_data = True  # type: ignore[attr-defined]  # Django's own


class Merge(models.Model):
    """One row that was merged into the row `kept`. `content` tells what was moved by it."""

    name = models.CharField("合并掉的", max_length=130)
    at = models.DateTimeField("时间", default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="谁"
    )
    # The later merge by which the row that was kept went away itself: that one has to be taken back first.
    via = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="carried", verbose_name="随着")
    content = models.JSONField("移动了什么", encoder=PlainJSON)

    objects = MergeQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["pk"]
        default_permissions = ()  # who may merge may take it back

    def __str__(self) -> str:
        return self.name

    @property
    def who(self) -> str:
        return full_name(self.by) if self.by else "已经不在的账号"

    @property
    def is_over(self) -> bool:
        return self.at <= timezone.now() - timedelta(days=DAYS)

    @property
    def obstacle(self) -> str | None:
        """Why it cannot be taken back now, in Chinese, or None."""
        if self.is_over:
            return f"合并“{self.name}”已经超过 {DAYS} 天，不能撤销了。"
        if self.via:
            return f"“{self.name}”先合并到“{self.via.name}”，后来一起合并到这里：请先撤销“{self.via.name}”的合并。"
        return None

    def carry(self, kept: Any) -> None:
        """Let what was merged into this row before go along to `kept`."""
        type(self).objects.filter(kept=self.content["key"], via=None).exclude(pk=self.pk).update(via=self)
        self.take_along(kept)

    def let_go(self, row: Any) -> None:
        """Give `row`, which is there again, what was merged into it before."""
        self.take_along(row)
        self.carried.update(via=None)  # type: ignore[attr-defined]  # of the foreign key

    def take_along(self, kept: Any) -> None:
        carried = list(type(self).objects.filter(via=self))
        for record in carried:
            record.take_along(kept)
        type(self).objects.filter(via=self).update(kept=kept)


class TagMerge(Merge):
    kept = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="merges", verbose_name="合并到")

    class Meta(Merge.Meta):
        verbose_name = verbose_name_plural = "标签的合并"


class DoctorMerge(Merge):
    kept = models.ForeignKey(Doctor, on_delete=models.CASCADE, related_name="merges", verbose_name="合并到")
    gone = models.ForeignKey(Doctor, on_delete=models.CASCADE, related_name="+", verbose_name="合并掉的医生")
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="随着移动的账号"
    )

    class Meta(Merge.Meta):
        verbose_name = verbose_name_plural = "医生的合并"


def record_of(kind: type[Merge], key: int) -> Any:
    """Return the record of a merge that is about to be taken back, locked. Raises NotUndone."""
    record = kind.objects.select_for_update(of=("self",)).select_related("via").filter(pk=key).first()
    if record is None:
        raise NotUndone(NO_RECORD)
    if record.obstacle:
        raise NotUndone(record.obstacle)
    return record


def chunks(rows: Iterable[Any]) -> Iterator[Sequence[Any]]:
    listed = list(rows)
    for start in range(0, len(listed), AT_ONCE):
        yield listed[start : start + AT_ONCE]
