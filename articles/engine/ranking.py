"""Ranking of related questions and of search results: a sum of a few weighted features of each candidate.

How each constant was chosen is told in docs/relevance.md.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from django.db.models import Model, QuerySet

from . import counting, tokens
from .candidates import (
    BODY_BUDGET,
    BODY_WORD,
    TITLE_BUDGET,
    TITLE_PAIR,
    TITLE_WORD,
    Document,
    Index,
    Statistics,
    Term,
    best,
    choose,
    gather,
    only,
    terms_of,
)
from .counting import Scope
from .duplicates import chars, same_question, title_of
from .meanings import LESS, Meaning, share
from .seam import Found, Hit
from .situations import Labels, is_same_situation

CANDIDATES = 200  # from titles; search adds
BODY_CANDIDATES = 200  # from bodies

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
# A word is worth a search of its own where few documents hold it, or less than one title of seven.
FEW, RARE = 20, 2.0
TINY = 1e-9


class Neighbour(NamedTuple):
    """What stands beside a question; is_same: it is about the same situation."""

    key: int
    document: Document
    score: float
    is_same: bool


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


def beside(q: Question, d: Document, labels: Labels) -> tuple[float, bool]:
    """How well a document with its Labels stands beside the question, about 0 … 18, and if it is about the same."""
    values = features(q, d, labels.departments)
    score = _sum(RELATED_WEIGHTS, values)
    mine, theirs = q.labels, labels
    if mine.diseases and theirs.diseases:
        score += SAME_DISEASE if set(mine.diseases) & set(theirs.diseases) else OTHER_DISEASE
    if mine.tags:
        score += SHARED_TAGS * len(set(mine.tags) & set(theirs.tags)) / len(set(mine.tags))
    return score, is_same_situation(q.title, mine, d, theirs, values)


def body_score(rarity: dict[str, float], words: list[str]) -> float:
    """BM25 of the question's words in a body, as a share of their rarities (Robertson and Zaragoza, 2009)."""
    length = K1 * (1 - B + B * len(words) / MEAN_BODY)
    total = 0.0
    for word, idf in rarity.items():
        if n := words.count(word):
            total += idf * n * (K1 + 1) / (n + length)
    return total / (sum(rarity.values()) or TINY)


def _title_terms(title: tokens.Title) -> list[Term]:
    return [(TITLE_WORD, word) for word in title.words] + [(TITLE_PAIR, pair) for pair in title.pairs]


def _body_terms(title: tokens.Title) -> list[Term]:
    return [(BODY_WORD, word) for word in title.words]


def _asked_terms(title: tokens.Title) -> set[Term]:
    return terms_of(title) | set(_body_terms(title))


def _sum(weights: dict[str, float], values: dict[str, float]) -> float:
    return sum(weight * values[name] for name, weight in weights.items())


def with_topic(title: tokens.Title) -> tokens.Title:
    """Return a query as it is compared: one that only says what is asked for (怀孕吃什么) has that for a topic."""
    return title if title.topic else title._replace(topic=title.folded)


class Asked:
    """A typed query, or one of its meanings: its candidates' terms, what is counted, and how well a document answers.

    A document answers a meaning only if it holds a term whole; `needed` are the words of each.
    """

    def __init__(self, title: tokens.Title, statistics: Statistics, needed: Sequence[Sequence[str]] = ()) -> None:
        self.question = Question(with_topic(title), statistics)
        self.in_titles = choose(statistics, _title_terms(title), TITLE_BUDGET)
        self.in_bodies = choose(statistics, _body_terms(title), BODY_BUDGET)
        self.rarity = {word: statistics.idf(BODY_WORD, word) for word in self.question.words}
        words = counting.weighed(self.question.words)
        self.weights = counting.Weights(words, self.question.topic_pairs, needed)

    def score(self, d: Document, names: Collection[str]) -> float:
        """How well a document answers that carries the folded `names` of tags and doctor."""
        q = self.question
        values = features(q, d)
        values["body"] = body_score(self.rarity, d.body)
        label = {word for word in q.words if any(word in name for name in names)}
        values["label"] = sum(q.words[word] for word in label) / q.words_sum if q.words else float(bool(names))
        return _sum(SEARCH_WEIGHTS, values)


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
    (scores,) = gather(index, statistics, [choose(statistics, _title_terms(title), TITLE_BUDGET)])
    if own is not None:
        scores.pop(own, None)
    found = index.documents(best(scores, CANDIDATES), among=among)
    known = labels_of([d.key for d in found])
    neighbours = [Neighbour(d.key, d, *beside(q, d, known[d.key])) for d in found]
    return sorted(neighbours, key=lambda row: (-row.score, row.key))[:limit]


def search(
    index: Index,
    title: tokens.Title,
    limit: int = 100,
    among: QuerySet[Model] | None = None,
    labelled: Sequence[QuerySet[Model]] = (),
    names_of: Callable[[Document], Collection[str]] = lambda document: (),
    is_wide: bool = False,
    scope: Scope | None = None,
    meanings: Sequence[Meaning] = (),
) -> Found:
    """The documents that answer a typed query, as Found. title is the tokens.Title of the query.

    `labelled` are querysets of documents to look at beside those with its words (see the index); names_of(document)
    gives the folded names of tags and doctors that the query names and the document carries. is_wide: what is not
    `among` makes room for others before the candidates are counted, which costs a query. `scope` is what is counted;
    if it is not given, that is what is `among`. `meanings` are the same query in other words.
    """
    statistics = Statistics(
        index, {term for one in [title, *(m.query for m in meanings)] for term in _asked_terms(one)}
    )
    asked = [Asked(title, statistics), *(Asked(one.query, statistics, one.words) for one in meanings)]
    q = asked[0].question
    choices = [*(one.in_titles for one in asked), *(one.in_bodies for one in asked)]
    scope = scope or Scope(within=None if among is None else among.values("pk"))
    terms = [term for some in [*choices, *(one.weights.terms for one in asked)] for term in some]
    present = [term for term in terms if statistics.count(*term)]
    lists, sets = counting.read(index, present, scope) if present or scope.named else ({}, [[]] * len(scope.querysets))
    strong = counting.count(asked[0].weights, scope, lists, sets, [one.weights for one in asked[1:]])
    found = gather(index, statistics, choices, lists)
    if is_wide and among is not None:
        found, among = [only(scores, among) for scores in found], None
    few = [share(meanings)] * len(meanings)
    limits = [CANDIDATES, *few, BODY_CANDIDATES, *few]
    keys = dict.fromkeys(key for scores, most in zip(found, limits, strict=True) for key in best(scores, most))
    near = len(keys)
    around = [key for key in keys if strong.is_anywhere(key)][:limit]
    others = strong.newest(limit - sum(strong.is_counted(key) for key in keys), keys)
    keys |= dict.fromkeys(others)
    hits: list[Hit] = []
    exact: set[int] = set()  # carries the very name that is asked for
    named: set[int] = set()  # carries a name that is in the query
    for d in index.documents(list(keys), among=among, with_bodies=True, also=labelled):
        names = names_of(d)
        score, *less = [one.score(d, names) for one in asked]
        hits.append(Hit(d.key, max([score, *(LESS * value for value in less)]), d.key in strong))
        if names:
            named.add(d.key)
        if title.folded in names:
            exact.add(d.key)
    last = set(others) - named  # they share the common words alone, and are there so that all can be reached
    hits.sort(key=lambda hit: (not hit.is_strong, hit.key not in exact, hit.key in last, -hit.score, -hit.key))
    return Found(
        hits[:limit],
        strong.total,
        candidates=near,
        is_least=strong.is_least,
        words={word: n for word, n in strong.words.items() if n and (n <= FEW or q.words[word] >= RARE)},
        carried=[len(keys) for keys in sets[len(sets) - len(scope.named) :]],
        around=around if scope.within is not None else (),
        size=statistics.totals[TITLE_WORD],
    )


def twins(index: Index, title: tokens.Title, own: int | None = None) -> list[int]:
    """The keys of the documents whose title says the same as `title` (tokens.Title), the newest first."""
    statistics = Statistics(index, terms_of(title))
    (scores,) = gather(index, statistics, [choose(statistics, _title_terms(title), TITLE_BUDGET)])
    if own is not None:
        scores.pop(own, None)
    found = index.documents(best(scores, CANDIDATES))
    return sorted((d.key for d in found if same_question(title, title_of(d))), reverse=True)
