"""A finished answer: its headers and bodies, one for each encoding, made once and sent many times."""

import gzip
from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b
from wsgiref.types import StartResponse, WSGIEnvironment

import brotli

Header = tuple[str, str]
Variant = tuple[list[Header], bytes]  # as an encoding has them

# The first reader of a page, who may be the only one, gets it compressed in a quarter of a millisecond; the second
# pays three times as much, once for all who follow, for a fifth fewer bytes. Brotli 1 would take half of the quarter,
# for a twentieth more bytes. A long page is compressed well at once: quickly, a first visit would take more than 18 KB.
QUICK, GOOD = {"br": 3, "gzip": 1}, {"br": 5, "gzip": 6}
LONG = 16_000  # bytes of a body
SMALLEST = 200  # bytes that are worth compressing
LARGE = 64 * 1024  # bytes of a body that is kept compressed only
OVERHEAD = 2_048  # bytes that an answer takes beside its bodies
KEY = 64  # bytes of a key of what it shows
TEXT = ("text/", "application/xml", "application/atom+xml", "application/json")
OWN = {"content-length", "etag", "vary", "connection", "date"}
BROTLI, GZIP, IDENTITY = "br", "gzip", ""


class Answer:
    """The answer to one key; bodies in other encodings are made when the first reader who takes them comes."""

    def __init__(
        self, status: str, headers: Sequence[Header], body: bytes, shown: tuple[str, ...] | None = None
    ) -> None:
        """`shown` are the keys of what it was made of, None where nobody has said."""
        self.shown = shown
        names = {name.lower(): value for name, value in headers}
        self.status = status
        self.headers = [(name, value) for name, value in headers if name.lower() not in OWN]
        self.is_ok = status.startswith("200")
        self.is_public = all(word in names.get("cache-control", "") for word in ("public", "must-revalidate"))
        self.is_for_everyone = "set-cookie" not in names and names.get("vary", "").lower() in ("", "accept-encoding")
        is_text = names.get("content-type", "").startswith(TEXT) and "content-encoding" not in names
        self.is_compressible = is_text and len(body) >= SMALLEST
        self.tag = blake2b(body, digest_size=16).hexdigest()
        self.variants: dict[str, Variant] = {}  # by encoding
        self.quick: set[str] = set()  # encodings that may still be made better
        self.not_modified: dict[str, list[Header]] = {}  # by encoding
        first = GZIP if self.is_compressible and len(body) > LARGE else IDENTITY
        self.variants[first] = self.make(first, body, GOOD)

    @property
    def may_be_kept(self) -> bool:
        """Whether any reader may get it: said to be public, without cookie, the same whoever asks."""
        return self.is_ok and self.is_public and self.is_for_everyone

    @property
    def size(self) -> int:
        """Bytes of memory, a little rounded up."""
        return OVERHEAD + KEY * len(self.shown or ()) + sum(len(body) for _, body in self.variants.values())

    def is_touched_by(self, changed: frozenset[str] | set[str]) -> bool:
        """Whether it may be another one when what these keys stand for has changed."""
        return self.shown is None or not changed.isdisjoint(self.shown)

    def variant(self, encoding: str) -> Variant:
        """Return (headers, body) in `encoding`, where the body can be encoded."""
        if not self.is_compressible:
            encoding = IDENTITY
        if (found := self.variants.get(encoding)) and encoding not in self.quick:
            return found
        if IDENTITY not in self.variants:  # a large one
            made = self.make(encoding, gzip.decompress(self.variants[GZIP][1]), GOOD)
            if encoding:
                self.variants[encoding] = made
            return made
        body = self.variants[IDENTITY][1]
        is_quick = not found and len(body) < LONG
        self.variants[encoding] = made = self.make(encoding, body, QUICK if is_quick else GOOD)
        (self.quick.add if is_quick else self.quick.discard)(encoding)
        return made

    def make(self, encoding: str, body: bytes, level: dict[str, int]) -> Variant:
        if encoding == BROTLI:
            window = 16 if len(body) <= LARGE else 22  # the smaller one takes a tenth less time, and holds all of it
            body = brotli.compress(body, quality=level[BROTLI], lgwin=window)
        elif encoding == GZIP:
            body = gzip.compress(body, level[GZIP], mtime=0)  # without the time: the same bytes in every process
        headers = [*self.headers, *self.own_headers(encoding), ("Content-Length", str(len(body)))]
        return [*headers, ("Content-Encoding", encoding)] if encoding else headers, body

    def own_headers(self, encoding: str) -> list[Header]:
        vary = [("Vary", "Accept-Encoding")] if self.is_compressible else []
        return [*vary, ("ETag", self.etag(encoding))] if self.is_ok else vary

    def etag(self, encoding: str) -> str:
        """A weak one for what is compressed: the same page, whichever bytes it was compressed to."""
        return f'W/"{self.tag}"' if encoding else f'"{self.tag}"'

    def not_modified_headers(self, encoding: str) -> list[Header]:
        """The headers of a 304 (RFC 9110, 15.4.5): all but those that speak of the body."""
        found = self.not_modified.get(encoding)
        if found is None:
            kept = [(name, value) for name, value in self.headers if name.lower() != "content-type"]
            found = self.not_modified[encoding] = [*kept, *self.own_headers(encoding)]
        return found

    def matches(self, if_none_match: str) -> bool:
        """Whether a reader who sends this If-None-Match has the page; by weak comparison (RFC 9110, 13.1.2)."""
        tags = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
        return f'"{self.tag}"' in tags or tags == ["*"]

    def send(self, environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        """Answer one request."""
        encoding = best_encoding(environ.get("HTTP_ACCEPT_ENCODING", "")) if self.is_compressible else IDENTITY
        asked = environ.get("HTTP_IF_NONE_MATCH")
        if asked is not None and self.is_ok and self.matches(asked):
            start_response("304 Not Modified", self.not_modified_headers(encoding))
            return []
        headers, body = self.variant(encoding)
        start_response(self.status, headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


@lru_cache(maxsize=256)
def best_encoding(accepted: str) -> str:
    """Return the best encoding that an Accept-Encoding header allows (RFC 9110, 12.5.3): brotli, else gzip."""
    weights: dict[str, float] = {}
    for part in accepted.lower().split(","):
        name, _, parameters = part.partition(";")
        weight = parameters.strip().removeprefix("q=") if parameters else "1"
        try:
            weights[name.strip()] = float(weight)
        except ValueError:
            weights[name.strip()] = 0.0
    anything = weights.get("*", 0)
    return next((name for name in (BROTLI, GZIP) if weights.get(name, anything) > 0), IDENTITY)
