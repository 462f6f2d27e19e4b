"""What the site itself has given for searches, whatever is asked: names of tags, red flags, patients' words.

Kept in each process as long as the site stays what it is (finding/vocabulary.py).
"""

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django.db.models import CharField, Exists, QuerySet, Value

from articles.engine import tokens
from articles.models import PatientWord, RedFlag, SiteVersion, Tag

OWN = ("pk", "name", "slug", "folded", "kind")
COLUMNS = (*OWN, "aliases__name", "aliases__folded", "aliases__slug")
FLAG, WORD = "red flag", "word"  # in the place of a tag's kind
BEGIN = 2  # characters of a patient's word by which it is looked up: a query begins few of thousands


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
        self.patient_words: dict[str, list[tuple[int, str, str]]] = {}  # by how they begin: (place, word, folded; term)
        aliases: list[tuple[str, str]] = []
        number = 0
        # Aliases of a tag have its key, and databases return what is equal in any order.
        for *values, alias, alias_folded, alias_slug in sorted(rows, key=lambda row: (row[0], row[5] or "")):
            pk, name, slug, folded, kind = values
            if kind == FLAG:
                words, unless, advice, line = slug, folded, alias, alias_folded
                self.red_flags.append(RedFlag(pk=pk, name=name, words=words, unless=unless, advice=advice, line=line))
            elif kind == WORD:
                number += 1
                self.patient_words.setdefault(folded[:BEGIN], []).append((number, folded, name))
            else:
                tag = self.tags.setdefault(pk, Tag(**dict(zip(OWN, values, strict=True))))
                self.slugs[slug] = tag
                self.names.setdefault(pk, [folded]).extend([alias_folded] if alias else [])
                if alias:
                    aliases.append((alias, name))
                    self.slugs.setdefault(alias_slug, tag)
        self.aliases = tuple(aliases)
        self.bearers = [(name, pk) for pk, names in self.names.items() for name in names]

    def patient_words_in(self, folded: str) -> list[tuple[str, str]]:
        """Return the pairs of a word that stands in a folded text and a term, in the order in which they were added."""
        begins = {folded[at : at + size] for at in range(len(folded)) for size in range(1, BEGIN + 1)}
        held = [row for begin in begins for row in self.patient_words.get(begin, ()) if row[1] in folded]
        return [(word, term) for _, word, term in sorted(held)]

    @cached_property
    def folded_names(self) -> list[tuple[str, str, str]]:
        """Each name and alias, the name of its tag, and how it is compared with what is typed."""
        names = [*((tag.name, tag.name) for tag in self.tags.values()), *self.aliases]
        return [(alias, name, tokens.fold(alias)) for alias, name in names]

    @cached_property
    def folded_tags(self) -> dict[int, str]:
        """How the names of tags, aliases aside, are compared with what is typed."""
        return {pk: tokens.fold(tag.name) for pk, tag in self.tags.items()}


def names_unless(version: int) -> list[QuerySet[Any, Any]]:
    """The querysets, with COLUMNS, that the names of the site are made of; empty while it has this version."""
    is_another = ~Exists(SiteVersion.objects.filter(number=version))
    nothing = Value("", CharField())
    flags = ("pk", "name", "words", "unless", Value(FLAG, CharField()), "advice", "line", nothing)
    words = ("pk", "term", nothing, "folded", Value(WORD, CharField()), nothing, nothing, nothing)
    return [
        Tag.objects.filter(is_another).order_by().values_list(*COLUMNS),
        RedFlag.objects.filter(is_another).order_by().values_list(*flags),
        PatientWord.objects.present().filter(is_another).order_by().values_list(*words),
    ]
