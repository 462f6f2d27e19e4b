import secrets
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction

if TYPE_CHECKING:
    from django.contrib.auth.models import User

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # without those that look alike
GROUPS, LENGTH = 4, 4


class FirstPassword(models.Model):
    """The password of an account was chosen by somebody else, and is changed before anything else is done with it."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="first_password",
        verbose_name="账号",
    )
    given_at = models.DateTimeField("给的时间", auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "初始密码"
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.user)

    @classmethod
    @transaction.atomic
    def give(cls, user: "User", password: str) -> None:
        """Let `user`, saved or not, sign in with `password` once, to change it."""
        user.set_password(password)
        user.save()
        cls.objects.update_or_create(user=user)


def generated_password() -> str:
    """Return a password that can be read out on the telephone: 78 bits in groups of four."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(LENGTH)) for _ in range(GROUPS))
