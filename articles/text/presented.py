"""What a sanitised body is given on its way into a page: tables that scroll, numbers that keep their units, headings
that can be linked to. None of it is stored, and none of it changes what is said."""

import html
import re
from typing import NamedTuple

from .markup import OUTSIDE_TAGS, plain_text

HEADING = re.compile(r"<(h[23])>(.*?)</\1>", re.DOTALL)
TABLE = re.compile(r"<table>(?:<caption>(.*?)</caption>)?", re.DOTALL)
ENOUGH = 3  # headings from which on a table of contents helps

# Bounded, and never begun within one or given back: a row of digits takes time by its length, not by the square of it.
ONE = r"\d[\d,]{0,15}+(?:\.\d{1,8}+)?"
NUMBER = rf"{ONE}(?: ?(?:-|–|—|~|～|至|到|/|×) ?{ONE}){{0,3}}+"  # noqa: RUF001 - as people write ranges
UNIT = (
    "毫克|微克|千克|公斤|克|毫升|升|毫米|厘米|公分|米|千卡|大卡|卡|国际单位|单位|毫摩尔|片|粒|颗|丸|袋|包|支|瓶|滴|勺|杯|喷|次|个月|个|"
    "周岁|月龄|岁|年|月|日|天|周|星期|小时|分钟|分|秒|点|度|级|期|型|倍|成|人|例|元|毫米汞柱|"
    "mmHg|mmol/L|μmol/L|mg/dL|mg/kg|IU|mg|μg|ug|kg|mL|ml|cm|mm|kcal|%|％|℃|°C|g|L"  # noqa: RUF001 - the full width form
)
QUANTITY = re.compile(rf"(?<![a-z0-9_.*/-])(?<!\d,){NUMBER} ?(?:{UNIT})(?:/(?:{UNIT}))?(?![a-z0-9%])", re.IGNORECASE)
LONGEST = 24  # characters that are kept on one line


class Heading(NamedTuple):
    """A heading of an answer: its place in the page, its words as escaped HTML, and whether it stands under another."""

    anchor: str
    text: str
    is_under: bool


def presented(body: str) -> str:
    """Return the HTML of a sanitised body as it stands in a page."""
    body = OUTSIDE_TAGS.sub(lambda text: QUANTITY.sub(kept_together, text[0]), body)
    if "<table" in body:
        body = TABLE.sub(opened, body).replace("</table>", "</table></div>")
    if "<s>" in body:
        body = body.replace("<s>", f"<s>{unseen('（已删去：')}").replace("</s>", f"{unseen('）')}</s>")
    return with_anchors(body)


def unseen(words: str) -> str:
    """Words for who does not see that a line goes through a text: a listener, a search engine, who copies it."""
    return f'<span class="unseen visually-hidden">{words}</span>'


def kept_together(match: re.Match[str]) -> str:
    return f'<span class="quantity">{match[0]}</span>' if len(match[0]) <= LONGEST else match[0]


def opened(match: re.Match[str]) -> str:
    name = html.escape(words_of(match[1] or "")) or "表格"
    return f'<div class="table" role="group" tabindex="0" aria-label="{name}">{match[0]}'


def with_anchors(body: str) -> str:
    """Return a body whose headings can be linked to, where there are enough of them for a table of contents."""
    found = len(HEADING.findall(body))
    if found < ENOUGH:
        return body
    numbers = iter(range(1, found + 1))
    return HEADING.sub(lambda match: f'<{match[1]} id="h{next(numbers)}">{match[2]}</{match[1]}>', body)


def contents(body: str) -> list[Heading]:
    """Return the headings of a sanitised body, in order, if there are enough for a table of contents."""
    found = HEADING.findall(body)
    if len(found) < ENOUGH:
        return []
    is_mixed = len({tag for tag, _ in found}) > 1
    return [
        Heading(f"h{number}", html.escape(words, quote=False), is_mixed and tag == "h3")
        for number, (tag, text) in enumerate(found, 1)
        if (words := words_of(text))
    ]


def words_of(value: str) -> str:
    """Return a heading or a caption, sanitised HTML, as it is said without marks: 10⁹, and nothing that is struck."""
    return " ".join(plain_text(value).split())
