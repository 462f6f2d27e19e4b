"""The related questions of a question: the editor's word first, then what the engine computed, or the same tags."""

from django.db.models import Case, F, FilteredRelation, IntegerField, Min, Q, Sum, Value, When

from . import indexing
from .engine import ranking, tokens
from .models import Article, RelatedItem, RelatedList, Tag, TaggedArticle

SHOWN, STORED = 10, 20
CANDIDATES = 500  # the newest articles with one of the tags; bounds what a common tag costs
WEIGHTS = {Tag.Kind.DISEASE: 8, Tag.Kind.SYMPTOM: 5, Tag.Kind.DRUG: 4, Tag.Kind.OTHER: 2, Tag.Kind.DEPARTMENT: 1}


def related_articles(article, limit=SHOWN):
    """Return the published articles beside `article`, best first, in one query (its tags and list must be at hand).

    Pinned ones come first in the editor's order, excluded ones never; each row carries `is_pinned`. Where the engine
    has computed fewer than `limit`, as after a large import, the articles with the same tags fill the list.
    """
    computed = [entry[0] for entry in stored_entries(article)]
    tags = list(article.tags.all())
    telling = [tag for tag in tags if tag.kind != Tag.Kind.DEPARTMENT] or tags
    same_tag = TaggedArticle.objects.filter(tag__in=telling).order_by("-content_object_id").values("content_object")
    pinned = RelatedItem.objects.filter(article=article, is_excluded=False)
    excluded = RelatedItem.objects.filter(article=article, is_excluded=True)
    beside = Q(pk__in=computed)
    if len(computed) < limit:
        beside |= Q(pk__in=same_tag[:CANDIDATES])
    weights = [When(shared__tag=tag.pk, then=Value(WEIGHTS[tag.kind])) for tag in tags]
    rows = (
        Article.objects.published()
        .filter(Q(pk__in=pinned.values("related")) | beside)
        .exclude(pk=article.pk)
        .exclude(pk__in=excluded.values("related"))
        .annotate(
            pin=FilteredRelation("related_from", condition=Q(related_from__article=article.pk)),
            shared=FilteredRelation("tagged_items", condition=Q(tagged_items__tag__in=[tag.pk for tag in tags])),
            place=Min("pin__position"),
            score=Sum(Case(*weights, default=Value(0), output_field=IntegerField())),
        )
        .order_by(F("place").asc(nulls_last=True), "-score", "-published_at", "-pk")
        .for_cards()[: limit + STORED]
    )
    rank = {key: i for i, key in enumerate(computed)}
    related = list(rows)
    for row in related:
        row.is_pinned = row.place is not None
    # A stable sort: pins keep their order, and so does what only shares tags, after what was computed.
    related.sort(key=lambda row: -1 if row.is_pinned else rank.get(row.pk, STORED))
    return related[:limit]


def stored_entries(article):
    """Return the [key, score, reason] that were computed for `article`, best first; [] when none were."""
    stored = getattr(article, "related_list", None)
    return stored.entries if stored else []


def refresh(articles):
    """Compute and store what stands beside `articles`, and put them beside those that they now belong to."""
    before = {article.pk: {entry[0] for entry in stored_entries(article)} for article in articles}
    for article, title, labels in refresh_lists(articles):
        now = {entry[0] for entry in stored_entries(article)}
        refresh_neighbours(article, title, labels, before[article.pk] | now)


def refresh_lists(articles):
    """Compute and store what stands beside those of `articles` that are or will be public.

    Returns (article, its tokens, its labels) for each of them.
    """
    public = [article for article in articles if article.status == Article.Status.PUBLISHED]
    if not public:
        return []
    known_aliases, labels = indexing.aliases(), labels_of([article.pk for article in public])
    done = [(article, tokens.title(article.title, known_aliases), labels[article.pk]) for article in public]
    lists = [RelatedList(article=article, entries=compute(article.pk, title, own)) for article, title, own in done]
    RelatedList.objects.bulk_create(
        lists, update_conflicts=True, unique_fields=["article"], update_fields=["entries", "computed_at"]
    )
    for stored in lists:
        stored.article.related_list = stored
    return done


def compute(key, title, labels, drop_duplicates=True):
    """Return [key, score, reason] of the engine's best for the question `key` with the tokens `title`."""
    known = {}

    def remember(keys):
        known.update(labels_of(keys))
        return known

    found = ranking.related(
        indexing.open_index(),
        title,
        labels,
        own=key,
        limit=STORED,
        among=Article.objects.to_be_published(),
        labels_of=remember,
        drop_duplicates=drop_duplicates,
    )
    return [
        [other, round(score, 2), ranking.reasons(title, document, labels, known[other])]
        for other, score, document in found
    ]


def refresh_neighbours(article, title, labels, keys):
    """Bring `article` to its place in the stored lists of `keys`, or out of them."""
    index = indexing.open_index()
    lists = RelatedList.objects.filter(article__in=keys).in_bulk()
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
        if not ranking.same_question(title, neighbour):
            reason = ranking.reasons(neighbour, own, theirs[document.key], labels)
            entries = sorted([*entries, [article.pk, score, reason]], key=lambda entry: (-entry[1], entry[0]))[:STORED]
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
        own = labels[key]
        {Tag.Kind.DEPARTMENT: own.departments, Tag.Kind.DISEASE: own.diseases}.get(kind, own.tags).append(name)
    return labels
