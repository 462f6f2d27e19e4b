"""What a search is likely about, in doctors' terms, in whatever words it is told.

The table of patients' words holds what somebody thought of; this compares a search with what people say of some 490
matters (text/sayings). A text is the set of its characters and pairs of characters, its beginning and its end among
them, each by its rarity; a matter is the sum of all that is said of it; and the smaller the angle between the two, the
likelier the text is about the matter (tf-idf and centroids: Rocchio, 1971). How the constants were chosen is told in
docs/relevance.md.
"""

import math
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import cache

from articles.engine.phrases import squeeze
from articles.engine.slips import Step
from articles.text.runs import runs_of
from articles.text.sayings import Matter, matters

PAIR = 2  # characters
RARE = 2  # sentences that a part must stand in
FLATTER = 0.7  # the power of a part's sum in a matter: what many sentences say counts less than so many times
SHARPER = 45.0  # times the cosine is the logarithm of the odds between two matters
LEAST, MOST = 0.05, 5  # how likely a matter is that is named, and how many are


class Model:
    """What has been learned from matters."""

    def __init__(self, known: Iterable[Matter]) -> None:
        said: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
        for matter in known:
            said[matter.terms] += map(squeeze, matter.said)
        self.terms = list(said)
        held = Counter(part for texts in said.values() for text in texts for part in parts_of(text))
        self.unheard = math.log(sum(map(len, said.values()))) + 1  # the rarity of what nobody has said
        self.rarity = {part: self.unheard - math.log(n) for part, n in held.items() if n >= RARE}
        # Of each part the matters that it stands for, and how much it says for each; arrays are a sixth of lists.
        self.said_of = {part: (array("H"), array("f")) for part in self.rarity}
        for at, texts in enumerate(said.values()):
            weights = {part: weight**FLATTER for part, weight in self.sums(texts).items()}
            length = math.hypot(*weights.values())
            for part, weight in weights.items():
                places, values = self.said_of[part]
                places.append(at)
                values.append(weight / length * self.rarity[part])

    def sums(self, texts: Iterable[str]) -> dict[str, float]:
        """Return what each part counts in squeezed texts, of which each counts as much as any other."""
        sums: defaultdict[str, float] = defaultdict(float)
        for text in texts:
            rarities = self.rarities(parts_of(text))
            length = math.hypot(*rarities.values())
            for part, rarity in rarities.items():
                sums[part] += rarity / length
        return sums

    def rarities(self, parts: Iterable[str]) -> dict[str, float]:
        """Return the rarity of each of the parts that is known, in one order whatever process this is."""
        return {part: self.rarity[part] for part in sorted(parts) if part in self.rarity}

    def probabilities(self, squeezed: str) -> list[float]:
        """Return of each matter how likely a text is about it; [] where nothing of it is known."""
        parts = parts_of(squeezed)
        rarities = self.rarities(parts)
        if not rarities:
            return []
        near = [0.0] * len(self.terms)
        for part in rarities:
            for at, value in zip(*self.said_of[part], strict=True):
                near[at] += value
        sharp = SHARPER / math.hypot(*rarities.values(), *[self.unheard] * (len(parts) - len(rarities)))
        odds = [math.exp(sharp * value) for value in near]
        whole = sum(odds)
        return [one / whole for one in odds]


def parts_of(squeezed: str) -> set[str]:
    return runs_of(squeezed, PAIR)


@cache
def model() -> Model:
    """Return what the product has learned: some 0.8 s of work, and 20 MB."""
    return Model(matters())


def likely_terms(text: str) -> dict[str, float]:
    """Return the terms of the matters that a search is likely about, and how likely each is, the likeliest first."""
    known = model()
    probabilities = known.probabilities(squeeze(text))
    order = sorted(range(len(probabilities)), key=lambda at: (-probabilities[at], at))[:MOST]
    terms: defaultdict[str, float] = defaultdict(float)
    for at in order:
        if probabilities[at] >= LEAST:
            for term in known.terms[at]:
                terms[term] += probabilities[at]
    return dict(sorted(terms.items(), key=lambda row: -row[1]))


def is_said_so(steps: Iterable[Step]) -> bool:
    """Tell whether others say what a reading of a text changes: as it was typed, each pair of characters there."""
    steps = list(steps)
    typed = "".join(step.typed for step in steps)
    at, pairs = 0, []
    for step in steps:
        end = at + len(step.typed)
        if step.is_slip:
            pairs += [typed[place : place + PAIR] for place in range(max(0, at - 1), min(end, len(typed) - 1))]
        at = end
    return bool(pairs) and all(pair in model().rarity for pair in pairs)
