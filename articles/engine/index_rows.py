"""What an index keeps of an article, the same for every database."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypeVar

from articles.text.wordlists import TELLING_CHARACTERS

from . import tokens
from .candidates import BODY_WORD, TITLE_PAIR, TITLE_WORD, Term

T = TypeVar("T")


class Row(NamedTuple):
    """An article as the index stores it; words are separated by blanks, which no word holds."""

    key: int
    words: str
    folded: str
    topic: str
    intents: str
    body: str


def row_of(article: tuple[int, str, str], aliases: tokens.Aliases = ()) -> Row:
    """Return the Row of an article given as (key, title, plain text of the body)."""
    key, title, body = article
    t = tokens.title(title, aliases)
    body_words = " ".join(tokens.body(body, aliases))
    return Row(key, " ".join(t.words), t.folded, t.topic, t.intents, body_words)


def terms_of(row: Row) -> dict[int, set[str]]:
    """Return the terms of a Row by kind. The term "" stands for the document itself.

    Single characters find what holds them: all of a title, beside its pairs, and those of a body that mean something
    alone; all of a body would double what a save writes.
    """
    words, body = set(row.words.split()), set(row.body.split())
    if row.folded.strip():
        words.add("")
    if body:
        body |= TELLING_CHARACTERS.intersection(row.body)
        body.add("")
    return {
        TITLE_WORD: words,
        TITLE_PAIR: {*tokens.char_pairs(row.folded), *tokens.characters(row.folded)},
        BODY_WORD: body,
    }


def counted(row: Row) -> list[Term]:
    """Return the (kind, term) pairs of a Row, each once."""
    return [(kind, term) for kind, terms in terms_of(row).items() for term in terms]


def changes(old: Iterable[Row], new: Iterable[Row]) -> dict[Term, int]:
    """Return {(kind, term): how the number of documents changes} when the rows `old` give way to the rows `new`."""
    counts: Counter[Term] = Counter()
    for row in new:
        counts.update(counted(row))
    for row in old:
        counts.subtract(counted(row))
    return {term: n for term, n in counts.items() if n}


def batches(values: Iterable[T], size: int) -> Iterator[list[T]]:
    values = list(values)
    for start in range(0, len(values), size):
        yield values[start : start + size]
