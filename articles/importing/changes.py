"""What an import makes of an article, field by field, as an editor reads it."""

from dataclasses import dataclass, field
from os.path import commonprefix
from typing import NamedTuple

from django.utils.timezone import localtime

from articles.models import Article
from articles.text.markup import plain_text

from .errors import shorten
from .records import Record

NEW, CHANGED, HELD, SAME, REFUSED = "new", "changed", "held", "same", "refused"  # HELD: changed once approved
AROUND, LONGEST = 24, 300  # characters shown around a change, and of it


class Row(NamedTuple):
    """One line of a file, and what comes of it."""

    line: int
    what: str  # one of the five above
    title: str = ""
    article: int | None = None
    changes: tuple = ()  # of Change
    why: str = ""  # refused: the sentence


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
    before: dict | None = None  # {label: text}; None for a new article
    after: dict | None = None
    tags: list = field(default_factory=list)  # the names that the article will have
    is_held: bool = False
    # Of articles that are there, where versions are kept: what a version held before, and since when.
    content_before: dict | None = None
    updated_before: object = None
    changes_content: bool = False

    @property
    def what(self):
        if self.article is not None and self.before is None:
            return NEW
        if self.article is None or self.before != self.after:
            return HELD if self.is_held else CHANGED
        return SAME

    def row(self):
        title = self.record.columns["title"]
        if self.article is None:
            return Row(self.record.line, CHANGED, title)
        return Row(self.record.line, self.what, title, self.article.pk, tuple(self.changes()))

    @property
    def labels(self):
        """The labels of the fields that get another text."""
        before = self.before or {}
        return [label for label, text in self.after.items() if text != before.get(label, "")]

    def changes(self):
        """Yield a Change for each field that gets another text."""
        before = self.before or {}
        for label in self.labels:
            yield change(label, before.get(label, ""), self.after[label])


def change(label, before, after):
    """Return the Change from one text to another. HTML is shown as text, unless only the markup differs."""
    if label == "正文":
        texts = plain_text(before), plain_text(after)
        label, (before, after) = ("正文", texts) if texts[0] != texts[1] else ("正文的格式", (before, after))
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


def shortened(text):
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


def texts_of(article, tags, likes, related=""):
    """Return {label: text} of all that an import may write. `tags` are names."""
    return {
        "标题": article.title,
        "医生": str(article.doctor or ""),
        "标签": "、".join(tags),
        "一句话回答": article.short_answer,
        "正文": article.body,
        "何时就医": article.when_to_see_a_doctor,
        "就医紧迫程度": article.get_urgency_display(),
        "参考资料": article.references,
        "审核医生": str(article.reviewer or ""),
        "最近审核": str(article.reviewed_on or ""),
        "下次审核": str(article.review_due_on or ""),
        "发布时间": time_text(article.published_at),
        "更新时间": time_text(article.revised_at),
        "导入的赞": str(likes or ""),
        "只有摘要": "是" if article.is_excerpt else "",
        "相关问题": related,
        "来源": article.source or "",
    }


def time_text(time):
    return f"{localtime(time).replace(tzinfo=None)}" if time else ""


def settled(record):
    """Return the Row of a record that says nothing new."""
    return Row(record.line, SAME, record.columns["title"])


def refused(error):
    """Return the Row of a BadFile."""
    return Row(error.line, REFUSED, why=shorten(error.sentence, 300))
