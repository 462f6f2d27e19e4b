"""The numbers of lists: what styles say, which go, is said by `type`, which stays."""

import re

KINDS = {
    "lower-alpha": "a",
    "lower-latin": "a",
    "upper-alpha": "A",
    "upper-latin": "A",
    "lower-roman": "i",
    "upper-roman": "I",
}
WITHIN_TAG = "[^<>]{0,500}"
STYLE = rf"\bstyle\s*=\s*{WITHIN_TAG}?\blist-style(?:-type)?\s*:[^;<>]{{0,99}}?\b({'|'.join(KINDS)})\b"
# The list says it, or else its first item, as Google Docs writes it.
STYLED_LIST = re.compile(
    rf"<ol\b(?!{WITHIN_TAG}\stype\s*=)(?={WITHIN_TAG}?{STYLE}|{WITHIN_TAG}>\s*<li\b{WITHIN_TAG}?{STYLE})", re.IGNORECASE
)


def type_lists(value: str) -> str:
    """Return HTML, not yet sanitised, with `type` on each list that is lettered or has Roman numbers by a style."""
    return STYLED_LIST.sub(lambda match: f'<ol type="{KINDS[(match[1] or match[2]).lower()]}"', value)
