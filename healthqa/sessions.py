"""Django's sessions in the database, for cookies that say anything."""

from django.contrib.sessions.backends import db


class SessionStore(db.SessionStore):
    """A cookie can hold a NUL (quoted, as \\000), which PostgreSQL refuses to be asked for; it is nobody's key."""

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(None if session_key and "\0" in session_key else session_key)
