"""The groups of the editors' place and their rights: the one declaration, applied after each migration.

Each group has at least these, and what a site has added stays. Who is to have less gets a group of the site's own.
"""

import logging

from django.contrib.auth.models import Group, Permission

logger = logging.getLogger(__name__)


def rights(actions: str, *models: str) -> set[str]:
    """Return permissions of the site's models: rights("view change", "article", "tag")."""
    return {f"articles.{action}_{model}" for action in actions.split() for model in models}


EVERYBODY = {
    *rights("view change publish", "article"),
    *rights("view change", "report"),
    *rights(
        "view", "correction", "doctor", "image", "page", "patientword", "redflag", "relateditem", "tag", "tagalias"
    ),
}
EDITORS = EVERYBODY | {
    *rights("add", "article"),
    *rights("change", "image"),
    *rights("add change", "doctor", "redflag", "tag"),
    *rights("add change delete", "patientword", "relateditem", "tagalias"),
    *rights("view delete", "searchmiss"),
}
GROUPS: dict[str, set[str]] = {
    "编辑": EDITORS,
    "医学审核": EVERYBODY | rights("review", "article") | rights("word", "doctor", "redflag", "tag"),
    "管理员": EDITORS
    | {
        *rights("delete review publish_unreviewed bulk", "article"),
        *rights("word", "doctor", "redflag", "tag"),
        *rights("merge", "doctor"),
        *rights("delete", "doctor", "image", "redflag", "report", "tag"),
        *rights("erase", "image"),
        *rights("change delete", "correction"),
        *rights("add change delete", "page"),
        *rights("view delete", "like"),
        *rights("view", "auditentry", "pushservice"),
        *rights("view add change delete", "taggedarticle"),
        *("auth.add_user", "auth.change_user", "auth.view_user", "auth.view_group"),
    },
}

# What each group does, to who gives them: a line beside its name.
DUTIES = {
    "编辑": "写新问题、导入文件，修改和提交审核；建标签和医生。",
    "医学审核": "修改问题，通过并发布或退回，登记审核，给小改动过目；不写新问题。",
    "管理员": "编辑和医学审核能做的都能做，还能未经审核发布、删除、改单页、管理账号。",
}


def apply(using: str = "default") -> None:
    """Give the groups the rights of GROUPS that they do not have, on the database `using`."""
    known = {
        f"{app}.{codename}": key
        for app, codename, key in Permission.objects.using(using).values_list(
            "content_type__app_label", "codename", "pk"
        )
    }
    for name, wanted in GROUPS.items():
        group, is_new = Group.objects.using(using).get_or_create(name=name)
        there = set(group.permissions.using(using).values_list("pk", flat=True))
        missing = {known[right] for right in wanted} - there
        if not missing:
            continue  # adding nothing would wait for whoever writes to SQLite
        group.permissions.add(*missing)
        if not is_new:
            logger.info("group %s: %d rights added", name, len(missing))
