"""The browser in which somebody has signed in before: what others try elsewhere does not keep its owner out there."""

import secrets
import time
from hmac import compare_digest

from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from articles.text.digests import keyed

COOKIE = "__Secure-known-browser" if settings.HTTPS else "known-browser"
AGE = 180 * 24 * 3600  # seconds


def known_browser(request: HttpRequest, user: User | None) -> str:
    """Return the name of the browser that sends `request`, if `user` has signed in with it; else ""."""
    name, _, rest = request.COOKIES.get(COOKIE, "").partition(".")
    until, _, signature = rest.partition(".")
    if not (user and until.isdecimal() and until.isascii() and len(until) < 12 and int(until) > time.time()):
        return ""
    return name if compare_digest(signature.encode(), sign(name, until, user).encode()) else ""


def sign(name: str, until: str, user: User) -> str:
    # With the digest of the password, so that a new one makes all browsers strangers.
    return keyed(f"browser\n{name}\n{until}\n{user.pk}\n{user.password}")


def remember_browser(response: HttpResponse, user: User) -> None:
    name, until = secrets.token_hex(16), str(int(time.time()) + AGE)
    response.set_cookie(
        COOKIE,
        f"{name}.{until}.{sign(name, until, user)}",
        max_age=AGE,
        path=reverse("admin:index"),
        secure=settings.HTTPS,
        httponly=True,
        samesite="Strict",
    )
