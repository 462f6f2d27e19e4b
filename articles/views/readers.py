"""Who may like: the reader behind a request, and how much one address may like."""

import hashlib
import re
import time
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from articles.models import Article, Like
from articles.text.digests import keyed
from healthqa.visitors import client_address

from .limits import count_in_day, count_in_minute

COOKIE = "__Host-reader" if settings.HTTPS else "reader"
COOKIE_AGE = 365 * 24 * 3600
WINDOW = 10  # seconds in which a second cookie-less like of the same address and browser is a double click


def reader_token(request: HttpRequest) -> str:
    """Return the reader's cookie, or "" when there is none worth the name."""
    token = request.COOKIES.get(COOKIE, "")
    return token if re.fullmatch(r"[0-9a-f]{32}", token) else ""


def visitor_of(token: str) -> str:
    """Return what the likes table knows of a reader: a digest, from which no cookie can be made."""
    return hashlib.sha256(token.encode()).hexdigest()[:32]


def first_token(request: HttpRequest, article: Article) -> str:
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


def set_cookie(response: HttpResponse, token: str) -> None:
    response.set_cookie(COOKIE, token, max_age=COOKIE_AGE, httponly=True, secure=settings.HTTPS, samesite="Lax")


def count_change(request: HttpRequest) -> None:
    """Count one change by this address. Raises TooMany above LIKE_CHANGES_PER_MINUTE."""
    count_in_minute(request, "likes", settings.LIKE_CHANGES_PER_MINUTE)


def count_like(request: HttpRequest, article: Article) -> None:
    """Count one new like of `article` by this address. Raises TooMany above LIKES_PER_ARTICLE_AND_DAY."""
    count_in_day(request, f"likes:{article.pk}", settings.LIKES_PER_ARTICLE_AND_DAY)
