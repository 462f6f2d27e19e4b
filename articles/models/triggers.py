"""Triggers of the database: what must follow a change of content, whichever way the change comes.

They raise the site's version and note what has changed (page_keys.py), so that page caches know, and keep
`TaggedArticle.listed_at` equal to the time at which its question is public. Forms, imports, commands, a shell and SQL
by hand are all covered, in the transaction of the change. What is written here is what a database is to have;
trigger_upkeep.py makes what differs.
Those that note addresses for search engines are in address_triggers.py.
"""

from collections.abc import Iterator

from django.db.models import Model

from . import (
    Article,
    Correction,
    Doctor,
    Page,
    PatientWord,
    RedFlag,
    RelatedItem,
    RelatedList,
    SiteChange,
    SiteVersion,
    Tag,
    TagAlias,
    TaggedArticle,
    address_triggers,
)
from .address_triggers import DIALECTS
from .counters import TOTALS
from .page_keys import EVERYTHING, keys_sql, mark_of

# What public pages are made of.
SHOWN = [
    *(Article, Correction, Doctor, Page, PatientWord, RedFlag),
    *(RelatedItem, RelatedList, Tag, TagAlias, TaggedArticle),
]
# Columns that raise no version: pages drop with what readers leave (views/freshness.py), others follow the article.
UNSEEN = {
    Article: TOTALS | {"is_past_review"},
    Correction: {"by"},
    RelatedList: {"computed_at"},
    TaggedArticle: {"listed_at"},
}
MOST = 2_000  # rows of a version that are noted; whoever reads more of them drops all pages
LEFT = 2 * MOST  # of the newest rows, for those who have not looked yet

ARTICLE, TAGGED = Article._meta.db_table, TaggedArticle._meta.db_table
VERSION, CHANGE = SiteVersion._meta.db_table, SiteChange._meta.db_table
RAISE = f"UPDATE {VERSION} SET number = number + 1"
NOTE = f"INSERT INTO {CHANGE} (version, key) SELECT number, {{key}} FROM {VERSION}"
FORGET = f"DELETE FROM {CHANGE} WHERE id <= (SELECT max(id) FROM {CHANGE}) - {LEFT}"
RAISE_FOR_ALL = [RAISE, NOTE.format(key=f"'{EVERYTHING}'")]
LISTED = f"CASE WHEN {{row}}.status = '{Article.Status.PUBLISHED}' THEN {{row}}.published_at END"
LISTED_OF_NEW = f"(SELECT {LISTED.format(row='a')} FROM {ARTICLE} a WHERE a.id = NEW.content_object_id)"
LIST_ARTICLE = f"UPDATE {TAGGED} SET listed_at = {LISTED.format(row='NEW')} WHERE content_object_id = NEW.id"
LISTING = frozenset(
    ["healthqa_list_inserted", "healthqa_list_updated", "healthqa_list_article", "healthqa_list_tagged"]
)
LISTED_NOW = f"(SELECT {LISTED.format(row='a')} FROM {ARTICLE} a WHERE a.id = {TAGGED}.content_object_id)"
LIST_ALL = f"UPDATE {TAGGED} SET listed_at = {LISTED_NOW} WHERE listed_at {{differs}} {LISTED_NOW}"
# Before a row of its keys: no other transaction notes anything until this one ends, and the identities of the rows
# that a statement notes follow each other. Those of a statement of very many rows are cut.
NOTE_KEYS = f"""
DECLARE raised bigint;
BEGIN
    SELECT number + 1 INTO raised FROM {VERSION} FOR UPDATE;
    IF raised IS NULL OR (SELECT max(id) - min(id) FROM {CHANGE} WHERE version = raised) > {MOST} THEN
        RETURN NULL;
    END IF;
    INSERT INTO {CHANGE} (version, key) SELECT raised, noted.key FROM (%s) noted(key) WHERE noted.key IS NOT NULL;
    RETURN NULL;
END
""".strip()
KEY = f"coalesce(TG_ARGV[0], '{EVERYTHING}')"  # triggers of an earlier release say nothing
FUNCTIONS = {
    "healthqa_raise_version": f"BEGIN {RAISE}; {NOTE.format(key=KEY)}; {FORGET}; RETURN NULL; END",
    "healthqa_list_article": f"BEGIN {LIST_ARTICLE}; RETURN NULL; END",
    "healthqa_list_tagged": f"BEGIN NEW.listed_at := {LISTED_OF_NEW}; RETURN NEW; END",
}


def events() -> Iterator[tuple[str, str, type[Model]]]:
    """Yield (name, event, model) of what raises the version."""
    for model in SHOWN:
        table, unseen = model._meta.db_table, UNSEEN.get(model, set())
        seen = ", ".join(f'"{field.column}"' for field in model._meta.concrete_fields if field.name not in unseen)
        for name, event in [("insert", "INSERT"), ("update", f"UPDATE OF {seen}"), ("delete", "DELETE")]:
            yield f"healthqa_{table}_{name}", event, model


def keys_of(model: type[Model], event: str, vendor: str) -> str:
    """Return the query for the keys that an event of a row is noted under, as a database writes it; or ""."""
    return keys_sql(model, event.partition(" ")[0]).format(**DIALECTS[vendor])


def sqlite_triggers() -> Iterator[tuple[str, str, str]]:
    """Yield (name, table, the rest of CREATE TRIGGER)."""
    for name, event, model in events():
        table, keys = model._meta.db_table, keys_of(model, event, "sqlite")
        note = NOTE.format(key=f"'{mark_of(model)}'")
        if keys:  # of a union of queries SQLite takes the name of the first one's column
            note += f" UNION SELECT number, key FROM {VERSION}, (SELECT NULL AS key UNION {keys}) WHERE key IS NOT NULL"
        yield name, table, f"AFTER {event} ON {table} BEGIN {RAISE}; {note}; {FORGET}; END"
    for name, event in [("inserted", "INSERT"), ("updated", "UPDATE OF status, published_at")]:
        yield f"healthqa_list_{name}", ARTICLE, f"AFTER {event} ON {ARTICLE} BEGIN {LIST_ARTICLE}; END"
    body = f"UPDATE {TAGGED} SET listed_at = {LISTED_OF_NEW} WHERE id = NEW.id"
    yield "healthqa_list_tagged", TAGGED, f"AFTER INSERT ON {TAGGED} BEGIN {body}; END"
    yield from address_triggers.sqlite_triggers()


def postgresql_triggers() -> Iterator[tuple[str, str, str]]:
    """Yield (name, table, the rest of CREATE TRIGGER). A statement raises the version once, however many its rows."""
    for name, event, model in events():
        table, raising = model._meta.db_table, f"healthqa_raise_version('{mark_of(model)}')"
        yield name, table, f"AFTER {event} ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {raising}"
        if keys_of(model, event, "postgresql"):
            yield f"{name}_keys", table, f"AFTER {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}_keys()"
    event = f"AFTER INSERT OR UPDATE OF status, published_at ON {ARTICLE}"
    yield "healthqa_list_article", ARTICLE, f"{event} FOR EACH ROW EXECUTE FUNCTION healthqa_list_article()"
    event = f"BEFORE INSERT ON {TAGGED}"
    yield "healthqa_list_tagged", TAGGED, f"{event} FOR EACH ROW EXECUTE FUNCTION healthqa_list_tagged()"
    yield from address_triggers.postgresql_triggers()


def postgresql_functions() -> Iterator[tuple[str, str]]:
    """Yield (name, body) of the functions that the triggers call."""
    yield from FUNCTIONS.items()
    for name, event, model in events():
        if keys := keys_of(model, event, "postgresql"):
            yield f"{name}_keys", NOTE_KEYS % keys
    yield from address_triggers.postgresql_functions()
