"""An index beside that of the site, and its rows, for tests of what it keeps and of the ranker."""

from django.db import connection

from articles.engine.index import Index
from articles.engine.index_rows import row_of


def make_index(name="trial"):
    """Create and return an empty index for the database in use; it goes with the test's transaction."""
    index = Index(connection, name)
    index.create()
    return index


def row(key, title, body=""):
    return row_of((key, title, body))


def index_of(*titles, bodies=()):
    """Return an index of these titles under the keys 1, 2, …, with the bodies that are given for the first of them."""
    index = make_index()
    texts = [*bodies, *[""] * len(titles)]
    index.write([row(key, title, body) for key, (title, body) in enumerate(zip(titles, texts, strict=False), 1)])
    return index
