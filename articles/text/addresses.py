"""Addresses: ours, which come from a setting, and the visitor's, which comes from the connection."""

from functools import cache, lru_cache

from django.conf import settings
from django.urls import reverse


def absolute(path: str) -> str:
    """Return the absolute address of one of our own paths; from SITE_URL, never from the Host header."""
    site: str = settings.SITE_URL
    return site + path


def question_path(key: int) -> str:
    """Return the path of a question's page; as reverse() does it, but lists and sitemaps ask for thousands."""
    return numbered_path("articles:question") % key


def like_path(key: int) -> str:
    return numbered_path("articles:like") % key


def helped_path(key: int) -> str:
    return numbered_path("articles:helped") % key


def report_path(key: int) -> str:
    return numbered_path("articles:report") % key


def doctor_path(key: int) -> str:
    return numbered_path("articles:doctor") % key


@lru_cache(maxsize=4_096)
def tag_path(slug: str) -> str:
    return reverse("articles:tag", args=[slug])


@cache
def path_of(name: str) -> str:
    """Return the path of a view that takes nothing."""
    return reverse(name)


@cache
def numbered_path(name: str) -> str:
    """Return the path of a view that takes a number, with %d in its place."""
    return reverse(name, args=[0]).replace("0", "%d")
