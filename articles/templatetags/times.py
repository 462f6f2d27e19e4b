from datetime import date, datetime
from functools import lru_cache

from django import template
from django.utils import timezone

from articles.text.times import iso

register = template.Library()
# Django's own date:"c" prints microseconds, and the datetime attribute of HTML takes three decimals at most.
register.filter("iso", iso)


@register.filter
@lru_cache(maxsize=4_096)
def minute(moment: datetime) -> str:
    """2025年6月24日 23:05, in the site's time zone; a tenth of the time that Django's own filter takes."""
    local = timezone.localtime(moment)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"


@register.filter
@lru_cache(maxsize=4_096)
def day(moment: date) -> str:
    """2025年6月24日; of a moment in the site's time zone."""
    local = timezone.localtime(moment) if isinstance(moment, datetime) else moment
    return f"{local.year}年{local.month}月{local.day}日"


@register.filter
def month(moment: date) -> str:
    """2025年6月; of a moment in the site's time zone."""
    return day(moment).partition("月")[0] + "月"


@register.filter
def iso_day(moment: date) -> str:
    """2025-06-24, as the datetime attribute takes it."""
    local = timezone.localtime(moment) if isinstance(moment, datetime) else moment
    return f"{local:%Y-%m-%d}"
