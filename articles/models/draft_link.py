from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from articles.text.digests import is_keyed, keyed

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class DraftLinkQuerySet(models.QuerySet["DraftLink"]):
    def open(self) -> Self:
        """The links that still lead to a draft."""
        return self.filter(revoked_at=None, expires_at__gt=timezone.now())

    def signed(self, key: int, signature: str) -> "DraftLink | None":
        """Return the link of this number, with its article's; None unless the signature is its own."""
        link = self.filter(pk=key).first()
        return link if link and is_keyed(link.signed_text, signature) else None


class DraftLink(models.Model):
    """A signed, read-only link to an unpublished text, for somebody without an account.

    The address is not stored: it is made of the row and the site's secret key, so a copy of the database opens nothing.
    """

    article = models.ForeignKey("Article", on_delete=models.CASCADE, related_name="draft_links", verbose_name="问题")
    reader = models.CharField("给谁", max_length=60, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="谁分享的"
    )
    made_at = models.DateTimeField("分享时间", auto_now_add=True)
    expires_at = models.DateTimeField("有效期至")
    revoked_at = models.DateTimeField("收回时间", null=True)
    opened_count = models.PositiveIntegerField("打开次数", default=0)
    opened_at = models.DateTimeField("最近打开", null=True)

    objects = DraftLinkQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "草稿链接"
        ordering = ["-pk"]
        default_permissions = ()  # who may change a question may share it

    def __str__(self) -> str:
        return f"{self.article_id} · {self.reader or '未写明'}"

    def get_absolute_url(self) -> str:
        return reverse("articles:draft", args=[self.pk, self.signature])

    @classmethod
    def make(cls, article: Any, *, days: int, reader: str = "", by: "User | None" = None) -> Self:
        """Make a link to `article` that is good for so many days."""
        expires_at = timezone.now() + timedelta(days=days)
        return cls.objects.create(article=article, expires_at=expires_at, reader=reader, made_by=by)

    @property
    def signature(self) -> str:
        return keyed(self.signed_text)

    @property
    def signed_text(self) -> str:
        return f"draft link\n{self.pk}\n{self.article_id}\n{self.expires_at.timestamp():.6f}"

    @property
    def is_open(self) -> bool:
        return self.revoked_at is None and self.expires_at > timezone.now()

    def revoke(self) -> None:
        """Let the link lead nowhere from now on."""
        DraftLink.objects.filter(pk=self.pk, revoked_at=None).update(revoked_at=timezone.now())
        self.refresh_from_db(fields=["revoked_at"])

    def count_opening(self) -> None:
        """Count that somebody has opened the link; at once by many, too."""
        DraftLink.objects.filter(pk=self.pk).update(opened_count=F("opened_count") + 1, opened_at=timezone.now())
