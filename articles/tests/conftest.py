"""What tests of several rooms begin with."""


import pytest
from django.db import connections, transaction

from articles.finding.site_words import keeper
from articles.models import Tag, indexing

from .editing import make_staff, sign_in
from .factories import make_article, make_tag
from .nodes import Node


@pytest.fixture(autouse=True)
def _words_of_another_site_are_forgotten():
    """Each test has a site of its own; to the process they are one that may have the same version twice."""
    keeper.forget()


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
