"""A process of the site with its page cache, asked as a WSGI server asks it."""

import io

from articles.views.freshness import Freshness
from healthqa.page_cache import PageCache, PageHandler
from healthqa.wsgi import django_application

MEGABYTE = 1024 * 1024


class Node:
    """A process of the site as WSGI servers see it; counts what its cache lets through to be rendered."""

    def __init__(self, read=None, **how):
        self.rendered = []
        self.handler = PageHandler()
        # It looks at the database with each request, so that no test waits for half a second.
        how = {"size": 8 * MEGABYTE, "lifetime": 60, "interval": 0, "patience": 5, **how}
        self.cache = PageCache(django_application, self.pages, read or Freshness(), **how)

    def pages(self, environ, start_response):
        self.rendered.append((environ["PATH_INFO"], environ["QUERY_STRING"]))
        return self.handler(environ, start_response)

    def ask(self, path, method="GET", query="", body=b"", **headers):
        """Return (status, headers in lower case, body)."""
        environ = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": path.encode().decode("latin-1"),
            "QUERY_STRING": query,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "8000",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "127.0.0.1:8000",
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
            **{f"HTTP_{name.upper()}": value for name, value in headers.items()},
        }
        started = []
        result = self.cache(environ, lambda status, headers, error=None: started.append((status, headers)))
        content = b"".join(result)
        if hasattr(result, "close"):
            result.close()
        status, pairs = started[-1]
        return int(status[:3]), {name.lower(): value for name, value in pairs}, content

    def text(self, path, **how):
        return self.ask(path, **how)[2].decode()
