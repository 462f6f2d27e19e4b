"""Sanitised HTML as what stands below one another: elements, and the runs of text, marks and images within them."""

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from os.path import commonprefix
from typing import NamedTuple

from .body_nodes import VOID, WITHIN_TEXT
from .markup import TAG

TOKEN = re.compile(r'<(/?)([a-z][a-z0-9]*)((?: [a-z]+="[^"]*")*)>|[^<]+|<')
DEEPEST = 12  # elements within one another that are looked into; what is deeper is the same or not, as a whole


@dataclass(slots=True, eq=False)
class Element:
    """An element, from `start` to `end` of its source; `tag` is "" for a text and for the whole."""

    tag: str
    opening: str
    start: int
    end: int = 0
    depth: int = 0
    holds_blocks: bool = False
    children: list["Element"] = field(default_factory=list)

    @property
    def is_inline(self) -> bool:
        return not self.tag or (self.tag in WITHIN_TEXT and not self.holds_blocks)


class Run(NamedTuple):
    """Text with its marks and images: what stands in one paragraph."""

    html: str


class Block(NamedTuple):
    """An element with what stands in it: its Runs and Blocks, none where it is too deep to be looked into."""

    tag: str
    opening: str  # its tag, with the attributes
    html: str
    parts: "Sequence[Run | Block] | None"

    @property
    def inner(self) -> str:
        return self.html[len(self.opening) : len(self.html) - len(f"</{self.tag}>")]


class Token(NamedTuple):
    """A character of a run, an image or a line break, within the opening tags of its marks."""

    text: str
    marks: tuple[str, ...]
    is_markup: bool = False


def blocks_of(source: str) -> list[Run | Block]:
    """Return what stands below one another in sanitised HTML; white space between blocks is nothing."""
    return list(parts_of(source, tree_of(source)))


def tree_of(source: str) -> Element:
    root = Element("", "", 0, len(source))
    open_ = [root]
    for match in TOKEN.finditer(source):
        closing, tag, _ = match.groups()
        if closing:
            close(open_, tag, match)
            continue
        opening = match[0] if tag else ""
        element = Element(tag or "", opening, match.start(), match.end(), depth=len(open_))
        open_[-1].children.append(element)
        if tag and tag not in WITHIN_TEXT:
            for above in reversed(open_):
                if above.holds_blocks:
                    break
                above.holds_blocks = True
        if tag and tag not in VOID:
            open_.append(element)
    for element in open_[1:]:  # what the cleaner has written closes everything
        element.end = len(source)
    return root


def close(open_: list[Element], tag: str, match: re.Match[str]) -> None:
    """End the innermost open element of this tag, and what is open within it."""
    at = next((i for i in range(len(open_) - 1, 0, -1) if open_[i].tag == tag), 0)
    if at:
        open_[at].end = match.end()
        for element in open_[at + 1 :]:
            element.end = match.start()
        del open_[at:]


def parts_of(source: str, parent: Element) -> Iterator[Run | Block]:
    run: list[Element] = []
    for child in [*parent.children, None]:
        if child is not None and child.is_inline:
            run.append(child)
            continue
        if run:
            text = source[run[0].start : run[-1].end]
            if text.strip():
                yield Run(text)
            run = []
        if child is not None:
            inner = None if child.depth > DEEPEST or child.tag in VOID else list(parts_of(source, child))
            yield Block(child.tag, child.opening, source[child.start : child.end], inner)


def tokens_of(run: str) -> list[Token]:
    """Return the Tokens of the HTML of a Run."""
    tokens: list[Token] = []
    marks: list[str] = []
    for match in TOKEN.finditer(run):
        closing, tag, _ = match.groups()
        if tag in VOID:
            tokens.append(Token(match[0], tuple(marks), is_markup=True))
        elif closing:
            at = next((i for i in range(len(marks) - 1, -1, -1) if tag_of(marks[i]) == tag), None)
            if at is not None:
                del marks[at]
        elif tag:
            marks.append(match[0])
        else:
            within = tuple(marks)
            tokens += [Token(character, within) for character in html.unescape(match[0])]
    return tokens


def html_of(tokens: Sequence[Token]) -> str:
    """Return Tokens as HTML, with no more tags than needed."""
    written: list[str] = []
    open_: tuple[str, ...] = ()
    for token in tokens:
        if token.marks != open_:
            same = len(commonprefix([open_, token.marks]))
            written += [f"</{tag_of(mark)}>" for mark in reversed(open_[same:])]
            written += token.marks[same:]
            open_ = token.marks
        written.append(token.text if token.is_markup else escaped(token.text))
    written += [f"</{tag_of(mark)}>" for mark in reversed(open_)]
    return "".join(written)


def escaped(text: str) -> str:
    return html.escape(text, quote=False).replace("\xa0", "&nbsp;")


def tag_of(opening: str) -> str:
    return opening[1:-1].partition(" ")[0]


def words_of(value: str) -> str:
    """Return the text of a piece of sanitised HTML, as it is, white space included."""
    return html.unescape(TAG.sub("", value))
