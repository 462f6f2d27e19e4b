"""What editors look for: words, the number or the address of a question, a doctor, a tag; in whatever state."""

import re
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from articles.engine import tokens
from articles.engine.seam import search_engine
from articles.models import Doctor, Tag
from articles.models.tag_lookup import find_tags
from articles.text.names import clean_line, clean_person, fold, narrow

from .search import LONGEST, clean_query, is_cut
from .vocabulary import Vocabulary

MOST = 200  # questions that are listed for words, for a doctor and for a tag each
LONGEST_NUMBER = 18  # digits that every database takes for a key
ADDRESS = re.compile(r"/articles/(?:article/)?(\d{1,18})(?!\d)")


@dataclass
class Sought:
    """The keys of the questions that were found, best first, and what the words are the name of."""

    keys: list[int] = field(default_factory=list)
    is_cut: bool = False  # there are more
    longest: int = 0  # characters of the words that were looked for, where there were more of them
    tag: Tag | None = None
    doctors: list[Doctor] = field(default_factory=list)


def look_for(text: str, rows: QuerySet[Any], is_filtered: bool) -> Sought:
    """Return what `text` means among `rows`, questions in whatever state; without a filter these are all.

    First the question of that number, then those of the doctor and of the tag that bear this very name, then those that
    the words answer; within each the best first, then the newest. An address means its question alone.
    """
    rows = rows.order_by("-pk")
    if address := ADDRESS.search(clean_line(text)):
        return Sought(keys_of(rows.filter(pk=int(address[1]))))
    sought = Sought(tag=find_tags([text]).get(fold(text)))
    numbered: list[int] = []
    strong: list[int] = []
    parts: list[list[int]] = []
    number = narrow(text).removeprefix("#")
    if number.isascii() and number.isdigit() and len(number) <= LONGEST_NUMBER:
        numbered = keys_of(rows.filter(pk=int(number)))
    if is_cut(text):
        sought.longest = LONGEST
    if query := clean_query(text):
        found = search_engine().search_all(tokens.title(query, Vocabulary().aliases), rows, MOST, is_filtered)
        strong = [hit.key for hit in found.hits if hit.is_strong]
        sought.is_cut = found.is_least or found.total > len(strong)
    if name := clean_person(text):
        sought.doctors = list(Doctor.objects.filter(name=name).order_by("pk")[:MOST])
    if sought.doctors:
        parts.append(keys_of(rows.filter(doctor__in=sought.doctors)))
    if sought.tag:
        parts.append(keys_of(rows.filter(pk__in=sought.tag.tagged_items.values("content_object"))))
    named = set().union(*parts)
    parts = [numbered, [key for key in strong if key in named], *parts, strong]
    if query and not any(parts):  # a part of a word
        parts.append(keys_of(rows.filter(title__contains=query)))
    sought.keys = list(dict.fromkeys(key for part in parts for key in part))
    sought.is_cut = sought.is_cut or any(len(part) == MOST for part in parts)
    return sought


def keys_of(rows: QuerySet[Any]) -> list[int]:
    return list(rows.values_list("pk", flat=True)[:MOST])
