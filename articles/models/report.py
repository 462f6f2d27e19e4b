from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, F, Q
from django.utils import timezone

from articles.text.names import clean_line

if TYPE_CHECKING:
    from django.contrib.auth.models import User

UNCORRECTED = "已修改，属于不需要更正说明的小改动。"


class ReportQuerySet(models.QuerySet["Report"]):
    def open(self) -> Self:
        return self.filter(settled_at__isnull=True)

    def corrected(self) -> Self:
        return self.filter(settled_at__isnull=False, correction__isnull=False)

    def closed(self) -> Self:
        return self.filter(settled_at__isnull=False, correction__isnull=True)

    def inbox(self) -> Self:
        """What is open first, the newest of it on top; then what was settled last."""
        return self.order_by(*Report.INBOX)

    def settle(self, keys: Iterable[int], by: "User", correction: models.Model | None = None) -> int:
        """Answer those of `keys` that are open by what was saved, and its correction if any; return how many."""
        note = "" if correction else UNCORRECTED
        return sum(report.settle(by, correction, note) for report in self.open().filter(pk__in=keys))

    settle.alters_data = True

    def counts(self) -> dict[str, int]:
        """Return {"open": …, "corrected": …, "closed": …} (1 query)."""
        settled = Q(settled_at__isnull=False)
        return self.aggregate(
            open=Count("pk", filter=~settled),
            corrected=Count("pk", filter=settled & Q(correction__isnull=False)),
            closed=Count("pk", filter=settled & Q(correction__isnull=True)),
        )


class Report(models.Model):
    """A reader's word that something in an answer is wrong. Nothing is kept of who says so."""

    class Reason(models.TextChoices):
        WRONG = "wrong", "医学内容有误"
        DOSE = "dose", "用法、用量或数字有误"
        OUTDATED = "outdated", "内容过时"
        UNCLEAR = "unclear", "看不懂或有歧义"
        UNANSWERED = "unanswered", "没有回答我的问题"
        TYPO = "typo", "错别字或格式问题"
        OTHER = "other", "其他"

    INBOX = (F("settled_at").desc(nulls_first=True), "-pk")
    LONGEST = 1_000

    article = models.ForeignKey(
        "articles.Article", on_delete=models.CASCADE, related_name="reports", verbose_name="问题"
    )
    reason = models.CharField("原因", max_length=10, choices=Reason)
    text = models.TextField("说明", max_length=LONGEST)
    version = models.DateTimeField("读者看到的版本", help_text="那时的最后保存时间。")
    revision = models.PositiveIntegerField("版本", null=True, blank=True, help_text="没有改过的问题没有版本号。")
    created_at = models.DateTimeField("收到", auto_now_add=True)
    correction = models.ForeignKey(
        "articles.Correction",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="reports",
        verbose_name="更正",
    )
    note = models.CharField("处理说明", max_length=200, blank=True, help_text="为什么不需要更正，或者已经怎样处理。")
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="处理人",
    )
    settled_at = models.DateTimeField("处理时间", null=True, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "读者报告"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["settled_at", "-id"], name="report_inbox")]

    def __str__(self) -> str:
        return f"{self.get_reason_display()}：{self.text[:40]}"

    def seen_and_shown(self) -> tuple[int | None, int | None]:
        """Return the numbers of the versions that the reader saw and that readers have now; None where none is kept.

        A question gets its first version when it is changed for the first time; that one bears the time of what was
        there (2 queries at most).
        """
        rows = self.article.revisions.shown().values_list("number", flat=True)
        return self.revision or rows.filter(at=self.version).first(), rows.first()

    @property
    def is_open(self) -> bool:
        return self.settled_at is None

    @property
    def state(self) -> str:
        if self.is_open:
            return "待处理"
        return "已更正" if self.correction_id else "已关闭"

    def settle(self, by: Any, correction: Any = None, note: str = "") -> bool:
        """Answer the report by a correction, or close it with a note that says why.

        Returns False when somebody else has settled it before. Raises ValidationError without correction and note.
        """
        note = clean_line(note)
        if correction is None and not note:
            raise ValidationError({"note": "请写明关闭的原因。"})
        answer = {"correction": correction, "note": note, "settled_by": by, "settled_at": timezone.now()}
        settled = Report.objects.open().filter(pk=self.pk).update(**answer)
        self.refresh_from_db()
        return bool(settled)
