"""Filling a column while the site is used: what migrations do that compute it from other columns."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import QuerySet

# Not copies: an excerpt is what the release that runs makes of a body, also in years to come.
from articles.text.excerpts import excerpt
from articles.text.markup import running_text

BATCH = 100  # rows that are locked at once


def backfill(
    schema_editor: BaseDatabaseSchemaEditor, rows: QuerySet[Any], column: str, value_of: Callable[[Any], object]
) -> None:
    """Set `column` of each row to what value_of(row) returns, a batch a transaction.

    It can be interrupted and run again, if the migration is not atomic. Rows, whose model has `updated_at`, are read
    before anything is locked: what somebody saves meanwhile is left to that save. No column may be NULL.
    """
    connection = schema_editor.connection
    table, name = map(schema_editor.quote_name, (rows.model._meta.db_table, column))
    set_one = f"UPDATE {table} SET {name} = %s WHERE id = %s AND updated_at = %s AND {name} = %s"
    rows, last = rows.using(connection.alias).order_by("pk"), 0
    while batch := list(rows.filter(pk__gt=last)[:BATCH]):
        values = [
            (value, row.pk, connection.ops.adapt_datetimefield_value(row.updated_at), before)
            for row in batch
            if (value := value_of(row)) != (before := getattr(row, column))
        ]
        if values:
            with transaction.atomic(connection.alias), connection.cursor() as cursor:
                cursor.executemany(set_one, values)
        last = batch[-1].pk


def renew_excerpts(schema_editor: BaseDatabaseSchemaEditor, articles: QuerySet[Any]) -> None:
    """Write the excerpts of articles anew, as backfill() does."""
    rows = articles.only("updated_at", "body", "excerpt", "is_excerpt")
    backfill(schema_editor, rows, "excerpt", lambda row: excerpt(running_text(row.body), complete=not row.is_excerpt))
