"""The index reads texts in another way than before, and names hold characters where copies of PDF files had radicals."""

from importlib import import_module

from django.db import migrations

names_by_width = import_module("articles.migrations.0027_names_by_width")


def begin_anew(apps, schema_editor):
    """Write names in one form, and let a rebuild of the index that was interrupted begin again."""
    names_by_width.renew(apps, schema_editor)
    apps.get_model("articles", "IndexRebuild").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("articles", "0059_patient_words")]

    operations = [migrations.RunPython(begin_anew, migrations.RunPython.noop)]
