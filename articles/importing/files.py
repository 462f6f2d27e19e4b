"""One file at a time: recognise its form, read it, and write it in one transaction."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from django.db import transaction

from . import tables
from .catalogue import Catalogue
from .errors import BadFile
from .lines import BOM, CHINESE, Lines, open_file
from .losses import told
from .reading import PatientReading, Reading
from .recoding import UTF_16
from .records import Ignored, Record
from .scraped_page import read_page
from .writer import Writer

JSON_LINES = {".jsonl", ".ndjson", ".json"}
TABLE = {".csv", ".tsv"}
WORKBOOK = ".xlsx"
HEAD = 64 * 1024  # enough to see what a file is
ROWS_AT_ONCE = 500  # where somebody watches
# A batch changes each list of the index that its words stand in: the more rows, the fewer such changes for each.
MANY_ROWS = 4_096
SIZE_AT_ONCE = 4 * 1024 * 1024  # characters


@dataclass
class Outcome:
    """What became of one file."""

    counts: Counter[str]
    notes: list[str] = field(default_factory=list)
    wrong: list[BadFile] = field(default_factory=list)  # rows that were left out


class PatientWriter(Writer):
    """Plans on after a wrong record."""

    def __init__(self, catalogue: Catalogue, status: str, reading: Reading) -> None:
        super().__init__(catalogue, status)
        self.reading = reading

    def refuse(self, error: BadFile) -> None:
        self.reading.refuse(error)


def import_file(
    path: str | Path,
    *,
    catalogue: Catalogue,
    status: str,
    dry_run: bool,
    ignored: Ignored,
    advance: Callable[[int], object] | None = None,
    skip_wrong: bool = False,
    give_back: Callable[[dict[int, str]], object] | None = None,
    tell: Callable[[Counter[str]], object] | None = None,
) -> Outcome:
    """Import one file, or in a dry run only plan it. Raises BadFile, and then nothing is changed.

    With `skip_wrong` the wrong rows of a table are left out, and `give_back` takes {line: sentence} of them before
    anything is final. `tell` takes the counts, within the transaction of what they count.
    """
    wrong = {error.line: error for error in wrong_rows(path, catalogue, status)} if skip_wrong else {}
    reading = PatientReading(ignored, advance) if wrong else Reading(ignored, advance)
    writer = Writer(catalogue, status)
    with open_file(path) as file, nullcontext() if dry_run else transaction.atomic():
        for batch in read_batches(path, file, reading, MANY_ROWS):
            right = [record for record in batch if record.line not in wrong]
            writer.plan(right) if dry_run else writer.store(right)
        if wrong and give_back and not dry_run:
            give_back({line: error.sentence for line, error in wrong.items()})
        if tell and not dry_run:
            tell(writer.counts)
    return Outcome(writer.counts, reading.notes, list(wrong.values()))


def wrong_rows(path: str | Path, catalogue: Catalogue, status: str) -> list[BadFile]:
    """Return what is wrong with the rows of a file. Raises BadFile for one that cannot be parted, as a page cannot."""
    reading = PatientReading()
    writer = PatientWriter(catalogue.copy(), status, reading)
    with open_file(path) as file:
        for batch in read_batches(path, file, reading):
            writer.plan(batch)
            if reading.refused and any(record.listed_source for record in batch):
                raise reading.refused[0]
    return reading.refused


def read_batches(
    name: str | Path, file: IO[bytes], reading: Reading, rows: int = ROWS_AT_ONCE
) -> Iterator[list[Record]]:
    """Yield the records of an open file in lists of at most `rows`, bounded in size, too. Raises BadFile."""
    try:
        yield from batches(told(without_repeats(read_records(name, file, reading), reading), reading), rows)
    except OSError:
        raise BadFile("读文件时出错，读不下去了。") from None


def read_records(name: str | Path, file: IO[bytes], reading: Reading) -> Iterator[Record]:
    """Yield the records of an open file. What its name leaves open, its beginning tells."""
    suffix = Path(name).suffix.lower()
    head = beginning(file)
    if suffix == WORKBOOK:
        yield from tables.read_workbook(file, reading)
    elif suffix in JSON_LINES or (suffix not in TABLE and head.startswith("{")):
        yield from tables.read_json_lines(Lines(file, advance=reading.advance), reading)
    elif suffix in TABLE or tables.is_heading(head):
        yield from tables.read_table(Lines(file, CHINESE, reading.advance), reading)
    else:
        yield read_page(Lines(file, CHINESE, reading.advance), reading.notes.append)


def beginning(file: IO[bytes]) -> str:
    """Return the first line of a file that is not blank, roughly decoded, and go back to its start."""
    head = file.read(HEAD)
    file.seek(0)
    if head.startswith(UTF_16):
        head = head.decode("utf-16", errors="replace").encode()
    first = next((line for line in head.removeprefix(BOM).splitlines() if line.strip()), b"").strip()
    try:
        return first.decode()
    except UnicodeDecodeError:
        return first.decode("gb18030", errors="replace")


def without_repeats(records: Iterable[Record], reading: Reading) -> Iterator[Record]:
    """Yield `records`; the second one of the same source is refused as `reading` does it."""
    for record in records:
        try:
            for one in (record, *record.related):
                if (before := reading.meet(one.source, one.line)) is not None:
                    sentence = f"和第 {before} 行的{identity(one)}相同，一个文件里只能有一次。"
                    raise BadFile(sentence, one.line, one.columns["title"])
        except BadFile as error:
            reading.refuse(error)
        else:
            yield record


def identity(record: Record) -> str:
    """Return, for the operator, what makes a record the same as another."""
    if record.is_listed:
        return "标题和日期"
    return "标题、医生和时间" if record.source.startswith("row:") else f"来源“{record.source}”"


def batches(records: Iterable[Record], rows: int = ROWS_AT_ONCE) -> Iterator[list[Record]]:
    """Yield lists of records, each bounded in number and in size."""
    batch, size = [], 0
    for record in records:
        batch.append(record)
        size += record.size
        if len(batch) >= rows or size >= SIZE_AT_ONCE:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
