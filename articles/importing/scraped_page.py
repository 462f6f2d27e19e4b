"""The scraped page: title, byline, answer, 点赞, 相关资源 (title and date, excerpt; ten times), 返回."""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import TypeVar

from django.utils.timezone import localtime

from articles.text.names import fold_compatible

from . import values
from .errors import BadFile, shorten
from .lines import Lines
from .records import DOCTOR, TITLE, Person, Record

MAX_PAGE = 2 * 1024 * 1024
MAX_RELATED = 100
KEYS = "page:"  # what the sources of articles from pages start with
LIKE, RELATED, BACK = "点赞", "相关资源", "返回"
DATE_LIKE = re.compile(r"\d{4}-\S*", re.ASCII)
BYLINE = "应为“医生 日期 时间 点赞数”，例如“李医生 2025-06-24 23:05:25 1”"
NumberedText = tuple[int, str]  # the number of a line and what it says
Value = TypeVar("Value")


def read_page(lines: Lines, note: Callable[[str], object]) -> Record:
    """Return the Record of a page, its related items inside. `note` takes remarks for the operator. Raises BadFile."""
    rows = list(filled(lines))
    record = read_head(rows[:2])
    answer, rest = until(rows[2:], {LIKE, RELATED, BACK})
    record.text = plain_of(answer)
    if not record.text:
        raise BadFile("没有找到答案的正文。", (rest or rows[-1:])[0][0])
    if rest and rest[0][1] == LIKE:
        rest = rest[1:]
        if rest and rest[0][1] not in {RELATED, BACK}:
            number, text = rest[0]
            raise BadFile(f"“{LIKE}”之后应是“{RELATED}”或“{BACK}”，这里是“{shorten(text)}”。", number)
    if rest and rest[0][1] == RELATED:
        listed, rest = until(rest[1:], {BACK})
        record.related = list(read_items(listed))
        if any(item.source == record.listed_source for item in record.related):
            record.related = [item for item in record.related if item.source != record.listed_source]
            note(f"“{RELATED}”里有这一页自己，已略过")
    if not rest:
        note(f"没有“{BACK}”一行，文件可能不完整")
    for number, text in rest[1:]:
        raise BadFile(f"“{BACK}”之后不应再有文字：“{shorten(text)}”。", number)
    return record


def filled(lines: Lines) -> Iterator[NumberedText]:
    """Yield (number, text) of the lines that are not blank."""
    for line in lines:
        if lines.offset > MAX_PAGE:
            raise BadFile("一个网页最多 2 MB。", lines.number)
        for part in line.splitlines():
            if text := part.strip():
                yield lines.number, text


def until(rows: list[NumberedText], marks: set[str]) -> tuple[list[NumberedText], list[NumberedText]]:
    """Return the rows before the first one that is one of `marks`, and the rows from there on."""
    end = next((index for index, (_, text) in enumerate(rows) if text in marks), len(rows))
    return rows[:end], rows[end:]


def read_head(rows: list[NumberedText]) -> Record:
    """Return a Record of the title and the byline."""
    if not rows:
        raise BadFile("文件是空的。")
    number, title = rows[0][0], value("标题", TITLE, rows[0])
    if len(rows) < 2:
        raise BadFile(f"标题之后没有署名：{BYLINE}。", number)
    byline, parts = rows[1][0], rows[1][1].rsplit(None, 3)
    if len(parts) < 4 or not DATE_LIKE.fullmatch(parts[1]):
        raise BadFile(f"这一行不是署名：{BYLINE}。", byline)
    doctor = value("医生", DOCTOR, (byline, parts[0]))
    published_at = value("发布时间", values.moment, (byline, f"{parts[1]} {parts[2]}"))
    local = localtime(published_at)
    listed_source = listed_key(local.date(), title)
    return Record(
        line=number,
        source=f"{listed_source}:{short_hash(f'{doctor}|{local:%Y-%m-%d %H:%M:%S}', 12)}",
        columns={"title": title, "published_at": published_at},
        doctor=Person(doctor),
        likes=value("点赞数", values.number, (byline, parts[3])),
        listed_source=listed_source,
    )


def read_items(rows: Iterable[NumberedText]) -> Iterator[Record]:
    """Yield a Record for each related item: a line of title and date, then the lines of its excerpt."""
    items = []
    for number, text in rows:
        *title, date = text.rsplit(None, 1)
        if title and DATE_LIKE.fullmatch(date):
            items.append((number, title[0], date, []))
        elif items:
            items[-1][-1].append((number, text))
        else:
            raise BadFile(f"“{RELATED}”里应先是“标题 日期”，这里是“{shorten(text)}”。", number)
        if len(items) > MAX_RELATED:
            raise BadFile(f"相关问题超过 {MAX_RELATED} 个。", number)
    for number, title, date, excerpt in items:
        title = value("标题", TITLE, (number, title))
        published_at = value("日期", values.moment, (number, date))
        yield Record(
            line=number,
            source=listed_key(localtime(published_at).date(), title),
            columns={"title": title, "published_at": published_at},
            text=plain_of(excerpt),
            is_excerpt=True,
            is_listed=True,
        )


def listed_key(date: date, title: str) -> str:
    """Return the key that a question has in the lists of other pages."""
    return f"{KEYS}{date.isoformat()}:{short_hash(fold_compatible(title), 24)}"


def short_hash(text: str, length: int) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:length]


def plain_of(rows: Iterable[NumberedText]) -> str:
    """Return the text of rows as one. Raises BadFile with the number of the row that holds what no text may."""
    texts = [text for row in rows if (text := value("正文", values.plain, row, may_be_empty=True))]
    return values.plain("\n".join(texts))


def value(label: str, reading: Callable[[str], Value], row: NumberedText, may_be_empty: bool = False) -> Value:
    """Return what `reading` makes of the text of a row. Raises BadFile with the row's number, also for nothing."""
    number, text = row
    try:
        result = reading(text)
    except ValueError as error:
        raise BadFile(f"“{label}”{error}", number) from None
    if result == "" and not may_be_empty:
        raise BadFile(f"“{label}”是空的。", number)
    return result
