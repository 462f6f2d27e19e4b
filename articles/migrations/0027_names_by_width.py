from collections import defaultdict

from django.db import migrations

from articles.text.names import clean_name, clean_person, fold

BATCH = 500
PERSONAL = ("name", "professional_title", "department", "hospital")


def renew(apps, schema_editor):
    """Compare names by width and case alone; what differs only in what nobody sees becomes one.

    A name whose raised digits or fractions were made plain when it was saved cannot be told from any other, and stays.
    """
    names = ("Tag", "TagAlias", "TaggedArticle", "Doctor")
    using = schema_editor.connection.alias
    tags, aliases, taggings, doctors = (apps.get_model("articles", name).objects.using(using) for name in names)
    taken = unite(tags, aliases, taggings)
    unite_aliases(aliases, taken)
    for doctor in doctors.order_by("pk").iterator(BATCH):
        before = {name: getattr(doctor, name) for name in PERSONAL}
        after = {name: clean_person(text) for name, text in before.items()}
        if after != before:
            doctors.filter(pk=doctor.pk).update(**after)


def unite(tags, aliases, taggings):
    """Merge tags that have one key now into the oldest, and write the keys. Return the set of keys."""
    groups = defaultdict(list)
    for tag in tags.order_by("pk"):
        groups[fold(tag.name) or tag.folded].append(tag)
    changed = []
    for folded, (tag, *others) in groups.items():
        for other in others:
            already = taggings.filter(tag_id=tag.pk).values("content_object_id")
            taggings.filter(tag_id=other.pk).exclude(content_object_id__in=already).update(tag_id=tag.pk)
            aliases.filter(tag_id=other.pk).update(tag_id=tag.pk)
            other.delete()
            aliases.get_or_create(slug=other.slug, defaults={"tag": tag, "name": other.slug, "folded": fold(other.slug)})
        if others or (tag.name, tag.folded) != (clean_name(tag.name), folded):
            changed.append((tag, folded))
    for tag, _ in changed:  # out of the way of one another
        tags.filter(pk=tag.pk).update(folded=f"*{tag.pk}")
    for tag, folded in changed:
        tags.filter(pk=tag.pk).update(name=clean_name(tag.name) or tag.name, folded=folded)
    return set(groups)


def unite_aliases(aliases, taken):
    """Write the keys of aliases. What names a tag by its own name is no alias, unless it keeps a former address."""
    changed, seen = [], set()
    for alias in aliases.order_by("pk"):
        folded = fold(alias.name)
        if folded in seen or not folded:
            alias.delete()
            continue
        seen.add(folded)
        if (alias.name, alias.folded) != (clean_name(alias.name), folded) and folded not in taken:
            changed.append((alias, folded))
    for alias, _ in changed:
        aliases.filter(pk=alias.pk).update(folded=f"*{alias.pk}")
    for alias, folded in changed:
        aliases.filter(pk=alias.pk).update(name=clean_name(alias.name), folded=folded)


class Migration(migrations.Migration):
    dependencies = [("articles", "0026_raised_excerpts")]

    operations = [migrations.RunPython(renew, migrations.RunPython.noop)]
