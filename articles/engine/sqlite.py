"""The index in SQLite: FTS5 tables of pre-cut words for titles and for bodies, and a table of term document counts.

Titles and bodies are apart because FTS5 shares document frequencies across columns. The caller owns the transaction,
so that the index changes together with the article.
"""

from collections.abc import Iterable, Sequence, Sized
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model, QuerySet

from .index_rows import Row, batches, changes
from .ranking import BODY_WORD, TITLE_PAIR, TITLE_WORD, Document, Term

COLUMNS = {TITLE_WORD: "words", TITLE_PAIR: "pairs"}
VALUES = 500  # values in one list, parts of one UNION


class Index:
    """One index; `connection` is Django's, `name` begins the names of its tables."""

    def __init__(self, connection: BaseDatabaseWrapper, name: str = "search") -> None:
        self.connection = connection
        self.title, self.body, self.count = f"{name}_title", f"{name}_body", f"{name}_count"

    def create(self) -> None:
        """Create the empty tables. The ascii tokenizer takes the words as they are: they hold no blanks or signs."""
        self.run(
            f"CREATE VIRTUAL TABLE {self.title} USING fts5(words, pairs, folded UNINDEXED, topic UNINDEXED, "
            "intents UNINDEXED, tokenize='ascii', detail=column, columnsize=0)"
        )
        self.run(f"CREATE VIRTUAL TABLE {self.body} USING fts5(words, tokenize='ascii', detail=none, columnsize=0)")
        self.run(
            f"CREATE TABLE {self.count} (kind INTEGER NOT NULL, term TEXT NOT NULL, n INTEGER NOT NULL, "
            "PRIMARY KEY (kind, term)) WITHOUT ROWID"
        )

    def drop(self) -> None:
        for table in (self.title, self.body, self.count):
            self.run(f"DROP TABLE IF EXISTS {table}")

    def rename(self, name: str) -> None:
        """Give the tables the place of the index `name`, which is dropped."""
        other = Index(self.connection, name)
        other.drop()
        for mine, its in [(self.title, other.title), (self.body, other.body), (self.count, other.count)]:
            self.run(f"ALTER TABLE {mine} RENAME TO {its}")

    def write(self, rows: Sequence[Row], are_new: bool = False) -> None:
        """Add the Rows, or bring them up to date; are_new spares the look for old ones."""
        old = [] if are_new else self.read([row.key for row in rows])
        self.delete_rows([row.key for row in old])
        self.run_many(
            f"INSERT INTO {self.title} (rowid, words, pairs, folded, topic, intents) VALUES (%s, %s, %s, %s, %s, %s)",
            [row[:6] for row in rows],
        )
        self.run_many(
            f"INSERT INTO {self.body} (rowid, words) VALUES (%s, %s)", [(row.key, row.body) for row in rows if row.body]
        )
        self.change_counts(changes(old, rows))

    def forget(self, keys: Iterable[int]) -> None:
        """Take articles out; those that are not in are passed over."""
        old = self.read(keys)
        self.delete_rows([row.key for row in old])
        self.change_counts(changes(old, []))

    def read(self, keys: Iterable[int]) -> list[Row]:
        """Return the Rows of the keys that are in."""
        rows: list[Row] = []
        for part in batches(keys, VALUES):
            found = self.run(
                f"SELECT t.rowid, t.words, t.pairs, t.folded, t.topic, t.intents, coalesce(b.words, '') "
                f"FROM {self.title} t LEFT JOIN {self.body} b ON b.rowid = t.rowid WHERE t.rowid IN ({marks(part)})",
                part,
            )
            rows += [Row(*values) for values in found]
        return rows

    def keys(self, after: int, limit: int) -> list[int]:
        """Return the next keys above `after`, ascending."""
        sql = f"SELECT rowid FROM {self.title} WHERE rowid > %s ORDER BY rowid LIMIT %s"
        return [key for (key,) in self.run(sql, [after, limit])]

    def counts(self, terms: Iterable[Term]) -> dict[Term, int]:
        """Return {(kind, term): number of documents} of the pairs that occur. The term "" counts all documents."""
        found: dict[Term, int] = {}
        for part in batches(dict.fromkeys(terms), 10 * VALUES):
            values = ", ".join(["(%s, %s)"] * len(part))
            # CROSS JOIN fixes the order of the loops; the planner would rather read the whole table of counts.
            sql = (
                f"SELECT c.kind, c.term, c.n FROM (VALUES {values}) asked "
                f"CROSS JOIN {self.count} c ON c.kind = asked.column1 AND c.term = asked.column2"
            )
            found.update(((kind, term), n) for kind, term, n in self.run(sql, [x for pair in part for x in pair]))
        return found

    def number_of_terms(self) -> int:
        return int(self.run(f"SELECT COUNT(*) FROM {self.count}")[0][0])

    def postings(self, asked: Sequence[Sequence[Term]], limit: int) -> list[list[int]]:
        """Return for each list of (kind, term) pairs the keys of the newest documents that have all of them.

        The pairs of one list are all of titles or all of bodies.
        """
        selects: list[str] = []
        values: list[object] = []
        for i, terms in enumerate(asked):
            table = self.body if terms[0][0] == BODY_WORD else self.title
            match = " AND ".join(
                f"{COLUMNS[kind]} : {quote(term)}" if kind in COLUMNS else quote(term) for kind, term in terms
            )
            selects.append(
                f"SELECT {i}, rowid FROM "
                f"(SELECT rowid FROM {table} WHERE {table} MATCH %s ORDER BY rowid DESC LIMIT %s)"
            )
            values += [match, limit]
        found: list[list[int]] = [[] for _ in asked]
        for i, key in self.run(" UNION ALL ".join(selects), values):
            found[i].append(key)
        return found

    def documents(
        self, keys: Sequence[int], among: QuerySet[Model] | None = None, with_bodies: bool = False
    ) -> list[Document]:
        """Return the Documents of at most 500 keys; `among` is a queryset that limits them."""
        if not keys:
            return []
        body = "coalesce(b.c0, '')" if with_bodies else "''"
        join = f"LEFT JOIN {self.body}_content b ON b.id = t.id" if with_bodies else ""
        asked = f"SELECT column1 AS pk FROM (VALUES {', '.join(['(%s)'] * len(keys))})"
        values: Sequence[Any] = keys
        if among is not None:
            asked, values = among.filter(pk__in=keys).order_by().values("pk").query.sql_with_params()
        # CROSS JOIN: first the few keys, then their rows; from the table in which FTS5 keeps the columns in their order
        # (its documentation, 9. The Database Structure), because to enter FTS5 for each key costs five times as much.
        sql = (
            f"SELECT t.id, t.c2, t.c0, t.c3, t.c4, {body} "
            f"FROM ({asked}) asked CROSS JOIN {self.title}_content t ON t.id = asked.pk {join}"
        )
        return [
            Document(key, folded, words.split(), topic, intents, body.split())
            for key, folded, words, topic, intents, body in self.run(sql, values)
        ]

    def delete_rows(self, keys: Iterable[int]) -> None:
        for part in batches(keys, VALUES):
            self.run(f"DELETE FROM {self.title} WHERE rowid IN ({marks(part)})", part)
            self.run(f"DELETE FROM {self.body} WHERE rowid IN ({marks(part)})", part)

    def change_counts(self, counts: dict[Term, int]) -> None:
        rows = sorted((kind, term, n) for (kind, term), n in counts.items())
        self.run_many(
            f"INSERT INTO {self.count} (kind, term, n) VALUES (%s, %s, %s) "
            "ON CONFLICT (kind, term) DO UPDATE SET n = n + excluded.n",
            rows,
        )
        if gone := [row[:2] for row in rows if row[2] < 0]:
            self.run_many(f"DELETE FROM {self.count} WHERE kind = %s AND term = %s AND n <= 0", gone)

    def run(self, sql: str, values: Iterable[Any] = ()) -> list[tuple[Any, ...]]:
        with self.connection.cursor() as cursor:
            cursor.execute(sql, list(values))
            return cursor.fetchall() if cursor.description else []

    def run_many(self, sql: str, rows: Sequence[tuple[Any, ...]]) -> None:
        if rows:
            with self.connection.cursor() as cursor:
                cursor.executemany(sql, rows)


def quote(term: str) -> str:
    """Return a term as an FTS5 string: data, never syntax."""
    return '"' + term.replace('"', '""') + '"'


def marks(values: Sized) -> str:
    return ", ".join(["%s"] * len(values))
