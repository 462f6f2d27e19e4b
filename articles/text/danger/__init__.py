"""How much a text sounds like an emergency, or like somebody who wants to die, in whatever words it is told.

A list of words holds what somebody thought of; this has learned from sentences (sentences/, learning.py). A text is
looked at as the set of its runs of one to three characters, its beginning and its end among them. Each run has a
weight, and their sum is the logarithm of the odds that the text tells of danger (logistic regression). `python
bench/danger.py --write` makes weights.tsv, in which stands what it was made of.
"""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple

from articles.text import runs

HERE = Path(__file__).parent
TABLE = HERE / "weights.tsv"
LONGEST_RUN = 3  # characters
UNIT = 100  # of a weight


class Weights(NamedTuple):
    """What each run says for danger, and for a crisis of the mind rather than one of the body; "" is said of all.

    In hundredths, whose sum is the same in whatever order a process has the runs.
    """

    danger: dict[str, int]
    mental: dict[str, int]


class Likeness(NamedTuple):
    """What a text sounds like, as logarithms of odds: 0 is undecided, 2 is seven to one."""

    danger: float
    mental: float  # that it is one of the mind, if it is one at all


def likeness(squeezed: str, weights: Weights | None = None) -> Likeness:
    """Return what a text sounds like, of which nothing is left but letters, characters and digits.

    By the weights of the table, or by others that have been learned.
    """
    held = runs_of(squeezed)
    return Likeness(*(odds(kind, held) for kind in weights or shipped()))


def odds(weights: dict[str, int], held: Iterable[str]) -> float:
    return (weights.get("", 0) + sum(weights.get(run, 0) for run in held)) / UNIT


def runs_of(squeezed: str) -> set[str]:
    """Return the runs of a text that are looked at."""
    return runs.runs_of(squeezed, LONGEST_RUN)


@cache
def shipped() -> Weights:
    """Return the weights of the table."""
    weights = Weights({}, {})
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            run, *numbers = line.split("\t")
            for kind, number in zip(weights, numbers, strict=True):
                if number:
                    kind[run] = int(number)
    return weights
