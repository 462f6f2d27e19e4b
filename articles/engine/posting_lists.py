"""Sets of keys as an index stores them: cut at every 8,192 keys, so that a new article changes small rows.

A chunk holds the places of its keys: as numbers of two bytes while there are few, else as one bit for each place. So no
row is longer than a kilobyte, and a word that is everywhere costs one bit for each article.
"""

import sys
from array import array
from collections.abc import Iterable, Sequence

SPAN = 8_192  # keys of a chunk
BITS = SPAN // 8  # bytes of a chunk that is stored by bits
FEW = BITS // 2  # keys from which on numbers would be no shorter than bits


def place(key: int) -> tuple[int, int]:
    """Return the chunk of a key and its place in there."""
    return divmod(key, SPAN)


def next_chunk(key: int) -> int:
    """Return the first key of the chunk after that of `key`."""
    return (key // SPAN + 1) * SPAN


def pack(places: Iterable[int]) -> bytes:
    """Return the stored form of a set of places; b"" for the empty one."""
    numbers = sorted(places)
    if len(numbers) >= FEW:
        return _bytes_of(numbers)
    few = array("H", numbers)
    if sys.byteorder == "big":
        few.byteswap()
    return few.tobytes()


def unpack(stored: bytes) -> list[int]:
    """Return the places that are stored, ascending."""
    return places_of(bits_of(stored)) if len(stored) == BITS else list(_numbers_of(stored))


def changed(stored: bytes, added: Sequence[int], removed: Sequence[int]) -> bytes:
    """Return what is stored with the places `added`, ascending, and without those `removed`; b"" for an empty set."""
    if len(stored) == BITS:
        bits = bits_of(stored)
        for place in added:
            bits |= 1 << place
        for place in removed:
            bits &= ~(1 << place)
        return bits.to_bytes(BITS, "little") if bits.bit_count() >= FEW else pack(places_of(bits))
    numbers = _numbers_of(stored)
    if not removed and len(numbers) + len(added) < FEW and (not numbers or added[0] > numbers[-1]):
        return stored + pack(added)  # as new articles come
    return pack(set(numbers).union(added).difference(removed))


def bits_of(stored: bytes) -> int:
    """Return what is stored as a number with a bit for each place."""
    return int.from_bytes(stored if len(stored) == BITS else _bytes_of(_numbers_of(stored)), "little")


def places_of(bits: int) -> list[int]:
    """Return the places of the bits that are set, ascending."""
    found: list[int] = []
    written = format(bits, "b")[::-1]
    at = written.find("1")
    while at >= 0:
        found.append(at)
        at = written.find("1", at + 1)
    return found


def _bytes_of(numbers: Iterable[int]) -> bytes:
    bits = bytearray(BITS)
    for number in numbers:
        bits[number >> 3] |= 1 << (number & 7)
    return bytes(bits)


def _numbers_of(stored: bytes) -> "array[int]":
    numbers = array("H", stored)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
