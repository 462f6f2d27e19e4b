"""Write excerpts anew that left out the heading under which their text stands, or the table between two texts."""

from django.db import migrations
from django.db.models import Q

from articles.models.backfill import backfill

# Not copies: an excerpt is what the release that runs makes of a body, also in years to come.
from articles.text.excerpts import excerpt
from articles.text.markup import running_text


def renew(apps, schema_editor):
    rows = apps.get_model("articles", "Article").objects.filter(Q(body__contains="<h") | Q(body__contains="<table"))
    backfill(
        schema_editor,
        rows.only("updated_at", "body", "excerpt", "is_excerpt"),
        "excerpt",
        lambda row: excerpt(running_text(row.body), complete=not row.is_excerpt),
    )


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("articles", "0079_danger_by_likeness")]

    operations = [migrations.RunPython(renew, migrations.RunPython.noop)]
