"""What people say of some 490 matters, in their own words: what the guess at a search's terms is learned from.

A file for each part of medicine. A line with # begins a matter by what doctors call it, the most usual term first; each
line below is what somebody may type who has it, asks about it or lives with it, mostly without any of the terms.
"""

from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
HEADING = "# "


class Matter(NamedTuple):
    """What doctors call a matter, and what people say of it."""

    terms: tuple[str, ...]
    said: tuple[str, ...]


def matters() -> list[Matter]:
    """Return the matters of all files."""
    found: list[tuple[tuple[str, ...], list[str]]] = []
    for path in sorted(HERE.glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith(HEADING):
                found.append((tuple(line.removeprefix(HEADING).split()), []))
            else:
                found[-1][1].append(line)
    return [Matter(terms, tuple(said)) for terms, said in found]
