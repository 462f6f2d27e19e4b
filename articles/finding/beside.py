"""The related questions of a question: the editor's word first, then what the engine computed, or the same tags."""

from collections.abc import Collection, Iterable
from datetime import datetime
from functools import lru_cache
from typing import Annotated, NamedTuple

from django.db.models import Case, F, FilteredRelation, IntegerField, Min, Q, QuerySet, Sum, Value, When
from django.utils import timezone

from articles.engine import tokens
from articles.engine.duplicates import same_question
from articles.engine.reasons import reasons
from articles.models import Article, RelatedItem, Tag, TaggedArticle
from articles.models.labels import labels_of
from articles.models.prepared import Keys, Prepared
from articles.models.related_list import STORED, stored_entries

Row = tuple[int, str, str, datetime, int | None]  # BESIDE, and the place among the pins

SHOWN = 10
SPARE = 2  # read beside those that are shown, because one may have been withdrawn or excluded since
BESIDE = ("pk", "title", "excerpt", "published_at")
CANDIDATES = 500  # the newest articles with one of the tags; bounds what a common tag costs
WEIGHTS = {Tag.Kind.DISEASE: 8, Tag.Kind.SYMPTOM: 5, Tag.Kind.DRUG: 4, Tag.Kind.OTHER: 2, Tag.Kind.DEPARTMENT: 1}
AHEAD = 1_000  # of what was computed: more than all tags together


class Beside(NamedTuple):
    """What a page shows of a related question; `place` is that among the editor's pins."""

    pk: int
    title: str
    excerpt: str
    published_at: datetime
    place: int | None

    @property
    def is_pinned(self) -> bool:
        return self.place is not None


def related_articles(article: Article, limit: int = SHOWN) -> list[Beside]:
    """Return the published articles Beside `article`, best first (1 query, seldom 2; tags and list must be at hand).

    Pinned ones come first in the editor's order, excluded ones never. Where the engine has computed fewer than `limit`,
    as after a large import, the articles with the same tags fill the list.
    """
    computed = [entry[0] for entry in stored_entries(article)]
    if len(computed) < limit:
        rows = rows_with_same_tags(article, computed, limit)
    else:
        now = timezone.now()
        rows = computed_rows(key=article.pk, now=now, computed=computed[: limit + SPARE])
        if len(rows) < limit:
            rows = computed_rows(key=article.pk, now=now, computed=computed)
    rank = {key: i for i, key in enumerate(computed)}
    # A stable sort: what only shares tags stays in its order, after what was computed.
    rows.sort(key=lambda row: (rank.get(row[0], STORED), 0) if row[-1] is None else (-1, row[-1]))
    if all(key in rank for key, *_ in rows[:limit]):
        return [Beside(*row) for row in rows[:limit]]  # what was computed together holds no two that say the same
    return without_twins(article, [Beside(*row) for row in rows])[:limit]


@Prepared
def computed_rows(key: int, now: datetime, computed: Annotated[list[int], Keys(STORED)]) -> QuerySet[Article, Row]:
    """The published ones of what was computed or pinned beside an article, each with its place among the pins."""
    pinned = RelatedItem.objects.filter(article=key, is_excluded=False).order_by().values("related")
    excluded = RelatedItem.objects.filter(article=key, is_excluded=True).values("related")
    # A union, because PostgreSQL answers an OR of keys by reading every published article.
    keys = pinned.union(Article.objects.filter(pk__in=computed).order_by().values("pk"))
    rows = Article.objects.published(now).filter(pk__in=keys).exclude(pk=key).exclude(pk__in=excluded)
    pin = FilteredRelation("related_from", condition=Q(related_from__article=key))
    found: QuerySet[Article, Row] = rows.annotate(pin=pin).order_by().values_list(*BESIDE, "pin__position")
    return found


def rows_with_same_tags(article: Article, computed: list[int], limit: int) -> list[Row]:
    """Return what was computed or pinned beside an article, and what has the same tags, the nearest first."""
    tags = list(article.tags.all())
    telling = [tag for tag in tags if tag.kind != Tag.Kind.DEPARTMENT] or tags
    same_tag = TaggedArticle.objects.filter(tag__in=telling).order_by("-content_object_id").values("content_object")
    pinned = RelatedItem.objects.filter(article=article, is_excluded=False)
    excluded = RelatedItem.objects.filter(article=article, is_excluded=True)
    beside = [Article.objects.filter(pk__in=computed), Article.objects.filter(pk__in=same_tag[:CANDIDATES])]
    keys = pinned.order_by().values("related").union(*(rows.order_by().values("pk") for rows in beside))
    first = When(pk__in=computed, then=Value(AHEAD))
    weights = [When(shared__tag=tag.pk, then=Value(WEIGHTS[tag.kind])) for tag in tags]
    return list(
        Article.objects.published()
        .filter(pk__in=keys)
        .exclude(pk=article.pk)
        .exclude(pk__in=excluded.values("related"))
        .annotate(
            pin=FilteredRelation("related_from", condition=Q(related_from__article=article.pk)),
            shared=FilteredRelation("tagged_items", condition=Q(tagged_items__tag__in=[tag.pk for tag in tags])),
            place=Min("pin__position"),
            score=Sum(Case(first, *weights, default=Value(0), output_field=IntegerField())),
        )
        .order_by(F("place").asc(nulls_last=True), "-score", "-published_at", "-pk")
        .values_list(*BESIDE, "place")[: limit + STORED]
    )


def without_twins(article: Article, rows: Iterable[Beside]) -> list[Beside]:
    """Return the rows that say something else than `article` and than the rows before them, and all that are pinned.

    Without the editors' aliases, which would cost a query: two that differ in an alias alone are told apart here.
    """
    titles, kept = [bare_title(article.title)], list[Beside]()
    for row in rows:
        title = bare_title(row.title)
        if row.is_pinned or not any(same_question(title, other) for other in titles):
            titles.append(title)
            kept.append(row)
    return kept


@lru_cache(maxsize=2_000)
def bare_title(text: str) -> tokens.Title:
    return tokens.title(text)


def explain(article: Article, others: Collection[Article]) -> dict[int, str]:
    """Return {key: reason} for articles that stand beside `article` although the engine has not put them there."""
    if not others:
        return {}
    title, labels = bare_title(article.title), labels_of([article.pk, *(other.pk for other in others)])
    return {other.pk: reasons(title, bare_title(other.title), labels[article.pk], labels[other.pk]) for other in others}
