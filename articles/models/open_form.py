from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.utils import timezone

if TYPE_CHECKING:
    from django.contrib.auth.models import User

# How long a form counts as open after its page has said so: two beats of its script; in a window behind others, whose
# script browsers let run once a minute, longer; and without a script for as long as somebody may well be typing.
BEAT, HIDDEN, OPENED = timedelta(seconds=40), timedelta(seconds=100), timedelta(minutes=5)
FORGOTTEN = timedelta(days=1)


class OpenFormQuerySet(models.QuerySet["OpenForm"]):
    def beside(self, user: "User") -> Self:
        """Who else has the form open, the first to open it first."""
        return self.filter(until__gt=timezone.now()).exclude(user=user).select_related("user").order_by("opened_at")


class OpenForm(models.Model):
    """Somebody has the form of a question open, as far as is known.

    A table and no cache: without Redis each process has a cache of its own, and two editors are seldom in the same one.
    """

    article = models.ForeignKey("Article", on_delete=models.CASCADE, related_name="open_forms", verbose_name="问题")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name="谁")
    opened_at = models.DateTimeField("打开时间")
    until = models.DateTimeField("算到")

    objects = OpenFormQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "打开的表单"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["article", "user"], name="form_open_once")]

    def __str__(self) -> str:
        return f"{self.article_id} · {self.user_id}"

    @classmethod
    def note(cls, article: Any, user: "User", lasts: timedelta = OPENED) -> None:
        """Write down that `user` has the form of `article` open now, and for as long as `lasts` says."""
        now = timezone.now()
        rows = cls.objects.filter(article=article, user=user)
        if rows.filter(until__gt=now).update(until=now + lasts):
            return
        cls.objects.filter(until__lt=now - FORGOTTEN).delete()
        cls.objects.bulk_create(
            [cls(article=article, user=user, opened_at=now, until=now + lasts)],
            update_conflicts=True,
            unique_fields=["article", "user"],
            update_fields=["opened_at", "until"],
        )

    @classmethod
    def leave(cls, article: Any, user: "User") -> None:
        """Write down that `user` has left the form of `article`."""
        cls.objects.filter(article=article, user=user).delete()
