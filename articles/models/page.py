from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.urls import get_resolver, reverse

from articles.text.markup import clean_html
from articles.text.names import clean_line

from .erased_image import ErasedImage
from .fields import BodyField
from .image import ImageUse


def own_names() -> set[str]:
    """Return the words that addresses of the site begin with, as the URL configuration has them, and that of files."""
    groups = ([entry] if str(entry.pattern) else entry.url_patterns for entry in get_resolver().url_patterns)
    routes = [str(entry.pattern) for group in groups for entry in group]
    return {route.strip("/").partition("/")[0] for route in [*routes, settings.STATIC_URL]}


def validate_not_reserved(slug: str) -> None:
    if slug in own_names():
        raise ValidationError("“%(slug)s” 是网站自己的地址，请换一个。", params={"slug": slug})


class Page(models.Model):
    slug = models.SlugField(
        "地址", unique=True, validators=[validate_not_reserved], help_text="只用小写英文、数字和连字符，例如 about。"
    )
    title = models.CharField("标题", max_length=60)
    description = models.CharField("摘要", max_length=120, blank=True, help_text="一两句话，给搜索引擎看。")
    body = BodyField("正文")
    position = models.PositiveSmallIntegerField("页脚次序", default=10, help_text="小的在前；0 表示不放进页脚。")
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "单页"
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.title = clean_line(self.title)
        [self.body] = ErasedImage.objects.leave_out([clean_html(self.body)])
        with transaction.atomic():
            super().save(*args, **kwargs)
            ImageUse.objects.record([self])

    def get_absolute_url(self) -> str:
        return reverse("articles:page", args=[self.slug])
