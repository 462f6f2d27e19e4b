"""Rows of JSON lines and CSV files, as records."""

import csv
import json

from .errors import BadFile
from .lines import MAX_LINE
from .records import from_row, known_key

MAX_ROWS = 1_000_000
DELIMITERS = ",\t;"


def read_json_lines(lines, ignored):
    """Yield a Record for each line, a JSON object. Adds names that mean nothing here to `ignored`. Raises BadFile."""
    count = 0
    for line in lines:
        if not line.strip():
            continue
        count += 1
        refuse_more_than_the_most(count, lines.number)
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            raise BadFile("这一行不是完整的 JSON。", lines.number) from None
        if not isinstance(row, dict):
            raise BadFile("这一行不是 JSON 对象，应写成 {…}。", lines.number)
        yield from_row(row, lines.number, ignored)
    if not count:
        raise BadFile("文件是空的。")


def read_table(lines, ignored):
    """Yield a Record for each row of a CSV file with headings. Adds unknown headings to `ignored`. Raises BadFile."""
    heading = next((line for line in lines if line.strip()), "")
    if not heading:
        raise BadFile("文件是空的。")
    delimiter, names = read_heading(heading)
    if not has_title(names):
        raise BadFile("表头里没有“标题”（title）一列。", lines.number)
    if repeated := next((name for name in names if name and names.count(name) > 1), None):
        raise BadFile(f"表头里有两列“{repeated}”。", lines.number)
    count = 0
    for line, cells in Rows(lines, delimiter):
        if not any(cell.strip() for cell in cells):
            continue
        count += 1
        refuse_more_than_the_most(count, line)
        if len(cells) > len(names) and any(cell.strip() for cell in cells[len(names) :]):
            raise BadFile(f"这一行有 {len(cells)} 格，表头只有 {len(names)} 列。", line)
        yield from_row({name: cell.strip() for name, cell in zip(names, cells, strict=False)}, line, ignored)
    if not count:
        raise BadFile("只有表头，没有内容。", lines.number)


def is_heading(line):
    """Return whether `line` is the heading of a table: a title and something else."""
    _, names = read_heading(line)
    return len(names) > 1 and has_title(names)


def read_heading(line):
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


def has_title(names):
    return any((known_key(name) or ("",))[0] == "title" for name in names)


def refuse_more_than_the_most(count, line):
    if count > MAX_ROWS:
        raise BadFile(f"超过 {MAX_ROWS} 行，请分成几个文件。", line)


class Rows:
    """The rows of a CSV file, each with the number of its first line. A row, like a line, is at most 1 MB."""

    def __init__(self, lines, delimiter):
        csv.field_size_limit(MAX_LINE)
        self.lines = lines
        self.start = self.size = 0
        self.rows = csv.reader(self.feed(), delimiter=delimiter, strict=True)

    def feed(self):
        for line in self.lines:
            self.size += len(line)
            if self.size > MAX_LINE:
                raise BadFile("从这一行开始的一格超过 1 MB，可能少了一个引号。", self.start)
            yield line

    def __iter__(self):
        return self

    def __next__(self):
        self.start, self.size = self.lines.number + 1, 0
        try:
            return self.start, next(self.rows)
        except csv.Error:
            raise BadFile("从这一行开始读不成表格的一行，引号可能不成对。", self.start) from None
