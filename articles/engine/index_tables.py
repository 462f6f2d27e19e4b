"""The two tables of an index, the same in SQLite and in PostgreSQL, and the statements for terms."""

import json
from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from .posting_lists import Term

DOCUMENT = {"id": "bigint", **dict.fromkeys(["words", "folded", "topic", "intents"], "text"), "body": "bytea"}
# In an order without gaps; n is how many places a list has.
POSTING = {"chunk": "integer", "kind": "smallint", "n": "smallint", "term": "text", "ids": "bytea"}


class Select(NamedTuple):
    """A statement that reads keys, as it is asked within another one, and its values."""

    sql: str
    values: Sequence[Any]


def select_of(queryset: QuerySet[Any]) -> Select:
    """Return a queryset of one column as a Select."""
    return Select(*queryset.query.sql_with_params())


class Tables:
    """The tables of one index; `connection` is Django's, `name` begins their names."""

    def __init__(self, connection: BaseDatabaseWrapper, name: str = "search") -> None:
        self.connection, self.name = connection, name
        self.document, self.posting = f"{name}_document", f"{name}_posting"

    def create(self) -> None:
        """Create the empty tables. Words are compared byte by byte, whatever language the database speaks.

        A list without its number, which a release from before writes, has one for each two bytes.
        """
        is_postgresql = self.connection.vendor == "postgresql"
        term, ids = ('text COLLATE "C"', "bytea") if is_postgresql else ("text", "blob")
        key, end = ("bigint", "") if is_postgresql else ("integer", " WITHOUT ROWID")  # SQLite's own row number
        self.run(
            f"CREATE TABLE {self.document} (id {key} CONSTRAINT {self.document}_key PRIMARY KEY, words text NOT NULL, "
            f"folded text NOT NULL, topic text NOT NULL, intents text NOT NULL, body {ids} NOT NULL)"
        )
        self.run(
            f"CREATE TABLE {self.posting} (chunk integer NOT NULL, kind smallint NOT NULL, n smallint, "
            f"term {term} NOT NULL, ids {ids} NOT NULL, "
            f"CONSTRAINT {self.posting}_key PRIMARY KEY (kind, term, chunk)){end}"
        )

    @property
    def tables(self) -> list[str]:
        return [self.document, self.posting]

    def drop(self) -> None:
        for table in self.tables:
            self.run(f"DROP TABLE IF EXISTS {table}")

    def columns(self, table: str) -> set[str]:
        """Return the names of the columns of a table."""
        with self.connection.cursor() as cursor:
            return {one.name for one in self.connection.introspection.get_table_description(cursor, table)}

    def rename(self, name: str) -> None:
        """Give the tables the place of the index `name`, which is dropped."""
        other = Tables(self.connection, name)
        other.drop()
        for mine, its in zip(self.tables, other.tables, strict=True):
            self.run(f"ALTER TABLE {mine} RENAME TO {its}")
            if self.connection.vendor == "postgresql":
                self.run(f"ALTER INDEX {mine}_key RENAME TO {its}_key")

    def insert(self, table: str, columns: dict[str, str], rows: Sequence[Sequence[Any]], conflict: str) -> None:
        """Insert rows, whose `columns` are given with their types, or do what `conflict` says.

        One statement that does not grow with the rows: databases read long ones slower than they write.
        """
        if not rows:
            return
        names = ", ".join(columns)
        if self.connection.vendor == "postgresql":
            arrays = ", ".join(f"%s::{kind}[]" for kind in columns.values())
            sql = f"INSERT INTO {table} ({names}) SELECT * FROM unnest({arrays}) ON CONFLICT {conflict}"
            self.run(sql, [list(column) for column in zip(*rows, strict=True)])
            return
        marks = ", ".join(["%s"] * len(columns))
        with self.connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks}) ON CONFLICT {conflict}", rows)

    def asked(self, terms: Collection[Term]) -> tuple[str, list[Any]]:
        """Return a table `asked` of the columns kind and term for a statement, and its values."""
        if self.connection.vendor == "postgresql":
            kinds, words = zip(*terms, strict=True) if terms else ((), ())
            return "unnest(%s::smallint[], %s::text[]) asked (kind, term)", [list(kinds), list(words)]
        columns = "CAST(substr(value, 1, 1) AS integer) AS kind, substr(value, 2) AS term"
        joined = [f"{kind}{word}" for kind, word in terms]
        return f"(SELECT {columns} FROM json_each(%s)) asked", [json.dumps(joined, ensure_ascii=False)]

    def of_terms(
        self, columns: str, terms: Collection[Term], chunk: int | None = None, also: Sequence[Select] = ()
    ) -> list[tuple[Any, ...]]:
        """Return (kind, term, *columns) of the lists of the terms, in `chunk` if it is given.

        Each of `also` gives one more row: (-1, its keys with commas, its number, NULL).
        """
        asked, values = self.asked(terms)
        # CROSS JOIN fixes the order of SQLite's loops; its planner would rather read the whole table.
        sql = (
            f"SELECT asked.kind, asked.term, {columns} FROM {asked} CROSS JOIN {self.posting} t "
            "WHERE t.kind = asked.kind AND t.term = asked.term"
        )
        if chunk is not None:
            return self.run(f"{sql} AND chunk = %s", [*values, chunk])
        joined = "string_agg(key::text, ',')" if self.connection.vendor == "postgresql" else "group_concat(key)"
        sets = ", ".join(f"set{number} (key) AS ({one.sql})" for number, one in enumerate(also))
        for number in range(len(also)):
            sql += f" UNION ALL SELECT -1, {joined}, {number}, NULL FROM set{number}"
        values = [*(value for one in also for value in one.values), *values]
        return self.run(f"WITH {sets} {sql}" if sets else sql, values)

    def run(self, sql: str, values: Iterable[Any] = ()) -> list[tuple[Any, ...]]:
        with self.connection.cursor() as cursor:
            cursor.execute(sql, list(values))
            return cursor.fetchall() if cursor.description else []


def keys_of(connection: BaseDatabaseWrapper, keys: Iterable[int]) -> RawSQL:
    """Return keys as a subquery, which makes the same statement of any number of them."""
    return values_of(connection, keys, "bigint")


def texts_of(connection: BaseDatabaseWrapper, texts: Iterable[str]) -> RawSQL:
    """Return texts as such a subquery."""
    return values_of(connection, texts, "text")


def values_of(connection: BaseDatabaseWrapper, values: Iterable[object], kind: str) -> RawSQL:
    sql = f"SELECT unnest(%s::{kind}[])" if connection.vendor == "postgresql" else "SELECT value FROM json_each(%s)"
    return RawSQL(sql, [parameter_of(connection, values)])


def parameter_of(connection: BaseDatabaseWrapper, values: Iterable[object]) -> list[object] | str:
    """Return the one parameter of such a subquery."""
    return list(values) if connection.vendor == "postgresql" else json.dumps(list(values))
