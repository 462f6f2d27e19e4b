from django.conf import settings
from django.db import migrations

DUE = {
    # SQLite lets a day that a month does not have run over into the next one.
    "sqlite": "min(date(reviewed_on, '+{0} months'), date(reviewed_on, 'start of month', '+{1} months', '-1 day'))",
    "postgresql": "(reviewed_on + interval '{0} months')::date",
}


def fill(apps, schema_editor):
    """Let what has been reviewed become due as if the review were recorded now."""
    due = DUE[schema_editor.connection.vendor].format(settings.REVIEW_MONTHS, settings.REVIEW_MONTHS + 1)
    schema_editor.execute(
        f"UPDATE articles_article SET review_due_on = {due} WHERE reviewed_on IS NOT NULL AND review_due_on IS NULL"
    )


class Migration(migrations.Migration):
    dependencies = [("articles", "0008_review_due")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
