"""Write excerpts anew that left out the heading under which their text stands, or the table between two texts."""

from django.db import migrations, transaction
from django.db.models import Q

# Not copies: an excerpt is what the release that runs makes of a body, also in years to come.
from articles.text.excerpts import excerpt
from articles.text.markup import running_text

BATCH = 100  # rows that are locked at once


def renew(apps, schema_editor):
    """Renew what differs, a batch a transaction, so that it can be interrupted and run again.

    The texts are read before anything is locked: what somebody saves meanwhile is left to that save.
    """
    connection = schema_editor.connection
    model = apps.get_model("articles", "Article")
    table = schema_editor.quote_name(model._meta.db_table)
    set_one = f"UPDATE {table} SET excerpt = %s WHERE id = %s AND updated_at = %s"
    rows = model.objects.using(connection.alias).filter(Q(body__contains="<h") | Q(body__contains="<table"))
    rows = rows.only("updated_at", "body", "excerpt", "is_excerpt").order_by("pk")
    last = 0
    while batch := list(rows.filter(pk__gt=last)[:BATCH]):
        texts = [(excerpt(running_text(row.body), complete=not row.is_excerpt), row) for row in batch]
        values = [
            (text, row.pk, connection.ops.adapt_datetimefield_value(row.updated_at))
            for text, row in texts
            if text != row.excerpt
        ]
        with transaction.atomic(connection.alias), connection.cursor() as cursor:
            cursor.executemany(set_one, values)
        last = batch[-1].pk


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("articles", "0079_danger_by_likeness")]

    operations = [migrations.RunPython(renew, migrations.RunPython.noop)]
