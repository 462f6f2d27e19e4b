"""Which lane a request takes, and the way there and back."""

import re
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from functools import lru_cache, partial
from typing import Any, TypeVar
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.urls import Resolver404, resolve

from .bodies import Bodies, length_of
from .lane import LANE, Full, Lane, Late
from .streams import Stream

T = TypeVar("T")
Answered = tuple[str, list[tuple[str, str]], Iterable[bytes]]

SAFE = ("GET", "HEAD", "OPTIONS")
NUMBER = re.compile(r"\d+", re.ASCII)


class LaneOf:
    """Names the lane of a request: what its view is marked with, else what its address and method say.

    `pages` and `writes` are the lanes of what only reads and of all else; `namespaces` has the lanes of whole groups of
    addresses ({"admin": "desk"}), and `posts` those of what is sent to a view ({"admin:login": "sign_in"}).
    """

    def __init__(self, pages: str, writes: str, namespaces: Mapping[str, str], posts: Mapping[str, str]) -> None:
        self.pages, self.writes, self.namespaces, self.posts = pages, writes, namespaces, posts
        self.like = lru_cache(maxsize=1_024)(self._like)

    def __call__(self, path: str, method: str = "GET") -> str:
        """Return the lane of a path, as WSGI has it."""
        return self.like(NUMBER.sub("1", path), method in SAFE)

    def _like(self, path: str, is_safe: bool) -> str:
        try:
            match = resolve(path.encode("latin-1").decode())
        except (UnicodeError, Resolver404):
            return self.pages if is_safe else self.writes
        if not is_safe and (lane := self.posts.get(match.view_name)):
            return lane
        if lane := getattr(match.func, LANE, None):
            return str(lane)
        group = next((self.namespaces[name] for name in match.namespaces if name in self.namespaces), None)
        return group or (self.pages if is_safe else self.writes)


class Lanes:
    """The application behind, asked by a thread of the lane that a request takes.

    Args: `app`, the application; `lanes` by name; `lane_of`; `refuse`, what answers a request that no lane takes;
    `bodies`; `longest`, the bytes that may be sent to a lane where that is less, and `too_long`, what answers where
    there are more; `is_down()`, whether the database is known not to answer: then nobody is let in but to the lanes in
    `unafraid`, which are there to find out.
    """

    def __init__(
        self,
        app: WSGIApplication,
        lanes: Mapping[str, Lane],
        lane_of: LaneOf,
        refuse: WSGIApplication,
        bodies: Bodies,
        is_down: Callable[[], bool],
        unafraid: frozenset[str] = frozenset(),
        *,
        longest: Mapping[str, int] | None = None,
        too_long: WSGIApplication | None = None,
    ) -> None:
        self.app, self.lanes, self.lane_of, self.refuse = app, lanes, lane_of, refuse
        self.bodies, self.is_down, self.unafraid = bodies, is_down, unafraid
        self.longest, self.too_long = longest or {}, too_long or refuse

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        method = environ["REQUEST_METHOD"]
        name = self.lane_of(environ["PATH_INFO"], method)
        if name in self.longest and length_of(environ) > self.longest[name]:
            return self.too_long(environ, start_response)
        try:
            lane = self.enter(name)
            self.bodies.read(environ)
            work = partial(self.answer, environ)
            answered: Answered = lane.hand_over(work, may_be_left=method in SAFE)
        except (Full, Late):
            return self.refuse(environ, start_response)
        status, headers, body = answered
        start_response(status, headers)
        return body

    def run(self, path: str, work: Callable[[], T]) -> T:
        """Return what `work` returns, done in the lane of the page at `path`. Raises Full or Late."""
        return self.enter(self.lane_of(path)).run(work)

    def enter(self, name: str) -> Lane:
        """Return the lane of that name. Raises Full where it would only wait for a database that is down."""
        if name not in self.unafraid and self.is_down():
            raise Full(name)
        return self.lanes[name]

    def answer(self, environ: WSGIEnvironment, answer: "Future[Answered]") -> None:
        """Let the application answer, in the thread of a lane; what ends the request happens there, too."""
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(status: str, headers: list[tuple[str, str]], error: object = None) -> Any:
            started.append((status, headers))

        result = self.app(environ, start_response)
        if getattr(result, "streaming", False):
            stream = Stream()
            answer.set_result((*started[-1], stream))
            stream.fill(result)
            return
        try:
            body = b"".join(result)
        finally:
            if close := getattr(result, "close", None):
                close()
        answer.set_result((*started[-1], [body]))

    def close(self) -> None:
        """End all threads once they are done."""
        for lane in self.lanes.values():
            lane.close()


class Front:
    """What stands before everything: files and /livez, which need neither a lane nor the page cache.

    Args: `app`, what answers all else; `files`, what answers a path that `is_file` tells to be one.
    """

    def __init__(self, app: WSGIApplication, files: WSGIApplication, prefixes: tuple[str, ...], names: frozenset[str]):
        self.app, self.files, self.prefixes, self.names = app, files, prefixes, names

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path.startswith(self.prefixes) or path in self.names:
            return self.files(environ, start_response)
        if path == "/livez":
            start_response("200 OK", [("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "no-store")])
            return [b"ok\n"]
        return self.app(environ, start_response)
