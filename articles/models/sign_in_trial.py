"""How often passwords and codes are tried: counted in the database, where all nodes see it, before anything is checked.

A table and no cache: signing in needs the database anyway, so that no outage of Redis locks anybody out, and none
lets anybody guess.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models, transaction
from django.db.models import F
from django.utils import timezone

from articles.text.digests import keyed

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Limit:
    """What is counted, and how much of it may be in `window`.

    Args:
        kind: what the log calls it.
        what: whom or what it is about; only a keyed digest of it is stored.
        most: points until it is full.
        account: the name of the account, if it is about one: by it, blocks are lifted.
        cost, repeat: points of a first trial from its place, and of every further one.
    """

    kind: str
    what: str
    most: int
    window: timedelta
    account: str = ""
    cost: int = 1
    repeat: int = 1

    @property
    def key(self) -> str:
        return keyed(f"trial\n{self.kind}\n{self.what}")


class TooManyTrials(Exception):
    """Nothing is checked before `until`."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"until {until:%Y-%m-%d %H:%M:%S%z}")
        self.until = until


class SignInTrial(models.Model):
    """A count of trials that is full at some time, and begins anew at `until`. It names neither account nor address."""

    key = models.CharField(max_length=32, primary_key=True)
    account = models.CharField(max_length=32, db_index=True)
    count = models.PositiveIntegerField()
    until = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "登录尝试"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.key} · {self.count}"

    @classmethod
    def take(cls, limits: Sequence[Limit]) -> dict[str, int]:
        """Count a trial in each of `limits`, the first of which is the place it comes from, and return its receipt.

        It counts as failed until it is given back, so that many at the same time are no more than one after the other.

        Raises:
            TooManyTrials: when one is full. Then nothing is counted, and most of the time nothing is written.
        """
        now = timezone.now()
        points(limits, {row.key: row for row in cls.objects.filter(pk__in=[limit.key for limit in limits])}, now)
        with transaction.atomic():
            # In one order, whoever counts, so that none waits for another that waits for it.
            keys = sorted(limit.key for limit in limits)
            new = {limit.key: cls(key=limit.key, account=digest(limit.account), count=0, until=now) for limit in limits}
            cls.objects.bulk_create([new[key] for key in keys], ignore_conflicts=True)
            rows = {row.key: row for row in cls.objects.select_for_update().filter(pk__in=keys).order_by("pk")}
            taken = points(limits, rows, now)
            for limit in limits:
                row = rows[limit.key]
                if not runs(row, limit, now):
                    row.count, row.until = 0, now + limit.window
                row.count += taken[limit.key]
                if row.count + limit.repeat > limit.most:
                    logger.warning("sign-in: no more trials until %s from one %s", row.until.isoformat(), limit.kind)
            cls.objects.bulk_update(rows.values(), ["count", "until"])
        with transaction.atomic():
            old = cls.objects.filter(until__lt=now).select_for_update(skip_locked=True)
            cls.objects.filter(pk__in=old.values("pk")).delete()
        return taken

    @classmethod
    @transaction.atomic
    def give_back(cls, taken: dict[str, int]) -> None:
        """Forget the failures of the place, and take back from the others the trial that has succeeded."""
        place, *others = taken
        cls.objects.filter(pk=place).delete()
        for key in sorted(others):
            cls.objects.filter(pk=key, count__gte=taken[key]).update(count=F("count") - taken[key])

    @classmethod
    def lift(cls, account: str = "") -> bool:
        """Forget the trials of an account, or of all and of all addresses; tell whether there were any."""
        rows = cls.objects.filter(account=digest(account)) if account else cls.objects.all()
        is_any = rows.filter(count__gt=0, until__gt=timezone.now()).exists()
        rows.delete()
        return is_any


def digest(account: str) -> str:
    return keyed(f"account\n{account}") if account else ""


def runs(row: SignInTrial, limit: Limit, now: datetime) -> bool:
    """Tell whether `row` counts now. One that ends after twice its window is of a clock that has been set back."""
    return now < row.until <= now + 2 * limit.window


def points(limits: Sequence[Limit], rows: dict[str, SignInTrial], now: datetime) -> dict[str, int]:
    """Return what one more trial costs in each of `limits`. Raises TooManyTrials where that is more than may be."""
    counts = {
        limit.key: rows[limit.key].count for limit in limits if limit.key in rows and runs(rows[limit.key], limit, now)
    }
    is_first = not counts.get(limits[0].key)
    cost = {limit.key: limit.cost if is_first else limit.repeat for limit in limits}
    full = [limit.key for limit in limits if counts.get(limit.key, 0) + cost[limit.key] > limit.most]
    if full:
        raise TooManyTrials(max(rows[key].until for key in full))
    return cost
