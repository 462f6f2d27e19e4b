"""The tags that names mean."""

from collections.abc import Collection, Iterable

from django.db import IntegrityError, transaction

from articles.text.names import fold

from .tag import Tag, TagAlias


def find_tags(names: Iterable[str]) -> dict[str, Tag]:
    """Return {folded name: Tag} for the names that are a tag or an alias of one (2 queries, of no names none)."""
    keys = {fold(name) for name in names}
    if not keys:
        return {}
    found = {alias.folded: alias.tag for alias in TagAlias.objects.filter(folded__in=keys).select_related("tag")}
    found |= {tag.folded: tag for tag in Tag.objects.filter(folded__in=keys)}
    return found


def get_tags(names: Collection[str], kind: str | None = None) -> list[Tag]:
    """Return the tags that `names` mean, in order and once each, creating those that do not exist.

    `kind` is given to created tags only.
    """
    found = find_tags(names)
    tags: dict[int, Tag] = {}
    for name in names:
        key = fold(name)
        if key and key not in found:
            found[key] = create_tag(name, kind)
        if key:
            tags.setdefault(found[key].pk, found[key])
    return list(tags.values())


def create_tag(name: str, kind: str | None = None) -> Tag:
    try:
        with transaction.atomic():
            return Tag.objects.create(name=name, **({"kind": kind} if kind else {}))
    except IntegrityError:
        # Somebody else made it in the same instant.
        if tag := find_tags([name]).get(fold(name)):
            return tag
        raise
