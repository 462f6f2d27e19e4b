"""The kept answers of one process, bounded in bytes, and who is rendering which."""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from threading import Event, Lock

from .answer import Answer
from .asked import Key


@dataclass(slots=True)
class Kept:
    answer: Answer
    made_at: float  # on the clock that never goes back
    size: int


@dataclass(slots=True)
class Rendering:
    """A page that one request renders and others may wait for; `changed` are keys of what has changed meanwhile."""

    key: Key
    is_spoiled: bool = False
    changed: set[str] = field(default_factory=set)
    done: Event = field(default_factory=Event)

    def fits(self, answer: Answer) -> bool:
        """Whether `answer` is still what the site says."""
        return not self.is_spoiled and not (self.changed and answer.is_touched_by(self.changed))


class Store:
    def __init__(self, limit: int) -> None:
        """Keep at most `limit` bytes, of which one answer may take an eighth; the least recently used go first."""
        self.limit, self.most_for_one = limit, limit // 8
        self.size = 0
        self.rows: OrderedDict[Key, Kept] = OrderedDict()
        self.renderings: dict[Key, Rendering] = {}
        self.lock = Lock()

    def get(self, key: Key) -> Kept | None:
        """Return the Kept answer of `key`, or None."""
        with self.lock:
            if kept := self.rows.get(key):
                self.rows.move_to_end(key)
            return kept

    def begin(self, key: Key) -> tuple[Rendering, bool]:
        """Return (Rendering, whether it is the caller who must render it and `end` it)."""
        with self.lock:
            if rendering := self.renderings.get(key):
                return rendering, False
            rendering = self.renderings[key] = Rendering(key)
            return rendering, True

    def is_rendering(self, key: Key) -> bool:
        return key in self.renderings

    def end(self, rendering: Rendering, answer: Answer | None, made_at: float) -> None:
        """Keep `answer`, which was begun at `made_at`, unless the site has changed since; let the others go on."""
        with self.lock:
            del self.renderings[rendering.key]
            if answer is not None and rendering.fits(answer) and (size := answer.size) <= self.most_for_one:
                self._drop(rendering.key)
                self.rows[rendering.key] = Kept(answer, made_at, size)
                self.size += size
                self._shrink()
        rendering.done.set()

    def measure(self, key: Key, kept: Kept) -> None:
        """Count what an answer has grown by; done when a body in another encoding was made."""
        with self.lock:
            if self.rows.get(key) is kept and (grown := kept.answer.size - kept.size):
                kept.size += grown
                self.size += grown
                self._shrink()

    def drop_paths(self, paths: Iterable[str]) -> None:
        """Forget the pages of these paths, whatever their scheme; not those with a query."""
        with self.lock:
            for key in ((https, path, "") for path in paths for https in (False, True)):
                self._drop(key)
                if rendering := self.renderings.get(key):
                    rendering.is_spoiled = True

    def drop_shown(self, changed: frozenset[str]) -> None:
        """Forget the pages that show what has changed, and those of which nobody has said what they show.

        Looking at a page takes a microsecond, and readers wait for none of it: one that comes into the store meanwhile
        was rendered after the change, or has been told of it.
        """
        with self.lock:
            for rendering in self.renderings.values():
                rendering.changed |= changed
            rows = list(self.rows.items())
        touched = [(key, kept) for key, kept in rows if kept.answer.is_touched_by(changed)]
        with self.lock:
            for key, kept in touched:
                if self.rows.get(key) is kept:
                    self._drop(key)

    def clear(self) -> None:
        with self.lock:
            self.rows.clear()
            self.size = 0
            for rendering in self.renderings.values():
                rendering.is_spoiled = True

    def _drop(self, key: Key) -> None:
        if gone := self.rows.pop(key, None):
            self.size -= gone.size

    def _shrink(self) -> None:
        while self.size > self.limit:
            _, gone = self.rows.popitem(last=False)
            self.size -= gone.size
