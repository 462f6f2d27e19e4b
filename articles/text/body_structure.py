"""What may stand within what in a body: sanitised HTML made so that browsers and the editor read the same of it.

What stands where it may not, such as a paragraph within <strong> or text between the items of a list, keeps its text
and its order and gets a place. Text outside of paragraphs may stand in the body, in items, cells and quotations.
"""

import re

from .body_figures import settle_figure
from .body_nodes import (
    ATTRIBUTE,
    DEEPEST,
    INLINE,
    TOKEN,
    VOID,
    WITHIN_TEXT,
    Element,
    Node,
    is_blank,
    is_block,
    parse,
    write,
)
from .body_tables import settle_table

HEADINGS = frozenset({"h2", "h3", "h4"})
LISTS = frozenset({"ul", "ol"})
HOLDING_BLOCKS = frozenset({"", "li", "td", "th", "blockquote"})
HOLDING_TEXT = HOLDING_BLOCKS | HEADINGS | INLINE | {"p", "caption"}
PARENTS = {
    **dict.fromkeys(("p", *HEADINGS, *LISTS, "blockquote", "hr"), HOLDING_BLOCKS),
    **dict.fromkeys(WITHIN_TEXT, HOLDING_TEXT),
    "li": LISTS,
}
WHOLE = re.compile(r"-?[0-9]{1,9}")


def settle(value: str) -> str:
    """Return sanitised HTML with each element in a place where it may stand."""
    return value if is_settled(value) else write(flow(parse(value)))


def is_settled(value: str) -> bool:
    """Tell whether settle() has nothing to do. Tables and figures it looks at in any case."""
    path = [""]
    for token in TOKEN.finditer(value):
        closing, tag, attributes = token.groups()
        if not tag:
            if path[-1] in LISTS and not is_blank(token[0]):
                return False
        elif closing:
            path.pop()
        elif not may_stand(tag, path) or numbers(attributes) != attributes:
            return False
        elif tag not in VOID:
            path.append(tag)
    return True


def may_stand(tag: str, path: list[str]) -> bool:
    """Tell whether an element may stand within those of `path`."""
    return path[-1] in PARENTS.get(tag, ()) and len(path) <= DEEPEST and not (tag in INLINE and tag in path)


def numbers(attributes: str) -> str:
    """Return the attributes of a list or an item without numbers that are none."""
    if not attributes:
        return ""
    return ATTRIBUTE.sub(
        lambda match: "" if match[1] in ("start", "value") and not WHOLE.fullmatch(match[2]) else match[0], attributes
    )


def flow(nodes: list[Node]) -> list[Node]:
    """Return what may stand in a body, an item, a cell or a quotation."""
    found: list[Node] = []
    for node in nodes:
        if isinstance(node, str):
            found.append(node)
        elif node.tag == "li":  # of no list
            if not (found and is_block(found[-1]) and found[-1].tag == "ul"):
                found.append(Element("ul"))
            found[-1].children.append(item(node))  # type: ignore[union-attr]
        else:
            found += place(node)
    return found


def place(node: Element) -> list[Node]:
    if node.tag in VOID:
        return [node]
    if node.tag in INLINE:
        return mark(node)
    if node.tag == "p" or node.tag in HEADINGS:
        return text_blocks(node)
    if node.tag in LISTS:
        return settle_list(node)
    if node.tag == "table":
        return settle_table(node, flow)
    if node.tag == "blockquote":
        return [Element("blockquote", "", flow(node.children))]
    if node.tag == "figure":
        return figure(node)
    if node.tag == "figcaption":  # of no figure
        return text_blocks(Element("p", "", node.children))
    return flow(node.children)  # a part of a table without its table


def figure(node: Element) -> list[Node]:
    """Return a picture with its caption; what else a figure held stands in paragraphs."""
    if (settled := settle_figure(node, flow)) is not None:
        return settled
    return [] if all(map(is_blank, node.children)) else text_blocks(Element("p", "", node.children))


def mark(node: Element) -> list[Node]:
    """Return what a mark such as <strong> holds; around blocks it goes into them."""
    children = flow(without(node.tag, node.children))
    if any(map(is_block, children)):
        return [marked(child, node) for child in children]
    return [Element(node.tag, node.attributes, children)]


def without(tag: str, nodes: list[Node]) -> list[Node]:
    """Return nodes without marks that say again what the mark around them says."""
    found: list[Node] = []
    for node in nodes:
        if isinstance(node, Element) and node.tag == tag:
            found += without(tag, node.children)
        elif isinstance(node, Element):
            found.append(Element(node.tag, node.attributes, without(tag, node.children)))
        else:
            found.append(node)
    return found


def marked(node: Node, by: Element) -> Node:
    if is_blank(node) or (isinstance(node, Element) and node.tag == "hr"):
        return node
    if is_block(node):
        if node.tag == "figure":  # its image stands by itself, its caption is a block
            return Element("figure", "", [marked(child, by) if is_block(child) else child for child in node.children])
        return Element(node.tag, node.attributes, [marked(child, by) for child in node.children])
    return Element(by.tag, by.attributes, [node])


def text_blocks(node: Element) -> list[Node]:
    """Return a paragraph or a heading; blocks that stood in it follow it, or are lines of the heading."""
    blocks: list[Node] = []
    line: list[Node] = []
    ends = False  # a line of a heading ends here, if anything follows

    def close() -> None:
        nonlocal line
        if not all(map(is_blank, line)):
            blocks.append(Element(node.tag, node.attributes, line))
        line = []

    children = flow(node.children)
    if not any(map(is_block, children)):
        return [Element(node.tag, node.attributes, children)]
    for child in children:
        is_line = is_block(child) and child.tag in HEADINGS | {"p"}
        if is_block(child) and not (is_line and node.tag in HEADINGS):
            close()
            blocks.append(child)
            ends = False
            continue
        if (ends or is_line) and not is_blank(child) and not all(map(is_blank, line)):
            line.append(Element("br"))
        line += child.children if is_block(child) else [child]
        ends = is_line or (ends and is_blank(child))
    close()
    return blocks


def item(node: Element) -> Element:
    return Element("li", numbers(node.attributes), flow(node.children))


def settle_list(node: Element) -> list[Node]:
    """Return a list of items alone. What stood between them belongs to the item before, as it looked."""
    before: list[Node] = []
    items: list[Node] = []
    last: Element | None = None
    for child in node.children:
        if isinstance(child, Element) and child.tag == "li":
            last = item(child)
            items.append(last)
        elif is_blank(child):
            items.append(child)
        else:
            (last.children if last else before).extend(flow([child]))
    return [*before, Element(node.tag, numbers(node.attributes), items)] if last else before
