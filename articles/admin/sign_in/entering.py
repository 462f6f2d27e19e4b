"""From a right password to a session, over the second factor where there is one."""

import time

from django.contrib.auth import login
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from articles.models.sign_in_trial import TooManyTrials
from articles.workflow.second_factors import has_factor
from healthqa.sessions import PENDING

from .gates import note_sign_in
from .known_browser import remember_browser
from .session_notes import note_place

PATIENCE = 10 * 60  # seconds from the password to the code


def wait_for_code(request: HttpRequest, user: User) -> None:
    """Note that the password of `user` was right: nobody is signed in by that yet."""
    request.session.flush()
    note_place(request)
    request.session[PENDING] = {"user": user.pk, "at": int(time.time()), "hash": user.get_session_auth_hash()}


def who_waits(request: HttpRequest) -> User | None:
    """Return the account whose password was right a moment ago, and still is, if its second factor is asked for."""
    waits = request.session.get(PENDING)
    if not waits or time.time() - waits["at"] > PATIENCE:
        return None
    user = User.objects.filter(pk=waits["user"], is_active=True, is_staff=True).first()
    return user if user and user.get_session_auth_hash() == waits["hash"] and has_factor(user) else None


def too_many(answer: HttpResponse, refusal: TooManyTrials) -> HttpResponse:
    """Let `answer` be that of a refused trial, with the seconds to wait."""
    answer.status_code = 429
    answer["Retry-After"] = str(max(1, int((refusal.until - timezone.now()).total_seconds()) + 1))
    return answer


def let_in(request: HttpRequest, user: User, address: str, shown: str) -> HttpResponse:
    """Begin the session of `user`, who has `shown` all that is asked for, and lead to `address`."""
    request.shown = shown  # for the audit log
    request.session.flush()  # of whoever sat here before
    login(request, user)
    request.session.begin_anew()
    note_place(request)
    request.session.clear_expired()
    note_sign_in(request)
    answer = HttpResponseRedirect(address)
    remember_browser(answer, user)
    return answer
