"""The rule about dates that no calendar has, and years that have not come yet."""

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date

from .passages import Place, Text
from .registry import rule

LEAP = 2024  # a day without its year may be one of a leap year
DATE = re.compile(
    r"(?<!\d)(?:(?P<year>\d{4})年)?(?P<month>\d{1,2})月(?P<day>\d{1,2})[日号]"
    r"|(?<![\d./-])(?P<y>(?:19|20)\d\d)([-/.])(?P<m>\d{1,2})\5(?P<d>\d{1,2})(?![\d./-])"
)
MONTH = re.compile(r"(?<=年)(\d{1,2})月(?![\d龄大])|(?<!\d)(\d{1,2})月(?:份|底|初|中旬|上旬|下旬)")
YEAR = re.compile(r"(?<!\d)([12]\d{3})年(?!前|后|代)")
PLANNED = re.compile(r"到|至|预计|预测|将|计划|目标|规划|展望|届时|前|期|截止|有效")
BEFORE = 8


@rule("impossible-date", "不可能的日期", "没有这一天，或者还没有到。请核对。")
def impossible_dates(text: Text) -> Iterator[Place]:
    today = date.today()
    for passage in text.prose:
        for match in DATE.finditer(passage.text):
            if not exists(match["year"] or match["y"], match["month"] or match["m"], match["day"] or match["d"]):
                yield passage.place(*match.span(), "日历上没有这一天。")
        for match in MONTH.finditer(passage.text):
            if not 1 <= int(match[1] or match[2]) <= 12:
                yield passage.place(*match.span(), "一年只有十二个月。")
        for match in YEAR.finditer(passage.text):
            before = passage.text[max(match.start() - BEFORE, 0) : match.start()]
            behind = passage.text[match.end() : match.end() + BEFORE]
            if (
                int(match[1]) > today.year
                and not PLANNED.search(before)
                and not behind.startswith(("前", "将", "预计"))
            ):
                yield passage.place(*match.span(), "这一年还没有到。")


def exists(year: str | None, month: str, day: str) -> bool:
    """Return whether the calendar has the day; without a year, whether any year has it."""
    m, d = int(month), int(day)
    return 1 <= m <= 12 and 1 <= d <= monthrange(int(year or 0) or LEAP, m)[1]
