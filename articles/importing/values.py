"""Single values as files write them. Every function raises ValueError with the end of a Chinese sentence."""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from html import unescape

from django.utils.timezone import get_default_timezone

from articles.text.invisible import without_invisible
from articles.text.names import clean_line, clean_person, fold, narrow
from articles.text.tag_names import MAX_LENGTH, split_tags

from .cells import value_of
from .errors import shorten

MOST_LIKES = 10**9
MOST_TAGS = 50
YEARS = range(1900, 3000)
TURNED = re.compile("[\u202b\u202e\u2067]")  # behind them 05 reads 50, and 5-10 reads 10-5
TURNED_ELEMENT = re.compile(r"<bdo\b[^<>]{0,500}\bdir\s{0,9}=\s{0,9}[\"']?rtl\b", re.IGNORECASE)
DAY = r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"
MOMENT = re.compile(
    DAY + r"(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)? ?(?:(Z)|([+-])(\d{2}):?(\d{2}))?)?",
    re.ASCII | re.IGNORECASE,
)
NUMBER = re.compile(r"(-?)(\d{1,20})(?:\.0+)?", re.ASCII)


def one_line(value: object, longest: int) -> str:
    """Return text as one clean line of at most `longest` characters."""
    text = clean_line(required_text(value))
    if len(text) > longest:
        raise ValueError(f"有 {len(text)} 个字，最多 {longest} 个字。")
    return text


def person_name(value: object, longest: int) -> str:
    return one_line(clean_person(required_text(value)), longest)


def key(value: object, longest: int) -> str:
    """Return a key as a clean line; files also write keys as numbers."""
    return one_line(str(value) if isinstance(value, int) and not isinstance(value, bool) else value, longest)


def plain(value: object) -> str:
    """Return text as it is, without control characters; "" when nothing in it can be seen."""
    text = without_invisible(required_text(value))
    return text if clean_line(text) else ""


def many_lines(value: object) -> str:
    """Return text, or a list of texts, as clean lines; empty lines stay between them."""
    if isinstance(value, list):
        value = "\n".join(required_text(item) for item in value)
    return "\n".join(clean_line(line) for line in required_text(value).splitlines()).strip()


def tag_names(value: object) -> list[str]:
    """Return the tags of a text or of a list of texts, in order and once each."""
    texts = value if isinstance(value, list) else [value]
    names = {fold(name): name for text in texts for name in split_tags(required_text(text))}
    if len(names) > MOST_TAGS:
        raise ValueError(f"有 {len(names)} 个，最多 {MOST_TAGS} 个。")
    for folded, name in names.items():
        # Case folding can lengthen a name.
        if max(len(name), len(folded)) > MAX_LENGTH:
            raise ValueError(f"里的“{shorten(name)}”太长，一个标签最多 {MAX_LENGTH} 个字。")
    return list(names.values())


def number(value: object) -> int:
    """Return a number of likes."""
    value = value_of(value)
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError("要写成整数。")
    # Spreadsheets write whole numbers as 12.0; an int of any length is cut before it is turned into text.
    text = str(value) if not isinstance(value, int) else str(max(-1, min(value, MOST_LIKES + 1)))
    match = NUMBER.fullmatch(narrow(text))
    if not match:
        raise ValueError(f"不是整数：{shorten(text)}。")
    if match[1] and int(match[2]):
        raise ValueError("不能是负数。")
    if int(match[2]) > MOST_LIKES:
        raise ValueError(f"太大了，最多 {MOST_LIKES}。")
    return int(match[2])


def moment(value: object) -> datetime:
    """Return a date, with or without a time, as an instant in UTC. Without an offset it is local time."""
    match = MOMENT.fullmatch(short_line(value))
    if not match:
        raise ValueError(f"读不懂：{shorten(value)}，应写成 2025-06-24 23:05。")
    hour, minute, second = (int(part or 0) for part in match.group(4, 5, 6))
    microsecond = int((match[7] or "")[:6].ljust(6, "0"))
    try:
        day_time = time(hour, minute, second, microsecond)
        offset = timezone(timedelta(hours=int(match[10]), minutes=int(match[11]))) if match[10] else None
    except ValueError:
        raise ValueError(f"不是一个存在的时刻：{shorten(value)}。") from None
    if offset and match[9] == "-":
        offset = timezone(-offset.utcoffset(None))
    zone = UTC if match[8] else offset or get_default_timezone()
    return datetime.combine(calendar_day(*match.group(1, 2, 3)), day_time, zone).astimezone(UTC)


def day(value: object) -> date:
    """Return a date; a time after it is let go."""
    match = MOMENT.fullmatch(short_line(value))
    if not match:
        raise ValueError(f"读不懂：{shorten(value)}，应写成 2025-06-24。")
    return calendar_day(*match.group(1, 2, 3))


def calendar_day(year: str, month: str, day_of_month: str) -> date:
    written = f"{year}-{month}-{day_of_month}"
    if int(year) not in YEARS:
        raise ValueError(f"的年份要在 {YEARS.start} 和 {YEARS.stop - 1} 之间：{written}。")
    try:
        return date(int(year), int(month), int(day_of_month))
    except ValueError:
        raise ValueError(f"不是一个存在的日期：{written}。") from None


def short_line(value: object) -> str:
    """Return text with narrow digits and signs; what is too long to be a date is cut so that it cannot be one."""
    return narrow(required_text(value_of(value))[:64])


def required_text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("要写成文字。")
    if found := TURNED.search(unescape(value) if "&" in value else value):
        code = f"U+{ord(found[0]):04X}"
        raise ValueError(f"里有颠倒书写方向的控制符（{code}），看到的次序不是实际的次序：请重新输入这一格。")
    return value
