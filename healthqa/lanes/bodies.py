"""What a visitor sends is read before a lane is asked: a body that drips holds nobody up but its sender."""

import io
import tempfile
import time
from collections import Counter
from threading import Event, Lock, Thread
from typing import IO
from wsgiref.types import WSGIEnvironment

from .lane import Full

IN_MEMORY = 1024 * 1024  # bytes of a body; more of it goes to a file
PIECE = 16 * 1024
GRACE = 10.0  # seconds in which nothing has to come
PACE = 8 * 1024  # bytes a second that have to come after that, on average: a telephone at the edge of its network
LOOK = 0.25  # seconds between two looks at how much has come
LEFT = 64  # bodies that were given up and whose senders are still there


class Slow(Exception):
    """The sender does not send, or so slowly that others would have to wait for it."""


class Bodies:
    """Reads bodies within bounds.

    The server's stream knows no time: whoever reads it waits until its sender sends or goes away. So a thread of its
    own reads each body, and one that comes too slowly is given up with its thread, which costs no place from then on;
    to its address it counts as being read as long as it is there.
    """

    def __init__(self, most: int, at_once: int, each: int) -> None:
        """Read bodies of at most `most` bytes; larger ones are left unread for the application to refuse.

        `at_once` are read at the same time, `each` of them from one address.
        """
        self.most, self.at_once, self.each = most, at_once, each
        self.reading: Counter[str] = Counter()  # by address, with those that were given up
        self.left = 0
        self.lock = Lock()

    def read(self, environ: WSGIEnvironment) -> None:
        """Put the whole body in place of the stream that it comes from.

        Raises:
            Full: when too many bodies are being read, from this address or altogether.
            Slow: when it does not come.
        """
        try:
            length = int(environ.get("CONTENT_LENGTH") or 0)
        except ValueError:
            length = 0
        if 0 < length <= self.most:
            address = environ.get("REMOTE_ADDR", "")
            with self.lock:
                if self.reading.total() - self.left >= self.at_once or self.reading[address] >= self.each:
                    raise Full("bodies")
                self.reading[address] += 1
            body = Body(self, address, environ["wsgi.input"], length)
            body.start()
            environ["wsgi.input"] = body.whole()

    def give_up(self, body: "Body") -> bool:
        """Let a body go on without a place; tell whether there was room for it among those."""
        with self.lock:
            if body.has_come.is_set() or self.left >= LEFT:
                return False
            body.is_left = True
            self.left += 1
            return True

    def end(self, body: "Body") -> None:
        with self.lock:
            body.has_come.set()
            self.left -= body.is_left
            self.reading[body.address] -= 1
            if not self.reading[body.address]:
                del self.reading[body.address]


class Body(Thread):
    """Reads `length` bytes of `source`, or fewer where it ends, into a file."""

    def __init__(self, bodies: Bodies, address: str, source: IO[bytes], length: int) -> None:
        super().__init__(name="body", daemon=True)  # a server that ends does not wait for who does not send
        self.bodies, self.address, self.source, self.length = bodies, address, source, length
        self.received, self.is_left, self.has_come = 0, False, Event()
        self.error: BaseException | None = None
        self.file: IO[bytes] = io.BytesIO() if length <= IN_MEMORY else tempfile.TemporaryFile()  # noqa: SIM115 - given away

    def run(self) -> None:
        try:
            while (left := self.length - self.received) and not self.is_left:
                piece = self.source.read(min(left, PIECE))
                if not piece:
                    break
                self.file.write(piece)
                self.received += len(piece)
            self.file.seek(0)
        except BaseException as error:  # whoever waits raises it
            self.error = error
        finally:
            if self.is_left:
                self.file.close()
            self.bodies.end(self)

    def whole(self) -> IO[bytes]:
        """Return it when all has come. Raises Slow."""
        began = time.monotonic()
        while not self.has_come.wait(LOOK):
            if time.monotonic() - began > GRACE + self.received / PACE and self.bodies.give_up(self):
                raise Slow
        if self.error:
            raise self.error
        return self.file
