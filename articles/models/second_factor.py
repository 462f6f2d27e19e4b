"""What somebody has beside a password: an app that makes codes, and codes on paper for when it is lost."""

import hashlib
import hmac
import re
import secrets
import time
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from articles.text.digests import digest, secret_keys
from articles.text.one_time_codes import DRIFT, STEP, matching_step

if TYPE_CHECKING:
    from django.contrib.auth.models import User

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # without those that look alike
RECOVERY_CODES, RECOVERY_LENGTH = 10, 24  # 118 bits each
SECRET_BYTES = 20  # as many as SHA-1 makes (RFC 4226, 4)
OLD_SEED = re.compile(r"[0-9a-f]{32}")  # of an earlier version: it does not say which secret key it goes with
MARK = 7  # hexadecimal digits of a seed that say which secret key it goes with


class SecondFactor(models.Model):
    """An account has an authenticator app.

    The secret that the app shares is stored nowhere: it is made of `seed` and the site's secret key, so that a copy of
    the database alone makes no codes.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="second_factor",
        verbose_name="账号",
    )
    seed = models.CharField(max_length=32)
    last_step = models.BigIntegerField("最后用过的时段")
    made_at = models.DateTimeField("开启时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "两步验证"
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.user)

    @classmethod
    @transaction.atomic
    def enrol(cls, user: "User", seed: str, step: int) -> list[str]:
        """Let `user` have the app of this seed, which has shown the code of `step`; return new recovery codes."""
        cls.objects.update_or_create(user=user, defaults={"seed": seed, "last_step": step, "made_at": timezone.now()})
        return RecoveryCode.renew(user)

    @property
    def is_known(self) -> bool:
        """Whether the seed is whole and goes with a secret key of this site: else its app shows no right code."""
        name, _, mark = self.seed.partition(".")
        if not mark:
            return bool(OLD_SEED.fullmatch(name))
        return any(mark == mark_of(name, key) for key in secret_keys())

    @property
    def is_ahead(self) -> bool:
        """Whether a code was used at a time that is still to come: the clock of the server has been set back."""
        return self.last_step > time.time() // STEP + DRIFT

    def takes(self, code: str) -> bool:
        """Use up a code of the app, without blanks; tell whether it was one."""
        step = step_of(self.seed, code)
        # The row says which was the last: of two requests with one code, on whatever nodes, one changes it.
        rows = SecondFactor.objects.filter(pk=self.pk, seed=self.seed)
        return step is not None and bool(rows.filter(last_step__lt=step).update(last_step=step))


class RecoveryCode(models.Model):
    """A code on paper, used once. Only its digest is stored; 118 random bits need neither salt nor a slow one."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="recovery_codes", verbose_name="账号"
    )
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "恢复码"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["user", "digest"], name="recovery_code_once")]

    def __str__(self) -> str:
        return str(self.user)

    @classmethod
    @transaction.atomic
    def renew(cls, user: "User") -> list[str]:
        """Replace the recovery codes of `user`; return them as they are shown, this once."""
        cls.objects.filter(user=user).delete()
        codes = ["".join(secrets.choice(LETTERS) for _ in range(RECOVERY_LENGTH)) for _ in range(RECOVERY_CODES)]
        cls.objects.bulk_create([cls(user=user, digest=digest_of(code)) for code in codes])
        return ["-".join(code[start : start + 4] for start in range(0, RECOVERY_LENGTH, 4)) for code in codes]

    @classmethod
    def use(cls, user: "User", code: str) -> bool:
        """Use up a code; tell whether it was one."""
        return bool(cls.objects.filter(user=user, digest=digest_of(code)).delete()[0])


def digest_of(code: str) -> str:
    return hashlib.sha256(f"recovery\n{code}".encode()).hexdigest()


def new_seed() -> str:
    name = secrets.token_hex(12)
    return f"{name}.{mark_of(name, settings.SECRET_KEY)}"


def mark_of(name: str, key: str) -> str:
    return digest(f"seed\n{name}", key)[:MARK]


def secret_of(seed: str, key: str = "") -> bytes:
    """Return the secret that an app shares, by the secret key of the site, or by an earlier one."""
    made = hmac.new((key or settings.SECRET_KEY).encode(), f"second factor\n{seed}".encode(), hashlib.sha256)
    return made.digest()[:SECRET_BYTES]


def step_of(seed: str, code: str) -> int | None:
    """Return the step of the code that the app of `seed` shows now, or None when this is not one."""
    found = (matching_step(secret_of(seed, key), code, time.time()) for key in secret_keys())
    return next((step for step in found if step is not None), None)
