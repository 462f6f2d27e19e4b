"""Reviews that are there are taken to be of the text as it is: what comes after them will be told."""

from django.db import connections, migrations, transaction

# Not a copy: what is noted here is compared with what the release that runs computes, also in years to come.
from articles.models.review import CHECKED, note_of

BATCH = 100  # rows that are locked at once, for a fraction of a second


def fill(apps, schema_editor):
    """Note what has no note yet, a batch a transaction, so that it can be interrupted and run again."""
    using = schema_editor.connection.alias
    model = apps.get_model("articles", "Article")
    rows = model.objects.using(using).filter(reviewed_on__isnull=False, reviewed_text="").order_by("pk")
    last = 0
    while True:
        with transaction.atomic(using):
            locked = rows.filter(pk__gt=last).select_for_update().only("reviewed_on", *CHECKED)[:BATCH]
            notes = [(note_of({name: getattr(row, name) for name in ("reviewed_on", *CHECKED)}), row.pk) for row in locked]
            if not notes:
                return
            with connections[using].cursor() as cursor:
                table = schema_editor.quote_name(model._meta.db_table)
                cursor.executemany(f"UPDATE {table} SET reviewed_text = %s WHERE id = %s", notes)
        last = notes[-1][1]


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("articles", "0071_reviewed_text")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
