"""What an import makes of an article, field by field, as an editor reads it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from os.path import commonprefix
from typing import NamedTuple

from django.utils.timezone import localtime

from articles.models import Article
from articles.models.parts import PARTS, Kind, named
from articles.models.revision import Content
from articles.text.markup import plain_text

from .errors import BadFile, shorten
from .records import Record

# HELD: changed once approved; SKIPPED: left out, because the site has its title.
NEW, CHANGED, HELD, SAME, SKIPPED, REFUSED = "new", "changed", "held", "same", "skipped", "refused"
AROUND, LONGEST = 24, 300  # characters shown around a change, and of it


class Row(NamedTuple):
    """One line of a file, and what comes of it."""

    line: int
    what: str  # one of the six above
    title: str = ""
    article: int | None = None
    changes: tuple["Change", ...] = ()  # of Change
    why: str = ""  # refused: the sentence
    remark: str = ""  # what else is to be said of it


class Change(NamedTuple):
    """The part of a field that changes, cut to a length that can be shown, with a little of what stands around it."""

    label: str
    lead: str
    before: str
    after: str
    tail: str


@dataclass
class Draft:
    """An article as the record would leave it. In a dry run of several files it may not exist: `article` is None."""

    record: Record
    article: Article | None
    before: dict[str, str] | None = None  # {name of a part: text}; None for a new article
    after: dict[str, str] | None = None
    tags: list[str] = field(default_factory=list)  # the names that the article will have
    is_held: bool = False
    # Of articles that are there, where versions are kept: what a version held before, and since when.
    content_before: Content | None = None
    updated_before: datetime | None = None
    changes_content: bool = False

    @property
    def what(self) -> str:
        if self.article is not None and self.before is None:
            return NEW
        if self.article is None or self.before != self.after:
            return HELD if self.is_held else CHANGED
        return SAME

    def row(self) -> Row:
        title = self.record.columns["title"]
        if self.article is None:
            return Row(self.record.line, CHANGED, title)
        return Row(self.record.line, self.what, title, self.article.pk, tuple(self.changes()))

    @property
    def changed(self) -> list[str]:
        """The names of the parts that get another text."""
        before = self.before or {}
        return [name for name, text in self.after.items() if text != before.get(name, "")]

    def changes(self) -> Iterator[Change]:
        """Yield a Change for each part that gets another text."""
        before = self.before or {}
        for name in self.changed:
            yield change(name, before.get(name, ""), self.after[name])


def change(name: str, before: str, after: str) -> Change:
    """Return the Change of a part from one text to another. HTML is shown as text, unless only the markup differs."""
    label = LABELS[name]
    if name in named(kind=Kind.HTML):
        texts = plain_text(before), plain_text(after)
        label, (before, after) = (label, texts) if texts[0] != texts[1] else (f"{label}的格式", (before, after))
    if not before:
        return Change(label, "", "", shortened(after), "")
    lead = len(commonprefix([before, after]))
    tail = min(len(commonprefix([before[::-1], after[::-1]])), len(before) - lead, len(after) - lead)
    ends = len(before) - tail, len(after) - tail
    return Change(
        label,
        ("…" if lead > AROUND else "") + before[max(lead - AROUND, 0) : lead],
        shortened(before[lead : ends[0]]),
        shortened(after[lead : ends[1]]),
        before[ends[0] : ends[0] + AROUND] + ("…" if tail > AROUND else ""),
    )


def shortened(text: str) -> str:
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


# How a part of an article that is at hand reads, by its kind: (part, article) to a text.
TEXTS = {
    Kind.LINE: lambda part, article: getattr(article, part.name),
    Kind.TEXT: lambda part, article: getattr(article, part.name),
    Kind.HTML: lambda part, article: getattr(article, part.name),
    Kind.CHOICE: lambda part, article: getattr(article, f"get_{part.name}_display")(),
    Kind.SWITCH: lambda part, article: "是" if getattr(article, part.name) else "",
    Kind.DATE: lambda part, article: str(getattr(article, part.name) or ""),
    Kind.MOMENT: lambda part, article: time_text(getattr(article, part.name)),
    Kind.PERSON: lambda part, article: str(getattr(article, part.name) or ""),
}
LIKES, SOURCE = "imported_likes", "source"
LABELS = {part.name: part.heading for part in PARTS} | {LIKES: "导入的赞", SOURCE: "来源"}
WRITTEN = [part for part in PARTS if part.headings or part.is_versioned]  # what an import may write


def texts_of(article: Article, tags: Iterable[str], likes: int | None, related: str = "") -> dict[str, str]:
    """Return {name of a part: text} of all that an import may write. `tags` are names."""
    at_hand = {"tags": "、".join(tags), "related": related}
    texts = {
        part.name: at_hand[part.name] if part.name in at_hand else TEXTS[part.kind](part, article) for part in WRITTEN
    }
    return texts | {LIKES: str(likes or ""), SOURCE: article.source or ""}


def time_text(time: datetime | None) -> str:
    return f"{localtime(time).replace(tzinfo=None)}" if time else ""


def settled(record: Record) -> Row:
    """Return the Row of a record that says nothing new."""
    return Row(record.line, SAME, record.columns["title"])


def refused(error: BadFile) -> Row:
    """Return the Row of a BadFile."""
    return Row(error.line, REFUSED, error.title, why=shorten(error.sentence, 300))
