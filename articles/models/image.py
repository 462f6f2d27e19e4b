from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Count, OuterRef, Q, Subquery

from articles.images import files
from articles.images.pictures import Picture
from articles.text.image_names import Size, address_of, size_of
from articles.text.markup import image_names
from articles.text.names import clean_line

if TYPE_CHECKING:
    from django.contrib.auth.models import User

LONGEST_ALT = 200


class ImageQuerySet(models.QuerySet["Image"]):
    def with_uses(self) -> Self:
        """Annotate `use_count`, without older versions, and the title of the first question as `first_title`."""
        uses = ImageUse.objects.filter(image=OuterRef("pk"), article__isnull=False).order_by("pk")
        now = Count("uses", filter=Q(uses__revision=None))
        return self.annotate(use_count=now, first_title=Subquery(uses.values("article__title")[:1]))

    def unused(self) -> Self:
        return self.filter(uses__isnull=True)

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete the rows, and their files once that is certain. Raises ProtectedError for what is in use."""
        names = list(self.values_list("name", flat=True))
        deleted = super().delete()
        transaction.on_commit(lambda: [files.remove(name) for name in names])
        return deleted

    delete.alters_data = True
    delete.queryset_only = True


class Image(models.Model):
    name = models.CharField("文件名", max_length=48, unique=True, editable=False)
    alt = models.CharField(
        "替代文字",
        max_length=LONGEST_ALT,
        help_text="图上有什么，一句话说清楚：看不到图的读者听到的就是它。在正文里插入时可以另写。",
    )
    original_name = models.CharField("原文件名", max_length=120, blank=True, editable=False)
    size = models.PositiveIntegerField("字节", editable=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name="上传者",
    )
    uploaded_at = models.DateTimeField("上传时间", auto_now_add=True)

    objects = ImageQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "图片"
        ordering = ["-pk"]
        permissions = [("erase_image", "可以永久删除图片")]

    def __str__(self) -> str:
        return self.alt

    def get_absolute_url(self) -> str:
        return self.address

    @classmethod
    def take(cls, picture: Picture, *, alt: str, original_name: str = "", by: "User | None" = None) -> "Image":
        """Keep a Picture and return its Image; the one that is there already, when the same was uploaded before.

        Raises OSError where the files cannot be written; then nothing has changed.
        """
        files.write(picture)
        values = {
            "alt": clean_line(alt)[:LONGEST_ALT],
            "original_name": clean_line(original_name)[-120:],
            "size": len(next(iter(picture.files.values()))),
            "uploaded_by": by,
        }
        return cls.objects.get_or_create(name=picture.name, defaults=values)[0]

    def clean(self) -> None:
        self.alt = clean_line(self.alt)
        if not self.alt:
            raise ValidationError({"alt": "请填写替代文字。"})

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        deleted = super().delete(*args, **kwargs)
        transaction.on_commit(lambda: files.remove(self.name))
        return deleted

    @property
    def address(self) -> str:
        return address_of(self.name)

    @property
    def dimensions(self) -> Size:
        return size_of(self.name)


class ImageUseQuerySet(models.QuerySet["ImageUse"]):
    def record(self, owners: Sequence[Any], are_new: bool = False) -> None:
        """Write down which images the bodies of `owners` show: articles, pages or versions, just saved."""
        if not owners:
            return
        owner = owners[0]._meta.model_name
        if not are_new:
            self.filter(**{f"{owner}__in": [row.pk for row in owners]}).delete()
        shown = {row.pk: image_names(row.body) for row in owners}
        names = set().union(*shown.values())
        if names:
            keys = dict(Image.objects.filter(name__in=names).values_list("name", "pk"))
            self.bulk_create(
                ImageUse(image_id=keys[name], **{f"{owner}_id": key})
                for key, found in shown.items()
                for name in sorted(found)
                if name in keys
            )


OWNERS = ("article", "page", "revision")


def has_one_owner() -> Q:
    """Return the condition that exactly one of OWNERS is set."""
    ways = (Q(**{f"{other}__isnull": other != owner for other in OWNERS}) for owner in OWNERS)
    return reduce(or_, ways)


class ImageUse(models.Model):
    """An image that a body shows, now or in a version; so it cannot be deleted, and the library knows where it is."""

    image = models.ForeignKey(Image, on_delete=models.PROTECT, related_name="uses", verbose_name="图片")
    article = models.ForeignKey(
        "Article", on_delete=models.CASCADE, null=True, related_name="image_uses", verbose_name="问题"
    )
    page = models.ForeignKey(
        "Page", on_delete=models.CASCADE, null=True, related_name="image_uses", verbose_name="单页"
    )

    revision = models.ForeignKey(
        "Revision", on_delete=models.CASCADE, null=True, related_name="image_uses", verbose_name="版本"
    )

    objects = ImageUseQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "图片的使用"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["image", "article"], name="image_once_in_article"),
            models.UniqueConstraint(fields=["image", "page"], name="image_once_on_page"),
            models.UniqueConstraint(fields=["image", "revision"], name="image_once_in_version"),
            models.CheckConstraint(condition=has_one_owner(), name="image_use_has_one_owner"),
        ]

    def __str__(self) -> str:
        return str(self.article or self.page or self.revision)
