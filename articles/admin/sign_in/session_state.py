"""What a page that stays open asks about the session: whose it is, and how long it lasts if nothing is done."""

from django.http import HttpRequest, HttpResponseBase, HttpResponseNotAllowed, JsonResponse
from django.middleware.csrf import get_token
from django.views.decorators.cache import never_cache


@never_cache
def session_state(request: HttpRequest) -> HttpResponseBase:
    """Answer anybody with their own session; POST says that somebody is there.

    Signing in changes the token that forms carry. A form that was opened before gets the one of now.
    """
    if request.method not in ("GET", "HEAD", "POST"):
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    request.is_beat = request.method != "POST"
    if request.method == "POST" and request.user.is_authenticated:
        request.session.touch()
    left = request.session.seconds_left() if request.user.is_authenticated else 0
    return JsonResponse({"user": request.user.pk, "seconds": left, "token": get_token(request)})
