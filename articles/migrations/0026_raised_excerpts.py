from django.db import migrations
from django.db.models import Q

from articles.text.excerpts import excerpt
from articles.text.markup import running_text

BATCH = 500


def renew(apps, schema_editor):
    """Write excerpts anew in which 10⁹ read 109, or which said what is struck out."""
    articles = apps.get_model("articles", "Article").objects.using(schema_editor.connection.alias)
    marked = articles.filter(Q(body__contains="<su") | Q(body__contains="<s>"))
    changed = []
    for article in marked.only("pk", "body", "excerpt", "is_excerpt").iterator(BATCH):
        text = excerpt(running_text(article.body), complete=not article.is_excerpt)
        if text != article.excerpt:
            article.excerpt = text
            changed.append(article)
        if len(changed) == BATCH:
            articles.bulk_update(changed, ["excerpt"])
            changed.clear()
    articles.bulk_update(changed, ["excerpt"])


class Migration(migrations.Migration):
    dependencies = [("articles", "0025_find_what_waits")]

    operations = [migrations.RunPython(renew, migrations.RunPython.noop)]
