"""HTML of elsewhere, said in the elements that a body may hold.

A sanitiser drops the tags that it does not know and keeps their text: two <section> become one sentence, and a digit
that Google Docs raises by a style joins the number before it. So what is not written as we write it is rewritten here
first: blocks become paragraphs, looks become elements, what its writer has deleted or hidden goes. Here is decided what
each tag says; body_writer.py writes it, soundly nested, and left_out.py knows what goes with its content. What is safe
is decided by the sanitiser.
"""

import html
from collections import Counter
from collections.abc import Mapping, Set

from .body_nodes import INLINE
from .body_structure import HEADINGS, LISTS
from .body_writer import BodyWriter, Inline
from .foreign_names import (
    BLOCKS,
    CELLS,
    DRAWN,
    DROPPED,
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
from .left_out import LeftOut
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

LONGEST_ADDRESS = 4_000  # characters of an attribute
MOST_TAGS = 30_000  # no text has so many; from there on they only tell where paragraphs end


class Reader:
    """Takes Tokens, says them to its BodyWriter, and keeps in `out` what is left out."""

    def __init__(self, attributes: Mapping[str, Set[str]], is_loose: bool, rules: Rules) -> None:
        self.attributes, self.rules = attributes, rules
        self.writer, self.out = BodyWriter(is_loose), LeftOut()
        self.is_passed_on = False  # whether a style has said anything of passed_on() that counts
        self.is_formula_said = False  # within what KaTeX writes
        self.tags = 0

    def take(self, token: Token) -> None:
        if self.out.takes(token):
            return
        if not token.name:
            self.text(html.unescape(token.text))
        elif self.has_most_tags():
            if token.name in BLOCKS or token.name in FOREIGN_BLOCKS:
                self.writer.break_line()
        elif token.is_end:
            self.end(RENAMED.get(token.name, token.name))
        else:
            attributes = styled(token.name, token.attributes, self.rules) if self.rules else token.attributes
            self.start(RENAMED.get(token.name, token.name), attributes)

    def has_most_tags(self) -> bool:
        """Count a tag; return whether there have been so many that only where texts part is still looked at."""
        self.tags += 1
        if self.tags == MOST_TAGS:
            self.writer.forget_inlines()
        return self.tags >= MOST_TAGS

    def text(self, text: str) -> None:
        writer = self.writer
        if not text.strip():
            writer.space(text)
            return
        if self.is_passed_on:
            said = writer.said()
            if is_unseen(said):
                self.out.lose("隐藏的文字")
                return
            text = in_characters(text, said.get("font", writer.font_around()))
            if "\n" in text and keeps_lines(said):
                writer.lines(text)
                return
        writer.text(text)

    def passed_on(self, attributes: dict[str, str], style: dict[str, str], is_block: bool = False) -> dict[str, str]:
        """Return what an element says of all text in it, as soon as any has said what counts: most never do."""
        if is_block and waits_for_script(style):
            style = {name: value for name, value in style.items() if name != "visibility"}
        said = passed_on(style, attributes.get("face", "")) if attributes else NO_STYLE
        self.is_passed_on = self.is_passed_on or bool(said.get("font")) or is_unseen(said) or keeps_lines(said)
        return said if self.is_passed_on else NO_STYLE

    def is_foreign_block(self, name: str) -> bool:
        """Return whether an element parts texts and has no place here: a cell without its table, too."""
        if name == "figcaption":
            return not self.writer.is_in_figure()
        return name in FOREIGN_BLOCKS or (name in IN_TABLES and not self.writer.is_within("table"))

    def start(self, name: str, attributes: dict[str, str]) -> None:
        style = style_of(attributes) if attributes else NO_STYLE
        is_gone, is_out = "hidden" in attributes or is_hidden(style), is_deleted(attributes, style)
        classes = set(attributes.get("class", "").split())
        is_formula = name in FORMULAS or (name == "span" and not DRAWN.isdisjoint(classes))
        if "katex" in classes:
            self.is_formula_said = False
        if name in DROPPED or is_gone or is_out or is_formula:
            # KaTeX writes <math> before what it draws.
            is_again = is_formula and "katex-html" in classes and self.is_formula_said
            losing = LOST.get(name, "")
            if is_gone or is_out:
                losing = "隐藏的文字" if is_gone else "删去的文字"
            elif is_formula:
                losing = "" if is_again else "公式"
                if not is_again:
                    self.text("〔公式〕")
            self.is_formula_said = name in FORMULAS
            if name not in VOID:
                self.out.skip(name, losing)
        elif name in VOID:
            if name != "input" or not is_unseen(style):  # a line ends whatever its size
                self.void(name, attributes)
        elif self.is_foreign_block(name):
            self.writer.break_line()
            said = self.passed_on(attributes, style, is_block=True)
            self.writer.add_inline(
                Inline(name, looks(style, set(), is_block=True), said, display=style.get("display", ""))
            )
        elif name in BLOCKS:
            self.start_block(name, attributes, style)
        else:
            if name in ("a", "rt"):
                self.end(name)
            is_said = name in INLINE and name not in contradicted(style)
            tags = [(name, self.tag(name, attributes))] if is_said else []
            inline = Inline(name, tags + looks(style, {name}), self.passed_on(attributes, style))
            inline.display = style.get("display", "")
            around = self.writer.display
            inline.is_apart, inline.is_beside = is_apart(style, around), is_beside(style, around)
            if inline.is_apart:
                self.writer.end_line()
            self.writer.add_inline(inline)

    def start_block(self, name: str, attributes: dict[str, str], style: dict[str, str]) -> None:
        if name in UP_TO:
            self.writer.close_to({name, "td", "th"} if name in ("td", "th") else {name}, UP_TO[name])
            if name != "li":
                while self.writer.top.name not in UP_TO[name]:
                    self.writer.close_block()
        elif self.writer.top.name == "p" or self.writer.top.name in HEADINGS and name in HEADINGS:
            self.writer.close_block()
        if self.writer.top.name in ROWS and name not in IN_TABLES and name != "table":
            self.writer.open_cell()
        if self.writer.top.name in LINES or self.writer.is_deep:
            self.writer.break_line()
            return
        kind = kind_of_numbers(style)
        if name == "ol" and marker_of(kind, 1):
            start = attributes.get("start", "")
            self.writer.open_block("ul", "<ul>")
            self.writer.top.kind = kind
            self.writer.top.count = int(start) - 1 if start.isascii() and start.isdigit() else 0
            return
        if kind:
            self.number_list(name, kind, attributes)
        holder = self.writer.top
        self.writer.open_block(name, self.tag(name, attributes))
        self.writer.top.display = style.get("display", "")
        if name == "li" and holder.kind:
            holder.count += 1
            self.text(marker_of(holder.kind, holder.count) or f"{holder.count}. ")
        tags = looks(style, {"strong"} if name in HEADINGS or name == "th" else set(), is_block=True)
        if (said := self.passed_on(attributes, style, is_block=True)) or tags:
            self.writer.add_inline(Inline("", tags, said, self.writer.top.number))

    def number_list(self, name: str, kind: str, attributes: dict[str, str]) -> None:
        """Let a list have the numbers that its style says, or that of its first item, as Google Docs writes it."""
        if name == "ol":
            attributes.setdefault("type", kind)
        elif name == "li" and self.writer.top.name == "ol":
            self.writer.number_items(kind)

    def void(self, name: str, attributes: dict[str, str]) -> None:
        if name == "hr":
            self.writer.rule()
        elif name in ("br", "img"):
            if name == "br" and self.writer.top.is_loose:
                return  # an empty paragraph
            is_foreign = name == "img" and not name_in(attributes.get("src"))
            if is_foreign and (emoji := emoji_of(html.unescape(attributes.get("alt", "")))):
                self.text(emoji)
                return
            self.writer.void(self.tag(name, attributes), "" if name == "br" else " ")
            if is_foreign:
                self.out.lose("图片")
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
            self.writer.end_quote(name)
        if self.is_foreign_block(name):
            self.writer.end_inline(name)
            self.writer.break_line()
        elif name in BLOCKS:
            alike = next((names for names in (HEADINGS, LISTS) if name in names), {name})
            is_closed = self.writer.close_to(alike, frozenset() if name in IN_TABLES | {"table"} else CELLS)
            if not is_closed and (self.writer.top.name in LINES or name in HEADINGS | {"p"}):
                self.writer.break_line()  # a browser ends a line there
        elif name not in VOID:
            self.writer.end_inline(name)

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


def rewritten(value: str, attributes: Mapping[str, Set[str]]) -> str:
    """Return HTML in the elements of a body; `attributes` are those that may stand at each.

    SIGNS stand in the place of &, < and > in texts; FROM_SIGNS turns them back (body_writer.py).
    """
    return read(value, attributes).writer.finish()


def left_out(value: str) -> Counter[str]:
    """Return what HTML holds that no body takes, as {what: how often}."""
    return read(value, {}).out.lost


def read(value: str, attributes: Mapping[str, Set[str]]) -> Reader:
    found = nested(without_unclosed(list(tokens(value))))
    raise_moved(found)
    is_loose = any(token.name in FOREIGN_BLOCKS for token in found)
    reader = Reader(attributes, is_loose, Rules(found))
    for token in found:
        if token.name != "style":
            reader.take(token)
    return reader


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
