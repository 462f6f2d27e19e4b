"""HTML of article bodies: the one allow-list, plain text out of HTML, and HTML out of plain text."""

import html
import re
from collections.abc import Iterable

import nh3

from .image_names import name_in
from .names import clean_line

TAGS = {
    *("p", "br", "hr", "h2", "h3", "h4", "blockquote", "ul", "ol", "li"),
    *("strong", "em", "u", "s", "sub", "sup", "a"),
    *("table", "caption", "thead", "tbody", "tr", "th", "td"),
    "img",  # of ours only: own_images
}
ATTRIBUTES: dict[str, set[str]] = {
    "*": set(),  # without this, lang and title stay everywhere, and Word writes lang everywhere
    "a": {"href", "title"},
    "ol": {"start"},
    "th": {"colspan", "rowspan", "scope"},
    "td": {"colspan", "rowspan"},
    "img": {"src", "alt"},
}
# Their text is not content either, so it goes with the tag.
DROPPED_WITH_CONTENT = {
    *("script", "style", "noscript", "template", "title", "textarea", "iframe", "object", "svg", "math", "select"),
}
CLEANER = nh3.Cleaner(
    tags=TAGS,
    attributes=ATTRIBUTES,
    clean_content_tags=DROPPED_WITH_CONTENT,
    url_schemes={"http", "https"},
    link_rel="noopener noreferrer",
)
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]+")
BLOCK_END = re.compile(r"</(?:p|h[1-6]|li|tr|blockquote|caption)>|<br\s*/?>|<hr\s*/?>", re.IGNORECASE)
CELL_END = re.compile(r"</t[dh]>", re.IGNORECASE)
STANDING_APART = re.compile(r"<(h[1-6]|table)\b.*?</\1>", re.IGNORECASE | re.DOTALL)
IMAGE = re.compile(r'<img((?: [a-z]+="[^"]*")*)>')  # as the cleaner writes it
ATTRIBUTE = re.compile(r' ([a-z]+)="([^"]*)"')
TAG = re.compile(r"<[^>]*>")


class CleanHTML(str):
    """What clean_html() has returned, and so need not be cleaned again. Whatever is made of it is a plain str."""

    __slots__ = ()


def clean_html(value: str | None) -> CleanHTML:
    """Return the part of `value` that may stand in a page: no script, style, class, id, event or foreign scheme.

    The title is the page's only h1, so an h1 in a body becomes an h2. HTML without any text becomes "".
    """
    return value if type(value) is CleanHTML else CleanHTML(cleaned_html(value))


def cleaned_html(value: str | None) -> str:
    value = CONTROLS.sub("", value or "")
    value = re.sub(r"<(/?)h1\b", r"<\1h2", value, flags=re.IGNORECASE)
    cleaned = own_images(CLEANER.clean(value)).strip()
    if CONTROLS.search(cleaned):
        # They came as character references (&#1;), and what they stood in is something else without them.
        return cleaned_html(cleaned)
    return cleaned if plain_text(cleaned) or "<img " in cleaned else ""


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
    """Return the text of sanitised HTML, a line for each block, no blank lines."""
    value = BLOCK_END.sub("\n", CELL_END.sub(" ", value))
    lines = html.unescape(TAG.sub("", value)).replace("\xa0", " ").split("\n")
    return "\n".join(line.strip() for line in lines if line.strip())


def running_text(value: str) -> str:
    """Return the text of sanitised HTML without headings and tables, which say nothing out of their place."""
    return plain_text(STANDING_APART.sub("", value))


def paragraphs(texts: Iterable[str]) -> str:
    """Return plain texts as HTML, a paragraph each."""
    return "\n".join(f"<p>{html.escape(text, quote=False)}</p>" for text in texts)
