"""Pictures with a caption: one image, and the text below it."""

import html
from collections.abc import Iterable

from .body_nodes import INLINE, Element, Flow, Node, is_blank, lines


def settle_figure(figure: Element, flow: Flow) -> list[Node] | None:
    """Return the image and its caption, the image alone if nothing is said of it, or None for any other figure.

    What stands in the figure is settled once at most: twice in each of sixty within one another would take for ever.
    """
    captions: list[Element] = []
    others: list[Node] = []
    for child in figure.children:
        if isinstance(child, Element) and child.tag == "figcaption":
            captions.append(child)
        else:
            others.append(child)
    image = only_image(others)
    if image is None or holds_image(captions):
        return None
    said: list[Node] = []
    for caption in filter(lambda caption: is_said(caption.children), captions):
        said += [Element("br")] if said else []
        said += lines(flow(caption.children))
    return [Element("figure", "", [image, Element("figcaption", "", said)])] if said else [image]


def only_image(nodes: list[Node]) -> Element | None:
    """Return the image that is all there is, if no link leads from it: within a figure it could have none."""
    while True:
        nodes = [node for node in nodes if not is_blank(node)]
        if len(nodes) != 1 or isinstance(nodes[0], str):
            return None
        if nodes[0].tag == "img":
            return nodes[0]
        if nodes[0].tag == "a" or nodes[0].tag not in INLINE | {"p"}:
            return None
        nodes = nodes[0].children


def holds_image(nodes: Iterable[Node]) -> bool:
    return any(isinstance(node, Element) and (node.tag == "img" or holds_image(node.children)) for node in nodes)


def is_said(nodes: Iterable[Node]) -> bool:
    """Tell whether there is a character to be seen."""
    return any(bool(html.unescape(node).strip()) if isinstance(node, str) else is_said(node.children) for node in nodes)
