"""What rows of an archive hold as JSON: versions of questions, and what merges have moved. Checked part by part."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import CharField, DateField, TextField

from articles.importing.errors import shorten
from articles.models import Article, DoctorMerge, RelatedItem, Revision, Tag, TagMerge
from articles.models.doctor_merging import TOLD
from articles.models.parts import Kind, named
from articles.models.revision import FIELDS
from articles.text.markup import clean_html

from . import values

DEEPEST = 20  # objects and lists within one another; the site's own go three deep
PEOPLE = named(kind=Kind.PERSON)

Check = Callable[[Any], object]


def check(row: Any, line: int) -> None:
    """Look through the JSON of a row that holds some; the HTML of a version is sanitised. Raises BadFile."""
    schema = SCHEMAS.get(type(row))
    if schema is None:
        return
    try:
        check_texts(row.content)
        for name, one in schema.items():
            if name in row.content:
                try:
                    one(row.content[name])
                except ValidationError as error:
                    raise ValueError(f"{name}：{error.messages[0]}") from None
                except ValueError as error:
                    raise ValueError(f"{name}：{error}") from None
            elif name in REQUIRED[type(row)]:
                raise ValueError(f"没有写 {name}。")
    except ValueError as error:
        raise values.wrong("content", str(error), line) from None
    if isinstance(row, Revision) and row.body:
        row.content = row.content | {"body": clean_html(row.body)}


def check_texts(said: Any, depth: int = 0) -> None:
    """Raise ValueError for what no database or page can hold, under whatever name: such texts, and such numbers."""
    if depth > DEEPEST:
        raise ValueError("一层套一层，太深了。")
    if isinstance(said, str):
        values.check_characters(said)
    elif isinstance(said, float):
        raise ValueError(f"不能有小数：{shorten(said)}。")
    elif isinstance(said, int) and abs(said) > values.MOST_KEY:
        raise ValueError(f"数字太大：{shorten(said)}。")
    elif isinstance(said, dict | list):
        for one in (*said, *said.values()) if isinstance(said, dict) else said:
            check_texts(one, depth + 1)


def column(name: str) -> Check:
    """Return the check of a part that is a column of Article; a version may leave it empty, as drafts do."""
    field: Any = Article._meta.get_field(name)
    if name in PEOPLE:
        return optional(key)

    def look(value: Any) -> object:
        return value == "" and not field.choices or values.checked(field, value)

    return look


def of(field: Any) -> Check:
    return lambda value: values.checked(field, value)


def key(value: Any) -> object:
    return values.key(None, value)


def optional(one: Check) -> Check:
    return lambda value: value is None or one(value)


def listed(one: Check) -> Check:
    def look(value: Any) -> None:
        if not isinstance(value, list):
            raise ValueError("要写成 […]。")
        for item in value:
            one(item)

    return look


def row(*checks: Check) -> Check:
    """Return the check of a list that has an item for each of `checks`."""

    def look(value: Any) -> None:
        if not isinstance(value, list) or len(value) != len(checks):
            raise ValueError(f"要写成有 {len(checks)} 项的 […]。")
        for one, item in zip(checks, value, strict=True):
            one(item)

    return look


def texts(names: Any) -> Check:
    """Return the check of an object that holds texts under some of `names`."""

    def look(value: Any) -> None:
        if not isinstance(value, dict) or not value.keys() <= set(names):
            raise ValueError(f"只能有{'、'.join(names)}。")
        for item in value.values():
            values.checked(TEXT, item)

    return look


TEXT, DAY = TextField(), DateField()
switch: Check = lambda value: values.switch(None, value)  # noqa: E731  # one line of a table
POSITION = RelatedItem._meta.get_field("position")
SCHEMAS: dict[type, dict[str, Check]] = {
    Revision: {
        **{name: column(name) for name in FIELDS},
        "tags": listed(of(CharField(max_length=100))),
        "related": listed(row(key, of(POSITION), switch)),
        "is_revision": optional(switch),
        "correction": optional(of(TEXT)),
        "answers": listed(key),
    },
    TagMerge: {
        "key": key,
        **{name: of(Tag._meta.get_field(name)) for name in ("name", "slug", "kind", "introduction")},
        "took_introduction": switch,
        "aliases": listed(key),
        "moved": listed(row(key, key)),
        "both": listed(row(key, key, key)),
    },
    DoctorMerge: {
        "key": key,
        "answered": listed(key),
        "reviewed": listed(row(key, optional(of(DAY)))),
        "former": listed(key),
        "took": texts(TOLD),
        "newest": key,
    },
}
REQUIRED = {
    Revision: {"title", "body", "tags", "related"},
    TagMerge: SCHEMAS[TagMerge].keys(),
    DoctorMerge: SCHEMAS[DoctorMerge].keys(),
}
