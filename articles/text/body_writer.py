"""Writes the HTML of a body: blocks, lines and what stands within them, soundly nested whatever comes in which order.

What is opened within a line is written only with the next text, and again in the paragraph behind; a block that may not
stand where it comes ends a line there. Nothing is nested deeper than DEEPEST, because the parser behind the sanitiser
takes time that grows with the square of depth.
"""

import html
import re
from collections.abc import Set
from dataclasses import dataclass, field

from .body_structure import LISTS
from .foreign_names import CELLS, FIGURE, LINES, QUOTED, ROWS

DEEPEST = 55  # and body_structure.py writes some of what it lacks
MOST_BLOCKS = 20_000  # from there on, empty ones go; no text has so many
MOST_REOPENED = 20_000  # elements that a paragraph took over from the one before
JOINED = re.compile("[0-9A-Za-z]{2}")  # 5 and 10 would be 510, 1 and 20 be 120
# Signs of HTML in texts, for the time between here and the sanitiser: characters that no text holds (they are dropped).
SIGNS = {"&": "\ufdd0", "<": "\ufdd1", ">": "\ufdd2"}
TO_SIGNS, FROM_SIGNS = str.maketrans(SIGNS), str.maketrans({sign: html.escape(char) for char, sign in SIGNS.items()})


@dataclass(slots=True)
class Inline:
    """An element within a line: what its source calls it, and the tags that say it here, open or not yet."""

    name: str
    tags: list[tuple[str, str]]  # (name, whole start tag)
    said: dict[str, str] = field(default_factory=dict)  # what its style passes on to all text in it
    owner: int = 0  # the number of the block whose style it is
    is_quoted: bool = False  # whether its sign of QUOTED stands before what is seen of it
    display: str = ""  # of its style
    within: int = 0  # the number of the block in which it stands
    is_apart: bool = False  # whether a line ends where it ends, as one did where it began
    is_beside: bool = False  # whether there is room around it

    @property
    def is_raised(self) -> bool:
        return any(name in ("sup", "sub") for name, _ in self.tags)


@dataclass(slots=True)
class Block:
    """An open block; a cell keeps what was open around its table."""

    name: str
    number: int
    is_loose: bool = False  # what comes stands in a paragraph of its own
    is_made: bool = False  # whether it is such a paragraph
    around: list[Inline] = field(default_factory=list)
    place: int = 0  # of its start tag among the parts
    display: str = ""  # of its style
    kind: str = ""  # of numbers that no list of HTML shows, of a list that says them in its text, up to `count`
    count: int = 0


class BodyWriter:
    """Keeps the parts of the HTML in `parts`, and what is open in `blocks` and `inlines`."""

    def __init__(self, is_loose: bool) -> None:
        self.parts: list[str] = []
        self.blocks = [Block("", 0, is_loose)]
        self.inlines: list[Inline] = []
        self.opened = self.reopened = 0  # how many of `inlines` are open; how many have been, all in all
        self.numbers = 0
        self.breaks = False  # a line ends within its block
        self.last, self.was_raised = "", False  # the last character in this line, and whether it is raised
        self.is_beside = False  # there is room behind it

    @property
    def top(self) -> Block:
        return self.blocks[-1]

    @property
    def block(self) -> Block:
        """The innermost block of the source: not the paragraph around what stood in none."""
        return self.blocks[-2] if self.top.is_made else self.top

    @property
    def display(self) -> str:
        """The display of what holds an element that comes."""
        is_within = self.inlines and self.inlines[-1].within == self.block.number
        return self.inlines[-1].display if is_within else self.block.display

    @property
    def is_deep(self) -> bool:
        """Whether nothing more may be opened."""
        return len(self.blocks) + len(self.inlines) >= DEEPEST

    def is_within(self, name: str) -> bool:
        return any(block.name == name for block in self.blocks)

    def is_in_figure(self) -> bool:
        """Return whether what comes stands in a figure, or in its caption, and in no other block within it."""
        return self.top.name in FIGURE or (self.top.name == "p" and self.blocks[-2].name in FIGURE)

    def said(self) -> dict[str, str]:
        """Return what is said of a text that comes by the styles around it."""
        said: dict[str, str] = {}
        for inline in self.inlines:
            said |= inline.said
        return said

    def font_around(self) -> str:
        """Return the symbol font of the tables around the cell in which a text stands."""
        said = [inline.said for block in self.blocks for inline in block.around]
        return next((one["font"] for one in reversed(said) if "font" in one), "")

    # Texts and what stands among them

    def space(self, text: str) -> None:
        self.parts.append(text)
        self.last = self.last and " "

    def text(self, text: str) -> None:
        self.keep_room(text)
        self.begin_line()
        text = text.translate(TO_SIGNS)
        if "\n" in text and any(inline.name in ("pre", "textarea") for inline in self.inlines):
            text = text.replace("\n", "<br>")
        self.parts.append(text)
        self.last = "" if text.endswith("<br>") else text[-1]

    def lines(self, text: str) -> None:
        """Add a text whose lines are lines of its block."""
        for place, line in enumerate(text.split("\n")):
            if place:
                self.end_line()
            if line.strip():
                self.text(line)

    def void(self, tag: str, last: str = "") -> None:
        """Add an element without content to the line, which stands there as the character `last` does."""
        self.begin_line()
        self.parts.append(tag)
        self.last = last

    def rule(self) -> None:
        if self.top.name == "p":
            self.close_block()
        self.close_inlines()
        self.parts.append("<hr>")
        self.last = ""

    def keep_room(self, text: str) -> None:
        """Put a blank between two numbers or words that would be one, and stand beside each other."""
        is_raised = any(inline.is_raised for inline in self.inlines)
        is_apart = self.breaks or is_raised or self.was_raised
        has_room = self.is_beside or any(inline.is_beside for inline in self.inlines[self.opened :])
        if has_room and not is_apart and JOINED.match(self.last + text[0]):
            self.parts.append(" ")
        self.is_beside, self.was_raised = False, is_raised

    def begin_line(self) -> None:
        """Open what has to be open around a text: a cell, a paragraph, and what is to be seen of elements around it."""
        if self.top.name in ROWS:
            self.open_cell()
        if self.top.is_loose:
            self.open_block("p", "<p>")
            self.top.is_made = True
        if self.breaks:
            self.parts.append("<br>")
            self.breaks = False
        while self.opened < len(self.inlines):
            inline = self.inlines[self.opened]
            self.parts += [start for _, start in inline.tags]
            if inline.name in QUOTED and not inline.is_quoted:
                self.parts.append(QUOTED[inline.name][0])
                inline.is_quoted = True
            self.opened += 1
            self.reopened += 1

    def end_line(self) -> None:
        """Let what comes stand in a line of its own, if anything stands in this one."""
        self.breaks = bool(self.last)

    # Elements within a line

    def add_inline(self, inline: Inline) -> None:
        inline.within = self.block.number
        if not self.is_deep:
            self.inlines.append(inline)

    def end_quote(self, name: str) -> None:
        inline = next((inline for inline in reversed(self.inlines) if inline.name == name), None)
        if inline and inline.is_quoted:
            self.begin_line()
            self.parts.append(QUOTED[name][1])
            self.last = QUOTED[name][1]

    def end_inline(self, name: str) -> None:
        place = next((i for i in reversed(range(len(self.inlines))) if self.inlines[i].name == name), None)
        if place is not None:
            is_filled = place < self.opened
            self.close_inlines(place)
            inline = self.inlines.pop(place)
            if inline.is_apart:
                self.end_line()
            self.is_beside = self.is_beside or (inline.is_beside and is_filled)

    def close_inlines(self, first: int = 0) -> None:
        """Close what is open within a line from the place `first` on; it opens again with the next text."""
        for inline in reversed(self.inlines[first : self.opened]):
            self.parts += [f"</{name}>" for name, _ in reversed(inline.tags)]
        self.opened = min(self.opened, first)

    def forget_inlines(self) -> None:
        """Close what is open within a line for good."""
        self.close_inlines()
        self.inlines = []

    # Blocks

    def open_block(self, name: str, start: str) -> None:
        self.close_inlines()
        self.numbers += 1
        around: list[Inline] = []
        if name in CELLS:
            around, self.inlines = self.inlines, []
        self.blocks.append(Block(name, self.numbers, around=around, place=len(self.parts)))
        self.breaks, self.last = False, ""
        self.parts.append(start)

    def open_cell(self) -> None:
        if self.top.name != "tr":
            self.open_block("tr", "<tr>")
        self.open_block("td", "<td>")

    def close_block(self) -> None:
        self.close_inlines()
        block = self.blocks.pop()
        if self.numbers > MOST_BLOCKS and len(self.parts) == block.place + 1 and block.name not in ROWS | CELLS:
            self.parts.pop()  # nothing stands in it
        else:
            self.parts.append(f"</{block.name}>")
        if block.name in CELLS:
            self.inlines = block.around
        elif self.inlines:
            self.inlines = [inline for inline in self.inlines if inline.owner != block.number]
        if self.reopened > MOST_REOPENED:
            self.inlines = []
        self.breaks, self.last = False, ""

    def close_to(self, names: Set[str], within: Set[str] = frozenset()) -> bool:
        """Close the nearest open block of `names` and all in it, unless one of `within` is nearer. Return if it was."""
        for place in reversed(range(1, len(self.blocks))):
            if self.blocks[place].name in names:
                while len(self.blocks) > place:
                    self.close_block()
                return True
            if self.blocks[place].name in within:
                return False
        return False

    def break_line(self) -> None:
        """End a paragraph where a block of elsewhere begins or ends."""
        if self.top.name == "p":
            self.close_block()
        if self.top.name in LINES:
            self.breaks = bool(self.parts and not self.parts[-1].startswith(("<h", "<caption", "<figcaption")))
        elif self.top.name not in LISTS and self.top.name not in ROWS:
            self.close_inlines()
            self.top.is_loose = True
            self.breaks = False

    def number_items(self, kind: str) -> None:
        """Let the open list, of whose items none says otherwise, have numbers of a kind of HTML's."""
        if self.parts[self.top.place] == "<ol>":
            self.parts[self.top.place] = f'<ol type="{kind}">'

    def finish(self) -> str:
        """Close all and return the HTML."""
        while len(self.blocks) > 1:
            self.close_block()
        self.close_inlines()
        return "".join(self.parts)
