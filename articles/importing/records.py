"""Records: what a file says about one question, checked value by value."""

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any, NamedTuple

from django.db.models import Model

from articles.models import Article, Doctor
from articles.models.parts import PARTS, Kind
from articles.text.enumerations import lay_out
from articles.text.markup import CleanHTML, clean_html, paragraphs
from articles.text.names import clean_line, fold, fold_compatible

from . import marks, values
from .cells import Rich
from .errors import BadFile, shorten


def longest(model: type[Model], name: str) -> int:
    return model._meta.get_field(name).max_length


TITLE = partial(values.one_line, longest=longest(Article, "title"))
DOCTOR = partial(values.person_name, longest=longest(Doctor, "name"))
PROFESSIONAL_TITLE = partial(values.one_line, longest=longest(Doctor, "professional_title"))
DEPARTMENT = partial(values.one_line, longest=longest(Doctor, "department"))
HOSPITAL = partial(values.one_line, longest=longest(Doctor, "hospital"))


def choice(value: object, choices: Iterable[tuple[str, str]]) -> str:
    """Return the one of `choices`, (value, label) pairs, that a value or its label stands for; "" for nothing."""
    meant = {name: value for value, label in choices for name in (value, label)}
    name = fold(values.required_text(value))
    if name and name not in meant:
        raise ValueError(f"只能是{'、'.join(meant)}。")
    return meant.get(name, "")


def html(value: Any) -> str:
    """Return HTML as it is, to be sanitised where it is written; "" for white space, else text must be left of it."""
    if not values.required_text(value).strip():
        return ""
    value = value.as_markup() if isinstance(value, Rich) else value
    if values.TURNED_ELEMENT.search(value):
        raise ValueError("里有颠倒书写方向的元素（<bdo dir=rtl>），看到的次序不是实际的次序：请重新输入这一格。")
    if not clean_html(value):
        raise ValueError("里没有文字，只有不允许的内容。")
    return value


def text_or_rich(value: Any) -> str:
    """Return plain text; a cell with raised or lowered text stays as it is."""
    return value if isinstance(value, Rich) else values.plain(value)


class Field(NamedTuple):
    """What a row may say: its label in sentences, the names of its key or column (the first that is filled counts)."""

    label: str
    names: list[str]
    read: Callable[[Any], Any]


# How the value of a part is read from a file, by its kind. A switch and the editor's word about related questions are
# told by no column; HTML has a second one, for plain text is what `body` holds.
READERS = {
    Kind.LINE: lambda part: partial(values.one_line, longest=longest(Article, part.name)),
    Kind.TEXT: lambda part: values.many_lines,
    Kind.HTML: lambda part: text_or_rich,
    Kind.CHOICE: lambda part: partial(choice, choices=Article._meta.get_field(part.name).choices),
    Kind.DATE: lambda part: values.day,
    Kind.MOMENT: lambda part: values.moment,
    Kind.PERSON: lambda part: DOCTOR,
    Kind.TAGS: lambda part: values.tag_names,
}
IN_TABLES = [part for part in PARTS if part.headings]
# What a row may say, beside the parts of a question.
BESIDE_PARTS = {
    "source": Field(
        "来源", ["source", "source_id", "来源", "来源键"], partial(values.key, longest=longest(Article, "source"))
    ),
    "professional_title": Field("职称", ["professional_title", "职称"], PROFESSIONAL_TITLE),
    "doctor_department": Field("医生科室", ["doctor_department", "医生科室"], DEPARTMENT),
    "hospital": Field("医院", ["hospital", "医院"], HOSPITAL),
    "biography": Field("医生简介", ["biography", "医生简介"], values.many_lines),
    "department": Field("科室", ["department", "科室"], values.tag_names),
    "likes": Field("点赞", ["likes", "点赞", "点赞数", "赞", "导入的赞"], values.number),
    "body_html": Field("正文 HTML", ["body_html", "正文HTML", "正文 HTML"], html),
    "excerpt": Field("摘要", ["excerpt", "摘要"], values.plain),
    "mark": Field("导出标记", ["导出标记"], marks.read),
}
FIELDS = BESIDE_PARTS | {
    part.name: Field(part.heading, [part.name, *part.headings], READERS[part.kind](part)) for part in IN_TABLES
}
FIELDS["doctor"].names.insert(1, "author")
PERSON_FIELDS = {
    "name": Field("姓名", ["name", "姓名"], DOCTOR),
    "professional_title": FIELDS["professional_title"],
    "department": Field("科室", ["department", "科室"], DEPARTMENT),
    "hospital": FIELDS["hospital"],
    "biography": Field("简介", ["biography", "简介"], values.many_lines),
}
# Columns of Article that take a value as it was read.
AS_READ = (Kind.LINE, Kind.TEXT, Kind.CHOICE, Kind.DATE, Kind.MOMENT)
TITLE_SHOWN = longest(Article, "title")
COLUMNS = [part.name for part in IN_TABLES if part.kind in AS_READ]


@lru_cache(maxsize=10_000)
def folded(name: str) -> str:
    """Return fold(name) of a short name that comes again and again, as those of tags and hospitals do."""
    return fold(name)


def by_name(fields: dict[str, Field]) -> dict[str, tuple[str, int]]:
    """Return {folded name: (key, rank)}; the lower rank counts when a row has two names of one key."""
    return {fold(name): (key, rank) for key, field in fields.items() for rank, name in enumerate(field.names)}


# Fields that read the value of a cell and not what Excel shows of it.
VALUES = {"likes", *(part.name for part in IN_TABLES if part.kind in (Kind.DATE, Kind.MOMENT))}
PROBLEM = "问题"  # heads the sentences about rows that were given back
# Columns that tell people something, and no import: of an export, and of rows that were given back.
INFORMATION = {"编号", "状态", "现有摘要", "总赞数", "有帮助", "没有帮助", PROBLEM}
NAMES, PERSON_NAMES = by_name(FIELDS), by_name(PERSON_FIELDS)


@lru_cache(maxsize=1024)
def known_key(name: str, person: bool = False) -> tuple[str, int] | None:
    """Return (key, rank) of what a key in JSON or a heading in CSV means, or None."""
    return (PERSON_NAMES if person else NAMES).get(fold(name))


class Ignored:
    """The names of keys and columns that mean nothing here, for the summary; a hundred of them at most."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def add(self, name: str) -> None:
        if len(self.names) < 100:
            self.names.add(shorten(name) or "（无名）")

    def __str__(self) -> str:
        return "、".join(sorted(self.names))


class Person(NamedTuple):
    """A doctor as a file names one."""

    name: str
    hospital: str = ""
    professional_title: str = ""
    department: str = ""
    biography: str = ""


@dataclass(slots=True, kw_only=True)
class Record:
    """One question as a file has it. What a file does not say is absent, and an update leaves it as it is."""

    line: int
    source: str
    columns: dict[str, Any]  # the columns of Article that the file fills
    text: str = ""  # the plain text of the answer, or of its beginning
    html: str = ""  # the answer as HTML, which comes before `text`
    is_excerpt: bool = False
    doctor: Person | None = None
    reviewer: Person | None = None
    likes: int | None = None
    departments: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    related: list["Record"] = field(default_factory=list)  # for pages: the records of the questions beside it, in order
    listed_source: str = ""  # for pages: the key under which other pages list this one
    is_listed: bool = False  # known only from the list of another page
    mark: marks.Mark | None = None  # for rows of an export

    @property
    def digest(self) -> str:
        """What the file says, in 64 characters: the same digest means that nothing is new."""
        said = [
            *(self.columns, self.text, self.html, self.is_excerpt, self.doctor, self.reviewer, self.likes),
            *(self.departments, self.tags, [[item.source, item.columns["title"], item.text] for item in self.related]),
        ]
        canonical = json.dumps(said, sort_keys=True, ensure_ascii=True, default=str)
        return hashlib.sha256(canonical.encode()).hexdigest()

    @property
    def size(self) -> int:
        return len(self.text) + len(self.html) + sum(item.size for item in self.related)

    def body(self) -> CleanHTML:
        """Return the sanitised HTML that the article gets."""
        return clean_html(self.html or paragraphs(lay_out(self.text)))


def from_row(row: dict[str, Any], line: int, ignored: Ignored) -> Record:
    """Return the Record of a row of named values; names that mean nothing are added to `ignored`. Raises BadFile."""
    said = read(row, line, ignored)
    if "title" not in said:
        raise BadFile("没有标题。", line)
    person = said.get("doctor")
    if isinstance(person, str):
        person = Person(
            name=person,
            hospital=said.get("hospital", ""),
            professional_title=said.get("professional_title", ""),
            department=said.get("doctor_department", ""),
            biography=said.get("biography", ""),
        )
    mark = said.get("mark")
    text, markup = said.get("body", ""), said.get("body_html", "")
    if text and markup:
        ignored.add(FIELDS["body"].label)
    elif isinstance(text, Rich):
        markup = text.as_html()
    return Record(
        line=line,
        source=mark.source if mark else said.get("source") or derived_source(said, person),
        mark=mark,
        columns={name: said[name] for name in COLUMNS if name in said},
        text="" if markup else text or said.get("excerpt", ""),
        html=markup,
        is_excerpt=not (text or markup),
        doctor=person,
        reviewer=Person(said["reviewer"]) if "reviewer" in said else None,
        likes=said.get("likes"),
        departments=said.get("department", []),
        tags=said.get("tags", []),
    )


def read(row: dict[str, Any], line: int, ignored: Ignored) -> dict[str, Any]:
    """Return {key: value as it was read}; what is empty is not said."""
    said = {}
    for key, (name, value) in chosen(row, ignored).items():
        if key == "doctor" and isinstance(value, dict):
            result = read_person(name, value, line, ignored)
        else:
            result = read_value(FIELDS[key], value, line)
        if result not in (None, "", []):
            said[key] = result
    return said


def chosen(row: dict[str, Any], ignored: Ignored) -> dict[str, tuple[str, Any]]:
    """Return {key: (name, value)}: of two names with one meaning (source, source_id) the first in FIELDS counts."""
    found = {}
    for name, value in row.items():
        meant = known_key(name) if len(name) <= 100 else None
        if meant is None:
            if name not in INFORMATION:
                ignored.add(name)
        elif value not in (None, "", [], {}):
            key, rank = meant
            candidates = sorted([*found.get(key, []), (rank, name, value)], key=lambda candidate: candidate[0])
            found[key] = candidates[:1]
            for _, other, _ in candidates[1:]:
                ignored.add(other)
    return {key: candidates[0][1:] for key, candidates in found.items()}


def read_person(name: str, value: dict[str, Any], line: int, ignored: Ignored) -> Person | None:
    """Return the Person that a doctor written as an object is, or None."""
    said = {}
    for part, text in value.items():
        meant = known_key(part, person=True) if len(part) <= 100 else None
        if meant is None:
            ignored.add(f"{name}.{part}")
        elif text not in (None, ""):
            said[meant[0]] = read_value(PERSON_FIELDS[meant[0]], text, line)
    if any(said.values()) and not said.get("name"):
        raise BadFile("“医生”没有写姓名（name）。", line)
    return Person(**said) if said.get("name") else None


def told_wrong(error: BadFile, row: dict[str, Any]) -> BadFile:
    """Return `error`, with the title and the source of its `row` as far as they can be read."""
    found = chosen(row, Ignored())
    texts = {key: found[key][1] for key in ("title", "source") if key in found}
    texts = {key: clean_line(str(text)) for key, text in texts.items() if isinstance(text, str | int)}
    error.title, error.source = texts.get("title", "")[:TITLE_SHOWN], texts.get("source", "")
    return error


def read_value(field: Field, value: Any, line: int) -> Any:
    try:
        return field.read(value)
    except ValueError as error:
        raise BadFile(f"“{field.label}”{error}", line) from None


def derived_source(said: dict[str, Any], person: Person | None) -> str:
    """Return the key of a row that names none: the same title, doctor and time are the same question."""
    parts = [fold_compatible(said["title"]), person.name if person else "", str(said.get("published_at", ""))]
    return f"row:{hashlib.sha256('|'.join(parts).encode()).hexdigest()[:24]}"
