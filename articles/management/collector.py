"""Python's garbage collector while a command makes hundreds of thousands of objects that reference counting frees."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

RARELY = (50_000, 50, 100)


@contextmanager
def collecting_rarely() -> Iterator[None]:
    """Look for garbage seldom: it took an eighth of an import.

    Also a decorator.
    """
    before = gc.get_threshold()
    gc.set_threshold(*RARELY)
    try:
        yield
    finally:
        gc.set_threshold(*before)
