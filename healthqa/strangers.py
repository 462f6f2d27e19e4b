"""What strangers send to the desk is not read: a long form takes a second to parse, and the desk has few threads."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from .lanes.bodies import length_of
from .uploads import SHORT

DESK, SIGNING_IN = "admin", "login"


class StrangersMiddleware:
    """Ask who sends a long form before anything looks into it, as the protection of forms does."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        match = request.resolver_match
        if match.namespace != DESK or match.url_name == SIGNING_IN:  # whose bounds stand before Django (serving.py)
            return None
        if length_of(request.META) <= SHORT or request.user.is_authenticated:
            return None
        return redirect_to_login(request.get_full_path(), reverse(f"{DESK}:{SIGNING_IN}"))
