"""Bodies without images that are gone for good, and without the hole that each would leave."""

import re
from collections.abc import Collection

from .image_names import name_in
from .markup import IMAGE, attributes_of, clean_html

HOLE = "\0"  # no sanitised text holds it
NOTHING = r"(?:\0|\s|<br>|</?(?:a|strong|em|u|s|sub|sup)\b[^>]*>)*"
FIGURE = re.compile(r"<figure>(\0)<figcaption>.*?</figcaption></figure>", re.DOTALL)  # a caption goes with its picture
HOLLOW = re.compile(rf"<(p|li|ul|ol|blockquote|h[2-4])\b[^>]*>{NOTHING}</\1>\n?")
GONE = "<p>〔图片已删除〕</p>"  # where nothing else was there: an answer without a word would look broken


def without_images(value: str, names: Collection[str]) -> str:
    """Return sanitised HTML without our images `names`, nor the blocks that held nothing else."""
    if not names or "<img " not in value:
        return value

    def hole(match: re.Match[str]) -> str:
        return HOLE if name_in(attributes_of(match).get("src")) in names else match[0]

    def filled(match: re.Match[str]) -> str:
        return HOLE if HOLE in match[0] else match[0]

    left = FIGURE.sub(r"\1", IMAGE.sub(hole, value))
    if HOLE not in left:
        return value
    while (smaller := HOLLOW.sub(filled, left)) != left:
        left = smaller
    return clean_html(left.replace(HOLE, "")) or GONE
