"""Ranking of related questions and of search results: a sum of a few weighted features of each candidate.

How each constant was chosen is told in docs/relevance.md.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Model, QuerySet

from . import counting, posting_lists, tokens
from .answers import Asked, Near, Result, Sense, best_of, let_titles_answer
from .bitmaps import Bitmaps
from .candidates import (
    ASIDE,
    BODY_WORD,
    PAIR_SHARE,
    TITLE_BUDGET,
    TITLE_PAIR,
    TITLE_WORD,
    Document,
    Index,
    Statistics,
    Term,
    choose,
    terms_of,
)
from .counting import Scope
from .duplicates import same_question, title_of
from .features import Question, related_features, weighted
from .index_tables import select_of
from .meanings import Meaning, share
from .seam import Found
from .situations import Labels, is_same_situation
from .suspected import Suspected

CANDIDATES = 80  # for what stands beside a question
ANSWERS = 100  # candidates for what answers a query
WIDE = 8_000  # answers that a filter is asked about where it leaves more than can be read

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
# No labelled articles have tags: sharing all of the question's tags counts as much as the department.
SHARED_TAGS = 1.2
# A tagged disease is an editor's word: to share one outweighs a title that shares all words but the illness, and to
# have another one outweighs the department.
SAME_DISEASE, OTHER_DISEASE = 6.0, -2.0


# A word is worth a search of its own where few documents hold it, or less than one title of seven.
FEW, RARE = 20, 2.0


NEAREST, WIDE_NEAREST = 10, 1_000  # questions that are looked at for what they mean, and those a filter is asked about


@dataclass(frozen=True)
class Neighbour:
    """What stands beside a question."""

    key: int
    document: Document
    score: float
    question: Question
    labels: Labels
    features: Mapping[str, float]

    @property
    def is_same(self) -> bool:
        """Whether it is about the same situation as the question."""
        return is_same_situation(self.question.title, self.question.labels, self.document, self.labels, self.features)


def beside(q: Question, d: Document, labels: Labels) -> Neighbour:
    """A document with its Labels as it stands beside the question, with a score of about 0 … 18."""
    values = related_features(q, d, labels.departments)
    score = weighted(RELATED_WEIGHTS, values)
    mine, theirs = q.labels, labels
    if mine.diseases and theirs.diseases:
        score += SAME_DISEASE if set(mine.diseases) & set(theirs.diseases) else OTHER_DISEASE
    if mine.tags:
        score += SHARED_TAGS * len(set(mine.tags) & set(theirs.tags)) / len(set(mine.tags))
    return Neighbour(d.key, d, score, q, labels, values)


def _title_terms(title: tokens.Title) -> list[Term]:
    return [(TITLE_WORD, word) for word in title.words] + [(TITLE_PAIR, pair) for pair in title.pairs]


def _asked_terms(title: tokens.Title) -> set[Term]:
    return terms_of(title) | {(BODY_WORD, word) for word in title.words}


def nearest(index: Index, statistics: Statistics, title: tokens.Title, own: int | None) -> list[int]:
    """The keys of the candidates for what may stand beside a question or say the same, without its `own`."""
    chosen = choose(statistics, _title_terms(title), TITLE_BUDGET)
    maps = Bitmaps(index.read_lists(chosen)[0])
    held = [(statistics.idf(*term) * share_of(term, title), maps.of(term)) for term in chosen]
    return [key for key in counting.best(maps, counting.shares(held), -1, CANDIDATES + 1) if key != own][:CANDIDATES]


def share_of(term: Term, title: tokens.Title) -> float:
    """The share of its rarity that a term counts where candidates are chosen: little where it is not asked about."""
    kind, text = term
    return (PAIR_SHARE if kind == TITLE_PAIR else 1.0) * (1.0 if text in title.topic else ASIDE)


def only(keys: Sequence[int], among: QuerySet[Model]) -> list[int]:
    """Those of `keys` that are `among`."""
    return list(among.filter(pk__in=keys).order_by().values_list("pk", flat=True))


def related(
    index: Index,
    title: tokens.Title,
    labels: Labels,
    labels_of: Callable[[list[int]], Mapping[int, Labels]],
    own: int | None = None,
    limit: int = 20,
    among: QuerySet[Model] | None = None,
) -> list[Neighbour]:
    """The Neighbours of a question, best first.

    title is the tokens.Title of the question, labels its Labels, own its key; labels_of(keys) gives {key: Labels};
    among limits the documents (see the index).
    """
    statistics = Statistics(index, terms_of(title))
    q = Question(title, statistics, labels)
    found = index.documents(nearest(index, statistics, title, own), among=among)
    known = labels_of([d.key for d in found])
    neighbours = [beside(q, d, known[d.key]) for d in found]
    return sorted(neighbours, key=lambda row: (-row.score, row.key))[:limit]


def search(
    index: Index,
    title: tokens.Title,
    limit: int = 100,
    among: QuerySet[Model] | None = None,
    labelled: Sequence[QuerySet[Model]] = (),
    names_of: Callable[[Document], Collection[str]] = lambda document: (),
    scope: Scope | None = None,
    meanings: Sequence[Meaning] = (),
    near: Near | None = None,
    likely: Mapping[str, float] = {},
) -> Found:
    """The documents that answer a typed query, as Found. title is the tokens.Title of the query.

    `labelled` are querysets of documents to look at beside those with its words (see the index); names_of(document)
    gives the folded names of tags and doctors that the query names and the document carries. `scope` is what is looked
    at and counted; if it is not given, that is what is `among`. `meanings` are the same query in other words. The
    nearest by `near` are looked at, too; those that are close count, those that are far do not unless they hold every
    word or their titles fit by their words, and the order heeds how near each is. So it does what is `likely` (Named).
    """
    suspected = Suspected(likely)
    words = {term for one in [title, *(m.query for m in meanings)] for term in _asked_terms(one)}
    statistics = Statistics(index, words.union(suspected.terms))
    asked = [Asked(title, statistics), *(Asked(one.query, statistics, one.words, one.worth) for one in meanings)]
    q = asked[0].question
    scope = scope or Scope(within=None if among is None else select_of(among.values("pk")[: counting.MOST_KEYS + 1]))
    terms = dict.fromkeys([*(term for one in asked for term in one.weights.terms), *suspected.terms])
    present = [term for term in terms if statistics.count(*term)]
    maps, read = counting.read(index, present, scope, is_needed=near is not None)
    strong = counting.count(asked[0].weights, scope, maps, read, [one.weights for one in asked[1:]])
    keys: dict[int, None] = {}
    for sums, most in zip(strong.fits, [ANSWERS, *[share(meanings)] * len(meanings)], strict=True):
        within = strong.scope
        if read.is_least and among is not None:  # what the filter leaves is not known whole
            fitting = counting.best(maps, sums, strong.public, WIDE)
            within = maps.number(posting_lists.of_keys(only(fitting, among)))
        keys |= dict.fromkeys(counting.best(maps, sums, within, most))
    nearest = nearest_of(near, maps, strong, among if read.is_least else None) if near else []
    keys |= dict.fromkeys([*nearest, *suspected.newest(maps, strong.scope)])
    around = [] if scope.within is None else counting.best(maps, strong.fits[0], strong.anywhere, limit)
    others = strong.newest(limit - len(maps.among(keys, strong.counted)), keys)
    if not scope.named and not read.is_least:  # the index knows what the articles would say
        among = None
    documents = index.documents([*keys, *others], among, with_bodies=True, also=labelled)
    looked_at = [d.key for d in documents]
    is_strong = maps.among(looked_at, strong.found)
    counted = strong.counted.bit_count()
    is_all_read = counted <= limit  # then a title that is not counted can be told to fit better than all that are
    whole = counting.whole(asked[0].weights, maps, read.named, strong.found) if near else 0
    is_whole = maps.among(looked_at, whole)
    results: list[Result] = []
    last = set(others)  # they share the common words alone, and are there so that all can be reached
    sense = Sense(near)
    for d in documents:
        names = names_of(d)
        scores = [one.score(d, names) for one in asked]
        is_weak = not sense.answers(d.key, d.key in is_strong, d.key in is_whole, max(scores))
        group = (is_weak, title.folded not in names, d.key in last and not names)
        results.append(Result(group, scores, d, sense.worth(d.key) + suspected.worth(d)))
    more = let_titles_answer(results, asked) if near is None and is_all_read else 0
    hits = best_of(results, asked, maps, limit)
    return Found(
        hits,
        counted + more + sense.more,
        is_estimate=near is not None and len(maps.among(looked_at, strong.counted)) < counted,
        candidates=strong.holders,
        is_least=read.is_least,
        words={word: n for word, n in strong.words.items() if n and (n <= FEW or q.words[word] >= RARE)},
        carried=read.carried,
        around=around,
        size=statistics.totals[TITLE_WORD],
        is_close=bool(hits) and sense.is_close(hits[0].key),
    )


def nearest_of(near: Near, maps: Bitmaps, strong: counting.Strong, among: QuerySet[Model] | None) -> list[int]:
    """The nearest of the documents that are looked at; `among` limits them where the index does not know which."""
    some = near.best(WIDE_NEAREST)
    if among is None:
        within = maps.among(some, strong.scope)
    else:
        within = set(only(some, among)) & maps.among(some, strong.public)
    return [key for key in some if key in within and near.of(key) >= near.near][:NEAREST]


def twins(index: Index, title: tokens.Title, own: int | None = None) -> list[int]:
    """The keys of the documents whose title says the same as `title` (tokens.Title), the newest first."""
    statistics = Statistics(index, terms_of(title))
    found = index.documents(nearest(index, statistics, title, own))
    return sorted((d.key for d in found if same_question(title, title_of(d))), reverse=True)
