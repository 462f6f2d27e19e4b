"""Search: any text is data, never query syntax."""

import re
from collections import Counter
from dataclasses import dataclass, field

from . import indexing, snippets
from .engine import ranking, tokens
from .models import Article, Tag
from .names import clean_name, fold
from .paging import PER_PAGE, ListPage

LONGEST = 64  # characters of a query that count
DEEPEST = 100  # results that can be paged through
WEAK = 10  # results that are shown, as similar, when none holds half of the query

MOST_DEPARTMENTS, MOST_TAGS, SHORTER = 6, 10, 4


def clean_query(text):
    """Return a visitor's query as it is searched and shown: one line, NFKC, at most 64 characters."""
    return clean_name((text or "")[: LONGEST * 4])[:LONGEST].strip()


@dataclass
class Results:
    """What a search found: the keys, best first, how many there are, and the words to mark."""

    keys: list = field(default_factory=list)
    total: int = 0
    is_estimate: bool = False
    is_least: bool = False  # there may be more, nobody knows how many
    is_similar: bool = False  # nothing holds half of the query; these are the nearest
    candidates: int = 0  # documents looked at, unpublished ones among them
    words: list = field(default_factory=list)
    title: tokens.Title = None

    @property
    def shown_total(self):
        """The number of questions in words, no more exact than it is known."""
        if self.is_similar:
            return "没有完全匹配，下面是相近的问题"
        said = "约" if self.is_estimate else "至少有" if self.is_least else "找到"
        more = f"，显示最相近的 {len(self.keys)} 个" if self.total > len(self.keys) else ""
        return f"{said} {self.total} 个{'' if self.is_estimate else '问题'}{more}"


def search(query, tag=None, vocabulary=None):
    """Return the Results for a clean `query`, among the published questions (of `tag`) alone.

    Queries: the vocabulary, the counts of terms, the documents that hold them, what is stored of the best.
    """
    if not query:
        return Results()
    vocabulary = vocabulary or Vocabulary()
    title = tokens.title(query, vocabulary.aliases)
    found = ranked(title, tag)
    results = Results(candidates=found.candidates, words=words_to_mark(query, title, vocabulary), title=title)
    results.keys = [hit.key for hit in found.hits if hit.is_strong]
    if not results.keys:
        results.is_similar = True
        results.keys = [hit.key for hit in found.hits[:WEAK]]
    is_full = len(found.hits) == DEEPEST
    results.is_estimate = found.is_estimate and is_full and not tag and not results.is_similar
    results.is_least = found.is_estimate and bool(tag)
    is_counted = results.is_estimate or not found.is_estimate
    results.total = found.total if is_counted and not results.is_similar else len(results.keys)
    return results


def words_to_mark(query, title, vocabulary):
    """Return the words of a query and the other names of the tags in it, as they may stand in a text."""
    typed = tokens.fold(query)
    words = {*title.words, *re.findall(r"\w+", title.folded), *re.findall(r"\w+", typed), *title.topic.split()}
    return sorted(words.union(vocabulary.spellings(typed), vocabulary.spellings(title.folded)), key=len, reverse=True)


def ranked(title, tag=None):
    """Return the engine's Found for the tokens of a query, among the published questions (of `tag`) alone."""
    among = Article.objects.published()
    if tag:
        among = among.filter(tagged_items__tag=tag.pk)
    return ranking.search(indexing.open_index(), title, limit=DEEPEST, among=among)


def results_page(results, number, path):
    """Return a ListPage of the results, titles and snippets marked; each row carries the tags of all (1 query)."""
    start = (number - 1) * PER_PAGE
    keys = results.keys[start : start + PER_PAGE]
    questions = Article.objects.published().for_results().with_tag_keys_of(results.keys)
    rows = questions.in_bulk(keys) if keys else {}
    articles = [rows[key] for key in keys if key in rows]
    pattern = snippets.pattern_of(results.words)
    for article in articles:
        article.text = indexing.text_of(article)
        article.marked_title = snippets.marked(article.title, pattern)
        article.snippet = snippets.snippet(article.text, pattern)
    return ListPage(articles, number, len(results.keys) > start + PER_PAGE, path)


@dataclass(frozen=True)
class Facets:
    """The tags among the results, the most frequent first, departments apart."""

    departments: list
    others: list


def facets_of(page, vocabulary, chosen=None):
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


def shorter_queries(results, articles):
    """Return shorter queries that find something: what is asked about, its pieces, its words.

    Only words that stand in one of `articles`, the published ones that are near, are worth a search.
    """
    title = results.title
    if title is None:
        return []
    pieces = title.topic.split()
    candidates = [" ".join(pieces), *pieces, *sorted(title.words, key=len, reverse=True)]
    texts = [tokens.fold(f"{article.title}\n{article.text}") for article in articles]
    found = []
    for candidate in dict.fromkeys(candidates):
        parts = candidate.split()
        is_short = len(candidate) > 1 and candidate != title.folded and candidate not in found
        if is_short and any(all(part in text for part in parts) for text in texts):
            found.append(candidate)
    return found[:SHORTER]


def finds_nothing(query):
    """Tell whether a clean `query` finds no question that holds at least half of it."""
    results = search(query)
    return not results.keys or results.is_similar


class Vocabulary:
    """The editors' tags and aliases, read in one query: they grow with the editors' work, not with the articles."""

    def __init__(self):
        own = ("pk", "name", "slug", "folded", "kind")
        rows = Tag.objects.order_by("pk").values_list(*own, "aliases__name", "aliases__folded", "aliases__slug")
        self.tags, self.names, self.slugs, aliases = {}, {}, {}, []
        for *values, alias, alias_folded, alias_slug in rows:
            pk, name, slug, folded = values[:4]
            tag = self.tags.setdefault(pk, Tag(**dict(zip(own, values, strict=True))))
            self.slugs[slug] = tag
            self.names.setdefault(pk, [folded]).extend([alias_folded] if alias else [])
            if alias:
                aliases.append((alias, name))
                self.slugs.setdefault(alias_slug, tag)
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

    def nearest(self, query, limit=8):
        """Return the matching tags, else those whose names share most pairs of characters with the query."""
        if found := self.matching(query, limit):
            return found
        pairs = {pair for pair in tokens.char_pairs(tokens.title(query).topic) if len(pair) > 1}
        shared = [(-sum(pair in tokens.fold(tag.name) for pair in pairs), pk) for pk, tag in self.tags.items()]
        return [self.tags[pk] for number, pk in sorted(shared)[:limit] if number]

    def spellings(self, folded):
        """Return all names of the tags that are named in a folded text."""
        return {name for names in self.names.values() if any(name in folded for name in names) for name in names}
