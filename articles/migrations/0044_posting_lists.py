from django.db import migrations

from articles.engine.index import Index
from articles.engine.index_rows import row_of
from articles.models.article import SEARCHED_AS, SEARCHED_BESIDE_TITLE

BATCH = 4_000
FORMER = ("search_title", "search_body", "search_document", "search_count")


def make_index(apps, schema_editor):
    """Put posting lists in the place of the databases' own full text search, and fill them."""
    for name in ("search", "search_next"):
        for table in FORMER:
            schema_editor.execute(f"DROP TABLE IF EXISTS {table.replace('search', name, 1)}")
    apps.get_model("articles", "IndexRebuild").objects.all().delete()
    index = Index(schema_editor.connection)
    index.create()
    aliases = tuple(apps.get_model("articles", "TagAlias").objects.order_by("pk").values_list("name", "tag__name"))
    articles = apps.get_model("articles", "Article").objects.order_by("pk")
    after = 0
    while batch := list(articles.filter(pk__gt=after)[:BATCH]):
        index.write([row_of((row.pk, row.title, text_of(row)), aliases) for row in batch], are_new=True)
        after = batch[-1].pk


def text_of(article):
    """Return what an article is found by, beside its title, of the parts that there are by now."""
    parts = [part for part in SEARCHED_BESIDE_TITLE if hasattr(article, part.name)]
    return "\n".join(filter(None, (SEARCHED_AS.get(part.kind, str)(getattr(article, part.name)) for part in parts)))


def drop_index(apps, schema_editor):
    Index(schema_editor.connection).drop()


class Migration(migrations.Migration):
    dependencies = [("articles", "0042_first_passwords")]

    operations = [migrations.RunPython(make_index, drop_index)]
