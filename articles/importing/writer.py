"""The idempotent writer: batches of records become articles, tags and related items."""

from collections import Counter, defaultdict

from django.db.models import F
from django.utils import timezone

from .. import indexing
from ..models import Article
from .errors import BadFile
from .people import People
from .relations import write_related
from .tagging import Tagging

UPDATED = [
    *("title", "doctor", "short_answer", "body", "excerpt", "urgency", "when_to_see_a_doctor", "references"),
    *("reviewer", "reviewed_on", "review_due_on", "published_at", "revised_at"),
    *("source", "source_digest", "is_excerpt", "updated_at"),
]
NEW, CHANGED, SAME = "new", "changed", "same"


class Writer:
    """Writes the records of one file inside the caller's transaction; `counts` tells what became of them."""

    def __init__(self, catalogue, status):
        self.catalogue = catalogue
        self.status = status
        self.counts = Counter()
        self.people = People()
        self.tagging = Tagging()

    def plan(self, records):
        """Count what storing `records` would do, and write nothing."""
        fresh, found = self.sort_out(records)
        for record in fresh:
            self.catalogue.plan(record, found.get(record.source))

    def store(self, records):
        """Write one batch."""
        fresh, found = self.sort_out(records)
        if fresh:
            indexing.take_turn()
        self.people.meet([person for record in fresh for person in (record.doctor, record.reviewer) if person])
        self.tagging.meet(fresh)
        new = [(Article(status=self.status), record) for record in fresh if record.source not in found]
        changed = self.to_change([record for record in fresh if record.source in found], found)
        for article, record in [*new, *changed]:
            self.fill(article, record)
        write_articles([article for article, _ in new], [article for article, _ in changed])
        write_likes([(article, record.likes) for article, record in changed])
        self.tagging.write(new, are_new=True)
        self.tagging.write(changed, are_new=False)
        keys = {source: known.pk for source, known in found.items()}
        keys |= {record.source: article.pk for article, record in new}
        for article, record in [*new, *changed]:
            if record.listed_source:  # a page
                write_related(article, [keys[item.source] for item in record.related])

    def sort_out(self, records):
        """Return what is new or changed of `records` and what they list, and what is known of any of them.

        A record with a known digest is left alone, with all that it lists: an editor's later corrections stay.
        """
        found = self.catalogue.find(records)
        fresh = self.unsettled(records, found)
        listed = [item for record in fresh for item in record.related]
        found |= self.catalogue.find(listed)
        fresh += self.unsettled(listed, found)
        self.counts[CHANGED] += sum(record.source in found for record in fresh)
        self.counts[NEW] += sum(record.source not in found for record in fresh)
        return fresh, found

    def unsettled(self, records, found):
        """Return the records with something to do, and count the others."""
        fresh = []
        for record in records:
            if is_settled(record, found.get(record.source)):
                self.counts[SAME] += 1 + len(record.related)
            else:
                fresh.append(record)
        return fresh

    def to_change(self, records, found):
        """Return (article, record) pairs, the articles locked until the end of the transaction."""
        keys = [found[record.source].pk for record in records]
        articles = Article.objects.select_for_update().filter(pk__in=keys).order_by("pk").in_bulk()
        if gone := next((record for record in records if found[record.source].pk not in articles), None):
            raise BadFile("正在导入时，有人删除了这一条，请再导入一次。", gone.line)
        return [(articles[found[record.source].pk], record) for record in records]

    def fill(self, article, record):
        """Set what the record says. An excerpt never takes the place of a whole answer."""
        if record.columns.get("reviewed_on", article.reviewed_on) != article.reviewed_on:
            article.review_due_on = None  # a new review, and so a new date for the next
        for name, value in record.columns.items():
            setattr(article, name, value)
        if record.doctor:
            article.doctor_id = self.people[record.doctor].pk
        if record.reviewer:
            article.reviewer_id = self.people[record.reviewer].pk
        if article._state.adding:
            article.imported_likes = record.likes or 0
        if article._state.adding or not record.is_excerpt or (record.text and article.is_excerpt):
            article.body = record.body()
            article.is_excerpt = record.is_excerpt
        article.source, article.source_digest = record.source, record.digest


def is_settled(record, known):
    """Return whether nothing is to be done: the file says nothing new, or only lists what is there in full."""
    return known and (known.digest == record.digest or (record.is_listed and not known.is_excerpt))


def write_articles(new, changed):
    """Write a batch of filled articles; what else must know of every imported article is told here."""
    now = timezone.now()
    for article in [*new, *changed]:
        article.updated_at = now
        article.prepare()
    Article.objects.bulk_create(new)
    # bulk_update() would say the same in CASE expressions, which take eight times as long.
    Article.objects.bulk_create(changed, update_conflicts=True, unique_fields=["id"], update_fields=UPDATED)


def write_likes(pairs):
    """Set the imported likes of (article, number) pairs by arithmetic in the database: no like given here is lost."""
    moved = defaultdict(list)
    for article, number in pairs:
        if number is not None and number != article.imported_likes:
            moved[number].append(article.pk)
    for number, keys in moved.items():
        Article.objects.filter(pk__in=keys).update(
            like_count=F("like_count") - F("imported_likes") + number, imported_likes=number
        )
