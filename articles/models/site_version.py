from django.db import models


class SiteVersion(models.Model):
    """One number, raised by triggers in the transaction of whatever changes a public page (models/triggers.py)."""

    number = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = "网站版本"

    def __str__(self) -> str:
        return str(self.number)

    @classmethod
    def current(cls) -> int:
        return cls.objects.values_list("number", flat=True).first() or 0
