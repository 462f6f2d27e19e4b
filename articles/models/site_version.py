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


class SiteChange(models.Model):
    """What a version of the site has changed, by the keys of page_keys.py; each version leaves at least one row.

    The row of SiteVersion is locked before a row is written here, so versions become visible in their order, and none
    while an earlier one is still open. Only the newest rows stay (triggers.py).
    """

    version = models.BigIntegerField()
    key = models.CharField(max_length=32)

    class Meta:
        verbose_name = verbose_name_plural = "网站改动"
        indexes = [models.Index(fields=["version", "id"], name="site_change_by_version")]

    def __str__(self) -> str:
        return f"{self.version}: {self.key}"
