"""How fresh the site is: what the page cache of each process asks the database twice a second."""

from typing import Any

from django.db.models import Subquery
from django.utils import timezone

from articles.models import Article, SiteChange, SiteVersion, triggers
from articles.models.counters import COUNTERS
from articles.models.page_keys import EVERYTHING
from articles.models.review import end_of
from articles.text.addresses import question_path
from healthqa.page_cache import State

OVERLAP = 200  # likes looked at again, because of two that come at once the later number can be seen first
MOST_CHANGES = triggers.MOST  # rows; of more, all pages go
MOST = 2_000  # likes between two looks; if there are more, the others show when their page is made anew


class Freshness:
    """Reads the State of the site and remembers what it has seen.

    It takes 1 query and 1 for each table of readers' rows, and 1 more when something has changed.
    """

    def __init__(self) -> None:
        self.version = 0  # the latest that was told
        self.seen = {}  # by table of readers' rows: {key of a row: key of its article}

    def __call__(self) -> State:
        listed = Article.objects.to_be_published()
        future = listed.filter(published_at__gt=timezone.now()).order_by("published_at").values("published_at")
        due = listed.filter(review_due_on__gte=timezone.localdate()).order_by("review_due_on").values("review_due_on")
        row = SiteVersion.objects.values_list("number", Subquery(future[:1]), Subquery(due[:1])).first()
        number, published_at, due_on = row or (0, None, None)
        # A review is overdue once its day is over, and then pages say so.
        instants = [instant for instant in (published_at, due_on and end_of(due_on)) if instant]
        since, changed = self.version, self.changed_since(self.version, number)
        counted = frozenset(map(question_path, self.newly_counted()))
        self.version = number
        return State(number, min(instants, default=None), counted, since, changed)

    @staticmethod
    def changed_since(version: int, number: int) -> frozenset[str] | None:
        """Return the keys of all that the versions after `version`, up to `number`, have changed; None if unknown.

        A version is seen with all its rows, and after all before it. Each must have left a row, and `version` too, or
        rows may have gone: of the one that is cut first, where the oldest go, what is cut was known.
        """
        if number == version:
            return frozenset()
        if not 0 < number - version <= MOST_CHANGES:
            return None
        found = SiteChange.objects.filter(version__gte=version, version__lte=number).order_by("-version")
        rows = found.values_list("version", "key")[: MOST_CHANGES + 1]  # with one of `version`, all that came later
        keys = frozenset(key for of, key in rows if of > version)
        if len({of for of, _ in rows}) <= number - version or EVERYTHING in keys:
            return None
        return keys

    def newly_counted(self) -> set[int]:
        """Return the keys of the articles that readers were counted for since the last look, by whichever process."""
        return set().union(*(self.articles_of_new(counter.rows) for counter in COUNTERS if counter.rows))

    def articles_of_new(self, model: Any) -> set[int]:
        rows = model.objects.order_by("-pk").values_list("pk", "article")
        seen = self.seen.get(model)
        if seen is None:
            self.seen[model] = dict(rows[:OVERLAP])
            return set()
        found = dict(rows.filter(pk__gte=min(seen, default=0))[:MOST])
        self.seen[model] = dict(list(found.items())[:OVERLAP])
        return {article for key, article in found.items() if key not in seen}
