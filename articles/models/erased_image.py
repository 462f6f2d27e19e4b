from collections.abc import Sequence

from django.conf import settings
from django.db import models

from articles.text.markup import image_names
from articles.text.without_images import without_images


class ErasedImageQuerySet(models.QuerySet["ErasedImage"]):
    def among(self, names: set[str]) -> set[str]:
        return set(self.filter(name__in=names).values_list("name", flat=True)) if names else set()

    def leave_out(self, bodies: Sequence[str]) -> list[str]:
        """Return bodies without erased images: forms, files and kept texts of before may still name them."""
        gone = self.among(set().union(*map(image_names, bodies)))
        return [without_images(body, gone) for body in bodies]


class ErasedImage(models.Model):
    """That an image was erased for good: by its name alone, which tells nothing of what it showed."""

    name = models.CharField("文件名", max_length=48, unique=True, editable=False)
    reason = models.CharField("理由", max_length=200)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="谁"
    )
    at = models.DateTimeField("时间", auto_now_add=True)

    objects = ErasedImageQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "永久删除的图片"
        ordering = ["-pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.name
