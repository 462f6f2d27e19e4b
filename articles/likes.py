"""Who may like: the reader behind a request, where the request comes from, and how much one address may do."""

import hashlib
import hmac
import re
import time
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from .addresses import client_address
from .models import Like

COOKIE = "__Host-reader" if settings.HTTPS else "reader"
COOKIE_AGE = 365 * 24 * 3600
WINDOW = 10  # seconds in which a second cookie-less like of the same address and browser is a double click


def is_same_origin(request):
    """Tell whether a POST comes from one of our own pages.

    Sec-Fetch-Site decides where it is sent, because a page without referrer sends `Origin: null`; else the host of
    Origin, else of Referer, must be ours. A request that carries none of the three is refused.
    """
    if site := request.headers.get("Sec-Fetch-Site"):
        return site == "same-origin"
    came_from = request.headers.get("Origin") or request.headers.get("Referer")
    if not came_from:
        return False
    try:
        host = urlsplit(came_from).netloc
    except ValueError:
        return False
    return host.lower() in (request.get_host().lower(), urlsplit(settings.SITE_URL).netloc.lower())


def reader_token(request):
    """Return the reader's cookie, or "" when there is none worth the name."""
    token = request.COOKIES.get(COOKIE, "")
    return token if re.fullmatch(r"[0-9a-f]{32}", token) else ""


def visitor_of(token):
    """Return what the likes table knows of a reader: a digest, from which no cookie can be made."""
    return hashlib.sha256(token.encode()).hexdigest()[:32]


def first_token(request, article):
    """Return the token of a reader without a cookie, the same for both halves of a double click.

    It is 128 bits of a keyed digest over address, browser, article and the current ten seconds, so that no other
    process or memory need be asked; a like of the ten seconds before by the same address and browser is found again.
    """
    window = int(time.time() // WINDOW)
    browser = request.headers.get("User-Agent", "")
    seed = f"{client_address(request)}\n{browser}\n{article.pk}"
    current, previous = (keyed(f"reader\n{seed}\n{number}") for number in (window, window - 1))
    since = timezone.now() - timedelta(seconds=WINDOW)
    just_now = Like.objects.filter(article=article, visitor=visitor_of(previous), created_at__gte=since)
    return previous if just_now.exists() else current


def set_cookie(response, token):
    response.set_cookie(COOKIE, token, max_age=COOKIE_AGE, httponly=True, secure=settings.HTTPS, samesite="Lax")


class TooMany(Exception):
    """One address did too much; `seconds` says how long to wait."""

    def __init__(self, seconds):
        super().__init__(f"retry after {seconds} s")
        self.seconds = seconds


def count_change(request):
    """Count one change by this address. Raises TooMany above LIKE_CHANGES_PER_MINUTE."""
    now = int(time.time())
    key = f"likes:minute:{now // 60}:{scrambled_address(request)}"
    if count(key, 120) > settings.LIKE_CHANGES_PER_MINUTE:
        raise TooMany(60 - now % 60)


def count_like(request, article):
    """Count one new like of `article` by this address. Raises TooMany above LIKES_PER_ARTICLE_AND_DAY."""
    now = timezone.localtime()
    key = f"likes:day:{now.date()}:{article.pk}:{scrambled_address(request)}"
    if count(key, 86_400) > settings.LIKES_PER_ARTICLE_AND_DAY:
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        raise TooMany(int((midnight - now).total_seconds()) + 1)


def count(key, seconds):
    """Raise a counter in the cache and return it; 0 when the cache does not answer: limits never cost a like."""
    try:
        cache.add(key, 0, seconds)
        return cache.incr(key)
    except Exception:  # any cache backend, any of its errors
        return 0


def scrambled_address(request):
    """Return a digest of the visitor's address that changes every day and means nothing without the secret key."""
    return keyed(f"address\n{timezone.localdate()}\n{client_address(request)}")


def keyed(text):
    return hmac.new(settings.SECRET_KEY.encode(), text.encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:32]
