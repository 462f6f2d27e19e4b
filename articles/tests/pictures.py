"""Pictures for tests, as files that people upload, and a folder to keep them in."""

import io
import struct
import zlib
from functools import cache

from PIL import Image as Pixels

from articles.images.pictures import make_picture
from articles.models import Image


def draw(width=900, height=600, mode="RGB", colour=(15, 107, 99)):
    """Return an image of one colour with a mark in its upper left corner."""
    pixels = Pixels.new("RGB", (width, height), colour)
    pixels.paste((200, 30, 30), (0, 0, max(1, width // 4), max(1, height // 4)))
    return pixels.convert(mode)


def file_of(pixels, kind="PNG", **options):
    file = io.BytesIO()
    pixels.save(file, kind, **options)
    return file.getvalue()


def claim(width, height, pixels=b"", depth=8, colour=2):
    """Return a PNG that claims to be of this size, whatever it holds."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def opened(picture):
    """Return the pixels of the largest file of a Picture."""
    return Pixels.open(io.BytesIO(next(iter(picture.files.values()))))


@cache
def picture(width, height, **drawn):
    """Return the Picture of an image of one colour; to encode one takes longer than most tests."""
    return make_picture(file_of(draw(width, height, **drawn)))


def make_image(width=900, height=600, alt="膝关节的示意图", **drawn):
    """Keep an image as an upload does; needs the fixture media_root."""
    return Image.take(picture(width, height, **drawn), alt=alt)


def shown(image, alt=None):
    return f'<img src="{image.address}" alt="{alt or image.alt}">'
