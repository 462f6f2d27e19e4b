"""What a visitor sends is read before a lane is asked: a body that drips holds nobody up but its sender.

The server's stream knows no time, and whoever reads it waits until its sender sends or goes away. Nor can the request
be answered meanwhile: granian (2.8) then waits for the reader with the interpreter in its hands, and nobody is answered
any more. So there is no deadline, but room for many who send nothing.
"""

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


def length_of(environ: WSGIEnvironment) -> int:
    """Return how many bytes a request says to send; 0 where it does not say."""
    try:
        return int(environ.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def sender(environ: WSGIEnvironment) -> str:
    return str(environ.get("REMOTE_ADDR", ""))


class Bodies:
    """Reads bodies within bounds."""

    def __init__(self, most: int, at_once: int, each: int, whose: Callable[[WSGIEnvironment], str] = sender) -> None:
        """Read bodies of at most `most` bytes; larger ones are left unread for the application to refuse.

        `at_once` are read at the same time, `each` of them from one sender: `whose(environ)` says whose a request is. A
        sender's second is read only while less than half of the places are taken, the third while less than a third:
        who has none yet finds one, unless very many hold theirs. One more waits a moment, as readers share addresses.
        """
        self.most, self.at_once, self.each, self.whose = most, at_once, each, whose
        self.reading: Counter[str] = Counter()  # by sender
        self.waiting = 0
        self.turn = Condition()

    def read(self, environ: WSGIEnvironment) -> None:
        """Put the whole body in place of the stream that it comes from.

        Raises:
            Full: when too many bodies are being read, from this sender or altogether.
        """
        length = length_of(environ)
        if 0 < length <= self.most:
            with self._place(self.whose(environ)):
                environ["wsgi.input"] = read_whole(environ["wsgi.input"], length)

    @contextmanager
    def _place(self, sender: str) -> Iterator[None]:
        with self.turn:
            if not (self._is_free(sender) or self._wait(sender)):
                raise Full("bodies")
            self.reading[sender] += 1
        try:
            yield
        finally:
            with self.turn:
                self.reading[sender] -= 1
                if not self.reading[sender]:
                    del self.reading[sender]
                self.turn.notify_all()

    def _is_free(self, sender: str) -> bool:
        mine = self.reading[sender] + 1
        return mine <= self.each and self.reading.total() * mine < self.at_once

    def _wait(self, sender: str) -> bool:
        """Wait a moment for a place; returns whether there is one."""
        if self.waiting >= WAITERS:
            return False
        self.waiting += 1
        try:
            return self.turn.wait_for(lambda: self._is_free(sender), WAIT)
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
