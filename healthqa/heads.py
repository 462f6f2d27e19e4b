"""What of a request's head the site takes: no name that a visitor gives there may choose what is computed.

Django decodes fields and queries by the charset that Content-Type names, with whatever codec Python has of that name:
punycode takes time by the square of the length, zlib and hex are no charsets at all. Before 3.11.10 Python unquotes
cookies by the square of their backslashes, of which the site writes none.
"""

import re
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

LONGEST = 8_192  # characters of one header, of a path and of a query; nginx passes no longer ones on
# What the site, Django and the files' server read and remember. To look at each header would cost a kept page a tenth.
READ = (
    *("PATH_INFO", "QUERY_STRING", "CONTENT_TYPE", "HTTP_COOKIE", "HTTP_HOST", "HTTP_ACCEPT_ENCODING", "HTTP_ORIGIN"),
    *("HTTP_AUTHORIZATION", "HTTP_USER_AGENT", "HTTP_ACCEPT_LANGUAGE", "HTTP_X_FORWARDED_FOR", "HTTP_REFERER"),
    *("HTTP_IF_NONE_MATCH", "HTTP_RANGE", "HTTP_ACCEPT", "HTTP_X_REQUEST_ID"),
)
ESCAPES = 64  # backslashes in cookies, which other sites of the same domain may have set
TYPE = re.compile(r"\s*([\w.+-]{1,80}/[\w.+-]{1,80})\s*(?:;|$)", re.ASCII)
BOUNDARY = re.compile(r";\s*boundary=(\"[^\"\\]{1,200}\"|[^\s;,\"\\]{1,200})", re.ASCII | re.IGNORECASE)


class Heads:
    """The application behind, asked with what is taken of a head; `too_long` answers one that is too long."""

    def __init__(self, app: WSGIApplication, too_long: WSGIApplication) -> None:
        self.app, self.too_long = app, too_long

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if is_too_long(environ):
            return self.too_long(environ, start_response)
        if content_type := environ.get("CONTENT_TYPE"):
            environ["CONTENT_TYPE"] = plain_type(content_type)
        if "\\" in (cookies := environ.get("HTTP_COOKIE", "")) and cookies.count("\\") > ESCAPES:
            environ["HTTP_COOKIE"] = ";".join(one for one in cookies.split(";") if "\\" not in one)
        return self.app(environ, start_response)


def is_too_long(environ: WSGIEnvironment) -> bool:
    """Tell whether anything that is read of a head is longer than LONGEST."""
    for name in READ:  # noqa: SIM110 - with any() it takes twice as long
        if name in environ and len(environ[name]) > LONGEST:
            return True
    return False


def plain_type(content_type: str) -> str:
    """Return a Content-Type with nothing but its media type and boundary; "" for what is none."""
    media = TYPE.match(content_type)
    if media is None:
        return ""
    boundary = BOUNDARY.search(content_type, media.end() - 1)
    return f"{media[1]}; boundary={boundary[1]}" if boundary else media[1]
