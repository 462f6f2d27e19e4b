"""Search: any text is data, never query syntax."""

import re
from dataclasses import dataclass, field

from . import indexing
from .engine import ranking, tokens
from .models import Article, Tag
from .names import clean_name, fold
from .paging import PER_PAGE, ListPage

LONGEST = 64  # characters of a query that count
DEEPEST = 100  # results that can be paged through
WEAK = 10  # results that are shown, as similar, when none holds half of the query


def clean_query(text):
    """Return a visitor's query as it is searched and shown: one line, NFKC, at most 64 characters."""
    return clean_name((text or "")[: LONGEST * 4])[:LONGEST].strip()


@dataclass
class Results:
    """What a search found: the keys, best first, their number, and the words to mark."""

    keys: list = field(default_factory=list)
    total: int = 0
    is_estimate: bool = False
    is_similar: bool = False  # nothing holds half of the query; these are the nearest
    words: list = field(default_factory=list)

    @property
    def shown_total(self):
        return f"约 {self.total}" if self.is_estimate else str(self.total)


def search(query, tag=None, vocabulary=None):
    """Return the Results for a clean `query`, among the published questions (of `tag`) alone.

    Queries: the vocabulary, the counts of terms, the documents that hold them, what is stored of the best.
    """
    if not query:
        return Results()
    title = tokens.title(query, (vocabulary or Vocabulary()).aliases)
    found = ranked(title, tag)
    strong = [hit.key for hit in found.hits if hit.is_strong]
    words = sorted({*title.words, *re.findall(r"\w+", title.folded)}, key=len, reverse=True)
    if strong:
        is_estimate = found.is_estimate and not tag and len(found.hits) == DEEPEST
        return Results(strong, found.total if is_estimate else len(strong), is_estimate, words=words)
    weak = [hit.key for hit in found.hits[:WEAK]]
    return Results(weak, len(weak), is_similar=True, words=words)


def ranked(title, tag=None):
    """Return the engine's Found for the tokens of a query, among the published questions (of `tag`) alone."""
    among = Article.objects.published()
    if tag:
        among = among.filter(tagged_items__tag=tag.pk)
    return ranking.search(indexing.open_index(), title, limit=DEEPEST, among=among)


def results_page(results, number, path):
    """Return a ListPage of the results."""
    start = (number - 1) * PER_PAGE
    keys = results.keys[start : start + PER_PAGE]
    rows = Article.objects.published().for_cards().with_department().in_bulk(keys) if keys else {}
    articles = [rows[key] for key in keys if key in rows]
    return ListPage(articles, number, len(results.keys) > start + PER_PAGE, path)


class Vocabulary:
    """The editors' tags and aliases, read in one query: they grow with the editors' work, not with the articles."""

    def __init__(self):
        fields = ("pk", "name", "slug", "folded", "kind", "aliases__name", "aliases__folded")
        self.tags, self.names, aliases = {}, {}, []
        for pk, name, slug, folded, kind, alias, alias_folded in Tag.objects.order_by("pk").values_list(*fields):
            self.tags.setdefault(pk, Tag(pk=pk, name=name, slug=slug, folded=folded, kind=kind))
            self.names.setdefault(pk, [folded]).extend([alias_folded] if alias else [])
            if alias:
                aliases.append((alias, name))
        self.aliases = tuple(aliases)

    def matching(self, query, limit=8):
        """Return tags whose name or alias holds the query, or that the query holds; longer names first."""
        folded = fold(query)
        if not folded:
            return []
        found = [
            (-max(len(name) for name in hits), pk)
            for pk, names in self.names.items()
            if (hits := [name for name in names if folded in name or name in folded])
        ]
        return [self.tags[pk] for _, pk in sorted(found)[:limit]]
