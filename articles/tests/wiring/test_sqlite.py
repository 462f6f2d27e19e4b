"""Our backend for SQLite understands every way in which Django writes parameters."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from articles.models import Article
from articles.tests.factories import make_article

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has another backend"),
]


@pytest.mark.parametrize("again", [1, 2])
def test_a_statement_means_the_same_each_time_that_it_is_asked(again):
    with connection.cursor() as cursor:
        for value in ("甲%s", "乙"):
            cursor.execute("SELECT %s, '%%', '%%s', %s", [value, 1])
            assert cursor.fetchall() == [(value, "%", "%s", 1)]
        cursor.execute("SELECT %(name)s, %(name)s", {"name": "丙"})
        assert cursor.fetchall() == [("丙", "丙")]
        cursor.execute("SELECT '%s'")
        assert cursor.fetchall() == [("%s",)]


def test_many_rows_are_written_by_one_statement():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE rows_of_a_test (name text)")
        cursor.executemany("INSERT INTO rows_of_a_test VALUES (%s)", [("甲",), ("乙",)])
        cursor.execute("SELECT name FROM rows_of_a_test ORDER BY rowid")
        assert cursor.fetchall() == [("甲",), ("乙",)]
        cursor.execute("DROP TABLE rows_of_a_test")


@pytest.mark.parametrize(
    ("stored", "parts"),
    [
        ("2025-06-24 15:05:25", timedelta()),
        ("2025-06-24 15:05:25.000120", timedelta(microseconds=120)),
        ("2025-06-24 15:05:25.5", timedelta(milliseconds=500)),  # as another program may have written it
        ("2025-06-24T15:05:25Z", timedelta()),
        ("2025-06-24 23:05:25.5+0800", timedelta(milliseconds=500)),
    ],
)
def test_a_time_is_read_however_it_was_written(stored, parts):
    key = make_article().pk
    with connection.cursor() as cursor:
        cursor.execute("UPDATE articles_article SET revised_at = %s WHERE id = %s", [stored, key])
    assert Article.objects.get(pk=key).revised_at == datetime(2025, 6, 24, 15, 5, 25, tzinfo=UTC) + parts
