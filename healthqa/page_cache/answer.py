"""A finished answer: its headers and bodies, one for each encoding, made once and sent many times."""

import gzip
from functools import lru_cache
from hashlib import blake2b

import brotli

BROTLI_QUALITY, GZIP_LEVEL = 5, 6  # 5 takes a fifth of a millisecond for a page; 11 takes twenty and saves a tenth more
SMALLEST = 200  # bytes that are worth compressing
LARGE = 64 * 1024  # bytes of a body that is kept compressed only
OVERHEAD = 2_048  # bytes that an answer takes beside its bodies
TEXT = ("text/", "application/xml", "application/atom+xml", "application/json")
OWN = {"content-length", "etag", "vary", "connection", "date"}
BROTLI, GZIP, IDENTITY = "br", "gzip", ""


class Answer:
    """The answer to one key; bodies in other encodings are made when the first reader who takes them comes."""

    def __init__(self, status, headers, body):
        names = {name.lower(): value for name, value in headers}
        self.status = status
        self.headers = [(name, value) for name, value in headers if name.lower() not in OWN]
        self.is_ok = status.startswith("200")
        self.is_public = all(word in names.get("cache-control", "") for word in ("public", "must-revalidate"))
        self.is_for_everyone = "set-cookie" not in names and names.get("vary", "").lower() in ("", "accept-encoding")
        is_text = names.get("content-type", "").startswith(TEXT) and "content-encoding" not in names
        self.is_compressible = is_text and len(body) >= SMALLEST
        self.tag = blake2b(body, digest_size=16).hexdigest()
        self.variants = {}  # encoding: (headers, body)
        self.not_modified = {}  # encoding: headers
        first = GZIP if self.is_compressible and len(body) > LARGE else IDENTITY
        self.variants[first] = self.make(first, body)

    @property
    def may_be_kept(self):
        """Whether any reader may get it: said to be public, without cookie, the same whoever asks."""
        return self.is_ok and self.is_public and self.is_for_everyone

    @property
    def size(self):
        """Bytes of memory, a little rounded up."""
        return OVERHEAD + sum(len(body) for _, body in self.variants.values())

    def variant(self, encoding):
        """Return (headers, body) in `encoding`, where the body can be encoded."""
        if not self.is_compressible:
            encoding = IDENTITY
        if found := self.variants.get(encoding):
            return found
        if IDENTITY in self.variants:
            found = self.variants[encoding] = self.make(encoding, self.variants[IDENTITY][1])
            return found
        found = self.make(encoding, gzip.decompress(self.variants[GZIP][1]))
        if encoding:
            self.variants[encoding] = found
        return found

    def make(self, encoding, body):
        if encoding == BROTLI:
            body = brotli.compress(body, quality=BROTLI_QUALITY)
        elif encoding == GZIP:
            body = gzip.compress(body, GZIP_LEVEL, mtime=0)  # without the time: the same bytes each time
        headers = [*self.headers, *self.own_headers(encoding), ("Content-Length", str(len(body)))]
        return [*headers, ("Content-Encoding", encoding)] if encoding else headers, body

    def own_headers(self, encoding):
        vary = [("Vary", "Accept-Encoding")] if self.is_compressible else []
        return [*vary, ("ETag", self.etag(encoding))] if self.is_ok else vary

    def etag(self, encoding):
        return f'"{self.tag}-{encoding}"' if encoding else f'"{self.tag}"'

    def not_modified_headers(self, encoding):
        """The headers of a 304 (RFC 9110, 15.4.5): all but those that speak of the body."""
        found = self.not_modified.get(encoding)
        if found is None:
            kept = [(name, value) for name, value in self.headers if name.lower() != "content-type"]
            found = self.not_modified[encoding] = [*kept, *self.own_headers(encoding)]
        return found

    def matches(self, if_none_match):
        """Whether a reader who sends this If-None-Match has the page; by weak comparison (RFC 9110, 13.1.2)."""
        if self.tag not in if_none_match:
            return if_none_match.strip() == "*"
        known = {f'"{self.tag}"', f'"{self.tag}-{BROTLI}"', f'"{self.tag}-{GZIP}"'}
        return any(tag.strip().removeprefix("W/") in known for tag in if_none_match.split(","))

    def send(self, environ, start_response):
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
def best_encoding(accepted):
    """Return the best encoding that an Accept-Encoding header allows (RFC 9110, 12.5.3): brotli, else gzip."""
    weights = {}
    for part in accepted.lower().split(","):
        name, _, parameters = part.partition(";")
        weight = parameters.strip().removeprefix("q=") if parameters else "1"
        try:
            weights[name.strip()] = float(weight)
        except ValueError:
            weights[name.strip()] = 0.0
    anything = weights.get("*", 0)
    return next((name for name in (BROTLI, GZIP) if weights.get(name, anything) > 0), IDENTITY)
