"""What editors have tagged articles with, as the engine takes it."""

from collections.abc import Collection, Iterable
from typing import Annotated

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from articles.engine.situations import Labels

from .article import Article
from .prepared import KEYS, Prepared
from .tag import Tag
from .tagged_article import TaggedArticle

DEPARTMENT, DISEASE, *TELLING = [
    kind.value for kind in (Tag.Kind.DEPARTMENT, Tag.Kind.DISEASE, Tag.Kind.SYMPTOM, Tag.Kind.DRUG)
]


def labels_for(articles: Collection[Article]) -> dict[int, Labels]:
    """Return {key: Labels} of articles: from their tags where those are at hand, else from the database (1 query)."""
    at_hand = {}
    for article in articles:
        if "tags" in getattr(article, "_prefetched_objects_cache", ()):
            at_hand[article.pk] = labels_from((tag.name, tag.kind) for tag in article.tags.all())
    others = [article.pk for article in articles if article.pk not in at_hand]
    return at_hand | labels_of(others) if others else at_hand


def labels_of(keys: Iterable[int]) -> dict[int, Labels]:
    """Return {key: Labels} of the articles of these keys (1 query)."""
    tags: dict[int, list[tuple[str, str]]] = {key: [] for key in keys}
    for key, name, kind in tags_of(keys=tags):
        tags[key].append((name, kind))
    return {key: labels_from(pairs) for key, pairs in tags.items()}


@Prepared
def tags_of(keys: Annotated[RawSQL, KEYS]) -> QuerySet[TaggedArticle, tuple[int, str, str]]:
    rows = TaggedArticle.objects.filter(content_object__in=keys).order_by("pk")
    return rows.values_list("content_object", "tag__name", "tag__kind")


def labels_from(tags: Iterable[tuple[str, str]]) -> Labels:
    """Return the Labels of (name, kind) pairs."""
    departments: list[str] = []
    diseases: list[str] = []
    others: list[str] = []
    telling: list[str] = []
    for name, kind in tags:
        (departments if kind == DEPARTMENT else diseases if kind == DISEASE else others).append(name)
        if kind in TELLING:
            telling.append(name)
    return Labels(departments, diseases, others, telling)
