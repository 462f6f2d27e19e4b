"""How fresh the site is: what the page cache of each process asks the database twice a second."""

from datetime import date, datetime
from typing import Annotated, Any

from django.db.models import CharField, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from articles.models import Article, SiteChange, SiteVersion, triggers
from articles.models.counters import COUNTERS
from articles.models.page_keys import EVERYTHING
from articles.models.prepared import Keys, Prepared
from articles.models.review import end_of
from articles.text.addresses import question_path
from healthqa.page_cache import State

OVERLAP = 200  # likes looked at again, because of two that come at once the later number can be seen first
MOST_CHANGES = triggers.MOST  # rows; of more, all pages go
MOST = 2_000  # likes between two looks; if there are more, the others show when their page is made anew
TABLES = [counter.rows for counter in COUNTERS if counter.rows]  # of readers' rows


class Joined(Subquery):
    """Two columns of a queryset as one text, so that one answer of the database brings the rows of many tables."""

    template = "(SELECT string_agg(pair, ' ') FROM (%(subquery)s) AS pairs)"

    def __init__(self, rows: QuerySet[Any, Any], first: str, second: str) -> None:
        pair = Concat(Cast(first, CharField()), Value(":"), Cast(second, CharField()))
        super().__init__(rows.values(pair=pair), output_field=CharField())

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        template = self.template.replace("string_agg", "group_concat")  # SQLite knows the other name since 3.44
        return self.as_sql(compiler, connection, template=template, **extra)


def pairs(joined: str | None) -> list[tuple[int, str]]:
    """Return the rows that were Joined, the highest number first."""
    rows = (pair.split(":", 1) for pair in (joined or "").split())
    return sorted(((int(first), second) for first, second in rows), reverse=True)


@Prepared
def state(now: datetime, today: date, since: int, first: Annotated[list[int], Keys(len(TABLES))]):
    """Ask for the site's version, what time changes next, the changes from a version on, and rows from a key on."""
    listed = Article.objects.to_be_published()
    future = listed.filter(published_at__gt=now).order_by("published_at").values("published_at")
    due = listed.filter(review_due_on__gte=today).order_by("review_due_on").values("review_due_on")
    changes = SiteChange.objects.filter(version__gte=since).order_by("-version")[: MOST_CHANGES + 1]
    counted = [rows.objects.filter(pk__gte=key).order_by("-pk")[:MOST] for rows, key in zip(TABLES, first, strict=True)]
    joined = Joined(changes, "version", "key"), *(Joined(rows, "pk", "article") for rows in counted)
    return SiteVersion.objects.order_by("pk").values_list("number", Subquery(future[:1]), Subquery(due[:1]), *joined)


class Freshness:
    """Reads the State of the site and remembers what it has seen.

    It is one query, as pages wait for its answer where the way to the database is long.
    """

    def __init__(self) -> None:
        self.version = 0  # the latest that was told
        self.seen: list[dict[int, str]] = []  # for each table the rows that were seen last: {key: key of its article}
        self.first = [0] * len(TABLES)  # from which key on they are looked at

    def __call__(self) -> State:
        rows = state(now=timezone.now(), today=timezone.localdate(), since=self.version, first=self.first)
        number, published_at, due_on, changed, *counted = (
            rows[0] if rows else (0, None, None, None, *[None] * len(TABLES))
        )
        # A review is overdue once its day is over, and then pages say so.
        instants = [instant for instant in (published_at, due_on and end_of(due_on)) if instant]
        since, self.version = self.version, number
        keys = self.changed_since(since, number, pairs(changed))
        return State(number, min(instants, default=None), self.newly_counted(counted), since, keys)

    @staticmethod
    def changed_since(version: int, number: int, rows: list[tuple[int, str]]) -> frozenset[str] | None:
        """Return the keys of all that the versions after `version`, up to `number`, have changed; None if unknown.

        A version is seen with all its rows, and after all before it. Each must have left a row, and `version` too, or
        rows may have gone: of the one that is cut first, where the oldest go, what is cut was known.
        """
        if number == version:
            return frozenset()
        keys = frozenset(key for of, key in rows if of > version)
        if number < version or len({of for of, _ in rows}) <= number - version or EVERYTHING in keys:
            return None
        return keys

    def newly_counted(self, tables: list[str | None]) -> frozenset[str]:
        """Return the paths of the questions that readers were counted for since the last look, by whichever process."""
        found = [dict(pairs(joined)) for joined in tables]
        known, self.seen = self.seen, [dict(list(rows.items())[:OVERLAP]) for rows in found]
        # Of fewer, even the smallest may be the later one of two.
        self.first = [
            min(seen) if len(seen) == OVERLAP else first for seen, first in zip(self.seen, self.first, strict=True)
        ]
        new = {rows[key] for rows, seen in zip(found, known, strict=False) for key in rows.keys() - seen.keys()}
        return frozenset(question_path(int(article)) for article in new)
