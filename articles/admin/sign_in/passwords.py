"""The one place where a password that somebody has typed is compared with the one that is stored.

Counted first, compared afterwards: a refused trial costs no digest. Whoever asks, of whatever account, one digest is
computed, so that neither the answer nor its time says whether there is such an account.
"""

from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.http import HttpRequest

from articles.models import SignInTrial
from articles.workflow.audit import Kind, record_refusal
from healthqa.visitors import client_address

from .limits import PASSWORD, limits_of


def who_signs_in(request: HttpRequest, username: str, password: str) -> User | None:
    """Return the member of the staff of this name and password, or None. Raises TooManyTrials."""
    named = User.objects.filter(username=username).first()
    taken = SignInTrial.take(limits_of(request, PASSWORD, username, named))
    try:
        user = authenticate(request, username=username, password=password)
    except ValueError:  # Django's hashers say so of a digest that is damaged; of one that is none they say it is wrong
        if named is None:
            raise
        record_refusal(Kind.FAILURE, "存的密码坏了，请给一个新的", by=named, address=client_address(request))
        return None
    if not (user and user.is_staff):
        return None
    SignInTrial.give_back(taken)
    return user


def is_own_password(request: HttpRequest, password: str) -> bool:
    """Tell whether this is the password of who is signed in. Raises TooManyTrials."""
    return who_signs_in(request, request.user.get_username(), password) == request.user
