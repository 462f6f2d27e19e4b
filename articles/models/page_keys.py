"""What pages show, as keys: a page is kept with those of what it was made of, a change is noted under those it touches.

A row has a key (`q12` is question 12), and so has each list that is read in its order: all questions, those of a tag,
those that a doctor answered or reviewed. What the page of a question shows and nothing else of it has a key of its own
(`p12`): an edit changes the lists beside a dozen other questions, each of which stands on a dozen pages. A list changes
when a question comes, goes or moves in it; what stands in it is told by the keys of its rows. Triggers note a change in
its own transaction (triggers.py), whichever way it comes.

What is not named in NOTED is noted as a change of everything, and a page without keys goes with any change: who forgets
something here costs work, and no reader sees an old text.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from . import Article, Correction, Doctor, Page, RelatedItem, RelatedList, Tag, TaggedArticle
from .address_triggers import changed

SITE, EVERYTHING = "site", "*"  # something has changed; and nobody knows what shows it
ALL_QUESTIONS = "lq"
ROWS = {"INSERT": ["NEW"], "UPDATE": ["OLD", "NEW"], "DELETE": ["OLD"]}

TAGGED, PINS = TaggedArticle._meta.db_table, RelatedItem._meta.db_table
LISTED = ("status", "published_at")  # what decides where a question stands in lists
OWN_PAGE = "'p' || {row}.article_id"
DEPARTMENT = f"'{Tag.Kind.DEPARTMENT}' IN (OLD.kind, NEW.kind)"  # cards name it, and not by its key


def question_key(key: int) -> str:
    return f"q{key}"


def own_page_key(key: int) -> str:
    """Return the key of what the page of a question shows and no other: its lists beside it, its corrections."""
    return f"p{key}"


def doctor_key(key: int) -> str:
    return f"d{key}"


def tag_key(key: int) -> str:
    return f"t{key}"


def list_of_tag(key: int) -> str:
    return f"lt{key}"


def list_of_doctor(key: int) -> str:
    return f"ld{key}"


def keys_of_cards(articles: Iterable[Any]) -> Iterator[str]:
    """Yield the keys of questions that are shown in a list, with their doctors at hand."""
    for article in articles:
        yield question_key(article.pk)
        if article.doctor_id:
            yield doctor_key(article.doctor_id)


@dataclass(frozen=True)
class Noted:
    """A key under which a change of a row is noted: an expression of SQL, in which {row} is the row, old or new.

    Args: `fields`, one of which an UPDATE has to change; `source`, FROM and WHERE where other rows tell the key;
    `condition`, for an UPDATE; `on`, the events.
    """

    key: str
    fields: tuple[str, ...] = ()
    source: str = ""
    condition: str = ""
    on: tuple[str, ...] = tuple(ROWS)

    def selects(self, model: Any, event: str) -> Iterator[str]:
        """Yield queries for the keys, with the placeholders of address_triggers.DIALECTS."""
        conditions = [changed(model, self.fields)] if event == "UPDATE" and self.fields else []
        conditions += filter(None, [self.condition])
        for row in ROWS[event] if event in self.on else ():
            where = " AND ".join(filter(None, [self.source.format(row=row), *conditions]))
            before = "" if self.source or not where else "WHERE "
            yield f"SELECT {self.key.format(row=row)} {before}{where}".rstrip()


NOTED: dict[Any, list[Noted]] = {
    Article: [
        Noted("'q' || {row}.id"),
        Noted(f"'{ALL_QUESTIONS}'", LISTED),
        Noted("'lt' || tag_id", LISTED, f"FROM {TAGGED} WHERE content_object_id = {{row}}.id"),
        Noted("'p' || article_id", LISTED, f"FROM {PINS} WHERE related_id = {{row}}.id"),
        Noted("'ld' || {row}.doctor_id", (*LISTED, "doctor", "reviewer")),
        Noted("'ld' || {row}.reviewer_id", (*LISTED, "doctor", "reviewer")),
    ],
    Correction: [Noted(OWN_PAGE)],
    Doctor: [Noted("'d' || {row}.id")],
    Page: [Noted(f"'{EVERYTHING}'", ("slug", "title", "position"))],  # what the footer shows of it
    RelatedItem: [Noted(OWN_PAGE)],
    RelatedList: [Noted(OWN_PAGE, ("article", "entries"))],
    Tag: [
        Noted("'t' || {row}.id"),
        Noted(f"'{EVERYTHING}'", ("kind", "name"), condition=DEPARTMENT, on=("UPDATE",)),
    ],
    TaggedArticle: [Noted("'q' || {row}.content_object_id"), Noted("'lt' || {row}.tag_id")],
}


def mark_of(model: Any) -> str:
    """Return the key that every change of a table is noted under, beside those of its rows."""
    return SITE if model in NOTED else EVERYTHING


def keys_sql(model: Any, event: str) -> str:
    """Return the query for the keys of one row's change, "" where there are none; a key may be NULL."""
    selects = (select for noted in NOTED.get(model, ()) for select in noted.selects(model, event))
    return " UNION ".join(dict.fromkeys(selects))
