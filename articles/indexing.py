"""The index of related questions and search, kept equal to the articles in the transaction that changes them."""

from django.db import connection

from .engine import postgresql, sqlite, tokens
from .engine.ranking import BODY_WORD, TITLE_WORD
from .engine.rows import row_of
from .markup import plain_text

NAME, NEXT = "search", "search_next"  # the index that answers, and the one that a rebuild is making
MENTIONS = 100_000  # articles that one change of an alias indexes again, at most


def open_index(name=NAME):
    """Return the index for the database in use."""
    module = postgresql if connection.vendor == "postgresql" else sqlite
    return module.Index(connection, name)


def aliases():
    """Return the editors' aliases as (alias, tag's name) pairs, as the tokens take them (1 query)."""
    from .models import TagAlias

    return tuple(TagAlias.objects.order_by("pk").values_list("name", "tag__name"))


def rows_of(articles, known_aliases=None):
    """Return the index's rows of articles."""
    known_aliases = aliases() if known_aliases is None else known_aliases
    return [row_of((article.pk, article.title, text_of(article)), known_aliases) for article in articles]


def text_of(article):
    """The text under which an article is found, besides its title."""
    return "\n".join(filter(None, [article.short_answer, plain_text(article.body)]))


def write(articles, are_new=False):
    """Bring the index up to date with `articles`, in the caller's transaction."""
    from .models import IndexRebuild

    if not articles:
        return
    rows = rows_of(articles)
    open_index().write(rows, are_new)
    if done := IndexRebuild.done_to():
        open_index(NEXT).write([row for row in rows if row.key <= done])


def forget(keys):
    """Take deleted articles out of the index, in the caller's transaction."""
    from .models import IndexRebuild

    open_index().forget(keys)
    if IndexRebuild.done_to():
        open_index(NEXT).forget(keys)


def write_mentions(names):
    """Index again what mentions any of the names, whose meaning an editor has changed."""
    from .models import Article

    index = open_index()
    asked = []
    for name in names:
        words = tokens.words(name)
        asked += [[(kind, word) for word in words] for kind in (TITLE_WORD, BODY_WORD) if words]
    keys = sorted({key for found in index.postings(asked, MENTIONS) for key in found}) if asked else []
    for start in range(0, len(keys), 500):
        write(list(Article.objects.filter(pk__in=keys[start : start + 500])))
