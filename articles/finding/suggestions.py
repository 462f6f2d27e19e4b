"""What a reader may be about to type: names of tags and titles of published questions that hold what is typed."""

from articles.engine import tokens
from articles.engine.seam import search_engine
from articles.models import Article, Tag

from .search import LONGEST, clean_query
from .vocabulary import Vocabulary

MOST, MOST_NAMES = 8, 4
LOOKED_AT = 60  # of the newest titles that hold all that is typed


def suggestions(raw: str) -> list[str]:
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


def names_with(typed: str, vocabulary: Vocabulary) -> list[str]:
    """Return the names and aliases that hold `typed`, those that begin with it first, of tags that are in use."""
    found: dict[str, tuple[tuple[bool, bool, int, str], str]] = {}
    for alias, name in [*((tag.name, tag.name) for tag in vocabulary.tags.values()), *vocabulary.aliases]:
        if typed in (folded := tokens.fold(alias)):
            place = (not folded.startswith(typed), alias != name, len(folded), folded)
            found[name] = min(found.get(name, (place, alias)), (place, alias))
    best = sorted((place, alias, name) for name, (place, alias) in found.items())[: 4 * MOST_NAMES]
    if not best:
        return []
    used = set(Tag.objects.in_use().filter(name__in=[name for *_, name in best]).values_list("name", flat=True))
    return [alias for _, alias, name in best if name in used]


def titles_with(query: str, aliases: tokens.Aliases) -> list[str]:
    """Return the newest published titles that hold the query, those that begin with it first."""
    folded = tokens.fold(query, aliases)
    keys = search_engine().titles_with(folded, LOOKED_AT)
    if not keys:
        return []
    newest = Article.objects.published().filter(pk__in=keys).newest().values_list("title", flat=True)
    parts = folded.split()
    held = [(title, tokens.fold(title, aliases)) for title in newest]
    held = [row for row in held if all(part in row[1] for part in parts)]
    held.sort(key=lambda row: not row[1].startswith(folded))
    return [title for title, _ in held]
