"""A site of one sentence behind a page cache, as far as the cache can tell: plain WSGI applications and two clocks."""

import io
import time
from wsgiref.util import setup_testing_defaults

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.utils import timezone

from articles.tests.wiring.texts import PATH, TEXT
from healthqa.page_cache import PageCache, State, show_keys
from healthqa.page_cache.asked import DROP


class Site:
    """Two plain WSGI applications behind a page cache: `page` renders, `behind` gets what passes the cache by."""

    def __init__(self, size=10_000_000, lifetime=100):
        self.status, self.headers, self.body = "200 OK", TEXT, b"rest"
        self.state, self.is_down, self.reads = State(1), False, 0
        self.rendered, self.passed, self.bodies = [], 0, []
        self.meanwhile = lambda: None  # what happens during the next rendering
        self.answered = "200 OK"  # by what stands behind
        self.drops = None  # paths of which that says that they have become untrue
        self.shows = None  # the keys that a page says it shows, if any
        self.cache = PageCache(self.behind, self.page, self.read, size=size, lifetime=lifetime)

    def read(self):
        self.reads += 1
        if self.is_down:
            raise OSError("gone")
        return self.state

    def page(self, environ, start_response):
        self.rendered.append(environ)
        body = io.BytesIO(self.body)
        meanwhile, self.meanwhile = self.meanwhile, lambda: None
        meanwhile()
        if self.shows is not None:
            show_keys(WSGIRequest(environ), self.shows)
        self.bodies.append(body)
        start_response(self.status, list(self.headers))
        return body

    def behind(self, environ, start_response):
        self.passed += 1
        if self.drops is not None:
            environ[DROP](self.drops)
        start_response(self.answered, [])
        return [b"from behind"]

    def ask(self, path=PATH, method="GET", query="", environ=(), **headers):
        """Return (status, list of headers, body)."""
        asked = {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "HTTP_HOST": "127.0.0.1"}
        asked |= {f"HTTP_{name}": value for name, value in headers.items()} | dict(environ)
        setup_testing_defaults(asked)
        started = []
        body = b"".join(self.cache(asked, lambda *start: started.append(start)))
        return *started[-1], body

    def header(self, name, **how):
        return next((value for key, value in self.ask(**how)[1] if key == name), None)

    @property
    def memory(self):
        return self.cache.store.size


@pytest.fixture
def make_site():
    sites = []

    def make(**how):
        sites.append(Site(**how))
        return sites[-1]

    yield make
    for site in sites:
        site.cache.watcher.close()


@pytest.fixture
def site(make_site):
    return make_site()


@pytest.fixture
def clock(monkeypatch):
    """Let time pass on the clock that never goes back."""
    monotonic, shift = time.monotonic, [0]
    monkeypatch.setattr(time, "monotonic", lambda: monotonic() + shift[0])
    return lambda seconds: shift.append(shift.pop() + seconds)


@pytest.fixture
def now(monkeypatch):
    moment = [timezone.now()]
    monkeypatch.setattr(timezone, "now", lambda: moment[0])
    return moment
