"""The index, the same in SQLite and in PostgreSQL: what the ranker compares of each article, and for each word the list
of the articles that hold it, with how many those are.

The caller owns the transaction, so that the index changes together with the article, and takes turns with others who
write (models/turns.py): a list is read, changed and written again.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from django.db.models import Model, QuerySet

from . import posting_lists
from .candidates import PUBLIC, TITLE_WORD, Document, Term
from .index_rows import Row, batches, terms_of
from .index_tables import DOCUMENT, POSTING, Select, Tables, keys_of
from .posting_lists import Lists, Stored
from .stored_words import pack_words, unpack_words

VALUES = 2_000  # keys of one statement
NUMBER = "COALESCE(n, length(ids) / 2)"  # of places in a list


class Changes:
    """Which places come to lists, or leave them."""

    def __init__(self) -> None:
        self.chunks: dict[int, dict[int, defaultdict[str, list[int]]]] = {}  # by kind and word

    def note(self, key: int, terms: dict[int, set[str]]) -> None:
        """Note the terms, by kind, of an article; keys come in ascending order."""
        chunk, place = posting_lists.place(key)
        kinds = self.chunks.setdefault(chunk, {})
        for kind, words in terms.items():
            if kind not in kinds:
                kinds[kind] = defaultdict(list)
            lists = kinds[kind]
            for word in words:
                lists[word].append(place)

    def lists(self, chunk: int) -> dict[Term, list[int]]:
        """Return the places of each term in a chunk, ascending."""
        kinds = self.chunks.get(chunk, {})
        return {(kind, word): places for kind, lists in kinds.items() for word, places in lists.items()}


class Index(Tables):
    """One index: what it keeps of articles is written and read."""

    # --- Writing ---

    def write(self, rows: Sequence[Row], are_new: bool = False, listed: Collection[int] | None = None) -> None:
        """Add the Rows, or bring them up to date; are_new spares the look for old ones.

        `listed` are the keys of those that are published, or will be at their time; None leaves that as it is.
        """
        old = [] if are_new else self.read([row.key for row in rows])
        given = ", ".join(f"{column} = excluded.{column}" for column in list(DOCUMENT)[1:])
        stored = [(*row[:-1], pack_words(row.body)) for row in rows]
        self.insert(self.document, DOCUMENT, stored, f"(id) DO UPDATE SET {given}")
        public = set() if listed is None else {row.key for row in rows}.intersection(listed)
        hidden = set() if listed is None or are_new else {row.key for row in rows}.difference(listed)
        self.change(old, rows, public, hidden)

    def forget(self, keys: Iterable[int]) -> None:
        """Take articles out; those that are not in are passed over."""
        keys = list(keys)
        old = self.read(keys)
        for part in batches([row.key for row in old], VALUES):
            self.run(f"DELETE FROM {self.document} WHERE id IN ({', '.join(['%s'] * len(part))})", part)
        self.change(old, [], hidden=keys)

    def publish(self, public: Iterable[int], hidden: Iterable[int] = ()) -> None:
        """Note that the articles `public` are published, or will be at their time, and those `hidden` are not."""
        self.change([], [], public, hidden)

    def change(
        self, old: Iterable[Row], new: Iterable[Row], public: Iterable[int] = (), hidden: Iterable[int] = ()
    ) -> None:
        """Bring lists from what the Rows `old` hold to what `new` hold, and the list of what is public."""
        had = {row.key: terms_of(row) for row in old}
        added, removed = Changes(), Changes()
        for row in sorted(new, key=lambda row: row.key):
            has = terms_of(row)
            if before := had.pop(row.key, None):
                removed.note(row.key, {kind: terms - has[kind] for kind, terms in before.items()})
                has = {kind: terms - before[kind] for kind, terms in has.items()}
            added.note(row.key, has)
        for key in sorted(had):
            removed.note(key, had[key])
        shown, gone = posting_lists.by_chunk(public), posting_lists.by_chunk(hidden)
        for chunk in {*added.chunks, *removed.chunks, *shown, *gone}:
            more, less = added.lists(chunk), removed.lists(chunk)
            if chunk in shown:
                more[PUBLIC] = shown[chunk]
            if chunk in gone:
                less[PUBLIC] = gone[chunk]
            self.change_chunk(chunk, more, less)

    def change_chunk(self, chunk: int, added: dict[Term, list[int]], removed: dict[Term, list[int]]) -> None:
        """Add places to the lists of terms in a chunk, and remove others.

        A list that is empty then is deleted; one that holds what it should is left alone.
        """
        terms = sorted(added.keys() | removed.keys())
        stored = {} if self.is_fresh(chunk, added) else self.lists(chunk, terms)
        lists, gone = [], []
        for term in terms:
            before = stored.get(term, b"")
            n, ids = posting_lists.changed(before, added.get(term, ()), removed.get(term, ()))
            if ids != before:
                lists.append((chunk, term[0], n, term[1], ids)) if ids else gone.append(term)
        self.insert(
            self.posting, POSTING, lists, "(kind, term, chunk) DO UPDATE SET n = excluded.n, ids = excluded.ids"
        )
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
        return {(kind, term): ids for kind, term, ids in self.of_terms("ids", terms, chunk)}

    def widen(self) -> None:
        """Give an index that a release from before has made the numbers of its lists, and the lists of all documents.

        One that has them is left alone.
        """
        if "n" in self.columns(self.posting):
            return
        self.run(f"ALTER TABLE {self.posting} ADD COLUMN n smallint")
        after: list[object] = [-1, "", 0]
        update = f"UPDATE {self.posting} SET n = %s WHERE kind = %s AND term = %s AND chunk = %s"
        packed = f"(length(ids) %% 2 = 1 OR length(ids) = {posting_lists.BITS})"
        sql = (
            f"SELECT kind, term, chunk, ids FROM {self.posting} WHERE (kind, term, chunk) > (%s, %s, %s) AND {packed} "
        )
        while rows := self.run(f"{sql} ORDER BY kind, term, chunk LIMIT {VALUES}", after):
            with self.connection.cursor() as cursor:
                cursor.executemany(update, [(posting_lists.number(ids), *key) for *key, ids in rows])
            after = list(rows[-1][:3])
        last = -1
        while keys := self.keys(last, VALUES):
            documents = Changes()
            for row in self.read(keys):
                documents.note(row.key, {kind: terms & {""} for kind, terms in terms_of(row).items()})
            for chunk in documents.chunks:
                self.change_chunk(chunk, documents.lists(chunk), {})
            last = keys[-1]

    # --- Reading ---

    def read(self, keys: Iterable[int]) -> list[Row]:
        """Return the Rows of the keys that are in."""
        rows: list[Row] = []
        for part in batches(keys, VALUES):
            sql = f"SELECT {', '.join(DOCUMENT)} FROM {self.document} WHERE id IN ({', '.join(['%s'] * len(part))})"
            rows += [Row._make((*values[:-1], unpack_words(values[-1]))) for values in self.run(sql, part)]
        return rows

    def keys(self, after: int, limit: int) -> list[int]:
        """Return the next keys above `after`, ascending."""
        sql = f"SELECT id FROM {self.document} WHERE id > %s ORDER BY id LIMIT %s"
        return [key for (key,) in self.run(sql, [after, limit])]

    def counts(self, terms: Iterable[Term]) -> dict[Term, int]:
        """Return {(kind, term): number of documents} of the pairs that occur. The term "" counts all documents."""
        asked, values = self.asked(dict.fromkeys(terms))
        number = f"SELECT SUM({NUMBER}) FROM {self.posting} t WHERE t.kind = asked.kind AND t.term = asked.term"
        found = self.run(f"SELECT kind, term, ({number}) FROM {asked}", values)
        return {(kind, term): int(n) for kind, term, n in found if n}

    def number_of_terms(self) -> int:
        """Return how many terms occur, PUBLIC not among them."""
        lists = f"SELECT DISTINCT kind, term FROM {self.posting} WHERE (kind, term) <> (%s, %s)"
        return int(self.run(f"SELECT COUNT(*) FROM ({lists}) AS lists", PUBLIC)[0][0])

    def postings(self, asked: Sequence[Sequence[Term]], limit: int) -> list[list[int]]:
        """Return for each list of (kind, term) pairs the keys of the newest documents that have all of them."""
        lists, _ = self.read_lists(term for terms in asked for term in terms)
        return [newest([lists.get(term, {}) for term in terms], limit) for terms in asked]

    def read_lists(self, terms: Iterable[Term], also: Sequence[Select] = ()) -> tuple[Lists, list[list[int]]]:
        """Return the posting lists of the terms that occur, and by the same query the keys of each of `also`."""
        lists: defaultdict[Term, dict[int, bytes]] = defaultdict(dict)
        sets: list[list[int]] = [[] for _ in also]
        for kind, term, chunk, ids in self.of_terms("chunk, ids", dict.fromkeys(terms), also=also):
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
        columns, label = ["pk"], "'', NULL"
        if among is None:
            subquery = keys_of(self.connection, keys)
            asked, values = subquery.sql, subquery.params
        else:
            if "tag_keys" in among.query.annotations:
                columns, label = ["pk", "tag_keys", "doctor"], "asked.tag_keys, asked.doctor"
            sets = [among.filter(pk__in=keys_of(self.connection, keys)).order_by(), *also] if keys else also
            queries = [one.values(*columns).query.sql_with_params() for one in sets]
            asked = " UNION ".join(f"SELECT * FROM ({sql}) part{i}" for i, (sql, _) in enumerate(queries))
            values = [value for _, some in queries for value in some]
        parts = f"d.id, d.folded, d.words, d.topic, d.intents, {'d.body' if with_bodies else 'NULL'}, {label}"
        found = self.run(
            f"WITH asked ({', '.join(columns)}) AS ({asked}) SELECT {parts} FROM asked CROSS JOIN {self.document} d "
            "WHERE d.id = asked.pk",
            values,
        )
        return [
            Document(key, folded, words.split(), topic, intents, body, tags or "", doctor)
            for key, folded, words, topic, intents, body, tags, doctor in found
        ]


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
