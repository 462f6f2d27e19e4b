"""Passkeys: keys that a device keeps, uses only after it has seen its owner, and only for the address of this site."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

if TYPE_CHECKING:
    from django.contrib.auth.models import User

MOST = 10  # of one account
LONGEST_NAME = 40  # characters


class Passkey(models.Model):
    """The public half of a passkey: a copy of the database signs nobody in with it."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="passkeys", verbose_name="账号"
    )
    name = models.CharField("名字", max_length=LONGEST_NAME)
    handle = models.CharField(max_length=32)  # what authenticators call the account: random, and no name
    credential_id = models.CharField(max_length=1400, unique=True)  # base64url, of 1,023 bytes at most
    credential = models.BinaryField()  # AttestedCredentialData of WebAuthn: model, id, and public key
    sign_count = models.BigIntegerField(default=0)  # of the authenticator; 0 where it does not count
    last_asked = models.BigIntegerField(default=0)  # microseconds of Unix time: when what it last signed was asked
    made_at = models.DateTimeField("添加时间", default=timezone.now)
    used_at = models.DateTimeField("最近使用", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "通行密钥"
        default_permissions = ()
        ordering = ["made_at", "pk"]

    def __str__(self) -> str:
        return self.name

    def moves_on(self, asked: int, sign_count: int) -> bool:
        """Note what it has signed; tell whether that is newer than all before, by the clock and by its own count.

        The row decides: of two requests with one answer, on whatever nodes, one changes it.
        """
        counts = Q(sign_count__lt=sign_count) if sign_count else Q(sign_count=0)
        rows = Passkey.objects.filter(counts, pk=self.pk, last_asked__lt=asked)
        return bool(rows.update(sign_count=sign_count, last_asked=asked, used_at=timezone.now()))

    @classmethod
    def handle_of(cls, user: "User") -> str:
        """Return what authenticators call `user`, or "" where none has been told a name yet."""
        return cls.objects.filter(user=user).values_list("handle", flat=True).first() or ""
