"""How an image stands in a page: its size, its smaller copies and when to load it; all told by its name."""

import html
import re

from articles.text.image_names import address_of, copy_widths, name_in, size_of
from articles.text.markup import IMAGE, attributes_of

COLUMN = 684  # CSS pixels of a line of text, the widest that an image is shown


def with_sizes(value: str) -> str:
    """Return the sanitised HTML of a body with everything that a browser wants to know of its images."""
    if "<img " not in value:
        return value
    first = next((match.start() for match in IMAGE.finditer(value)), -1)

    def shown(match: re.Match[str]) -> str:
        image = sized(match, is_first=match.start() == first)
        before = value[: match.start()]
        is_link = before.count("<a ") > before.count("</a>")
        return image if is_link or not image else enlarged(match, image)

    return IMAGE.sub(shown, value)


def enlarged(match: re.Match[str], image: str) -> str:
    """Return `image` as a link to the whole of it."""
    values = attributes_of(match)
    name = html.escape(f"看大图：{values['alt']}" if values["alt"] else "看大图")
    return f'<a class="enlarge" href="{address_of(str(name_in(values["src"])))}" aria-label="{name}">{image}</a>'


def sized(match: re.Match[str], is_first: bool) -> str:
    """Return the image of a match. All but the first, which may be in sight at once, are loaded when they come near."""
    image = attributes_of(match)
    name = name_in(image["src"])
    if name is None:  # sanitised HTML has none of these
        return ""
    width, height = size_of(name)
    copies = [f"{address_of(name, copy)} {copy}w" for copy in copy_widths(width)]
    responsive = ""
    if copies:
        shown = min(width, COLUMN)
        srcset = ", ".join([*copies, f"{address_of(name)} {width}w"])
        responsive = f' srcset="{srcset}" sizes="(min-width: 45rem) {shown}px, calc(100vw - 2rem)"'
    when = "" if is_first else ' loading="lazy"'
    alt = html.escape(image["alt"])
    return (
        f'<img src="{address_of(name)}" alt="{alt}" width="{width}" height="{height}"{responsive}{when}'
        ' decoding="async">'
    )
