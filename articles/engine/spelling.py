"""What a mistyped query may mean: the likeliest reading, by which character follows which in the site's own texts.

Pinyin, initials, homophones, a character too few, too many or in the wrong place are ways through one lattice; each way
costs by how rare its pairs of characters are and how unlikely its errors, and the cheapest is found step by step
(Viterbi, 1967). Only what stands beside a pair of characters that the site has never seen is changed, and never a word
that the dictionary knows and the site uses. How each constant was chosen is told in docs/relevance.md.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypeVar

import rjieba

from articles.text.wordlists import EVERYDAY_WORDS, TELLING_CHARACTERS

from . import pinyin
from .slips import BREAK, LATIN, Step
from .tokens import IGNORED

BEAM = 12  # ways that are followed from each place
LIKELY = 40  # characters of a syllable that are tried, the commonest first
LONGEST_SYLLABLE = 6
# Costs, as negative logarithms of probabilities
UNSEEN = 4.0  # of a pair that the site has never seen, beside the rarity of its second character
RARER = 0.7  # of each rarer reading of a character
HOMOPHONE, ALIKE, OTHER = 4.0, 5.5, 9.0  # a character for one that sounds the same, much the same, different
DROPPED, DOUBLED, SWAPPED = 3.5, 1.5, 4.5
ODD = 3.0  # of leaving alone what the site has never seen
ABBREVIATED = 2.5  # of each initial
UNREAD = 6.0  # of each Latin letter that stays one
WITHIN = 6.0  # of a Latin word that the site knows within a longer one
KNOWN = 3.0  # of changing a word that the dictionary knows and the site does not use
UNFINISHED = 2.0  # of a syllable
JOINED = 0.2  # of a blank between syllables
MOST_INITIALS = 10
MOST_PLACES = 1_000  # of an abbreviation in the texts that are looked at
WORD, WORDS_TRIED = 10, 10  # how much more one counts that is a word of the dictionary; how many are looked up
WHOLE = 3  # how much more an abbreviation counts that begins, or ends, where its sentence does

_WORD = re.compile(r"[a-z0-9]+")
_PIECES = re.compile(r"[a-z]+|[0-9]+")
_GAP = re.compile(r"[\W_]+")

T = TypeVar("T")


class Edge(NamedTuple):
    """A way on: what is written instead of the text up to `end`, first and last symbol of it, and what that costs."""

    end: int
    written: str
    first: str
    last: str
    cost: float


Node = tuple[float, "Node | None", int, str]  # cost so far, where from, up to where the text is read, what was written


class Reading(NamedTuple):
    """The likeliest meaning of a query, by how much it is likelier than the query as it is, and the Steps to it."""

    text: str
    gain: float
    steps: list[Step]


class Spelling:
    """What the site's own texts (folded) teach about how its words are written."""

    def __init__(self, texts: Iterable[str]) -> None:
        joined = _GAP.sub(BREAK, f"{BREAK}{BREAK.join(texts)}{BREAK}")
        self.latin = frozenset(_WORD.findall(joined))
        self.text = _WORD.sub(LATIN, joined)
        counts = Counter(self.text)
        one = {char: char for char in counts}  # each character once in memory, however many pairs it is in
        self.following: defaultdict[str, dict[str, int]] = defaultdict(dict)
        for (a, b), n in Counter(zip(self.text, self.text[1:], strict=False)).items():
            self.following[one[a]][one[b]] = n
        self.following.default_factory = None
        whole = math.log(len(self.text))
        self.logs = {char: math.log(n) for char, n in counts.items()}
        self.rarity = {char: whole - value + UNSEEN for char, value in self.logs.items()}
        self.unknown = whole + 2 * UNSEEN
        known = pinyin.readings()
        self.by_sound: defaultdict[str, list[tuple[str, float]]] = defaultdict(list)
        self.alike: defaultdict[str, list[str]] = defaultdict(list)
        for char in sorted(one, key=lambda char: (-counts[char], char)):
            for rank, said in enumerate(known.get(char, ())):
                self.by_sound[said].append((char, rank * RARER))
                self.alike[pinyin.loosely(said)].append(char)
        self.initials = self.text.translate(pinyin.Initials(known))

    def read(self, text: str, is_typing: bool = False) -> Reading | None:
        """Return the likeliest Reading of a folded text, or None where nothing in it looks mistyped.

        is_typing: its last syllable may not be finished.
        """
        lattice = Lattice(self, text, is_typing)
        if not lattice.is_odd:
            return None
        cost, ends = self.cheapest(lattice.edges)
        kept, _ = self.cheapest(
            [[edge for edge in some if text[i : edge.end] == edge.written] for i, some in enumerate(lattice.edges)]
        )
        starts = [0, *(end for end, _ in ends)]
        steps = [Step(text[start:end], written) for start, (end, written) in zip(starts, ends, strict=False)]
        meant = "".join(written for _, written in ends)
        return Reading(meant, kept - cost, steps) if meant != text else None

    def cheapest(self, edges: list[list[Edge]]) -> tuple[float, list[tuple[int, str]]]:
        """Return the cost of the cheapest way through a lattice, and up to where it reads, and writes, what."""
        ways: list[dict[str, Node]] = [{} for _ in range(len(edges) + 1)]
        ways[0][BREAK] = (0.0, None, 0, "")
        for at, options in enumerate(edges):
            best = sorted(ways[at].items(), key=lambda way: way[1][0])[:BEAM]
            for before, node in best:
                follow, log, so_far = self.following.get(before, {}), self.logs.get(before, 0.0), node[0]
                for end, written, first, last, cost in options:
                    if not first:
                        last, cost = before, so_far + cost
                    elif n := follow.get(first):
                        cost += so_far + log - math.log(n)
                    else:
                        cost += so_far + self.rarity.get(first, self.unknown)
                    known = ways[end].get(last)
                    if known is None or cost < known[0]:
                        ways[end][last] = (cost, node, end, written)
        ends = [(node[0] + self.step(char, BREAK), char, node) for char, node in ways[-1].items()]
        if not ends:
            return math.inf, []
        cost, _, found = min(ends, key=lambda end: end[:2])
        return cost, list(steps_to(found))[::-1]

    def step(self, before: str, char: str) -> float:
        """Return what it costs that `char` follows."""
        if before == char == BREAK:
            return 0.0
        if n := self.following.get(before, {}).get(char):
            return self.logs[before] - math.log(n)
        return self.rarity.get(char, self.unknown)

    def has(self, before: str, char: str) -> bool:
        """Whether a pair of characters stands in a text of the site."""
        return char in self.following.get(before, ())

    def between(self, before: str, after: str) -> Iterator[str]:
        """Yield the characters that stand behind `before` and in front of `after` somewhere."""
        return (char for char in self.following.get(before, ()) if char not in (BREAK, LATIN) and self.has(char, after))

    def abbreviated(self, letters: str) -> tuple[str, float] | None:
        """Return what is abbreviated by its initials oftenest, and how often: whole sentences count more."""
        found: Counter[str] = Counter()
        at = self.initials.find(letters)
        for _ in range(MOST_PLACES):
            if at < 0:
                break
            end = at + len(letters)
            begins, ends = self.text[at - 1] == BREAK, self.text[end] == BREAK
            found[self.text[at:end]] += 1 + WHOLE * begins + WHOLE * ends
            at = self.initials.find(letters, at + 1)
        likely = sorted(found, key=lambda meant: (-found[meant], meant))[:WORDS_TRIED]
        often = {meant: found[meant] * (WORD if rjieba.cut(meant, False) == [meant] else 1) for meant in likely}
        return max(often.items(), key=lambda row: row[1], default=None)

    def beginning(self, letters: str) -> list[tuple[str, float]]:
        """Return the commonest characters with a longer syllable that begins so, with the cost of each reading."""
        found = [row for said in pinyin.beginning(letters) for row in self.by_sound.get(said, ())[:LIKELY]]
        return sorted(found, key=lambda row: (row[1] - self.logs[row[0]], row))[:LIKELY]

    def sounding_like(self, char: str) -> dict[str, float]:
        """Return other characters that sound like `char`, with the cost of taking one for the other."""
        said = pinyin.readings().get(char, ())
        found = {other: ALIKE for one in said for other in self.alike.get(pinyin.loosely(one), ())}
        found |= {other: HOMOPHONE for one in said for other, _ in self.by_sound.get(one, ())}
        found.pop(char, None)
        return found


class Lattice:
    """The ways in which a folded text may be read. is_odd: something in it looks mistyped."""

    def __init__(self, spelling: Spelling, text: str, is_typing: bool = False) -> None:
        self.spelling, self.text, self.is_typing = spelling, text, is_typing
        self.edges: list[list[Edge]] = [[] for _ in text]
        self.unread: set[int] = set()  # ends of Latin words that may be pinyin
        self.is_han = [char.isalnum() and not _WORD.match(char) for char in text]
        self.is_kept, self.is_known = self.words_that_stay()
        self.odd = {at for at in range(len(text) + 1) if self.is_odd_before(at)}
        for match in _WORD.finditer(text):
            self.read_latin(*match.span())
        for match in _GAP.finditer(text):
            self.add(match.start(), match.end(), match[0], BREAK)
            if {match.start(), match.end()} <= self.unread:
                self.edges[match.start()].append(Edge(match.end(), "", "", "", JOINED))
        for at in range(len(text)):
            if self.is_han[at]:
                self.read_char(at)
        self.is_odd = bool(self.odd or self.unread)

    def add(self, at: int, end: int, written: str, first: str, last: str = "", cost: float = 0.0) -> None:
        self.edges[at].append(Edge(end, written, first, last or first, cost))

    def char(self, at: int) -> str:
        """The character at a place of a run of characters; BREAK at its ends."""
        return self.text[at] if 0 <= at < len(self.text) and self.is_han[at] else BREAK

    def words_that_stay(self) -> tuple[list[bool], list[bool]]:
        """Tell of each place whether it is within a word that stays, and whether within one that the dictionary knows.

        Everyday words stay, and so does what the dictionary knows and the site uses.
        """
        stay: list[bool] = []
        known: list[bool] = []
        for word in rjieba.cut(self.text, False):
            is_used = all(self.spelling.has(a, b) for a, b in zip(word, word[1:], strict=False))
            known += [len(word) > 1] * len(word)
            stay += [len(word) > 1 and (is_used or word in EVERYDAY_WORDS or word in IGNORED)] * len(word)
        return stay, known

    def is_odd_before(self, at: int) -> bool:
        """Whether the pair of characters that ends at a place is one that the site has never seen.

        Where two words of the dictionary meet nothing is odd.
        """
        before, char = self.char(at - 1), self.char(at)
        if before == char == BREAK:
            return False
        if self.spelling.has(before, char):
            return BREAK in (before, char) and self.is_left_over(at if before == BREAK else at - 1)
        return not (before == BREAK or self.is_known[at - 1]) or not (char == BREAK or self.is_known[at])

    def is_left_over(self, at: int) -> bool:
        """Whether a character stands alone that the site never has alone, and that nobody asks for alone: 疗."""
        char = self.text[at]
        is_alone = _GAP.sub("", self.text[max(0, at - 1) : at + 2]) == char
        return is_alone and char not in TELLING_CHARACTERS and f"{BREAK}{char}{BREAK}" not in self.spelling.text

    def read_latin(self, start: int, end: int) -> None:
        """Letters are a word that the site knows, pinyin, or initials."""
        spelling, text = self.spelling, self.text
        if text[start:end] in spelling.latin:
            return self.add(start, end, text[start:end], LATIN)
        for match in _PIECES.finditer(text, start, end):
            first, last = match.span()
            word = match[0]
            if not word.isalpha() or word in spelling.latin:
                self.add(first, last, word, LATIN)
                continue
            self.unread |= {first, last}
            self.add(first, last, word, LATIN, cost=UNREAD * len(word))
            for at in range(first, last):
                for stop in range(at + 1, min(last, at + LONGEST_SYLLABLE) + 1):
                    for char, cost in spelling.by_sound.get(text[at:stop], ())[:LIKELY]:
                        self.add(at, stop, char, char, cost=cost)
                    if stop - at > 1 and text[at:stop] in spelling.latin:
                        self.add(at, stop, text[at:stop], LATIN, cost=WITHIN)
                if self.is_typing and last == len(text) and last - at < LONGEST_SYLLABLE:
                    for char, cost in spelling.beginning(text[at:last]):
                        self.add(at, last, char, char, cost=cost + UNFINISHED)
            if len(word) <= MOST_INITIALS and (found := spelling.abbreviated(word)):
                meant, often = found
                self.add(first, last, meant, meant[0], meant[-1], ABBREVIATED * len(word) - math.log(often))
        return None

    def read_char(self, at: int) -> None:
        """A character is what it is or, beside a pair that is odd, an error."""
        spelling, char, before, after = self.spelling, self.text[at], self.char(at - 1), self.char(at + 1)
        is_odd, is_odd_behind, is_last = at in self.odd, at + 1 in self.odd, after == BREAK
        self.add(at, at + 1, char, char, cost=ODD * is_odd + ODD * (is_odd_behind and is_last))
        if is_odd and char == before:
            self.edges[at].append(Edge(at + 1, "", "", "", DOUBLED))
        if is_odd:
            for other in spelling.between(before, char):
                self.add(at, at + 1, other + char, other, char, DROPPED + spelling.step(other, char))
        if is_odd_behind and is_last:
            for other in spelling.between(char, BREAK):
                self.add(at, at + 1, char + other, char, other, DROPPED + spelling.step(char, other))
        if self.is_kept[at] or not (is_odd or is_odd_behind):
            return
        if not is_last and not self.is_kept[at + 1] and char != after:
            self.add(at, at + 2, after + char, after, char, SWAPPED + spelling.step(after, char))
        others = spelling.sounding_like(char)
        if before != BREAK and not is_last:
            others = dict.fromkeys(spelling.between(before, after), OTHER) | others
        for other, cost in others.items():
            self.add(at, at + 1, other, other, cost=cost + KNOWN * self.is_known[at])


def steps_to(node: Node) -> Iterator[tuple[int, str]]:
    """Yield up to where the steps of a way read, and what they write, the last first."""
    while (before := node[1]) is not None:
        yield node[2:]
        node = before
