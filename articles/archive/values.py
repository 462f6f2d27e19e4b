"""The values of an archive, each held to what a form of the site would take. An archive is a stranger's file."""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_unicode_slug
from django.db.models import (
    BooleanField,
    CharField,
    DateField,
    DateTimeField,
    Field,
    ForeignKey,
    IntegerField,
    JSONField,
    PositiveSmallIntegerField,
    TextField,
)
from django.utils.timezone import is_naive

from articles.importing.errors import BadFile, shorten
from articles.importing.values import YEARS
from articles.text.invisible import CONTROLS

MOST_KEY = 10**12  # far above every number that a site gives, far below what an index or a browser cannot hold
# Below what a column holds, so that the next number after it has room, too; the same on both databases.
MOST, MOST_SMALL = 10**9, 30_000
LONGEST = 1_000_000  # characters of a text without a limit of its own: five times what the editor takes
# What no form lets through: control characters (NUL among them), which no XML may hold either, what turns the direction
# of a text, halves of characters, and noncharacters.
BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
FORBIDDEN = re.compile(f"[{CONTROLS}\x0b\x0c{BIDI}\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
LINE_END = re.compile("[\n\r\x85\u2028\u2029]")


def read(field: Any, value: Any, line: int) -> Any:
    """Return a JSON value as the column `field`, a field of a model, takes it. Raises BadFile, which names both."""
    try:
        return checked(field, value)
    except ValueError as error:
        raise wrong(field.name, str(error), line) from None
    except ValidationError as error:
        raise wrong(field.name, error.messages[0], line) from None


def wrong(name: str, why: str, line: int) -> BadFile:
    return BadFile(f"“{name}”的值不对：{why}", line)


def checked(field: "Field[Any, Any]", value: Any) -> Any:
    """Return a JSON value as the column `field` takes it. Raises ValueError or ValidationError, with the reason."""
    if value is None:
        if not field.null:
            raise ValueError("不能是 null。")
        return None
    value = next(reader for kind, reader in READERS.items() if isinstance(field, kind))(field, value)
    if field.choices and not (value == "" and field.blank) and value not in dict(field.flatchoices):
        raise ValueError(f"只能是{'、'.join(map(str, dict(field.flatchoices)))}，不能是“{shorten(value)}”。")
    field.run_validators(value)
    return value


def text(field: "Field[Any, Any]", value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("要写成文字。")
    longest = getattr(field, "max_length", None) or LONGEST
    if len(value) > longest:
        raise ValueError(f"有 {len(value)} 个字，最多 {longest} 个字。")
    check_characters(value)
    return str(value)


def check_characters(value: str) -> None:
    """Raise ValueError where a text holds a character that no form lets through."""
    if found := FORBIDDEN.search(value):
        raise ValueError(f"里面有不允许的字符 U+{ord(found[0]):04X}。")


def one_line(field: "Field[Any, Any]", value: Any) -> str:
    line = text(field, value)
    if LINE_END.search(line):
        raise ValueError("只能有一行。")
    if field.name == "slug" and line:
        validate_unicode_slug(line)
    return line


def switch(field: "Field[Any, Any] | None", value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("只能是 true 或 false。")
    return value


def whole_number(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError("要写成整数。")
    return value


def number(field: "Field[Any, Any]", value: Any) -> int:
    """Return the number of a row, or one that counts something."""
    if field.primary_key:
        return key(field, value)
    most = MOST_SMALL if isinstance(field, PositiveSmallIntegerField) else MOST
    if not 0 <= whole_number(value) <= most:
        raise ValueError(f"要在 0 和 {most} 之间。")
    return int(value)


def key(field: "Field[Any, Any] | None", value: Any) -> int:
    """Return the number of a row."""
    if not 0 < whole_number(value) <= MOST_KEY:
        raise ValueError(f"编号要在 1 和 {MOST_KEY} 之间。")
    return int(value)


def day(field: "Field[Any, Any]", value: Any) -> date:
    found: date = dated(value, date.fromisoformat)
    return found


def moment(field: "Field[Any, Any]", value: Any) -> datetime:
    found: datetime = dated(value, datetime.fromisoformat)
    if is_naive(found):
        raise ValueError("没有写时区。")
    return found


def dated(value: Any, parse: Callable[[str], Any]) -> Any:
    """Return what `parse` makes of a text, within the years that every import takes."""
    try:
        found = parse(value)
        found.isoformat()
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"不是日期或时间：{shorten(value)}。") from None
    if found.year not in YEARS:
        raise ValueError(f"年份要在 {YEARS.start} 和 {YEARS.stop - 1} 之间。")
    return found


def table(field: "Field[Any, Any]", value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError("要写成 {…}。")
    return value


# By the kind of a column; the more special first, as Django's fields are made of one another.
READERS: dict[type, Callable[[Any, Any], Any]] = {
    ForeignKey: key,
    BooleanField: switch,
    IntegerField: number,
    DateTimeField: moment,
    DateField: day,
    JSONField: table,
    CharField: one_line,
    TextField: text,
}
