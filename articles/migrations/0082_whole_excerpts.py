"""Write excerpts anew that ended behind a quotation and left out what is to be thought of it, or within a number."""

from django.db import migrations

from articles.models.backfill import renew_excerpts


def renew(apps, schema_editor):
    renew_excerpts(schema_editor, apps.get_model("articles", "Article").objects.exclude(body=""))


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("articles", "0081_numbers_of_lists")]

    operations = [migrations.RunPython(renew, migrations.RunPython.noop)]
