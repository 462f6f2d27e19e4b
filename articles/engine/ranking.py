"""Ranking of related questions and of search results: candidates from the index, then a sum of a few weighted features.

Nothing here knows the database: an index is any object with counts(), postings() and documents(). How each constant was
chosen is told in docs/relevance.md.
"""

import heapq
import math
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol

from django.db.models import Model, QuerySet

from . import tokens
from .duplicates import chars, same_question, title_of
from .seam import Found, Hit

TITLE_WORD, TITLE_PAIR, BODY_WORD = 0, 1, 2  # the kinds of terms an index keeps
Term = tuple[int, str]  # kind, word or pair

# Candidates: the rarest terms until their document counts add up to the budget. More gains nothing (relevance.md).
TITLE_BUDGET, BODY_BUDGET = 1_500, 8_000
LEAST_TERMS = 3  # but at least so many terms
POSTINGS = 8_000  # of a commoner term only the newest so many documents are read
CANDIDATES = 200  # from titles; search adds
BODY_CANDIDATES = 200  # from bodies
MOST_TERMS = 60  # and never more
WIDE = 4_000  # of titles and of bodies each, where a filter leaves few
PAIR_SHARE = 0.5  # a shared pair of characters counts half as much as a shared word of the same rarity

# Body BM25: the textbook values, and the mean number of words of a body.
K1, B, MEAN_BODY = 1.2, 0.75, 90

# Weights fitted by a list-wise softmax loss (each task with the same total weight, L2 of 0.03, no senseless signs) and
# rounded to one decimal; between the five folds of the cross-validation they differ by at most 0.7 (relevance.md).
RELATED_WEIGHTS = {
    "words": 2.9,  # the question's words in the title, by rarity
    "topic_words_back": 0.7,  # the title's topic words in the question
    "topic_words_dice": 2.2,  # both at once
    "topic_pairs": 2.3,  # the question's topic by pairs of characters
    "chars": 1.6,  # the question's characters in the title
    "chars_back": 1.3,  # the title's characters in the question
    "lead": 0.7,  # the first piece of the topic, whole
    "intents": 0.3,  # asks for the same
    "other_intent": -0.4,  # asks for something else
    "whether": 0.4,  # both, or neither, ask whether
    "department_part": 1.2,  # the same department, or one within the other
}
SEARCH_WEIGHTS = {
    "rarest": 3.1,  # rarity of the rarest word found
    "topic_pairs": 4.5,
    "chars": 5.2,
    "place": 0.9,  # the rarest topic word stands early in the title
    "unmatched": -0.3,  # the title is also about something else
    "other_intent": -0.2,
    "body": 0.2,  # decides among near-equal titles, and alone where no title fits
    "label": 9.0,  # the query's words in the names of the question's tags and doctor: as much as in its title
}
# No labelled articles have tags: sharing all of the question's tags counts as much as the department.
SHARED_TAGS = 1.2
# A tagged disease is an editor's word: to share one outweighs a title that shares all words but the illness, and to
# have another one outweighs the department.
SAME_DISEASE, OTHER_DISEASE = 6.0, -2.0


# The rarity of a topic word that only the document has. Its true value changes no figure by more than .003 and would
# cost a query.
OTHER_WORD = 6.0
HALF = 0.5
TINY = 1e-9


class Labels(NamedTuple):
    """The names of what editors have tagged an article with."""

    departments: Sequence[str] = ()
    diseases: Sequence[str] = ()
    tags: Sequence[str] = ()  # all the others


class Document(NamedTuple):
    """A candidate as the index returns it."""

    key: int
    folded: str
    words: list[str]
    topic: str
    intents: str
    body: list[str]  # the words of the body, where they were asked for
    tags: str = ""  # keys of tags, and the key of the doctor, where the queryset that limited them tells
    doctor: int | None = None


class Index(Protocol):
    """What the ranker asks of an index; index.py says what each returns."""

    def counts(self, terms: Iterable[Term]) -> dict[Term, int]: ...
    def postings(self, asked: Sequence[Sequence[Term]], limit: int) -> list[list[int]]: ...
    def documents(
        self,
        keys: Sequence[int],
        among: QuerySet[Model] | None = None,
        with_bodies: bool = False,
        also: Sequence[QuerySet[Model]] = (),
    ) -> list[Document]: ...


class Statistics:
    """Rarity of the terms of a question, read from the index in one query."""

    def __init__(self, index: Index, terms: Iterable[Term]) -> None:
        self.counts = index.counts([(TITLE_WORD, ""), (BODY_WORD, ""), *set(terms)])
        titles = self.counts.get((TITLE_WORD, ""), 0)
        self.totals = {TITLE_WORD: titles, TITLE_PAIR: titles, BODY_WORD: self.counts.get((BODY_WORD, ""), 0)}

    def count(self, kind: int, term: str) -> int:
        return self.counts.get((kind, term), 0)

    def idf(self, kind: int, term: str) -> float:
        n = self.count(kind, term)
        return math.log(1 + max(0.0, self.totals[kind] - n + 0.5) / (n + 0.5))


def terms_of(title: tokens.Title) -> set[Term]:
    """The (kind, term) pairs of a tokens.Title whose rarity the ranker asks for."""
    kinds = {TITLE_WORD: title.words, TITLE_PAIR: [*title.pairs, *tokens.char_pairs(title.topic)]}
    return {(kind, term) for kind, terms in kinds.items() for term in terms}


class Question:
    """The question article or the typed query, with the rarity of each of its terms."""

    def __init__(self, title: tokens.Title, statistics: Statistics, labels: Labels = Labels()) -> None:  # noqa: B008 - it cannot be changed
        self.title, self.labels = title, labels
        self.words = {word: statistics.idf(TITLE_WORD, word) for word in title.words}
        self.topic_words = {word: value for word, value in self.words.items() if word in title.topic}
        self.topic_pairs = {pair: statistics.idf(TITLE_PAIR, pair) for pair in tokens.char_pairs(title.topic)}
        self.words_sum = sum(self.words.values()) or TINY
        self.topic_sum = sum(self.topic_words.values()) or TINY
        self.topic_pairs_sum = sum(self.topic_pairs.values()) or TINY
        self.highest = max(self.words.values(), default=TINY) or TINY
        self.rarest = max(self.topic_words, key=self.topic_words.__getitem__) if self.topic_words else ""
        self.lead = next((run for run in title.topic.split() if len(run) > 1), "")
        self.chars = chars(title.folded)
        names = set(title.intents.split())
        self.whether, self.intents = "whether" in names, names - {"whether"}


def features(q: Question, d: Document, departments: Iterable[str] = ()) -> dict[str, float]:
    """How a document's title and departments fit the question; each about 0 … 1, so that the weights can be read."""
    text = d.folded
    words = set(d.words)
    topic = {word for word in words if word in d.topic}
    t_shared = sum(q.topic_words[word] for word in topic if word in q.topic_words)
    d_sum = (t_shared + OTHER_WORD * sum(word not in q.topic_words for word in topic)) or TINY
    own_chars = chars(text)
    common = len(q.chars & own_chars)
    names = set(d.intents.split())
    whether = "whether" in names
    names.discard("whether")
    both = len(q.intents & names)
    place = text.find(q.rarest) if q.rarest else -1
    return {
        "words": sum(value for word, value in q.words.items() if word in words) / q.words_sum,
        "rarest": max((value for word, value in q.words.items() if word in words), default=0.0) / q.highest,
        "topic_words_back": t_shared / d_sum,
        "topic_words_dice": 2 * t_shared / (q.topic_sum + d_sum),
        "topic_pairs": sum(value for pair, value in q.topic_pairs.items() if pair in text) / q.topic_pairs_sum,
        "chars": common / max(1, len(q.chars)),
        "chars_back": common / max(1, len(own_chars)),
        "lead": 1.0 if q.lead and q.lead in text else 0.0,
        "place": 1 / (1 + place) if place >= 0 else 0.0,
        "unmatched": min(3.0, (d_sum - t_shared) / 10),
        "intents": both / max(1, len(q.intents | names)),
        "other_intent": 1.0 if q.intents and names and not both else 0.0,
        "whether": 1.0 if q.whether == whether else 0.0,
        "department_part": 1.0 if any(a in b or b in a for a in q.labels.departments for b in departments) else 0.0,
    }


def related_score(q: Question, d: Document, labels: Labels) -> float:
    """How well a document with its Labels stands beside the question; about 0 … 18."""
    score = _sum(RELATED_WEIGHTS, features(q, d, labels.departments))
    mine, theirs = q.labels, labels
    if mine.diseases and theirs.diseases:
        score += SAME_DISEASE if set(mine.diseases) & set(theirs.diseases) else OTHER_DISEASE
    if mine.tags:
        score += SHARED_TAGS * len(set(mine.tags) & set(theirs.tags)) / len(set(mine.tags))
    return score


def body_score(rarity: dict[str, float], words: list[str]) -> float:
    """BM25 of the question's words in a body, as a share of their rarities (Robertson and Zaragoza, 2009)."""
    length = K1 * (1 - B + B * len(words) / MEAN_BODY)
    total = 0.0
    for word, idf in rarity.items():
        if n := words.count(word):
            total += idf * n * (K1 + 1) / (n + length)
    return total / (sum(rarity.values()) or TINY)


def choose(statistics: Statistics, terms: Iterable[Term], budget: int) -> list[Term]:
    """The rarest of the (kind, term) pairs that occur, until their document counts add up to the budget."""
    ordered = sorted((statistics.count(*term), term) for term in set(terms) if statistics.count(*term))
    chosen: list[Term] = []
    total = 0
    for n, term in ordered[:MOST_TERMS]:
        if len(chosen) >= LEAST_TERMS and total + n > budget:
            break
        chosen.append(term)
        total += n
    return chosen


def gather(index: Index, statistics: Statistics, choices: Sequence[list[Term]]) -> list[dict[int, float]]:
    """The documents that have the chosen terms: for each choice {key: score}. One query for all."""
    asked: list[list[Term]] = []
    for chosen in choices:
        asked += [[term] for term in chosen]
        if len(chosen) > 1 and statistics.count(*chosen[-1]) > POSTINGS:
            asked.append(chosen)  # documents with all the terms may be older than the newest ones read
    found = dict(zip(map(tuple, asked), index.postings(asked, POSTINGS), strict=True)) if asked else {}
    results: list[dict[int, float]] = []
    for chosen in choices:
        worth = {term: statistics.idf(*term) * (PAIR_SHARE if term[0] == TITLE_PAIR else 1.0) for term in chosen}
        scores: defaultdict[int, float] = defaultdict(float)
        for term in chosen:
            for key in found[(term,)]:
                scores[key] += worth[term]
        for key in found.get(tuple(chosen), ()):
            scores[key] = sum(worth.values())
        results.append(scores)
    return results


def best(scores: dict[int, float], limit: int) -> list[int]:
    return heapq.nlargest(limit, scores, key=lambda key: (scores[key], key))


def only(scores: dict[int, float], among: QuerySet[Model]) -> dict[int, float]:
    """The best of `scores` that are `among`."""
    keys = among.filter(pk__in=best(scores, WIDE)).order_by().values_list("pk", flat=True)
    return {key: scores[key] for key in keys}


def _title_terms(title: tokens.Title) -> list[Term]:
    return [(TITLE_WORD, word) for word in title.words] + [(TITLE_PAIR, pair) for pair in title.pairs]


def _sum(weights: dict[str, float], values: dict[str, float]) -> float:
    return sum(weight * values[name] for name, weight in weights.items())


def related(
    index: Index,
    title: tokens.Title,
    labels: Labels,
    labels_of: Callable[[list[int]], Mapping[int, Labels]],
    own: int | None = None,
    limit: int = 20,
    among: QuerySet[Model] | None = None,
) -> list[tuple[int, float, Document]]:
    """The documents nearest to a question: [(key, score, document)], best first.

    title is the tokens.Title of the question, labels its Labels, own its key; labels_of(keys) gives {key: Labels};
    among limits the documents (see the index).
    """
    statistics = Statistics(index, terms_of(title))
    q = Question(title, statistics, labels)
    (scores,) = gather(index, statistics, [choose(statistics, _title_terms(title), TITLE_BUDGET)])
    if own is not None:
        scores.pop(own, None)
    found = index.documents(best(scores, CANDIDATES), among=among)
    known = labels_of([d.key for d in found])
    scored = [(related_score(q, d, known[d.key]), d.key, d) for d in found]
    scored.sort(key=lambda row: (-row[0], row[1]))
    return [(key, score, d) for score, key, d in scored[:limit]]


def search(
    index: Index,
    title: tokens.Title,
    limit: int = 100,
    among: QuerySet[Model] | None = None,
    labelled: Sequence[QuerySet[Model]] = (),
    names_of: Callable[[Document], Collection[str]] = lambda document: (),
    is_wide: bool = False,
) -> Found:
    """The documents that answer a typed query, as Found. title is the tokens.Title of the query.

    `labelled` are querysets of documents to look at beside those with its words (see the index); names_of(document)
    gives the folded names of tags and doctors that the query names and the document carries. is_wide: what is not
    `among` makes room for others before the candidates are counted, which costs a query.
    """
    body_terms = [(BODY_WORD, word) for word in title.words]
    statistics = Statistics(index, terms_of(title) | set(body_terms))
    q = Question(title, statistics)
    in_titles = choose(statistics, _title_terms(title), TITLE_BUDGET)
    in_bodies = choose(statistics, body_terms, BODY_BUDGET)
    found = gather(index, statistics, [in_titles, in_bodies])
    if is_wide and among is not None:
        found, among = [only(scores, among) for scores in found], None
    title_scores, body_scores = found
    keys = dict.fromkeys([*best(title_scores, CANDIDATES), *best(body_scores, BODY_CANDIDATES)])
    rarity = {word: statistics.idf(BODY_WORD, word) for word in q.words}
    hits = []
    for d in index.documents(list(keys), among=among, with_bodies=True, also=labelled):
        names = names_of(d)
        values = features(q, d)
        values["body"] = body_score(rarity, d.body)
        label = {word for word in q.words if any(word in name for name in names)}
        values["label"] = sum(q.words[word] for word in label) / q.words_sum if q.words else float(bool(names))
        words = label.union(d.words, d.body)
        covered = sum(value for word, value in q.words.items() if word in words) / q.words_sum
        is_strong = max(covered, values["label"], values["topic_pairs"] if q.topic_pairs else 0.0) >= HALF
        hits.append(Hit(d.key, _sum(SEARCH_WEIGHTS, values), is_strong))
    hits.sort(key=lambda hit: (-hit.score, -hit.key))
    is_cut = len(keys) >= CANDIDATES or any(statistics.count(*term) > POSTINGS for term in [*in_titles, *in_bodies])
    strong = sum(hit.is_strong for hit in hits)
    rarest = min((statistics.count(*term) for term in in_titles[:1] + in_bodies[:1]), default=0)
    return Found(hits[:limit], max(strong, rarest) if is_cut else strong, is_cut, len(keys))


def twins(index: Index, title: tokens.Title, own: int | None = None) -> list[int]:
    """The keys of the documents whose title says the same as `title` (tokens.Title), the newest first."""
    statistics = Statistics(index, terms_of(title))
    (scores,) = gather(index, statistics, [choose(statistics, _title_terms(title), TITLE_BUDGET)])
    if own is not None:
        scores.pop(own, None)
    found = index.documents(best(scores, CANDIDATES))
    return sorted((d.key for d in found if same_question(title, title_of(d))), reverse=True)
