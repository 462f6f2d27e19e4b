"""What a search found, as pages show it: rows with marked words, and the tags among them."""

from collections import Counter
from dataclasses import dataclass

from articles.finding import snippets
from articles.finding.search import Results
from articles.finding.vocabulary import Vocabulary
from articles.models import Article, Tag

from .paging import PER_PAGE, ListPage

MOST_DEPARTMENTS, MOST_TAGS = 6, 10


def results_page(results: Results, number: int, path: str) -> ListPage:
    """Return a ListPage of the results, titles and snippets marked; each row carries the tags of all (1 query)."""
    start = (number - 1) * PER_PAGE
    keys = results.keys[start : start + PER_PAGE]
    questions = Article.objects.published().for_results().with_tag_keys_of(results.keys)
    rows = questions.in_bulk(keys) if keys else {}
    articles = [rows[key] for key in keys if key in rows]
    pattern = snippets.pattern_of(results.words)
    for article in articles:
        article.text = article.searched_text
        article.marked_title = snippets.marked(article.title, pattern)
        article.snippet = snippets.snippet(article.text, pattern)
    return ListPage(articles, number, len(results.keys) > start + PER_PAGE, path)


@dataclass(frozen=True)
class Facets:
    """The tags among the results, the most frequent first, departments apart."""

    departments: list[Tag]
    others: list[Tag]


def facets_of(page: ListPage, vocabulary: Vocabulary, chosen: Tag | None = None) -> Facets:
    """Return the Facets of a page of results; the chosen tag stands first."""
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
