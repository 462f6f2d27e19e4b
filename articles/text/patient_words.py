"""The table of patients' words that comes with the product: what they say, what doctors write, and why it is the same.

patient_words.tsv is written by hand, from what Chinese patients say and how Chinese medicine and medical terminology
name it. A pair must lead nobody away from help: where a word may mean something dangerous, that is among its terms.
"""

from functools import cache
from pathlib import Path
from typing import NamedTuple

TABLE = Path(__file__).with_suffix(".tsv")


class Shipped(NamedTuple):
    """A line of the table."""

    word: str
    term: str
    reason: str


@cache
def shipped() -> tuple[Shipped, ...]:
    """Return the pairs of the table, in its order."""
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    return tuple(Shipped(*line.split("\t")) for line in lines if line and not line.startswith("#"))
