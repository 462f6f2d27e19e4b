"""The style sheets, as a linter reads them: their syntax, their custom properties, and who asks for their classes."""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import django.contrib.admin
import django_prose_editor
import pytest
import tinycss2
from django.conf import settings
from tinycss2.ast import AtRule, Declaration, Node, ParseError, QualifiedRule

SHEETS = sorted((settings.BASE_DIR / "static/css").rglob("*.css"))
# Who may put a class on an element: ours, Django's admin and the editor of bodies.
PLACES = [
    *(
        settings.BASE_DIR / name
        for name in ("templates", "static/js", "articles/admin", "articles/images", "articles/text", "articles/views")
    ),
    *(Path(package.__file__).parent for package in (django.contrib.admin, django_prose_editor)),
]


def parts_of(sheet: Path) -> list[Node]:
    """Return the rules and declarations of a sheet, those within others included, and its errors."""

    def within(nodes: list[Node]) -> Iterator[Node]:
        for node in nodes:
            yield node
            if isinstance(node, QualifiedRule | AtRule) and node.content is not None:
                yield from within(tinycss2.parse_blocks_contents(node.content, True, True))

    return list(within(tinycss2.parse_stylesheet(sheet.read_text(), True, True)))


def tokens_of(nodes: list[Node]) -> Iterator[Node]:
    """Yield values or the parts of a selector, with what stands in brackets and functions."""
    for node in nodes:
        yield node
        yield from tokens_of(getattr(node, "arguments", None) or getattr(node, "content", None) or [])


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_sheet_is_read_without_an_error(sheet):
    parts = parts_of(sheet)
    tokens = [token for part in parts if isinstance(part, Declaration) for token in tokens_of(part.value)]
    assert parts
    assert [(error.source_line, error.message) for error in [*parts, *tokens] if isinstance(error, ParseError)] == []


def test_every_custom_property_that_is_used_is_defined():
    declarations = [part for sheet in SHEETS for part in parts_of(sheet) if isinstance(part, Declaration)]
    used = {
        next(word.value for word in token.arguments if word.type == "ident")
        for declaration in declarations
        for token in tokens_of(declaration.value)
        if token.type == "function" and token.lower_name == "var"
    }
    assert used
    assert used - {declaration.name for declaration in declarations} == set()


def test_every_class_is_one_that_a_page_can_have():
    selectors = [part.prelude for sheet in SHEETS for part in parts_of(sheet) if isinstance(part, QualifiedRule)]
    classes = {
        name.value
        for selector in selectors
        for dot, name in pairwise(tokens_of(selector))
        if dot == "." and name.type == "ident"
    }
    files = [file for place in PLACES for file in place.rglob("*.*") if file.suffix in (".html", ".js", ".py", ".css")]
    text = "\n".join(file.read_text() for file in files)
    named = set(re.findall(r"[\w-]+", text))
    made = set(re.findall(r"\b[a-z]{2,}-(?=\{|%s|\$\{)", text))  # state-{{ … }}: what follows is told by data
    assert classes
    assert {name for name in classes - named if not name.startswith(tuple(made))} == set()
