"""The rules of the copy-editor, each a name, words for editors and a function that finds places."""

from collections.abc import Callable, Collection, Iterable
from itertools import islice
from typing import NamedTuple

from .passages import Place, Text

Find = Callable[[Text], Iterable[Place]]

MOST = 50  # places that one rule reports of one text


class Rule(NamedTuple):
    """`name` stands in addresses and settings, `label` in lists, `advice` says what to do."""

    name: str
    label: str
    advice: str
    find: Find


class Finding(NamedTuple):
    """What a rule found in a text; never empty. `is_more` tells that there are more places than these."""

    rule: Rule
    places: list[Place]
    is_more: bool

    @property
    def is_fixable(self) -> bool:
        return any(place.edits for place in self.places)


RULES: dict[str, Rule] = {}


def rule(name: str, label: str, advice: str) -> Callable[[Find], Find]:
    """Register a generator function of Text as the rule `name`."""

    def register(find: Find) -> Find:
        RULES[name] = Rule(name, label, advice, find)
        return find

    return register


def check(text: Text, names: Collection[str] | None = None) -> list[Finding]:
    """Return the Findings of the rules `names` (all of them by default) in `text`."""
    findings = []
    for found in RULES.values():
        if (names is None or found.name in names) and (places := list(islice(found.find(text), MOST + 1))):
            findings.append(Finding(found, places[:MOST], len(places) > MOST))
    return findings
