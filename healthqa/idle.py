"""A session stays open while somebody works in it, and not because a page of it is.

Nor does anybody else change what readers see.
"""

from collections.abc import Callable

from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponseBase

from articles.models.patience import soon_or_never

from .page_cache import change_nothing


class IdleMiddleware:
    """Note that somebody did something. A view whose requests a page sends by itself sets `request.is_beat`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        session = request.session
        if session.accessed and SESSION_KEY in session and not getattr(request, "is_beat", False):
            with soon_or_never():
                session.touch()
        else:
            change_nothing(request)  # strangers who send without pause let no kept page ask the database
        return response
