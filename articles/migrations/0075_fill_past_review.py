"""Say of each question whether its text is still the one that was reviewed, as saving it does from now on."""

from django.db import migrations

from articles.models.backfill import backfill

# Not a copy: what is noted is compared as the release that runs does, also in years to come.
from articles.models.review import FOLLOWED, is_another


def fill(apps, schema_editor):
    """Set the column, where it says otherwise."""
    model = apps.get_model("articles", "Article")
    names = FOLLOWED.intersection(field.name for field in model._meta.concrete_fields)  # some may come only later
    rows = model.objects.filter(reviewed_on__isnull=False).exclude(reviewed_text="")
    rows = rows.only("updated_at", "is_past_review", "reviewed_text", *names)
    backfill(
        schema_editor,
        rows,
        "is_past_review",
        lambda row: is_another({name: getattr(row, name) for name in names}, row.reviewed_text),
    )


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("articles", "0074_past_review")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
