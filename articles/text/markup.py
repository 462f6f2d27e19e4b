"""HTML of article bodies: the one allow-list, plain text out of HTML, and HTML out of plain text."""

import html
import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

import nh3

from .body_nodes import ATTRIBUTE, INLINE
from .body_structure import settle
from .body_writer import FROM_SIGNS
from .foreign import rewritten
from .foreign_names import DROPPED
from .html_tokens import RAW
from .image_names import name_in
from .invisible import without_invisible
from .names import clean_line
from .raised import in_form
from .symbol_fonts import with_arrows

TAGS = {
    *("p", "br", "hr", "h2", "h3", "h4", "blockquote", "ul", "ol", "li"),
    *("strong", "em", "u", "s", "sub", "sup", "a"),
    *("table", "caption", "thead", "tbody", "tr", "th", "td"),
    "img",  # of ours only: own_images
    *("figure", "figcaption"),  # of an image and its caption only: body_figures.py
}
ATTRIBUTES: dict[str, set[str]] = {
    "*": set(),  # without this, lang and title stay everywhere, and Word writes lang everywhere
    "a": {"href", "title"},
    "ol": {"start", "type", "reversed"},
    "li": {"value"},
    "th": {"colspan", "rowspan", "scope"},
    "td": {"colspan", "rowspan"},
    "img": {"src", "alt"},
}
# Of these attributes, only these values.
VALUES = {"ol": {"type": {"1", "a", "A", "i", "I"}}, "th": {"scope": {"row", "col", "rowgroup", "colgroup"}}}
SCHEMES = {"http", "https"}
CLEANER = nh3.Cleaner(
    tags=TAGS,
    attributes={tag: names - VALUES.get(tag, {}).keys() for tag, names in ATTRIBUTES.items()},
    tag_attribute_values=VALUES,
    clean_content_tags=RAW | DROPPED,  # their text is not content either
    url_schemes=SCHEMES,
    link_rel="noopener noreferrer",
)
NAMES = "|".join({"rel"}.union(*ATTRIBUTES.values()))
OURS = re.compile(rf"</(?:{'|'.join(TAGS)})>|<(?:{'|'.join(TAGS)})(?: (?:{NAMES})=\"[^\"<>]*\")*>")
EMPTY_MARK = re.compile(rf"<({'|'.join(sorted(INLINE))})(?: [^<>]*)?></\1>")
IN_TABLE = re.compile(r"<(?:caption|t[a-z]+)")  # dropped outside of one, and texts would join
LONGEST_AS_IT_IS = 20_000  # characters: below, no shape takes the parser long
BLOCK_EDGE = re.compile(
    r"</?(?:p|h[1-6]|ul|ol|li|table|tr|blockquote|caption|figure|figcaption)\b[^>]*>|<br\s*/?>|<hr\s*/?>", re.IGNORECASE
)  # both edges: a text that stands in a cell or an item by itself would join the paragraph or the list behind it
CELL_END = re.compile(r"</t[dh]>", re.IGNORECASE)
HEADING = re.compile(r"<(h[1-6])\b[^>]*>(.*?)</\1>", re.IGNORECASE | re.DOTALL)
STANDING_APART = re.compile(r"<(table|figure)\b.*?</\1>", re.IGNORECASE | re.DOTALL)
LEADING, CLOSING = "。！？；：，、!?;:,…—", "”’」』）) "  # what a heading may end with and lead on to its text
# A line in place of a table, the end of a heading's, and the beginning of an item's; no text holds the latter two.
GAP, HEADED, ITEM = "…", "\ufdd3", "\ufdd4"
ITEM_START = re.compile(r"<li\b[^>]*>", re.IGNORECASE)
IMAGE = re.compile(r'<img((?: [a-z]+="[^"]*")*)>')  # as the cleaner writes it
TAG = re.compile(r"<[^>]*>")
OUTSIDE_TAGS = re.compile(r"(?<![^>])[^<]+")
TAG_OR_TEXT = re.compile(r"<[^>]*>|[^<]+")


class Led(NamedTuple):
    """A line of a text, and what leads on to it; "" where nothing does."""

    line: str
    lead: str


class CleanHTML(str):
    """What clean_html() has returned, and so need not be cleaned again. Whatever is made of it is a plain str."""

    __slots__ = ()


def clean_html(value: str | None) -> CleanHTML:
    """Return the part of `value` that may stand in a page: no script, style, class, id, event or foreign scheme.

    The title is the page's only h1, so an h1 in a body becomes an h2. HTML without any text becomes "".
    """
    return value if type(value) is CleanHTML else CleanHTML(cleaned_html(with_arrows(value or "")))


def cleaned_html(value: str) -> str:
    value = without_invisible(value)
    if is_foreign(value):
        value = CLEANER.clean(rewritten(value, ATTRIBUTES)).translate(FROM_SIGNS)
    else:
        value = CLEANER.clean(value)
    cleaned = in_place(own_images(value)).strip()
    if without_invisible(cleaned) != cleaned:
        # It came as character references (&#1;), and what it stood in is something else without it.
        return cleaned_html(cleaned)
    return cleaned if "<img " in cleaned or has_text(cleaned) else ""


def is_foreign(value: str) -> bool:
    """Return whether HTML is other than what the editor and this module write, or long enough to be worth a look."""
    is_known = len(OURS.findall(value)) == value.count("<") and ("<table" in value or not IN_TABLE.search(value))
    return not is_known or len(value) > LONGEST_AS_IT_IS


def in_place(value: str) -> str:
    """Return sanitised HTML with each element where it may stand, and without marks around nothing."""
    value = settle(value)
    while (shorter := EMPTY_MARK.sub("", value)) != value:
        value = settle(shorter)
    return value


def has_text(value: str) -> bool:
    return any(html.unescape(found[0]).strip() for found in OUTSIDE_TAGS.finditer(value))


def own_images(value: str) -> str:
    """Return cleaned HTML with our own images as <img src alt>, and without any other."""
    return IMAGE.sub(own_image, value) if "<img" in value else value


def own_image(match: re.Match[str]) -> str:
    image = attributes_of(match)
    if not name_in(image.get("src")):
        return ""
    return f'<img src="{image["src"]}" alt="{html.escape(clean_line(image.get("alt", "")))}">'


def attributes_of(match: re.Match[str]) -> dict[str, str]:
    """Return the attributes of the image that IMAGE has matched, as {name: text}."""
    return {name: html.unescape(value) for name, value in ATTRIBUTE.findall(match[1])}


def images(value: str) -> list[tuple[str, str]]:
    """Return the images in sanitised HTML, in order, as [(name, alternative text)]."""
    if "<img " not in value:
        return []
    found = map(attributes_of, IMAGE.finditer(value))
    return [(name, image["alt"]) for image in found if (name := name_in(image["src"]))]


def image_names(value: str) -> set[str]:
    """Return the set of names of the images in sanitised HTML."""
    return {name for name, _ in images(value)}


def plain_text(value: str) -> str:
    """Return the text of sanitised HTML, a line for each block, no blank lines.

    Raised and lowered text stays so (10⁹), and what is struck out is not said: it holds no longer.
    """
    return "\n".join(text_lines(CELL_END.sub(" ", without_struck(value))))


def text_lines(value: str) -> list[str]:
    """Return the lines of sanitised HTML that are not blank, raised and lowered text in characters of its own."""
    value = BLOCK_EDGE.sub("\n", in_raised_forms(value))
    lines = html.unescape(TAG.sub("", value)).replace("\xa0", " ").split("\n")
    return [line.strip() for line in lines if line.strip()]


def without_struck(value: str) -> str:
    """Return sanitised HTML without what stands in <s>."""
    if "<s>" not in value:
        return value
    kept, depth = [], 0
    for part in TAG_OR_TEXT.findall(value):
        depth += part == "<s>"
        if not depth:
            kept.append(part)
        depth -= part == "</s>"
    return "".join(kept)


def in_raised_forms(value: str, form: Callable[[str, str], str] = in_form) -> str:
    """Return sanitised HTML with text in <sup> and <sub>, the innermost of them, as `form(text, tag)` writes it."""
    if "<su" not in value:
        return value
    inside: list[str] = []
    parts = TAG_OR_TEXT.findall(value)
    for i, part in enumerate(parts):
        if part in ("<sup>", "<sub>"):
            inside.append(part[1:4])
        elif part in ("</sup>", "</sub>") and inside:
            inside.pop()
        elif inside and not part.startswith("<"):
            parts[i] = html.escape(form(html.unescape(part), inside[-1]), quote=False)
    return "".join(parts)


def running_text(value: str) -> str:
    """Return the text of sanitised HTML in one run: headings lead on to the text under them, … stands for a table.

    Without 错误做法： before it, 涂牙膏 would be advice. A heading over no text says nothing.
    """
    return "\n".join(running_lines(value)).replace(HEADED, "")


def running_lines(value: str) -> list[str]:
    """Return the lines of running_text(); those of headings end with HEADED."""
    value = STANDING_APART.sub(lambda match: f"<br>{GAP}<br>" if match[1].lower() == "table" else "<br>", value)
    lines: list[str] = []
    for line in reversed(plain_text(HEADING.sub(r"<br>\2" f"{HEADED}<br>", value)).split("\n")):
        if HEADED not in line:
            if line != GAP or lines and lines[-1] != GAP:
                lines.append(line)
        elif lines and lines[-1] != GAP and (text := line.strip(f"{HEADED} ")):
            lines.append(f"{text}{'' if text.rstrip(CLOSING)[-1:] in LEADING else '：'}{HEADED}")
    while lines and lines[-1] == GAP:
        lines.pop()
    return lines[::-1]


def led_lines(value: str) -> list[Led]:
    """Return the lines of running_text(), each with what leads on to it: its heading, and that of its list."""
    found: list[Led] = []
    heading, leading, is_item = "", "", False
    for marked in running_lines(ITEM_START.sub(rf"\g<0>{ITEM}", value)):
        is_item = is_item or ITEM in marked
        if not (line := marked.replace(ITEM, "").strip()):
            continue  # the text of the item stands in a paragraph of its own
        if HEADED in line:
            heading, leading = line.replace(HEADED, ""), ""
            found.append(Led(heading, ""))
        elif is_item:
            found.append(Led(line, heading + leading))
        else:
            found.append(Led(line, heading))
            leading = line if line.endswith(("：", ":")) else ""
        is_item = False
    return found


def paragraphs(texts: Iterable[str]) -> str:
    """Return plain texts as HTML, a paragraph each."""
    return "\n".join(f"<p>{html.escape(text, quote=False)}</p>" for text in texts)
