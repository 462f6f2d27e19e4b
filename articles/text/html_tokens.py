"""HTML cut into tags and texts, in time that grows with its length, whatever it is.

What is no tag that anybody writes (a<b，每日3次) is text here, where a browser takes all up to the next > for one.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from .element_names import FOREIGN, NAMES, is_element, paired_names

TEXT = re.compile(r"(?:[^<]|<(?![a-zA-Z/!?]))+")
TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:._-]*)(?=[\s/>])")
ATTRIBUTE = re.compile(r"""[\s/]*([a-zA-Z_:@*\[(#.][^\s/>=<"']*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s<>"'=`]+)))?""")
END = re.compile(r"[\s/]*>")
COMMENT_END = re.compile(r"--!?>")
EQUATION = "<!--[if gte msEquation"  # Word writes one in a comment, and an image for who does not read it
# Their text is no HTML, up to their end tag.
RAW = {"script", "style", "textarea", "title", "iframe", "noembed", "noframes"}
RAW_END = {name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE) for name in RAW}
TRIED = 4  # times the length of the HTML that may be looked at in vain


class Token(NamedTuple):
    """A text, or a tag: `name` in lower case, without one for a text; the values of attributes are as written.

    A style element is one Token, whose text is its sheet.
    """

    text: str
    name: str = ""
    is_end: bool = False
    attributes: dict[str, str] = {}


def tokens(html: str) -> Iterator[Token]:
    """Yield the Tokens of `html`, without comments, declarations and RAW elements, but for sheets and fields."""
    position, vain, foreign = 0, 0, 0
    paired: set[str] | None = None  # found when it is asked for
    is_endless = False  # whether no <textarea> ends any more
    while position < len(html):
        if found := TEXT.match(html, position):
            yield Token(found[0])
            position = found.end()
            continue
        if html.startswith("<!--", position):
            end = COMMENT_END.search(html, position + 2)
            if html.startswith(EQUATION, position):
                yield from (Token("", "math"), Token("", "math", is_end=True))
            position = end.end() if end else len(html)
            continue
        tag = TAG.match(html, position)
        kind, behind = html[position + 1], html[position + 2 : position + 3]
        if kind in "!?" or (kind == "/" and not behind.isalpha()):  # a declaration
            position = html.find(">", position) + 1 or len(html)
            continue
        token, end_of_tag = read_tag(html, tag) if tag and vain <= TRIED * len(html) else (None, position + 1)
        if token and tag and not foreign and token.name not in NAMES:
            paired = paired_names(TAG.findall(html)) if paired is None else paired
            if token.name not in paired and not is_element(tag[2], html[tag.end() : end_of_tag], token.is_end):
                token = None
        if token is None:
            vain += end_of_tag - position
            yield Token("<")
            position += 1
            continue
        if token.name in FOREIGN and html[end_of_tag - 2] != "/":
            paired = paired_names(TAG.findall(html)) if paired is None else paired
            foreign = max(0, foreign + (token.name in paired) * (-1 if token.is_end else 1))
        position = end_of_tag
        if token.name == "textarea" and is_endless:
            continue
        if token.name in RAW and not token.is_end:
            end = RAW_END[token.name].search(html, position)
            if token.name == "textarea" and not end:
                is_endless = True
                continue
            start, position = position, end.start() if end else len(html)
            if token.name == "style":
                yield token._replace(text=html[start:position])
            elif token.name == "textarea":
                yield from (token, Token(html[start:position].strip()), Token("", token.name, is_end=True))
        elif token.name not in RAW:
            yield token


def read_tag(html: str, tag: re.Match[str]) -> tuple[Token | None, int]:
    """Return the Token of a tag that begins like one, and its end; None where it does not end like one."""
    name, is_end, position = tag[2].lower(), bool(tag[1]), tag.end()
    if html.startswith(">", position):
        return Token("", name, is_end), position + 1
    attributes: dict[str, str] = {}
    while not (end := END.match(html, position)):
        found = ATTRIBUTE.match(html, position)
        if not found:
            return None, position
        attributes.setdefault(found[1].lower(), found[2] or found[3] or found[4] or "")
        position = found.end()
    return Token("", name, is_end, attributes), end.end()
