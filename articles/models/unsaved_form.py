from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from .revision import PlainJSON

if TYPE_CHECKING:
    from django.contrib.auth.models import User

# As long, and as many, as a browser keeps them itself (js/admin/unsaved.js).
KEPT, MOST = timedelta(days=14), 20
OPEN = timedelta(seconds=150)  # how long a form counts as open after its page has said so: two beats of its script


class UnsavedFormQuerySet(models.QuerySet["UnsavedForm"]):
    def kept_by(self, user: "User") -> Self:
        """What this person has not saved, the newest first; there is no other way to read it."""
        return self.filter(user=user, saved_at__gt=timezone.now() - KEPT).order_by("-saved_at", "-pk")


class UnsavedForm(models.Model):
    """What somebody has typed into the form of a question and not saved, for another device of the same person."""

    class Device(models.TextChoices):
        IPAD = "ipad", "iPad"
        IPHONE = "iphone", "iPhone"
        ANDROID = "android", "安卓设备"
        WINDOWS = "windows", "Windows 电脑"
        MAC = "mac", "Mac 电脑"
        LINUX = "linux", "Linux 电脑"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="unsaved_forms", verbose_name="谁"
    )
    article = models.ForeignKey(
        "Article",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="unsaved_forms",
        verbose_name="问题",
        help_text="新问题还没有。",
    )
    name = models.CharField("表单", max_length=40, help_text="每次打开表单时随机取的名字。")
    version = models.TextField("写在哪一版上", blank=True)
    content = models.JSONField("内容", encoder=PlainJSON)
    device = models.CharField("设备", max_length=10, choices=Device, blank=True)
    saved_at = models.DateTimeField("暂存时间")
    open_until = models.DateTimeField("算开着到", null=True, blank=True)

    objects = UnsavedFormQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "没有保存的内容"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="unsaved_form_once")]

    def __str__(self) -> str:
        return f"{self.article_id or '新问题'} · {self.user_id}"

    @property
    def is_open(self) -> bool:
        """Whether its page was open a moment ago, as far as is known."""
        return bool(self.open_until and self.open_until > timezone.now())

    @classmethod
    @transaction.atomic
    def keep(cls, user: "User", name: str, **values: Any) -> None:
        """Keep what stands in the form `name` of `user` now, and clear away what is old or too much."""
        now = timezone.now()
        values["saved_at"] = now
        if cls.objects.filter(user=user, name=name).update(**values):
            return
        cls.objects.bulk_create(
            [cls(user=user, name=name, **values)],
            update_conflicts=True,
            unique_fields=["user", "name"],
            update_fields=list(values),
        )
        cls.objects.filter(saved_at__lte=now - KEPT).delete()
        rest = cls.objects.kept_by(user).values_list("pk", flat=True)[MOST:]
        cls.objects.filter(pk__in=list(rest)).delete()
