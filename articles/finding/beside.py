"""The related questions of a question: the editor's word first, then what the engine computed, or the same tags."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Annotated, Any, NamedTuple

from django.db.models import Case, F, FilteredRelation, IntegerField, Max, Min, Q, QuerySet, Sum, Value, When
from django.db.models.expressions import RawSQL
from django.utils import timezone

from articles.engine import tokens
from articles.engine.duplicates import same_question
from articles.engine.reasons import reasons
from articles.models import Article, RelatedItem, Tag, TaggedArticle
from articles.models.labels import labels_of
from articles.models.page_keys import list_of_tag, question_key
from articles.models.prepared import KEYS, NOBODY, Keys, Prepared
from articles.models.related_list import STORED, stored_entries

SHOWN = 10
SHORT = 5  # a list of fewer is followed by others of the department
SPARE = 2  # read beside those that are shown, because one may have been withdrawn or excluded since
BESIDE = ("pk", "title", "excerpt", "published_at", "is_excerpt")
CANDIDATES = 500  # the newest articles with one of the tags; bounds what a common tag costs
WEIGHTS = {Tag.Kind.DISEASE: 8, Tag.Kind.SYMPTOM: 5, Tag.Kind.DRUG: 4}
TOGETHER = {*WEIGHTS, Tag.Kind.DEPARTMENT}  # kinds of tags that bring questions together
SAME = 8  # a disease, or two of the others: about the same situation, whatever the titles say
AHEAD = 1_000  # of what was computed: more than all tags together
TAGS = 12  # of a kind, more than a question has
READ = SHOWN + STORED

PIN = ("related_id", "position", "is_excluded")

Row = tuple[int, str, str, datetime, bool]  # BESIDE


class Beside(NamedTuple):
    """What a page shows of a related question; `place` is that among the editor's pins."""

    pk: int
    title: str
    excerpt: str
    published_at: datetime
    is_excerpt: bool
    place: int | None

    @property
    def is_pinned(self) -> bool:
        return self.place is not None


Tagged = tuple[Beside, int, bool]  # with the weight of the tags that it shares, and if it shares the department


class Neighbourhood(NamedTuple):
    """What stands beside a question: what is about the same or pinned, and others of the department where few are."""

    near: list[Beside]
    others: list[Beside]
    department: str  # the name, where others stand
    is_chosen: bool  # an editor has pinned what the engine would not have put there
    keys: list[str]  # of page_keys.py: what this was chosen from, beside the article itself


def related_articles(article: Article, limit: int = SHOWN) -> list[Beside]:
    """Return the published articles Beside `article` that are about the same or pinned, best first."""
    return neighbourhood(article, limit).near


def neighbourhood(article: Article, limit: int = SHOWN) -> Neighbourhood:
    """Return the published articles beside `article` (1 query, seldom 2; tags, list and pins must be at hand).

    Pinned ones come first in the editor's order, excluded ones never, mere excerpts last. Where the engine has computed
    few, as after a large import, the articles with the same diseases join them.
    """
    computed = [entry[0] for entry in stored_entries(article)]
    near: list[Beside] = []
    asked: list[int] = []  # keys of questions, in whatever state
    if len(computed) >= SHORT:
        words, now = pins_of(article), timezone.now()
        places = {key: place for key, place, is_excluded in words if not is_excluded}
        left_out = {article.pk, *(key for key, _, is_excluded in words if is_excluded)}
        wanted = [key for key in computed if key not in left_out]
        asked = [*places, *wanted[: limit + SPARE]]
        rows = beside_rows(keys=asked, now=now)
        if len(rows) < limit < len(wanted):
            asked = [*places, *wanted]
            rows = beside_rows(keys=asked, now=now)
        near = in_order([Beside(*row, places.get(row[0])) for row in rows], computed)[:limit]
    others: list[Beside] = []
    lists: list[str] = []
    if len(near) < SHORT:
        found = rows_with_same_tags(article, computed)
        asked = [*asked, *computed, *(row.pk for row, _, _ in found)]
        lists = [list_of_tag(tag.pk) for tag in article.tag_list if tag.kind in TOGETHER]
        same = [row for row, weight, _ in found if row.is_pinned or weight >= SAME]
        near = without_twins(article, in_order(same, computed))[:limit]
        if len(near) < SHORT:
            taken = {row.pk for row in near}
            rest = [row for row, _, is_there in found if is_there and row.pk not in taken]
            others = without_twins(article, [*near, *in_order(rest, [])])[len(near) : len(near) + SHORT]
    department = article.department.name if others and article.department else ""
    is_chosen = any(row.is_pinned and row.pk not in computed for row in near)
    return Neighbourhood(near, others, department, is_chosen, [*map(question_key, asked), *lists])


def in_order(rows: Iterable[Beside], computed: Sequence[int]) -> list[Beside]:
    """Return the pinned ones, those that were computed, the others in their order; of the latter two, excerpts last."""
    rank = {key: i for i, key in enumerate(computed)}

    def place(row: Beside) -> tuple[int, int]:
        return (0, row.place) if row.place is not None else (1 + row.is_excerpt, rank.get(row.pk, STORED))

    return sorted(rows, key=place)


def pins_of(article: Article) -> Sequence[Sequence[Any]]:
    """Return (key, place, is_excluded) of the editor's words about what stands beside `article`."""
    return pin_rows(article=article.pk) if article.pins is None else article.pins


@Prepared
def pin_rows(article: int) -> QuerySet[Any]:
    return RelatedItem.objects.filter(article=article).order_by().values_list(*PIN)


@Prepared
def beside_rows(keys: Annotated[RawSQL, KEYS], now: datetime) -> QuerySet[Article, Row]:
    """The published ones of some articles."""
    found: QuerySet[Article, Row] = Article.objects.published(now).filter(pk__in=keys).order_by().values_list(*BESIDE)
    return found


def rows_with_same_tags(article: Article, computed: list[int]) -> list[Tagged]:
    """Return what may stand beside an article, the nearest first: pinned, computed, of the same tags or the department.

    Tags that tell what a question is about count by their WEIGHTS; the department brings the newest of it.
    """
    tags = {kind: [tag.pk for tag in article.tag_list if tag.kind == kind] for kind in WEIGHTS}
    rows = tagged_rows(
        key=article.pk,
        now=timezone.now(),
        computed=computed,
        diseases=tags[Tag.Kind.DISEASE],
        symptoms=tags[Tag.Kind.SYMPTOM],
        drugs=tags[Tag.Kind.DRUG],
        department=article.department.pk if article.department else NOBODY,
    )
    return [(Beside(*values), weight, there == 1) for *values, weight, there in rows]


@Prepared
def tagged_rows(
    key: int,
    now: datetime,
    computed: Annotated[list[int], Keys(STORED)],
    diseases: Annotated[list[int], Keys(TAGS)],
    symptoms: Annotated[list[int], Keys(TAGS)],
    drugs: Annotated[list[int], Keys(TAGS)],
    department: int,
) -> QuerySet[Article, Any]:
    """The rows of `rows_with_same_tags`: BESIDE, place, weight, and 1 where they share the department."""
    kinds = {Tag.Kind.DISEASE: diseases, Tag.Kind.SYMPTOM: symptoms, Tag.Kind.DRUG: drugs}
    of_these = [*diseases, *symptoms, *drugs]
    tagged = TaggedArticle.objects.order_by("-content_object_id").values("content_object")
    pinned = RelatedItem.objects.filter(article=key, is_excluded=False)
    excluded = RelatedItem.objects.filter(article=key, is_excluded=True)
    beside = [
        Article.objects.filter(pk__in=computed),
        Article.objects.filter(pk__in=tagged.filter(tag__in=of_these)[:CANDIDATES]),
        Article.objects.filter(pk__in=tagged.filter(tag=department)[:READ]),
    ]
    keys = pinned.order_by().values("related").union(*(rows.order_by().values("pk") for rows in beside))
    first = When(pk__in=computed, then=Value(AHEAD))
    whens = [When(shared__tag__in=tags, then=Value(WEIGHTS[kind])) for kind, tags in kinds.items()]
    there = When(shared__tag=department, then=Value(1))
    found: QuerySet[Article, Any] = (
        Article.objects.published(now)
        .filter(pk__in=keys)
        .exclude(pk=key)
        .exclude(pk__in=excluded.values("related"))
        .values(*BESIDE)  # what is grouped by: else every column, for which SQLite reads whole bodies
        .annotate(
            pin=FilteredRelation("related_from", condition=Q(related_from__article=key)),
            shared=FilteredRelation("tagged_items", condition=Q(tagged_items__tag__in=[*of_these, department])),
            place=Min("pin__position"),
            weight=Sum(Case(first, *whens, default=Value(0), output_field=IntegerField())),
            there=Max(Case(there, default=Value(0), output_field=IntegerField())),
        )
        .filter(Q(place__isnull=False) | Q(weight__gte=SAME) | Q(there=1))
        .order_by(F("place").asc(nulls_last=True), "-weight", "-published_at", "-pk")
        .values_list(*BESIDE, "place", "weight", "there")[:READ]
    )
    return found


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
