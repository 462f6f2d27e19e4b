"""The changes of a question, marked in the page that readers get: what articles/_question.html shows in their place."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from articles.finding.question_page import in_page_order
from articles.models import Article, Doctor
from articles.models.parts import BY_NAME
from articles.models.revision import Content
from articles.text.differences import ADDED, REMOVED, SAME, Segment, compare, compare_lines
from articles.text.marked import in_mark

from .comparisons import Names, labels_of, marked_body, related_line

NOW = Article.Urgency.NOW
EXCERPT = "这里只收录了答案的一部分，全文待补充。"
# Where in the page a part stands, by the id of an element.
PLACES = {
    "title": "change-title",
    "doctor": "change-doctor",
    "published_at": "change-published_at",
    "is_excerpt": "change-is_excerpt",
    "short_answer": "short-answer",
    "body": "change-body",
    "urgency": "see-doctor",
    "when_to_see_a_doctor": "see-doctor",
    "references": "provenance",
    "reviewer": "provenance",
    "reviewed_on": "provenance",
    "review_due_on": "provenance",
    "correction": "corrections",
    "tags": "change-tags",
    "related": "related",
}


class Line(NamedTuple):
    kind: str
    html: SafeString


class Sides(NamedTuple):
    """A question before and after, as its page shows it, and names_in() its contents."""

    before: Content
    after: Content
    old: Article
    new: Article
    names: Names


def marks_of(sides: Sides) -> dict[str, Any]:
    """Return {name of a part: its HTML, or Lines, with what changes marked}, of the parts that change in the page."""
    before, after = sides.before, sides.after
    marks = {}
    for name, mark in MARKED.items():
        if (before.get(name) or None) != (after.get(name) or None) and (found := mark(name, sides)):
            marks[name] = found
    if after.get("urgency") != NOW and not (after.get("when_to_see_a_doctor") or before.get("when_to_see_a_doctor")):
        marks.pop("urgency", None)  # no page shows it alone, but 立即就医
    return marks


def line_mark(name: str, sides: Sides) -> SafeString:
    return at(name, in_html(compare(sides.before.get(name) or "", sides.after.get(name) or "")))


def body_mark(name: str, sides: Sides) -> str:
    return marked_body(sides.before, sides.after)


def text_mark(name: str, sides: Sides) -> SafeString:
    return mark_safe("\n".join(line.html for line in lines_of(sides.before.get(name), sides.after.get(name))))


def references_mark(name: str, sides: Sides) -> list[Line]:
    """Return the lines of a list that shows no empty ones; [] when only those have changed."""
    sources = [
        [line.strip() for line in (content.get(name) or "").split("\n") if line.strip()]
        for content in (sides.before, sides.after)
    ]
    return [] if sources[0] == sources[1] else lines_of(*("\n".join(lines) for lines in sources))


def lines_of(before: str | None, after: str | None) -> list[Line]:
    texts = [text.split("\n") if text else [] for text in (before, after)]
    found = compare_lines(*texts)
    return [Line("" if one.kind in (SAME, "changed") else one.kind, in_html(one.segments)) for one in found]


def choice_mark(name: str, sides: Sides) -> SafeString:
    labels = labels_of(BY_NAME[name])
    said = [labels.get(content.get(name) or "", "没有写") for content in (sides.before, sides.after)]
    return at(name, pair(*said))


def person_mark(name: str, sides: Sides) -> SafeString:
    return at(name, pair(*(described(getattr(article, name)) for article in (sides.old, sides.new))))


def described(doctor: Doctor | None) -> str:
    return f"{doctor.name}　{doctor.affiliation}".strip("　") if doctor else ""


def date_mark(name: str, sides: Sides) -> SafeString:
    return at(name, pair(sides.before.get(name) or "", sides.after.get(name) or ""))


def moment_mark(name: str, sides: Sides) -> SafeString:
    times = [
        timezone.localtime(datetime.fromisoformat(content[name])) if content.get(name) else None
        for content in (sides.before, sides.after)
    ]
    minutes = [f"{time:%Y-%m-%d %H:%M}" if time else "" for time in times]
    seconds = [f"{time:%Y-%m-%d %H:%M:%S}" if time else "" for time in times]
    return at(name, pair(*(minutes if minutes[0] != minutes[1] else seconds)))


def switch_mark(name: str, sides: Sides) -> SafeString:
    return at(name, pair(*(EXCERPT if content.get(name) else "" for content in (sides.before, sides.after))))


def correction_mark(name: str, sides: Sides) -> SafeString | str:
    return pair("", sides.after.get(name) or "") if sides.new.is_public else ""


def tags_mark(name: str, sides: Sides) -> list[SafeString]:
    found = items(*([tag.name for tag in in_page_order(article.tags.all())] for article in (sides.old, sides.new)))
    return found if any("<" in item for item in found) else []


def related_mark(name: str, sides: Sides) -> list[SafeString]:
    lines = ([related_line(row, sides.names) for row in side.get(name) or ()] for side in (sides.before, sides.after))
    return [line for line in items(*lines) if "<" in line]


def items(before: list[str], after: list[str]) -> list[SafeString]:
    """Return two lists as one, without looking into their items; [] when they are the same."""
    if before == after:
        return []
    gone = [pair(item, "") for item in before if item not in after]
    return gone + [mark_safe(escape(item)) if item in before else pair("", item) for item in after]


MARKED: dict[str, Callable[[str, Sides], Any]] = {
    "title": line_mark,
    "doctor": person_mark,
    "short_answer": line_mark,
    "body": body_mark,
    "urgency": choice_mark,
    "when_to_see_a_doctor": text_mark,
    "tags": tags_mark,
    "references": references_mark,
    "related": related_mark,
    "reviewer": person_mark,
    "reviewed_on": date_mark,
    "review_due_on": date_mark,
    "published_at": moment_mark,
    "is_excerpt": switch_mark,
    "correction": correction_mark,
}


def in_html(segments: Iterable[Segment]) -> SafeString:
    return mark_safe("".join(str(escape(text)) if kind == SAME else one_mark(kind, text) for kind, text in segments))


def pair(before: str, after: str) -> SafeString:
    """Return what stood there and what stands there, marked; what is empty is left out."""
    return in_html([Segment(kind, text) for kind, text in ((REMOVED, before), (ADDED, after)) if text])


def one_mark(kind: str, text: str) -> str:
    return in_mark(kind, str(escape(text)), "" if text.strip() else "空格" if text else "空行")


def at(name: str, value: SafeString) -> SafeString:
    return mark_safe(f'<span id="change-{name}">{value}</span>') if value else value
