"""HTML of article bodies: the one allow-list, plain text out of HTML, and HTML out of plain text."""

import html
import re

import nh3

TAGS = {
    *("p", "br", "hr", "h2", "h3", "h4", "blockquote", "ul", "ol", "li"),
    *("strong", "em", "u", "s", "sub", "sup", "a"),
    *("table", "caption", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {
    "*": set(),  # without this, lang and title stay everywhere, and Word writes lang everywhere
    "a": {"href", "title"},
    "ol": {"start"},
    "th": {"colspan", "rowspan", "scope"},
    "td": {"colspan", "rowspan"},
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
TAG = re.compile(r"<[^>]*>")


def clean_html(value):
    """Return the part of `value` that may stand in a page: no script, style, class, id, event or foreign scheme.

    The title is the page's only h1, so an h1 in a body becomes an h2. HTML without any text becomes "".
    """
    value = CONTROLS.sub("", value or "")
    value = re.sub(r"<(/?)h1\b", r"<\1h2", value, flags=re.IGNORECASE)
    cleaned = CLEANER.clean(value).strip()
    if CONTROLS.search(cleaned):
        # They came as character references (&#1;), and what they stood in is something else without them.
        return clean_html(cleaned)
    return cleaned if plain_text(cleaned) else ""


def plain_text(value):
    """Return the text of sanitised HTML, a line for each block, no blank lines."""
    value = BLOCK_END.sub("\n", CELL_END.sub(" ", value))
    lines = html.unescape(TAG.sub("", value)).replace("\xa0", " ").split("\n")
    return "\n".join(line.strip() for line in lines if line.strip())


def running_text(value):
    """Return the text of sanitised HTML without headings and tables, which say nothing out of their place."""
    return plain_text(STANDING_APART.sub("", value))


def paragraphs(texts):
    """Return plain texts as HTML, a paragraph each."""
    return "\n".join(f"<p>{html.escape(text, quote=False)}</p>" for text in texts)
