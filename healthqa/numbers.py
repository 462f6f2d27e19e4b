"""Each request has a number: the proxy's, or one of our own. It stands in the log and on the page of an error."""

import re
from collections.abc import Callable
from secrets import token_hex
from threading import local

from django.http import HttpRequest, HttpResponseBase

HEADER = "X-Request-ID"
GOOD = re.compile(r"[0-9A-Za-z-]{8,64}", re.ASCII)

_mine = local()


def number() -> str:
    """Return the number of the request that this thread is at, "" outside of one."""
    return getattr(_mine, "number", "")


class NumberMiddleware:
    """Give the request a number, which lasts for as long as this thread works on it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get(HEADER, "")
        _mine.number = given if GOOD.fullmatch(given) else token_hex(16)
        try:
            return self.get_response(request)
        finally:
            _mine.number = ""
