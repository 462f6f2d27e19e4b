"""The rows of a file that could not be imported, as a file of the same kind to be mended and imported again."""

import csv
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, NamedTuple

from articles.importing.cells import Wrong, value_of
from articles.importing.files import JSON_LINES, WORKBOOK
from articles.importing.lines import CHINESE, Lines
from articles.importing.records import PROBLEM, VALUES, known_key
from articles.importing.tables import TO_MEND, Table, open_sheet, open_table
from articles.text.cells import neutralised, read_back

from .tables import BOM, FORMS, Line
from .workbook import workbook

ORIGINAL = "原来的一行"  # heads a line that was no object of JSON
SAID_BEFORE = re.compile(rf'\s*"{PROBLEM}"\s*:\s*"(?:[^"\\]|\\.)*"\s*,?')
Problems = Mapping[int, str]  # {line: what is wrong with it}


class GivenBack(NamedTuple):
    """A file with rows that were given back."""

    name: str
    type: str
    pieces: Iterator[bytes]


def given_back(name: str, file: IO[bytes], problems: Problems) -> GivenBack:
    """Return the rows of an open file whose lines are in `problems`. Raises BadFile, at once or on the way."""
    path = Path(name)
    suffix = path.suffix.lower()
    if suffix == WORKBOOK:
        type_, pieces = FORMS["xlsx"][1], workbook_pieces(file, problems)
    elif suffix in JSON_LINES:
        type_, pieces = "application/x-ndjson; charset=utf-8", json_pieces(file, problems)
    else:
        type_, pieces = FORMS["csv"][1], csv_pieces(file, problems)
    return GivenBack(f"{path.stem}-有问题的 {len(problems)} 行{suffix}", type_, pieces)


def workbook_pieces(file: IO[bytes], problems: Problems) -> Iterator[bytes]:
    with open_sheet(file) as (_, table):
        yield from workbook("有问题的行", rows_of(table, problems))


def csv_pieces(file: IO[bytes], problems: Problems) -> Iterator[bytes]:
    table = open_table(Lines(file, CHINESE))
    line = Line()
    writer = csv.writer(line, delimiter=table.delimiter)
    yield BOM.encode()
    for row in rows_of(table, problems):
        writer.writerow(row)
        yield line.text.encode()


def rows_of(table: Table, problems: Problems) -> Iterator[list[str]]:
    """Yield the headings, and the rows as they were given, what is wrong with each before it.

    Before, because a row may be longer than the headings. What said so last time is left out.
    """
    kept = [place for place, name in enumerate(table.names) if name != PROBLEM]
    yield [PROBLEM, *(neutralised(table.names[place]) for place in kept)]
    for line, cells in table.rows:
        if line in problems:
            named = [cell_of(table.names[place], cells[place]) for place in kept if place < len(cells)]
            rest = [cell_of("", cell) for cell in cells[len(table.names) :]]
            yield [neutralised(problems[line]), *named, *rest]


def cell_of(name: str, cell: str) -> str:
    """Return a cell as it is written: what would be a formula is none, and what is no value does not become one."""
    key, _ = known_key(name) or ("", 0)
    if isinstance(cell, Wrong):
        return f"{TO_MEND}{cell}" if key else neutralised(cell)
    text = str(value_of(cell)) if key in VALUES else str(cell)
    return neutralised(read_back(text.strip()))


def json_pieces(file: IO[bytes], problems: Problems) -> Iterator[bytes]:
    lines = Lines(file)
    for line in lines:
        if lines.number in problems:
            yield f"{told(line.strip(), problems[lines.number])}\n".encode()


def told(line: str, problem: str) -> str:
    """Return a line of JSON with what is wrong with it, and else as it was written, wrong as that may be."""
    said = f'{{"{PROBLEM}": {json.dumps(problem, ensure_ascii=False)}'
    if not line.startswith("{"):
        return f'{said}, "{ORIGINAL}": {json.dumps(line, ensure_ascii=False)}}}'
    rest = SAID_BEFORE.sub("", line[1:], count=1) if SAID_BEFORE.match(line[1:]) else line[1:]
    rest = rest.strip()
    return f"{said}{rest}" if rest.startswith("}") else f"{said}, {rest}"
