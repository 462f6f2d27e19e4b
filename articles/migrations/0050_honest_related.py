"""Lists that were computed when a list had always twenty entries would stand under a heading that is not true of them."""

from django.db import migrations


def forget(apps, schema_editor):
    apps.get_model("articles", "RelatedList").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("articles", "0049_published_list")]

    operations = [migrations.RunPython(forget, migrations.RunPython.noop)]
