"""What a search found, as pages show it: rows with marked words, and the tags among them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone

from articles.finding import snippets
from articles.finding.search import Results
from articles.finding.vocabulary import Vocabulary
from articles.models import Article, Doctor, Tag
from articles.models.article_queries import CARD_FIELDS
from articles.models.bulk import SEARCHED
from articles.models.prepared import KEYS, Prepared

from .paging import PER_PAGE, ListPage

MOST_DEPARTMENTS, MOST_TAGS = 6, 10
READ = {"id", "doctor_id", *CARD_FIELDS, *SEARCHED}  # the texts are what snippets are cut from
COLUMNS = [field.attname for field in Article._meta.concrete_fields if field.attname in READ]  # in from_db()'s order


def results_page(results: Results, number: int, path: str) -> tuple[ListPage, list[Any]]:
    """Return a ListPage of the results and the weak ones behind them, titles and snippets marked (1 query).

    Each row carries the tags of all results: within a tag, of what there is whatever the tag.
    """
    start = (number - 1) * PER_PAGE
    keys = results.keys[start : start + PER_PAGE]
    has_next = len(results.keys) > start + PER_PAGE
    weak = results.weak if results.are_few and keys and not has_next else []
    rows = found([*keys, *weak], results.around or results.keys) if keys else {}
    pattern = snippets.pattern_of(results.words)
    for article in rows.values():
        article.marked_title = snippets.marked(article.title, pattern)
        article.snippet = snippets.snippet(article.found_lines, pattern)
    shown, behind = ([rows[key] for key in part if key in rows] for part in (keys, weak))
    return ListPage(shown, number, has_next, path), behind


def found(keys: Sequence[int], tagged: Sequence[int]) -> dict[int, Any]:
    """Return the published ones of `keys`, with the tags of all `tagged` (1 query)."""
    rows = {}
    for *values, name, department, tags in result_rows(keys=keys, tagged=tagged, now=timezone.now()):
        article = Article.from_db("default", COLUMNS, values)
        doctor = (article.doctor_id, name)
        article.doctor = Doctor.from_db("default", ("id", "name"), doctor) if article.doctor_id else None
        article.department_name, article.tag_keys = department, tags
        rows[article.pk] = article
    return rows


@Prepared
def result_rows(
    keys: Annotated[RawSQL, KEYS], tagged: Annotated[RawSQL, KEYS], now: datetime
) -> QuerySet[Article, tuple[Any, ...]]:
    rows = Article.objects.published(now).filter(pk__in=keys).order_by().with_department().with_tag_keys_of(tagged)
    return rows.values_list(*COLUMNS, "doctor__name", "department_name", "tag_keys")


@dataclass(frozen=True)
class Facets:
    """The tags among the results, the most frequent first, departments apart."""

    departments: list[Tag]
    others: list[Tag]


def facets_of(page: ListPage, vocabulary: Vocabulary, chosen: Tag | None = None) -> Facets:
    """Return the Facets of a page of results; the chosen tag stands first, so that it is in sight."""
    keys = page.articles[0].tag_keys if page.articles else ""
    counts = Counter(int(key) for key in (keys or "").split(",") if key)
    if chosen:
        counts[chosen.pk] = sum(counts.values()) + 1
    common = [
        vocabulary.tags[key]
        for key, _ in sorted(counts.items(), key=lambda row: (-row[1], row[0]))
        if key in vocabulary.tags
    ]
    return Facets(
        [tag for tag in common if tag.kind == Tag.Kind.DEPARTMENT][:MOST_DEPARTMENTS],
        [tag for tag in common if tag.kind != Tag.Kind.DEPARTMENT][:MOST_TAGS],
    )
