"""Rows of JSON lines and CSV files, as records."""

import csv
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import IO, Any, NamedTuple, Self, TypeVar

from articles.text.cells import read_back

from .cells import Struck, Wrong
from .errors import BadFile
from .json_text import read_json
from .lines import MAX_LINE, Lines
from .reading import Reading
from .records import Record, from_row, known_key, told_wrong
from .sheet import SheetRows
from .workbook import open_workbook

DELIMITERS = ",\t;"
TO_MEND = "〔待改〕"  # stands in rows that were given back before what a cell could not say
MOST_ABOVE = 10  # rows among which the heading is looked for: tables of offices begin with a line of their own
Heading = TypeVar("Heading")


class Table(NamedTuple):
    """What a table says: its headings, the rows below them as (line, cells), and where the headings stand."""

    names: list[str]
    rows: Iterable[tuple[int, list[str]]]
    line: int
    delimiter: str = ","


def read_json_lines(lines: Lines, reading: Reading) -> Iterator[Record]:
    """Yield a Record for each line, a JSON object. Raises BadFile; a wrong line is refused as `reading` does it."""
    count = 0
    for line in lines:
        if not line.strip():
            continue
        count += 1
        reading.count_row(count, lines.number)
        row: dict[str, Any] = {}
        try:
            row = read_object(line, lines.number)
            record = from_row(row, lines.number, reading.ignored)
        except BadFile as error:
            reading.refuse(told_wrong(error, row))
        else:
            yield record
    if not count:
        raise BadFile("文件是空的。")


def read_object(line: str, number: int) -> dict[str, Any]:
    row = read_json(line, number, "这一行不是完整的 JSON。")
    if not isinstance(row, dict):
        raise BadFile("这一行不是 JSON 对象，应写成 {…}。", number)
    return row


def read_table(lines: Lines, reading: Reading) -> Iterator[Record]:
    """Yield a Record for each row of a CSV file with headings. Raises BadFile, as read_rows() does."""
    yield from read_rows(open_table(lines), reading)


def open_table(lines: Lines) -> Table:
    """Return a CSV file as a Table. Raises BadFile."""
    filled = ((lines.number, read_heading(line)) for line in lines if line.strip())
    line, (delimiter, names) = heading_among(filled, lambda read: read[1], "文件是空的。")
    return Table(names, Rows(lines, delimiter), line, delimiter)


def heading_among(
    rows: Iterable[tuple[int, Heading]], names_of: Callable[[Heading], list[str]], empty: str
) -> tuple[int, Heading]:
    """Return the first of the first rows that has a title's column. Raises BadFile, with `empty` where is no row."""
    first = 0
    for line, heading in islice(rows, MOST_ABOVE):
        first = first or line
        if has_title(names_of(heading)):
            return line, heading
    raise BadFile("表头里没有“标题”（title）一列。" if first else empty, first or 1)


def read_rows(table: Table, reading: Reading) -> Iterator[Record]:
    """Yield a Record for each row of a table. Raises BadFile; a wrong row is refused as `reading` does it."""
    names, rows, heading_line = table.names, table.rows, table.line
    if repeated := next((name for name in names if name and names.count(name) > 1), None):
        raise BadFile(f"表头里有两列“{repeated}”。", heading_line)
    if heading_line > 1:
        reading.notes.append(f"表头在第 {heading_line} 行，它上面的内容不导入")
    count = 0
    for line, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        count += 1
        reading.count_row(count, line)
        try:
            record = from_row(named(names, cells, line), line, reading.ignored)
        except BadFile as error:
            reading.refuse(told_wrong(error, dict(zip(names, cells, strict=False))))
        else:
            yield record
    if not count:
        raise BadFile("只有表头，没有内容。", heading_line)


def named(names: list[str], cells: list[str], line: int) -> dict[str, str]:
    """Return {heading: cell} of a row. Raises BadFile for a filled cell without a heading above it."""
    if len(cells) > len(names) and any(cell.strip() for cell in cells[len(names) :]):
        raise BadFile(f"这一行有 {len(cells)} 格，表头只有 {len(names)} 列。", line)
    for name, cell in zip(names, cells, strict=False):
        if isinstance(cell, Wrong) and known_key(name):
            raise BadFile(f"“{name}”一格{cell.sentence}", line)
        if cell.startswith(TO_MEND) and known_key(name):
            raise BadFile(f"“{name}”一格还没有改好，请改好以后删掉开头的{TO_MEND}。", line)
    return {
        name: read_back(cell.strip()) if type(cell) is str else cell for name, cell in zip(names, cells, strict=False)
    }


def read_workbook(file: IO[bytes], reading: Reading) -> Iterator[Record]:
    """Yield a Record for each row of a workbook's first sheet. Raises BadFile, as read_rows() does."""
    with open_sheet(file) as (sheet, table):
        reading.notes += sheet.notes
        try:
            yield from read_rows(table, reading)
        finally:
            reading.notes += sheet.remarks(table.names, table.line)


@contextmanager
def open_sheet(file: IO[bytes]) -> Iterator[tuple[SheetRows, Table]]:
    """Open a workbook's first sheet, and what it says as a Table. Raises BadFile."""
    with open_workbook(file) as sheet:
        rows = iter(sheet)
        filled = ((line, cells) for line, cells in rows if any(cell.strip() for cell in cells))
        line, heading = heading_among(filled, lambda cells: list(map(in_one_line, cells)), "第一个工作表是空的。")
        names = [heading_of(cell, line) for cell in heading]
        yield sheet, Table(names, sheet.layout.rows(names, rows) if sheet.layout else rows, line)


def in_one_line(cell: str) -> str:
    return " ".join(cell.split())


def heading_of(cell: str, line: int) -> str:
    name = in_one_line(cell)
    if isinstance(cell, Struck) and known_key(name):
        raise BadFile(f"表头“{name}”{cell.sentence}", line)
    return name


def is_heading(line: str) -> bool:
    """Return whether `line` is the heading of a table: a title and something else."""
    _, names = read_heading(line)
    return len(names) > 1 and has_title(names)


def read_heading(line: str) -> tuple[str, list[str]]:
    """Return (delimiter, names) of a heading: the delimiter that yields most names with a meaning."""
    readings = []
    for delimiter in DELIMITERS:
        try:
            names = [in_one_line(cell) for cell in next(csv.reader([line], delimiter=delimiter, strict=True))]
        except csv.Error:
            continue
        readings.append((sum(known_key(name) is not None for name in names), delimiter, names))
    if not readings:
        return ",", []
    return max(readings, key=lambda reading: reading[0])[1:]


def has_title(names: Iterable[str]) -> bool:
    return any((known_key(name) or ("",))[0] == "title" for name in names)


class Rows:
    """The rows of a CSV file, each with the number of its first line. A row, like a line, is at most 1 MB."""

    def __init__(self, lines: Lines, delimiter: str) -> None:
        csv.field_size_limit(MAX_LINE)
        self.lines = lines
        self.start = self.size = 0
        self.rows = csv.reader(self.feed(), delimiter=delimiter, strict=True)

    def feed(self) -> Iterator[str]:
        for line in self.lines:
            self.size += len(line)
            if self.size > MAX_LINE:
                raise BadFile("从这一行开始的一格超过 1 MB，可能少了一个引号。", self.start)
            yield line

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> tuple[int, list[str]]:
        self.start, self.size = self.lines.number + 1, 0
        try:
            return self.start, next(self.rows)
        except csv.Error:
            raise BadFile("从这一行开始读不成表格的一行，引号可能不成对。", self.start) from None
