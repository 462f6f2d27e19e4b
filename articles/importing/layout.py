"""What a sheet says beside its cells: which are merged, which have links, and what of it an import leaves out."""

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, NamedTuple

from .cells import wrong
from .elements import starts
from .errors import BadFile, shorten
from .records import known_key

MOST = 100_000  # merged ranges, links or comments
SHOWN = 5  # numbers of rows in a note
AT_ONCE = 64 * 1024
WORDS = (b"mergeCell", b"hyperlink")
RANGE = re.compile(r"([A-Z]{1,3})(\d{1,7})(?::([A-Z]{1,3})(\d{1,7}))?")
TOO_MANY = "这个工作表里的合并单元格、链接或批注太多，不能导入。请把内容复制到新的工作簿，或另存为 CSV。"


class Range(NamedTuple):
    """Cells from the first to the last, columns counted from 0."""

    top: int
    left: int
    bottom: int
    right: int


class Remarks:
    """Sentences about rows, each with the numbers of its rows."""

    def __init__(self) -> None:
        self.rows: dict[str, list[int]] = {}

    def add(self, sentence: str, row: int) -> None:
        """Remember that `sentence`, which goes on behind “第 3 行”, is true of a row."""
        rows = self.rows.setdefault(sentence, [])
        if not rows or rows[-1] != row:
            rows.append(row)

    def __iter__(self) -> Iterator[str]:
        return (f"第 {in_words(rows)} 行{sentence}" for sentence, rows in self.rows.items())


def in_words(rows: Sequence[int]) -> str:
    """Return numbers of rows as they are said: 3、4、9."""
    said = "、".join(map(str, rows[:SHOWN]))
    return said if len(rows) <= SHOWN else f"{said} 等 {len(rows)}"


def column(letters: str) -> int:
    """Return the place of the column that is called A, B … AA."""
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - 64
    return place - 1


def range_of(reference: str) -> Range | None:
    match = RANGE.fullmatch(reference)
    if not match:
        return None
    left, top = column(match[1]), int(match[2])
    return Range(top, left, int(match[4] or top), column(match[3]) if match[3] else left)


class Layout:
    """The merged cells and links of a sheet. `remarks` tells what was filled, and what was left out."""

    def __init__(self) -> None:
        self.merges: dict[int, list[Range]] = {}  # by their first row
        self.links: dict[tuple[int, int], str] = {}  # where they lead
        self.remarks = Remarks()
        self.open: dict[int, tuple[Range, str]] = {}  # by their column, with the first cell

    @classmethod
    def read(cls, file: IO[bytes], targets: dict[str, str]) -> "Layout":
        """Return the Layout of a sheet; `targets` are the addresses of links by their id. Raises BadFile."""
        layout = cls()
        for count, (name, attributes) in enumerate(
            pair for pair in starts(file) if pair[0] in ("mergeCell", "hyperlink")
        ):
            if count >= MOST:
                raise BadFile(TOO_MANY)
            place = range_of(attributes.get("ref", ""))
            if place and name == "mergeCell":
                layout.merges.setdefault(place.top, []).append(place)
            elif place and (target := targets.get(attributes.get("id", ""))):
                layout.links[place.top, place.left] = target
        return layout

    def __bool__(self) -> bool:
        return bool(self.merges or self.links)

    def rows(self, names: Sequence[str], rows: Iterable[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
        """Yield the rows under the headings `names`, merged cells filled from their first one."""
        known = {place: name for place, name in enumerate(names) if known_key(name)}
        for number, cells in rows:
            self.begin(number, cells, known)
            if any(cell.strip() for cell in cells):
                for place, (merge, first) in self.open.items():
                    if number > merge.top and number <= merge.bottom:
                        self.fill(number, cells, place, first, known[place])
                for place, name in known.items():
                    self.look_at_link(number, place, cells, name)
            yield number, cells

    def begin(self, number: int, cells: list[str], known: dict[int, str]) -> None:
        """Remember the merged cells that begin in a row."""
        for merge in self.merges.get(number, ()):
            beside = [name for place, name in known.items() if merge.left <= place <= merge.right]
            first = cells[merge.left] if merge.left < len(cells) else ""
            if not beside or not first.strip():
                continue
            if len(beside) > 1:
                sentence = f"和“{beside[1]}”一格合并了，看不出是哪一栏的内容，请取消合并，分开填写。"
                first = cells[merge.left] = wrong(first, sentence)
            if merge.left in known:
                self.open[merge.left] = merge, first

    def fill(self, number: int, cells: list[str], place: int, first: str, name: str) -> None:
        """Put the first one of merged cells where Excel shows it."""
        cells.extend([""] * (place + 1 - len(cells)))
        if cells[place].strip() and cells[place] != first:
            sentence = f"是合并单元格，下面还盖着“{shorten(cells[place])}”，请取消合并，分开填写。"
            cells[place] = wrong(cells[place], sentence)
            return
        cells[place] = first
        self.remarks.add(f"的“{name}”是合并的单元格，已按合并的第一格填写", number)

    def look_at_link(self, number: int, place: int, cells: list[str], name: str) -> None:
        """Note an address that stands in no text."""
        target = self.links.get((number, place))
        if target and place < len(cells) and target.removeprefix("mailto:").rstrip("/") not in cells[place]:
            self.remarks.add(f"的“{name}”有链接，只导入了文字，没有导入地址", number)


def read_layout(archive: zipfile.ZipFile, sheet: str, targets: dict[str, str]) -> Layout:
    """Return the Layout of a sheet, which stands behind its rows: a sheet that has any is read twice."""
    with archive.open(sheet) as file:
        if not has_word(file):
            return Layout()
    with archive.open(sheet) as file:
        return Layout.read(file, targets)


def has_word(file: IO[bytes]) -> bool:
    """Return whether a sheet may have merged cells or links."""
    tail = b""
    while piece := file.read(AT_ONCE):
        if b"\0" in piece or any(word in tail + piece for word in WORDS):  # NUL: in an encoding of two bytes
            return True
        tail = piece[-16:]
    return False


def comments_note(file: IO[bytes]) -> str:
    """Return the note about a sheet's comments; "" for none."""
    rows = set()
    for name, attributes in starts(file):
        if name == "comment" and (place := range_of(attributes.get("ref", ""))):
            rows.add(place.top)
            if len(rows) > MOST:
                raise BadFile(TOO_MANY)
    return f"第 {in_words(sorted(rows))} 行有批注，批注没有导入" if rows else ""
