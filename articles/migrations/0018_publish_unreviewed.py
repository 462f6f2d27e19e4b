from importlib import import_module

from django.db import migrations

permission = import_module("articles.migrations.0002_groups").permission


def let_managers_publish(apps, schema_editor):
    """Let managers publish what nobody else has reviewed; the history says so."""
    given = permission(apps, "article", "publish_unreviewed")
    given.name = "可以不经审核发布问题"
    given.save()
    Group = apps.get_model("auth", "Group")
    group, _ = Group.objects.get_or_create(name="管理员")
    group.permissions.add(given)


class Migration(migrations.Migration):
    dependencies = [("articles", "0017_revisions")]

    operations = [migrations.RunPython(let_managers_publish, migrations.RunPython.noop)]
