from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from articles.text.names import clean_line

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class Correction(models.Model):
    """A line that tells readers what was wrong in an answer, and why it was changed."""

    article = models.ForeignKey(
        "articles.Article", on_delete=models.CASCADE, related_name="corrections", verbose_name="问题"
    )
    corrected_on = models.DateField("日期", default=timezone.localdate)
    text = models.CharField("更正说明", max_length=200, help_text="更正了什么、为什么。读者会看到它。")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="更正人",
    )

    class Meta:
        verbose_name = verbose_name_plural = "更正"
        ordering = ["-corrected_on", "-pk"]

    def __str__(self) -> str:
        return self.text

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.text = clean_line(self.text)
        super().save(*args, **kwargs)


class Corrected:
    """Part of a question: the corrections that its page shows."""

    @transaction.atomic
    def correct(self, text: str, by: "User | None" = None) -> Correction:
        """Save a change of substance, with the public line that tells what was changed and why; moves revised_at.

        Returns the Correction. Raises ValidationError when the line is empty or too long.
        """
        correction = Correction(article=self, text=clean_line(text), by=by)
        correction.clean_fields(exclude=["article", "by"])
        self.revised_at = timezone.now()
        self.save()
        correction.save()
        return correction
