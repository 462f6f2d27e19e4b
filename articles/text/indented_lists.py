"""Lists of editors that write every item at one level and say by a class how deep it stands.

Quill, which many sites and editors are built with, shows 1. a. 2. for three items in a row; 2. would be 3. without it.
"""

import re
from collections.abc import Iterable, Iterator

from .html_tokens import Token

INDENT = re.compile(r"(?:^|\s)ql-indent-([1-8])(?:\s|$)")
KINDS = ("1", "a", "i")  # of numbers, by depth


def is_indented(token: Token) -> bool:
    return token.name == "li" and "ql-indent-" in token.attributes.get("class", "")


def nested(found: list[Token]) -> list[Token]:
    """Return tokens in which such items stand in lists of their own, within the item before."""
    return list(nest(found)) if any(map(is_indented, found)) else found


def nest(found: Iterable[Token]) -> Iterator[Token]:
    open_lists: list[tuple[str, list[int]]] = []  # the name of each, and how deep its items have come to stand
    for token in found:
        if token.name in ("ol", "ul"):
            if not token.is_end:
                open_lists.append((token.name, []))
            elif open_lists:
                name, depths = open_lists.pop()
                yield from [Token("", name, is_end=True)] * sum(depths[-1:])
            yield token
        elif token.name != "li" or not open_lists:
            yield token
        elif not token.is_end:  # the next item ends this one, if it is no deeper
            name, depths = open_lists[-1]
            indent = INDENT.search(token.attributes.get("class", ""))
            depth, before = int(indent[1]) if indent and depths else 0, sum(depths[-1:])
            yield from [Token("", name, is_end=True)] * (before - depth)
            yield from (Token("", name, attributes={"type": KINDS[own % 3]}) for own in range(before + 1, depth + 1))
            depths.append(depth)
            yield token
