"""A line on the terminal that tells how far a long work has come."""

from django.core.management.base import OutputWrapper
from tqdm import tqdm

PATIENCE = 2  # seconds before the line is first shown
PAUSE = 0.2  # seconds between two pictures of it
LINE = "{percentage:3.0f}% {bar} 已用 {elapsed}，还要 {remaining}"


class Bar(tqdm):
    monitor_interval = 0  # no thread beside the command's own


class Terminal:
    """What tqdm writes to: a stream of a Django command, without its colour and its line ends."""

    def __init__(self, stream: OutputWrapper) -> None:
        self.stream = stream
        self.flush, self.fileno = stream.flush, stream.fileno

    def write(self, text: str) -> None:
        self.stream.write(text, style_func=str, ending="")


class Progress:
    """Shows how much of `total` is done; only on a terminal, and only when it takes long."""

    def __init__(self, stream: OutputWrapper, total: int) -> None:
        self.bar = None
        if stream.isatty():
            self.bar = Bar(
                total=total or 1,
                file=Terminal(stream),
                bar_format=LINE,
                delay=PATIENCE,
                mininterval=PAUSE,
                miniters=1,
                leave=False,
                dynamic_ncols=True,
            )

    def advance(self, count: int) -> None:
        if self.bar is not None:
            self.bar.update(min(count, self.bar.total - self.bar.n))  # more than was counted is no news

    def clear(self) -> None:
        """Make room for a line of text."""
        if self.bar is not None:
            self.bar.clear()
