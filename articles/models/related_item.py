from typing import Any

from django.db import models, transaction
from django.db.models import F, Q


class RelatedItem(models.Model):
    """The editor's word about which question stands, or must not stand, beside which."""

    article = models.ForeignKey(
        "articles.Article", on_delete=models.CASCADE, related_name="related_items", verbose_name="问题"
    )
    related = models.ForeignKey(
        "articles.Article", on_delete=models.CASCADE, related_name="related_from", verbose_name="相关问题"
    )
    position = models.PositiveSmallIntegerField("次序", default=0, help_text="小的在前。")
    is_excluded = models.BooleanField("排除", default=False, help_text="勾选后，读者不会在这里看到它。")

    class Meta:
        verbose_name = verbose_name_plural = "相关问题"
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "related"],
                name="related_item_once",
                violation_error_message="同一个相关问题只能出现一次。",
            ),
            models.CheckConstraint(
                condition=~Q(article=F("related")),
                name="related_item_not_itself",
                violation_error_message="问题不能与自己相关。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.article_id} → {self.related_id}"

    @classmethod
    @transaction.atomic
    def pin(cls, article: Any, related: Any) -> None:
        """Put `related` after what is pinned beside `article`; a pin stays where it is."""
        rows = lock_items(article)
        if any(row.related_id == related.pk and not row.is_excluded for row in rows):
            return
        position = max((row.position for row in rows if not row.is_excluded), default=0) + 1
        cls.objects.update_or_create(
            article=article, related=related, defaults={"position": position, "is_excluded": False}
        )

    @classmethod
    @transaction.atomic
    def exclude(cls, article: Any, related: Any) -> None:
        """Keep `related` from standing beside `article`."""
        lock_items(article)
        cls.objects.update_or_create(article=article, related=related, defaults={"is_excluded": True})

    @classmethod
    @transaction.atomic
    def raise_pin(cls, article: Any, related: Any) -> None:
        """Let a pin change places with the one before it; the first, and what is no pin, stay as they are."""
        pins = [row for row in lock_items(article) if not row.is_excluded]
        place = next((i for i, row in enumerate(pins) if row.related_id == related.pk), 0)
        if place == 0:
            return
        pins[place - 1 : place + 1] = pins[place], pins[place - 1]
        for position, row in enumerate(pins, 1):
            row.position = position
        cls.objects.bulk_update(pins, ["position"])

    @classmethod
    @transaction.atomic
    def cancel(cls, article: Any, related: Any) -> None:
        """Take the editor's word about `related` back."""
        lock_items(article)
        cls.objects.filter(article=article, related=related).delete()


def lock_items(article: Any) -> list[RelatedItem]:
    """Return the related items of `article`, which nobody else changes by a click until the transaction ends."""
    type(article).objects.select_for_update().filter(pk=article.pk).values_list("pk").first()
    return list(RelatedItem.objects.filter(article=article))
