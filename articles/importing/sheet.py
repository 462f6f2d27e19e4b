"""The parts of a workbook that make a table: shared strings, the styles that are dates, and the rows of a sheet."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import IO

from .elements import Attributes, feed, starts
from .errors import BadFile
from .lines import MAX_LINE

MOST_COLUMNS = 500
DATE_FORMATS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}  # built in, the Chinese ones included
NO_CODE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')  # parts of a number format that are shown or are no code
REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
ERAS = {False: datetime(1899, 12, 30), True: datetime(1904, 1, 1)}


class Wrong(str):
    """A cell that holds no value of its own; `sentence` says why, with what follows the cell's name."""

    sentence = ""


def wrong(text: str, sentence: str) -> Wrong:
    cell = Wrong(text)
    cell.sentence = sentence
    return cell


def unescaped(text: str) -> str:
    return ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


class Texts:
    """Gathers the text of rich or plain strings; what says how a word is pronounced is left out."""

    def __init__(self) -> None:
        self.parts, self.inside, self.phonetic = [], False, 0

    def start(self, name: str, _: object) -> None:
        self.phonetic += name == "rPh"
        self.inside = name in ("t", "v") and not self.phonetic

    def end(self, name: str) -> None:
        self.phonetic -= name == "rPh"
        self.inside = False

    def text(self, data: str) -> None:
        if self.inside:
            self.parts.append(data)

    def take(self) -> str:
        text = unescaped("".join(self.parts))
        self.parts.clear()
        return text


def shared_strings(file: IO[bytes] | None) -> list[str]:
    """Return the strings that cells of the type "s" stand for; `file` may be None."""
    strings, texts = [], Texts()

    def end(name: str) -> None:
        texts.end(name)
        if name == "si":
            strings.append(texts.take())

    if file:
        with file:
            for _ in feed(file, texts.start, end, texts.text):
                pass
    return strings


def date_styles(file: IO[bytes] | None) -> set[str]:
    """Return the numbers of the cell styles that show a number as a date or time; `file` may be None."""
    if file is None:
        return set()
    codes, styles, in_styles = {}, [], False
    with file:
        for name, attributes in starts(file):
            if name == "numFmt":
                codes[attributes.get("numFmtId")] = attributes.get("formatCode", "")
            elif name in ("cellXfs", "cellStyleXfs", "cellStyles", "dxfs"):
                in_styles = name == "cellXfs"
            elif name == "xf" and in_styles:
                styles.append(attributes.get("numFmtId", "0"))
    return {str(place) for place, number in enumerate(styles) if is_date(number, codes.get(number))}


def is_date(number: str, code: str | None) -> bool:
    if code is not None:
        return bool(re.search("[ymdhs]", NO_CODE.sub("", code).split(";")[0], re.IGNORECASE))
    return number.isascii() and number.isdigit() and int(number) in DATE_FORMATS


class SheetRows:
    """The rows of a sheet as (number, cells), the cells as texts. Cells without value of their own are Wrong."""

    def __init__(self, file: IO[bytes], strings: list[str], dates: set[str], is_1904: bool) -> None:
        self.file, self.strings, self.dates, self.era = file, strings, dates, ERAS[is_1904]
        self.notes = []
        self.number = self.size = 0
        self.cells, self.texts, self.finished = [], Texts(), []
        self.cell = self.formula = None

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        with self.file:
            for _ in feed(self.file, self.start, self.end, self.take):
                yield from self.finished
                self.finished.clear()

    def start(self, name: str, attributes: Attributes) -> None:
        self.texts.start(name, attributes)
        if name == "row":
            number = attributes.get("r", "")
            self.number = int(number) if number.isdigit() and len(number) < 8 else self.number + 1
            self.cells, self.size = [], 0
        elif name == "c":
            self.cell, self.formula = attributes, False
        elif name == "f":
            self.formula = True

    def take(self, data: str) -> None:
        self.size += len(data)
        if self.size > MAX_LINE:
            raise BadFile("这一行的文字超过 1 MB。", self.number)
        self.texts.text(data)

    def end(self, name: str) -> None:
        self.texts.end(name)
        if name == "c":
            place = self.place(self.cell.get("r", ""))
            text = self.texts.take()
            self.cells.extend([""] * (place - len(self.cells)))
            self.cells.append(self.value(text))
        elif name == "row":
            self.finished.append((self.number, self.cells))

    def place(self, reference: str) -> int:
        """Return the place of a cell in its row."""
        match = REFERENCE.fullmatch(reference)
        place = len(self.cells)
        if match:
            place = 0
            for letter in match[1]:
                place = place * 26 + ord(letter) - 64
            place -= 1
        if not len(self.cells) <= place < MOST_COLUMNS:
            raise BadFile(f"这一行的格子次序不对，或者超过 {MOST_COLUMNS} 列。", self.number)
        return place

    def value(self, text: str) -> str:
        kind = self.cell.get("t", "n")
        if self.formula:
            return wrong(text or "=", "是公式，请复制后选择性粘贴为“值”。")
        if kind == "e":
            return wrong(text, f"是错误值 {text}。")
        if kind == "s":
            return self.strings[int(text)] if text else ""
        if kind == "b":
            return {"1": "TRUE", "0": "FALSE"}.get(text, text)
        return self.number_text(text) if kind == "n" and text else text

    def number_text(self, text: str) -> str:
        """Return what a number stands for: a date where its style says so."""
        value = float(text)
        if self.cell.get("s", "0") in self.dates:
            try:
                time = self.era + timedelta(seconds=round(value * 86_400))
            except OverflowError:
                return wrong(text, "不是一个存在的日期。")
            return f"{time:%Y-%m-%d}" if time == time.replace(hour=0, minute=0, second=0) else f"{time}"
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else text
