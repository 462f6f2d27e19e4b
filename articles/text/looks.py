"""What the style attribute of an element says about its text, in elements."""

import html
import re

from .symbol_fonts import font_in

NUMBERS = {  # values of list-style-type, and of `type`
    "lower-alpha": "a",
    "lower-latin": "a",
    "upper-alpha": "A",
    "upper-latin": "A",
    "lower-roman": "i",
    "upper-roman": "I",
}
HAN = {
    "cjk-ideographic",
    "simp-chinese-informal",
    "trad-chinese-informal",
    "simp-chinese-formal",
    "trad-chinese-formal",
}
DIGITS = "一二三四五六七八九"
NO_STYLE: dict[str, str] = {}
DELETED_CLASS = re.compile(r"mso-?del|track(?:ed)?(?:-?changes?)?(?:-?text)?-?(?:deleted|deletion)", re.IGNORECASE)
DELETED_STYLE = re.compile(r"mso-(?:.*-)?del(?:eted|etion)?(?:-|$)")
DECLARATION = re.compile(r"([a-z-]+)\s*:\s*([^;]*)")
LENGTH = re.compile(r"(-?(?:[0-9]+\.?[0-9]*|\.[0-9]+))(px|pt|em|%)")
SMALL_TEXT = re.compile(r"[0-9.+−-]{1,4}")  # what is moved by its place alone is a power, or an ornament
NOTHING = re.compile(r"0*\.?0+(?![\d.])")
APART = re.compile(r"\s*(?:block|flex|flow-root|grid|list-item|table)")  # prose-parts.js has the same
AT_A_SIDE = re.compile(r"\s*(?:left|right)")
OUT_OF_LINE = re.compile(r"\s*(?:absolute|fixed)")
SIDE_BY_SIDE = re.compile(r"flex|grid")
A_BOX = re.compile(r"\s*inline-")
ROOM = re.compile(r"(\d*\.?\d+)(px|pt|r?em|%)")
PASSED_ON = ("visibility", "font-size", "white-space", "white-space-collapse")
LEAST_ROOM = {"px": 2, "pt": 1.5, "em": 0.1, "rem": 0.1, "%": 1}  # prose-parts.js has the same
LEAST_RAISED = {"px": 3, "pt": 2, "em": 0.2, "%": 20}  # less is alignment; prose-paste.js has the same


def style_of(attributes: dict[str, str]) -> dict[str, str]:
    style = attributes.get("style")
    return dict(DECLARATION.findall(html.unescape(style).lower())) if style else {}


def kind_of_numbers(style: dict[str, str]) -> str:
    """Return the `type` of a list whose style says letters or Roman numbers, a word of HAN, else ""."""
    said = f"{style.get('list-style-type', '')} {style.get('list-style', '')}" if style else ""
    return next((NUMBERS.get(word, word) for word in said.split() if word in NUMBERS or word in HAN), "")


def marker_of(kind: str, number: int) -> str:
    """Return how a list numbers an item by a `kind` of list-style-type that no `type` says: "一、", else ""."""
    if kind not in HAN or not 0 < number < 100:
        return ""
    tens, ones = divmod(number, 10)
    return (DIGITS[tens - 1] if tens > 1 else "") + ("十" if tens else "") + (DIGITS[ones - 1] if ones else "") + "、"


def is_hidden(style: dict[str, str]) -> bool:
    """Tell whether nothing that stands in an element is shown. Where it is not visible, what it holds still may be."""
    said = {name: style.get(name, "").partition("!")[0].strip() for name in ("display", "mso-hide")}
    return said["display"] == "none" or said["mso-hide"] == "all"


def is_apart(style: dict[str, str], around: str) -> bool:
    """Tell whether an element that is no block is shown as one: `around` is the `display` of what holds it."""
    return bool(style and APART.match(style.get("display", "")) and not is_placed(style, around))


def is_beside(style: dict[str, str], around: str) -> bool:
    """Tell whether an element stands in its line, or beside it, with room between: 5 and 10 mg in two small boxes."""
    return is_placed(style, around) or bool(style) and (bool(A_BOX.match(style.get("display", ""))) or has_room(style))


def is_placed(style: dict[str, str], around: str) -> bool:
    """Tell whether an element is put beside what stands before it, whatever its own display is."""
    if not style and not around:
        return False
    return bool(
        AT_A_SIDE.match(style.get("float", ""))
        or OUT_OF_LINE.match(style.get("position", ""))
        or SIDE_BY_SIDE.search(around)
    )


def has_room(style: dict[str, str]) -> bool:
    """Tell whether there is room at the left or the right of an element."""
    for name in ("margin", "padding"):
        if name in style or f"{name}-left" in style or f"{name}-right" in style:
            sides = style.get(name, "").split()
            sides = [*(sides[1::2] or sides[:1]), style.get(f"{name}-left", ""), style.get(f"{name}-right", "")]
            found = [match for side in sides if (match := ROOM.match(side.strip()))]
            if any(float(match[1]) >= LEAST_ROOM[match[2]] for match in found):
                return True
    return False


def waits_for_script(style: dict[str, str]) -> bool:
    """Tell whether a block is as 公众号 writes a whole article, until its script runs: neither visible nor opaque."""
    return is_nothing(style.get("opacity", "").strip()) and style.get("visibility", "").startswith("hidden")


def is_nothing(size: str) -> bool:
    """Tell whether a number with or without a unit is 0."""
    return bool(NOTHING.match(size))


def passed_on(style: dict[str, str], face: str = "") -> dict[str, str]:
    """Return what a style says of all text in an element until something within says otherwise: see is_unseen()."""
    said: dict[str, str] = {name: style[name].strip() for name in PASSED_ON if name in style}
    families = style.get("mso-symbol-font-family") or style.get("font-family") or face
    if families or "font" in style:
        said["font"] = font_in(families)
    return said


def is_unseen(said: dict[str, str]) -> bool:
    """Tell whether text takes no room or has no ink. In columns of size 0, 公众号 writes text of another."""
    return said.get("visibility", "").startswith(("hidden", "collapse")) or is_nothing(said.get("font-size", ""))


def keeps_lines(said: dict[str, str]) -> bool:
    """Tell whether lines of the source are lines of the text, as in a chat or the fields of a form."""
    return any(said.get(name, "").startswith(("pre", "break-spaces")) for name in PASSED_ON[2:])


def is_deleted(attributes: dict[str, str], style: dict[str, str]) -> bool:
    """Tell whether a program that keeps track of changes says so, in one of the ways that prose-paste.js knows."""
    return (
        attributes.get("role", "").lower() == "deletion"
        or any(DELETED_CLASS.fullmatch(name) for name in attributes.get("class", "").split())
        or any(DELETED_STYLE.match(name) for name in style)
    )


def contradicted(style: dict[str, str]) -> set[str]:
    """Return the elements that a style takes back: Google Docs writes <b style="font-weight:normal"> around all."""
    weight, slant = style.get("font-weight", ""), style.get("font-style", "")
    found = {"strong"} if re.match(r"normal|lighter|[1-5]00", weight) else set()
    return found | ({"em"} if slant.startswith("normal") else set())


def looks(style: dict[str, str], own: set[str], is_block: bool = False) -> list[tuple[str, str]]:
    """Return the (name, start tag) of elements that say what a style says, without those of `own`.

    vertical-align raises nothing in a block: of a cell it says where the text begins.
    """
    if not style:
        return []
    if is_block:
        style = {name: value for name, value in style.items() if name != "vertical-align"}
    short, line = style.get("font", ""), f"{style.get('text-decoration', '')} {style.get('text-decoration-line', '')}"
    said = {
        "strong": re.match(r"bold|[6-9]00|1000", style.get("font-weight", ""))
        or re.search(r"\b(bold|[6-9]00)\b", short),
        "em": re.match(r"italic|oblique", style.get("font-style", "")) or re.search(r"\b(italic|oblique)\b", short),
        "s": "line-through" in line,
        raised_by(style): True,
    }
    return [(name, f"<{name}>") for name, is_said in said.items() if name and is_said and name not in own]


def moved_by(style: dict[str, str]) -> str:
    """Return "super", "sub" or "": how a style moves text by its place alone."""
    is_moved = style.get("position", "").strip() == "relative"
    down = shift_of(LENGTH.fullmatch(style.get("top", "").strip()) if is_moved else None)
    return ("sub" if down > 0 else "super") if down else ""


def raised_by(style: dict[str, str]) -> str:
    """Return "sup", "sub" or "": how a style moves text off its line."""
    align = style.get("vertical-align", "").strip()
    if align in ("super", "sub"):
        return {"super": "sup", "sub": "sub"}[align]
    found = LENGTH.match(style.get("mso-text-raise", "").strip()) or LENGTH.fullmatch(align)
    up = shift_of(found, 0.1 if "mso-text-raise" in style else None)
    return ("sup" if up > 0 else "sub") if up else ""


def shift_of(length: re.Match[str] | None, least: float | None = None) -> float:
    """Return how far a LENGTH moves text, 0 where it is less than `least`, or than what is mere alignment."""
    if not length:
        return 0
    amount = float(length[1])
    return amount if abs(amount) >= (LEAST_RAISED[length[2]] if least is None else least) else 0
