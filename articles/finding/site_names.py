"""What the site itself has given for searches, whatever is asked: names of tags, red flags, patients' words.

Kept in each process as long as the site stays what it is (finding/vocabulary.py).
"""

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property, lru_cache
from typing import Any

from django.db.models import BigIntegerField, Case, CharField, Exists, QuerySet, Value, When

from articles.engine import pinyin, tokens
from articles.models import PatientWord, RedFlag, SiteVersion, Tag
from articles.models.json_rows import AllInJson
from articles.models.patient_word import MOST_TERMS
from articles.text.complaints import complaints_in, denials, is_part, named_in
from articles.text.wordlists import EVERYDAY_WORDS

from .meanings import Pairs, stands_in

OWN = ("pk", "name", "slug", "folded", "kind")
COLUMNS = (*OWN, "aliases__name", "aliases__folded", "aliases__slug")
FLAG, WORDS = "red flag", "words"  # in the place of a tag's kind
LONG, SPARE = 4, 2  # characters of a word between which others may stand, and how many
BEGIN = 2  # characters of a patient's word by which it is looked up: a query begins few of thousands


class PatientWords:
    """The pairs of a patient's word and a term, made of a JSON list of [place, word, term, the term folded].

    Several threads read one: nothing in it may be changed.
    """

    def __init__(self, said: str) -> None:
        self.pairs: dict[str, list[tuple[int, str, str]]] = {}  # by how they begin: (place, word, folded; term)
        terms: set[str] = set()
        for place, word, term, folded_term in json.loads(said):
            self.pairs.setdefault(word[:BEGIN], []).append((place, word, term))
            terms.add(folded_term)
        # What doctors write, folded, but for who is ill.
        self.terms = [term for term in terms - EVERYDAY_WORDS if len(term) > 1]

    def may_stand_in(self, folded: str) -> Iterator[tuple[int, str, str]]:
        """Yield the place, the word and the term of pairs that may stand in a folded text."""
        begins = {folded[at : at + size] for at in range(len(folded)) for size in range(1, BEGIN + 1)}
        for begin in begins:
            yield from self.pairs.get(begin, ())

    @cached_property
    def sounds(self) -> pinyin.Sounds:
        return pinyin.Sounds({word for rows in self.pairs.values() for _, word, _ in rows})

    @cached_property
    def complaints(self) -> dict[tuple[str, str], list[str]]:
        """What a part of the body and a trouble together are called, the commonest first."""
        found: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        for _, word, term in sorted(row for rows in self.pairs.values() for row in rows):
            if said := named_in(word):
                found[said][term] += 1
        return {said: [term for term, _ in terms.most_common(MOST_TERMS)] for said, terms in found.items()}


# Thousands, of which few changes of a site change any.
patient_words = lru_cache(maxsize=2)(PatientWords)


class SiteNames:
    """The names of a site at a `version`, made of rows with the COLUMNS of names_unless().

    Several threads read one: nothing in it may be changed.
    """

    def __init__(self, version: int, rows: Iterable[tuple[Any, ...]]) -> None:
        self.version = version
        self.tags: dict[int, Tag] = {}
        self.names: dict[int, list[str]] = {}  # folded
        self.slugs: dict[str, Tag] = {}
        self.red_flags: list[RedFlag] = []
        said = "[]"
        aliases: list[tuple[str, str]] = []
        # Aliases of a tag have its key, and databases return what is equal in any order.
        for *values, alias, alias_folded, alias_slug in sorted(rows, key=lambda row: (row[0], row[5] or "")):
            pk, name, slug, folded, kind = values
            if kind == FLAG:
                flag = RedFlag(pk=pk, name=name, words=slug, unless=folded, advice=alias, line=alias_folded)
                flag.by_likeness = bool(alias_slug)
                self.red_flags.append(flag)
            elif kind == WORDS:
                said = name or said
            else:
                tag = self.tags.setdefault(pk, Tag(**dict(zip(OWN, values, strict=True))))
                self.slugs[slug] = tag
                self.names.setdefault(pk, [folded]).extend([alias_folded] if alias else [])
                if alias:
                    aliases.append((alias, name))
                    self.slugs.setdefault(alias_slug, tag)
        self.patient_words = patient_words(said)
        self.aliases = tuple(aliases)
        self.bearers = [(name, pk) for pk, names in self.names.items() for name in names]

    def patient_words_in(self, folded: str) -> list[tuple[str, str]]:
        """Return the pairs of a word that stands in a folded text and a term, in the order in which they were added."""
        may_stand = self.patient_words.may_stand_in(folded)
        return [(word, term) for _, word, term in sorted(row for row in may_stand if row[1] in folded)]

    def guessed_in(self, folded: str, pairs: Pairs) -> list[tuple[str, str]]:
        """Return such pairs for what is said in words, or an order, in which no pair is written: 嘴歪 as 把嘴吹歪.

        `pairs` are the patient_words_in() the text.

        A long word may have a little between its characters. Of a part of the body and its trouble come the terms that
        most pairs have which say so. Words and names that stand there say it more exactly, unless a word says the part
        alone. Beside a doctor's term nothing is guessed but names by their sound: 左手麻胸闷 is no question about the
        neck.
        """
        ends = tokens.ends_of_words(folded)
        heard = list(self.heard_in(folded, ends))
        if any(term in folded for term in self.patient_words.terms):
            return [(said, term) for _, said, term in sorted(heard)]
        words = {word for word, _ in pairs if stands_in(word, folded, ends)}
        exact = {name for name, _ in self.bearers if name in folded} | {word for word in words if not is_part(word)}
        may_stand = self.patient_words.may_stand_in(folded)
        found = [(number, said, term) for number, word, term in may_stand if (said := as_said(word, folded))]
        guesses = [(said, term) for _, said, term in sorted([*found, *heard])]
        for one in complaints_in(folded, ends):
            said = folded[one.start : one.end]
            guesses += [(said, term) for term in self.patient_words.complaints.get((one.part, one.trouble), ())]
        return [(said, term) for said, term in guesses if not any(overlap(said, word, folded) for word in exact)]

    def heard_in(self, folded: str, ends: Collection[int]) -> Iterator[tuple[int, str, str]]:
        """Yield the place, the word as it is said and the term of pairs that a folded text has by their sound alone.

        Names that nobody can write (格华指 for 格华止): what is typed holds no word that the dictionary knows.
        """
        for at, word in self.patient_words.sounds.heard_in(folded):
            end = at + len(word)
            if all(place in ends for place in range(at, end + 1)):
                for number, other, term in self.patient_words.pairs[word[:BEGIN]]:
                    if other == word:
                        yield number, folded[at:end], term

    @cached_property
    def folded_names(self) -> list[tuple[str, str, str]]:
        """Each name and alias, the name of its tag, and how it is compared with what is typed."""
        names = [*((tag.name, tag.name) for tag in self.tags.values()), *self.aliases]
        return [(alias, name, tokens.fold(alias)) for alias, name in names]

    @cached_property
    def folded_tags(self) -> dict[int, str]:
        """How the names of tags, aliases aside, are compared with what is typed."""
        return {pk: tokens.fold(tag.name) for pk, tag in self.tags.items()}


def as_said(word: str, folded: str) -> str:
    """Return how a long patient's word is said in a folded text with a little between its characters, "" if it is not.

    半边身子发麻 says 半边身子麻; what is denied there is not said.
    """
    if len(word) < LONG:
        return ""
    start = folded.find(word[:BEGIN])
    at = start + BEGIN
    for char in word[BEGIN:]:
        at = folded.find(char, at) + 1
        if not at:
            return ""
    said = folded[start:at]
    return "" if denials(said) > denials(word) or len(said) > len(word) + SPARE else said


def overlap(said: str, other: str, folded: str) -> bool:
    """Tell whether two pieces of a folded text have a place in common where they first stand."""
    start, at = folded.find(said), folded.find(other)
    return start < at + len(other) and at < start + len(said)


def names_unless(version: int) -> list[QuerySet[Any, Any]]:
    """The querysets, with COLUMNS, that the names of the site are made of; empty while it has this version."""
    is_another = ~Exists(SiteVersion.objects.filter(number=version))
    nothing = Value("", CharField())
    is_general = Case(When(by_likeness=True, then=Value("1")), default=Value(""), output_field=CharField())
    flags = ("pk", "name", "words", "unless", Value(FLAG, CharField()), "advice", "line", is_general)
    words = ("pairs", nothing, nothing, Value(WORDS, CharField()), nothing, nothing, nothing)
    return [
        Tag.objects.filter(is_another).order_by().values_list(*COLUMNS),
        RedFlag.objects.filter(is_another).order_by().values_list(*flags),
        PatientWord.objects.present()
        .filter(is_another)
        .order_by()
        .values(zero=Value(0, BigIntegerField()))
        .annotate(pairs=AllInJson("pk", "folded", "term", "folded_term"))
        .values_list("zero", *words),
    ]
