"""The WSGI application in front of Django's: finished pages from memory, everything else from behind."""

import time
from collections.abc import Callable, Iterable
from threading import BoundedSemaphore
from typing import Any, Protocol, cast
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.http import HttpResponseBase
from django.utils import timezone

from .answer import Answer, Header
from .asked import DROP, SHOWN, Asker, Key
from .store import Kept, Rendering, Store
from .watcher import INTERVAL, PATIENCE, State, Watcher

Pages = Callable[[WSGIEnvironment, StartResponse], HttpResponseBase]

RENEWED_AT = 0.9  # of its lifetime a page is rendered anew by one request, while the others still get the old one
WAIT = 2.0  # seconds that a request waits for another one that renders the same page
TURN = 0.25  # seconds that it waits once more when it is its turn to render: mostly the page is there by then
WAITERS = 20  # requests that wait so; whoever comes then renders the page for himself, or is sent away
OUTAGE = 3600  # seconds that a page is kept while the database does not answer


class Run(Protocol):
    """Lets pages be rendered where and when there is room for it."""

    def __call__(self, path: str, work: Callable[[], Answer]) -> Answer:
        """Return what `work` returns for the page at `path`, or the answer to a request that there is no room for."""


class Counts(Protocol):
    """Is told of each page where it came from: memory, rendered for the first time, rendered anew."""

    def memory(self) -> object: ...
    def first(self) -> object: ...
    def anew(self) -> object: ...


class Uncounted:
    def memory(self) -> None: ...

    first = anew = memory


def at_once(path: str, work: Callable[[], Answer]) -> Answer:
    return work()


class PageCache:
    """Answers GET and HEAD of public pages from memory, as long as they are what the site says.

    Args: `app`, the application behind, and `pages`, the one that answers bare requests (PageHandler); `read`, a
    callable that returns the site's State from the database; `size` in bytes; `lifetime` of a page, and `interval`
    and `patience` of the Watcher, in seconds; `run`, which renders by `at_once` or in a thread that it chooses;
    `counts`, which is told of every page.
    """

    def __init__(
        self,
        app: WSGIApplication,
        pages: Pages,
        read: Callable[[], State],
        size: int,
        lifetime: float,
        interval: float = INTERVAL,
        patience: float = PATIENCE,
        run: Run = at_once,
        counts: Counts | None = None,
    ) -> None:
        self.counts = counts or Uncounted()
        self.app, self.pages, self.lifetime, self.run = app, pages, lifetime, run
        self.waiters = BoundedSemaphore(WAITERS)
        self.asker, self.store = Asker(), Store(size)
        self.watcher = Watcher(read, self.take, interval, patience)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        key = self.asker.key(environ)
        if key is None:
            return self.pass_on(environ, start_response)
        state = self.look()
        kept = self.good(key)
        if kept is not None:
            return self.send(key, kept, environ, start_response)
        if state is None or self.asker.parameters(key[1]) is None:
            return self.pass_on(environ, start_response)
        return self.render_once(key, state, environ, start_response)

    def look(self) -> State | None:
        """Return the State of the site, looked at anew when time has changed pages since."""
        state = self.watcher.look()
        if state is not None and state.next_instant is not None and timezone.now() >= state.next_instant:
            if not self.watcher.is_down:
                self.watcher.expire()
            state = self.watcher.look()
        return state

    def take(self, state: State) -> None:
        """Forget what a new State of the site makes untrue."""
        before = self.watcher.state
        if before is None or before.next_instant != state.next_instant:
            self.store.clear()
        elif before.version != state.version:
            if state.changed is None or state.since != before.version:
                self.store.clear()
            else:
                self.store.drop_shown(state.changed)
        if state.stale_paths:
            self.store.drop_paths(state.stale_paths)

    def good(self, key: Key) -> Kept | None:
        """Return the kept page of `key`, or None where there is none that may be sent."""
        kept = self.store.get(key)
        return kept if kept is not None and self.is_good(key, kept) else None

    def is_good(self, key: Key, kept: Kept) -> bool:
        age = time.monotonic() - kept.made_at
        if age < self.lifetime * RENEWED_AT:
            return True
        if age < self.lifetime and self.store.is_rendering(key):
            return True
        return self.watcher.is_down and age < OUTAGE

    def send(self, key: Key, kept: Kept, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        self.counts.memory()
        body = kept.answer.send(environ, start_response)
        if kept.answer.size != kept.size:
            self.store.measure(key, kept)
        return body

    def pass_on(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Let the application answer. Whatever it changes is seen by the next request to this process.

        What is refused changes nothing: else whoever is sent away all the time would let kept pages ask all the time.
        Neither does what says itself which pages it makes stale: else every kept page would wait for the database
        beside readers who like.
        """
        told: list[str] = []
        dropped: list[Iterable[str]] = []

        def drop(paths: Iterable[str]) -> None:
            dropped.append(paths)
            self.store.drop_paths(paths)

        environ[DROP] = drop

        def start(status: str, *more: Any) -> Any:
            told.append(status)
            return start_response(status, *more)

        try:
            return self.app(environ, cast(StartResponse, start))
        finally:
            is_refused = bool(told) and told[-1] >= "4"
            is_known = is_refused or bool(dropped) or environ["REQUEST_METHOD"] in ("GET", "HEAD", "OPTIONS")
            if not is_known:
                self.watcher.expire()

    def render_once(
        self, key: Key, state: State, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Render a page, or wait for the request that is rendering it."""
        rendering, is_mine = self.store.begin(key)
        if not is_mine:
            if self.waiters.acquire(blocking=False):
                try:
                    rendering.done.wait(WAIT)
                finally:
                    self.waiters.release()
            kept = self.good(key)
            if kept is not None:
                return self.send(key, kept, environ, start_response)
            return self.render(key, environ, rendering).send(environ, start_response)
        made_at, answer = time.monotonic(), None
        try:
            answer = self.render(key, environ)
            return answer.send(environ, start_response)
        finally:
            has_come = state.next_instant is not None and timezone.now() >= state.next_instant
            is_kept = answer is not None and answer.may_be_kept and not has_come
            self.store.end(rendering, answer if is_kept else None, made_at)

    def render(self, key: Key, environ: WSGIEnvironment, other: Rendering | None = None) -> Answer:
        """Return the application's Answer to the bare request of `key`.

        Where another request is rendering the page, it is there, or soon, when it is this one's turn.
        """

        def work() -> Answer:
            kept = self.good(key) if other is not None and other.done.wait(TURN) else None
            return kept.answer if kept else answer_of(self.pages, self.asker.bare_request(key, environ))

        (self.counts.anew if key in self.store.rows else self.counts.first)()
        return self.run(key[1], work)


def answer_of(pages: Pages, environ: WSGIEnvironment) -> Answer:
    """Return what `pages` answer to a bare request."""
    started: list[tuple[str, list[Header]]] = []
    keep = cast(StartResponse, lambda *start: started.append(start))  # Django takes no write() from it
    result = pages(environ, keep)
    try:
        body = b"".join(result)
    finally:
        result.close()
    status, headers = started[-1][:2]
    return Answer(status, headers, body, environ.get(SHOWN))
