"""How fresh the site is: what the page cache of each process asks the database twice a second."""

from django.db.models import Subquery
from django.utils import timezone

from healthqa.page_cache import State

from .addresses import question_path
from .models import Article, Like, SiteVersion

OVERLAP = 200  # likes looked at again, because of two that come at once the later number can be seen first
MOST = 2_000  # likes between two looks; if there are more, the others show when their page is a minute old


class Freshness:
    """Reads the State of the site (2 queries) and remembers which likes it has seen."""

    def __init__(self):
        self.seen = None

    def __call__(self):
        future = Article.objects.to_be_published().filter(published_at__gt=timezone.now()).order_by("published_at")
        row = SiteVersion.objects.values_list("number", Subquery(future.values("published_at")[:1])).first()
        number, instant = row or (0, None)
        return State(number, instant, frozenset(map(question_path, self.newly_liked())))

    def newly_liked(self):
        """Return the keys of the articles liked since the last look, by whichever process."""
        rows = Like.objects.order_by("-pk").values_list("pk", "article")
        if self.seen is None:
            self.seen = dict(rows[:OVERLAP])
            return set()
        oldest = min(self.seen, default=0)
        found = dict(rows.filter(pk__gte=oldest)[:MOST])
        new = {article for key, article in found.items() if key not in self.seen}
        self.seen = dict(list(found.items())[:OVERLAP])
        return new
