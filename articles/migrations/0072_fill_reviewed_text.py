"""Reviews that are there are taken to be of the text as it is: what comes after them will be told."""

from django.db import migrations, transaction

# Not a copy: what is noted here is compared with what the release that runs computes, also in years to come.
from articles.models.review import CHECKED, note_of

BATCH = 100  # rows that are locked at once


def fill(apps, schema_editor):
    """Note what has no note yet, a batch a transaction, so that it can be interrupted and run again.

    The texts are read before anything is locked: what somebody saves meanwhile is left to that save.
    """
    connection = schema_editor.connection
    model = apps.get_model("articles", "Article")
    table = schema_editor.quote_name(model._meta.db_table)
    note = f"UPDATE {table} SET reviewed_text = %s WHERE id = %s AND updated_at = %s AND reviewed_text = ''"
    names = {"reviewed_on", *CHECKED}.intersection(field.name for field in model._meta.concrete_fields)  # some come later
    rows = model.objects.using(connection.alias).filter(reviewed_on__isnull=False, reviewed_text="").order_by("pk")
    last = 0
    while batch := list(rows.filter(pk__gt=last).only("updated_at", *names)[:BATCH]):
        notes = [
            (
                note_of({name: getattr(row, name) for name in names}),
                row.pk,
                connection.ops.adapt_datetimefield_value(row.updated_at),
            )
            for row in batch
        ]
        with transaction.atomic(connection.alias), connection.cursor() as cursor:
            cursor.executemany(note, notes)
        last = batch[-1].pk


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("articles", "0071_reviewed_text")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
