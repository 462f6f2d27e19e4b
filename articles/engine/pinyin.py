"""How Chinese characters are read: syllables without tones, ü as v, from the table beside this file."""

from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from pathlib import Path

SURE = 3  # characters from which on a text is told by its sound: of two, others sound the same
TABLE = Path(__file__).with_name("pinyin.txt")
# What speakers of many regions do not tell apart, and what a hurried hand leaves out.
ALIKE = [("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l")]


@cache
def readings() -> dict[str, tuple[str, ...]]:
    """Return the syllables of each character, the commonest first."""
    lines = [line.split("\t") for line in TABLE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return {char: tuple(said.split()) for said, chars in lines for char in chars}


@lru_cache(maxsize=8_192)
def syllables(text: str) -> tuple[str, ...]:
    """Return how each character is mostly read; what is no Chinese one stands for itself."""
    known = readings()
    return tuple(known.get(char, (char,))[0] for char in text)


class Sounds:
    """Finds texts by their sound; those of fewer than three characters never."""

    def __init__(self, texts: Iterable[str]) -> None:
        self.beginning: dict[tuple[str, ...], list[tuple[tuple[str, ...], str]]] = {}
        for text in texts:
            if len(text) >= SURE:
                said = syllables(text)
                self.beginning.setdefault(said[:SURE], []).append((said, text))

    def heard_in(self, text: str) -> Iterator[tuple[int, str]]:
        """Yield where which of them sound in a text in which they are not written so."""
        sounds = syllables(text)
        for at in range(len(sounds) - SURE + 1):
            for said, meant in self.beginning.get(sounds[at : at + SURE], ()):
                if sounds[at : at + len(said)] == said and not text.startswith(meant, at):
                    yield at, meant


@cache
def beginning(letters: str) -> tuple[str, ...]:
    """Return the syllables that begin with `letters` and are longer."""
    known = sorted({said for some in readings().values() for said in some})
    return tuple(said for said in known if said.startswith(letters) and said != letters)


def begins(text: str, letters: str) -> bool:
    """Whether `letters` spell the beginning of a folded text: by whole syllables, by initials, or by both."""
    if not letters:
        return True
    if not text:
        return False
    char, rest = text[0], text[1:]
    said = readings().get(char)
    if said is None:
        return begins(rest, letters.removeprefix(char)) if letters.startswith(char) or not char.isalnum() else False
    ways = {length for one in said for length in (1, len(one)) if letters.startswith(one[:length])}
    return any(one.startswith(letters) for one in said) or any(begins(rest, letters[length:]) for length in ways)


@cache
def loosely(syllable: str) -> str:
    """Return what all syllables have in common that are easily taken for this one: zh for z, n for l, ng for n."""
    for beginning, other in ALIKE:
        if syllable.startswith(beginning):
            syllable = other + syllable[len(beginning) :]
            break
    return syllable[:-1] if syllable.endswith("ng") else syllable


class Initials(dict[int, str]):
    """Translates characters to the first letter of their commonest reading; what has none stays as it is."""

    def __init__(self, known: dict[str, tuple[str, ...]]) -> None:
        self.known = known

    def __missing__(self, code: int) -> str:
        said = self.known.get(chr(code))
        self[code] = said[0][0] if said else chr(code) if code < 128 else " "
        return self[code]
