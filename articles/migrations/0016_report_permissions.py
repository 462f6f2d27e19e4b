from importlib import import_module

from django.db import migrations

permission = import_module("articles.migrations.0002_groups").permission
GIVEN = {"编辑": ["change", "view"], "医学审核": ["change", "view"], "管理员": ["change", "delete", "view"]}


def let_staff_answer_reports(apps, schema_editor):
    """Let all groups answer readers' reports, and managers delete them."""
    Group = apps.get_model("auth", "Group")
    for name, actions in GIVEN.items():
        group, _ = Group.objects.get_or_create(name=name)
        group.permissions.add(*(permission(apps, "report", action) for action in actions))


class Migration(migrations.Migration):
    dependencies = [("articles", "0015_reports")]

    operations = [migrations.RunPython(let_staff_answer_reports, migrations.RunPython.noop)]
