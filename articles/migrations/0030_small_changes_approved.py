from django.db import migrations
from django.db.models import OuterRef, Subquery


def settle(apps, schema_editor):
    """Let an approval that came after a small change be the look at it, as it is from now on."""
    rows = apps.get_model("articles", "Revision").objects.using(schema_editor.connection.alias)
    later = rows.filter(
        article=OuterRef("article"), number__gt=OuterRef("number"), state="live", step__in=("publish", "direct")
    ).order_by("number")
    looked_at = rows.filter(step="small", seen_at=None).annotate(
        later_by=Subquery(later.values("by")[:1]), later_at=Subquery(later.values("at")[:1])
    )
    for row in looked_at.exclude(later_at=None).only("pk").iterator(chunk_size=1000):
        rows.filter(pk=row.pk).update(seen_by=row.later_by, seen_at=row.later_at)


class Migration(migrations.Migration):
    dependencies = [("articles", "0029_small_changes_seen")]

    operations = [migrations.RunPython(settle, migrations.RunPython.noop)]
