"""Our own engine of search and related questions, in the site's own database (engine/seam.py says what it answers)."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from django.db.models import QuerySet
from django.utils import timezone

from articles.engine import counting, ranking, tokens
from articles.engine.answers import Near
from articles.engine.candidates import TITLE_PAIR, Document, Statistics, terms_of
from articles.engine.counting import Scope
from articles.engine.duplicates import same_question, title_of, without_duplicates
from articles.engine.reasons import reasons
from articles.engine.seam import Filters, Found, Named, Related, SearchEngine

from . import indexing
from .article import Article
from .labels import labels_for, labels_of
from .prepared import Prepared
from .related_list import STORED, lists_of, replace
from .tag import TagAlias
from .tagged_article import TaggedArticle

TOO_COMMON = 20_000  # titles with a pair of characters; what is commoner completes nothing and costs time
RAREST = 3  # pairs of characters that are asked for
LABELLED = 100  # questions with a tag or doctor that a query names, looked at beside those with its words


@dataclass
class OwnRelated(Related):
    """What was found out on the way, and is needed again to place the article."""

    title: tokens.Title | None = None
    labels: ranking.Labels = field(default_factory=ranking.Labels)


class OwnEngine(SearchEngine):
    """Chinese words in posting lists, and one ranker."""

    def search(self, query: tokens.Title, filters: Filters, limit: int, named: Named = Named()) -> Found:  # noqa: B008 - it cannot be changed
        return self.answer(query, filters, limit, named)

    def answer(
        self, query: tokens.Title, filters: Filters, limit: int, named: Named, near: Near | None = None
    ) -> Found:
        """Return what search() does; `near` tells how near questions are by what they mean."""
        find = partial(
            ranking.search,
            indexing.open_index(),
            query,
            limit,
            scope=scope_of(filters, named),
            meanings=named.meanings,
            likely=named.likely,
            near=near,
        )
        among = Article.objects.published().filter(tagged_items__tag=filters.tag) if filters.tag else None
        if not named.tags and not named.doctors:  # without a filter the index knows what is public
            return find(among=among)
        among = (Article.objects.published() if among is None else among).with_tag_keys(named.tags)
        each = LABELLED // (len(named.tags) + len(named.doctors))
        labelled = [among.filter(pk__in=TaggedArticle.objects.newest_of(tag, filters.tag)[:each]) for tag in named.tags]
        labelled += [among.filter(doctor=doctor).newest()[:each] for doctor in named.doctors]

        def names_of(document: Document) -> list[str]:
            names = [named.tags[int(key)] for key in document.tags.split(",") if key]
            return [*names, named.doctors[document.doctor]] if document.doctor in named.doctors else names

        return find(among=among, labelled=labelled, names_of=names_of)

    def search_all(self, query: tokens.Title, rows: QuerySet[Article], limit: int, is_filtered: bool = True) -> Found:
        index = indexing.open_index()
        return ranking.search(index, query, limit=limit, among=rows if is_filtered else None)

    def related(self, articles: Sequence[Article]) -> list[Related]:
        known_aliases, labels = TagAlias.pairs(), labels_for(articles)
        return [
            self.related_to(article.pk, tokens.title(article.title, known_aliases), labels[article.pk])
            for article in articles
        ]

    def related_to(self, key: int, title: tokens.Title, labels: ranking.Labels) -> OwnRelated:
        """Return the OwnRelated of the question `key` with the tokens `title`."""
        found = ranking.related(
            indexing.open_index(),
            title,
            labels,
            own=key,
            limit=ranking.CANDIDATES,
            among=Article.objects.to_be_published(),
            labels_of=labels_of,
        )
        same = (neighbour for neighbour in found if neighbour.is_same)
        entries = [
            [one.key, round(one.score, 2), reasons(title, one.document, labels, one.labels)]
            for one in without_duplicates(same, title, STORED)
        ]
        twins = {one.key for one in found if same_question(title, title_of(one.document))}
        return OwnRelated(entries, twins, title, labels)

    def changed(self, keys: Collection[int], articles: Sequence[Article] = (), are_new: bool = False) -> None:
        indexing.write(articles, are_new)
        if others := set(keys) - {article.pk for article in articles}:
            indexing.write_keys(others)

    def renamed(self, aliases: Iterable[str], names: Iterable[str] = ()) -> None:
        aliases = list(aliases)
        if aliases:
            indexing.write_mentions(aliases, names)

    def placed(self, article: Article, found: Related, keys: Collection[int]) -> None:
        """Bring `article` to its place in the stored lists of `keys`, or out of them; the better of its twins stays."""
        index, title = indexing.open_index(), found.title
        lists = dict(lists_of(keys=keys))
        documents = [document for document in index.documents(list(lists)) if document.key in lists]
        own = next(iter(index.documents([article.pk])), None)
        if own is None or not documents:
            return
        titles = {d.key: indexed_title(d) for d in documents}
        statistics = Statistics(index, {term for t in titles.values() for term in terms_of(t)})
        theirs, changed = labels_of(lists), {}
        for document in documents:
            neighbour = titles[document.key]
            question = ranking.Question(neighbour, statistics, theirs[document.key])
            new = ranking.beside(question, own, found.labels)
            entries = [entry for entry in lists[document.key] if entry[0] != article.pk]
            if new.is_same and not same_question(title, neighbour):
                reason = reasons(neighbour, own, theirs[document.key], found.labels)
                entries = sorted(
                    [*entries, [article.pk, round(new.score, 2), reason]], key=lambda entry: (-entry[1], entry[0])
                )
                same = [entry for entry in entries if entry[0] in found.twins or entry[0] == article.pk]
                entries = [entry for entry in entries if entry not in same[1:]][:STORED]
            if entries != lists[document.key]:
                changed[document.key] = entries
        replace(changed)

    def twins(self, article: Article, found: Related | None = None) -> list[int]:
        title = found.title if found else tokens.title(article.title, TagAlias.pairs())
        return ranking.twins(indexing.open_index(), title, own=article.pk)

    def titles_with(self, text: str, limit: int) -> list[int]:
        index = indexing.open_index()
        pairs = dict.fromkeys((TITLE_PAIR, pair) for pair in tokens.char_pairs(text))
        counts = index.counts(pairs)
        rarest = sorted(pairs, key=lambda pair: counts.get(pair, 0))[:RAREST]
        if not rarest or not 0 < counts.get(rarest[0], 0) <= TOO_COMMON:
            return []
        (keys,) = index.postings([rarest], limit)
        return keys


def scope_of(filters: Filters, named: Named) -> Scope:
    """Return what readers' searches count: public questions, by the index and by what the index does not know."""
    now = timezone.now()
    return Scope(
        is_public=True,
        later=keys_to_come.select(now=now),
        within=keys_of_tag.select(tag=filters.tag, now=now) if filters.tag else None,
        named=[
            *((name, keys_of_tag.select(tag=tag, now=now)) for tag, name in named.tags.items()),
            *((name, keys_of_doctor.select(doctor=doctor, now=now)) for doctor, name in named.doctors.items()),
        ],
    )


@Prepared
def keys_to_come(now: datetime) -> QuerySet[Article, tuple[int]]:
    return Article.objects.scheduled(now).order_by().values_list("pk")


@Prepared
def keys_of_tag(tag: int, now: datetime) -> QuerySet[TaggedArticle, tuple[int]]:
    return TaggedArticle.objects.newest_of(tag, at=now)[: counting.MOST_KEYS + 1]


@Prepared
def keys_of_doctor(doctor: int, now: datetime) -> QuerySet[Article, tuple[int]]:
    return Article.objects.published(now).filter(doctor=doctor).newest().values_list("pk")[: counting.MOST_KEYS + 1]


def indexed_title(document: Document) -> tokens.Title:
    """Return the tokens of a title as they were before the index stored them, its pairs included."""
    return title_of(document)._replace(pairs=tokens.char_pairs(document.folded))
