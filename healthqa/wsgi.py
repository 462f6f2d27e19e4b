import os
from threading import Event
from wsgiref.types import WSGIApplication

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "healthqa.settings")
django_application = get_wsgi_application()


def with_page_cache(application: WSGIApplication) -> WSGIApplication:
    """Put the page cache in front, unless it is switched off."""
    # Not before the application above has made the apps ready: models cannot be imported until then.
    from articles.views.freshness import Freshness  # noqa: PLC0415

    from .page_cache import PageCache, PageHandler  # noqa: PLC0415

    if not settings.PAGE_CACHE_MB:
        return application
    size = settings.PAGE_CACHE_MB * 1024 * 1024
    return PageCache(application, PageHandler(), Freshness(), size=size, lifetime=settings.PAGE_CACHE_SECONDS)


def start_pushing() -> Event | None:
    """Let this process tell search engines what has changed, where a timer does not. Setting the Event ends it."""
    from articles.announcing import in_server  # noqa: PLC0415 - as above

    return in_server.start() if settings.PUSH_IN_SERVER else None


application = with_page_cache(django_application)
start_pushing()
