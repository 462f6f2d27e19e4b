"""Questions as a table: row by row, so that it takes the same memory however many there are."""

import csv
from collections.abc import Iterator
from itertools import chain

from django.db.models import QuerySet

from articles.importing.exported import row_of
from articles.models import Article
from articles.text.cells import neutralised

from .workbook import workbook

AT_ONCE = 500
BOM = "\ufeff"  # without it Excel takes UTF-8 for the encoding of the country


def articles_of(questions: QuerySet[Article]) -> Iterator[Article]:
    """Yield the articles of a queryset in the order of their numbers, some at a time, each as row_of() needs it."""
    wanted = questions.select_related(None).prefetch_related(None)
    wanted = wanted.select_related("doctor", "reviewer").prefetch_related("tags").order_by("pk").distinct()  # type: ignore[misc]  # taggit has no types
    last = 0
    while batch := list(wanted.filter(pk__gt=last)[:AT_ONCE]):
        yield from batch
        last = batch[-1].pk


def rows_of(questions: QuerySet[Article]) -> Iterator[list[str]]:
    """Yield lists of texts: the headings, then a row for each article, without what a spreadsheet would calculate."""
    rows = (row_of(article) for article in articles_of(questions))
    if first := next(rows, None):
        yield list(first)
        for row in chain([first], rows):
            yield [neutralised(text) for text in row.values()]


class Line:
    """What csv.writer writes to: keeps the last line only."""

    text = ""

    def write(self, text: str) -> None:
        self.text = text


def csv_table(questions: QuerySet[Article]) -> Iterator[str]:
    """Yield the lines of a CSV file."""
    line = Line()
    writer = csv.writer(line)
    yield BOM
    for row in rows_of(questions):
        writer.writerow(row)
        yield line.text


def excel_table(questions: QuerySet[Article]) -> Iterator[bytes]:
    """Yield the bytes of an Excel workbook."""
    return workbook("问题", rows_of(questions))


FORMS = {
    "csv": (csv_table, "text/csv; charset=utf-8"),
    "xlsx": (excel_table, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
