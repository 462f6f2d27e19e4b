"""Django's sessions in the database, for cookies that say anything, with two ends: by the clock and by idleness.

The row of a session ends an hour after somebody last did something (SESSION_IDLE_MINUTES), and whatever happens twelve
hours after its beginning (SESSION_HOURS).
"""

import logging
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.messages.storage.session import SessionStorage
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session
from django.db import OperationalError
from django.http import HttpRequest
from django.utils import timezone

from .patience import patience

logger = logging.getLogger(__name__)

BEGAN = "began"  # seconds of Unix time
PENDING = "pending"  # whose password was right, while the second factor is asked for
# What whoever has signed in must do before anything else; the pages that do it are in admin/sign_in/gates.py.
FIRST, ENROL = "first_password", "enrol"
PATIENCE = 0.25  # seconds that an answer waits to write nothing but messages
GRAIN = timedelta(minutes=1)  # what is done within it is written once


class SessionStore(db.SessionStore):
    ends: datetime | None = None  # what the row says, once it has been read
    written: dict[str, Any] | None = None  # what it holds, messages aside

    def __init__(self, session_key: str | None = None) -> None:
        # A cookie can hold a NUL (quoted, as \000), which PostgreSQL refuses to be asked for; it is nobody's key.
        super().__init__(None if session_key and "\0" in session_key else session_key)

    def _get_session_from_db(self) -> Session | None:
        row: Session | None = super()._get_session_from_db()
        self.ends = row.expire_date if row else None
        return row

    def load(self) -> dict[str, Any]:
        data: dict[str, Any] = super().load()
        if data and end_of(data) <= timezone.now():
            self._session_key = None
            data = {}
        self.written = without_messages(data)
        return data

    def begin_anew(self) -> None:
        """Let the session begin now, as somebody has just shown who it is."""
        self[BEGAN] = int(time.time())

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        data.setdefault(BEGAN, int(time.time()))
        row: Session = super().create_model_instance(data)
        row.expire_date = self.ends = min(end_of(data), timezone.now() + settings.SESSION_IDLE)
        return row

    def get_session_cookie_age(self) -> int:
        """Return for how many seconds the browser keeps the cookie; the row may end before."""
        left = end_of({BEGAN: self.get(BEGAN, int(time.time()))}) - timezone.now()
        return max(0, int(left.total_seconds()))

    def save(self, must_create: bool = False) -> None:
        """Write the row. A database that is held up says so: Django would say that the session is gone.

        Where only messages differ, which have been read or added, the answer counts more: while an import holds the
        database, a page is shown and what was typed comes back all the same.
        """
        is_there = bool(self.session_key) and not must_create
        only_messages = is_there and self.written == without_messages(self._session)
        try:
            with patience(lock=PATIENCE if only_messages else None):
                super().save(must_create=must_create)
        except UpdateError as error:
            if not isinstance(error.__context__, OperationalError):
                raise
            if not only_messages:
                raise error.__context__ from None
            logger.info("session not written, because the database is being written to: %s", error.__context__)
        else:
            self.written = without_messages(self._session)

    def seconds_left(self) -> int:
        """Return for how long the session lasts if nothing is done; 0 when it has ended."""
        return max(0, int((self.ends - timezone.now()).total_seconds())) if self.ends else 0

    def touch(self) -> None:
        """Write down that somebody did something, where the row does not say so already."""
        now = timezone.now()
        if self.session_key and self.ends and self.ends < now + settings.SESSION_IDLE - GRAIN:
            until = min(end_of(self._session), now + settings.SESSION_IDLE)
            if until > self.ends:
                Session.objects.filter(session_key=self.session_key).update(expire_date=until)
                self.ends = until


def without_messages(data: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name != SessionStorage.session_key}


def end_of(data: dict[str, Any]) -> datetime:
    """Return when a session of this data ends whatever is done in it; one that does not say when it began has ended."""
    return datetime.fromtimestamp(data.get(BEGAN, 0), UTC) + timedelta(seconds=settings.SESSION_COOKIE_AGE)


def is_let_in(request: HttpRequest) -> bool:
    """Tell whether somebody of staff asks who has done all that comes before what only staff may see."""
    return request.user.is_staff and not any(note in request.session for note in (FIRST, ENROL))


def end_other_sessions(request: HttpRequest) -> None:
    """End all sessions of who asks but this one, which goes on under a new key."""
    end_sessions(request.user)
    request.session.cycle_key()


def sign_out(request: HttpRequest, user: Any) -> int:
    """End all sessions of `user`, also the one that asks for it if it is theirs; return how many there were."""
    number = end_sessions(user)
    if user == request.user:
        request.session.flush()  # Django answers 400 where the row of a session is gone and something is to be noted
    return number


def end_sessions(user: Any) -> int:
    """End all sessions of `user` on all devices, begun or waiting for the second factor; return how many there were."""
    Session.objects.filter(expire_date__lte=timezone.now()).delete()
    keys = [row.session_key for row, _ in sessions_of(user)]
    return Session.objects.filter(session_key__in=keys).delete()[0]


def sessions_of(user: Any) -> list[tuple[Session, dict[str, Any]]]:
    """Return the sessions of `user` that have not ended, begun or waiting for the second factor, with their data.

    Only the staff have sessions, and none lives longer than SESSION_HOURS: they are looked through.
    """
    now, decode = timezone.now(), SessionStore().decode
    rows = ((row, decode(row.session_data)) for row in Session.objects.filter(expire_date__gt=now).iterator())
    return [
        (row, data)
        for row, data in rows
        if (data.get(SESSION_KEY) == str(user.pk) or data.get(PENDING, {}).get("user") == user.pk)
        and end_of(data) > now
    ]
