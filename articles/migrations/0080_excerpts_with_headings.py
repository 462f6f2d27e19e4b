"""Write excerpts anew that left out the heading under which their text stands, or the table between two texts."""

from django.db import migrations
from django.db.models import Q

from articles.models.backfill import renew_excerpts


def renew(apps, schema_editor):
    rows = apps.get_model("articles", "Article").objects.filter(Q(body__contains="<h") | Q(body__contains="<table"))
    renew_excerpts(schema_editor, rows)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("articles", "0079_danger_by_likeness")]

    operations = [migrations.RunPython(renew, migrations.RunPython.noop)]
