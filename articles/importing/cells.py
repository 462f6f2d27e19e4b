"""Cells of a workbook that are more than a plain text: who reads one decides which of its meanings counts."""

import re
from collections.abc import Iterator

from articles.text.enumerations import lay_out
from articles.text.invisible import without_invisible
from articles.text.markup import paragraphs
from articles.text.raised import lowered, raised
from articles.text.symbol_fonts import in_characters

from .errors import shorten

# How a run stands, as one character before its text. They are halves of characters, which no text of a file holds.
FIRST = 0xDC00
# INHERITED: as the style of the cell says. SYMBOLIC: in Symbol, which shows μ for m. PICTURED: in a font of pictures.
STRUCK, RAISED, LOWERED, INHERITED, SYMBOLIC, PICTURED = 1, 2, 4, 8, 16, 32
MARKS = [chr(FIRST + how) for how in range(64)]
RUNS = re.compile("([\udc00-\udc3f])([^\udc00-\udc3f]*)")
ALIKE = str.maketrans("−∗∼", "-*~")  # what Symbol shows for the second looks like it
PICTURE = re.compile("[!-\xff\uf020-\uf0ff]")  # letters and digits alike; others are shown in another font
MARKED = re.compile("((?:\udc02(?:&\\w+;|.))+)|((?:\udc04(?:&\\w+;|.))+)", re.DOTALL)
MARK = re.compile("[\udc02\udc04]")
OUTSIDE_OF_TAGS = re.compile(r"<[^<>]*>|([^<>\s](?:[^<>]*[^<>\s])?)")


class Wrong(str):
    """A cell that holds no value of its own; `sentence` says why, with what follows the cell's name."""

    sentence = ""


class Struck(Wrong):
    """A cell in which something is struck out: only its author knows whether it was given up or done with."""


def wrong(text: str, sentence: str, kind: type[Wrong] = Wrong) -> Wrong:
    cell = kind(text)
    cell.sentence = sentence
    return cell


class Shown(str):
    """A number or a time as Excel shows it. `value` is what columns of numbers and times read."""

    value = ""


def shown(text: str, value: str) -> str:
    if text == value:
        return text
    cell = Shown(text)
    cell.value = value
    return cell


def value_of(cell: object) -> object:
    """Return what a column of numbers or times reads of a cell."""
    return cell.value if isinstance(cell, Shown) else cell


class Runs(str):
    """Text of a rich string: before each run a character that says how it stands."""

    __slots__ = ()


class Rich(str):
    """Text of a cell in which something is raised or lowered: 10⁹. HTML of it says so by <sup> and <sub>."""

    runs: tuple[tuple[int, str], ...] = ()

    def as_html(self) -> str:
        """Return HTML of a plain text that is laid out into paragraphs."""
        text = "".join(map(marked, self.runs))
        return MARKED.sub(element, paragraphs(lay_out(text)))

    def as_markup(self) -> str:
        """Return HTML of a text that is HTML itself: its tags are left alone."""
        return "".join(within_markup(*run) for run in self.runs)


def mark_of(how: int) -> str:
    """Return the character that stands before a run."""
    return MARKS[how]


def runs_of(text: str, style: int) -> Iterator[tuple[int, str]]:
    """Yield (how it stands, text) of the runs of a cell in `style`, those that stand alike as one."""
    how, parts = 0, []
    for mark, part in RUNS.findall(text) if isinstance(text, Runs) else [(mark_of(style), text)]:
        own = ord(mark) - FIRST
        own = style if own & INHERITED else own
        if parts and own != how:
            yield how, "".join(parts)
            parts = []
        how = own
        parts.append(part)
    yield how, "".join(parts)


def read(text: str, style: int) -> str:
    """Return the text of a cell in `style`: what is struck out is no value, what is raised or lowered is Rich."""
    if isinstance(text, Wrong):
        return text
    runs = tuple(runs_of(text, style))
    plain = "".join(part for _, part in runs)
    for how, part in runs:
        if how & STRUCK and part.strip():
            return wrong(plain, f"里有划掉的文字“{shorten(part)}”，请删掉这些文字，或者取消删除线。", Struck)
        if looks_other(how, part):
            sentence = f"里有符号字体的字“{shorten(part)}”，看到的不是它：请换成普通字体的符号，例如 μ、≤、☑。"
            return wrong(plain, sentence)
    if not any(how & (RAISED | LOWERED) and part.strip() for how, part in runs):
        return plain
    cell = Rich("".join(in_unicode(*run) for run in runs))
    cell.runs = runs
    return cell


def looks_other(how: int, text: str) -> bool:
    """Tell whether its font shows a text as another one."""
    if how & PICTURED:
        return bool(PICTURE.search(text.replace("\xa0", " ")))
    return bool(how & SYMBOLIC) and in_characters(text, "symbol").translate(ALIKE) != text.translate(ALIKE)


def in_unicode(how: int, text: str) -> str:
    if how & RAISED:
        return "".join(map(raised, text.splitlines(keepends=True)))
    return "".join(map(lowered, text.splitlines(keepends=True))) if how & LOWERED else text


def marked(run: tuple[int, str]) -> str:
    """Return a run with a mark before each character that is raised or lowered, so that it may be cut anywhere."""
    how, text = run
    text = without_invisible(text)
    if not how & (RAISED | LOWERED):
        return text
    mark = mark_of(RAISED if how & RAISED else LOWERED)
    return "".join(char if char.isspace() else mark + char for char in text)


def element(match: re.Match[str]) -> str:
    name = "sup" if match[1] else "sub"
    return f"<{name}>{MARK.sub('', match[0])}</{name}>"


def within_markup(how: int, text: str) -> str:
    if not how & (RAISED | LOWERED):
        return text
    name = "sup" if how & RAISED else "sub"
    return OUTSIDE_OF_TAGS.sub(lambda match: f"<{name}>{match[1]}</{name}>" if match[1] else match[0], text)
