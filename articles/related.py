"""The related questions of a question: the editor's word first, then what the engine computed, or the same tags."""

from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from django.db import transaction
from django.db.models import Case, F, FilteredRelation, IntegerField, Min, Q, Sum, Value, When
from django.utils import timezone

from . import indexing
from .engine import ranking, tokens
from .engine.duplicates import same_question, without_duplicates
from .engine.reasons import reasons
from .models import Article, RelatedItem, RelatedList, Tag, TaggedArticle
from .prepared import Keys, Prepared

SHOWN, STORED = 10, 20
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
    def is_pinned(self):
        return self.place is not None


def related_articles(article, limit=SHOWN):
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
    if all(place is None and key in rank for key, *_, place in rows[:limit]):
        return [Beside(*row) for row in rows[:limit]]  # what was computed together holds no two that say the same
    return without_twins(article, [Beside(*row) for row in rows])[:limit]


@Prepared
def computed_rows(key: int, now: datetime, computed: Keys(STORED)):
    """The published ones of what was computed or pinned beside an article, each with its place among the pins."""
    pinned = RelatedItem.objects.filter(article=key, is_excluded=False).order_by().values("related")
    excluded = RelatedItem.objects.filter(article=key, is_excluded=True).values("related")
    # A union, because PostgreSQL answers an OR of keys by reading every published article.
    keys = pinned.union(Article.objects.filter(pk__in=computed).order_by().values("pk"))
    rows = Article.objects.published(now).filter(pk__in=keys).exclude(pk=key).exclude(pk__in=excluded)
    pin = FilteredRelation("related_from", condition=Q(related_from__article=key))
    return rows.annotate(pin=pin).order_by().values_list(*BESIDE, "pin__position")


def rows_with_same_tags(article, computed, limit):
    """Return what was computed or pinned beside an article, and what has the same tags, the nearest first."""
    tags = list(article.tags.all())
    telling = [tag for tag in tags if tag.kind != Tag.Kind.DEPARTMENT] or tags
    same_tag = TaggedArticle.objects.filter(tag__in=telling).order_by("-content_object_id").values("content_object")
    pinned = RelatedItem.objects.filter(article=article, is_excluded=False)
    excluded = RelatedItem.objects.filter(article=article, is_excluded=True)
    beside = [Article.objects.filter(pk__in=keys) for keys in (computed, same_tag[:CANDIDATES])]
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


def without_twins(article, rows):
    """Return the rows that say something else than `article` and than the rows before them, and all that are pinned.

    Without the editors' aliases, which would cost a query: two that differ in an alias alone are told apart here.
    """
    titles, kept = [bare_title(article.title)], []
    for row in rows:
        title = bare_title(row.title)
        if row.is_pinned or not any(same_question(title, other) for other in titles):
            titles.append(title)
            kept.append(row)
    return kept


@lru_cache(maxsize=2_000)
def bare_title(text):
    return tokens.title(text)


def stored_entries(article):
    """Return the [key, score, reason] that were computed for `article`, best first; [] when none were."""
    stored = getattr(article, "related_list", None)
    return stored.entries if stored else []


@transaction.atomic
def refresh(articles):
    """Compute and store what stands beside `articles`, and put them beside those that they now belong to."""
    indexing.take_turn()
    before = {article.pk: {entry[0] for entry in stored_entries(article)} for article in articles}
    for article, title, labels, twins in refresh_lists(articles):
        now = {entry[0] for entry in stored_entries(article)}
        refresh_neighbours(article, title, labels, before[article.pk] | now, twins)


def refresh_lists(articles):
    """Compute and store what stands beside those of `articles` that are or will be public.

    Returns (article, its tokens, its labels, the keys of those that say the same) for each of them.
    """
    public = [article for article in articles if article.status == Article.Status.PUBLISHED]
    if not public:
        return []
    known_aliases, labels = indexing.aliases(), labels_of([article.pk for article in public])
    lists, done = [], []
    for article in public:
        title = tokens.title(article.title, known_aliases)
        entries, twins = compute(article.pk, title, labels[article.pk])
        lists.append(RelatedList(article=article, entries=entries))
        done.append((article, title, labels[article.pk], twins))
    RelatedList.objects.bulk_create(
        lists, update_conflicts=True, unique_fields=["article"], update_fields=["entries", "computed_at"]
    )
    for stored in lists:
        stored.article.related_list = stored
    return done


def compute(key, title, labels, drop_duplicates=True):
    """Return [key, score, reason] of the engine's best for the question `key` with the tokens `title`.

    And the keys of those that say the same as it, which are left out unless `drop_duplicates` is off.
    """
    known = {}

    def remember(keys):
        known.update(labels_of(keys))
        return known

    found = ranking.related(
        indexing.open_index(),
        title,
        labels,
        own=key,
        limit=ranking.CANDIDATES,
        among=Article.objects.to_be_published(),
        labels_of=remember,
        drop_duplicates=False,
    )
    kept = without_duplicates(found, title, STORED) if drop_duplicates else found[:STORED]
    entries = [
        [other, round(score, 2), reasons(title, document, labels, known[other])] for other, score, document in kept
    ]
    return entries, {other for other, _, document in found if same_question(title, title_of(document))}


def title_tokens(article):
    """Return the tokens of the title, with the editors' aliases (1 query)."""
    return tokens.title(article.title, indexing.aliases())


def compute_now(article, title):
    """Return the [key, score, reason] for `article` as they would be stored now, in whatever state it is.

    `title` are its title_tokens; its tags must be at hand.
    """
    labels = ranking.Labels([], [], [])
    for tag in article.tags.all():
        label(labels, tag.name, tag.kind)
    return compute(article.pk, title, labels)[0]


def explain(article, others):
    """Return {key: reason} for articles that stand beside `article` although the engine has not put them there."""
    if not others:
        return {}
    title, labels = bare_title(article.title), labels_of([article.pk, *(other.pk for other in others)])
    return {other.pk: reasons(title, bare_title(other.title), labels[article.pk], labels[other.pk]) for other in others}


def twins_of(article, title=None):
    """Return the keys of the articles, in whatever state, whose title says the same as that of `article`.

    `title` are its title_tokens, where they are at hand.
    """
    return ranking.twins(indexing.open_index(), title or title_tokens(article), own=article.pk)


def refresh_neighbours(article, title, labels, keys, twins):
    """Bring `article` to its place in the stored lists of `keys`, or out of them; the better of `twins` stays."""
    index = indexing.open_index()
    lists = RelatedList.objects.filter(article__in=keys).in_bulk()
    own_terms = {*title.words, *tokens.char_pairs(title.topic)}
    documents = [document for document in index.documents(list(lists)) if document.key in lists]
    own = next(iter(index.documents([article.pk])), None)
    if own is None or not documents:
        return
    titles = {d.key: title_of(d) for d in documents}
    statistics = ranking.Statistics(index, {term for t in titles.values() for term in ranking.terms_of(t)})
    theirs = labels_of(lists)
    for document in documents:
        stored, neighbour = lists[document.key], titles[document.key]
        question = ranking.Question(neighbour, statistics, theirs[document.key])
        score = round(ranking.related_score(question, own, labels), 2)
        entries = [entry for entry in stored.entries if entry[0] != article.pk]
        is_near = not own_terms.isdisjoint([*neighbour.words, *tokens.char_pairs(neighbour.topic)])
        if is_near and not same_question(title, neighbour):
            reason = reasons(neighbour, own, theirs[document.key], labels)
            entries = sorted([*entries, [article.pk, score, reason]], key=lambda entry: (-entry[1], entry[0]))
            same = [entry for entry in entries if entry[0] in twins or entry[0] == article.pk]
            entries = [entry for entry in entries if entry not in same[1:]][:STORED]
        stored.entries = entries
    RelatedList.objects.bulk_update(lists.values(), ["entries"])


def title_of(document):
    """Return the tokens of a title as they were before the index stored them."""
    pairs = tokens.char_pairs(document.folded)
    return tokens.Title(document.folded, document.words, pairs, document.topic, document.intents)


def labels_of(keys):
    """Return {key: Labels} of articles (1 query)."""
    labels = {key: ranking.Labels([], [], []) for key in keys}
    rows = TaggedArticle.objects.filter(content_object__in=list(keys)).order_by("pk")
    for key, name, kind in rows.values_list("content_object", "tag__name", "tag__kind"):
        label(labels[key], name, kind)
    return labels


def label(labels, name, kind):
    """Add a tag to Labels."""
    {Tag.Kind.DEPARTMENT: labels.departments, Tag.Kind.DISEASE: labels.diseases}.get(kind, labels.tags).append(name)
