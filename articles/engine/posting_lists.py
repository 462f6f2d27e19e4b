"""Sets of keys as an index stores them: cut at every 8,192 keys, so that a new article changes small rows.

A chunk holds the places of its keys: as numbers of two bytes while there are few, else as one bit for each place, bits
that are mostly zeros packed. So no row is longer than a kilobyte, and a word that is everywhere costs one bit for each
article. What is packed has an odd number of bytes; numbers and bits have an even one.
"""

import functools
import sys
import zlib
from array import array
from collections.abc import Collection, Iterable, Mapping, Sequence

Term = tuple[int, str]  # kind, word or pair
Stored = Mapping[int, bytes]  # a set of keys: its stored places by chunk
Lists = Mapping[Term, Stored]  # the documents that hold each term

SPAN = 8_192  # keys of a chunk
BITS = SPAN // 8  # bytes of a chunk that is stored by bits
BIT = [1 << (place & 7) for place in range(SPAN)]  # of each place within its byte
MARKED = 256  # keys from which on it is quicker to mark bytes first
PACKED = 96  # keys from which on packed bits are shorter than numbers, and sooner read
WORTH = 900  # bytes that packing may leave; more is not worth it, and SQLite gives what exceeds 1,002 a page of its own
WINDOW, MEMORY = -10, 5  # a kilobyte is one block, without head or sum
LONG = 100  # bytes from which on what a list says is remembered; shorter ones are read about as quickly
REMEMBERED = 4_096  # such lists, 6 MB in each process


def place(key: int) -> tuple[int, int]:
    """Return the chunk of a key and its place in there."""
    return divmod(key, SPAN)


def next_chunk(key: int) -> int:
    """Return the first key of the chunk after that of `key`."""
    return (key // SPAN + 1) * SPAN


def by_chunk(keys: Iterable[int]) -> dict[int, list[int]]:
    """Return the places of a set of keys, ascending, by chunk."""
    found: dict[int, list[int]] = {}
    for key in sorted(set(keys)):
        chunk, at = place(key)
        found.setdefault(chunk, []).append(at)
    return found


def pack(places: Iterable[int]) -> bytes:
    """Return the stored form of a set of places; b"" for the empty one."""
    numbers = sorted(places)
    return _few(numbers) if len(numbers) < PACKED else _packed(_bytes_of(numbers))


def unpack(stored: bytes) -> list[int]:
    """Return the places that are stored, ascending."""
    return _numbers_of(stored).tolist() if _is_numbers(stored) else places_of(bits_of(stored))


def changed(stored: bytes, added: Sequence[int], removed: Sequence[int]) -> tuple[int, bytes]:
    """Return what is stored with the places `added`, ascending, and without those `removed`, and how many it holds.

    b"" is stored of an empty set.
    """
    if not _is_numbers(stored):
        bits = bits_of(stored)
        for place in added:
            bits |= 1 << place
        for place in removed:
            bits &= ~(1 << place)
        n = bits.bit_count()
        return n, _packed(bits.to_bytes(BITS, "little")) if n >= PACKED else pack(places_of(bits))
    is_short = len(stored) + 2 * len(added) < BITS and not removed
    if is_short and (not stored or added[0] > int.from_bytes(stored[-2:], "little")):
        ids = stored + _few(added)  # as new articles come: packed when the index is rebuilt, so that saves are quick
        return len(ids) // 2, ids
    places = set(_numbers_of(stored)).union(added).difference(removed)
    return len(places), pack(places)


def number(stored: bytes) -> int:
    """Return how many places are stored."""
    return len(stored) // 2 if _is_numbers(stored) else bits_of(stored).bit_count()


def dense(stored: bytes) -> bytes:
    """Return what is stored with a bit for each place."""
    if len(stored) == BITS:
        return stored
    return _dense(stored) if len(stored) < LONG else _remembered(stored)


def bits_of(stored: bytes) -> int:
    """Return what is stored as a number with a bit for each place."""
    return int.from_bytes(dense(stored), "little")


def of_keys(keys: Iterable[int]) -> dict[int, bytes]:
    """Return a set of keys as bitmaps, by chunk."""
    return {chunk: _bytes_of(places) for chunk, places in by_chunk(keys).items()}


def places_of(bits: int) -> list[int]:
    """Return the places of the bits that are set, ascending."""
    found: list[int] = []
    written = format(bits, "b")[::-1]
    at = written.find("1")
    while at >= 0:
        found.append(at)
        at = written.find("1", at + 1)
    return found


def _is_numbers(stored: bytes) -> bool:
    return len(stored) < BITS and not len(stored) & 1


def _dense(stored: bytes) -> bytes:
    return _bytes_of(_numbers_of(stored)) if _is_numbers(stored) else zlib.decompress(stored, WINDOW, BITS)


# Lists of common words are read by every other search.
_remembered = functools.lru_cache(maxsize=REMEMBERED)(_dense)


def _packed(bits: bytes) -> bytes:
    """Return bits as they are stored: by how often each of their bytes occurs, where that is shorter."""
    packer = zlib.compressobj(zlib.Z_BEST_SPEED, zlib.DEFLATED, WINDOW, MEMORY, zlib.Z_HUFFMAN_ONLY)
    packed = packer.compress(bits) + packer.flush()
    if len(packed) > WORTH:
        return bits
    return packed if len(packed) & 1 else packed + b"\0"  # what follows the end is not read


def _few(numbers: Sequence[int]) -> bytes:
    few = array("H", numbers)
    if sys.byteorder == "big":
        few.byteswap()
    return few.tobytes()


def _bytes_of(numbers: Collection[int]) -> bytes:
    if len(numbers) < MARKED:
        bits = bytearray(BITS)
        for number in numbers:
            bits[number >> 3] |= BIT[number]
        return bytes(bits)
    marks = bytearray(SPAN)  # a byte for each place, eight of which then become one
    for number in numbers:
        marks[number] = 1
    folded = int.from_bytes(marks[::8], "little")
    for place in range(1, 8):
        folded |= int.from_bytes(marks[place::8], "little") << place
    return folded.to_bytes(BITS, "little")


def _numbers_of(stored: bytes) -> "array[int]":
    numbers = array("H", stored)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
