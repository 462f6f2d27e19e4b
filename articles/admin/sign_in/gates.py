"""What somebody who has signed in does before any page of the admin opens: a password, a second factor of one's own."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from articles.models import FirstPassword
from articles.workflow.second_factors import must_enrol
from healthqa.sessions import BEGAN, ENROL, FIRST

# Of the session, so that nothing is asked of the database in between: a new password, given by whomever, ends every
# session, and so does a second factor that is taken away, and a right given to an account that then must have one.
# The first one first, and the pages that open it; who comes for another one is led to the first of them.
GATES = {FIRST: ("password_change",), ENROL: ("second_factor", "passkeys")}
STAYS_OPEN = {"logout", "jsi18n", "sign_out_everywhere"}
NEXT = "next"
AGAIN = "again"  # of the page of the password: it is for who is signed in, too
# Seconds after signing in in which a page opens that changes by what one signs in; twice as many to send it.
FRESH = 15 * 60


def note_sign_in(request: HttpRequest) -> None:
    """Note in the session of who has just signed in what is to be done first."""
    if FirstPassword.objects.filter(user=request.user).exists():
        request.session[FIRST] = True
    if must_enrol(request.user):
        request.session[ENROL] = True


def behind_gates(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Return a view of the admin that leads to what is to be done first, and opens when that is done."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked = request.resolver_match.url_name
        gates = next((pages for note, pages in GATES.items() if note in request.session), ())
        if not gates or asked in gates or asked in STAYS_OPEN:
            return view(request, *args, **kwargs)
        address = request.get_full_path() if request.method == "GET" else reverse("admin:index")
        if any(asked in pages for pages in GATES.values()):
            address = address_after(request)
        return HttpResponseRedirect(f"{reverse(f'admin:{gates[0]}')}?{urlencode({NEXT: address})}")

    return guarded


def freshly_signed_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Return a view that asks who signed in a while ago to do it once more, with all that is asked for."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        most = FRESH if request.method in ("GET", "HEAD") else 2 * FRESH
        if time.time() - request.session.get(BEGAN, 0) <= most:
            return view(request, *args, **kwargs)
        messages.warning(request, "要改登录方式，请再登录一次：开着的页面，也许不是您本人在用。")
        return HttpResponseRedirect(f"{reverse('admin:login')}?{urlencode({NEXT: request.get_full_path(), AGAIN: 1})}")

    return guarded


def address_after(request: HttpRequest) -> str:
    """Return where the request wanted to go: a page of ours, else the desk."""
    address = request.GET.get(NEXT, "")
    is_ours = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if is_ours else reverse("admin:index")
