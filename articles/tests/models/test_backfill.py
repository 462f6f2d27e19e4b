"""Columns that a migration fills while the site is used."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.models import Article
from articles.models.backfill import BATCH, backfill
from articles.tests.factories import make_article, make_articles

pytestmark = pytest.mark.django_db
MISLEADING = "<p>先冲凉水。</p><h2>错误做法</h2><p>涂牙膏。</p>"


def fill(value_of):
    backfill(connection.schema_editor(), Article.objects.all(), "excerpt", value_of)


def test_excerpts_of_before_say_the_heading_under_which_their_text_stands():
    migration = import_module("articles.migrations.0080_excerpts_with_headings")
    misleading, plain = make_article(body=MISLEADING), make_article(body="<p>先冲凉水。</p>")
    Article.objects.filter(pk=misleading.pk).update(excerpt="先冲凉水。 涂牙膏。")
    migration.renew(apps, connection.schema_editor())
    assert Article.objects.get(pk=misleading.pk).excerpt == "先冲凉水。 错误做法： 涂牙膏。"
    assert Article.objects.get(pk=plain.pk).excerpt == "先冲凉水。"
    assert not migration.Migration.atomic


def test_all_rows_are_filled_a_batch_at_a_time_and_the_second_time_writes_nothing():
    make_articles([{}] * (BATCH + 1))
    for batches in (2, 0):
        with CaptureQueriesContext(connection) as queries:
            fill(lambda row: "新的。")
        assert sum("UPDATE" in query["sql"] for query in queries) == batches
        assert set(Article.objects.values_list("excerpt", flat=True)) == {"新的。"}


def test_what_is_saved_meanwhile_is_left_to_that_save():
    article = make_article()

    def value_of(row):
        article.body = "<p>后来写的。</p>"
        article.save()
        return "从前算的。"

    fill(value_of)
    assert Article.objects.get().excerpt == "后来写的。"


def test_what_somebody_has_written_into_the_column_meanwhile_stays():
    make_article()

    def value_of(row):
        Article.objects.update(excerpt="手写的。")
        return "从前算的。"

    fill(value_of)
    assert Article.objects.get().excerpt == "手写的。"
