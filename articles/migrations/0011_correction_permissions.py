from importlib import import_module

from django.db import migrations

permission = import_module("articles.migrations.0002_groups").permission
GIVEN = {"编辑": ["view"], "医学审核": ["view"], "管理员": ["change", "delete", "view"]}


def let_staff_see_corrections(apps, schema_editor):
    """Let all groups see the corrections, and managers put one right or take it away."""
    Group = apps.get_model("auth", "Group")
    for name, actions in GIVEN.items():
        group, _ = Group.objects.get_or_create(name=name)
        group.permissions.add(*(permission(apps, "correction", action) for action in actions))


class Migration(migrations.Migration):
    dependencies = [("articles", "0010_corrections")]

    operations = [migrations.RunPython(let_staff_see_corrections, migrations.RunPython.noop)]
