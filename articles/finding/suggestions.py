"""What a reader may be about to type: names of tags and doctors, and titles of published questions, by their characters
or by how they are read: mianji, mjjl.
"""

import re
from collections.abc import Sequence

from articles.engine import pinyin, tokens
from articles.engine.seam import search_engine
from articles.models import Article, Doctor, Tag

from .search import LIKELIER, LONGEST, clean_query
from .site_words import SiteWords, keeper
from .vocabulary import Vocabulary

MOST, MOST_NAMES = 8, 4
LOOKED_AT = 120  # of the newest titles that hold all that is typed
COMPARED = 40  # the most liked of these
_LETTERS = re.compile(r"[a-z' ]+")


def suggestions(raw: str) -> list[str]:
    """Return at most eight names and titles for what stands in the search box; [] for what is no text.

    Queries: the vocabulary, which tags and which doctors are in use, the counts of the pairs, the
    documents with them, their titles; the last three again for what is mistyped.
    """
    query = clean_query(raw) if "\0" not in raw and len(raw) <= LONGEST else ""
    typed = tokens.fold(query)
    if not any(char.isalnum() for char in typed):
        return []
    vocabulary = Vocabulary(query)
    titles = titles_with(query, vocabulary.aliases)
    words = (keeper.words if titles else None) or keeper.at(vocabulary.version, keeper.size)
    asked = [typed]
    if not titles and (meant := words.read(query, is_typing=True)) and meant.gain >= LIKELIER:
        asked.append(meant.text)
        titles = titles_with(meant.text, vocabulary.aliases)
    names = [*names_with(asked, vocabulary), *doctors_with(asked, words)]
    return list(dict.fromkeys([*list(dict.fromkeys(names))[:MOST_NAMES], *titles]))[:MOST]


def letters_of(typed: str) -> str:
    """Return a folded text that may be pinyin without its blanks, "" for any other."""
    return re.sub("[' ]", "", typed) if _LETTERS.fullmatch(typed) else ""


def names_with(asked: Sequence[str], vocabulary: Vocabulary) -> list[str]:
    """Return the names and aliases of tags in use that hold one of the folded texts `asked`, or are spelled so.

    Those of the first text come first.
    """
    found: dict[str, tuple[tuple[int, bool, bool, int, str], str]] = {}
    for number, typed in enumerate(asked):
        letters = letters_of(typed)
        for alias, name, folded in vocabulary.site.folded_names:
            if typed in folded or (letters and pinyin.begins(folded, letters)):
                is_within = not folded.startswith(typed) and not letters
                place = (number, is_within, alias != name, len(folded), folded)
                found[name] = min(found.get(name, (place, alias)), (place, alias))
    best = sorted((place, alias, name) for name, (place, alias) in found.items())[: 4 * MOST_NAMES]
    if not best:
        return []
    used = set(Tag.objects.in_use().filter(name__in=[name for *_, name in best]).values_list("name", flat=True))
    return [alias for _, alias, name in best if name in used]


def doctors_with(asked: Sequence[str], words: SiteWords) -> list[str]:
    """Return the names of doctors with published answers that begin with one of the texts, or are spelled so."""
    ways = [(typed, letters_of(typed)) for typed in asked]
    named = [
        name
        for name, folded in words.folded_doctors
        if any(folded.startswith(typed) or (letters and pinyin.begins(folded, letters)) for typed, letters in ways)
    ]
    if not named:
        return []
    met = Doctor.objects.with_published_answers().filter(name__in=named[: 4 * MOST_NAMES])
    return list(dict.fromkeys(met.order_by("name").values_list("name", flat=True)))


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
