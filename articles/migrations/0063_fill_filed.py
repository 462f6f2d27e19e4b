"""Tags and doctors that are there are filed by their names, as those that come are by FiledField."""

from django.db import migrations

from articles.engine.filing import filed

BATCH = 500


def fill(apps, schema_editor):
    for name, as_person in (("Tag", False), ("Doctor", True)):
        rows = apps.get_model("articles", name).objects.using(schema_editor.connection.alias)
        last = 0
        while batch := list(rows.filter(pk__gt=last).order_by("pk").only("name")[:BATCH]):
            for row in batch:
                row.filed = filed(row.name, as_person)
            rows.bulk_update(batch, ["filed"])
            last = batch[-1].pk


class Migration(migrations.Migration):
    dependencies = [("articles", "0062_filed")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
