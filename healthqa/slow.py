"""A line in the log for each request that takes long, without anything that a visitor typed."""

import logging
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

logger = logging.getLogger(__name__)

SLOW = 0.5  # seconds


class SlowRequestMiddleware:
    """Log which view took how long. Of its address only numbers are told: slugs, queries and keys stay out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began, began_cpu = time.perf_counter(), time.thread_time()
        response = self.get_response(request)
        if (seconds := time.perf_counter() - began) > SLOW:
            cpu = time.thread_time() - began_cpu
            where, status = place_of(request), response.status_code
            logger.warning(
                "%s %s %s: %.0f ms, of them %.0f ms CPU", request.method, where, status, seconds * 1e3, cpu * 1e3
            )
        return response


def place_of(request: HttpRequest) -> str:
    match = request.resolver_match
    if match is None:
        return "unknown address"
    numbers = " ".join(f"{name}={value}" for name, value in match.kwargs.items() if isinstance(value, int))
    return f"{match.view_name} {numbers}".strip()
