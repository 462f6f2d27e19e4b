"""Django's handler for bare requests: without the middleware that would only look for what they do not have."""

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler

# Sessions, accounts, messages and form tokens belong to visitors; compression and 304 are the page cache's own work.
NEEDLESS = {
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "healthqa.idle.IdleMiddleware",
    "healthqa.compression.TextCompressionMiddleware",
    "healthqa.releases.StaticFilesMiddleware",
}


class PageHandler(WSGIHandler):
    """The application that pages are rendered by. Made once, while the process starts."""

    def load_middleware(self, is_async: bool = False) -> None:
        whole = settings.MIDDLEWARE
        settings.MIDDLEWARE = [name for name in whole if name not in NEEDLESS]
        try:
            super().load_middleware(is_async)
        finally:
            settings.MIDDLEWARE = whole
