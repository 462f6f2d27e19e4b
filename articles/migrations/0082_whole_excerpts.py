"""Write excerpts anew that ended behind a quotation and left out what is to be thought of it, or within a number."""

from django.db import migrations

from articles.models.backfill import backfill

# Not copies: an excerpt is what the release that runs makes of a body, also in years to come.
from articles.text.excerpts import excerpt
from articles.text.markup import running_text


def renew(apps, schema_editor):
    rows = apps.get_model("articles", "Article").objects.exclude(body="")
    backfill(
        schema_editor,
        rows.only("updated_at", "body", "excerpt", "is_excerpt"),
        "excerpt",
        lambda row: excerpt(running_text(row.body), complete=not row.is_excerpt),
    )


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("articles", "0081_numbers_of_lists")]

    operations = [migrations.RunPython(renew, migrations.RunPython.noop)]
