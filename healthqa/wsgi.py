import gc
import os
from threading import Event
from wsgiref.types import WSGIApplication

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "healthqa.settings")
django_application = get_wsgi_application()


def start_pushing() -> Event | None:
    """Let this process tell search engines what has changed, where a timer does not. Setting the Event ends it."""
    from articles.announcing import in_server  # noqa: PLC0415 - models cannot be imported before the apps are ready

    return in_server.start() if settings.PUSH_IN_SERVER else None


def with_everything_before(application: WSGIApplication) -> WSGIApplication:
    from .serving import serve  # noqa: PLC0415 - as above

    return serve(application)


def read_models() -> None:
    """Read what searches are compared with, before anybody searches."""
    from articles.engine.seam import search_engine  # noqa: PLC0415 - as above
    from articles.finding.likely_terms import model  # noqa: PLC0415 - as above
    from articles.text.danger import shipped  # noqa: PLC0415 - as above

    search_engine()
    model()
    shipped()


def spare_collector() -> None:
    """Let garbage be looked for among what requests leave, and no more among all that the process begins with.

    It held every thread for 70 ms at a time.
    """
    gc.collect()
    gc.freeze()


application = with_everything_before(django_application)
start_pushing()
read_models()
spare_collector()
