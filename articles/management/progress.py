"""A line on the terminal that tells how far a long work has come."""

import time

PATIENCE = 2  # seconds before the first line
PAUSE = 0.2  # seconds between two


class Progress:
    """Shows a percentage of `total`; only on a terminal, and only when it takes long."""

    def __init__(self, stream, total):
        self.stream = stream if stream.isatty() else None
        self.total = total or 1
        self.done = 0
        self.due = time.monotonic() + PATIENCE
        self.shown = False

    def advance(self, count):
        self.done += count
        if self.stream and time.monotonic() >= self.due:
            percent = min(self.done * 100 // self.total, 100)
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
