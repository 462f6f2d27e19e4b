"""A database that does not answer makes a page late, not broken: 503 with Retry-After, never a traceback."""

import logging
from collections.abc import Callable

from django.db import DataError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, UnreadablePostError

from articles.views.errors import bad_request, unavailable

logger = logging.getLogger(__name__)


class OutageMiddleware:
    """Turn a failing database into the static 503 page, and what no database can be asked for into 400."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, DataError) and "%00" in request.META["QUERY_STRING"]:
            return bad_request(request)  # PostgreSQL cannot even be asked for a NUL, and the admin's filters ask
        if isinstance(exception, UnreadablePostError):
            return bad_request(request, exception)  # whoever sends has gone, or sends less than was said
        if not isinstance(exception, OperationalError | InterfaceError):
            return None
        # One line, whatever stands in the address or the message.
        logger.error("%s %r: %s", request.method, request.path, " ".join(str(exception).split()))
        return unavailable(request)
