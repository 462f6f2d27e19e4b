"""Times as they stand in pages and files."""

from datetime import datetime
from functools import lru_cache

from django.utils import timezone


@lru_cache(maxsize=4_096)  # a page says the same moment five times
def iso(moment: datetime) -> str:
    """Return ISO 8601 with the offset of the site's time zone, 2025-06-24T23:05:25+08:00."""
    return timezone.localtime(moment).isoformat(timespec="seconds")
