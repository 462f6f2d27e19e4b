"""Dates and times as Excel shows them, and as columns of times read them."""

from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from .number_formats import Token, sections_of

ERAS = {False: datetime(1899, 12, 30), True: datetime(1904, 1, 1)}
LEAP = 60  # Excel counts a 29 February 1900
MOST_PLACES = 3  # of a second, as in Excel
LAST = 2_958_466  # the day behind 9999-12-31


def moment_of(value: float, is_1904: bool, places: int = 0) -> tuple[datetime, Decimal] | None:
    """Return the time that a number stands for and its seconds from 0, to so many places; None for Excel's #####."""
    if not 0 <= value < LAST:
        return None
    seconds = (Decimal(repr(value)) * 86_400).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    days = 1 if value < LEAP and not is_1904 else 0
    try:
        return ERAS[is_1904] + timedelta(days=days, seconds=int(seconds)), seconds
    except OverflowError:
        return None


def iso(moment: datetime) -> str:
    """Return a time as columns of times read it."""
    return f"{moment:%Y-%m-%d}" if not (moment.hour or moment.minute or moment.second) else f"{moment}"


def time_texts(value: float, code: str, is_1904: bool) -> tuple[str, str] | None:
    """Return a time as Excel shows it and as columns of times read it; None for what Excel shows as #####."""
    tokens = sections_of(code)[0].tokens
    places = max((len(text) - 1 for kind, text in tokens if kind == "date" and text[0] == "."), default=0)
    places = min(places, MOST_PLACES)
    found, rounded = moment_of(value, is_1904, places), moment_of(value, is_1904)
    if not found or not rounded:
        return None
    moment, seconds = found
    is_half = any(kind == "half" for kind, _ in tokens)
    parts = (
        str(moment.minute).zfill(len(text))
        if kind == "date" and is_minute(tokens, place)
        else time_part(kind, text, moment, seconds, is_half)
        for place, (kind, text) in enumerate(tokens)
    )
    return "".join(parts), iso(rounded[0])


def is_minute(tokens: tuple[Token, ...], place: int) -> bool:
    """Return whether an m stands for minutes: behind hours or before seconds."""
    if tokens[place][1][0] not in "mM" or len(tokens[place][1]) > 2:
        return False
    codes = [text[0].lower() for kind, text in tokens[:place] if kind in ("date", "elapsed")]
    later = [text[0].lower() for kind, text in tokens[place + 1 :] if kind in ("date", "elapsed")]
    return codes[-1:] == ["h"] or later[:1] == ["s"]


def time_part(kind: str, text: str, moment: datetime, seconds: Decimal, is_half: bool) -> str:
    """Return what one token of a format shows of a time."""
    if kind == "elapsed":
        return str(int(seconds) // {"h": 3600, "m": 60, "s": 1}[text[0].lower()]).zfill(len(text))
    if kind == "half":
        before, after = text.split("/")
        return before if moment.hour < 12 else after
    if kind != "date":
        return text if kind in ("literal", "point", "comma", "percent", "digit") else ""
    if text[0] == ".":
        return f"{seconds % 1:.{len(text) - 1}f}"[1:]
    return DATE_PARTS[text[0].lower()](moment, len(text), is_half)


def year(moment: datetime, length: int, _: bool) -> str:
    return f"{moment.year:04d}" if length > 2 else f"{moment.year % 100:02d}"


def month(moment: datetime, length: int, _: bool) -> str:
    names = {3: f"{moment:%b}", 5: f"{moment:%b}"[0]}
    return str(moment.month).zfill(length) if length < 3 else names.get(length, f"{moment:%B}")


def day(moment: datetime, length: int, _: bool) -> str:
    name = f"{moment:%A}"
    return str(moment.day).zfill(length) if length < 3 else name[:3] if length == 3 else name


def hour(moment: datetime, length: int, is_half: bool) -> str:
    return str((moment.hour + 11) % 12 + 1 if is_half else moment.hour).zfill(min(length, 2))


DATE_PARTS = {
    "y": year,
    "e": lambda moment, length, _: str(moment.year),
    "b": lambda moment, length, _: str(moment.year + 543),
    "g": lambda moment, length, _: "",
    "m": month,
    "d": day,
    "a": lambda moment, length, _: ("周" if length == 3 else "星期") + "一二三四五六日"[moment.weekday()],
    "h": hour,
    "s": lambda moment, length, _: str(moment.second).zfill(min(length, 2)),
}
