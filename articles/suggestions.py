"""What a reader may be about to type: names of tags and titles of published questions that hold what is typed."""

from . import indexing
from .engine import tokens
from .engine.ranking import TITLE_PAIR, TITLE_WORD
from .models import Article, Tag
from .search import LONGEST, Vocabulary, clean_query

MOST, MOST_NAMES = 8, 4
TOO_COMMON = 20_000  # titles with a pair of characters; what is commoner suggests nothing and costs time
LOOKED_AT = 60  # of the newest titles that hold all that is typed
RAREST = 3  # pairs of characters that are asked for


def suggestions(raw):
    """Return at most eight names and titles for what stands in the search box; [] for what is no text.

    Queries: the vocabulary, which tags are in use, the counts of the pairs, the documents with them, their titles.
    """
    query = clean_query(raw) if "\0" not in raw and len(raw) <= LONGEST else ""
    typed = tokens.fold(query)
    if not any(char.isalnum() for char in typed):
        return []
    vocabulary = Vocabulary()
    names = names_with(typed, vocabulary)[:MOST_NAMES]
    return list(dict.fromkeys([*names, *titles_with(query, vocabulary.aliases)]))[:MOST]


def names_with(typed, vocabulary):
    """Return the names and aliases that hold `typed`, those that begin with it first, of tags that are in use."""
    found = {}
    for alias, name in [*((tag.name, tag.name) for tag in vocabulary.tags.values()), *vocabulary.aliases]:
        if typed in (folded := tokens.fold(alias)):
            place = (not folded.startswith(typed), alias != name, len(folded), folded)
            found[name] = min(found.get(name, (place, alias)), (place, alias))
    best = sorted((place, alias, name) for name, (place, alias) in found.items())[: 4 * MOST_NAMES]
    if not best:
        return []
    used = set(Tag.objects.in_use().filter(name__in=[name for *_, name in best]).values_list("name", flat=True))
    return [alias for _, alias, name in best if name in used]


def titles_with(query, aliases):
    """Return the newest published titles that hold the query, those that begin with it first."""
    folded = tokens.fold(query, aliases)
    index = indexing.open_index()
    pairs = dict.fromkeys((TITLE_PAIR if len(pair) > 1 else TITLE_WORD, pair) for pair in tokens.char_pairs(folded))
    counts = index.counts(pairs)
    rarest = sorted(pairs, key=lambda pair: counts.get(pair, 0))[:RAREST]
    if not rarest or not 0 < counts.get(rarest[0], 0) <= TOO_COMMON:
        return []
    (keys,) = index.postings([rarest], LOOKED_AT)
    newest = Article.objects.published().filter(pk__in=keys).newest().values_list("title", flat=True)
    parts = folded.split()
    held = [(title, tokens.fold(title, aliases)) for title in newest]
    held = [row for row in held if all(part in row[1] for part in parts)]
    held.sort(key=lambda row: not row[1].startswith(folded))
    return [title for title, _ in held]
