"""The index in PostgreSQL: the same pre-cut words in tsvector columns under GIN, and a table of term document counts.

The interface is that of the index in SQLite; tokens and ranking are shared.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model, QuerySet

from .index_rows import Row, batches, changes
from .ranking import BODY_WORD, TITLE_PAIR, TITLE_WORD, Document, Term

COLUMNS = {TITLE_WORD: "words", TITLE_PAIR: "pairs", BODY_WORD: "body"}
BATCH = 2_000
SELECTS = 200  # in one UNION


class Index:
    """One index; `connection` is Django's, `name` begins the names of its tables."""

    def __init__(self, connection: BaseDatabaseWrapper, name: str = "search") -> None:
        self.connection, self.name = connection, name
        self.table, self.count = f"{name}_document", f"{name}_count"

    def create(self) -> None:
        """Create the empty tables. array_to_tsvector takes the words as they are: no configuration, no stemming."""
        self.run(
            f"CREATE TABLE {self.table} (id bigint CONSTRAINT {self.table}_key PRIMARY KEY, words tsvector NOT NULL, "
            "pairs tsvector NOT NULL, body tsvector NOT NULL, title_text text NOT NULL, pair_text text NOT NULL, "
            "folded text NOT NULL, topic text NOT NULL, intents text NOT NULL, body_text text NOT NULL) "
            "WITH (toast_tuple_target = 128)"
        )
        # Bodies out of line, so that reading the keys of a common word touches few pages.
        for column in ("words", "pairs", "title_text", "pair_text", "folded", "topic", "intents"):
            self.run(f"ALTER TABLE {self.table} ALTER COLUMN {column} SET STORAGE MAIN")
        for column in ("body", "body_text"):
            self.run(f"ALTER TABLE {self.table} ALTER COLUMN {column} SET STORAGE EXTERNAL")
        for column in COLUMNS.values():
            self.run(f"CREATE INDEX {self.table}_{column} ON {self.table} USING gin ({column})")
        self.run(
            f'CREATE TABLE {self.count} (kind smallint NOT NULL, term text COLLATE "C" NOT NULL, n integer NOT NULL, '
            f"CONSTRAINT {self.count}_key PRIMARY KEY (kind, term))"
        )

    def drop(self) -> None:
        for table in (self.table, self.count):
            self.run(f"DROP TABLE IF EXISTS {table}")

    def rename(self, name: str) -> None:
        """Give the tables the place of the index `name`, which is dropped."""
        other = Index(self.connection, name)
        other.drop()
        for mine, its in [(self.table, other.table), (self.count, other.count)]:
            self.run(f"ALTER TABLE {mine} RENAME TO {its}")
            self.run(f"ALTER INDEX {mine}_key RENAME TO {its}_key")
        for column in COLUMNS.values():
            self.run(f"ALTER INDEX {self.table}_{column} RENAME TO {other.table}_{column}")

    def write(self, rows: Sequence[Row], are_new: bool = False) -> None:
        """Add the Rows, or bring them up to date; are_new spares the look for old ones."""
        old = [] if are_new else self.delete_rows([row.key for row in rows])
        for part in batches(rows, BATCH):
            self.run(
                f"INSERT INTO {self.table} (id, words, pairs, body, title_text, pair_text, folded, topic, intents, "
                "body_text) SELECT key, array_to_tsvector(string_to_array(words, ' ')), "
                "array_to_tsvector(string_to_array(pairs, ' ')), array_to_tsvector(string_to_array(body, ' ')), "
                "words, pairs, folded, topic, intents, body FROM unnest(%s::bigint[]" + ", %s::text[]" * 6 + ") "
                "AS row (key, words, pairs, folded, topic, intents, body)",
                [list(column) for column in zip(*part, strict=True)],
            )
        self.change_counts(changes(old, rows))

    def forget(self, keys: Iterable[int]) -> None:
        """Take articles out; those that are not in are passed over."""
        self.change_counts(changes(self.delete_rows(keys), []))

    def read(self, keys: Iterable[int]) -> list[Row]:
        """Return the Rows of the keys that are in."""
        sql = (
            "SELECT id, title_text, pair_text, folded, topic, intents, body_text "
            f"FROM {self.table} WHERE id = ANY(%s::bigint[])"
        )
        return [Row(*values) for values in self.run(sql, [list(keys)])]

    def keys(self, after: int, limit: int) -> list[int]:
        """Return the next keys above `after`, ascending."""
        sql = f"SELECT id FROM {self.table} WHERE id > %s ORDER BY id LIMIT %s"
        return [key for (key,) in self.run(sql, [after, limit])]

    def counts(self, terms: Iterable[Term]) -> dict[Term, int]:
        """Return {(kind, term): number of documents} of the pairs that occur. The term "" counts all documents."""
        terms = list(dict.fromkeys(terms))
        sql = (
            f"SELECT kind, term, n FROM {self.count} JOIN unnest(%s::smallint[], %s::text[]) AS asked (kind, term) "
            "USING (kind, term)"
        )
        found = self.run(sql, [[kind for kind, _ in terms], [term for _, term in terms]])
        return {(kind, term): n for kind, term, n in found}

    def number_of_terms(self) -> int:
        return int(self.run(f"SELECT COUNT(*) FROM {self.count}")[0][0])

    def postings(self, asked: Sequence[Sequence[Term]], limit: int) -> list[list[int]]:
        """Return for each list of (kind, term) pairs the keys of the newest documents that have all of them."""
        found: list[list[int]] = [[] for _ in asked]
        for part in batches(enumerate(asked), SELECTS):
            selects: list[str] = []
            values: list[object] = []
            for i, terms in part:
                where = " AND ".join(f"{COLUMNS[kind]} @@ %s::tsquery" for kind, _ in terms)
                # OFFSET 0 keeps the order out of the search: else it walks the keys downwards and tests every document.
                selects.append(
                    f"(SELECT {i}, id FROM (SELECT id FROM {self.table} WHERE {where} OFFSET 0) found "
                    "ORDER BY id DESC LIMIT %s)"
                )
                values += [*(quote(term) for _, term in terms), limit]
            for i, key in self.run(" UNION ALL ".join(selects), values):
                found[i].append(key)
        return found

    def documents(
        self, keys: Sequence[int], among: QuerySet[Model] | None = None, with_bodies: bool = False
    ) -> list[Document]:
        """Return the Documents of at most 500 keys; `among` is a queryset that limits them."""
        if not keys:
            return []
        body = "body_text" if with_bodies else "''"
        sql = f"SELECT id, folded, title_text, topic, intents, {body} FROM {self.table} WHERE id = ANY(%s::bigint[])"
        values = [list(keys)]
        if among is not None:
            inner, more = among.filter(pk__in=keys).order_by().values("pk").query.sql_with_params()
            sql, values = f"{sql} AND id IN ({inner})", [*values, *more]
        return [
            Document(key, folded, words.split(), topic, intents, body.split())
            for key, folded, words, topic, intents, body in self.run(sql, values)
        ]

    def delete_rows(self, keys: Iterable[int]) -> list[Row]:
        """Delete the rows of the keys and return what they were."""
        sql = (
            f"DELETE FROM {self.table} WHERE id = ANY(%s::bigint[]) "
            "RETURNING id, title_text, pair_text, folded, topic, intents, body_text"
        )
        return [Row(*values) for values in self.run(sql, [list(keys)])]

    def change_counts(self, counts: dict[Term, int]) -> None:
        """Change the counts in the order of the terms, so that two who save at once wait and do not deadlock."""
        rows = sorted((kind, term, n) for (kind, term), n in counts.items())
        if not rows:
            return
        kinds, terms, numbers = (list(column) for column in zip(*rows, strict=True))
        self.run(
            f"INSERT INTO {self.count} AS c (kind, term, n) "
            "SELECT * FROM unnest(%s::smallint[], %s::text[], %s::integer[]) "
            "ON CONFLICT (kind, term) DO UPDATE SET n = c.n + excluded.n",
            [kinds, terms, numbers],
        )
        self.run(
            f"DELETE FROM {self.count} c USING unnest(%s::smallint[], %s::text[]) AS gone (kind, term) "
            "WHERE c.kind = gone.kind AND c.term = gone.term AND c.n <= 0",
            [kinds, terms],
        )

    def run(self, sql: str, values: Iterable[Any] = ()) -> list[tuple[Any, ...]]:
        with self.connection.cursor() as cursor:
            cursor.execute(sql, list(values))
            return cursor.fetchall() if cursor.description else []


def quote(term: str) -> str:
    """Return a term as a tsquery lexeme: data, never syntax."""
    return "'" + term.replace("\\", "\\\\").replace("'", "''") + "'"
