"""The idempotent writer: batches of records become articles, tags and related items."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from django.db import models
from django.db.models import F, prefetch_related_objects
from django.utils import timezone

from articles.models import Article
from articles.models.fields import LONGEST
from articles.models.parts import Kind
from articles.models.turns import turn

from .catalogue import Catalogue, Known
from .changes import CHANGED, HELD, NEW, SAME, WRITTEN, Draft, Row, settled, texts_of
from .errors import BadFile
from .exported import digest_of, row_of
from .marks import short
from .people import People
from .records import Record
from .relations import related_text, write_related
from .tagging import PresentTags, Tagging, present_tags

COLUMNS = [part.name for part in WRITTEN if part.kind not in (Kind.TAGS, Kind.RELATIONS)]
UPDATED = [*COLUMNS, "excerpt", "reviewed_text", "is_past_review", "source", "source_digest", "updated_at"]


class Writer:
    """Writes the records of one file inside the caller's transaction; `counts` tells what became of them."""

    def __init__(self, catalogue: Catalogue, status: str) -> None:
        self.catalogue = catalogue
        self.status = status
        self.counts: Counter[str] = Counter()
        self.people = People()
        self.tagging = Tagging()

    def plan(self, records: Sequence[Record]) -> None:
        """Count what storing `records` would do, and write nothing."""
        fresh, found = self.sort_out(records)
        drafts, _ = self.draft(fresh, found, create=False)
        for draft in drafts:
            self.catalogue.plan(draft.record, found.get(draft.record.source))

    def store(self, records: Sequence[Record]) -> list[Draft]:
        """Write one batch. Returns its drafts that were written."""
        fresh, found = self.sort_out(records)
        if not fresh:
            return []
        with turn():
            return self.store_fresh(fresh, found)

    def store_fresh(self, fresh: list[Record], found: dict[str, Known]) -> list[Draft]:
        drafts, tags = self.draft(fresh, found, create=True)
        drafts = [draft for draft in drafts if draft.what != SAME]
        new, changed, held = ([draft for draft in drafts if draft.what == what] for what in (NEW, CHANGED, HELD))
        write_articles([draft.article for draft in new], [draft.article for draft in changed])
        write_likes([(draft.article, draft.record.likes) for draft in [*changed, *held]])
        write_sources([draft.article for draft in held])
        self.tagging.write([*new, *changed], tags)
        keys = {source: known.pk for source, known in found.items()}
        keys |= {draft.record.source: draft.article.pk for draft in drafts}
        for draft in drafts:
            if draft.record.listed_source:  # a page
                write_related(draft.article, [keys[item.source] for item in draft.record.related])
        return drafts

    def sort_out(self, records: Sequence[Record]) -> tuple[list[Record], dict[str, Known]]:
        """Return what is new or changed of `records` and what they list, and what is known of any of them.

        A record with a known digest is left alone, with all that it lists: an editor's later corrections stay.
        """
        records, found = self.recognise(records)
        fresh = self.unsettled(records, found)
        listed = [item for record in fresh for item in record.related]
        found |= self.catalogue.find(listed)
        fresh += self.unsettled(listed, found)
        return fresh, found

    def recognise(self, records: Sequence[Record]) -> tuple[Sequence[Record], dict[str, Known]]:
        """Return the records to be looked at, and what is known of them."""
        return records, self.catalogue.find(records)

    def unsettled(self, records: Iterable[Record], found: dict[str, Known]) -> list[Record]:
        """Return the records with something to do, and tell of the others."""
        fresh = []
        for record in records:
            if is_settled(record, found.get(record.source)):
                for one in (record, *record.related):
                    self.tell(settled(one))
            else:
                fresh.append(record)
        return fresh

    def draft(
        self, records: Sequence[Record], found: dict[str, Known], create: bool
    ) -> tuple[list[Draft], PresentTags]:
        """Return the Drafts of `records`, and the tags that their articles have now, as present_tags() does.

        With `create` new doctors and tags are saved, and articles are locked until the end of the transaction.
        """
        self.people.meet(
            [person for record in records for person in (record.doctor, record.reviewer) if person], create
        )
        self.tagging.meet(records, create)
        articles = articles_of(found, records, lock=create)
        tags = present_tags(articles)
        marked = {record.source for record in records if record.source in found and found[record.source].is_marked}
        prefetch_related_objects([articles[found[source].pk] for source in marked], "tags")
        drafts = []
        for record in records:
            known = found.get(record.source)
            if known and known.pk not in articles and known.pk:
                raise BadFile("正在导入时，有人删除了这一条，请再导入一次。", record.line)
            article = articles.get(known.pk) if known else Article(status=self.status)
            was = digest_of(row_of(article)) if record.source in marked else ""
            # Where its own source is from, an article found by its title is found by it, too.
            keeps_source = bool(was) or bool(known and known.is_titled and known.source)
            draft = self.fill(record, article, list(tags[known.pk]) if known else [], found, keeps_source)
            if why := conflict(draft, was) or excess(draft) or self.obstacle(draft):
                self.refuse(BadFile(why, record.line, record.columns["title"]))
            else:
                drafts.append(draft)
                self.tell(draft.row())
        return drafts, tags

    def fill(
        self,
        record: Record,
        article: Article | None,
        tags: list[str],
        found: dict[str, Known],
        keeps_source: bool = False,
    ) -> Draft:
        """Set what the record says, and return the Draft. An excerpt never takes the place of a whole answer."""
        draft = Draft(record, article)
        if article is None:
            return draft
        is_new = article._state.adding
        related = related_text(article, record, found) if record.listed_source else ("", "")
        if not is_new:
            draft.before = texts_of(article, tags, article.imported_likes, related[0])
        article.note_review()  # of the text that stands, before it is changed
        before = article.reviewed_text
        if record.columns.get("reviewed_on", article.reviewed_on) != article.reviewed_on:
            article.review_due_on = None  # a new review, and so a new date for the next
        for name, value in record.columns.items():
            setattr(article, name, value)
        article.doctor = self.people.meant(record.doctor, article.doctor)
        article.reviewer = self.people.meant(record.reviewer, article.reviewer)
        if is_new:
            article.imported_likes = record.likes or 0
        if is_new or not record.is_excerpt or (record.text and article.is_excerpt):
            article.body = record.body()
            article.is_excerpt = record.is_excerpt
            if before.partition(" ")[0] < str(article.reviewed_on or ""):
                article.reviewed_text = ""  # a later review, which comes with its text
        article.set_review_due()
        if not keeps_source:
            article.source, article.source_digest = record.source, record.digest
        likes = article.imported_likes if record.likes is None else record.likes
        draft.tags = self.tagging.names_after(record, tags)
        draft.after = texts_of(article, draft.tags, likes, related[1])
        return draft

    def obstacle(self, draft: Draft) -> str | None:
        """Return why `draft` must not be written, or None."""

    def refuse(self, error: BadFile) -> None:
        """Take the BadFile of one record."""
        raise error

    def tell(self, row: Row) -> None:
        """Take what becomes of one line."""
        self.counts[row.what] += 1


def is_settled(record: Record, known: Known | None) -> bool | None:
    """Return whether nothing is to be done: the file says nothing new, or only lists what is there in full."""
    if known and known.is_marked:
        return short(record.digest) == record.mark.digest
    return known and (known.digest == record.digest or (record.is_listed and not known.is_excerpt))


def excess(draft: Draft) -> str | None:
    """Return why the body of `draft` must not be written, or None: nobody could save it in the form again."""
    length = len(draft.article.body) if draft.article else 0
    if length > LONGEST and "body" in draft.changed:
        return f"“正文”含格式有 {length} 个字符，最多 {LONGEST} 个字符。"
    return None


def conflict(draft: Draft, was: str) -> str | None:
    """Return why the edited row of an export must not overwrite its article, or None; `was` is the article's digest."""
    if was and was != draft.record.mark.digest and draft.what != SAME:
        return "导出以后，网站上改过这个问题。请重新导出，再改这一行。"
    return None


def articles_of(found: dict[str, Known], records: Iterable[Record], lock: bool) -> dict[int, Article]:
    """Return {key: Article} of those that `records` stand for, with their doctors."""
    keys = [found[record.source].pk for record in records if record.source in found]
    articles = Article.objects.select_related("doctor", "reviewer").filter(pk__in=keys).order_by("pk")
    return (articles.select_for_update(of=("self",)) if lock else articles).in_bulk()


def write_articles(new: list[Article], changed: list[Article]) -> None:
    """Write a batch of filled articles; what else must know of every imported article is told here."""
    now = timezone.now()
    for article in [*new, *changed]:
        article.updated_at = now
        article.prepare()
    Article.objects.bulk_create(new)
    # bulk_update() would say the same in CASE expressions, which take eight times as long.
    Article.objects.bulk_create(changed, update_conflicts=True, unique_fields=["id"], update_fields=UPDATED)


def write_sources(articles: list[Article]) -> None:
    """Remember what the files said of articles whose change waits, so that the same file says nothing new."""
    models.QuerySet(Article).bulk_update(articles, ["source", "source_digest"])


def write_likes(pairs: Iterable[tuple[Article, int | None]]) -> None:
    """Set the imported likes of (article, number) pairs by arithmetic in the database: no like given here is lost."""
    moved = defaultdict(list)
    for article, number in pairs:
        if number is not None and number != article.imported_likes:
            moved[number].append(article.pk)
    for number, keys in moved.items():
        Article.objects.filter(pk__in=keys).update(
            like_count=F("like_count") - F("imported_likes") + number, imported_likes=number
        )
