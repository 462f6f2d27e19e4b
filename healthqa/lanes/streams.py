"""An answer in pieces, made by one thread and sent by another."""

from collections.abc import Iterable, Iterator
from queue import Empty, Queue
from queue import Full as NoRoom
from threading import Event

PIECES = 8  # that are made before the reader has taken one
SLOWEST = 60.0  # seconds that a reader may take for a piece


class Stream:
    """What the server iterates. `fill` is the other side."""

    def __init__(self) -> None:
        self.pieces: Queue[bytes | BaseException | None] = Queue(PIECES)
        self.is_closed = Event()

    def fill(self, pieces: Iterable[bytes]) -> None:
        """Make all pieces, until the reader goes away or takes none for SLOWEST seconds."""
        last: BaseException | None = None
        try:
            for piece in pieces:
                if not self._put(piece):
                    return
        except Exception as error:  # the server cuts the answer off, as it would without lanes
            last = error
        finally:
            if close := getattr(pieces, "close", None):
                close()
        self._put(last)

    def _put(self, piece: bytes | BaseException | None) -> bool:
        waited = 0.0
        while not self.is_closed.is_set() and waited < SLOWEST:
            try:
                self.pieces.put(piece, timeout=0.5)
                return True
            except NoRoom:
                waited += 0.5
        return False

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        piece = self.pieces.get()
        if piece is None or self.is_closed.is_set():
            self.close()
            raise StopIteration
        if isinstance(piece, BaseException):
            self.close()
            raise piece
        return piece

    def close(self) -> None:
        """Tell the other side that nobody reads any more."""
        self.is_closed.set()
        while True:
            try:
                self.pieces.get_nowait()
            except Empty:
                return
