from datetime import datetime
from typing import Any, Self

from django.db import models, transaction
from django.utils import timezone
from taggit.managers import _TaggableManager
from taggit.models import ItemBase

from .tag import Tag
from .tag_lookup import get_tags


class TaggedArticleQuerySet(models.QuerySet["TaggedArticle"]):
    def listed(self, at: datetime | None = None) -> Self:
        """The taggings of what the public may see, now or `at` a moment, as ArticleQuerySet.published() has it."""
        return self.filter(listed_at__lte=at or timezone.now())

    def newest(self) -> Self:
        return self.order_by("-listed_at", "-content_object_id")

    def newest_of(
        self, tag: int, other: int | None = None, at: datetime | None = None
    ) -> "models.QuerySet[TaggedArticle, tuple[int]]":
        """The keys of the public questions with `tag`, and with the tag `other`, the newest first, for a subquery."""
        rows = self.listed(at).filter(tag=tag)
        if other:
            rows = rows.filter(content_object__tagged_items__tag=other)
        return rows.newest().values_list("content_object")


class TaggedArticle(ItemBase):
    content_object = models.ForeignKey("articles.Article", on_delete=models.CASCADE, related_name="tagged_items")
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="tagged_items", verbose_name="标签")
    # The published_at of a published question, else NULL; kept by triggers, so that a tag's list is read in its order.
    listed_at = models.DateTimeField("公开时间", null=True, editable=False)

    objects = TaggedArticleQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "标签"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["content_object", "tag"], name="tagged_once")]
        indexes = [
            models.Index(fields=["tag", "-content_object"], name="tagged_newest"),
            models.Index(fields=["tag", "-listed_at", "-content_object"], name="tagged_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.content_object_id} · {self.tag_id}"


class ArticleTagManager(_TaggableManager):
    """taggit's manager, with names resolved by our own rules: folded, and through aliases."""

    def _to_tag_model_instances(self, tags: Any, tag_kwargs: Any) -> list[Any]:
        named = get_tags([tag for tag in tags if isinstance(tag, str)])
        # In the editor's order: the first tag is the one whose list a question without a department belongs to.
        return list(dict.fromkeys([*(tag for tag in tags if isinstance(tag, Tag)), *named]))

    @transaction.atomic
    def set(self, tags: Any, **kwargs: Any) -> None:
        held, self.instance.holds_related = self.instance.holds_related, True
        try:
            super().set(tags, **kwargs)
        finally:
            self.instance.holds_related = held
        self.instance.refresh_related()

    @transaction.atomic
    def add(self, *tags: Any, **kwargs: Any) -> None:
        super().add(*tags, **kwargs)
        self.instance.refresh_related()

    @transaction.atomic
    def remove(self, *tags: Any) -> None:
        super().remove(*tags)
        self.instance.refresh_related()

    @transaction.atomic
    def clear(self) -> None:
        super().clear()
        self.instance.refresh_related()
