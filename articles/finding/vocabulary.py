"""The words that the site itself has given: tags and their aliases, names of doctors, and what patients say."""

import re
from functools import cached_property
from typing import Any

from django.db.models import BigIntegerField, CharField, F, QuerySet, Value

from articles.engine import tokens
from articles.engine.seam import Named
from articles.models import Doctor, PatientWord, RedFlag, SiteVersion, Tag
from articles.text.names import fold

from .red_flags import FLAG, flag_rows
from .site_words import Text, keeper, texts_of_site

MOST_NAMED = 4  # tags, and doctors, of a query that are looked for by themselves
WITHIN = range(2, 5)  # characters of a doctor's name that stands within other words
OWN = ("pk", "name", "slug", "folded", "kind")
DOCTOR, WORD, VERSION, TEXT = "doctor", "word", "version", "text"  # in the place of a tag's kind


class Vocabulary:
    """The editors' tags and aliases and, for a query, the doctors and patients' words that stand in it, the red flags
    and the version of the site.

    Read in one query. Tags grow with the editors' work, not with the articles. The texts of the site come with the
    first query of a process.
    """

    def __init__(self, query: str = "") -> None:
        is_new = bool(query) and keeper.is_new
        columns = (*OWN, "aliases__name", "aliases__folded", "aliases__slug")
        rows = Tag.objects.order_by().values_list(*columns)
        if query:
            parts = [doctors_in(query), words_in(query), flag_rows(), version_of_site(), *(texts() if is_new else ())]
            rows = rows.union(*parts, all=True)
        self.tags: dict[int, Tag] = {}
        self.names: dict[int, list[str]] = {}
        self.slugs: dict[str, Tag] = {}
        self.doctors: dict[int, Doctor] = {}
        self.red_flags: list[RedFlag] = []
        self.patient_words: list[tuple[str, str]] = []  # (word, folded; term)
        self.version = 0
        read: list[Text] = []
        aliases: list[tuple[str, str]] = []
        for *values, alias, alias_folded, alias_slug in rows.order_by("pk"):
            pk, name, slug, folded, kind = values
            if kind == FLAG:
                words, unless, advice, line = slug, folded, alias, alias_folded
                self.red_flags.append(RedFlag(pk=pk, name=name, words=words, unless=unless, advice=advice, line=line))
            elif kind == WORD:
                self.patient_words.append((folded, name))
            elif kind == VERSION:
                self.version = pk
            elif kind == TEXT:
                read += [Text(slug, text) for text in (name, alias) if text]
            elif kind == DOCTOR:
                title, department, hospital = slug, folded, alias or ""
                person = Doctor(pk=pk, name=name, professional_title=title, department=department, hospital=hospital)
                self.doctors[pk] = person
            else:
                tag = self.tags.setdefault(pk, Tag(**dict(zip(OWN, values, strict=True))))
                self.slugs[slug] = tag
                self.names.setdefault(pk, [folded]).extend([alias_folded] if alias else [])
                if alias:
                    aliases.append((alias, name))
                    self.slugs.setdefault(alias_slug, tag)
        self.aliases = tuple(aliases)
        if is_new:
            keeper.hold(self.version, read)

    @cached_property
    def folded_names(self) -> list[tuple[str, str, str]]:
        """Each name and alias, the name of its tag, and how it is compared with what is typed."""
        names = [*((tag.name, tag.name) for tag in self.tags.values()), *self.aliases]
        return [(alias, name, tokens.fold(alias)) for alias, name in names]

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
        pairs = [(name, pk) for pk, names in self.names.items() for name in names]
        hits = [(name, pk) for name, pk in pairs if any(name in text for text in folded)]
        kept: dict[str, int] = {}
        for name, pk in sorted(hits, key=lambda hit: (-len(hit[0]), hit)):
            if not any(name in longer for longer in kept):
                kept[name] = pk
        tags = {pk: tokens.fold(self.tags[pk].name) for pk in list(dict.fromkeys(kept.values()))[:MOST_NAMED]}
        doctors = sorted(self.doctors.values(), key=lambda doctor: (-len(doctor.name), doctor.pk))[:MOST_NAMED]
        return Named(tags, {doctor.pk: tokens.fold(doctor.name) for doctor in doctors})

    def bearers(self, query: str) -> tuple[list[Tag], list[Doctor]]:
        """Return the tags whose name or alias a query is, politeness and the like aside, and the doctors so named."""
        asked = set(filter(None, [fold(query), tokens.title(query).folded]))
        tags = [self.tags[pk] for pk, names in self.names.items() if not asked.isdisjoint(names)]
        return tags, [doctor for doctor in self.doctors.values() if fold(doctor.name) in asked]

    def names_in(self, folded: str) -> set[str]:
        """Return the names of tags, aliases aside, that stand in a folded text."""
        names = (tokens.fold(tag.name) for tag in self.tags.values())
        return {name for name in names if name and name in folded}

    def nearest(self, query: str, limit: int = 8) -> list[Tag]:
        """Return the matching tags, else those whose names share most pairs of characters with the query."""
        if found := self.matching(query, limit):
            return found
        pairs = {pair for pair in tokens.char_pairs(tokens.title(query).topic) if len(pair) > 1}
        shared = [(-sum(pair in tokens.fold(tag.name) for pair in pairs), pk) for pk, tag in self.tags.items()]
        return [self.tags[pk] for number, pk in sorted(shared)[:limit] if number]

    def spellings(self, folded: str) -> set[str]:
        """Return all names of the tags that are named in a folded text."""
        return {name for names in self.names.values() if any(name in folded for name in names) for name in names}


def latest_vocabulary(query: str) -> Vocabulary:
    """Return a Vocabulary, its doctors aside: one as long as the site stays what it is (1 query, 2 after a change)."""
    known: Vocabulary | None = keeper.vocabulary
    if known is None or known.version != SiteVersion.current():
        known = keeper.vocabulary = Vocabulary(query)
    return known


def doctors_in(query: str) -> QuerySet[Doctor, Any]:
    """The doctors whose whole names stand in a clean `query`, in the columns of tags with their aliases."""
    runs = re.findall(r"[\w·]+", f"{query} {tokens.fold(query)}")
    parts = {run[at : at + n] for run in runs for n in WITHIN for at in range(len(run) - n + 1)}.union(runs)
    own = (F("professional_title"), F("department"), Value(DOCTOR, CharField()), F("hospital"))
    nothing = [Value("", CharField()) for _ in range(2)]
    named: QuerySet[Doctor, Any] = Doctor.objects.filter(name__in=parts).order_by()
    return named.values_list("pk", "name", *own, *nothing)


def words_in(query: str) -> QuerySet[PatientWord, Any]:
    """The pairs of patients' words that stand in a clean `query`, in the columns of tags with their aliases."""
    nothing = [Value("", CharField()) for _ in range(4)]
    found: QuerySet[PatientWord, Any] = PatientWord.objects.within(tokens.fold(query)).order_by()
    return found.values_list("pk", "term", nothing[0], "folded", Value(WORD, CharField()), *nothing[1:])


def version_of_site() -> QuerySet[SiteVersion, Any]:
    """The site's version, in the columns of tags with their aliases."""
    texts = [Value(VERSION if column == "kind" else "", CharField()) for column in OWN[1:]]
    nothing = [Value("", CharField()) for _ in range(3)]
    return SiteVersion.objects.order_by().values_list("number", *texts, *nothing)


def texts() -> list[QuerySet[Any, Any]]:
    """The texts of the site, in those columns."""
    nothing = Value("", CharField())
    return [
        rows.values_list(
            Value(0, BigIntegerField()), "one", "origin", nothing, Value(TEXT, CharField()), "two", nothing, nothing
        )
        for rows in texts_of_site()
    ]
