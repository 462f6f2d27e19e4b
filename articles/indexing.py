"""The index of related questions and search, kept equal to the articles in the transaction that changes them."""

from django.db import connection, transaction
from django.db.models import Q

from .engine import postgresql, sqlite, tokens
from .engine.ranking import BODY_WORD, TITLE_PAIR, TITLE_WORD
from .engine.rows import row_of
from .markup import plain_text

NAME, NEXT = "search", "search_next"  # the index that answers, and the one that a rebuild is making
INDEXED = frozenset(["title", "short_answer", "body"])  # the columns that an article is found by
MENTIONS = 100_000  # articles that one change of an alias finds by one way of writing it, at most
AT_ONCE = 500
TURN = 0x6865616C  # PostgreSQL's number of the lock that writers of the index take


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


def take_turn():
    """Wait for whoever else is changing articles, until the end of the caller's transaction.

    Two who change the same counts and lists in different order would wait for each other for ever. Taken before the
    first row is locked. SQLite has one writer at a time anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TURN])


def write(articles, are_new=False):
    """Bring the index up to date with `articles`, in the transaction in which the caller has taken its turn."""
    from .models import IndexRebuild

    if not articles:
        return
    rows = rows_of(articles)
    open_index().write(rows, are_new)
    if done := IndexRebuild.done_to():
        open_index(NEXT).write([row for row in rows if row.key <= done])


def forget(keys):
    """Take deleted articles out of the index, in the transaction in which the caller has taken its turn."""
    from .models import IndexRebuild

    open_index().forget(keys)
    if IndexRebuild.done_to():
        open_index(NEXT).forget(keys)


def write_keys(keys):
    """Index the articles of these keys again, some at a time."""
    from .models import Article

    keys = sorted(keys)
    for start in range(0, len(keys), AT_ONCE):
        write(list(Article.objects.filter(pk__in=keys[start : start + AT_ONCE])))


@transaction.atomic
def write_mentions(aliases, names=()):
    """Index again what mentions any of the aliases, whose meaning changes, or stands under the names they had.

    The index finds every way of writing but knows words alone, and where a word ends depends on what stands beside it;
    the database finds an alias within any text, but only as it is written there.
    """
    from .models import Article

    if not aliases:
        return
    take_turn()
    keys = set()
    for name in dict.fromkeys([*aliases, *names]):
        words, pairs = tokens.words(name), tokens.pairs(name)
        kinds = {TITLE_WORD: words, TITLE_PAIR: pairs, BODY_WORD: words}
        asked = [[(kind, term) for term in terms] for kind, terms in kinds.items() if terms]
        if asked:
            keys.update(key for found in open_index().postings(asked, MENTIONS) for key in found)
    for alias in dict.fromkeys(aliases):
        for written in tokens.ways_of_writing(alias):
            text = Q(title__contains=written) | Q(short_answer__contains=written) | Q(body__contains=written)
            keys.update(Article.objects.filter(text).order_by().values_list("pk", flat=True)[:MENTIONS])
    write_keys(keys)
