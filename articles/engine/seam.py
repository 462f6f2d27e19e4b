"""What finds questions, as the rest of the site sees it: one small class, so that another engine can take its place.

An engine for a site of many millions (OpenSearch, Meilisearch) is a subclass that SEARCH_ENGINE names; it must answer
`search`, `related` and `changed`. What it does not override falls back to something honest: no twins, no completions,
unpublished questions by their titles alone.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import QuerySet
from django.utils.module_loading import import_string

from .meanings import Meaning
from .tokens import Title


class Hit(NamedTuple):
    """A search result: is_strong tells that it answers the query, and is no mere neighbour."""

    key: int
    score: float
    is_strong: bool


class Found(NamedTuple):
    """The results of a search, strong ones first, best first, and how many strong ones there are.

    Their number is exact unless is_estimate, or is_least: then there may be more.
    """

    hits: list[Hit]
    total: int
    is_estimate: bool = False
    candidates: int = 0  # documents that hold any of the words, among them those that a filter left out
    is_least: bool = False
    words: Mapping[str, int] = {}  # of those of the query's words that are rare enough to be asked for alone: documents
    carried: Sequence[int] = ()  # how many public documents carry each tag, then each doctor, that the query names
    around: Sequence[int] = ()  # where the search is within a tag: strong ones whatever their tag
    size: int = 0  # questions that are known, in whatever state
    is_close: bool = False  # what answers best means what is asked, whatever its words


@dataclass(frozen=True)
class Filters:
    """What limits a search, beside being public: the key of a tag."""

    tag: int | None = None


class Named(NamedTuple):
    """What a query names: {key: folded name} of tags and of doctors; and what it means in doctors' terms.

    `likely` are folded terms that it may be about, whatever its words, and how likely each is.
    """

    tags: Mapping[int, str] = {}
    doctors: Mapping[int, str] = {}
    meanings: Sequence[Meaning] = ()
    likely: Mapping[str, float] = {}


@dataclass
class Related:
    """What stands beside a question: [key, score, reason], best first; and the keys of those that ask the same."""

    entries: list[list[Any]]
    twins: Collection[int] = ()


class SearchEngine:
    """Finds published questions, and all of them for editors.

    Articles are those of the site, with their tags in the database.
    """

    def search(self, query: Title, filters: Filters, limit: int, named: Named = Named()) -> Found:  # noqa: B008 - it cannot be changed
        """Return what answers `query`, whose `folded` is its text, aliases replaced by the names of their tags.

        Questions that carry a tag, or are answered by a doctor, of `named` are found whatever their texts say.
        """
        raise NotImplementedError

    def search_all(self, query: Title, rows: QuerySet[Any], limit: int, is_filtered: bool = True) -> Found:
        """Return what answers `query` among `rows`, questions in whatever state: for editors, never for readers.

        Where `is_filtered` is false, `rows` are all questions.
        """
        found = self.search(query, Filters(), limit)
        public = {hit.key: hit for hit in found.hits}
        named = rows.filter(title__icontains=query.folded).order_by("-pk").values_list("pk", flat=True)[:limit]
        present = rows.filter(pk__in=public).order_by().values_list("pk", flat=True)
        keys = [*(key for key in public if key in set(present)), *(key for key in named if key not in public)][:limit]
        hits = [public.get(key) or Hit(key, 0.0, True) for key in keys]
        return Found(hits, len(hits), found.is_estimate or len(named) == limit)

    def related(self, articles: Sequence[Any]) -> list[Related]:
        """Return for each of the saved `articles` what stands beside it, in whatever state it is."""
        raise NotImplementedError

    def changed(self, keys: Collection[int], articles: Sequence[Any] = (), are_new: bool = False) -> None:
        """Learn, in the transaction of the change, that the articles of `keys` were written or deleted.

        `articles` are those of them that are at hand; `are_new` tells that none of them was known before.
        """
        raise NotImplementedError

    def renamed(self, aliases: Iterable[str], names: Iterable[str] = ()) -> None:
        """Learn that `aliases` mean something else now, or that tags do not have the names `names` any more."""

    def placed(self, article: Any, found: Related, keys: Collection[int]) -> None:
        """Bring `article`, which was saved, to its place in the stored lists of the questions of `keys`."""

    def twins(self, article: Any, found: Related | None = None) -> list[int]:
        """Return the keys of the questions, in whatever state, that ask the same as `article`, the newest first.

        `found` is what related() has said of it, where that is at hand.
        """
        return []

    def titles_with(self, text: str, limit: int) -> list[int]:
        """Return the keys of the newest questions whose titles hold `text`; [] where there are too many to tell."""
        return []


@cache
def search_engine() -> SearchEngine:
    """Return the engine that SEARCH_ENGINE names; one for each process."""
    engine: SearchEngine = import_string(settings.SEARCH_ENGINE)()
    return engine
