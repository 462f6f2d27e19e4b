"""How fresh the site is: what the page cache of each process asks the database twice a second."""

from typing import Any

from django.db.models import Subquery
from django.utils import timezone

from articles.models import Article, SiteVersion
from articles.models.counters import COUNTERS
from articles.models.review import end_of
from articles.text.addresses import question_path
from healthqa.page_cache import State

OVERLAP = 200  # likes looked at again, because of two that come at once the later number can be seen first
MOST = 2_000  # likes between two looks; if there are more, the others show when their page is a minute old


class Freshness:
    """Reads the State of the site (1 query, and 1 for each table of readers' rows) and remembers which it has seen."""

    def __init__(self) -> None:
        self.seen = {}  # by table of readers' rows: {key of a row: key of its article}

    def __call__(self) -> State:
        listed = Article.objects.to_be_published()
        future = listed.filter(published_at__gt=timezone.now()).order_by("published_at").values("published_at")
        due = listed.filter(review_due_on__gte=timezone.localdate()).order_by("review_due_on").values("review_due_on")
        row = SiteVersion.objects.values_list("number", Subquery(future[:1]), Subquery(due[:1])).first()
        number, published_at, due_on = row or (0, None, None)
        # A review is overdue once its day is over, and then pages say so.
        instants = [instant for instant in (published_at, due_on and end_of(due_on)) if instant]
        return State(number, min(instants, default=None), frozenset(map(question_path, self.newly_counted())))

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
