"""What tests of several rooms begin with."""

import sqlite3
import time

import pytest
from django.db import connection, connections, transaction
from django.test import TransactionTestCase

from articles.finding.site_words import keeper
from articles.models import SiteVersion, Tag, indexing

from .editing import make_staff, sign_in
from .factories import make_article, make_tag
from .nodes import Node


@pytest.fixture(autouse=True)
def _words_of_another_site_are_forgotten():
    """Each test has a site of its own; to the process they are one that may have the same version twice."""
    keeper.forget()


@pytest.fixture(scope="session", autouse=True)
def _databases_are_emptied_once():
    """Bring the emptied database back after each test of several connections, where Django empties it again and again.

    That is a hundred tables, and thousands of rows that come with the product: twenty times as dear as a copy.
    """
    if connection.vendor != "sqlite":
        yield
        return
    empty = TransactionTestCase._fixture_teardown
    emptied = sqlite3.connect(":memory:")

    def complete(status, remaining, total):
        if status != sqlite3.SQLITE_DONE:
            raise sqlite3.OperationalError("a connection of the test still holds the database")

    def teardown(test_case):
        connection.ensure_connection()
        if emptied.execute("SELECT 1 FROM sqlite_master").fetchone():
            emptied.backup(connection.connection, progress=complete)
        else:
            empty(test_case)
            indexing.open_index().drop()  # of which Django knows nothing
            indexing.open_index().create()
            connection.connection.backup(emptied)
        # As after any migration of an empty database: no process has seen this version.
        SiteVersion.objects.update(number=time.time_ns() // 1000)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", teardown)
        yield
    emptied.close()


@pytest.fixture(scope="module")
def kept(django_db_setup, django_db_blocker):
    """Return a context in which rows are made that all tests of a module begin with, in a transaction around them."""
    around = transaction.atomic()
    with django_db_blocker.unblock():
        around.__enter__()
    yield django_db_blocker.unblock
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        around.__exit__(None, None, None)


@pytest.fixture
def editor(db):
    return sign_in(make_staff("编辑"))


@pytest.fixture
def reviewer(db):
    return sign_in(make_staff("医学审核"))


@pytest.fixture
def media_root(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def empty_index(transactional_db):
    """The index without what tests with several connections left there: Django flushes only the tables it knows."""
    indexing.open_index().drop()
    indexing.open_index().create()


@pytest.fixture
def articles():
    tag = make_tag("面肌痉挛", kind=Tag.Kind.DISEASE)
    titles = ("面肌痉挛怎么治？", "面肌痉挛的病因有哪些？", "左半面痉挛是怎么回事？", "眼皮一直跳怎么办？")
    return [make_article(title=title, tags=[tag], body=f"<p>{title}详情。</p>") for title in titles]


@pytest.fixture
def make_node():
    """Make processes of the site, and end their threads when the test has ended."""
    nodes = []

    def make(**how):
        nodes.append(Node(**how))
        return nodes[-1]

    yield make
    for node in nodes:
        node.cache.watcher.close()
    connections.close_all()
