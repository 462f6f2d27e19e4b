"""Say of each question whether its text is still the one that was reviewed, as saving it does from now on."""

from django.db import migrations, transaction

# Not a copy: what is noted is compared as the release that runs does, also in years to come.
from articles.models.review import FOLLOWED, is_another

BATCH = 100  # rows that are locked at once


def fill(apps, schema_editor):
    """Set the column, a batch a transaction, so that it can be interrupted and run again.

    The texts are read before anything is locked: what somebody saves meanwhile is left to that save.
    """
    connection = schema_editor.connection
    model = apps.get_model("articles", "Article")
    table = schema_editor.quote_name(model._meta.db_table)
    set_one = f"UPDATE {table} SET is_past_review = %s WHERE id = %s AND updated_at = %s"
    names = FOLLOWED.intersection(field.name for field in model._meta.concrete_fields)  # some may come only later
    rows = model.objects.using(connection.alias).filter(reviewed_on__isnull=False).exclude(reviewed_text="")
    last = 0
    while batch := list(rows.order_by("pk").filter(pk__gt=last).only("updated_at", "is_past_review", *names)[:BATCH]):
        differ = [(row, is_another({name: getattr(row, name) for name in names}, row.reviewed_text)) for row in batch]
        values = [
            (value, row.pk, connection.ops.adapt_datetimefield_value(row.updated_at))
            for row, value in differ
            if value != row.is_past_review
        ]
        with transaction.atomic(connection.alias), connection.cursor() as cursor:
            cursor.executemany(set_one, values)
        last = batch[-1].pk


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("articles", "0074_past_review")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
