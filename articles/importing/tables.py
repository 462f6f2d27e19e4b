"""Rows of JSON lines and CSV files, as records."""

import csv
from collections.abc import Iterable, Iterator
from typing import IO, Any, Self

from articles.text.cells import read_back

from .cells import Struck, Wrong
from .errors import BadFile
from .json_text import read_json
from .lines import MAX_LINE, Lines
from .reading import Reading
from .records import Record, from_row, known_key
from .workbook import open_workbook

DELIMITERS = ",\t;"


def read_json_lines(lines: Lines, reading: Reading) -> Iterator[Record]:
    """Yield a Record for each line, a JSON object. Raises BadFile; a wrong line is refused as `reading` does it."""
    count = 0
    for line in lines:
        if not line.strip():
            continue
        count += 1
        reading.count_row(count, lines.number)
        try:
            record = from_row(read_object(line, lines.number), lines.number, reading.ignored)
        except BadFile as error:
            reading.refuse(error)
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
    heading = next((line for line in lines if line.strip()), "")
    if not heading:
        raise BadFile("文件是空的。")
    delimiter, names = read_heading(heading)
    yield from read_rows(names, Rows(lines, delimiter), reading, lines.number)


def read_rows(
    names: list[str], rows: Iterable[tuple[int, list[str]]], reading: Reading, heading_line: int
) -> Iterator[Record]:
    """Yield a Record for each of `rows` (line, cells) under the headings `names`.

    Raises BadFile; a wrong row is refused as `reading` does it.
    """
    if not has_title(names):
        raise BadFile("表头里没有“标题”（title）一列。", heading_line)
    if repeated := next((name for name in names if name and names.count(name) > 1), None):
        raise BadFile(f"表头里有两列“{repeated}”。", heading_line)
    count = 0
    for line, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        count += 1
        reading.count_row(count, line)
        try:
            record = from_row(named(names, cells, line), line, reading.ignored)
        except BadFile as error:
            reading.refuse(error)
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
    return {
        name: read_back(cell.strip()) if type(cell) is str else cell for name, cell in zip(names, cells, strict=False)
    }


def read_workbook(file: IO[bytes], reading: Reading) -> Iterator[Record]:
    """Yield a Record for each row of a workbook's first sheet. Raises BadFile, as read_rows() does."""
    with open_workbook(file) as sheet:
        reading.notes += sheet.notes
        rows = iter(sheet)
        line, heading = next((row for row in rows if any(cell.strip() for cell in row[1])), (1, []))
        if not heading:
            raise BadFile("第一个工作表是空的。")
        names = [heading_of(cell, line) for cell in heading]
        try:
            yield from read_rows(names, sheet.layout.rows(names, rows) if sheet.layout else rows, reading, line)
        finally:
            reading.notes += sheet.remarks(names, line)


def heading_of(cell: str, line: int) -> str:
    name = " ".join(cell.split())
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
            names = [" ".join(cell.split()) for cell in next(csv.reader([line], delimiter=delimiter, strict=True))]
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
