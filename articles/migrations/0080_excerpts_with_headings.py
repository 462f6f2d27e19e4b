from django.db import migrations
from django.db.models import Q

from articles.text.excerpts import excerpt
from articles.text.markup import running_text

BATCH = 500


def renew(apps, schema_editor):
    """Write excerpts anew that left out the heading under which their text stands, or the table between two texts."""
    articles = apps.get_model("articles", "Article").objects.using(schema_editor.connection.alias)
    headed = articles.filter(Q(body__contains="<h") | Q(body__contains="<table"))
    changed = []
    for article in headed.only("pk", "body", "excerpt", "is_excerpt").iterator(BATCH):
        text = excerpt(running_text(article.body), complete=not article.is_excerpt)
        if text != article.excerpt:
            article.excerpt = text
            changed.append(article)
        if len(changed) == BATCH:
            articles.bulk_update(changed, ["excerpt"])
            changed.clear()
    articles.bulk_update(changed, ["excerpt"])


class Migration(migrations.Migration):
    dependencies = [("articles", "0079_danger_by_likeness")]

    operations = [migrations.RunPython(renew, migrations.RunPython.noop)]
