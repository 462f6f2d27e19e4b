"""What a search found, as pages show it: rows with marked words, and the tags among them."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from articles.finding import snippets
from articles.finding.search import Results
from articles.finding.vocabulary import Vocabulary
from articles.models import Article, Tag

from .paging import PER_PAGE, ListPage

MOST_DEPARTMENTS, MOST_TAGS = 6, 10


def results_page(results: Results, number: int, path: str) -> tuple[ListPage, list[Any]]:
    """Return a ListPage of the results and the weak ones behind them, titles and snippets marked (1 query).

    Each row carries the tags of all results: within a tag, of what there is whatever the tag.
    """
    start = (number - 1) * PER_PAGE
    keys = results.keys[start : start + PER_PAGE]
    has_next = len(results.keys) > start + PER_PAGE
    weak = results.weak if results.are_few and keys and not has_next else []
    questions = Article.objects.published().for_results().with_tag_keys_of(results.around or results.keys)
    rows = questions.in_bulk([*keys, *weak]) if keys else {}
    pattern = snippets.pattern_of(results.words)
    for article in rows.values():
        article.text = article.searched_text
        article.marked_title = snippets.marked(article.title, pattern)
        article.snippet = snippets.snippet(article.text, pattern)
    shown, behind = ([rows[key] for key in part if key in rows] for part in (keys, weak))
    return ListPage(shown, number, has_next, path), behind


@dataclass(frozen=True)
class Facets:
    """The tags among the results, the most frequent first, departments apart."""

    departments: list[Tag]
    others: list[Tag]


def facets_of(page: ListPage, vocabulary: Vocabulary, chosen: Tag | None = None) -> Facets:
    """Return the Facets of a page of results; the chosen tag stands first, so that it is in sight."""
    keys = page.articles[0].tag_keys if page.articles else ""
    counts = Counter(int(key) for key in (keys or "").split(",") if key)
    if chosen:
        counts[chosen.pk] = sum(counts.values()) + 1
    common = [
        vocabulary.tags[key]
        for key, _ in sorted(counts.items(), key=lambda row: (-row[1], row[0]))
        if key in vocabulary.tags
    ]
    return Facets(
        [tag for tag in common if tag.kind == Tag.Kind.DEPARTMENT][:MOST_DEPARTMENTS],
        [tag for tag in common if tag.kind != Tag.Kind.DEPARTMENT][:MOST_TAGS],
    )
