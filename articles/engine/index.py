"""The index, the same in SQLite and in PostgreSQL: what the ranker compares of each article, for each word the list of
the articles that hold it, and how many those are.

The caller owns the transaction, so that the index changes together with the article, and takes turns with others who
write (models/turns.py): a list is read, changed and written again.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model, QuerySet

from . import posting_lists
from .candidates import PUBLIC, TITLE_WORD, Document, Term
from .index_rows import Row, batches, terms_of
from .posting_lists import Lists, Stored

VALUES = 2_000  # keys of one statement
DOCUMENT = {"id": "bigint", **dict.fromkeys(["words", "folded", "topic", "intents", "body"], "text")}
POSTING = {"kind": "smallint", "term": "text", "chunk": "bigint", "ids": "bytea"}
COUNT = {"kind": "smallint", "term": "text", "n": "integer"}

Changes = dict[int, dict[Term, list[int]]]  # by chunk and term: places, ascending


class Index:
    """One index; `connection` is Django's, `name` begins the names of its tables."""

    def __init__(self, connection: BaseDatabaseWrapper, name: str = "search") -> None:
        self.connection, self.name = connection, name
        self.document, self.posting, self.count = f"{name}_document", f"{name}_posting", f"{name}_count"

    def create(self) -> None:
        """Create the empty tables. Words are compared byte by byte, whatever language the database speaks."""
        is_postgresql = self.connection.vendor == "postgresql"
        term, ids = ('text COLLATE "C"', "bytea") if is_postgresql else ("text", "blob")
        end = "" if is_postgresql else " WITHOUT ROWID"
        self.run(
            f"CREATE TABLE {self.document} (id bigint CONSTRAINT {self.document}_key PRIMARY KEY, words text NOT NULL, "
            "folded text NOT NULL, topic text NOT NULL, intents text NOT NULL, body text NOT NULL)"
        )
        self.run(
            f"CREATE TABLE {self.posting} (kind smallint NOT NULL, term {term} NOT NULL, chunk bigint NOT NULL, "
            f"ids {ids} NOT NULL, CONSTRAINT {self.posting}_key PRIMARY KEY (kind, term, chunk)){end}"
        )
        self.run(
            f"CREATE TABLE {self.count} (kind smallint NOT NULL, term {term} NOT NULL, n integer NOT NULL, "
            f"CONSTRAINT {self.count}_key PRIMARY KEY (kind, term)){end}"
        )

    @property
    def tables(self) -> list[str]:
        return [self.document, self.posting, self.count]

    def drop(self) -> None:
        for table in self.tables:
            self.run(f"DROP TABLE IF EXISTS {table}")

    def rename(self, name: str) -> None:
        """Give the tables the place of the index `name`, which is dropped."""
        other = Index(self.connection, name)
        other.drop()
        for mine, its in zip(self.tables, other.tables, strict=True):
            self.run(f"ALTER TABLE {mine} RENAME TO {its}")
            if self.connection.vendor == "postgresql":
                self.run(f"ALTER INDEX {mine}_key RENAME TO {its}_key")

    # --- Writing ---

    def write(self, rows: Sequence[Row], are_new: bool = False) -> None:
        """Add the Rows, or bring them up to date; are_new spares the look for old ones."""
        old = [] if are_new else self.read([row.key for row in rows])
        given = ", ".join(f"{column} = excluded.{column}" for column in list(DOCUMENT)[1:])
        self.insert(self.document, DOCUMENT, rows, f"(id) DO UPDATE SET {given}")
        self.change(old, rows)

    def forget(self, keys: Iterable[int]) -> None:
        """Take articles out; those that are not in are passed over."""
        keys = list(keys)
        self.publish((), keys)
        old = self.read(keys)
        for part in batches([row.key for row in old], VALUES):
            self.run(f"DELETE FROM {self.document} WHERE id IN ({', '.join(['%s'] * len(part))})", part)
        self.change(old, [])

    def change(self, old: Iterable[Row], new: Iterable[Row]) -> None:
        """Bring lists and counts from what the Rows `old` hold to what the Rows `new` hold."""
        had = {row.key: terms_of(row) for row in old}
        added: Changes = defaultdict(dict)
        removed: Changes = defaultdict(dict)
        for row in sorted(new, key=lambda row: row.key):
            has = terms_of(row)
            if before := had.pop(row.key, None):
                note(removed, row.key, {kind: terms - has[kind] for kind, terms in before.items()})
                has = {kind: terms - before[kind] for kind, terms in has.items()}
            note(added, row.key, has)
        for key, terms in had.items():
            note(removed, key, terms)
        counts: Counter[Term] = Counter()
        for chunk in added.keys() | removed.keys():
            self.change_chunk(chunk, added[chunk], removed[chunk])
            counts.update({term: len(places) for term, places in added[chunk].items()})
            counts.subtract({term: len(places) for term, places in removed[chunk].items()})
        self.change_counts({term: n for term, n in counts.items() if n})

    def change_chunk(self, chunk: int, added: dict[Term, list[int]], removed: dict[Term, list[int]]) -> None:
        """Add places to the lists of terms in a chunk, and remove others.

        A list that is empty then is deleted; one that holds what it should is left alone.
        """
        terms = sorted(term for term in added.keys() | removed.keys() if term[1])
        stored = {} if self.is_fresh(chunk, added) else self.lists(chunk, terms)
        lists, gone = [], []
        for term in terms:
            before = stored.get(term, b"")
            ids = posting_lists.changed(before, added.get(term, ()), removed.get(term, ()))
            if ids != before:
                lists.append((*term, chunk, ids)) if ids else gone.append(term)
        self.insert(self.posting, POSTING, lists, "(kind, term, chunk) DO UPDATE SET ids = excluded.ids")
        if gone:
            asked, values = self.asked(gone)
            sql = f"DELETE FROM {self.posting} WHERE chunk = %s AND (kind, term) IN (SELECT kind, term FROM {asked})"
            self.run(sql, [chunk, *values])

    def is_fresh(self, chunk: int, added: dict[Term, list[int]]) -> bool:
        """Whether a chunk holds nothing but what was just `added`, many articles: as in a rebuild or a large import."""
        many = len(added.get((TITLE_WORD, ""), ()))
        if many < VALUES:
            return False
        start = chunk * posting_lists.SPAN
        sql = f"SELECT COUNT(*) FROM {self.document} WHERE id >= %s AND id < %s"
        return bool(self.run(sql, [start, start + posting_lists.SPAN])[0][0] == many)

    def lists(self, chunk: int, terms: Sequence[Term]) -> dict[Term, bytes]:
        """Return the stored lists of terms in a chunk."""
        return {(kind, term): ids for kind, term, ids in self.of_terms(self.posting, "ids", terms, chunk)}

    def publish(self, public: Iterable[int], hidden: Iterable[int] = ()) -> None:
        """Note that the articles `public` are published, or will be at their time, and those `hidden` are not."""
        added, removed = posting_lists.by_chunk(public), posting_lists.by_chunk(hidden)
        for chunk in added.keys() | removed.keys():
            self.change_chunk(chunk, {PUBLIC: added.get(chunk, [])}, {PUBLIC: removed.get(chunk, [])})

    def change_counts(self, counts: dict[Term, int]) -> None:
        rows = [(kind, term, counts[kind, term]) for kind, term in sorted(counts)]
        self.insert(self.count, COUNT, rows, f"(kind, term) DO UPDATE SET n = {self.count}.n + excluded.n")
        if gone := [term for term, n in counts.items() if n < 0]:
            asked, values = self.asked(gone)
            sql = f"DELETE FROM {self.count} WHERE n <= 0 AND (kind, term) IN (SELECT kind, term FROM {asked})"
            self.run(sql, values)

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

    # --- Reading ---

    def read(self, keys: Iterable[int]) -> list[Row]:
        """Return the Rows of the keys that are in."""
        rows: list[Row] = []
        for part in batches(keys, VALUES):
            sql = f"SELECT {', '.join(DOCUMENT)} FROM {self.document} WHERE id IN ({', '.join(['%s'] * len(part))})"
            rows += [Row(*values) for values in self.run(sql, part)]
        return rows

    def keys(self, after: int, limit: int) -> list[int]:
        """Return the next keys above `after`, ascending."""
        sql = f"SELECT id FROM {self.document} WHERE id > %s ORDER BY id LIMIT %s"
        return [key for (key,) in self.run(sql, [after, limit])]

    def asked(self, terms: Collection[Term]) -> tuple[str, list[Any]]:
        """Return a table `asked` of the columns kind and term for a statement, and its values."""
        if self.connection.vendor == "postgresql":
            kinds, words = zip(*terms, strict=True) if terms else ((), ())
            return "unnest(%s::smallint[], %s::text[]) asked (kind, term)", [list(kinds), list(words)]
        columns = "CAST(substr(value, 1, 1) AS integer) AS kind, substr(value, 2) AS term"
        joined = [f"{kind}{word}" for kind, word in terms]
        return f"(SELECT {columns} FROM json_each(%s)) asked", [json.dumps(joined, ensure_ascii=False)]

    def of_terms(
        self,
        table: str,
        columns: str,
        terms: Collection[Term],
        chunk: int | None = None,
        also: Sequence[QuerySet[Any]] = (),
    ) -> list[tuple[Any, ...]]:
        """Return (kind, term, *columns) of the rows of `table` that belong to the terms, in `chunk` if it is given.

        Each of `also`, querysets of one column of keys, gives one more row: (-1, keys with commas, its number, NULL).
        """
        asked, values = self.asked(terms)
        # CROSS JOIN fixes the order of SQLite's loops; its planner would rather read the whole table.
        sql = (
            f"SELECT asked.kind, asked.term, {columns} FROM {asked} CROSS JOIN {table} t "
            "WHERE t.kind = asked.kind AND t.term = asked.term"
        )
        if chunk is not None:
            return self.run(f"{sql} AND chunk = %s", [*values, chunk])
        joined = "string_agg(key::text, ',')" if self.connection.vendor == "postgresql" else "group_concat(key)"
        queries = [queryset.query.sql_with_params() for queryset in also]
        sets = ", ".join(f"set{number} (key) AS ({query})" for number, (query, _) in enumerate(queries))
        for number in range(len(queries)):
            sql += f" UNION ALL SELECT -1, {joined}, {number}, NULL FROM set{number}"
        return self.run(f"WITH {sets} {sql}" if sets else sql, [*(one for _, some in queries for one in some), *values])

    def counts(self, terms: Iterable[Term]) -> dict[Term, int]:
        """Return {(kind, term): number of documents} of the pairs that occur. The term "" counts all documents."""
        return {(kind, term): n for kind, term, n in self.of_terms(self.count, "n", dict.fromkeys(terms))}

    def number_of_terms(self) -> int:
        return int(self.run(f"SELECT COUNT(*) FROM {self.count}")[0][0])

    def postings(self, asked: Sequence[Sequence[Term]], limit: int) -> list[list[int]]:
        """Return for each list of (kind, term) pairs the keys of the newest documents that have all of them."""
        lists, _ = self.read_lists(term for terms in asked for term in terms)
        return [newest([lists.get(term, {}) for term in terms], limit) for terms in asked]

    def read_lists(self, terms: Iterable[Term], also: Sequence[QuerySet[Any]] = ()) -> tuple[Lists, list[list[int]]]:
        """Return the posting lists of the terms that occur and, in the same query, the keys that each of `also` gives.

        `also` are querysets of one column.
        """
        lists: defaultdict[Term, dict[int, bytes]] = defaultdict(dict)
        sets: list[list[int]] = [[] for _ in also]
        for kind, term, chunk, ids in self.of_terms(self.posting, "chunk, ids", dict.fromkeys(terms), also=also):
            if kind < 0:
                sets[chunk] = list(map(int, term.split(","))) if term else []
            else:
                lists[kind, term][chunk] = ids
        return dict(lists), sets

    def documents(
        self,
        keys: Sequence[int],
        among: QuerySet[Model] | None = None,
        with_bodies: bool = False,
        also: Sequence[QuerySet[Model]] = (),
    ) -> list[Document]:
        """Return the Documents of at most 500 keys; `among` is a queryset that limits them.

        Each of `also`, querysets with a limit, adds what it holds. Where `among` has an annotation `tag_keys`, they all
        do, and the documents come with it and with the key of their doctor.
        """
        if not keys and not also:
            return []
        columns, asked, values = "pk", f"VALUES {', '.join(['(%s)'] * len(keys))}", tuple(keys)
        label = "'', NULL"
        if among is not None:
            wanted = ["pk", "tag_keys", "doctor"] if "tag_keys" in among.query.annotations else ["pk"]
            parts = [among.filter(pk__in=keys).order_by(), *also] if keys else also
            queries = [part.values(*wanted).query.sql_with_params() for part in parts]
            asked = " UNION ".join(f"SELECT * FROM ({sql}) part{i}" for i, (sql, _) in enumerate(queries))
            values = tuple(value for _, some in queries for value in some)
            columns = ", ".join(wanted)
            label = "asked.tag_keys, asked.doctor" if len(wanted) > 1 else label
        body = "d.body" if with_bodies else "''"
        found = self.run(
            f"WITH asked ({columns}) AS ({asked}) SELECT d.id, d.folded, d.words, d.topic, d.intents, {body}, {label} "
            f"FROM asked CROSS JOIN {self.document} d WHERE d.id = asked.pk",
            values,
        )
        return [
            Document(key, folded, words.split(), topic, intents, body, tags or "", doctor)
            for key, folded, words, topic, intents, body, tags, doctor in found
        ]

    def run(self, sql: str, values: Iterable[Any] = ()) -> list[tuple[Any, ...]]:
        with self.connection.cursor() as cursor:
            cursor.execute(sql, list(values))
            return cursor.fetchall() if cursor.description else []


def note(changes: Changes, key: int, terms: dict[int, set[str]]) -> None:
    """Note in `changes` that `terms`, by kind, come to the article `key`, or leave it."""
    chunk, place = posting_lists.place(key)
    lists = changes[chunk]
    for kind, words in terms.items():
        for word in words:
            if (term := (kind, word)) in lists:
                lists[term].append(place)
            else:
                lists[term] = [place]


def newest(lists: Sequence[Stored], limit: int) -> list[int]:
    """Return the highest `limit` keys that stand in all of `lists`, {chunk: stored list}, the highest first."""
    found: list[int] = []
    for chunk in sorted(set(lists[0]).intersection(*lists[1:]), reverse=True):
        if len(lists) == 1:
            places = posting_lists.unpack(lists[0][chunk])
        else:
            bits = posting_lists.bits_of(lists[0][chunk])
            for other in lists[1:]:
                bits &= posting_lists.bits_of(other[chunk])
            places = posting_lists.places_of(bits)
        start = chunk * posting_lists.SPAN
        found += [start + place for place in reversed(places)]
        if len(found) >= limit:
            break
    return found[:limit]
