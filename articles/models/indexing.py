"""The index of our own engine, kept equal to the articles in the transaction that changes them."""

from collections.abc import Collection, Iterable, Sequence
from functools import reduce
from operator import or_

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Q

from articles.engine import tokens
from articles.engine.candidates import BODY_WORD, TITLE_PAIR, TITLE_WORD
from articles.engine.index import Index
from articles.engine.index_rows import Row, row_of

from .article import Article
from .bulk import SEARCHED
from .index_rebuild import IndexRebuild
from .tag import TagAlias
from .turns import require_turn, turn

NAME, NEXT = "search", "search_next"  # the index that answers, and the one that a rebuild is making
MENTIONS = 100_000  # articles that one change of an alias finds by one way of writing it, at most
AT_ONCE = 500


def open_index(name: str = NAME, using: str = DEFAULT_DB_ALIAS) -> Index:
    """Return the index `name` in a database of the site."""
    return Index(connections[using], name)


def rows_of(articles: Iterable[Article], known_aliases: tokens.Aliases | None = None) -> list[Row]:
    """Return the index's rows of articles."""
    known_aliases = TagAlias.pairs() if known_aliases is None else known_aliases
    return [row_of((article.pk, article.title, article.searched_text), known_aliases) for article in articles]


def write(articles: Sequence[Article], are_new: bool = False) -> None:
    """Bring the index up to date with `articles`. Raises NotInTurn outside of a turn."""
    require_turn()
    if not articles:
        return
    rows = rows_of(articles)
    write_rows(open_index(), rows, articles, are_new)
    if done := IndexRebuild.done_to():
        write_rows(open_index(NEXT), [row for row in rows if row.key <= done], articles)


def write_rows(index: Index, rows: Sequence[Row], articles: Iterable[Article], are_new: bool = False) -> None:
    """Write rows of some of the `articles` into an index, and which of these are published."""
    index.write(rows, are_new, {article.pk for article in articles if article.is_listed})


def forget(keys: Collection[int]) -> None:
    """Take deleted articles out of the index. Raises NotInTurn outside of a turn."""
    require_turn()
    open_index().forget(keys)
    if IndexRebuild.done_to():
        open_index(NEXT).forget(keys)


def write_keys(keys: Iterable[int]) -> None:
    """Index the articles of these keys again, some at a time, and forget those that are gone."""
    keys = sorted(keys)
    for start in range(0, len(keys), AT_ONCE):
        part = keys[start : start + AT_ONCE]
        articles = list(Article.objects.filter(pk__in=part))
        write(articles)
        if gone := set(part) - {article.pk for article in articles}:
            forget(sorted(gone))


@turn()
def write_mentions(aliases: Iterable[str], names: Iterable[str] = ()) -> None:
    """Index again what mentions any of the aliases, whose meaning changes, or stands under the names they had.

    The index finds every way of writing but knows words alone, and where a word ends depends on what stands beside it;
    the database finds an alias within any text, but only as it is written there.
    """
    keys: set[int] = set()
    for name in dict.fromkeys([*aliases, *names]):
        words, pairs = tokens.words(name), tokens.pairs(name)
        kinds = {TITLE_WORD: words, TITLE_PAIR: pairs, BODY_WORD: words}
        asked = [[(kind, term) for term in terms] for kind, terms in kinds.items() if terms]
        if asked:
            keys.update(key for found in open_index().postings(asked, MENTIONS) for key in found)
    for alias in dict.fromkeys(aliases):
        for written in tokens.ways_of_writing(alias):
            texts = [Q((f"{name}__contains", written)) for name in SEARCHED]
            keys.update(Article.objects.filter(reduce(or_, texts)).order_by().values_list("pk", flat=True)[:MENTIONS])
    write_keys(keys)
