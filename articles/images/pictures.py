"""Pictures that people upload, decoded within bounds and encoded anew: nothing but pixels comes through."""

import io
import re
from dataclasses import dataclass
from threading import Lock

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from articles.text.image_names import TALLEST, WIDEST, copy_widths, file_of, name_of

FORMATS = {"JPEG": "JPEG", "PNG": "PNG", "WEBP": "WebP", "GIF": "GIF"}
KINDS = "、".join(FORMATS.values())
MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 40_000_000  # as many as a telephone's camera takes; four bytes each while it is decoded
LONGEST_SIDE = 16_000
# Of a JPEG, which goes through all pixels with each: those of cameras have 1 to 12, and a second picture as many.
MOST_SCANS = 64
MARKER, SCAN, END_OF_IMAGE = re.compile(rb"\xff[^\x00\x01\xd0-\xd8\xff]"), b"\xff\xda", b"\xff\xd9"
QUALITY = 80
DRAWN = ("PNG", "GIF")  # formats of drawings and screenshots, which may be smaller without loss
SRGB = ImageCms.createProfile("sRGB")
ONE_AT_A_TIME = Lock()  # of each process, so that memory is bounded by one picture
BROKEN = (OSError, SyntaxError, ValueError, IndexError, TypeError, EOFError, OverflowError, MemoryError)


class Refused(Exception):
    """The picture cannot be taken; the message says why, in Chinese."""


@dataclass(frozen=True)
class Picture:
    """A picture ready to be kept: its name, and the bytes of each of its files."""

    name: str
    width: int
    height: int
    files: dict[str, bytes]


def make_picture(data: bytes) -> Picture:
    """Return the Picture of an uploaded file's bytes. Raises Refused with a sentence for people."""
    if not data:
        raise Refused("这个文件是空的。")
    if len(data) > MOST_BYTES:
        raise Refused(too_large(len(data)))
    with ONE_AT_A_TIME:
        return encode_all(*decode(data))


def encode_all(image: Image.Image, is_drawn: bool) -> Picture:
    """Return the Picture of an image: the largest file, which names it, and the smaller copies."""
    largest, lossless = encode_best(image) if is_drawn else (encode(image), False)
    name = name_of(largest, *image.size)
    files = {file_of(name): largest}
    for width in copy_widths(image.width):
        height = max(1, round(image.height * width / image.width))
        files[file_of(name, width)] = encode(image.resize((width, height), Image.Resampling.LANCZOS), lossless)
    return Picture(name, *image.size, files)


def too_large(size: int) -> str:
    return f"图片有 {size / 1024 / 1024:.1f} MB，最大 {MOST_BYTES // 1024 // 1024} MB。请缩小以后再传。"


def decode(data: bytes) -> tuple[Image.Image, bool]:
    """Return (upright RGB or RGBA image without metadata, of at most WIDEST × TALLEST, whether it was a drawing)."""
    try:
        image = Image.open(io.BytesIO(data), formats=tuple(FORMATS))
        check_size(*image.size)
        check_still(image)
        check_scans(image, data)
        is_drawn = image.format in DRAWN
        # A JPEG is decoded no larger than needed, at a fraction of the memory.
        image.draft("RGB", (2 * WIDEST, 2 * WIDEST))
        image.load()
        ImageOps.exif_transpose(image, in_place=True)
        return plain(image), is_drawn
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refused(too_many_pixels()) from None
    except UnidentifiedImageError:
        raise Refused(f"这不是能用的图片。请用 {KINDS}；SVG、HEIC 和网页请先转成其中一种。") from None
    except BROKEN:
        raise Refused("这张图片坏了，或者没有传完整。请换一个文件。") from None


def check_size(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise Refused(too_many_pixels(f"有 {width}×{height} 像素，"))
    if max(width, height) > LONGEST_SIDE:
        raise Refused(f"图片有 {width}×{height} 像素，边长不能超过 {LONGEST_SIDE} 像素。请裁开或缩小以后再传。")


def too_many_pixels(seen: str = "的像素") -> str:
    return f"图片{seen}太多了，最多 {MOST_PIXELS // 10_000} 万像素。请缩小以后再传。"


def check_still(image: Image.Image) -> None:
    """A JPEG of a telephone may hold further pictures, of the same view; any other with several is a film."""
    if image.format in ("GIF", "PNG", "WEBP") and getattr(image, "is_animated", False):
        raise Refused("这是动图。动图会分散读者的注意力，也打印不出来，请改用静止的图片。")


def check_scans(image: Image.Image, data: bytes) -> None:
    """Refuse a JPEG of a hundred thousand scans that say nothing: ten megabytes of them are hours of CPU."""
    if image.format in ("JPEG", "MPO") and scans_of(data) > MOST_SCANS:
        raise Refused("这张图片的编码不正常，解开它要花太长时间。请用看图软件打开，另存以后再传。")


def scans_of(data: bytes) -> int:
    """Return how many scans a JPEG has (ITU-T T.81, B.1): what stands behind its end, as a film may, is none of it."""
    found, at = 0, 2
    while marker := MARKER.search(data, at):
        if marker[0] == END_OF_IMAGE:
            break
        found += marker[0] == SCAN
        at = marker.end() + int.from_bytes(data[marker.end() : marker.end() + 2], "big")
    return found


def plain(image: Image.Image) -> Image.Image:
    """Return the image no larger than needed, as RGB or RGBA in the colours of the web, with nothing attached to it."""
    profile, has_alpha = image.info.get("icc_profile"), image.has_transparency_data
    if image.mode.startswith("I;16"):
        image = image.point(lambda value: value / 256).convert("L")
    if image.mode not in ("L", "RGB", "RGBA", "CMYK"):
        image = image.convert("RGBA" if has_alpha else "RGB")
    image.thumbnail((WIDEST, TALLEST), Image.Resampling.LANCZOS)
    if profile and image.mode in ("RGB", "CMYK"):
        image = from_profile(image, profile)
    image = image.convert("RGBA" if has_alpha else "RGB")
    if has_alpha and image.getchannel("A").getextrema()[0] == 255:
        image = image.convert("RGB")
    pixels = Image.new(image.mode, image.size)
    pixels.paste(image)
    return pixels


def from_profile(image: Image.Image, profile: bytes) -> Image.Image:
    """Return the image in sRGB; as it is, when its colour profile cannot be used."""
    try:
        converted = ImageCms.profileToProfile(image, io.BytesIO(profile), SRGB, outputMode="RGB")
        return converted or image  # nothing is only returned by what changes an image in its place
    except (ImageCms.PyCMSError, *BROKEN):
        return image


def encode_best(image: Image.Image) -> tuple[bytes, bool]:
    """Return the smaller one of (bytes with a little loss, False) and (bytes without, True)."""
    with_loss, without = encode(image), encode(image, lossless=True)
    return (without, True) if len(without) <= len(with_loss) else (with_loss, False)


def encode(image: Image.Image, lossless: bool = False) -> bytes:
    file = io.BytesIO()
    image.save(file, "WEBP", quality=50 if lossless else QUALITY, method=3, lossless=lossless)
    return file.getvalue()
