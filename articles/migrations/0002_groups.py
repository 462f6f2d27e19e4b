from django.db import migrations

# What each group may do, by model. Permissions may not exist yet on a fresh database (they are made after migrating),
# so they are made here, under the names that Django itself gives them.
GROUPS = {
    "编辑": {
        "article": ["add", "change", "view", "publish"],
        "relateditem": ["add", "change", "delete", "view"],
        "tag": ["add", "change", "view"],
        "tagalias": ["add", "change", "delete", "view"],
        "doctor": ["add", "change", "view"],
        "page": ["view"],
    },
    "医学审核": {
        "article": ["change", "view", "publish", "review"],
        "relateditem": ["view"],
        "tag": ["view"],
        "tagalias": ["view"],
        "doctor": ["view"],
        "page": ["view"],
    },
    "管理员": {
        "article": ["add", "change", "delete", "view", "publish", "review"],
        "relateditem": ["add", "change", "delete", "view"],
        "tag": ["add", "change", "delete", "view"],
        "tagalias": ["add", "change", "delete", "view"],
        "taggedarticle": ["add", "change", "delete", "view"],
        "doctor": ["add", "change", "delete", "view"],
        "page": ["add", "change", "delete", "view"],
        "like": ["delete", "view"],
        "user": ["add", "change", "view"],
        "group": ["view"],
    },
}
OWN_NAMES = {"publish": "可以发布和撤下问题", "review": "可以登记医学审核"}


def create_groups(apps, schema_editor):
    """Create the groups and give them their permissions; what an operator added to a group stays."""
    Group = apps.get_model("auth", "Group")
    for name, models in GROUPS.items():
        group, _ = Group.objects.get_or_create(name=name)
        group.permissions.add(
            *(permission(apps, model, action) for model, actions in models.items() for action in actions)
        )


def permission(apps, model, action):
    app_label = "auth" if model in ("user", "group") else "articles"
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label=app_label, model=model
    )
    label = apps.get_model(app_label, model)._meta.verbose_name_raw
    found, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=content_type,
        codename=f"{action}_{model}",
        defaults={"name": OWN_NAMES.get(action, f"Can {action} {label}")},
    )
    return found


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(create_groups, migrations.RunPython.noop)]
