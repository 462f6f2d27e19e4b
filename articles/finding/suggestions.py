"""What a reader may be about to type: names of tags and doctors, and titles of published questions, by their characters
or by how they are read: mianji, mjjl.
"""

import re

from articles.engine import pinyin, tokens
from articles.engine.seam import search_engine
from articles.models import Article, Doctor, Tag

from .search import LIKELIER, LONGEST, clean_query
from .site_words import SiteWords, keeper
from .vocabulary import Vocabulary

MOST, MOST_NAMES = 8, 4
LOOKED_AT = 300  # of the newest titles that hold all that is typed
COMPARED = 40  # the most liked of these
_LETTERS = re.compile(r"[a-z' ]+")


def suggestions(raw: str) -> list[str]:
    """Return at most eight names and titles for what stands in the search box; [] for what is no text.

    Queries: the vocabulary, which tags and which doctors are in use, the counts of the pairs, the documents with them,
    their titles; the last three again for what is mistyped.
    """
    query = clean_query(raw) if "\0" not in raw and len(raw) <= LONGEST else ""
    typed = tokens.fold(query)
    if not any(char.isalnum() for char in typed):
        return []
    vocabulary = Vocabulary(query)
    words = keeper.at(vocabulary.version, keeper.size, vocabulary.texts)
    titles = titles_with(query, vocabulary.aliases)
    names = names_with(typed, vocabulary, words)
    if not titles and (meant := words.read(query, is_typing=True)) and meant.gain >= LIKELIER:
        names += names_with(meant.text, vocabulary, words)
        titles = titles_with(meant.text, vocabulary.aliases)
    return list(dict.fromkeys([*list(dict.fromkeys(names))[:MOST_NAMES], *titles]))[:MOST]


def names_with(typed: str, vocabulary: Vocabulary, words: SiteWords) -> list[str]:
    """Return the names and aliases of tags in use that hold `typed` or are spelled so, then the doctors who are met."""
    letters = re.sub("[' ]", "", typed) if _LETTERS.fullmatch(typed) else ""
    found: dict[str, tuple[tuple[bool, bool, int, str], str]] = {}
    for alias, name in [*((tag.name, tag.name) for tag in vocabulary.tags.values()), *vocabulary.aliases]:
        folded = tokens.fold(alias)
        if typed in folded or (letters and pinyin.begins(folded, letters)):
            place = (not folded.startswith(typed) and not letters, alias != name, len(folded), folded)
            found[name] = min(found.get(name, (place, alias)), (place, alias))
    best = sorted((place, alias, name) for name, (place, alias) in found.items())[: 4 * MOST_NAMES]
    used: set[str] = set()
    if best:
        used.update(Tag.objects.in_use().filter(name__in=[name for *_, name in best]).values_list("name", flat=True))
    tags = [alias for _, alias, name in best if name in used][:MOST_NAMES]
    return [*tags, *doctors_with(typed, letters, words)]


def doctors_with(typed: str, letters: str, words: SiteWords) -> list[str]:
    """Return the names of doctors with published answers that begin with `typed` or are spelled so."""
    folded = [(tokens.fold(name), name) for name in words.doctors]
    named = [name for one, name in folded if one.startswith(typed) or (letters and pinyin.begins(one, letters))]
    if not named:
        return []
    met = Doctor.objects.with_published_answers().filter(name__in=sorted(named)[: 4 * MOST_NAMES])
    return list(dict.fromkeys(met.order_by("name").values_list("name", flat=True)))[:MOST_NAMES]


def titles_with(query: str, aliases: tokens.Aliases) -> list[str]:
    """Return published titles that hold the query, the most liked first, of equals those that begin with it."""
    folded = tokens.fold(query, aliases)
    keys = search_engine().titles_with(folded, LOOKED_AT)
    if not keys:
        return []
    liked = Article.objects.published().filter(pk__in=keys).most_liked().values_list("title", "like_count")
    parts = folded.split()
    held = [(title, likes, tokens.fold(title, aliases)) for title, likes in liked[:COMPARED]]
    held = [row for row in held if all(part in row[2] for part in parts)]
    held.sort(key=lambda row: (-row[1], not row[2].startswith(folded)))
    return [title for title, *_ in held]
