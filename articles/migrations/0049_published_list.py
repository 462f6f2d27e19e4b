from django.db import migrations

from articles.engine.candidates import PUBLIC
from articles.engine.index import Index

BATCH = 20_000


def fill(apps, schema_editor):
    """Note in the index which questions are published. A rebuild that was interrupted begins again."""
    apps.get_model("articles", "IndexRebuild").objects.all().delete()
    index = Index(schema_editor.connection)
    published = apps.get_model("articles", "Article").objects.filter(status="published").order_by("pk")
    after = 0
    while keys := list(published.filter(pk__gt=after).values_list("pk", flat=True)[:BATCH]):
        index.publish(keys)
        after = keys[-1]


def empty(apps, schema_editor):
    index = Index(schema_editor.connection)
    [keys] = index.postings([[PUBLIC]], limit=10**9)
    index.publish((), keys)


class Migration(migrations.Migration):
    dependencies = [("articles", "0044_posting_lists")]

    operations = [migrations.RunPython(fill, empty)]
