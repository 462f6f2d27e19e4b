"""HTML of elsewhere, said in the elements that a body may hold.

A sanitiser drops the tags that it does not know and keeps their text: two <section> become one sentence, and a digit
that Google Docs raises by a style joins the number before it. So what is not written as we write it is rewritten here
first: blocks become paragraphs, looks become elements, what its writer has deleted or hidden goes. What comes out is
nested soundly and not deeper than DEEPEST, because the parser behind the sanitiser takes time that grows with the
square of depth, of attributes and of stray tags. What is safe is decided there, not here.
"""

import html
import re
from collections import Counter
from collections.abc import Mapping, Set
from dataclasses import dataclass, field

from .body_nodes import INLINE
from .body_structure import HEADINGS, LISTS
from .foreign_names import (
    BLOCKS,
    CELLS,
    DRAWN,
    DROPPED,
    FIGURE,
    FOREIGN_BLOCKS,
    FORMULAS,
    IN_TABLES,
    LINES,
    LOST,
    QUOTED,
    RENAMED,
    ROWS,
    UP_TO,
    VOID,
)
from .html_tokens import Token, tokens
from .image_names import emoji_of, name_in
from .indented_lists import nested
from .looks import (
    NO_STYLE,
    SMALL_TEXT,
    contradicted,
    is_apart,
    is_beside,
    is_deleted,
    is_hidden,
    is_unseen,
    keeps_lines,
    kind_of_numbers,
    looks,
    marker_of,
    moved_by,
    passed_on,
    style_of,
    waits_for_script,
)
from .style_sheets import Rules, styled
from .symbol_fonts import in_characters

DEEPEST = 55  # and body_structure.py writes some of what it lacks
LONGEST_ADDRESS = 4_000  # characters of an attribute
MOST_TAGS = 30_000  # no text has so many; from there on they only tell where paragraphs end
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
    said: dict[str, str] = field(default_factory=dict)  # of passed_on()
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
    around: "list[Inline]" = field(default_factory=list)
    place: int = 0  # of its start tag among the parts
    display: str = ""  # of its style
    kind: str = ""  # of numbers that no list of HTML shows, of a list that says them in its text, up to `count`
    count: int = 0


class Rewriter:
    """Takes Tokens, and keeps the parts of the new HTML in `parts`, and in `lost` what was left out, how often."""

    def __init__(self, attributes: Mapping[str, Set[str]], is_loose: bool, rules: Rules) -> None:
        self.attributes, self.rules = attributes, rules
        self.lost: Counter[str] = Counter()
        self.losing = ""  # what the skipped element holds, until that is counted
        self.is_passed_on = False  # whether a style has said anything of passed_on() that counts
        self.parts: list[str] = []
        self.blocks = [Block("", 0, is_loose)]
        self.inlines: list[Inline] = []
        self.numbers = 0
        self.skipped, self.depth = "", 0  # the element that goes with its content
        self.around = 0  # how many of what it stands in, of which its end would tell, are open within it
        self.breaks = False  # a line ends within its block
        self.last, self.was_raised = "", False  # the last character in this line, and whether it is raised
        self.is_beside = False  # there is room behind it
        self.is_formula_said = False  # within what KaTeX writes
        self.tags = 0
        self.opened = self.reopened = 0  # how many of `inlines` are open; how many have been, all in all

    @property
    def top(self) -> Block:
        return self.blocks[-1]

    @property
    def block(self) -> Block:
        """The innermost block of the source: not the paragraph around what stood in none."""
        return self.blocks[-2] if self.top.is_made else self.top

    def display_around(self) -> str:
        """Return the display of what holds an element that comes."""
        is_within = self.inlines and self.inlines[-1].within == self.block.number
        return self.inlines[-1].display if is_within else self.block.display

    def take(self, token: Token) -> None:
        if self.skipped and not self.ends_skipped(token):
            if self.losing and not token.name and token.text.strip():
                self.lose(self.losing)
                self.losing = ""
            return
        if not token.name:
            self.text(html.unescape(token.text))
        elif self.has_most_tags():
            if token.name in BLOCKS or token.name in FOREIGN_BLOCKS:
                self.break_line()
        elif token.is_end:
            self.end(RENAMED.get(token.name, token.name))
        else:
            attributes = styled(token.name, token.attributes, self.rules) if self.rules else token.attributes
            self.start(RENAMED.get(token.name, token.name), attributes)

    def lose(self, what: str) -> None:
        self.lost[what] += 1

    def ends_skipped(self, token: Token) -> bool:
        """Note what stands in the skipped element; return whether `token` stands behind one that was never closed."""
        name, step = RENAMED.get(token.name, token.name), -1 if token.is_end else 1
        is_block = name in BLOCKS or name in FOREIGN_BLOCKS
        around = UP_TO.get(self.skipped, set())
        is_inline = not (self.skipped in BLOCKS or self.skipped in FOREIGN_BLOCKS or self.skipped in DROPPED)
        is_around = is_block if is_inline else name in around
        if self.depth == 1 and not self.around:  # what people leave out: </p>, </li>, </td>, </span>
            is_next = not token.is_end and (
                (self.skipped == "p" and is_block)
                or (around and UP_TO.get(name) == around)
                or (self.skipped in CELLS and name in IN_TABLES)
            )
            if is_next or (token.is_end and is_around):
                self.skipped = ""
                return True
        self.around += is_around * step
        self.depth += (name == self.skipped and not self.around) * step
        self.skipped = self.skipped if self.depth else ""
        return False

    def has_most_tags(self) -> bool:
        """Count a tag; return whether there have been so many that only where texts part is still looked at."""
        self.tags += 1
        if self.tags == MOST_TAGS:
            self.close_inlines()
            self.inlines = []
        return self.tags >= MOST_TAGS

    # Texts and what stands among them

    def text(self, text: str) -> None:
        if not text.strip():
            self.parts.append(text)
            self.last = self.last and " "
            return
        if self.is_passed_on:
            said: dict[str, str] = {}
            for inline in self.inlines:
                said |= inline.said
            if is_unseen(said):
                self.lose("隐藏的文字")
                return
            text = in_characters(text, said.get("font", self.font_around()))
            if "\n" in text and keeps_lines(said):
                self.lines(text)
                return
        self.keep_room(text)
        self.begin_line()
        text = text.translate(TO_SIGNS)
        if "\n" in text and any(inline.name in ("pre", "textarea") for inline in self.inlines):
            text = text.replace("\n", "<br>")
        self.parts.append(text)
        self.last = "" if text.endswith("<br>") else text[-1]

    def keep_room(self, text: str) -> None:
        """Put a blank between two numbers or words that would be one, and stand beside each other."""
        is_raised = any(inline.is_raised for inline in self.inlines)
        is_apart = self.breaks or is_raised or self.was_raised
        has_room = self.is_beside or any(inline.is_beside for inline in self.inlines[self.opened :])
        if has_room and not is_apart and JOINED.match(self.last + text[0]):
            self.parts.append(" ")
        self.is_beside, self.was_raised = False, is_raised

    def lines(self, text: str) -> None:
        """Add a text whose lines are lines of its block."""
        for place, line in enumerate(text.split("\n")):
            if place:
                self.end_line()
            if line.strip():
                self.keep_room(line)
                self.begin_line()
                self.parts.append(line.translate(TO_SIGNS))
                self.last = line[-1]

    def end_quote(self, name: str) -> None:
        inline = next((inline for inline in reversed(self.inlines) if inline.name == name), None)
        if inline and inline.is_quoted:
            self.begin_line()
            self.parts.append(QUOTED[name][1])
            self.last = QUOTED[name][1]

    def font_around(self) -> str:
        """Return the symbol font of the tables around the cell in which a text stands."""
        said = [inline.said for block in self.blocks for inline in block.around]
        return next((one["font"] for one in reversed(said) if "font" in one), "")

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

    def close_inlines(self, first: int = 0) -> None:
        """Close what is open within a line from the place `first` on; it opens again with the next text."""
        for inline in reversed(self.inlines[first : self.opened]):
            self.parts += [f"</{name}>" for name, _ in reversed(inline.tags)]
        self.opened = min(self.opened, first)

    def add_inline(self, inline: Inline) -> None:
        inline.within = self.block.number
        if len(self.blocks) + len(self.inlines) < DEEPEST:
            self.inlines.append(inline)

    def passed_on(self, attributes: dict[str, str], style: dict[str, str], is_block: bool = False) -> dict[str, str]:
        """Return what an element says of all text in it, as soon as any has said what counts: most never do."""
        if is_block and waits_for_script(style):
            style = {name: value for name, value in style.items() if name != "visibility"}
        said = passed_on(style, attributes.get("face", "")) if attributes else NO_STYLE
        self.is_passed_on = self.is_passed_on or bool(said.get("font")) or is_unseen(said) or keeps_lines(said)
        return said if self.is_passed_on else NO_STYLE

    def end_inline(self, name: str) -> None:
        place = next((i for i in reversed(range(len(self.inlines))) if self.inlines[i].name == name), None)
        if place is not None:
            is_filled = place < self.opened
            self.close_inlines(place)
            inline = self.inlines.pop(place)
            if inline.is_apart:
                self.end_line()
            self.is_beside = self.is_beside or (inline.is_beside and is_filled)

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

    def end_line(self) -> None:
        """Let what comes stand in a line of its own, if anything stands in this one."""
        self.breaks = bool(self.last)

    def is_foreign_block(self, name: str) -> bool:
        """Return whether an element parts texts and has no place here: a cell without its table, too."""
        if name == "figcaption":
            return not self.is_in_figure()
        return name in FOREIGN_BLOCKS or (name in IN_TABLES and all(block.name != "table" for block in self.blocks))

    def is_in_figure(self) -> bool:
        """Return whether what comes stands in a figure, or in its caption, and in no other block within it."""
        return self.top.name in FIGURE or (self.top.name == "p" and self.blocks[-2].name in FIGURE)

    # Tags

    def start(self, name: str, attributes: dict[str, str]) -> None:
        style = style_of(attributes) if attributes else NO_STYLE
        is_gone, is_out = "hidden" in attributes or is_hidden(style), is_deleted(attributes, style)
        classes = set(attributes.get("class", "").split())
        is_formula = name in FORMULAS or (name == "span" and not DRAWN.isdisjoint(classes))
        if "katex" in classes:
            self.is_formula_said = False
        if name in DROPPED or is_gone or is_out or is_formula:
            is_again = "katex-html" in classes and self.is_formula_said  # KaTeX writes <math> before what it draws
            if is_formula and not is_gone and not is_again:
                self.text("〔公式〕")
            self.is_formula_said = name in FORMULAS
            if name not in VOID:
                self.skipped, self.depth, self.around = name, 1, 0
                self.losing = "隐藏的文字" if is_gone else "删去的文字" if is_out else LOST.get(name, "")
                if is_formula and not (is_gone or is_out):
                    self.losing = "" if is_again else "公式"
        elif name in VOID:
            if name != "input" or not is_unseen(style):  # a line ends whatever its size
                self.void(name, attributes)
        elif self.is_foreign_block(name):
            self.break_line()
            said = self.passed_on(attributes, style, is_block=True)
            self.add_inline(Inline(name, looks(style, set(), is_block=True), said, display=style.get("display", "")))
        elif name in BLOCKS:
            self.start_block(name, attributes, style)
        else:
            if name in ("a", "rt"):
                self.end(name)
            is_said = name in INLINE and name not in contradicted(style)
            tags = [(name, self.tag(name, attributes))] if is_said else []
            inline = Inline(name, tags + looks(style, {name}), self.passed_on(attributes, style))
            inline.display = style.get("display", "")
            around = self.display_around()
            inline.is_apart, inline.is_beside = is_apart(style, around), is_beside(style, around)
            if inline.is_apart:
                self.end_line()
            self.add_inline(inline)

    def start_block(self, name: str, attributes: dict[str, str], style: dict[str, str]) -> None:
        if name in UP_TO:
            self.close_to({name, "td", "th"} if name in ("td", "th") else {name}, UP_TO[name])
            if name != "li":
                while self.top.name not in UP_TO[name]:
                    self.close_block()
        elif self.top.name == "p" or self.top.name in HEADINGS and name in HEADINGS:
            self.close_block()
        if self.top.name in ROWS and name not in IN_TABLES and name != "table":
            self.open_cell()
        if self.top.name in LINES or len(self.blocks) + len(self.inlines) >= DEEPEST:
            self.break_line()
            return
        kind = kind_of_numbers(style)
        if name == "ol" and marker_of(kind, 1):
            start = attributes.get("start", "")
            self.open_block("ul", "<ul>")
            self.top.kind, self.top.count = kind, int(start) - 1 if start.isascii() and start.isdigit() else 0
            return
        if kind:
            self.number_list(name, kind, attributes)
        holder = self.top
        self.open_block(name, self.tag(name, attributes))
        self.top.display = style.get("display", "")
        if name == "li" and holder.kind:
            holder.count += 1
            self.text(marker_of(holder.kind, holder.count) or f"{holder.count}. ")
        tags = looks(style, {"strong"} if name in HEADINGS or name == "th" else set(), is_block=True)
        if (said := self.passed_on(attributes, style, is_block=True)) or tags:
            self.add_inline(Inline("", tags, said, self.top.number))

    def number_list(self, name: str, kind: str, attributes: dict[str, str]) -> None:
        """Let a list have the numbers that its style says, or that of its first item, as Google Docs writes it."""
        if name == "ol":
            attributes.setdefault("type", kind)
        elif name == "li" and self.top.name == "ol" and self.parts[self.top.place] == "<ol>":
            self.parts[self.top.place] = f'<ol type="{kind}">'

    def void(self, name: str, attributes: dict[str, str]) -> None:
        if name == "hr":
            if self.top.name == "p":
                self.close_block()
            self.close_inlines()
            self.parts.append("<hr>")
            self.last = ""
        elif name in ("br", "img"):
            if name == "br" and self.top.is_loose:
                return  # an empty paragraph
            is_foreign = name == "img" and not name_in(attributes.get("src"))
            if is_foreign and (emoji := emoji_of(html.unescape(attributes.get("alt", "")))):
                self.text(emoji)
                return
            self.begin_line()
            self.parts.append(self.tag(name, attributes))
            self.last = "" if name == "br" else " "
            if is_foreign:
                self.lose("图片")
        elif name == "input":
            kind = attributes.get("type", "").lower()
            is_box = kind in ("checkbox", "radio")
            said = ("☑" if "checked" in attributes else "☐") if is_box else attributes.get("value", "")
            if kind in ("", "text", "number") or is_box:
                self.text(html.unescape(said))

    def end(self, name: str) -> None:
        if name == "ruby":
            self.end("rt")  # whose end tag may be left out
        if name in QUOTED:
            self.end_quote(name)
        if self.is_foreign_block(name):
            self.end_inline(name)
            self.break_line()
        elif name in BLOCKS:
            alike = next((names for names in (HEADINGS, LISTS) if name in names), {name})
            is_closed = self.close_to(alike, frozenset() if name in IN_TABLES | {"table"} else CELLS)
            if not is_closed and (self.top.name in LINES or name in HEADINGS | {"p"}):
                self.break_line()  # a browser ends a line there
        elif name not in VOID:
            self.end_inline(name)

    def tag(self, name: str, attributes: dict[str, str]) -> str:
        if not attributes:
            return f"<{name}>"
        allowed = self.attributes.get(name, ())
        kept = [
            f' {key}="{html.escape(html.unescape(value))}"'
            for key, value in attributes.items()
            if key in allowed and len(value) <= LONGEST_ADDRESS
        ]
        return f"<{name}{''.join(kept)}>"

    def finish(self) -> str:
        while len(self.blocks) > 1:
            self.close_block()
        self.close_inlines()
        return "".join(self.parts)


def rewritten(value: str, attributes: Mapping[str, Set[str]]) -> str:
    """Return HTML in the elements of a body; `attributes` are those that may stand at each.

    SIGNS stand in the place of &, < and > in texts; FROM_SIGNS turns them back.
    """
    return rewriter_of(value, attributes).finish()


def left_out(value: str) -> Counter[str]:
    """Return what HTML holds that no body takes, as {what: how often}."""
    return rewriter_of(value, {}).lost


def rewriter_of(value: str, attributes: Mapping[str, Set[str]]) -> Rewriter:
    found = nested(without_unclosed(list(tokens(value))))
    raise_moved(found)
    is_loose = any(token.name in FOREIGN_BLOCKS for token in found)
    rewriter = Rewriter(attributes, is_loose, Rules(found))
    for token in found:
        if token.name != "style":
            rewriter.take(token)
    return rewriter


def raise_moved(found: list[Token]) -> None:
    """Say by vertical-align what is raised by its place alone, as Word writes 10⁹ in a page that it filters."""
    for token, text, end in zip(found, found[1:], found[2:], strict=False):
        is_small = token.name == end.name == "span" and end.is_end and SMALL_TEXT.fullmatch(text.text)
        if (
            is_small
            and "position" in token.attributes.get("style", "")
            and (way := moved_by(style_of(token.attributes)))
        ):
            token.attributes["style"] += f";vertical-align:{way}"


def without_unclosed(found: list[Token]) -> list[Token]:
    """Return the tokens without start tags of DROPPED that never end: not all that follows is meant."""
    last_end = {token.name: i for i, token in enumerate(found) if token.is_end and token.name in DROPPED}
    return [
        token
        for i, token in enumerate(found)
        if token.name not in DROPPED or token.is_end or i < last_end.get(token.name, -1)
    ]
