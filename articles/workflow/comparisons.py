"""Two versions of a question beside one another: which of its parts differ, and how, for people to read."""

from datetime import date, datetime
from typing import NamedTuple

from django.utils import timezone

from articles.models import Article, Doctor
from articles.models.revision import PEOPLE, TEXTS
from articles.text.differences import ADDED, REMOVED, SAME, Paragraph, Segment, compare_lines, readable_lines

CONTEXT = 1  # unchanged paragraphs shown on either side of a change
WORDS = {"tags": "标签", "related": "相关问题", "is_revision": "实质修改", "correction": "更正说明"}
ORDER = (
    *("title", "doctor", "short_answer", "body", "urgency", "when_to_see_a_doctor", "tags", "references"),
    *("related", "reviewer", "reviewed_on", "review_due_on", "published_at", "is_excerpt", "is_revision", "correction"),
)
LISTS = ("tags", "related")


class Part(NamedTuple):
    """One part of a question: its label, its Paragraphs and Skipped ones, and a note where no text tells."""

    name: str
    label: str
    paragraphs: list
    note: str = ""


class Skipped(NamedTuple):
    """Unchanged Paragraphs that are folded away."""

    paragraphs: list
    kind: str = "skipped"


def compare_contents(before, after):
    """Return the Parts that differ between two contents of Revisions, in the order of the page (2 queries)."""
    names = names_in(before, after)
    parts = []
    for name in ORDER:
        old, new = lines_of(name, before, names), lines_of(name, after, names)
        if old != new:
            compared = compare_lists(old, new) if name in LISTS else folded(compare_lines(old, new))
            parts.append(Part(name, label_of(name), compared))
        elif name in TEXTS and (before.get(name) or "") != (after.get(name) or ""):
            parts.append(Part(name, label_of(name), [], "文字没有变，格式、链接或空行有变化。"))
    return parts


def parts_of(content):
    """Return all Parts of one content, as it is."""
    names = names_in(content)
    parts = [(name, lines_of(name, content, names)) for name in ORDER]
    return [Part(name, label_of(name), [unchanged(line) for line in lines]) for name, lines in parts if lines]


def label_of(name):
    return WORDS.get(name) or str(Article._meta.get_field(name).verbose_name)


def names_in(*contents):
    """Return {("doctor", key) or ("article", key): name} of whom and what the contents name by keys."""
    doctors = {content[role] for content in contents for role in PEOPLE if content.get(role)}
    articles = {row[0] for content in contents for row in content.get("related", ())}
    names = {("doctor", key): name for key, name in Doctor.objects.filter(pk__in=doctors).values_list("pk", "name")}
    titles = Article.objects.filter(pk__in=articles).values_list("pk", "title")
    return names | {("article", key): title for key, title in titles}


def lines_of(name, content, names):
    """Return what a part says, as lines of text; none when it says nothing."""
    value = content.get(name)
    if name == "related":
        return [related_line(row, names) for row in value or ()]
    if name == "tags" or not value:
        return list(value or ())
    if name == "body":
        return readable_lines(value)
    if name in PEOPLE:
        return [names.get(("doctor", value), f"已删除的医生（编号 {value}）")]
    if name == "urgency":
        return [str(dict(Article.Urgency.choices).get(value, value))]
    if value is True:
        return ["是"]
    if name == "published_at":
        return [f"{timezone.localtime(datetime.fromisoformat(value)):%Y-%m-%d %H:%M:%S}"]
    if name in ("reviewed_on", "review_due_on"):
        return [date.fromisoformat(value).isoformat()]
    return [line for line in str(value).split("\n") if line.strip()]


def related_line(row, names):
    key, position, is_excluded = row
    title = names.get(("article", key), f"已删除的问题（编号 {key}）")
    return f"排除：{title}" if is_excluded else f"指定：{title}（次序 {position}）"


def compare_lists(before, after):
    """Return Paragraphs of two lists whose items are the same or not, without looking into them."""
    gone = [Paragraph(REMOVED, [Segment(REMOVED, line)]) for line in before if line not in after]
    return gone + [unchanged(line) if line in before else Paragraph(ADDED, [Segment(ADDED, line)]) for line in after]


def unchanged(line):
    return Paragraph(SAME, [Segment(SAME, line)])


def folded(paragraphs):
    """Return the paragraphs with those that are far from any change put into Skipped ones."""
    changed = [i for i, paragraph in enumerate(paragraphs) if paragraph.kind != SAME]
    near = {i + step for i in changed for step in range(-CONTEXT, CONTEXT + 1)}
    shown = []
    for i, paragraph in enumerate(paragraphs):
        if i in near:
            shown.append(paragraph)
        elif shown and shown[-1].kind == "skipped":
            shown[-1].paragraphs.append(paragraph)
        else:
            shown.append(Skipped([paragraph]))
    return shown
