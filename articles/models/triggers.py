"""Triggers of the database: what must follow a change of content, whichever way the change comes.

They raise the site's version, so that page caches know, and keep `TaggedArticle.listed_at` equal to the time at which
its question is public. Forms, imports, commands, a shell and SQL by hand are all covered, in the transaction of the
change. What is written here is what a database is to have; trigger_upkeep.py makes what differs.
Those that note addresses for search engines are in address_triggers.py.
"""

from collections.abc import Iterator

from . import (
    Article,
    Correction,
    Doctor,
    Page,
    PatientWord,
    RedFlag,
    RelatedItem,
    SiteVersion,
    Tag,
    TagAlias,
    TaggedArticle,
    address_triggers,
)
from .counters import TOTALS

# What public pages are made of.
SHOWN = [Article, Correction, Doctor, Page, PatientWord, RedFlag, RelatedItem, Tag, TagAlias, TaggedArticle]
# Columns that raise no version: pages drop with what readers leave (views/freshness.py), the last follows the article.
UNSEEN = {Article: TOTALS, Correction: {"by"}, TaggedArticle: {"listed_at"}}

ARTICLE, TAGGED = Article._meta.db_table, TaggedArticle._meta.db_table
RAISE = f"UPDATE {SiteVersion._meta.db_table} SET number = number + 1"
LISTED = f"CASE WHEN {{row}}.status = '{Article.Status.PUBLISHED}' THEN {{row}}.published_at END"
LISTED_OF_NEW = f"(SELECT {LISTED.format(row='a')} FROM {ARTICLE} a WHERE a.id = NEW.content_object_id)"
LIST_ARTICLE = f"UPDATE {TAGGED} SET listed_at = {LISTED.format(row='NEW')} WHERE content_object_id = NEW.id"
LISTING = frozenset(
    ["healthqa_list_inserted", "healthqa_list_updated", "healthqa_list_article", "healthqa_list_tagged"]
)
LISTED_NOW = f"(SELECT {LISTED.format(row='a')} FROM {ARTICLE} a WHERE a.id = {TAGGED}.content_object_id)"
LIST_ALL = f"UPDATE {TAGGED} SET listed_at = {LISTED_NOW} WHERE listed_at {{differs}} {LISTED_NOW}"
FUNCTIONS = {
    "healthqa_raise_version": f"BEGIN {RAISE}; RETURN NULL; END",
    "healthqa_list_article": f"BEGIN {LIST_ARTICLE}; RETURN NULL; END",
    "healthqa_list_tagged": f"BEGIN NEW.listed_at := {LISTED_OF_NEW}; RETURN NEW; END",
}


def events() -> Iterator[tuple[str, str, str]]:
    """Yield (name, event, table) of what raises the version."""
    for model in SHOWN:
        table, unseen = model._meta.db_table, UNSEEN.get(model, set())
        seen = ", ".join(f'"{field.column}"' for field in model._meta.concrete_fields if field.name not in unseen)
        for name, event in [("insert", "INSERT"), ("update", f"UPDATE OF {seen}"), ("delete", "DELETE")]:
            yield f"healthqa_{table}_{name}", event, table


def sqlite_triggers() -> Iterator[tuple[str, str, str]]:
    """Yield (name, table, the rest of CREATE TRIGGER)."""
    for name, event, table in events():
        yield name, table, f"AFTER {event} ON {table} BEGIN {RAISE}; END"
    for name, event in [("inserted", "INSERT"), ("updated", "UPDATE OF status, published_at")]:
        yield f"healthqa_list_{name}", ARTICLE, f"AFTER {event} ON {ARTICLE} BEGIN {LIST_ARTICLE}; END"
    body = f"UPDATE {TAGGED} SET listed_at = {LISTED_OF_NEW} WHERE id = NEW.id"
    yield "healthqa_list_tagged", TAGGED, f"AFTER INSERT ON {TAGGED} BEGIN {body}; END"
    yield from address_triggers.sqlite_triggers()


def postgresql_triggers() -> Iterator[tuple[str, str, str]]:
    """Yield (name, table, the rest of CREATE TRIGGER). A statement raises the version once, however many its rows."""
    for name, event, table in events():
        yield name, table, f"AFTER {event} ON {table} FOR EACH STATEMENT EXECUTE FUNCTION healthqa_raise_version()"
    event = f"AFTER INSERT OR UPDATE OF status, published_at ON {ARTICLE}"
    yield "healthqa_list_article", ARTICLE, f"{event} FOR EACH ROW EXECUTE FUNCTION healthqa_list_article()"
    event = f"BEFORE INSERT ON {TAGGED}"
    yield "healthqa_list_tagged", TAGGED, f"{event} FOR EACH ROW EXECUTE FUNCTION healthqa_list_tagged()"
    yield from address_triggers.postgresql_triggers()


def postgresql_functions() -> Iterator[tuple[str, str]]:
    """Yield (name, body) of the functions that the triggers call."""
    yield from FUNCTIONS.items()
    yield from address_triggers.postgresql_functions()
