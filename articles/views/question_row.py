"""One question with all that its page shows of it, in one query."""

import json
from collections.abc import Collection, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import BigAutoField, Model, OuterRef, QuerySet

from articles.finding.beside import PIN
from articles.finding.page_frame import IN_FOOTER
from articles.models import Article, Correction, Doctor, Page, RedFlag, RelatedItem, RelatedList, Tag, TaggedArticle
from articles.models.counters import IMPORTED, UNSHOWN
from articles.models.json_rows import JsonRows
from articles.models.known import known, lay
from articles.models.prepared import Prepared

LISTED = ("pk", "tag_id", "tag__name", "tag__slug", "tag__kind")


def column_names(model: type[Model], unread: Collection[str] = ()) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields if field.attname not in unread]


ARTICLE = column_names(Article, unread={"created_at", "updated_at", "source", "source_digest"} | IMPORTED | UNSHOWN)
DOCTOR = column_names(Doctor, unread={"biography", "user_id", "merged_into_id", "filed"})
LIST = ["article_id", "entries"]
TAG = ("id", "name", "slug", "kind")
CORRECTION = ("id", "corrected_on", "text")
FLAG = ("id", "words", "unless")
PAGE = ("position", "id", "slug", "title")


@Prepared
def question_rows(key: int) -> QuerySet[Any]:
    tags = JsonRows(TaggedArticle.objects.filter(content_object=OuterRef("pk")), LISTED)
    corrections = JsonRows(Correction.objects.filter(article=OuterRef("pk")), CORRECTION)
    pins = JsonRows(RelatedItem.objects.filter(article=OuterRef("pk")), PIN)
    flags = JsonRows(RedFlag.objects.filter(line=RedFlag.Line.MENTAL), FLAG)
    pages = JsonRows(Page.objects.filter(IN_FOOTER), PAGE)
    people = [f"{role}__{name}" for role in ("doctor", "reviewer") for name in DOCTOR]
    rows = Article.objects.filter(pk=key).order_by()
    return rows.values_list(*ARTICLE, *people, "related_list__entries", tags, corrections, pins, flags, pages)


def find_question(key: int) -> Article | None:
    """Return the article, or None, with all that its page shows at hand but what stands beside it (1 query)."""
    rows = question_rows(key=key) if key <= BigAutoField.MAX_BIGINT else []
    if not rows:
        return None
    values = list(rows[0])
    pages, flags = values.pop(), values.pop()
    pins, corrections, tags = (json.loads(values.pop() or "[]") for _ in range(3))
    entries = values.pop()
    article = Article.from_db("default", ARTICLE, values[: len(ARTICLE)])
    people = values[len(ARTICLE) :]
    article.doctor, article.reviewer = doctor_of(people[: len(DOCTOR)]), doctor_of(people[len(DOCTOR) :])
    if entries is not None:
        article.related_list = RelatedList.from_db("default", LIST, [key, entries])
    article.mental_flags, article.pins = flags_of(flags or "[]"), pins
    article.footer_pages = pages_of(pages or "[]")
    lay(
        article,
        tags=known(Tag, TAG, [row[1:] for row in sorted(tags)]),
        corrections=known(Correction, CORRECTION, newest(corrections)),
    )
    return article


@lru_cache(maxsize=4)
def flags_of(rows: str) -> Sequence[RedFlag]:
    """Return the flags as they were read with a question; the same are read with each."""
    return tuple(RedFlag.from_db("default", FLAG, row) for row in json.loads(rows))


@lru_cache(maxsize=4)
def pages_of(rows: str) -> Sequence[tuple[str, str]]:
    """Return the footer's pages as footer_pages() does; the same are read with each question."""
    return tuple((slug, title) for _, _, slug, title in sorted(json.loads(rows)))


def newest(corrections: list[tuple[int, str, str]]) -> list[tuple[int, date, str]]:
    rows = [(key, date.fromisoformat(day), text) for key, day, text in corrections]
    return sorted(rows, key=lambda row: (row[1], row[0]), reverse=True)


def doctor_of(values: Sequence[Any]) -> Doctor | None:
    return Doctor.from_db("default", DOCTOR, values) if values[0] is not None else None
