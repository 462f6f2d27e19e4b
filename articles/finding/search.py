"""Search: any text is data, never query syntax."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from articles.engine import tokens
from articles.engine.seam import Filters, Found, Named, search_engine
from articles.models import Tag
from articles.text.names import clean_name, fold

from .vocabulary import Vocabulary

LONGEST = 64  # characters of a query that count
DEEPEST = 100  # results that can be paged through
WEAK = 10  # results that are shown, as similar, when none holds half of the query
SHORTER = 4  # shorter queries that are offered


def clean_query(text: str | None) -> str:
    """Return a visitor's query as it is searched and shown: one line, one width, at most 64 characters."""
    return clean_name((text or "")[: LONGEST * 4])[:LONGEST].strip()


class Near(Protocol):
    """A question among the results, with the text that it is found by."""

    title: str
    text: str


@dataclass
class Results:
    """What a search found: the keys, best first, how many there are, and the words to mark."""

    keys: list[int] = field(default_factory=list)
    weak: list[int] = field(default_factory=list)  # the nearest that hold less than half of the query
    total: int = 0
    is_estimate: bool = False
    is_least: bool = False  # there may be more, nobody knows how many
    is_similar: bool = False  # nothing holds half of the query; these are the nearest
    candidates: int = 0  # documents looked at, unpublished ones among them
    words: list[str] = field(default_factory=list)
    title: tokens.Title | None = None

    @property
    def shown_total(self) -> str:
        """The number of questions in words, no more exact than it is known."""
        if self.is_similar:
            return "没有完全匹配，下面是相近的问题"
        said = "约" if self.is_estimate else "至少有" if self.is_least else "找到"
        more = f"，显示最相近的 {len(self.keys)} 个" if self.total > len(self.keys) else ""
        return f"{said} {self.total} 个{'' if self.is_estimate else '问题'}{more}"


def search(query: str, tag: Tag | None = None, vocabulary: Vocabulary | None = None) -> Results:
    """Return the Results for a clean `query`, among the published questions (of `tag`) alone.

    Queries: the vocabulary, the counts of terms, the documents that hold them, what is stored of the best.
    """
    if not query:
        return Results()
    vocabulary = vocabulary or Vocabulary(query)
    title = tokens.title(query, vocabulary.aliases)
    found = ranked(title, tag, vocabulary.named(title.folded, fold(query)))
    results = Results(candidates=found.candidates, words=words_to_mark(query, title, vocabulary), title=title)
    results.keys = [hit.key for hit in found.hits if hit.is_strong]
    results.weak = [hit.key for hit in found.hits if not hit.is_strong][:WEAK]
    if not results.keys:
        results.is_similar = True
        results.keys, results.weak = results.weak, []
    is_full = len(found.hits) == DEEPEST
    results.is_estimate = found.is_estimate and is_full and not tag and not results.is_similar
    results.is_least = found.is_estimate and bool(tag)
    is_counted = results.is_estimate or not found.is_estimate
    results.total = found.total if is_counted and not results.is_similar else len(results.keys)
    return results


def words_to_mark(query: str, title: tokens.Title, vocabulary: Vocabulary) -> list[str]:
    """Return the words of a query and the other names of the tags in it, as they may stand in a text."""
    typed = tokens.fold(query)
    words = {*title.words, *re.findall(r"\w+", title.folded), *re.findall(r"\w+", typed), *title.topic.split()}
    return sorted(words.union(vocabulary.spellings(typed), vocabulary.spellings(title.folded)), key=len, reverse=True)


def ranked(title: tokens.Title, tag: Tag | None = None, named: Named = Named()) -> Found:  # noqa: B008 - it cannot be changed
    """Return the engine's Found for the tokens of a query, among the published questions (of `tag`) alone."""
    return search_engine().search(title, Filters(tag=tag.pk if tag else None), DEEPEST, named)


def shorter_queries(results: Results, articles: Iterable[Near]) -> list[str]:
    """Return shorter queries that find something: what is asked about, its pieces, its words.

    Only words that stand in one of `articles`, the published ones that are near, are worth a search.
    """
    title = results.title
    if title is None:
        return []
    pieces = title.topic.split()
    candidates = [" ".join(pieces), *pieces, *sorted(title.words, key=len, reverse=True)]
    texts = [tokens.fold(f"{article.title}\n{article.text}") for article in articles]
    found: list[str] = []
    for candidate in dict.fromkeys(candidates):
        parts = candidate.split()
        is_short = len(candidate) > 1 and candidate != title.folded and candidate not in found
        if is_short and any(all(part in text for part in parts) for text in texts):
            found.append(candidate)
    return found[:SHORTER]


def finds_nothing(query: str) -> bool:
    """Tell whether a clean `query` finds no question that holds at least half of it."""
    results = search(query)
    return not results.keys or results.is_similar
