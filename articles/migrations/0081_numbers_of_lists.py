"""Lists of the index know how many places they have, and the table that counted them is written no more.

The release after this one takes search_count and search_next_count away. A rebuild that was interrupted begins again.
"""

from django.db import migrations

from articles.engine.index import Index


def widen(apps, schema_editor):
    apps.get_model("articles", "IndexRebuild").objects.all().delete()
    Index(schema_editor.connection).widen()


class Migration(migrations.Migration):
    dependencies = [("articles", "0080_excerpts_with_headings")]

    operations = [migrations.RunPython(widen, migrations.RunPython.noop)]
