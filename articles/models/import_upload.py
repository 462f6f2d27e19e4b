import hashlib
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from .article import Article

if TYPE_CHECKING:
    from django.contrib.auth.models import User

LIFETIME = timedelta(hours=24)
KEPT = 3  # files of one editor at the same time


class ImportUploadQuerySet(models.QuerySet["ImportUpload"]):
    def open_to(self, user: "User") -> Self:
        """The uploads that `user` may see and apply: their own, for a day; without the two large columns."""
        since = timezone.now() - LIFETIME
        return self.filter(user=user, created_at__gt=since).defer("content", "packed_plan").order_by("-pk")


class ImportUpload(models.Model):
    """A file between its preview and its import, in the database so that every node sees it."""

    class SameTitle(models.TextChoices):
        """What comes of a row that names no source, when a question has its title."""

        SKIP = "skip", "跳过这些行"
        CHANGE = "change", "改动原有的问题"
        NEW = "new", "当作新问题"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, verbose_name="编辑")
    name = models.CharField("文件名", max_length=200)
    status = models.CharField("新问题的状态", max_length=10, choices=Article.Status, default=Article.Status.DRAFT)
    same_title = models.CharField("标题已有", max_length=10, choices=SameTitle, default=SameTitle.SKIP)
    content = models.BinaryField("文件", editable=False)
    digest = models.CharField("文件摘要", max_length=64, editable=False)
    packed_plan = models.BinaryField("预览", editable=False)
    plan_digest = models.CharField("预览摘要", max_length=64, blank=True, help_text="空的表示不能导入。")
    created_at = models.DateTimeField("上传时间", auto_now_add=True)
    applied_at = models.DateTimeField("导入时间", null=True, blank=True)

    objects = ImportUploadQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "导入的文件"
        ordering = ["-pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.name

    @property
    def is_intact(self) -> bool:
        """Whether the bytes are those that were uploaded."""
        return hashlib.sha256(self.content).hexdigest() == self.digest

    @property
    def expires_at(self) -> datetime:
        return self.created_at + LIFETIME

    @classmethod
    @transaction.atomic
    def receive(cls, user: "User", name: str, content: bytes, status: str) -> Self:
        """Keep a file, and let go what has expired and the oldest of this editor's."""
        cls.objects.filter(created_at__lte=timezone.now() - LIFETIME).delete()
        older = cls.objects.filter(user=user).order_by("-pk").values_list("pk", flat=True)[KEPT - 1 :]
        cls.objects.filter(pk__in=list(older)).delete()
        digest = hashlib.sha256(content).hexdigest()
        return cls.objects.create(user=user, name=name, content=content, digest=digest, status=status)

    def finish(self, is_in_part: bool = False) -> None:
        """Remember that the file was imported, and let its bytes go, unless rows of it are still to be given back."""
        self.applied_at = timezone.now()
        if not is_in_part:
            self.content = b""
        self.save(update_fields=["content", "applied_at"])
