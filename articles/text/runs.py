"""A text as the set of its runs of characters, for what has learned from texts what others are like."""

from collections.abc import Iterator


def runs_of(squeezed: str, longest: int) -> set[str]:
    """Return the runs of at most `longest` characters of a text, each once.

    ^ and $ stand for its beginning and its end; digits alone say nothing.
    """
    marked = f"^{squeezed}$"
    return {run for run in all_runs(marked, longest) if (said := run.strip("^$")) and not said.isdecimal()}


def all_runs(marked: str, longest: int) -> Iterator[str]:
    for size in range(1, longest + 1):
        for at in range(len(marked) - size + 1):
            yield marked[at : at + size]
