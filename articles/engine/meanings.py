"""The same query in other words: with a doctor's term in the place of what a patient says.

The query is asked as it was typed and, for less, in each of its meanings; a document counts by the better of them. How
the numbers were chosen is told in docs/relevance.md.
"""

from collections.abc import Sequence
from typing import NamedTuple

from .tokens import Title

SAME = 1.0  # what a document is worth by a meaning that is the only one, beside one that fits as well what was typed
LESS = 0.9  # and by a meaning that is one of several
GUESSED = 0.5  # and by one that stands in no table as it is said
SHARE = 100  # candidates that all meanings of a query have together


class Meaning(NamedTuple):
    """A query with terms in the place of words."""

    query: Title
    terms: Sequence[str] = ()  # the terms, folded
    words: Sequence[Sequence[str]] = ()  # of each term: a document answers only if it holds all of one
    worth: float = LESS


def share(meanings: Sequence[Meaning]) -> int:
    """Return how many candidates each of the meanings has."""
    return SHARE // max(1, len(meanings))
