"""Sanitised HTML as a tree of nodes, and back."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeGuard

INLINE = frozenset({"strong", "em", "u", "s", "sub", "sup", "a"})
VOID = frozenset({"br", "hr", "img"})
WITHIN_TEXT = INLINE | {"br", "img"}
DEEPEST = 60  # elements within each other; browsers end at 512, and no text needs a tenth of that
# As the cleaner writes it.
TOKEN = re.compile(r'<(/?)([a-z][a-z0-9]*)((?: [a-z]+="[^"]*")*)>|[^<]+')
ATTRIBUTE = re.compile(r' ([a-z]+)="([^"]*)"')


@dataclass(slots=True)
class Element:
    """One element; `attributes` are written as in HTML, each with a space before it."""

    tag: str
    attributes: str = ""
    children: list["Node"] = field(default_factory=list)


Node = Element | str
Flow = Callable[[list[Node]], list[Node]]  # what may stand in a body, an item, a cell or a quotation


def is_blank(node: Node) -> TypeGuard[str]:
    """Tell whether a node is nothing but white space that browsers do not show between blocks."""
    return isinstance(node, str) and not node.strip(" \t\r\n\f")


def is_block(node: Node) -> TypeGuard[Element]:
    """Tell whether a node stands by itself, or holds something that does."""
    return isinstance(node, Element) and (node.tag not in WITHIN_TEXT or any(map(is_block, node.children)))


def lines(nodes: list[Node]) -> list[Node]:
    """Return the text of blocks, a line each."""
    found: list[Node] = []
    after_block = False
    for node in nodes:
        if is_blank(node) and (after_block or not found):
            continue
        if found and (after_block or is_block(node)):
            found.append(Element("br"))
        after_block = is_block(node)
        found += lines(node.children) if is_block(node) else [node]
    return found


def parse(value: str) -> list[Node]:
    """Return the nodes of sanitised HTML. Elements deeper than DEEPEST go, and what they hold stays."""
    root = Element("")
    open_elements = [root]
    skipped = 0
    for token in TOKEN.finditer(value):
        closing, tag, attributes = token.groups()
        if not tag:
            open_elements[-1].children.append(token[0])
        elif tag in VOID:
            open_elements[-1].children.append(Element(tag, attributes))
        elif not closing and len(open_elements) > DEEPEST:
            skipped += 1
        elif not closing:
            element = Element(tag, attributes)
            open_elements[-1].children.append(element)
            open_elements.append(element)
        elif skipped:
            skipped -= 1
        else:
            open_elements.pop()
    return root.children


def write(nodes: Iterable[Node]) -> str:
    """Return nodes as HTML."""
    return "".join(node if isinstance(node, str) else write_element(node) for node in nodes)


def write_element(element: Element) -> str:
    opening = f"<{element.tag}{element.attributes}>"
    return opening if element.tag in VOID else f"{opening}{write(element.children)}</{element.tag}>"
