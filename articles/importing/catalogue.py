"""Which article stands for which record."""

from collections.abc import Sequence
from typing import NamedTuple, TypeVar

from django.db.models import Q

from articles.models import Article

from .marks import birth_of
from .records import Record

AT_ONCE = 500
Value = TypeVar("Value")


class Known(NamedTuple):
    """What an import needs to know of an article that is there."""

    pk: int | None  # None in a dry run for what would have been created
    source: str
    digest: str
    is_excerpt: bool
    is_marked: bool = False  # known by the mark of an export, not by its source
    is_titled: bool = False  # known by its title only


class Catalogue:
    """Finds articles by their sources; in a dry run also those that files before would have written."""

    def __init__(self) -> None:
        self.planned: dict[
            str, Known | None
        ] = {}  # source → Known, or None for a source that was given up for a longer one

    def copy(self) -> "Catalogue":
        """Return a catalogue that plans on from here by itself."""
        copied = Catalogue()
        copied.planned = dict(self.planned)
        return copied

    def find(self, records: Sequence[Record]) -> dict[str, Known]:
        """Return {source of the record: Known} for the records that an article stands for.

        A page's key is longer than the key by which other pages list it. So a page may stand under the shorter one,
        as long as only its excerpt is known; and what a page lists may be there as a page already.
        """
        sources = {record.source for record in records} | {record.listed_source for record in records}
        known = self.by_source(sources - {""})
        found = {}
        for record in records:
            listed = known.get(record.listed_source)
            if record.source in known:
                found[record.source] = known[record.source]
            elif listed and listed.is_excerpt:
                found[record.source] = listed
        found |= self.marked([record for record in records if record.mark])
        return found | self.pages(
            [record.source for record in records if record.is_listed and record.source not in found]
        )

    def by_source(self, sources: set[str]) -> dict[str, Known]:
        rows = [row for chunk in chunks(sorted(sources)) for row in known_rows(Q(source__in=chunk))]
        known = {row.source: row for row in rows}
        known |= {source: self.planned[source] for source in sources & self.planned.keys()}
        return {source: row for source, row in known.items() if row}

    def marked(self, records: Sequence[Record]) -> dict[str, Known]:
        """Return {source: Known} for the rows of an export of this site."""
        found = {}
        for chunk in chunks(records):
            rows = Article.objects.filter(pk__in=[record.mark.article for record in chunk])
            births = {pk: birth_of(created_at) for pk, created_at in rows.values_list("pk", "created_at")}
            known = {row.pk: row for row in known_rows(Q(pk__in=births))}
            for record in chunk:
                if births.get(record.mark.article) == record.mark.birth:
                    found[record.source] = known[record.mark.article]._replace(is_marked=True)
        return found

    def titled(self, numbers: dict[str, int]) -> dict[str, Known]:
        """Return {source: Known} for the questions, {source: number}, that records stand for by their titles."""
        keys = sorted(numbers.values())
        known = {row.pk: row for chunk in chunks(keys) for row in known_rows(Q(pk__in=chunk))}
        found = {source: known[pk] for source, pk in numbers.items() if pk in known}
        return {source: row._replace(is_titled=True) for source, row in found.items()}

    def pages(self, listed: Sequence[str]) -> dict[str, Known]:
        """Return {listed source: Known} for those that are there as pages: sources that go on after the listed one."""
        found: dict[str, Known] = {}
        for chunk in chunks(listed):
            condition = Q()
            for source in chunk:
                # As a range, because that is what every database answers from the index of the unique column. What
                # follows the colon is hexadecimal, so it sorts before "g" in every collation.
                condition |= Q(source__gte=f"{source}:", source__lt=f"{source}:g")
            for row in known_rows(condition):
                found.setdefault(row.source.rpartition(":")[0], row)
        for source in listed:
            if page := self.planned.get(f"{source}:"):
                found.setdefault(source, page)
        return found

    def plan(self, record: Record, known: Known | None) -> None:
        """Remember what a dry run would have written for `record`, which `known` stands for now."""
        pk = known.pk if known else None
        is_excerpt = record.is_excerpt and (known is None or known.is_excerpt)
        row = Known(pk, record.source, record.digest, is_excerpt)
        self.planned[record.source] = row
        if known and known.source != record.source:
            self.planned[known.source] = None
        if record.listed_source:
            self.planned.setdefault(f"{record.listed_source}:", row)


def known_rows(condition: Q) -> list[Known]:
    rows = Article.objects.filter(condition).order_by("pk")
    return [Known(*row) for row in rows.values_list("pk", "source", "source_digest", "is_excerpt")]


def chunks(values: Sequence[Value]) -> list[Sequence[Value]]:
    return [values[start : start + AT_ONCE] for start in range(0, len(values), AT_ONCE)]
