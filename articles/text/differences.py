"""What is different between two texts, as people read it: paragraph by paragraph, and by character within them.

RapidFuzz finds what stays. Its time and memory grow with the product of both lengths: where that is too much, or where
too many characters differ to be read one by one, coarser pieces are compared.
"""

import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple, TypeVar

from rapidfuzz.distance import Indel, LCSseq

from .image_names import name_in
from .markup import CELL_END, IMAGE, attributes_of, text_lines

Pieces = TypeVar("Pieces", str, list[str])  # characters, or lines and phrases
Run = tuple[str | None, str, str]  # SAME or None, what stood there, what stands there
Chain = tuple[tuple[int, int], "Chain"] | None  # pairs of places, the first before the others

SAME, REMOVED, ADDED = "same", "removed", "added"
CHARACTERS = 160  # changed characters of a paragraph that are shown one by one
AREA = 25_000_000  # length times length of what is compared in one go: 10 ms and 3 MB
PAIRS = 2_500  # pairs of paragraphs whose likeness is looked at
NEAR = 8
ALIKE = 0.4  # the part of their characters that two versions of one paragraph share at least
SHORT = 6  # digits of an image's name that tell it from another
ISLAND = 2  # unchanged characters between changes that are shown as changed, because they tell nothing
PHRASE = re.compile(r"[^，。！？；：、\s]*[，。！？；：、\s]?")
NUMERALS = "0123456789.０１２３４５６７８９〇零一二两三四五六七八九十百千万亿"
CAPTION = "<figcaption>"
HEADING = re.compile(r"<h[1-6][^>]*>", re.IGNORECASE)
ITEM = re.compile(  # and what begins where it begins, so that its mark is not left alone on a line
    r"<li\b[^>]*>(?:\s|<(?:p|blockquote|ul|ol|table|thead|tbody|tr|t[dh]|caption|figure)\b[^>]*>)*", re.IGNORECASE
)
LINK = re.compile(r'<a [^>]*?href="([^"]*)"[^>]*>(.*?)</a>', re.IGNORECASE | re.DOTALL)


class Segment(NamedTuple):
    kind: str
    text: str


class Paragraph(NamedTuple):
    """One paragraph of a comparison; `kind` is SAME, ADDED or REMOVED as a whole, or "changed" in parts."""

    kind: str
    segments: list[Segment]


def readable_lines(value: str) -> list[str]:
    """Return the text of sanitised HTML, a line for each block; headings, items, links, images, captions are marked."""
    value = LINK.sub(r"\2（\1）", IMAGE.sub(image_line, value))
    value = value.replace(CAPTION, f"{CAPTION}〔图片说明〕")
    value = ITEM.sub("\n• ", HEADING.sub("\n〔小标题〕", value))
    return [line for line in text_lines(CELL_END.sub(" │ ", value)) if line.strip("• ")]


def image_line(match: re.Match[str]) -> str:
    """Return an image as a line of its own. It says which one, because another may have the same text."""
    image = attributes_of(match)
    name = name_in(image.get("src"))  # None of what an older version may hold and is not ours
    return f"\n〔图片{f' {name[:SHORT]}' if name else ''}：{html.escape(image.get('alt', ''))}〕\n"


def distance(before: Sequence[str], after: Sequence[str], at_most: int) -> int:
    """Return how many characters are removed or added between two texts; `at_most` + 1 when there are more."""
    return Indel.distance(before, after, score_cutoff=at_most)


def compare_lines(before: list[str], after: list[str]) -> list[Paragraph]:
    """Return the Paragraphs of two lists of lines: what stays, what goes, what comes, and what changed in parts."""
    paragraphs: list[Paragraph] = []
    for kind, old, new in runs(before, after):
        if kind == SAME:
            paragraphs += [Paragraph(SAME, [Segment(SAME, line)]) for line in old]
            continue
        for one, other in paired(old, new):
            if one is not None and other is not None:
                paragraphs.append(Paragraph("changed", compare(one, other)))
                continue
            sides = ((REMOVED, one), (ADDED, other))
            paragraphs += [Paragraph(side, [Segment(side, line)]) for side, line in sides if line is not None]
    return paragraphs


def compare(before: str, after: str) -> list[Segment]:
    """Return the Segments that turn one text into another, removed before added at each place; numbers are whole."""
    found: list[Run] = []
    for kind, old, new in by_characters(before, after):
        is_long = kind != SAME and min(len(old), len(new)) > CHARACTERS
        found += by_phrases(old, new) if is_long else [(kind, old, new)]
    return whole_numbers(tidy(found))


def by_phrases(before: str, after: str) -> Iterator[Run]:
    """Yield runs of two texts in which too many characters differ, phrases first, then the characters in them."""
    phrases: tuple[list[str], list[str]] = (PHRASE.findall(before), PHRASE.findall(after))
    for kind, some, others in runs(*phrases):
        old, new = "".join(some), "".join(others)
        yield from [(SAME, old, new)] if kind == SAME else by_characters(old, new)


def by_characters(before: str, after: str) -> Iterable[Run]:
    """Return the runs of two texts; what is too different in one of them."""
    return runs(before, after, CHARACTERS) if alike(before, after) else [(None, before, after)]


def runs(before: Pieces, after: Pieces, at_most: int | None = None) -> Iterator[tuple[str | None, Pieces, Pieces]]:
    """Yield (SAME, part, part) and (None, old part, new part) in order, over two sequences of one kind."""
    start, end = common_ends(before, after)
    if start:
        yield SAME, before[:start], after[:start]
    old, new = before[start : len(before) - end], after[start : len(after) - end]
    i = j = 0
    for x, y, length in blocks(old, new, at_most):
        if i < x or j < y:
            yield None, old[i:x], new[j:y]
        if length:
            yield SAME, old[x : x + length], new[y : y + length]
        i, j = x + length, y + length
    if end:
        yield SAME, before[len(before) - end :], after[len(after) - end :]


def blocks(old: Sequence[str], new: Sequence[str], at_most: int | None) -> Iterable[tuple[int, int, int]]:
    """Return the (place in old, place in new, length) of what stays, and at last both ends with the length 0.

    Nothing stays where the sequences are too long, or where more than `at_most` pieces differ.
    """
    if len(old) * len(new) > AREA or (at_most is not None and distance(old, new, at_most) > at_most):
        return [(len(old), len(new), 0)]
    return [(block.a, block.b, block.size) for block in LCSseq.opcodes(old, new).as_matching_blocks()]


def common_ends(before: Sequence[str], after: Sequence[str]) -> tuple[int, int]:
    """Return how many pieces two sequences share at their beginning, and at their end behind that."""
    most = min(len(before), len(after))
    start = next((i for i in range(most) if before[i] != after[i]), most)
    most -= start
    end = next((i for i in range(most) if before[-1 - i] != after[-1 - i]), most)
    return start, end


def paired(old: list[str], new: list[str]) -> Iterator[tuple[str | None, str | None]]:
    """Yield (old line, new line) in order: lines that are versions of one another together, the others with None."""
    if len(old) == len(new) == 1:
        yield (old[0], new[0]) if alike(old[0], new[0]) else (old[0], None)
        if not alike(old[0], new[0]):
            yield None, new[0]
        return
    i = j = 0
    for x, y in [*best_pairs(old, new), (len(old), len(new))]:
        yield from ((line, None) for line in old[i:x])
        yield from ((None, line) for line in new[j:y])
        if x < len(old) and y < len(new):
            yield old[x], new[y]
        i, j = x + 1, y + 1


def best_pairs(old: list[str], new: list[str]) -> list[tuple[int, int]]:
    """Return the increasing (place, place) of lines that are versions of one another, as many as can be."""
    counted_old, counted_new = [Counter(line) for line in old], [Counter(line) for line in new]
    if len(old) * len(new) > PAIRS:
        return near_pairs(counted_old, counted_new)
    best: list[list[tuple[float, Chain]]] = [[(0, None)] * (len(new) + 1) for _ in range(len(old) + 1)]
    for x in range(len(old) - 1, -1, -1):
        for y in range(len(new) - 1, -1, -1):
            here = max(best[x + 1][y], best[x][y + 1], key=lambda found: found[0])
            likeness = shared(counted_old[x], counted_new[y])
            if likeness >= ALIKE and likeness + best[x + 1][y + 1][0] > here[0]:
                here = (likeness + best[x + 1][y + 1][0], ((x, y), best[x + 1][y + 1][1]))
            best[x][y] = here
    pairs: list[tuple[int, int]] = []
    rest = best[0][0][1]
    while rest:
        pair, rest = rest
        pairs.append(pair)
    return pairs


def near_pairs(old: list[Counter[str]], new: list[Counter[str]]) -> list[tuple[int, int]]:
    """Return pairs as best_pairs does, of many lines: each with the first of the next NEAR that is a version of it."""
    pairs: list[tuple[int, int]] = []
    y = 0
    for x, line in enumerate(old):
        if (found := next((j for j in range(y, min(y + NEAR, len(new))) if shared(line, new[j]) >= ALIKE), -1)) >= 0:
            pairs.append((x, found))
            y = found + 1
    return pairs


def alike(one: str, other: str) -> bool:
    return shared(Counter(one), Counter(other)) >= ALIKE


def shared(one: Counter[str], other: Counter[str]) -> float:
    """Return which part of their characters two counted texts share, 0 to 1."""
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 1


def tidy(found: list[Run]) -> list[Segment]:
    """Return runs as Segments, neighbours of a kind joined, and unchanged islands within a change made part of it."""
    segments: list[tuple[str, str]] = []
    for i, (kind, old, new) in enumerate(found):
        is_island = 0 < i < len(found) - 1 and len(old) <= ISLAND and old.isalnum()
        segments += [(SAME, old)] if kind == SAME and not is_island else [(REMOVED, old), (ADDED, new)]
    tidied: list[Segment] = []
    for is_same, neighbours in groupby(segments, key=lambda segment: segment[0] == SAME):
        group = list(neighbours)
        for kind in [SAME] if is_same else [REMOVED, ADDED]:
            if text := "".join(part for of, part in group if of == kind):
                tidied.append(Segment(kind, text))
    return tidied


def whole_numbers(segments: list[Segment]) -> list[Segment]:
    """Return Segments in which no number is changed in parts: 10 has become 20, and not its first digit."""
    whole: list[Segment] = []
    i = 0
    while i < len(segments):
        if segments[i].kind == SAME:
            whole.append(segments[i])
            i += 1
            continue
        sides = {segment.kind: segment.text for segment in segments[i : i + 2] if segment.kind != SAME}
        i += len(sides)
        start = end = ""
        if whole and any(text[:1] in NUMERALS for text in sides.values()):
            kept = whole[-1].text.rstrip(NUMERALS)
            start, whole[-1] = whole[-1].text[len(kept) :], Segment(SAME, kept)
        if i < len(segments) and any(text[-1:] in NUMERALS for text in sides.values()):
            kept = segments[i].text.lstrip(NUMERALS)
            end, segments[i] = segments[i].text[: len(segments[i].text) - len(kept)], Segment(SAME, kept)
        whole += [Segment(kind, start + sides.get(kind, "") + end) for kind in (REMOVED, ADDED)]
    return [segment for segment in whole if segment.text]
