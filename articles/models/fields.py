from typing import Any

from django_prose_editor.fields import ProseEditorField

from articles.text.markup import clean_html

# A button for each kind of block: a dropdown would hide them and cannot be reached by every keyboard.
MENU = [
    {"group": "blockType -lists"},
    {"group": "lists"},
    {"group": "marks"},
    {"group": "nodes -blockType -lists"},
    {"group": "link"},
    {"group": "image"},
    {"group": "table"},
    {"group": "history"},
]
EXTENSIONS = {
    "Menu": {"groups": MENU},
    "Heading": {"levels": [2, 3, 4]},
    "HorizontalRule": True,
    "Bold": True,
    "Italic": True,
    "Underline": True,
    "Strike": True,
    "Subscript": True,
    "Superscript": True,
    "BulletList": True,
    "OrderedList": {"enableListAttributes": False},
    "ListItem": True,
    "Blockquote": True,
    "Table": True,
    "TableRow": True,
    "TableHeader": True,
    "TableCell": True,
    "Link": {"enableTarget": False, "protocols": ["http", "https"]},
    "HardBreak": True,
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
