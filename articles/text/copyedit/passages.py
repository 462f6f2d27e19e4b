"""What a copy-editor reads: the fields of a question, cut into passages that know their place.

A place is told in visible characters of its field, blanks left out: the server sees HTML and the browser an editor, and
they agree on nothing else.
"""

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from articles.text.markup import TAG, in_raised_forms
from articles.text.raised import same_length

HAN = "\u3400-\u9fff\uf900-\ufaff〇々"
BLANK = re.compile(r"[\s\u0085\u200b\ufeff]+")  # copyedit.js has the same
BLOCK = re.compile(
    r"(</?(?:p|h[1-6]|li|ul|ol|blockquote|caption|figcaption|figure|img|table|thead|tbody|t[rdh]|br|hr)\b[^>]*>)", re.I
)
AROUND, LONGEST_QUOTE = 12, 40  # characters that a warning shows

LINE, PARAGRAPH, HEADING, CELL = "line", "paragraph", "heading", "cell"


def visible(text: str) -> int:
    """Return how many characters of `text` can be seen."""
    return len(text) - sum(len(blanks) for blanks in BLANK.findall(text))


class Edit(NamedTuple):
    """Put `text` in the place of `old`, the visible characters from `start` to `end`."""

    start: int
    end: int
    text: str
    old: str


class Place(NamedTuple):
    """Where something was found; without `start`, the whole field. `said` adds to the rule's own sentence."""

    field: str
    start: int | None = None
    end: int | None = None
    before: str = ""
    quote: str = ""
    after: str = ""
    said: str = ""
    edits: tuple[Edit, ...] = ()


class Passage(NamedTuple):
    """A stretch of text that is read by itself: a line of a field, or a block of the body."""

    field: str
    kind: str
    text: str
    offset: int  # visible characters of the field before it

    def at(self, position: int) -> int:
        """Return the visible characters of the field before this position of the text."""
        return self.offset + visible(self.text[:position])

    def place(self, start: int, end: int, said: str = "", edits: Iterable[tuple[int, int, str]] = ()) -> Place:
        """Return the Place from `start` to `end`; `edits` are (start, end, text), all in characters of the text."""
        quote = self.text[start:end]
        if len(quote) > LONGEST_QUOTE:
            quote = f"{quote[: LONGEST_QUOTE - 1]}…"
        return Place(
            self.field,
            self.at(start),
            self.at(end),
            self.text[max(start - AROUND, 0) : start],
            quote,
            self.text[end : end + AROUND],
            said,
            tuple(Edit(self.at(first), self.at(last), new, self.text[first:last]) for first, last, new in edits),
        )


@dataclass
class Text:
    """The text of one question. `body` is sanitised HTML; the last two are what only the database knows."""

    title: str = ""
    short_answer: str = ""
    body: str = ""
    when_to_see_a_doctor: str = ""
    references: str = ""
    drugs: tuple[str, ...] = ()  # names of tags of the kind 药物
    twins: list[str] = field(default_factory=list)  # titles of questions that ask the same

    @cached_property
    def body_passages(self) -> list[Passage]:
        return list(passages_of("body", blocks(self.body)))

    @cached_property
    def prose(self) -> list[Passage]:
        """Every passage that readers read, references aside: those are quoted from elsewhere."""
        fields = [(name, getattr(self, name)) for name in ("title", "short_answer", "when_to_see_a_doctor")]
        title, short_answer, when = (
            list(passages_of(name, ((LINE, line) for line in value.splitlines()))) for name, value in fields
        )
        return [*title, *short_answer, *self.body_passages, *when]


def passages_of(name: str, lines: Iterable[tuple[str, str]]) -> Iterator[Passage]:
    offset = 0
    for kind, line in lines:
        if text := line.strip():
            yield Passage(name, kind, text, offset)
            offset += visible(text)


def blocks(body: str) -> Iterator[tuple[str, str]]:
    """Yield (kind, text) for each block of sanitised HTML."""
    tables, kind = 0, PARAGRAPH
    for part in BLOCK.split(in_raised_forms(body, same_length)):
        if not BLOCK.fullmatch(part):
            yield CELL if tables else kind, html.unescape(TAG.sub("", part)).replace("\xa0", " ")
        elif part.startswith(("<table", "</table")):
            tables += 1 if part[1] == "t" else -1
        elif part[1:2] == "h" and part[2:3].isdigit():
            kind = HEADING
        elif part.startswith("</h"):
            kind = PARAGRAPH
