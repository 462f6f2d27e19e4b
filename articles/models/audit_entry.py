"""Who did what to the site, beside the texts, whose versions tell it themselves: kept for half a year."""

from datetime import timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone

DAYS = 180


class AuditQuerySet(models.QuerySet["AuditEntry"]):
    def tidy(self) -> int:
        """Forget what is older than DAYS; return how many entries that were."""
        return self.filter(at__lt=timezone.now() - timedelta(days=DAYS)).delete()[0]

    tidy.alters_data = True  # type: ignore[attr-defined]  # Django's own

    def kept(self) -> Self:
        """The entries that are not older than DAYS, whether or not the others are gone already."""
        return self.filter(at__gte=timezone.now() - timedelta(days=DAYS))


class AuditEntry(models.Model):
    """One event. `who` stays when the account is deleted; `place` is a keyed digest of an address and never one."""

    class Kind(models.TextChoices):
        SIGN_IN = "sign_in", "登录"
        FAILURE = "failure", "登录失败"
        SIGN_OUT = "sign_out", "退出"
        FACTOR = "factor", "两步验证"
        ACCOUNT = "account", "账号"
        RIGHTS = "rights", "权限和组"
        EXPORT = "export", "导出"
        IMPORT = "import", "导入"
        PUBLISH = "publish", "发布"
        WITHDRAW = "withdraw", "撤下"
        SETTING = "setting", "设置"

    at = models.DateTimeField("时间", default=timezone.now)
    kind = models.CharField("种类", max_length=10, choices=Kind)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="账号"
    )
    who = models.CharField("谁", max_length=150, blank=True)
    what = models.CharField("做了什么", max_length=300, blank=True)
    link = models.CharField("链接", max_length=200, blank=True)
    place = models.CharField("从哪里", max_length=12, blank=True)

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "审计日志"
        ordering = ["-at", "-pk"]
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["-at", "-id"], name="audit_newest"),
            models.Index(fields=["kind", "-at", "-id"], name="audit_by_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.what}".strip()
