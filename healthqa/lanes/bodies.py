"""What a visitor sends is read before a lane is asked: a body that drips holds nobody up but its sender."""

import io
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import IO
from wsgiref.types import WSGIEnvironment

from .lane import Full

IN_MEMORY = 1024 * 1024  # bytes of a body; more of it goes to a file
PIECE = 64 * 1024


class Bodies:
    """Reads bodies within bounds."""

    def __init__(self, most: int, at_once: int, each: int) -> None:
        """Read bodies of at most `most` bytes; larger ones are left unread for the application to refuse.

        `at_once` are read at the same time, `each` of them from one address.
        """
        self.most, self.at_once, self.each = most, at_once, each
        self.reading: Counter[str] = Counter()  # by address
        self.lock = Lock()

    def read(self, environ: WSGIEnvironment) -> None:
        """Put the whole body in place of the stream that it comes from.

        Raises:
            Full: when too many bodies are being read, from this address or altogether.
        """
        try:
            length = int(environ.get("CONTENT_LENGTH") or 0)
        except ValueError:
            length = 0
        if 0 < length <= self.most:
            with self._place(environ.get("REMOTE_ADDR", "")):
                environ["wsgi.input"] = read_whole(environ["wsgi.input"], length)

    @contextmanager
    def _place(self, address: str) -> Iterator[None]:
        with self.lock:
            if self.reading.total() >= self.at_once or self.reading[address] >= self.each:
                raise Full("bodies")
            self.reading[address] += 1
        try:
            yield
        finally:
            with self.lock:
                self.reading[address] -= 1
                if not self.reading[address]:
                    del self.reading[address]


def read_whole(source: IO[bytes], length: int) -> IO[bytes]:
    """Return `length` bytes of `source`, or fewer where it ends, as a file."""
    body: IO[bytes] = io.BytesIO() if length <= IN_MEMORY else tempfile.TemporaryFile()  # noqa: SIM115 - given away
    left = length
    while left and (piece := source.read(min(left, PIECE))):
        body.write(piece)
        left -= len(piece)
    body.seek(0)
    return body
