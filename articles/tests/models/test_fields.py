"""The editor and the sanitiser allow the same: both read the one list in text/markup.py."""

import json

from django_prose_editor.config import allowlist_from_extensions

from articles.admin.prose import OWN, PROSE
from articles.models import Article
from articles.models.fields import EXTENSIONS
from articles.text.markup import TAGS

# What js/admin/prose-*.js brings along; how it is held, tests/in_browser/test_editor_holds.py looks at.
BROUGHT = {"caption": "TableCaption", "img": "InlineImage", "figure": "ImageCaption", "figcaption": "ImageCaption"}


def test_the_editor_is_told_to_hold_every_tag_of_the_list_and_no_other():
    assert allowlist_from_extensions(EXTENSIONS)["tags"] | BROUGHT.keys() == TAGS
    assert set(BROUGHT.values()) <= OWN.keys()


def test_the_form_asks_for_all_of_it():
    options = PROSE[type(Article._meta.get_field("body"))]
    field = Article._meta.get_field("body").formfield(**options)
    context = field.widget.get_context("body", "", {})
    asked = json.loads(context["widget"]["attrs"]["data-django-prose-editor-configurable"])["extensions"]
    assert EXTENSIONS.keys() | OWN.keys() | {"OwnImage"} <= asked.keys()
    assert asked["Heading"] == {"levels": [2, 3, 4]}
