"""Two versions of a question beside one another: which of its parts differ, and how, for people to read."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models.functions import Coalesce
from django.utils import timezone

from articles.models import Article, Doctor, parts
from articles.models.parts import Kind, Part
from articles.models.revision import PEOPLE, TEXTS, Content
from articles.text.differences import ADDED, REMOVED, SAME, Paragraph, Segment, compare_lines, readable_lines
from articles.text.marked import is_marked, marked

Names = dict[tuple[str, int], str]  # of names_in()

CONTEXT = 1  # unchanged paragraphs shown on either side of a change
COMPARED = (*parts.parts(is_versioned=True), *parts.CHANGE_PARTS)
LISTS = (Kind.TAGS, Kind.RELATIONS)  # of items that are the same or not, without looking into them


class Compared(NamedTuple):
    """One part of a question, compared: its label, its Paragraphs and Skipped ones, and a note where no text tells.

    `html` is a body with its changes marked: it shows what no text tells, as readers get it.
    """

    name: str
    label: str
    paragraphs: "list[Paragraph | Skipped]"
    note: str = ""
    html: str = ""


class Skipped(NamedTuple):
    """Unchanged Paragraphs that are folded away."""

    paragraphs: list[Paragraph]
    kind: str = "skipped"


def compare_contents(before: Content, after: Content, names: Names | None = None) -> list[Compared]:
    """Return, Compared, the parts that differ between two contents of Revisions, in their order.

    `names` are those of names_in(), which are looked up where they are not known (2 queries).
    """
    names = names_in(before, after) if names is None else names
    found = []
    for part in COMPARED:
        old, new = lines_of(part, before, names), lines_of(part, after, names)
        note = ""
        if old != new:
            compared = compare_lists(old, new) if part.kind in LISTS else folded(compare_lines(old, new))
            note = "次序有变化。" if all(one.kind == SAME for one in compared) else ""
        elif part.name in TEXTS and (before.get(part.name) or "") != (after.get(part.name) or ""):
            compared, note = [], "文字没有变，格式、链接或空行有变化。"
        else:
            continue
        html = marked_body(before, after) if part.kind == Kind.HTML else ""
        if part.kind == Kind.HTML and not html:
            note = "只有读者看不见的空白不同。"
        found.append(Compared(part.name, part.label, compared, note, html))
    return found


def marked_body(before: Content, after: Content) -> str:
    """Return the body of `after` with what has changed marked in it, or "" when no page shows a difference."""
    html = marked(before.get("body") or "", after.get("body") or "")
    return html if is_marked(html) else ""


def parts_of(content: Content) -> list[Compared]:
    """Return all parts of one content as they are, each as Compared with itself."""
    names = names_in(content)
    said = [(part, lines_of(part, content, names)) for part in COMPARED]
    return [Compared(part.name, part.label, [unchanged(line) for line in lines]) for part, lines in said if lines]


def names_in(*contents: Content) -> Names:
    """Return {("doctor", key) or ("article", key): name} of whom and what the contents name by keys."""
    doctors = {content[role] for content in contents for role in PEOPLE if content.get(role)}
    articles = {row[0] for content in contents for row in content.get("related", ())}
    known = Doctor.everyone.filter(pk__in=doctors).values_list("pk", Coalesce("merged_into__name", "name"))
    names = {("doctor", key): name for key, name in known}
    titles = Article.objects.filter(pk__in=articles).values_list("pk", "title")
    return names | {("article", key): title for key, title in titles}


def lines_of(part: Part, content: Content, names: Names) -> list[str]:
    """Return what a part says, as lines of text; none when it says nothing."""
    value = content.get(part.name)
    return LINES[part.kind](part, value, names) if value else []


def text_lines(part: Part, value: Any, names: Names) -> list[str]:
    return [line for line in str(value).split("\n") if line.strip()]


def choice_lines(part: Part, value: Any, names: Names) -> list[str]:
    return [str(labels_of(part).get(value, value))]


def labels_of(part: Part) -> dict[str, str]:
    """Return {value: label} of a part that is a choice."""
    field = Article._meta.get_field(part.name)
    return dict(field.choices)  # type: ignore[union-attr, arg-type]  # of a column, and without groups


def moment_lines(part: Part, value: Any, names: Names) -> list[str]:
    return [f"{timezone.localtime(datetime.fromisoformat(value)):%Y-%m-%d %H:%M:%S}"]


def person_lines(part: Part, value: Any, names: Names) -> list[str]:
    return [names.get(("doctor", value), f"已删除的医生（编号 {value}）")]


def related_line(row: Sequence[Any], names: Names) -> str:
    key, position, is_excluded = row
    title = names.get(("article", key), f"已删除的问题（编号 {key}）")
    return f"排除：{title}" if is_excluded else f"指定：{title}（次序 {position}）"


# How a value that says something becomes lines, by the kind of its part: (part, value, names_in()) to a list.
LINES: dict[Kind, Callable[[Part, Any, Names], list[str]]] = {
    Kind.LINE: text_lines,
    Kind.TEXT: text_lines,
    Kind.HTML: lambda part, value, names: readable_lines(value),
    Kind.CHOICE: choice_lines,
    Kind.SWITCH: lambda part, value, names: ["是"],
    Kind.DATE: lambda part, value, names: [date.fromisoformat(value).isoformat()],
    Kind.MOMENT: moment_lines,
    Kind.PERSON: person_lines,
    Kind.TAGS: lambda part, value, names: list(value),
    Kind.RELATIONS: lambda part, value, names: [related_line(row, names) for row in value],
}


def compare_lists(before: list[str], after: list[str]) -> list[Paragraph | Skipped]:
    """Return Paragraphs of two lists whose items are the same or not, without looking into them."""
    gone: list[Paragraph | Skipped] = [
        Paragraph(REMOVED, [Segment(REMOVED, line)]) for line in before if line not in after
    ]
    return gone + [unchanged(line) if line in before else Paragraph(ADDED, [Segment(ADDED, line)]) for line in after]


def unchanged(line: str) -> Paragraph:
    return Paragraph(SAME, [Segment(SAME, line)])


def folded(paragraphs: list[Paragraph]) -> list[Paragraph | Skipped]:
    """Return the paragraphs with those that are far from any change put into Skipped ones."""
    changed = [i for i, paragraph in enumerate(paragraphs) if paragraph.kind != SAME]
    near = {i + step for i in changed for step in range(-CONTEXT, CONTEXT + 1)}
    shown: list[Paragraph | Skipped] = []
    for i, paragraph in enumerate(paragraphs):
        if i in near:
            shown.append(paragraph)
        elif shown and isinstance(shown[-1], Skipped):
            shown[-1].paragraphs.append(paragraph)
        else:
            shown.append(Skipped([paragraph]))
    return shown
