"""Names of images: what their pixels are, how large, and so every address and attribute, without a look anywhere.

An image is one WebP file of at most WIDEST pixels, named by a digest of its bytes and by its size, and smaller copies.
"""

import re
import unicodedata
from hashlib import blake2b
from typing import NamedTuple

PREFIX = "/media/"
WIDEST, TALLEST = 1600, 12_000  # pixels of the largest file; a column of text is 684 wide, on fine screens 1,368
COPIES = (480, 800, 1200)  # widths of the smaller ones
NAME = r"([0-9a-f]{32})-([1-9]\d{0,4})x([1-9]\d{0,4})"
ADDRESS = re.compile(rf"{PREFIX}({NAME})\.webp")
# An emoji with what changes its looks, or one of 1️⃣; prose-foreign.js has the same.
EMOJI = re.compile(r"[0-9#*]\ufe0f?\u20e3|[^\x00-\x7f][\ufe0e\ufe0f\u200d\u20e0\U0001f3fb-\U0001f3ff]*")
FILE = re.compile(rf"{NAME}(-\d{{3,4}})?\.webp")


class Size(NamedTuple):
    width: int
    height: int


def name_of(data: bytes, width: int, height: int) -> str:
    """Return the name of an image whose largest file holds `data`."""
    return f"{blake2b(data, digest_size=16).hexdigest()}-{width}x{height}"


def size_of(name: str) -> Size:
    """Return the Size in pixels that a name tells."""
    return Size(*map(int, name.rpartition("-")[2].split("x")))


def copy_widths(width: int) -> list[int]:
    return [copy for copy in COPIES if copy < width]


def file_of(name: str, width: int | None = None) -> str:
    """Return the name of the largest file of an image, or of its copy of this width."""
    return f"{name}-{width}.webp" if width else f"{name}.webp"


def files_of(name: str) -> list[str]:
    """Return the names of all files of an image, the largest first."""
    return [file_of(name), *(file_of(name, width) for width in copy_widths(size_of(name).width))]


def address_of(name: str, width: int | None = None) -> str:
    return PREFIX + file_of(name, width)


def name_in(address: str | None) -> str | None:
    """Return the name of the image of ours that an address shows, or None."""
    match = ADDRESS.fullmatch(address or "")
    return match[1] if match else None


def emoji_of(alt: str) -> str:
    """Return the emoji that an image of elsewhere says to stand for: ❌柚子 would be 柚子. "" for any other image."""
    found = EMOJI.findall(alt.strip())
    is_said = "".join(found) == alt.strip() and all(one[0].isascii() or is_picture(one[0]) for one in found)
    return alt.strip() if is_said else ""


def is_picture(char: str) -> bool:
    return char in "‼⁉" or unicodedata.category(char) == "So"
