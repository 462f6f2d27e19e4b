"""The words of a body as an index stores them: half of their length or less.

Two bytes for a Chinese character, and what comes again, as short words do within long ones, is written once.
"""

import zlib

ENCODING = "gb18030"  # holds every character there is
LEVEL = 6
WINDOW = -12  # looks back 4 KB, and writes no head and sum, 6 bytes for each body
MEMORY = 5  # as much as such a window needs; to set up more takes longer than to pack a body


def pack_words(words: str) -> bytes:
    """Return the stored form of the words of a body; b"" for none."""
    if not words:
        return b""
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, WINDOW, MEMORY)
    return packer.compress(words.encode(ENCODING)) + packer.flush()


def unpack_words(stored: bytes) -> str:
    """Return the words of a body of which pack_words() has made `stored`."""
    return zlib.decompress(stored, WINDOW).decode(ENCODING) if stored else ""
