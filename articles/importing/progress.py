"""A line on the terminal that tells how far a long import has come."""

import os
import time

PATIENCE = 2  # seconds before the first line
PAUSE = 0.2  # seconds between two


class Progress:
    """Shows a percentage of all bytes; only on a terminal, and only when it takes long."""

    def __init__(self, stream, paths):
        self.stream = stream if stream.isatty() else None
        self.total = sum(map(size_of, paths)) or 1
        self.read = 0
        self.due = time.monotonic() + PATIENCE
        self.shown = False

    def advance(self, count):
        self.read += count
        if self.stream and time.monotonic() >= self.due:
            percent = min(self.read * 100 // self.total, 100)
            self.put(f"\r[{'#' * (percent // 5):20}] {percent:3d}%")
            self.due = time.monotonic() + PAUSE
            self.shown = True

    def clear(self):
        """Make room for a line of text."""
        if self.shown:
            self.put(f"\r{'':27}\r")
            self.shown = False

    def put(self, text):
        self.stream.write(text, style_func=str, ending="")  # str, because Django's own style is red
        self.stream.flush()


def size_of(path):
    try:
        return os.path.getsize(path)
    except (OSError, ValueError):
        return 0
