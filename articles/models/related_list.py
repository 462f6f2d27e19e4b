"""What the engine puts beside a question: computed when a question changes, read with the question."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from django.db import connection, models
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from articles.engine.seam import Related, search_engine

from .prepared import KEYS, Prepared
from .turns import turn

STORED = 20


class RelatedList(models.Model):
    article = models.OneToOneField(
        "articles.Article", on_delete=models.CASCADE, primary_key=True, related_name="related_list"
    )
    entries = models.JSONField(default=list, help_text="[[编号, 得分, 理由], …]，最好的在前。")
    computed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "计算出的相关问题"

    def __str__(self) -> str:
        return f"{self.article_id}: {len(self.entries)}"


def stored_entries(article: Any) -> list[list[Any]]:
    """Return the [key, score, reason] that were computed for `article`, best first; [] when none were."""
    stored = getattr(article, "related_list", None)
    entries: list[list[Any]] = stored.entries if stored else []
    return entries


@Prepared
def lists_of(keys: Annotated[RawSQL, KEYS]) -> QuerySet[RelatedList, tuple[int, list[list[Any]]]]:
    """(key, entries) of the stored lists of articles."""
    return RelatedList.objects.filter(article__in=keys).order_by("pk").values_list("pk", "entries")


def replace(entries: Mapping[int, list[list[Any]]]) -> None:
    """Replace the entries of stored lists, by the keys of their articles. bulk_update() costs a sixth of a save."""
    column, key = RelatedList._meta.get_field("entries"), RelatedList._meta.pk.column
    rows = [[column.get_db_prep_save(some, connection), pk] for pk, some in sorted(entries.items())]
    if rows:
        with connection.cursor() as cursor:
            table = RelatedList._meta.db_table
            cursor.executemany(f"UPDATE {table} SET {column.column} = %s WHERE {key} = %s", rows)


@turn()
def refresh(articles: Sequence[Any]) -> None:
    """Compute and store what stands beside `articles`, and put them beside those that they now belong to."""
    before = {article.pk: {entry[0] for entry in stored_entries(article)} for article in articles}
    for article, found in refresh_lists(articles):
        now = {entry[0] for entry in stored_entries(article)}
        search_engine().placed(article, found, before[article.pk] | now)


def refresh_lists(articles: Sequence[Any]) -> list[tuple[Any, Related]]:
    """Compute and store what stands beside those of `articles` that are or will be public.

    Returns (article, what the engine has Related to it) for each of them.
    """
    public = [article for article in articles if article.is_listed]
    if not public:
        return []
    found = search_engine().related(public)
    lists = [
        RelatedList(article=article, entries=of.entries[:STORED]) for article, of in zip(public, found, strict=True)
    ]
    RelatedList.objects.bulk_create(
        lists, update_conflicts=True, unique_fields=["article"], update_fields=["entries", "computed_at"]
    )
    for stored in lists:
        stored.article.related_list = stored
    return list(zip(public, found, strict=True))
