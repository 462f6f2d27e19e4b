"""A question as its page will show one of its contents, and what tells two such pages apart."""

import json
from collections.abc import Iterable
from hashlib import blake2b
from typing import Any

from django.utils import timezone
from django.utils.text import slugify

from articles.models import Article, Correction, Doctor, Revision, Tag
from articles.models.revision import FIELDS, PEOPLE, Content, fields_of, fill
from articles.models.tag_lookup import find_tags
from articles.text.names import clean_name, fold

from .noting import note_review


def as_read(article: Article, content: Content, tags: Iterable[Tag] | None = None) -> Article:
    """Return a copy of `article`, unsaved, with the text, doctors, tags and corrections that `content` gives it.

    Doctors and tags, which are looked up where they are not known, are as they are now: that is what a page shows
    (at most 5 queries).
    """
    columns = article._meta.concrete_fields
    copy = Article(**{field.attname: getattr(article, field.attname) for field in columns})
    copy._state.adding = False
    fill(copy, content)
    people = Doctor.objects.in_bulk({key for role in PEOPLE if (key := getattr(copy, f"{role}_id"))})
    for role in PEOPLE:
        setattr(copy, role, people.get(getattr(copy, f"{role}_id")))
    related_list = getattr(article, "related_list", None)
    if related_list is not None:
        copy.related_list = related_list
    copy.mental_flags, copy.pins = article.mental_flags, article.pins
    copy._prefetched_objects_cache = {  # type: ignore[attr-defined]  # Django's own
        "tags": known(Tag, tags_named(content.get("tags", ())) if tags is None else tags),
        "corrections": known(Correction, article.corrections.all()),
    }
    return copy


def as_approved(article: Article, content: Content) -> Article:
    """Return as_read(), at the moment in which `content` is approved: its times and its correction come to it."""
    copy = as_read(article, content)
    note_review(copy, Revision.Step.PUBLISH, content, before=content, live=fields_of(article))
    now = timezone.now()
    if copy.is_out and content.get("is_revision"):
        copy.revised_at = now
    copy.status, copy.withdrawn_reason = Article.Status.PUBLISHED, ""
    copy.prepare()
    if content.get("correction") and copy.is_public:
        copy.revised_at = now
        correction = Correction(article=copy, text=content["correction"])
        corrections = known(Correction, [correction, *copy.corrections.all()])
        copy._prefetched_objects_cache["corrections"] = corrections  # type: ignore[attr-defined]
    return copy


def digest_of(copy: Article, content: Content) -> str:
    """Return what names all that who approves `content` has seen of it: no word, doctor, tag or pin can change it."""
    tags = [[tag.pk, tag.name, tag.slug, tag.kind] for tag in copy.tags.all()]
    reviewer = copy.reviewer
    key: int | None = content.get("reviewer")
    if copy.reviewer_id != key:  # the review that comes with the approval is chosen beside the page
        reviewer = Doctor.everyone.meant_by(key) if key else None
    people = [[person.name, person.affiliation] if person else None for person in (copy.doctor, reviewer)]
    said = [content.get(name) for name in (*FIELDS, "related", "is_revision", "correction")]
    seen = json.dumps([said, tags, people], ensure_ascii=False)
    return blake2b(seen.encode("utf-8", "replace"), digest_size=16).hexdigest()


def tags_named(names: Iterable[str]) -> list[Tag]:
    """Return the tags that names mean, in order; one that has gone since as saving would make it, with the key 0."""
    found = find_tags(names)
    tags: dict[str, Tag] = {}
    for name in names:
        tag = found.get(fold(name)) or Tag(pk=0, name=clean_name(name), slug=slugify(name, allow_unicode=True) or "tag")
        tags.setdefault(tag.slug, tag)
    return list(tags.values())


def known(model: Any, rows: Iterable[Any]) -> Any:
    """Return a queryset of rows that are known already."""
    listed = model.objects.all()
    listed._result_cache = list(rows)
    listed._prefetch_done = True
    return listed
