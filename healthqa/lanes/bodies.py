"""What a visitor sends is read before a lane is asked: a body that drips holds nobody up but its sender."""

import io
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Condition
from typing import IO
from wsgiref.types import WSGIEnvironment

from .lane import Full

IN_MEMORY = 1024 * 1024  # bytes of a body; more of it goes to a file
PIECE = 64 * 1024
WAITERS = 3  # requests that wait for a place
WAIT = 0.25  # seconds; a body that does not drip is read in much less


def sender(environ: WSGIEnvironment) -> str:
    return str(environ.get("REMOTE_ADDR", ""))


class Bodies:
    """Reads bodies within bounds."""

    def __init__(
        self, most: int, at_once: int, each: int, address_of: Callable[[WSGIEnvironment], str] = sender
    ) -> None:
        """Read bodies of at most `most` bytes; larger ones are left unread for the application to refuse.

        `at_once` are read at the same time, `each` of them from one address; `address_of(environ)` says whose a request
        is. Behind a proxy all come from the proxy, and readers share addresses, so that one more waits a moment.
        """
        self.most, self.at_once, self.each, self.address_of = most, at_once, each, address_of
        self.reading: Counter[str] = Counter()  # by address
        self.waiting = 0
        self.turn = Condition()

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
            with self._place(self.address_of(environ)):
                environ["wsgi.input"] = read_whole(environ["wsgi.input"], length)

    @contextmanager
    def _place(self, address: str) -> Iterator[None]:
        with self.turn:
            if not (self._is_free(address) or self._wait(address)):
                raise Full("bodies")
            self.reading[address] += 1
        try:
            yield
        finally:
            with self.turn:
                self.reading[address] -= 1
                if not self.reading[address]:
                    del self.reading[address]
                self.turn.notify_all()

    def _is_free(self, address: str) -> bool:
        return self.reading.total() < self.at_once and self.reading[address] < self.each

    def _wait(self, address: str) -> bool:
        """Wait a moment for a place; returns whether there is one."""
        if self.waiting >= WAITERS:
            return False
        self.waiting += 1
        try:
            return self.turn.wait_for(lambda: self._is_free(address), WAIT)
        finally:
            self.waiting -= 1


def read_whole(source: IO[bytes], length: int) -> IO[bytes]:
    """Return `length` bytes of `source`, or fewer where it ends, as a file."""
    body: IO[bytes] = io.BytesIO() if length <= IN_MEMORY else tempfile.TemporaryFile()  # noqa: SIM115 - given away
    left = length
    while left and (piece := source.read(min(left, PIECE))):
        body.write(piece)
        left -= len(piece)
    body.seek(0)
    return body
