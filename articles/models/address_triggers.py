"""Triggers that note which addresses have appeared, changed or gone, for search engines (models/push.py).

Each adds one row in the transaction of the change, whichever way that comes, and none while no service is switched on.
Saving what is the same notes nothing. A question is noted with the time from which readers have it.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from . import AddressChange, Article, Doctor, Page, PushService, Tag, TaggedArticle
from .counters import IMPORTED, TOTALS
from .push import AddressKind

ARTICLE, TAGGED, TAG = Article._meta.db_table, TaggedArticle._meta.db_table, Tag._meta.db_table
UNSHOWN = TOTALS | IMPORTED | {"id", "created_at", "updated_at", "source", "source_digest", "is_past_review"}
PUBLISHED = f"{{row}}.status = '{Article.Status.PUBLISHED}'"
PUBLIC = f"({PUBLISHED} AND {{row}}.published_at <= {{{{now}}}} AND NOT {{row}}.is_excerpt)"
OLD_PUBLIC, NEW_PUBLIC = PUBLIC.format(row="OLD"), PUBLIC.format(row="NEW")
OLD_PUBLISHED, NEW_PUBLISHED = PUBLISHED.format(row="OLD"), PUBLISHED.format(row="NEW")
NOW = "{now}"
NOTE = (
    f"INSERT INTO {AddressChange._meta.db_table} (kind, key, due_at, is_content, was_public) "
    "SELECT '{kind}', one.key, {due}, {is_content}, {was_public} FROM (SELECT CAST({key} AS TEXT) AS key) one "
    f"WHERE one.key IS NOT NULL AND EXISTS (SELECT 1 FROM {PushService._meta.db_table})"
)
DIALECTS = {
    "sqlite": {"now": "strftime('%Y-%m-%d %H:%M:%f', 'now')", "differs": "IS NOT"},
    "postgresql": {"now": "now()", "differs": "IS DISTINCT FROM"},
}


@dataclass(frozen=True)
class Noting:
    """One trigger: on `event` of `table`, when `condition` holds, the address of `kind` with `key` is noted."""

    name: str
    table: str
    event: str
    condition: str
    kind: AddressKind
    key: str
    due: str = NOW
    is_content: bool = False
    was_public: str = "FALSE"

    def sql(self, vendor: str) -> tuple[str, str]:
        """Return the condition and the statement as a database writes them."""
        note = NOTE.format(
            kind=self.kind.value,
            key=self.key,
            due=self.due,
            is_content=str(self.is_content).upper(),
            was_public=self.was_public,
        )
        return self.condition.format(**DIALECTS[vendor]), note.format(**DIALECTS[vendor])


def changed(model: Any, names: Collection[str]) -> str:
    """Return the condition that one of these fields has another value."""
    columns = [model._meta.get_field(name).column for name in names]
    old, new = (", ".join(f'{row}."{column}"' for column in columns) for row in ("OLD", "NEW"))
    return f"({old}) {{differs}} ({new})"


def notings() -> Iterator[Noting]:
    """Yield all that is noted."""
    kind, key = AddressKind.QUESTION, "{row}.id"
    shown = [field.name for field in Article._meta.concrete_fields if field.name not in UNSHOWN]
    new, old = {"key": key.format(row="NEW"), "due": "NEW.published_at"}, {"key": key.format(row="OLD")}
    yield Noting("question_made", ARTICLE, "INSERT", NEW_PUBLISHED, kind, **new, is_content=True)
    condition = f"{NEW_PUBLISHED} AND {changed(Article, shown)}"
    yield Noting("question_changed", ARTICLE, "UPDATE", condition, kind, **new, is_content=True, was_public=OLD_PUBLIC)
    yield Noting(
        "question_gone", ARTICLE, "UPDATE", f"{OLD_PUBLIC} AND NOT {NEW_PUBLIC}", kind, **old, was_public="TRUE"
    )
    yield Noting("question_deleted", ARTICLE, "DELETE", OLD_PUBLIC, kind, **old, was_public="TRUE")

    kind, key = AddressKind.DOCTOR, "{row}.doctor_id"  # NULL is nobody's address
    new, old = {"key": key.format(row="NEW"), "due": "NEW.published_at"}, {"key": key.format(row="OLD")}
    moved = changed(Article, ["doctor", "status", "published_at"])
    yield Noting("doctor_named", ARTICLE, "INSERT", NEW_PUBLISHED, kind, **new)
    yield Noting("doctor_gained", ARTICLE, "UPDATE", f"{NEW_PUBLISHED} AND {moved}", kind, **new)
    yield Noting("doctor_lost", ARTICLE, "UPDATE", f"{OLD_PUBLISHED} AND {moved}", kind, **old)
    yield Noting("doctor_unnamed", ARTICLE, "DELETE", OLD_PUBLISHED, kind, **old)
    names = ["name", "professional_title", "department", "hospital", "biography", "merged_into"]
    yield from content(Doctor, kind, "id", names)

    kind, key = AddressKind.TAG, f"(SELECT slug FROM {TAG} WHERE id = {{row}}.tag_id)"
    new, old = {"key": key.format(row="NEW"), "due": "NEW.listed_at"}, {"key": key.format(row="OLD")}
    moved = changed(TaggedArticle, ["tag", "listed_at"])
    yield Noting("tag_named", TAGGED, "INSERT", "NEW.listed_at IS NOT NULL", kind, **new)
    yield Noting("tag_gained", TAGGED, "UPDATE", f"NEW.listed_at IS NOT NULL AND {moved}", kind, **new)
    yield Noting("tag_lost", TAGGED, "UPDATE", f"OLD.listed_at IS NOT NULL AND {moved}", kind, **old)
    yield Noting("tag_unnamed", TAGGED, "DELETE", "OLD.listed_at IS NOT NULL", kind, **old)
    yield from content(Tag, kind, "slug", ["name", "introduction"])

    page = AddressKind.PAGE
    yield Noting("page_made", Page._meta.db_table, "INSERT", "NEW.id > 0", page, key="NEW.slug", is_content=True)
    yield from content(Page, page, "slug", ["title", "description", "body"])


def content(model: Any, kind: AddressKind, key: str, names: Collection[str]) -> Iterator[Noting]:
    """Yield what is noted when a row that has a page of its own is changed, gets another address, or goes."""
    table, old, new = model._meta.db_table, f"OLD.{key}", f"NEW.{key}"
    yield Noting(f"{kind}_changed", table, "UPDATE", changed(model, names), kind, key=new, is_content=True)
    yield Noting(f"{kind}_deleted", table, "DELETE", "OLD.id > 0", kind, key=old)
    if key != "id":
        moved = f"{old} <> {new}"
        yield Noting(f"{kind}_moved_from", table, "UPDATE", moved, kind, key=old)
        yield Noting(f"{kind}_moved_to", table, "UPDATE", moved, kind, key=new, is_content=True)


def sqlite_triggers() -> Iterator[tuple[str, str, str]]:
    """Yield (name, table, the rest of CREATE TRIGGER)."""
    for one in notings():
        condition, note = one.sql("sqlite")
        yield (
            f"healthqa_note_{one.name}",
            one.table,
            f"AFTER {one.event} ON {one.table} WHEN {condition} BEGIN {note}; END",
        )


def postgresql_functions() -> Iterator[tuple[str, str]]:
    """Yield (name, body) of the functions that the triggers call."""
    for one in notings():
        yield f"healthqa_note_{one.name}", f"BEGIN {one.sql('postgresql')[1]}; RETURN NULL; END"


def postgresql_triggers() -> Iterator[tuple[str, str, str]]:
    """Yield (name, table, the rest of CREATE TRIGGER)."""
    for one in notings():
        name = f"healthqa_note_{one.name}"
        condition, _ = one.sql("postgresql")
        on = f"AFTER {one.event} ON {one.table} FOR EACH ROW WHEN ({condition})"
        yield name, one.table, f"{on} EXECUTE FUNCTION {name}()"
