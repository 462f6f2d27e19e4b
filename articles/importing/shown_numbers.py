"""Numbers as Excel shows them: 15 digits, in the format of the cell.

What is not understood of a format (fractions, Chinese numerals) is shown as Excel does it without a format: in full.
"""

from decimal import ROUND_HALF_UP, Decimal

from .number_formats import GENERAL, Token, section_for, section_for_texts, sections_of

DIGITS = 15  # that Excel keeps of a number
LONGEST = 20  # digits before Excel shows an exponent
MOST_PLACES = 30  # that a format may have for digits


def general(number: Decimal) -> str:
    """Return a number as Excel shows it without a format."""
    if not number:
        return "0"
    size = number.adjusted()
    if -10 <= size < LONGEST:
        text = f"{number:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    digits = f"{number.scaleb(-size):f}"
    return f"{digits.rstrip('0').rstrip('.') if '.' in digits else digits}E{size:+03d}"


def decimal_of(value: float) -> Decimal:
    """Return the 15 digits that Excel keeps of a number."""
    return Decimal(f"{value:.{DIGITS - 1}e}")


def number_text(number: Decimal, code: str) -> str:
    """Return a number as Excel shows it in a format that is no time."""
    if code == GENERAL:
        return general(number)
    section, is_negative = section_for(number, code)
    places = sum(kind == "digit" for kind, _ in section.tokens)
    if section.has("general"):
        shown = [general(abs(number)) if kind == "general" else text for kind, text in section.tokens]
        return sign(is_negative) + "".join(shown)
    is_strange = section.has("foreign", "text") or (places and ("literal", "/") in section.tokens)
    is_bare = not section.tokens and len(sections_of(code)) == 1  # [Red]
    if is_strange or places > MOST_PLACES or number.adjusted() > 2 * MOST_PLACES or is_bare:
        return general(number)
    try:
        return sign(is_negative) + laid_out(abs(number), section.tokens)
    except ArithmeticError:  # a format that asks for more digits than are reckoned with
        return general(number)


def sign(is_negative: bool) -> str:
    return "-" if is_negative else ""


def laid_out(number: Decimal, tokens: tuple[Token, ...]) -> str:
    """Return the digits of a number in the places that a format has for them, with what stands between them."""
    kinds = [kind for kind, _ in tokens]
    places = [place for place, kind in enumerate(kinds) if kind == "digit"]
    exponent = kinds.index("exponent") if "exponent" in kinds else len(kinds)
    point = kinds.index("point") if "point" in kinds[:exponent] else exponent
    whole, part, power = (
        [place for place in places if place < point],
        [place for place in places if point < place < exponent],
        [place for place in places if place > exponent],
    )
    number *= 100 ** kinds.count("percent")
    last = max(whole, default=-1)
    commas = [place for place, kind in enumerate(kinds[:exponent]) if kind == "comma"]
    # Behind the digits before the point, and behind all of them, each comma stands for a thousand: 0.0,"k".
    number = number.scaleb(-3 * sum(last < place < point or place > max(places, default=-1) for place in commas))
    size = 0
    if power:
        step = max(len(whole), 1)
        size = (number.adjusted() // step) * step if number else 0
        number = number.scaleb(-size)
    rounded = number.quantize(Decimal(1).scaleb(-len(part)), ROUND_HALF_UP) if places else number
    if power and rounded.adjusted() >= max(len(whole), 1):
        size += max(len(whole), 1)
        rounded = number.scaleb(-max(len(whole), 1)).quantize(Decimal(1).scaleb(-len(part)), ROUND_HALF_UP)
    before, _, behind = f"{rounded:f}".partition(".")
    shown = {place: text for place, (kind, text) in enumerate(tokens) if kind in ("literal", "percent", "point")}
    shown |= from_right(before.lstrip("0"), whole, tokens, is_grouped=any(place < last for place in commas))
    shown |= from_left(behind, part, tokens)
    if power:
        shown[exponent] = "E" + ("-" if size < 0 else "+" if tokens[exponent][1].endswith("+") else "")
        shown |= from_right(str(abs(size)).lstrip("0"), power, tokens)
    return "".join(shown[place] for place in sorted(shown))


def from_right(digits: str, places: list[int], tokens: tuple[Token, ...], is_grouped: bool = False) -> dict[int, str]:
    """Return {place: digits}, the last digit in the last place; what has no place of its own stands in the first."""
    shown, done = {}, 0
    for place in reversed(places):
        own = digits if place == places[0] else digits[-1:]
        digits = digits[: len(digits) - len(own)]
        own = own or ("0" if tokens[place][1] == "0" else "")
        text = ""
        for digit in reversed(own):
            text = digit + ("," if is_grouped and done and done % 3 == 0 else "") + text
            done += 1
        shown[place] = text
    return shown


def from_left(digits: str, places: list[int], tokens: tuple[Token, ...]) -> dict[int, str]:
    """Return {place: digit} of decimal places; zeros at the end stand only where a format has a 0."""
    least = max((index + 1 for index, place in enumerate(places) if tokens[place][1] == "0"), default=0)
    kept = max(least, len(digits.rstrip("0")))
    return dict(zip(places[:kept], digits, strict=False))


def text_in(text: str, code: str) -> str:
    """Return a text as Excel shows it in a format that says what stands around texts, @"mg", or in their place."""
    section = section_for_texts(code)
    if section is None or section.has("digit", "date", "general"):
        return text
    return "".join(text if kind == "text" else part for kind, part in section.tokens)
