"""The words that the site itself has given: tags and their aliases, names of doctors, and what patients say."""

import re
from datetime import datetime
from functools import cached_property
from typing import Annotated, Any

from django.db import connection
from django.db.models import BigIntegerField, CharField, F, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.utils import timezone

from articles.engine import tokens
from articles.engine.seam import Named
from articles.models import Doctor, SiteVersion, Tag
from articles.models.prepared import TEXTS, Prepared
from articles.text.names import fold

from .site_names import OWN, SiteNames, names_unless
from .site_words import Text, keeper, texts_of_site

MOST_NAMED = 4  # tags, and doctors, of a query that are looked for by themselves
WITHIN = range(2, 5)  # characters of a doctor's name that stands within other words
NEVER = -1  # a version that no site has
DOCTOR, VERSION, TEXT = "doctor", "version", "text"  # in the place of a tag's kind

Row = tuple[Any, ...]


class Vocabulary:
    """The names that the site has given, those doctors and patients' words that stand in a query, and its version.

    Read in one query. What does not depend on what is asked stays in the process as long as the site stays what it is.
    The texts of the site come with the first query of a process.
    """

    def __init__(self, query: str = "") -> None:
        is_new = bool(query) and keeper.is_new
        known: SiteNames | None = keeper.names
        version, names = known.version if known else NEVER, parts_of(query)
        asked = {"known": version, "names": names}
        rows = everything(**asked, now=timezone.now()) if is_new else names_and_doctors(**asked)
        self.version = next((row[0] for row in rows if row[4] == VERSION), 0)
        if known is None or known.version != self.version:
            known = SiteNames(self.version, (row for row in rows if row[4] not in (DOCTOR, VERSION, TEXT)))
            if not connection.in_atomic_block:  # what is rolled back leaves its version to another change
                keeper.names = known
        self.tags, self.names, self.slugs, self.aliases = known.tags, known.names, known.slugs, known.aliases
        self.red_flags, self.site = known.red_flags, known
        self.folded = tokens.fold(query)
        self.patient_words = known.patient_words_in(self.folded)
        self.doctors = {pk: doctor_of(pk, *values) for pk, *values in rows if values[3] == DOCTOR}
        if is_new:
            texts = ((slug, text) for _, name, slug, _, kind, two, *_ in rows if kind == TEXT for text in (name, two))
            keeper.hold(self.version, [Text(source, text) for source, text in texts if text])

    @cached_property
    def guessed(self) -> list[tuple[str, str]]:
        """What the query may say beside the patients' words in it."""
        return self.site.guessed_in(self.folded, self.patient_words)

    def matching(self, query: str, limit: int = 8) -> list[Tag]:
        """Return tags whose name or alias holds the query, or that the query holds; longer names first."""
        folded = fold(query)
        if not folded:
            return []
        found = [
            (-max(len(name) for name in hits), pk)
            for pk, names in self.names.items()
            if (hits := [name for name in names if folded in name or name in folded])
        ]
        return [self.tags[pk] for _, pk in sorted(found)[:limit]]

    def named(self, *folded: str) -> Named:
        """Return what the folded texts of a query name, at most four tags and four doctors, longer names first.

        A name within another that is named is none: who asks for 高血压 does not name 血压.
        """
        text = "\n".join(folded)
        hits = [(name, pk) for name, pk in self.site.bearers if name in text]
        kept: dict[str, int] = {}
        for name, pk in sorted(hits, key=lambda hit: (-len(hit[0]), hit)):
            if not any(name in longer for longer in kept):
                kept[name] = pk
        tags = {pk: self.site.folded_tags[pk] for pk in list(dict.fromkeys(kept.values()))[:MOST_NAMED]}
        doctors = sorted(self.doctors.values(), key=lambda doctor: (-len(doctor.name), doctor.pk))[:MOST_NAMED]
        return Named(tags, {doctor.pk: tokens.fold(doctor.name) for doctor in doctors})

    def bearers(self, query: str) -> tuple[list[Tag], list[Doctor]]:
        """Return the tags whose name or alias a query is, politeness and the like aside, and the doctors so named."""
        asked = set(filter(None, [fold(query), tokens.title(query).folded]))
        tags = [self.tags[pk] for pk, names in self.names.items() if not asked.isdisjoint(names)]
        return tags, [doctor for doctor in self.doctors.values() if fold(doctor.name) in asked]

    def names_in(self, folded: str) -> set[str]:
        """Return the names of tags, aliases aside, that stand in a folded text."""
        return {name for name in self.site.folded_tags.values() if name and name in folded}

    def nearest(self, query: str, limit: int = 8) -> list[Tag]:
        """Return the matching tags, else those whose names share most pairs of characters with the query."""
        if found := self.matching(query, limit):
            return found
        pairs = {pair for pair in tokens.char_pairs(tokens.title(query).topic) if len(pair) > 1}
        shared = [(-sum(pair in name for pair in pairs), pk) for pk, name in self.site.folded_tags.items()]
        return [self.tags[pk] for number, pk in sorted(shared)[:limit] if number]

    def spellings(self, folded: str) -> set[str]:
        """Return all names of the tags that are named in a folded text."""
        return {name for names in self.names.values() if any(name in folded for name in names) for name in names}


def parts_of(query: str) -> list[str]:
    """Return what may be the name of a doctor in a clean query."""
    runs = re.findall(r"[\w·]+", f"{query} {tokens.fold(query)}")
    return list({run[at : at + n] for run in runs for n in WITHIN for at in range(len(run) - n + 1)}.union(runs))


def doctor_of(pk: int, name: str, title: str, department: str, _kind: str, hospital: str, *_: str) -> Doctor:
    return Doctor(pk=pk, name=name, professional_title=title, department=department, hospital=hospital)


def rows_for(known: int, names: RawSQL) -> list[QuerySet[Any, Row]]:
    """The site's version, its names unless they are `known`, and the doctors of `names`, in columns of SiteNames."""
    texts = [Value(VERSION if column == "kind" else "", CharField()) for column in OWN[1:]]
    nothing = [Value("", CharField()) for _ in range(3)]
    version = SiteVersion.objects.order_by().values_list("number", *texts, *nothing)
    own = ("pk", "name", F("professional_title"), F("department"), Value(DOCTOR, CharField()), F("hospital"))
    doctors = Doctor.objects.filter(name__in=names).order_by().values_list(*own, *nothing[1:])
    return [*names_unless(known), version, doctors]


@Prepared
def names_and_doctors(known: int, names: Annotated[RawSQL, TEXTS]) -> QuerySet[Any, Row]:
    first, *others = rows_for(known, names)
    return first.union(*others, all=True).order_by("pk")


@Prepared
def everything(known: int, names: Annotated[RawSQL, TEXTS], now: datetime) -> QuerySet[Any, Row]:
    """The same, and the texts of the site."""
    nothing = Value("", CharField())
    own = (Value(0, BigIntegerField()), "one", "origin", nothing, Value(TEXT, CharField()), "two", nothing, nothing)
    first, *others = rows_for(known, names)
    texts = (rows.values_list(*own) for rows in texts_of_site(now))
    return first.union(*others, *texts, all=True).order_by("pk")
