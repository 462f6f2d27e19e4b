"""What editors type into a tag box, and the tags that it means."""

import re

from django.db import IntegrityError, transaction

from .names import clean_name, fold

SEPARATORS = re.compile(r"[,，、;；\r\n]+")
MAX_LENGTH = 50


def split_tags(text):
    """Return the names in `text`, in order and once each: `,，、;；` and line breaks separate, spaces do not.

    The signature is what TAGGIT_TAGS_FROM_STRING asks for.
    """
    names = {}
    for part in SEPARATORS.split(text or ""):
        if name := clean_name(part):
            names.setdefault(fold(name), name)
    return list(names.values())


def find_tags(names):
    """Return {folded name: Tag} for the names that are a tag or an alias of one (2 queries)."""
    from .models import Tag, TagAlias

    keys = {fold(name) for name in names}
    found = {alias.folded: alias.tag for alias in TagAlias.objects.filter(folded__in=keys).select_related("tag")}
    found |= {tag.folded: tag for tag in Tag.objects.filter(folded__in=keys)}
    return found


def get_tags(names, kind=None):
    """Return the tags that `names` mean, in order and once each, creating those that do not exist.

    `kind` is given to created tags only.
    """
    found = find_tags(names)
    tags = {}
    for name in names:
        key = fold(name)
        if key and key not in found:
            found[key] = create_tag(name, kind)
        if key:
            tags.setdefault(found[key].pk, found[key])
    return list(tags.values())


def create_tag(name, kind=None):
    from .models import Tag

    try:
        with transaction.atomic():
            return Tag.objects.create(name=name, **({"kind": kind} if kind else {}))
    except IntegrityError:
        # Somebody else made it in the same instant.
        if tag := find_tags([name]).get(fold(name)):
            return tag
        raise


@transaction.atomic
def merge_tags(tags, target):
    """Merge `tags` into `target`: every article keeps its place, the old names and addresses become aliases.

    Returns the number of tags merged. `target` itself may be among `tags`. Raises Tag.DoesNotExist when somebody else
    has merged `target` away meanwhile; what is gone of `tags` is skipped.
    """
    from . import indexing
    from .models import Tag, TagAlias, TaggedArticle

    indexing.take_turn()
    # Locked in one order, so that two editors who merge the same tags wait for each other and not for ever.
    keys = {tag.pk for tag in tags} | {target.pk}
    merged = {tag.pk: tag for tag in Tag.objects.select_for_update().filter(pk__in=keys).order_by("pk")}
    target = merged.pop(target.pk, None)
    if target is None:
        raise Tag.DoesNotExist
    for tag in merged.values():
        already = TaggedArticle.objects.filter(tag=target).values("content_object")
        TaggedArticle.objects.filter(tag=tag).exclude(content_object__in=already).update(tag=target)
        TagAlias.objects.filter(tag=tag).update(tag=target)
        target.introduction = target.introduction or tag.introduction
        tag.delete()
        TagAlias.objects.update_or_create(
            folded=tag.folded, defaults={"tag": target, "name": tag.name, "slug": tag.slug}
        )
    target.save(update_fields=["introduction"])
    return len(merged)
