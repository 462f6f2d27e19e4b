"""Reviews that are there are taken to be of the text as it is: what comes after them will be told."""

from django.db import migrations

from articles.models.backfill import backfill

# Not a copy: what is noted here is compared with what the release that runs computes, also in years to come.
from articles.models.review import CHECKED, note_of


def fill(apps, schema_editor):
    """Note what has no note yet."""
    model = apps.get_model("articles", "Article")
    names = {"reviewed_on", *CHECKED}.intersection(field.name for field in model._meta.concrete_fields)  # some come later
    rows = model.objects.filter(reviewed_on__isnull=False, reviewed_text="").only("updated_at", "reviewed_text", *names)
    backfill(schema_editor, rows, "reviewed_text", lambda row: note_of({name: getattr(row, name) for name in names}))


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("articles", "0071_reviewed_text")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
