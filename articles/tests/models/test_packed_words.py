"""An index from before the words of bodies were packed answers after the migration as it did."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from articles.models import IndexRebuild, indexing
from articles.tests.factories import make_article

pytestmark = pytest.mark.django_db
migration = import_module("articles.migrations.0064_packed_words")


def migrate(step):
    step(apps, connection.schema_editor())


def test_what_an_index_keeps_is_packed_and_unpacked_without_a_rebuild(monkeypatch):
    monkeypatch.setattr(migration, "BATCH", 2)
    articles = [
        make_article(title=f"头痛{n}", body=body) for n, body in enumerate(("<p>多休息😀</p>", "", "<p>喝水</p>"))
    ]
    keys = [article.pk for article in articles]
    rows = sorted(indexing.open_index().read(keys))
    IndexRebuild.objects.create(done=keys[0])
    migrate(migration.unpack)
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM search_document ORDER BY id")
        assert [body for (body,) in cursor.fetchall()] == [row.body for row in rows]
    migrate(migration.unpack)
    migrate(migration.pack)
    assert migration.kind_of_body(connection) == "BinaryField"
    assert sorted(indexing.open_index().read(keys)) == rows
    assert not IndexRebuild.objects.exists()
    migrate(migration.pack)
    assert sorted(indexing.open_index().read(keys)) == rows
