from importlib import import_module

from django.db import migrations

permission = import_module("articles.migrations.0002_groups").permission
# Uploading needs no permission of its own: who may write questions may put images into them.
GIVEN = {"编辑": ["change", "view"], "医学审核": ["view"], "管理员": ["change", "delete", "view"]}


def let_editors_use_images(apps, schema_editor):
    """Let editors see the library and change alternative texts; managers delete what is not in use."""
    Group = apps.get_model("auth", "Group")
    for name, actions in GIVEN.items():
        group, _ = Group.objects.get_or_create(name=name)
        group.permissions.add(*(permission(apps, "image", action) for action in actions))


class Migration(migrations.Migration):
    dependencies = [("articles", "0013_images")]

    operations = [migrations.RunPython(let_editors_use_images, migrations.RunPython.noop)]
