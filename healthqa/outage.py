"""A database that does not answer makes a page late, not broken: 503 with Retry-After, never a traceback."""

import logging

from django.db import InterfaceError, OperationalError

logger = logging.getLogger(__name__)


class OutageMiddleware:
    """Turn a failing database into the static 503 page."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if not isinstance(exception, OperationalError | InterfaceError):
            return None
        from articles.views.errors import unavailable

        # One line, whatever stands in the address or the message.
        logger.error("%s %r: %s", request.method, request.path, " ".join(str(exception).split()))
        return unavailable(request)
