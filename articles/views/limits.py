"""Who may send and ask: where a request comes from, and how much one address may do in a time."""

import time
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone

from articles.text.digests import keyed
from healthqa.visitors import client_address, network_of, site_of

SITE = 10  # times as much as one network may all networks of an IPv6 site do: one customer may have thousands


def is_same_origin(request: HttpRequest) -> bool:
    """Tell whether a POST comes from one of our own pages.

    Sec-Fetch-Site decides where it is sent, because a page without referrer sends `Origin: null`; else the host of
    Origin, else of Referer, must be ours. A request that carries none of the three has no host, and is refused.
    """
    if site := request.headers.get("Sec-Fetch-Site"):
        return site == "same-origin"
    try:
        host = urlsplit(request.headers.get("Origin") or request.headers.get("Referer", "")).netloc
    except ValueError:
        return False
    return host.lower() in (request.get_host().lower(), urlsplit(settings.SITE_URL).netloc.lower())


class TooMany(Exception):
    """One address did too much; `seconds` says how long to wait."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"retry after {seconds} s")
        self.seconds = seconds


def count_in_minute(request: HttpRequest, what: str, limit: int) -> None:
    """Count one `what` by this address in the current minute. Raises TooMany above `limit`."""
    now = int(time.time())
    count_each(request, f"{what}:minute:{now // 60}", 120, limit, 60 - now % 60)


def count_in_day(request: HttpRequest, what: str, limit: int) -> None:
    """Count one `what` by this address today. Raises TooMany above `limit`."""
    now = timezone.localtime()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    count_each(request, f"{what}:day:{now.date()}", 86_400, limit, int((midnight - now).total_seconds()) + 1)


def count_each(request: HttpRequest, what: str, seconds: int, limit: int, left: int) -> None:
    """Count one `what` by the visitor's network, and by its IPv6 site. Raises TooMany, for `left` seconds."""
    address = client_address(request)
    if count(f"{what}:{scrambled(network_of(address))}", seconds) > limit:
        raise TooMany(left)
    site = site_of(address)
    if site and count(f"{what}:{scrambled(site)}", seconds) > SITE * limit:
        raise TooMany(left)


def count(key: str, seconds: int) -> int:
    """Raise a counter in the cache and return it; 0 when the cache does not answer: limits never cost an answer."""
    try:
        cache.add(key, 0, seconds)
        return cache.incr(key)
    except Exception:  # any cache backend, any of its errors
        return 0


def scrambled(network: str) -> str:
    """Return a digest of where somebody is that changes every day and means nothing without the secret key."""
    return keyed(f"address\n{timezone.localdate()}\n{network}")
