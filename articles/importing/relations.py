"""The related items that pages list, brought in line with the file without touching the editors' word."""

from collections.abc import Iterable

from articles.models import Article, RelatedItem

from .catalogue import Known
from .records import Record
from .scraped_page import KEYS


def write_related(article: Article, listed: Iterable[int]) -> None:
    """Give `article` the listed articles (their keys, in order) as related items.

    Rows that an editor excluded stay as they are, and so do pins of articles that come from no page; other rows that
    the page does not list any more go.
    """
    positions = {pk: position for position, pk in enumerate(listed, 1)}
    rows = (
        RelatedItem.objects.filter(article=article)
        .select_related("related")
        .only("related__source", "position", "is_excluded")
    )
    moved, gone, present = [], [], set()
    for row in rows:
        present.add(row.related_id)
        if row.is_excluded:
            continue
        if row.related_id in positions:
            if row.position != positions[row.related_id]:
                row.position = positions[row.related_id]
                moved.append(row)
        elif (row.related.source or "").startswith(KEYS):
            gone.append(row.pk)
    RelatedItem.objects.bulk_update(moved, ["position"])
    RelatedItem.objects.filter(pk__in=gone).delete()
    RelatedItem.objects.bulk_create(
        RelatedItem(article=article, related_id=pk, position=position)
        for pk, position in positions.items()
        if pk not in present
    )


def related_text(article: Article, record: Record, found: dict[str, Known]) -> tuple[str, str]:
    """Return (before, after): the titles beside the article that come from pages, as texts, now and after the import.

    `found` is what is known of the listed records, by their sources.
    """
    rows = RelatedItem.objects.none()
    if article.pk:
        rows = (
            RelatedItem.objects.filter(article=article)
            .select_related("related")
            .only("related__title", "related__source", "position", "is_excluded")
        )
    titles = {row.related_id: row.related.title for row in rows}
    excluded = {row.related_id for row in rows if row.is_excluded}
    listed = [(found.get(item.source), item) for item in record.related]
    keys = {known.pk for known, _ in listed if known}
    before = [
        row.related.title
        for row in rows
        if not row.is_excluded and (row.related_id in keys or (row.related.source or "").startswith(KEYS))
    ]
    after = [
        titles.get(known.pk if known else None, item.columns["title"])
        for known, item in listed
        if not known or known.pk not in excluded
    ]
    return "、".join(before), "、".join(after)
