"""Two tags that mean the same become one, and within a week two again."""

from collections.abc import Iterable
from typing import Any

from articles.text.names import fold

from .merge_record import NotUndone, TagMerge, Undone, chunks, record_of
from .tag import Tag, TagAlias
from .tagged_article import TaggedArticle
from .turns import turn

TOLD = ("name", "slug", "kind", "introduction")


@turn()
def merge_tags(tags: Iterable[Tag], target: Tag, by: Any = None) -> int:
    """Merge `tags` into `target`: every article keeps its place, the old names and addresses become aliases.

    Returns the number of tags merged. `target` itself may be among `tags`. Raises Tag.DoesNotExist when somebody else
    has merged `target` away meanwhile; what is gone of `tags` is skipped. What was moved is kept for a week.
    """
    TagMerge.objects.all().tidy()
    # Locked in one order, so that two editors who merge the same tags wait for each other and not for ever.
    keys = {tag.pk for tag in tags} | {target.pk}
    merged = {tag.pk: tag for tag in Tag.objects.select_for_update().filter(pk__in=keys).order_by("pk")}
    target = merged.pop(target.pk, None)
    if target is None:
        raise Tag.DoesNotExist
    for tag in merged.values():
        record = TagMerge.objects.create(kept=target, name=tag.name, by=by, content=moved_by(tag, target))
        record.carry(target)
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


def moved_by(tag: Tag, target: Tag) -> dict[str, Any]:
    """Return what merging `tag` into `target` will move.

    `moved` are the taggings that get the other tag, [key, question], and keep it until an editor takes it away; `both`
    those that go because their question has the other tag too: [key, question, key of the other tagging].
    """
    theirs = TaggedArticle.objects.filter(tag=target, content_object__tagged_items__tag=tag)
    other = dict(theirs.values_list("content_object", "pk"))
    rows = list(TaggedArticle.objects.filter(tag=tag).order_by("pk").values_list("pk", "content_object"))
    return {
        "key": tag.pk,
        **{name: getattr(tag, name) for name in TOLD},
        "took_introduction": bool(tag.introduction and not target.introduction),
        "aliases": list(tag.aliases.values_list("pk", flat=True)),
        "moved": [[key, article] for key, article in rows if article not in other],
        "both": [[key, article, other[article]] for key, article in rows if article in other],
    }


@turn()
def undo_tag_merge(key: int) -> Undone:
    """Take the merge of this number back: the tag gets its name, address, aliases and questions again.

    A question that has lost or got the kept tag since is left alone. Raises NotUndone.
    """
    record = record_of(TagMerge, key)
    said, kept = record.content, Tag.objects.select_for_update().get(pk=record.kept_id)
    check_free(said, kept)
    own = TagAlias.objects.filter(folded=fold(said["name"])).first()
    if own:
        own.delete()
    tag = Tag(**{name: said[name] for name in TOLD})
    tag.pk = None if Tag.objects.filter(pk=said["key"]).exists() else said["key"]
    tag.save(force_insert=True)
    for alias in TagAlias.objects.filter(slug=said["slug"]):  # its name was changed since
        alias.slug = ""
        alias.save()
    undone = Undone(tag, kept)
    put_back_taggings(record, tag, undone)
    aliases = TagAlias.objects.filter(pk__in=said["aliases"], tag=kept).update(tag=tag)
    undone.count("个别名", aliases, len(said["aliases"]), "已经不在，没有恢复")
    if said["took_introduction"]:
        if kept.introduction == tag.introduction:
            kept.introduction = ""
            kept.save(update_fields=["introduction"])
        else:
            undone.left.append(f"“{kept}”的介绍后来改过，留着")
    record.let_go(tag)
    record.delete()
    return undone


def check_free(said: dict[str, Any], kept: Tag) -> None:
    """Raise NotUndone when somebody has given the name or the address of the tag away meanwhile."""
    folded = fold(said["name"])
    owner = Tag.objects.filter(folded=folded).first() or Tag.objects.filter(slug=said["slug"]).first()
    if owner:
        raise NotUndone(f"名称或地址“{said['name']}”现在属于标签“{owner}”，不能撤销。请先给那个标签改名，或者合并它。")
    aliases = TagAlias.objects.filter(folded=folded) | TagAlias.objects.filter(slug=said["slug"])
    if alias := aliases.exclude(tag=kept).select_related("tag").first():
        raise NotUndone(f"“{said['name']}”现在是标签“{alias.tag}”的别名，不能撤销。请先在那里去掉这个别名。")


def put_back_taggings(record: TagMerge, tag: Tag, undone: Undone) -> None:
    """Give the questions that had it their `tag` back, where they still have the kept one by this merge."""
    moved, both = record.content["moved"], record.content["both"]
    there: set[tuple[int, int]] = set()  # (tagging, question) of the kept tag, as far as they are asked for
    for part in chunks([*(row[0] for row in moved), *(row[2] for row in both)]):
        rows = TaggedArticle.objects.filter(pk__in=part, tag=undone.kept)
        there.update(rows.values_list("pk", "content_object"))
    back = [key for key, article in moved if (key, article) in there]
    for part in chunks(back):
        TaggedArticle.objects.filter(pk__in=part).update(tag=tag)
    again = [TaggedArticle(pk=key, content_object_id=a, tag=tag) for key, a, by in both if (by, a) in there]
    insert_taggings(again)
    hand_over(record, set(back))
    undone.count("个问题", len(back) + len(again), len(moved) + len(both), "的标签后来改过，没有动")


def hand_over(record: TagMerge, lost: set[int]) -> None:
    """Give a question that had two of the merged tags another tagging of the kept one, for the merge that stays.

    `lost` are the keys of the taggings that have gone from the kept tag: each has stood for both.
    """
    others = TagMerge.objects.filter(kept=record.kept_id, via=None).exclude(pk=record.pk).order_by("pk")
    needed: dict[int, TaggedArticle] = {}
    touched = []
    for other in others.select_for_update(of=("self",)):
        if found := [row for row in other.content["both"] if row[2] in lost]:
            touched.append((other, [row for row in found if row[2] not in needed]))
            for key, article, by in found:
                needed.setdefault(by, TaggedArticle(pk=key, content_object_id=article, tag_id=record.kept_id))
    insert_taggings(list(needed.values()))
    for other, first in touched:
        rows = [row for row in other.content["both"] if row not in first]
        other.content["moved"] += [[needed[by].pk, article] for _, article, by in first]
        other.content["both"] = [[key, a, needed[by].pk if by in needed else by] for key, a, by in rows]
        other.save(update_fields=["content"])


def insert_taggings(rows: list[TaggedArticle]) -> None:
    """Write taggings under the keys that they had, so that the tags of a question stand in the order they had."""
    for part in chunks(rows):
        taken = set(TaggedArticle.objects.filter(pk__in=[row.pk for row in part]).values_list("pk", flat=True))
        for row in part:
            if row.pk in taken:  # an archive has been read since, whose numbers went on behind its last
                row.pk = None
        TaggedArticle.objects.bulk_create(part)
