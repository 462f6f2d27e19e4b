from django.db import migrations

FILL = """
UPDATE articles_taggedarticle SET listed_at = (
    SELECT CASE WHEN a.status = 'published' THEN a.published_at END
    FROM articles_article a WHERE a.id = articles_taggedarticle.content_object_id
)
"""


class Migration(migrations.Migration):
    dependencies = [("articles", "0006_freshness")]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
