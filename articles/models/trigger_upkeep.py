"""Keeps the triggers of a database as triggers.py says, beside readers and editors.

Only what is missing or different is made, so that a start with nothing to do takes no lock. On PostgreSQL each table is
a transaction of its own that waits briefly: who waits for a lock holds up all who come behind. A migration that would
meet the triggers of a table sets them aside and puts them back in its own transaction.
"""

import logging
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from hashlib import sha256
from importlib import import_module
from itertools import groupby
from pkgutil import iter_modules

from django.db import DatabaseError, OperationalError, ProgrammingError, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations import Migration, operations
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.recorder import MigrationRecorder

from . import triggers, turns
from .address_triggers import DIALECTS
from .site_version import SiteVersion

logger = logging.getLogger(__name__)

OURS = "healthqa\\_%"  # of LIKE: no other trigger is touched
LOCK_SECONDS = 2  # for one lock; whoever reads the table waits as long behind it
# What PostgreSQL refuses, or answers by dropping triggers, while they name the table's columns.
MEETING = (
    operations.AlterField,
    operations.AlterModelTable,
    operations.DeleteModel,
    operations.RemoveField,
    operations.RenameField,
    operations.RenameModel,
)
DEADLOCK = "40P01"  # PostgreSQL, Appendix A

FIND_IN_SQLITE = (
    r"SELECT name, tbl_name, sql, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s ESCAPE '\'"
)
FIND_IN_POSTGRESQL = """
SELECT t.tgname, c.relname, pg_get_triggerdef(t.oid),
    CASE WHEN t.tgenabled = 'O' THEN coalesce(obj_description(t.oid, 'pg_trigger'), '') ELSE 'disabled' END
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace AND t.tgname LIKE %s
"""
FIND_FUNCTIONS = """
SELECT proname, btrim(prosrc) FROM pg_proc WHERE pronamespace = current_schema()::regnamespace AND proname LIKE %s
"""


@dataclass(frozen=True)
class Trigger:
    """A trigger as a database has it or is to have it: the statement that makes it, and what it is recognised by."""

    name: str
    table: str
    sql: str
    mark: str


def wanted(connection: BaseDatabaseWrapper) -> dict[str, Trigger]:
    """Return the triggers that this release wants, by name.

    PostgreSQL writes definitions in its own words, so a digest of ours stands in the comment of each trigger.
    """
    if connection.vendor == "sqlite":
        made = [(name, table, f"CREATE TRIGGER {name} {rest}") for name, table, rest in triggers.sqlite_triggers()]
        return {name: Trigger(name, table, sql, sql) for name, table, sql in made}
    return {
        name: Trigger(name, table, f"CREATE OR REPLACE TRIGGER {name} {rest}", sha256(rest.encode()).hexdigest())
        for name, table, rest in triggers.postgresql_triggers()
    }


def present(connection: BaseDatabaseWrapper) -> dict[str, Trigger]:
    """Return the triggers that the database has, by name. It reads the catalogue alone."""
    find = FIND_IN_SQLITE if connection.vendor == "sqlite" else FIND_IN_POSTGRESQL
    with connection.cursor() as cursor:
        cursor.execute(find, [OURS])
        return {row[0]: Trigger(*row) for row in cursor.fetchall()}


def is_own_schema(connection: BaseDatabaseWrapper) -> bool:
    """Tell whether the newest migration of the database is the newest of this release.

    Neither an older schema, half migrated, nor a newer one, beside which an older release still serves, gets the
    triggers of this release: they would name columns that are not there.
    """
    applied = [name for app, name in MigrationRecorder(connection).applied_migrations() if app == "articles"]
    package = import_module(MigrationLoader.migrations_module("articles")[0])
    newest = max(module.name for module in iter_modules(package.__path__))
    return max(applied, default="") == newest


def mend(connection: BaseDatabaseWrapper) -> list[str]:
    """Make the triggers that are missing or different, and the rows right that they keep. Returns their names, sorted.

    Raises OperationalError when a table is in use for longer than LOCK_SECONDS; what was made until then stays.
    """
    begin_version(connection)
    wants, has = wanted(connection), present(connection)
    made = {name: one for name, one in wants.items() if name not in has or has[name].mark != one.mark}
    gone = {name: one for name, one in has.items() if name not in wants}
    missing = made.keys() - has.keys()
    make_functions(connection)
    by_table = sorted({**made, **gone}.values(), key=lambda one: (one.table, one.name))
    whole = connection.vendor == "sqlite"  # one writer, one transaction
    for _, some in groupby(by_table, key=lambda one: "" if whole else one.table):
        with transaction.atomic(using=connection.alias):
            lock_briefly(connection)
            work_long(connection)
            names = set()
            for one in some:
                remove(connection, one) if one.name in gone else make(connection, one)
                names.add(one.name)
            if names & missing:
                repair(connection, names & missing)
    if has and by_table:
        logger.info("%d triggers made, %d taken away", len(made), len(gone))
    return sorted(made)


def begin_version(connection: BaseDatabaseWrapper) -> None:
    """Make the row that the triggers raise, if there is none.

    It begins with the time, so that a site that was emptied has no version again that it had before.
    """
    if not SiteVersion.objects.using(connection.alias).exists():
        row = SiteVersion(pk=1, number=time.time_ns() // 1000)
        SiteVersion.objects.using(connection.alias).bulk_create([row], ignore_conflicts=True)


def make_functions(connection: BaseDatabaseWrapper) -> None:
    """Make the functions of PostgreSQL that are missing or different; that locks no table."""
    if connection.vendor == "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute(FIND_FUNCTIONS, [OURS])
        has = dict(cursor.fetchall())
        for name, body in triggers.postgresql_functions():
            if has.get(name) != body:
                head = f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql"
                cursor.execute(f"{head} AS $function$ {body} $function$")


def lock_briefly(connection: BaseDatabaseWrapper) -> None:
    """Let this transaction take its turn (turns.py), and wait a short time for each lock."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'")
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [turns.LOCK])


def work_long(connection: BaseDatabaseWrapper) -> None:
    """Let the statements of this transaction take as long as they need: indexes and rows of a large site do."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")


def make(connection: BaseDatabaseWrapper, one: Trigger) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"DROP TRIGGER IF EXISTS {one.name}")
        cursor.execute(one.sql)
        if connection.vendor == "postgresql":
            cursor.execute(f"COMMENT ON TRIGGER {one.name} ON {one.table} IS '{one.mark}'")


def remove(connection: BaseDatabaseWrapper, one: Trigger) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {one.name}" + ("" if connection.vendor == "sqlite" else f" ON {one.table}"))


def repair(connection: BaseDatabaseWrapper, names: Collection[str]) -> None:
    """Make up for changes that these triggers did not see: raise the version, and list questions as they are now."""
    with connection.cursor() as cursor:
        for statement in triggers.RAISE_FOR_ALL:
            cursor.execute(statement)
        if not triggers.LISTING.isdisjoint(names):
            cursor.execute(triggers.LIST_ALL.format(**DIALECTS[connection.vendor]))


@contextmanager
def around(connection: BaseDatabaseWrapper, migration: Migration) -> Iterator[None]:
    """Be around the applying of `migration`: in one transaction with it, its triggers are set aside and put back.

    Raises OperationalError when a table is in use for longer than LOCK_SECONDS; then nothing has happened.
    """
    is_sqlite = connection.vendor == "sqlite"
    if is_sqlite:
        connection.disable_constraint_checking()  # as Django's schema editor does; within a transaction it cannot
    try:
        with transaction.atomic(using=connection.alias) if migration.atomic else nullcontext():
            if migration.atomic:
                work_long(connection)
                if changes_schema(migration):
                    lock_briefly(connection)
            aside = set_aside(connection, migration)
            yield
            put_back(connection, aside)
    finally:
        if is_sqlite:
            connection.enable_constraint_checking()


def set_aside(connection: BaseDatabaseWrapper, migration: Migration) -> list[Trigger]:
    """Take away the triggers that the migration would meet, and return them.

    SQLite remakes tables without them, and renames none while a trigger names one that is not there.
    """
    if migration.app_label != "articles":
        return []
    done = list(flat(migration.operations))
    if connection.vendor == "sqlite":
        met = list(present(connection).values()) if changes_schema(migration) else []
    else:
        models = [getattr(one, "model_name", None) or one.name for one in done if isinstance(one, MEETING)]
        models += [one.old_name for one in done if isinstance(one, operations.RenameModel)]
        tables = {f"{migration.app_label}_{name.lower()}" for name in models}
        met = [one for one in present(connection).values() if one.table in tables]
    for one in met:
        remove(connection, one)
    return met


def changes_schema(migration: Migration) -> bool:
    """Tell whether a migration does more than change rows by Python, row by row, beside everybody else."""
    return any(not isinstance(one, operations.RunPython) for one in flat(migration.operations))


def flat(done: Iterable[Operation]) -> Iterator[Operation]:
    """Yield operations with those that they hold for the database."""
    for one in done:
        if isinstance(one, operations.SeparateDatabaseAndState):
            yield from flat(one.database_operations)
        else:
            yield one


def put_back(connection: BaseDatabaseWrapper, aside: Collection[Trigger]) -> None:
    """Make again what was set aside: as it was, else as this release wants it, else `mend` makes it in the end."""
    wants = wanted(connection)
    for one in aside:
        if not fits(connection, one) and one.name in wants:
            fits(connection, wants[one.name])
    if aside:
        repair(connection, ())


def fits(connection: BaseDatabaseWrapper, one: Trigger) -> bool:
    """Make a trigger if the table that it is on has what it names. Tells whether it has."""
    is_sqlite = connection.vendor == "sqlite"
    try:
        with transaction.atomic(using=connection.alias):
            make(connection, one)
            if is_sqlite:
                compile_changes(connection, one.table)
    except (ProgrammingError, OperationalError) as error:
        if is_busy(error):
            raise
        return False
    return True


def compile_changes(connection: BaseDatabaseWrapper, table: str) -> None:
    """Let SQLite read the triggers of a table, changing no row. Raises OperationalError when one names what is gone.

    EXPLAIN would not do: Python keeps statements, and SQLite does not read one again only to explain it.
    """
    with connection.cursor() as cursor:
        columns = [f'"{column.name}"' for column in connection.introspection.get_table_description(cursor, table)]
        names, same = ", ".join(columns), ", ".join(f"{name} = {name}" for name in columns)
        cursor.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM {table} WHERE 0")
        cursor.execute(f"UPDATE {table} SET {same} WHERE 0")
        cursor.execute(f"DELETE FROM {table} WHERE 0")


def is_busy(error: DatabaseError) -> bool:
    """Tell whether somebody else holds what was waited for, so that it is worth another try."""
    return turns.is_held_up(error) or getattr(error.__cause__, "sqlstate", None) == DEADLOCK
