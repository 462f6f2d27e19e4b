from datetime import datetime
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
    """2025-06-24 23:05, in the site's time zone; what Django's date:"Y-m-d H:i" gives in ten times the time."""
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"


@register.filter
def day(moment: datetime) -> str:
    return minute(moment)[:10]
