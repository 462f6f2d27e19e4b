"""How cells look, as far as it changes what they say: number formats, text that is struck out, raised or lowered."""

from typing import IO, NamedTuple

from articles.text.symbol_fonts import font_in

from .cells import LOWERED, PICTURED, RAISED, STRUCK, SYMBOLIC
from .elements import Attributes, starts
from .errors import BadFile
from .number_formats import BUILT_IN, GENERAL, section_for_texts

MOST = 70_000  # styles or fonts; Excel itself makes at most 65,490
LONGEST = 255  # characters of a number format, as many as Excel takes
TOO_MANY = "这个工作簿里的单元格格式太多，不能导入。请把内容复制到新的工作簿，或另存为 CSV。"
OFF = ("0", "false", "off", "none")


class Style(NamedTuple):
    """What the style of a cell says: the code of its number format, and how its text stands."""

    code: str = GENERAL
    how: int = 0
    has_text: bool = False  # whether the format says what stands around texts


PLAIN = Style()


def looks(name: str, attributes: Attributes) -> int:
    """Return what an element of a font or of a run's properties says of how text stands."""
    if name == "strike":
        return 0 if attributes.get("val", "1") in OFF else STRUCK
    if name == "vertAlign":
        return {"superscript": RAISED, "subscript": LOWERED}.get(attributes.get("val", ""), 0)
    if name in ("name", "rFont"):
        font = font_in(attributes.get("val", ""))
        return SYMBOLIC if font == "symbol" else PICTURED if font else 0
    return 0


def cell_styles(file: IO[bytes] | None) -> list[Style]:
    """Return the styles that cells refer to by their place; `file` may be None. Raises BadFile for too many."""
    if file is None:
        return []
    codes, fonts, styles, container = dict(BUILT_IN), [], [], ""
    with file:
        for name, attributes in starts(file):
            if name == "numFmt" and container != "dxfs" and len(codes) < MOST:
                code = attributes.get("formatCode", "")
                codes[attributes.get("numFmtId", "")] = code if len(code) <= LONGEST else GENERAL
            elif name in ("numFmts", "fonts", "cellXfs", "cellStyleXfs", "cellStyles", "dxfs", "fills", "borders"):
                container = name
            elif container == "fonts" and name == "font":
                fonts.append(0)
            elif container == "fonts" and fonts:
                fonts[-1] |= looks(name, attributes)
            elif container == "cellXfs" and name == "xf":
                styles.append((attributes.get("numFmtId", "0"), attributes.get("fontId", "0")))
            if len(fonts) > MOST or len(styles) > MOST:
                raise BadFile(TOO_MANY)
    looks_of = {str(place): how for place, how in enumerate(fonts)}
    return [style_of(codes.get(number, GENERAL), looks_of.get(font, 0)) for number, font in styles]


def style_of(code: str, how: int) -> Style:
    return Style(code, how, has_text=code != "@" and section_for_texts(code) is not None)
