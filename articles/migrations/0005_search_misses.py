from importlib import import_module

from django.db import migrations

permission = import_module("articles.migrations.0002_groups").permission


def let_editors_look(apps, schema_editor):
    """Let editors and managers see and delete the searches without result."""
    Group = apps.get_model("auth", "Group")
    for name in ("编辑", "管理员"):
        group, _ = Group.objects.get_or_create(name=name)
        group.permissions.add(*(permission(apps, "searchmiss", action) for action in ("view", "delete")))


class Migration(migrations.Migration):
    dependencies = [("articles", "0004_index")]

    operations = [migrations.RunPython(let_editors_look, migrations.RunPython.noop)]
