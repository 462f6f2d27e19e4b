"""The questions of a list with all that their cards show, in one query that is compiled once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from django.db.models import QuerySet
from django.utils import timezone

from articles.models import Article, Doctor
from articles.models.prepared import Keys, Prepared

MOST = 20  # of a page
CARD = {"id", "title", "short_answer", "excerpt", "published_at", "like_count", "is_excerpt", "doctor_id"}
OWN = [field.attname for field in Article._meta.concrete_fields if field.attname in CARD]  # as from_db() takes them


@Prepared
def card_rows(keys: Annotated[list[int], Keys(MOST)], at: datetime) -> QuerySet[Any]:
    rows = Article.objects.published(at).filter(pk__in=keys).order_by()
    return rows.with_department().values_list(*OWN, "doctor__name", "department_name")


def listed_articles(keys: Sequence[int]) -> list[Article]:
    """Return the published ones of at most MOST articles, in the order of `keys`, with what cards show (1 query)."""
    rows = card_rows(keys=keys, at=timezone.now()) if keys else []
    found = {article.pk: article for article in map(listed_article, rows)}
    return [found[key] for key in keys if key in found]


def listed_article(row: Sequence[Any]) -> Article:
    *own, doctor, department = row
    article = Article.from_db("default", OWN, own)
    article.department_name = department
    if article.doctor_id:
        article.doctor = Doctor.from_db("default", ["id", "name"], [article.doctor_id, doctor])
    return article
