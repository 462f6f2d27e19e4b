"""The parts of a workbook that make a table: shared strings, and the rows of a sheet."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from math import isfinite
from typing import IO

from .cells import INHERITED, RUNS, Runs, Wrong, mark_of, read, shown, wrong
from .elements import Attributes, feed
from .errors import BadFile, shorten
from .layout import Layout, column, in_words
from .lines import MAX_LINE
from .number_formats import GENERAL, is_time
from .records import known_key
from .shown_numbers import decimal_of, general, number_text, text_in
from .shown_times import ERAS, time_texts
from .styles import PLAIN, Style, looks

MOST_COLUMNS = 500
MOST_KEPT = 20_000  # numbers of hidden rows that are kept for a note
REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")
HALF = re.compile("[\ud800-\udfff]")
OFF = ("0", "false")


def unescaped(text: str) -> str:
    """Return a text with the characters that Excel writes as _x000D_; half a character makes it Wrong."""
    if "_x" not in text:
        return text
    text = ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    if not HALF.search(text):
        return text
    text = PAIR.sub(lambda match: match[0].encode("utf-16", "surrogatepass").decode("utf-16"), text)
    return wrong(HALF.sub("\ufffd", text), "里有半个字符，请重新输入。") if HALF.search(text) else text


class Texts:
    """Gathers the text of rich or plain strings; what says how a word is pronounced is left out."""

    def __init__(self) -> None:
        self.parts: list[str] = []  # texts, and before those of each run how it stands
        self.inside = self.has_runs = self.is_rich = False
        self.phonetic = self.how = self.place = 0

    def start(self, name: str, attributes: Attributes) -> None:
        if name in ("t", "v"):
            self.inside = not self.phonetic
        elif name == "r":
            self.has_runs, self.place, self.how = True, len(self.parts), INHERITED
            self.parts.append(mark_of(INHERITED))
        elif name == "rPh":
            self.phonetic += 1
        elif self.has_runs:
            self.look(name, attributes)

    def look(self, name: str, attributes: Attributes) -> None:
        """Take an element of a run's properties: a run that has any says with them all of how it stands."""
        if name == "rPr":
            self.how, self.is_rich = 0, True
        self.how |= looks(name, attributes)
        self.parts[self.place] = mark_of(self.how)

    def end(self, name: str) -> None:
        self.phonetic -= name == "rPh"
        self.inside = False

    def text(self, data: str) -> None:
        if self.inside:
            self.parts.append(data)

    def take(self) -> str:
        """Return the text that was gathered: Runs if its runs may stand in different ways."""
        text = "".join(self.parts)
        self.parts.clear()
        if not self.has_runs:
            return unescaped(text)
        is_rich, self.has_runs, self.is_rich = self.is_rich, False, False
        runs = [(mark, unescaped(part)) for mark, part in RUNS.findall(text)] if "_x" in text else None
        if runs and (half := next((part for _, part in runs if isinstance(part, Wrong)), None)) is not None:
            return wrong("".join(part for _, part in runs), half.sentence)
        text = "".join(mark + part for mark, part in runs) if runs else text
        return Runs(text) if is_rich else RUNS.sub(r"\2", text)


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


class SheetRows:
    """The rows of a sheet as (number, cells), the cells as texts, those of cells.py among them.

    `notes` say what is left out; `hidden` and `hidden_columns` are what Excel does not show.
    """

    def __init__(self, file: IO[bytes], strings: list[str], styles: Sequence[Style], is_1904: bool) -> None:
        self.file, self.strings, self.is_1904 = file, strings, is_1904
        self.styles = {str(place): style for place, style in enumerate(styles)}
        self.layout = Layout()
        self.notes: list[str] = []
        self.hidden: list[int] = []
        self.hidden_columns: set[int] = set()
        self.number = self.size = 0
        self.cells: list[str] = []
        self.texts = Texts()
        self.finished: list[tuple[int, list[str]]] = []
        self.cell: Attributes = {}
        self.formula = self.is_hidden = False

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        with self.file:
            for _ in feed(self.file, self.start, self.end, self.take):
                yield from self.finished
                self.finished.clear()

    def remarks(self, names: Sequence[str], heading_line: int) -> list[str]:
        """Return what is to be said of the rows under the headings `names`, once they have been read."""
        said = list(self.layout.remarks)
        if hidden := [number for number in self.hidden if number > heading_line]:
            said.append(f"第 {in_words(hidden)} 行是隐藏的（可能被筛选掉了），也在导入之列")
        if columns := [name for place, name in enumerate(names) if place in self.hidden_columns and known_key(name)]:
            said.append(f"隐藏的列也在导入之列：{'、'.join(columns)}")
        return said

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "c":
            self.cell, self.formula = attributes, False
        elif name == "f":
            self.formula = True
        elif name == "row":
            number = attributes.get("r", "")
            self.number = int(number) if number.isdigit() and len(number) < 8 else self.number + 1
            self.cells, self.size = [], 0
            self.is_hidden = attributes.get("hidden", "0") not in OFF
        elif name == "col":
            self.look_at_column(attributes)
        else:
            self.texts.start(name, attributes)

    def look_at_column(self, attributes: Attributes) -> None:
        if attributes.get("hidden", "0") not in OFF:
            first, last = int(attributes.get("min", "0")), int(attributes.get("max", "0"))
            self.hidden_columns |= set(range(max(first, 1) - 1, min(last, MOST_COLUMNS)))

    def take(self, data: str) -> None:
        self.grow(len(data))
        self.texts.text(data)

    def grow(self, size: int) -> None:
        self.size += size
        if self.size > MAX_LINE:
            raise BadFile("这一行的文字超过 1 MB。", self.number)

    def end(self, name: str) -> None:
        if name == "c":
            place = self.place(self.cell.get("r", ""))
            text = self.texts.take()
            if place > len(self.cells):
                self.cells.extend([""] * (place - len(self.cells)))
            self.cells.append(self.value(text))
        elif name == "row":
            self.finished.append((self.number, self.cells))
            if self.is_hidden and len(self.hidden) < MOST_KEPT and any(cell.strip() for cell in self.cells):
                self.hidden.append(self.number)
        else:
            self.texts.end(name)

    def place(self, reference: str) -> int:
        """Return the place of a cell in its row."""
        match = REFERENCE.fullmatch(reference)
        place = column(match[1]) if match else len(self.cells)
        if not len(self.cells) <= place < MOST_COLUMNS:
            raise BadFile(f"这一行的格子次序不对，或者超过 {MOST_COLUMNS} 列。", self.number)
        return place

    def value(self, text: str) -> str:
        """Return what the cell says in its style."""
        kind = self.cell.get("t", "n")
        if self.formula:
            return wrong(text or "=", "是公式，请复制后选择性粘贴为“值”。")
        if kind == "e":
            return wrong(text, f"是错误值 {text}。")
        if not text:
            return ""
        style = self.styles.get(self.cell.get("s", "0"), PLAIN)
        if kind == "s":
            text = self.strings[int(text)]
        elif kind == "b":
            text = {"1": "TRUE", "0": "FALSE"}.get(text, text)
        elif kind == "n":
            text = self.number_text(float(text), style.code)
        elif kind == "d":
            text = self.number_text(days(text, self.is_1904), style.code if is_time(style.code) else "yyyy-mm-dd")
        if type(text) is str and not style.how and not style.has_text:
            return text
        return self.styled(text, style)

    def styled(self, text: str, style: Style) -> str:
        """Return a text in a style that says something of it."""
        if isinstance(text, Runs):
            self.grow(len(text))
        elif style.has_text and type(text) is str and self.cell.get("t") in ("s", "str", "inlineStr"):
            told = text_in(text, style.code)
            text = unseen(text) if text.strip() and not told.strip() else told
            self.grow(len(text))
        return read(text, style.how) if style.how or isinstance(text, Runs) else text

    def number_text(self, value: float, code: str) -> str:
        """Return what a number stands for: a time where its format says so."""
        if code == GENERAL and value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        if is_time(code):
            texts = time_texts(value, code, self.is_1904)
            return shown(*texts) if texts else wrong(str(value), "不是一个存在的日期。")
        if not isfinite(value):
            return wrong(str(value), "不是一个数。")
        number = decimal_of(value)
        text, whole = number_text(number, code), general(number)
        return unseen(whole) if number and not text.strip() else shown(text, whole)


def unseen(whole: str) -> str:
    """Return a cell of which its format shows nothing: whoever wrote the file has not read what stands in it."""
    return wrong(whole, f"的数字格式不显示内容（看不到的是“{shorten(whole)}”），请清空，或者改成“常规”格式。")


def days(text: str, is_1904: bool) -> float:
    """Return the number that stands for a time in ISO 8601."""
    moment = datetime.fromisoformat(text).replace(tzinfo=None)
    return (moment - ERAS[is_1904]) / timedelta(days=1)
