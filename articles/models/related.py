from django.db import models
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

    def __str__(self):
        return f"{self.article_id} → {self.related_id}"


class RelatedList(models.Model):
    """What the engine puts beside a question: computed when a question changes, read with the question."""

    article = models.OneToOneField(
        "articles.Article", on_delete=models.CASCADE, primary_key=True, related_name="related_list"
    )
    entries = models.JSONField(default=list, help_text="[[编号, 得分, 理由], …]，最好的在前。")
    computed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "计算出的相关问题"

    def __str__(self):
        return f"{self.article_id}: {len(self.entries)}"
