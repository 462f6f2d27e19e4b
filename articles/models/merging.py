"""Two tags that mean the same become one."""

from collections.abc import Iterable

from .tag import Tag, TagAlias
from .tagged_article import TaggedArticle
from .turns import turn


@turn()
def merge_tags(tags: Iterable[Tag], target: Tag) -> int:
    """Merge `tags` into `target`: every article keeps its place, the old names and addresses become aliases.

    Returns the number of tags merged. `target` itself may be among `tags`. Raises Tag.DoesNotExist when somebody else
    has merged `target` away meanwhile; what is gone of `tags` is skipped.
    """
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
