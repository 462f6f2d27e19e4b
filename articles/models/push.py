"""What search engines are told: which addresses have changed, what each engine knows, and how it answered."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

LONGEST_KEY = 120  # that of a tag's slug


class AddressKind(models.TextChoices):
    QUESTION = "question", "问题"
    TAG = "tag", "标签"
    DOCTOR = "doctor", "医生"
    PAGE = "page", "单页"


class AddressChange(models.Model):
    """An address that may have appeared, changed or gone, noted by triggers in the transaction of the change.

    Rows are only added and taken away, so that who saves waits for nobody; articles/announcing/ makes of them what is
    to be sent. One that is due later belongs to a question that publishes itself then.
    """

    kind = models.CharField(max_length=10, choices=AddressKind)
    key = models.CharField(max_length=LONGEST_KEY)
    due_at = models.DateTimeField()
    is_content = models.BooleanField()  # else it is enough to look whether the page is still there, or now is
    was_public = models.BooleanField()

    class Meta:
        verbose_name = verbose_name_plural = "变动的地址"
        indexes = [models.Index(fields=["due_at"], name="addresschange_due")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class PushedAddressQuerySet(models.QuerySet["PushedAddress"]):
    def waiting(self, service: str) -> Self:
        """What `service` is still to be told, what has waited longest first."""
        return self.filter(service=service, is_waiting=True).order_by("pk")


class PushedAddress(models.Model):
    """What one search engine has been told of an address, and whether it is to be told something."""

    class Told(models.TextChoices):
        NOTHING = "", "没有推送过"
        PRESENT = "present", "推送过"
        GONE = "gone", "已告知删除"
        REFUSED = "refused", "被拒收"

    service = models.CharField(max_length=10)
    kind = models.CharField(max_length=10, choices=AddressKind)
    key = models.CharField(max_length=LONGEST_KEY)
    told = models.CharField(max_length=10, choices=Told, blank=True, default=Told.NOTHING)
    is_waiting = models.BooleanField(default=True)
    is_content = models.BooleanField(default=False)
    was_public = models.BooleanField(default=False)

    objects = PushedAddressQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "推送的地址"
        indexes = [
            models.Index(fields=["service", "id"], condition=Q(is_waiting=True), name="pushed_waiting"),
            models.Index(fields=["service"], condition=Q(told="refused"), name="pushed_refused"),
        ]
        constraints = [models.UniqueConstraint(fields=["service", "kind", "key"], name="pushed_once")]

    def __str__(self) -> str:
        return f"{self.service}: {self.kind} {self.key}"


class PushService(models.Model):
    """A search engine that is told; there is a row while its token is set, and only then anything is noted."""

    name = models.CharField(max_length=10, unique=True)
    remain = models.PositiveIntegerField(null=True)  # of the quota of the day `remain_on`
    remain_on = models.DateField(null=True)
    wait_until = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)  # in a row
    said = models.CharField(max_length=300, blank=True)  # what the last answer means, without secrets
    said_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)  # when it last took something
    holder = models.CharField(max_length=32, blank=True)  # the worker that is sending, and until when it may
    held_until = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = "搜索引擎推送"

    def __str__(self) -> str:
        return self.name

    @property
    def left_today(self) -> int | None:
        """What is left of the quota of today, where that is known."""
        return self.remain if self.remain_on == timezone.localdate() else None

    def is_waiting_at(self, moment: datetime) -> bool:
        return self.wait_until is not None and self.wait_until > moment
