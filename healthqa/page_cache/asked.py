"""What a request asks for: the key of a page in the cache, and the bare request that it is rendered from."""

import io
import re
import sys
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TypeVar
from urllib.parse import unquote_to_bytes, urlencode, urlsplit
from wsgiref.types import WSGIEnvironment

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.db import transaction
from django.http import HttpResponseBase, QueryDict
from django.http.request import split_domain_port, validate_host
from django.urls import Resolver404, resolve

Key = tuple[bool, str, str]  # HTTPS or not, path, query
View = TypeVar("View", bound=Callable[..., HttpResponseBase])

LONGEST = 2_048  # bytes of a path or query that are worth keeping a page for
PARAMETERS = "page_cache_parameters"
DROP = "healthqa.page_cache.drop"  # in the WSGI environment: what forgets the pages of some paths
SHOWN = "healthqa.page_cache.shown"  # in the WSGI environment: the keys that show_keys() was told
PASSED_ON = ("wsgi.version", "wsgi.errors", "wsgi.multithread", "wsgi.multiprocess", "wsgi.run_once")

NUMBER, ODD_NUMBER = re.compile(r"\d+", re.ASCII), re.compile(r"/0\d+/|-0\d+\.", re.ASCII)


def keep_page(*parameters: str) -> Callable[[View], View]:
    """Mark a view whose successful answers may be kept: they depend on the path and on `parameters` of the query."""

    def mark(view: View) -> View:
        setattr(view, PARAMETERS, parameters)
        return view

    return mark


def drop_pages(request: WSGIRequest, *addresses: str) -> None:
    """Let this process forget the pages at `addresses` (paths as reverse() has them; not those with a query).

    For what is no change of the site, but the reader who made it wants to see at once. Who calls it says that nothing
    else has become untrue, so that no kept page asks the database for it. It happens when the current transaction is
    committed, and never when it is rolled back; without a page cache in front nothing happens.
    """
    if drop := request.environ.get(DROP):
        paths = [unquote_to_bytes(address).decode("latin-1") for address in addresses]  # as WSGI has them
        transaction.on_commit(lambda: drop(paths))


def change_nothing(request: WSGIRequest) -> None:
    """Say that a request changes nothing that readers see, so that no kept page asks the database for it."""
    if drop := request.environ.get(DROP):
        drop(())


def show_keys(request: WSGIRequest, keys: Iterable[str]) -> None:
    """Say of the page that answers `request` that nothing but a change of one of `keys` makes it untrue.

    They are the keys of all that was read for it, also of what was then left out. A page of which nothing is said goes
    with any change.
    """
    request.environ[SHOWN] = tuple(dict.fromkeys(map(sys.intern, keys)))  # the same key stands on many pages


class Asker:
    """Turns requests into keys (https, path, query) and keys into requests. One for each process."""

    def __init__(self) -> None:
        self.session_cookie = f"{settings.SESSION_COOKIE_NAME}="
        self.own_host = urlsplit(settings.SITE_URL).netloc
        self.is_ours = lru_cache(maxsize=256)(self._is_ours)
        self.parameters_like = lru_cache(maxsize=1_024)(self._parameters_like)
        self.canonical_query = lru_cache(maxsize=4_096)(self._canonical_query)

    def key(self, environ: WSGIEnvironment) -> Key | None:
        """Return the key of the page that a request asks for, or None where its answer must not come from the cache.

        The host is looked at and left out: a host that is not ours is Django's to refuse, and for ours all pages are
        the same, because they are rendered with the host of SITE_URL. Query parameters that the view does not know
        are left out as well. Whether the view may be kept at all is asked only where the query or a miss demands it.
        """
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or environ.get("SCRIPT_NAME"):
            return None
        if self.session_cookie in environ.get("HTTP_COOKIE", "") or not self.is_ours(environ.get("HTTP_HOST", "")):
            return None
        path, query = environ["PATH_INFO"], environ.get("QUERY_STRING", "")
        if query:
            query = self.canonical_query(path, query) if len(query) <= LONGEST else None
        if query is None or len(path) > LONGEST:
            return None
        return is_https(environ), path, query

    def parameters(self, path: str) -> tuple[str, ...] | None:
        """Return the query parameters of the view at `path` (as WSGI has it), or None where it may not be kept.

        An odd way of writing an address (/articles/007/, /sitemap-01.xml) is answered and not kept: there is no end of
        them.
        """
        return None if ODD_NUMBER.search(path) else self.parameters_like(NUMBER.sub("1", path))

    @staticmethod
    def _parameters_like(path: str) -> tuple[str, ...] | None:
        try:
            match = resolve(path.encode("latin-1").decode())
        except (UnicodeError, Resolver404):
            return None
        return getattr(match.func, PARAMETERS, None)

    def _canonical_query(self, path: str, query: str) -> str | None:
        """Return what the view at `path` would read of `query`, always in the same order and writing, or None."""
        parameters = self.parameters(path)
        if parameters is None:
            return None
        try:
            asked = QueryDict(query.encode("latin-1"), encoding="utf-8")
        except Exception:  # too many fields, or not to be decoded: Django answers as it does without a cache
            return None
        return urlencode([(name, asked[name]) for name in parameters if name in asked])

    @staticmethod
    def _is_ours(host: str) -> bool:
        return bool(host) and validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS)

    def bare_request(self, key: Key, environ: WSGIEnvironment) -> WSGIEnvironment:
        """Return the WSGI environment that a page is rendered from: of the visitor it holds nothing but the key."""
        https, path, query = key
        bare = {
            "REQUEST_METHOD": "GET",
            "SCRIPT_NAME": "",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "HTTP_HOST": self.own_host,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "443" if https else "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "",
            "wsgi.url_scheme": "https" if https else "http",
            "wsgi.input": io.BytesIO(),
            **{name: environ[name] for name in PASSED_ON if name in environ},
        }
        if https:  # said as a proxy of ours says it, so that nothing redirects to where we are
            bare["HTTP_X_FORWARDED_PROTO"] = "https"
        return bare


def is_https(environ: WSGIEnvironment) -> bool:
    """Tell whether the reader speaks HTTPS, with us or with a proxy that says so, as Django's settings have it."""
    forwarded: str | None = environ.get("HTTP_X_FORWARDED_PROTO")
    if forwarded is not None:
        return forwarded.split(",", 1)[0].strip() == "https"
    return bool(environ["wsgi.url_scheme"] == "https")
