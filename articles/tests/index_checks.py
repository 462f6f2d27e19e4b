"""What tests of the index begin with: an empty one, a few questions, and check_index."""

import io

import pytest
from django.core.management import call_command

from articles.finding.search import search
from articles.models import Tag, indexing

from .factories import make_article, make_tag


@pytest.fixture
def empty_index(transactional_db):
    """The index without what tests with several connections left there: Django flushes only the tables it knows."""
    indexing.open_index().drop()
    indexing.open_index().create()


def run(name, *arguments):
    """Run a command and return its exit status and all that it said."""
    out, status = io.StringIO(), 0
    try:
        call_command(name, *arguments, stdout=out, stderr=out, no_color=True)
    except SystemExit as stop:
        status = stop.code
    return status, out.getvalue()


def is_whole():
    status, said = run("check_index")
    assert (status, "索引与文章一致" in said) == (0, True), said
    return True


def found(query):
    return set(search(query).keys)


@pytest.fixture
def articles():
    tag = make_tag("面肌痉挛", kind=Tag.Kind.DISEASE)
    titles = ("面肌痉挛怎么治？", "面肌痉挛的病因有哪些？", "左半面痉挛是怎么回事？", "眼皮一直跳怎么办？")
    return [make_article(title=title, tags=[tag], body=f"<p>{title}详情。</p>") for title in titles]


def interrupt(monkeypatch, after):
    """Let a rebuild with two articles a batch end, as by Ctrl-C, after some batches; returns what it said."""
    seen = []
    rows_of = indexing.rows_of

    def counting(*args):
        if len(seen) == after:
            raise KeyboardInterrupt
        seen.append(1)
        return rows_of(*args)

    with monkeypatch.context() as patch:
        patch.setattr(indexing, "rows_of", counting)
        return run("rebuild_index", "--batch", "2")
