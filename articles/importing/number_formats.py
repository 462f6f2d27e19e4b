"""The number formats of a workbook: their codes, and the sections of a code (ECMA-376 part 1, 18.8.30 and 18.8.31)."""

import re
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

GENERAL = "General"
# The formats that files name by number only; those of times and dates as Excel in Chinese shows them.
BUILT_IN = {
    "1": "0",
    "2": "0.00",
    "3": "#,##0",
    "4": "#,##0.00",
    "9": "0%",
    "10": "0.00%",
    "11": "0.00E+00",
    "14": "yyyy/m/d",
    "15": "d-mmm-yy",
    "16": "d-mmm",
    "17": "mmm-yy",
    "18": "h:mm AM/PM",
    "19": "h:mm:ss AM/PM",
    "20": "h:mm",
    "21": "h:mm:ss",
    "22": "yyyy/m/d h:mm",
    "30": "m-d-yy",
    "37": "#,##0;-#,##0",
    "38": "#,##0;-#,##0",
    "39": "#,##0.00;-#,##0.00",
    "40": "#,##0.00;-#,##0.00",
    "41": "#,##0;-#,##0",
    "43": "#,##0.00;-#,##0.00",
    "45": "mm:ss",
    "46": "[h]:mm:ss",
    "47": "mm:ss.0",
    "48": "##0.0E+0",
    **dict.fromkeys(("27", "36", "50", "52", "57"), 'yyyy"年"m"月"'),
    **dict.fromkeys(("28", "29", "51", "53", "54", "58"), 'm"月"d"日"'),
    "31": 'yyyy"年"m"月"d"日"',
    "32": 'h"时"mm"分"',
    "33": 'h"时"mm"分"ss"秒"',
    **dict.fromkeys(("34", "55"), '上午/下午h"时"mm"分"'),
    **dict.fromkeys(("35", "56"), '上午/下午h"时"mm"分"ss"秒"'),
}
TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|(?P<padding>[_*].)|\[(?P<elapsed>h+|m+|s+)\]|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<general>General|G/通用格式)|(?P<half>AM/PM|A/P|上午/下午)|(?P<exponent>E[+-])"
    r"|(?P<date>y+|m+|d+|h+|s+|a{3,4}|e+|b+|g+|(?<=s)\.0+)|(?P<digit>[0#?])|(?P<point>\.)|(?P<comma>,)|(?P<percent>%)"
    r"|(?P<text>@)|(?P<split>;)|(?P<literal>.)",
    re.IGNORECASE | re.DOTALL,
)
CONDITION = re.compile(r"(<=|>=|<>|<|>|=)(-?\d+(?:\.\d+)?)")
Token = tuple[str, str]  # what it is, and its text


class Section(NamedTuple):
    """One of the up to four parts of a format."""

    tokens: tuple[Token, ...]
    condition: tuple[str, Decimal] | None = None

    def has(self, *kinds: str) -> bool:
        return any(kind in kinds for kind, _ in self.tokens)

    @property
    def is_time(self) -> bool:
        return self.has("date", "elapsed", "half")


@lru_cache(maxsize=1024)
def sections_of(code: str) -> list[Section]:
    """Return the sections of a format."""
    sections, tokens, condition = [], [], None
    for match in [*TOKEN.finditer(code), None]:
        kind = match.lastgroup if match else "split"
        if kind == "split":
            sections.append(Section(tuple(tokens), condition))
            tokens, condition = [], None
        elif kind == "bracket":
            if found := CONDITION.fullmatch(match["bracket"]):
                condition = found[1], Decimal(found[2])
            elif match["bracket"].startswith("$"):  # a currency, and behind it a language
                tokens.append(("literal", match["bracket"][1:].partition("-")[0]))
            elif match["bracket"].upper().startswith("DBNUM"):
                tokens.append(("foreign", ""))
        elif kind != "padding":
            tokens.append(("literal" if kind in ("quoted", "escaped") else kind, match[kind]))
    return sections


def section_for(number: Decimal, code: str) -> tuple[Section, bool]:
    """Return the section that shows `number`, and whether a minus sign stands before it."""
    sections = sections_of(code)
    if any(section.condition for section in sections):
        fitting = [section for section in sections[:3] if not section.condition or holds(number, *section.condition)]
        return (fitting or sections)[0], number < 0
    numbers = [section for section in sections[:3] if not section.has("text")] or sections[:1]
    if number < 0 and len(numbers) > 1:
        return numbers[1], False
    if number == 0 and len(numbers) > 2:
        return numbers[2], False
    return numbers[0], number < 0


def holds(number: Decimal, sign: str, bound: Decimal) -> bool:
    return {
        "<": number < bound,
        "<=": number <= bound,
        ">": number > bound,
        ">=": number >= bound,
        "=": number == bound,
        "<>": number != bound,
    }[sign]


def section_for_texts(code: str) -> Section | None:
    """Return the section that shows texts, or None where a format says nothing of them."""
    sections = sections_of(code)
    return sections[-1] if len(sections) > 3 or sections[-1].has("text") else None


def is_time(code: str) -> bool:
    """Return whether a format shows a number as a date or a time."""
    return code != GENERAL and sections_of(code)[0].is_time
