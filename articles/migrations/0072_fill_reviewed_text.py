"""Reviews that are there are taken to be of the text as it is: what comes after them will be told."""

from django.db import migrations

from articles.models.review import CHECKED, digest_of

BATCH = 500


def fill(apps, schema_editor):
    rows = apps.get_model("articles", "Article").objects.using(schema_editor.connection.alias)
    last = 0
    while batch := list(
        rows.filter(pk__gt=last, reviewed_on__isnull=False).order_by("pk").only("reviewed_on", *CHECKED)[:BATCH]
    ):
        for row in batch:
            row.reviewed_text = f"{row.reviewed_on} {digest_of({name: getattr(row, name) for name in CHECKED})}"
        rows.bulk_update(batch, ["reviewed_text"])
        last = batch[-1].pk


class Migration(migrations.Migration):
    dependencies = [("articles", "0071_reviewed_text")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
