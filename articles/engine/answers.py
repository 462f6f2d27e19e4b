"""How well documents answer a typed query: a sum of a few weighted features of each, and the best of them in order.

How each constant was chosen is told in docs/relevance.md.
"""

import math
from collections.abc import Collection, Sequence
from typing import NamedTuple, Protocol

from articles.text.wordlists import EVERYDAY_WORDS, any_of

from . import counting, tokens
from .bitmaps import Bitmaps
from .candidates import BODY_WORD, Document, Statistics
from .duplicates import chars
from .features import TINY, Question, body_score, label, search_features, weighted
from .seam import Hit

BODIES = 40  # of the best answers are read
NEAR_WEIGHT = 1.5  # what a standard deviation nearer counts
OUTDONE = 2.5  # by how much a title must fit better than all that answers to answer, too
TITLE = 4.0  # score from which on a title answers that fits so much better than all that do
SHARED = 2  # telling characters that a title must share with a query to fit it better than a body
UNWRITTEN = 0.3  # what a word that no doctor writes counts beside one's term: 不治会 of 面肌痉挛不治会怎么样
MOST_WORDS = 12  # of a query that count where its words in a body count more the more it has
FITTING = 9.0  # score from which on the words alone tell that a title answers

# Characters that are left of 要紧吗, 有用吗, 怎么才好.
EMPTY = frozenset("好用紧快行就才又再都还下")

_EVERYDAY = any_of(EVERYDAY_WORDS)

# Fitted as those of related questions are (ranking.py).
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


def with_topic(title: tokens.Title) -> tokens.Title:
    """Return a query as it is compared: one that only says what is asked for (怀孕吃什么) has that for a topic.

    A character that is left alone there and says nothing (好 of 有喜了吃啥好) is no topic.
    """
    told = " ".join(run for run in title.topic.split() if run not in EMPTY)
    return title._replace(topic=told or title.folded)


class Asked:
    """A typed query, or one of its meanings: what is counted, and how well a document answers.

    A document answers a meaning only if it holds a term whole; `needed` are the words of each. `worth` is what an
    answer counts.
    """

    def __init__(
        self, title: tokens.Title, statistics: Statistics, needed: Sequence[Sequence[str]] = (), worth: float = 1.0
    ) -> None:
        self.question, self.worth = Question(with_topic(title), statistics), worth
        self.rarity = {word: statistics.idf(BODY_WORD, word) for word in self.question.words}
        words = counting.weighed(self.question.words)
        if needed:
            words = {word: value * (1.0 if statistics.occurs(word) else UNWRITTEN) for word, value in words.items()}
        self.weights = counting.Weights(words, self.question.topic_pairs, needed)

    def score(self, d: Document, names: Collection[str]) -> float:
        """How well a document answers that carries the folded `names` of tags and doctor, its body aside."""
        values = search_features(self.question, d)
        values["label"] = label(self.question, names) if names else 0.0
        return self.worth * weighted(SEARCH_WEIGHTS, values)

    def body_weight(self, is_weak: bool) -> float:
        """What the words of a body weigh.

        Of what does not answer a query no title says what is asked, and a long one tells its answer by how much of it a
        body holds: there each of its words weighs one.
        """
        weight = min(len(self.question.words), MOST_WORDS) if is_weak else SEARCH_WEIGHTS["body"]
        return self.worth * weight

    def body_guess(self, keys: Collection[int], maps: Bitmaps) -> dict[int, float]:
        """How well the bodies of those of `keys` fit that hold the words, as if each stood there once."""
        guess: dict[int, float] = {}
        whole = sum(self.rarity.values()) or TINY
        for word, value in self.rarity.items():
            for key in maps.among(keys, maps.of((BODY_WORD, word))):
                guess[key] = guess.get(key, 0.0) + value / whole
        return guess


class Near(Protocol):
    """How near the questions are to a query by what they mean (vectors.py)."""

    @property
    def close(self) -> float: ...
    @property
    def near(self) -> float: ...
    @property
    def far(self) -> float: ...
    def of(self, key: int) -> float: ...
    def best(self, limit: int) -> list[int]: ...


class Sense:
    """What documents mean beside a query, as far as a Near tells: without one, their words alone answer.

    `more` is how many more, or less, answer than by their words.
    """

    def __init__(self, near: Near | None) -> None:
        self.near, self.more = near, 0

    def worth(self, key: int) -> float:
        """What the nearness of a document counts in the order."""
        return NEAR_WEIGHT * self.near.of(key) if self.near else 0.0

    def is_close(self, key: int) -> bool:
        """Tell whether a document means what is asked, whatever its words."""
        return self.near is not None and self.near.of(key) >= self.near.close

    def answers(self, key: int, is_strong: bool, is_whole: bool, score: float) -> bool:
        """Tell whether a document answers that `is_strong` by its words, which are worth `score`.

        What holds every word (`is_whole`) answers whatever it means: 哮喘 may stand in the body of a question alone.
        """
        if self.near is None:
            return is_strong
        is_held = is_strong and (is_whole or score >= FITTING or self.near.of(key) >= self.near.far)
        answers = is_held or self.is_close(key)
        self.more += answers - is_strong
        return answers


class Result(NamedTuple):
    """A document that answers a query: those of a lesser group come first, then those of a higher score."""

    group: tuple[bool, bool, bool]
    scores: list[float]  # by the query as it was typed, and by each of its meanings, bodies aside
    document: Document
    nearness: float = 0.0  # what it counts in the order that it means what is asked, whatever its words

    @property
    def is_weak(self) -> bool:
        return self.group[0]


def let_titles_answer(results: list[Result], asked: Sequence[Asked]) -> int:
    """Let titles that fit much better than all that answers answer, too; return how many do.

    跟 for 和 breaks the words of 眼睑痉挛跟面肌痉挛一样吗. One that shares no more than 孩子 or one character fits by
    chance.
    """
    telling = set().union(*(chars(_EVERYDAY.sub("", one.question.title.folded)) for one in asked))
    fits = [max(one.scores) for one in results]
    strong = max((fit for fit, one in zip(fits, results, strict=True) if not one.is_weak), default=math.inf)
    more = 0
    for at, one in enumerate(results):
        is_telling = one.is_weak and len(telling.intersection(one.document.folded)) >= SHARED
        if is_telling and fits[at] >= max(strong + OUTDONE, TITLE):
            results[at], more = one._replace(group=(False, *one.group[1:])), more + 1
    return more


def best_way(one: Result, weights: Sequence[float], fits: Sequence[float]) -> float:
    """Return the score of a result by the best of the ways in which a query is asked, its body added as it fits."""
    return max([each + weight * fit for each, weight, fit in zip(one.scores, weights, fits, strict=True)])


def best_of(results: list[Result], asked: Sequence[Asked], maps: Bitmaps, limit: int) -> list[Hit]:
    """The best `limit` of the results, best first, their bodies added to their scores, in which nearness is no part.

    A body decides among near-equal titles alone: those of the first are read, of the others it is enough to know by the
    lists in `maps` which words they hold.
    """
    keys = [one.document.key for one in results]
    guessed = [one.body_guess(keys, maps) for one in asked]
    ranked: list[tuple[tuple[bool, bool, bool], float, int, Result]] = []
    weights = {is_weak: [way.body_weight(is_weak) for way in asked] for is_weak in (False, True)}
    for one in results:
        key = one.document.key
        score = best_way(one, weights[one.is_weak], [some.get(key, 0.0) for some in guessed])
        ranked.append((one.group, -score - one.nearness, -key, one))
    ranked.sort()
    for at, (group, _, key, one) in enumerate(ranked[:BODIES]):
        if not any(-key in some for some in guessed):
            continue  # it holds none of the words
        score = best_way(one, weights[one.is_weak], [body_score(way.rarity, one.document.body) for way in asked])
        ranked[at] = (group, -score - one.nearness, key, one)
    ranked[:BODIES] = sorted(ranked[:BODIES])
    return [Hit(-key, -place - one.nearness, not group[0]) for group, place, key, one in ranked[:limit]]
