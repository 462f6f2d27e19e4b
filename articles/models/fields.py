from typing import Any

from django_prose_editor.fields import ProseEditorField

from articles.text.markup import SCHEMES, TAGS, clean_html

LONGEST = 200_000  # characters of HTML; the longest textbook chapters stay below it

# A button for each kind of block: a dropdown would hide them and cannot be reached by every keyboard.
MENU = [
    {"group": "blockType -lists"},
    {"group": "lists"},
    {"group": "marks"},
    {"group": "nodes -blockType -lists"},
    {"group": "link"},
    {"group": "image"},
    {"group": "table"},
    {"group": "tidy"},
    {"group": "history"},
]
# What the editor needs to hold each tag, the outermost mark first. What it lacks, js/admin/prose-*.js brings along.
HOLDING = {
    **dict.fromkeys(("h2", "h3", "h4"), "Heading"),
    "hr": "HorizontalRule",
    "a": "Link",
    "strong": "Bold",
    "em": "Italic",
    "u": "Underline",
    "s": "Strike",
    "sub": "Subscript",
    "sup": "Superscript",
    "ul": "BulletList",
    "ol": "OrderedList",
    "li": "ListItem",
    "blockquote": "Blockquote",
    "table": "Table",
    "tr": "TableRow",
    "th": "TableHeader",
    "td": "TableCell",
    "br": "HardBreak",
}
OPTIONS: dict[str, Any] = {
    "Heading": {"levels": sorted(int(tag[1]) for tag in TAGS if HOLDING.get(tag) == "Heading")},
    "OrderedList": {"enableListAttributes": False},
    "Link": {"enableTarget": False, "protocols": sorted(SCHEMES)},
}
EXTENSIONS = {"Menu": {"groups": MENU}} | {
    name: OPTIONS.get(name, True) for tag, name in HOLDING.items() if tag in TAGS
}


class BodyField(ProseEditorField):
    """Rich text that is sanitised on every way into the database: form, save(), bulk_create() and update()."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, extensions=EXTENSIONS, sanitize=clean_html, **kwargs)

    def pre_save(self, instance: Any, add: bool) -> str:
        value = clean_html(super().pre_save(instance, add))
        setattr(instance, self.attname, value)
        return value

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return clean_html(value) if isinstance(value, str) else value
