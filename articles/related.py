"""The related questions of a question: the editor's pins first, then what shares most of its tags."""

from django.db.models import Case, F, FilteredRelation, IntegerField, Min, Q, Sum, Value, When

from .models import Article, RelatedItem, Tag, TaggedArticle

SHOWN = 10
CANDIDATES = 500  # the newest articles with one of the tags; bounds what a common tag costs
WEIGHTS = {Tag.Kind.DISEASE: 8, Tag.Kind.SYMPTOM: 5, Tag.Kind.DRUG: 4, Tag.Kind.OTHER: 2, Tag.Kind.DEPARTMENT: 1}


def related_articles(article, limit=SHOWN):
    """Return the published articles beside `article`, best first, in one query (its tags must be at hand).

    Pinned ones come first in the editor's order, excluded ones never; each row carries `is_pinned`.
    """
    tags = list(article.tags.all())
    telling = [tag for tag in tags if tag.kind != Tag.Kind.DEPARTMENT] or tags
    same_tag = TaggedArticle.objects.filter(tag__in=telling).order_by("-content_object")
    pinned = RelatedItem.objects.filter(article=article, is_excluded=False)
    excluded = RelatedItem.objects.filter(article=article, is_excluded=True)
    weights = [When(shared__tag=tag.pk, then=Value(WEIGHTS[tag.kind])) for tag in tags]
    rows = (
        Article.objects.published()
        .filter(Q(pk__in=pinned.values("related")) | Q(pk__in=same_tag.values("content_object")[:CANDIDATES]))
        .exclude(pk=article.pk)
        .exclude(pk__in=excluded.values("related"))
        .annotate(
            pin=FilteredRelation("related_from", condition=Q(related_from__article=article.pk)),
            shared=FilteredRelation("tagged_items", condition=Q(tagged_items__tag__in=[tag.pk for tag in tags])),
            place=Min("pin__position"),
            score=Sum(Case(*weights, default=Value(0), output_field=IntegerField())),
        )
        .order_by(F("place").asc(nulls_last=True), "-score", "-published_at", "-pk")
        .for_cards()[:limit]
    )
    related = list(rows)
    for row in related:
        row.is_pinned = row.place is not None
    return related
