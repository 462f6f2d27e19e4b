"""One process of the site: files first, then kept pages, then lanes, and Django behind all of them."""

import sys
from collections.abc import Callable, Iterable
from functools import partial
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.conf import settings
from django.db.backends.signals import connection_created
from django.http import HttpRequest, HttpResponse

from articles.views.errors import file_folders, head_too_long, too_long_for_all, unavailable
from articles.views.freshness import Freshness

from . import lanes, metrics, page_cache, patience
from .heads import Heads
from .hearing import wake_main_thread_on_signals
from .lanes import Bodies, Front, Full, Lane, LaneOf, Lanes, Late
from .metrics import CountedLane, PageCounts
from .page_cache import Answer, Asker, PageCache, PageHandler, State, answer_of
from .uploads import MOST, SHORT
from .visitors import sender_of

# SQLite has one writer: more threads than one save nothing sooner, and render their answers while readers wait.
WRITERS = 1 if settings.DATABASES["default"]["ENGINE"] == "healthqa.sqlite" else 3
# Threads, places before them, seconds for an answer of the database, seconds for what somebody else has locked.
# Rendering and searching are CPU: more threads than these finish no sooner, and make each other and kept pages wait.
# Places are for those who come in the same moment: a page takes milliseconds, so all in them are soon answered.
LANES = {
    "pages": (4, 44, 10.0, 2.0),
    "searches": (2, 18, 10.0, 2.0),
    "writes": (WRITERS, 16 - WRITERS, 20.0, 1.4),
    "desk": (3, 9, 70.0, 2.0),  # longer than the server's own statement_timeout, which says it better
    "sign_in": (1, 3, 10.0, 2.0),  # a password is a third of a second of CPU
    "health": (1, 3, 1.5, 1.0),
}
UNAFRAID = frozenset({"health"})
LONGEST = {"writes": SHORT, "sign_in": SHORT}
PASSWORDS = (
    "login",
    "password_change",
    "second_factor",
    "passkeys",
    "sessions",
    "auth_user_add",
    "auth_user_password_change",
    "auth_user_reset_factor",
)
LANE_OF = LaneOf(
    pages="pages",
    writes="writes",
    namespaces={"admin": "desk"},
    posts={f"admin:{name}": "sign_in" for name in PASSWORDS},
)
BODIES, BODIES_EACH = 24, 3  # bodies that are read at once, and of them from one sender
RESERVE = 8  # threads of the server for what needs no lane, when everything else is full
WATCHING = 2.0  # seconds in which the database has to say how fresh the site is
PROBES = frozenset({"/healthz", "/metrics"})
SWITCH = 0.001  # seconds that a thread may keep the interpreter while others want it; Python would give it five


def threads_needed() -> int:
    """Return how many threads the server must have: for all that the bounds let in, and for what needs no lane."""
    in_lanes = sum(threads + places for threads, places, *_ in LANES.values())
    return in_lanes + BODIES + lanes.WAITERS + page_cache.WAITERS + RESERVE


class RefusingHandler(PageHandler):
    """Answers with one page, with the headers that every answer has, and asks nobody for it."""

    def __init__(self, page: Callable[[HttpRequest], HttpResponse]) -> None:
        super().__init__()
        self.page = page

    def _get_response(self, request: HttpRequest) -> HttpResponse:
        response = self.page(request)
        setattr(response, "_has_been_logged", True)  # noqa: B010 - Django's own mark: nothing has failed
        return response


def refusal(page: Callable[[HttpRequest], HttpResponse]) -> Answer:
    """Return a page as the answer to whatever it refuses, made once."""
    handler = RefusingHandler(page)
    handler.load_middleware()
    return answer_of(handler, Asker().bare_request((settings.HTTPS, "/", ""), {}))


def files_at_root() -> frozenset[str]:
    """Return the paths of the static files that do not stand under STATIC_URL."""
    root = settings.WHITENOISE_ROOT
    return frozenset(f"/{file.relative_to(root)}" for file in root.rglob("*") if file.is_file())


def by_any_name(app: WSGIApplication) -> WSGIApplication:
    """Let programs ask how a node is by whatever Host: load balancers and Prometheus know its address alone."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] in PROBES:
            environ["HTTP_HOST"] = "localhost"
        return app(environ, start_response)

    return answer


class Site:
    """A process: `front` is its WSGI application, `application`, Django's, with everything that stands before it.

    `cached` is the page cache, or None where PAGE_CACHE_MB is 0: then nothing watches the database either, and what
    waits for one that hangs is bounded by the seconds of LANES alone.
    """

    def __init__(self, application: WSGIApplication) -> None:
        self.cached: PageCache | None = None
        self.refusal = refusal(unavailable)
        lanes = {name: self.lane(name, *bounds) for name, bounds in LANES.items()}
        bodies = Bodies(MOST, BODIES, BODIES_EACH, sender_of)
        too_long = refusal(partial(too_long_for_all, SHORT)).send
        self.lanes = Lanes(
            application,
            lanes,
            LANE_OF,
            self.refusal.send,
            bodies,
            self.is_down,
            UNAFRAID,
            longest=LONGEST,
            too_long=too_long,
        )
        behind = by_any_name(self.lanes)
        if settings.PAGE_CACHE_MB:
            size, lifetime = settings.PAGE_CACHE_MB * 1024 * 1024, settings.PAGE_CACHE_SECONDS
            counts = PageCounts()
            self.cached = PageCache(
                behind, PageHandler(), watching, size=size, lifetime=lifetime, run=self.run, counts=counts
            )
            metrics.sources[1:] = [counts.figures, partial(metrics.figures_of, self.cached)]
        else:
            metrics.sources[1:] = []
        front = Front(self.cached or behind, application, file_folders(), files_at_root())
        self.front = Heads(front, refusal(head_too_long).send)
        patience.believe(self.is_down)

    def lane(self, name: str, threads: int, places: int, answer: float, lock: float) -> Lane:
        return CountedLane(name, threads, places, partial(patience.set_patience, answer, lock), self.is_down)

    def is_down(self) -> bool:
        return self.cached is not None and self.cached.watcher.is_down

    def run(self, path: str, work: Callable[[], Answer]) -> Answer:
        try:
            return self.lanes.run(path, work)
        except (Full, Late):
            return self.refusal

    def close(self) -> None:
        """End all threads of the process."""
        self.lanes.close()
        if self.cached is not None:
            self.cached.watcher.close()


freshness = Freshness()


def watching() -> State:
    with patience.patience(WATCHING):
        return freshness()


def serve(application: WSGIApplication) -> WSGIApplication:
    """Return the WSGI application of this process, which from now on shares the interpreter more fairly."""
    sys.setswitchinterval(SWITCH)
    wake_main_thread_on_signals()
    connection_created.connect(patience.limit_sqlite)
    connection_created.connect(metrics.time_database)
    return Site(application).front
