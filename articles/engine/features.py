"""How a document fits a question or a query: numbers of about 0 … 1, of which the ranker makes a weighted sum.

How each constant was chosen is told in docs/relevance.md.
"""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from . import tokens
from .candidates import TITLE_PAIR, TITLE_WORD, Document, Statistics
from .duplicates import chars
from .situations import Labels

# Body BM25: the textbook values, and the mean number of words of a body.
K1, B, MEAN_BODY = 1.2, 0.75, 90

# The rarity of a topic word that only the document has. Its true value changes no figure by more than .003 and would
# cost a query.
OTHER_WORD = 6.0
TINY = 1e-9
WHETHER = frozenset(["whether"])


def weighted(weights: dict[str, float], values: dict[str, float]) -> float:
    """Return the sum of values, each by its weight."""
    return sum([weights[name] * value for name, value in values.items()])


class Intents(NamedTuple):
    """How the intents of two titles fit."""

    same: float
    other: float
    whether: float


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
        self.by_rarity = sorted(self.words.items(), key=lambda row: -row[1])
        self.highest = max(self.words.values(), default=TINY) or TINY
        self.rarest = max(self.topic_words, key=self.topic_words.__getitem__) if self.topic_words else ""
        self.lead = next((run for run in title.topic.split() if len(run) > 1), "")
        self.chars = chars(title.folded)
        self.intents = frozenset(title.intents.split())
        self.compared: dict[str, Intents] = {}

    def beside_intents(self, intents: str) -> Intents:
        """How what a document asks for fits what the question asks for."""
        if intents not in self.compared:
            mine, theirs = self.intents - WHETHER, set(intents.split()) - WHETHER
            both = len(mine & theirs)
            self.compared[intents] = Intents(
                same=both / max(1, len(mine | theirs)),
                other=1.0 if mine and theirs and not both else 0.0,
                whether=1.0 if ("whether" in self.intents) == ("whether" in intents.split()) else 0.0,
            )
        return self.compared[intents]


def _topic_pairs(q: Question, text: str) -> float:
    shared = 0.0
    for pair, value in q.topic_pairs.items():
        if pair in text:
            shared += value
    return shared / q.topic_pairs_sum


def related_features(q: Question, d: Document, departments: Iterable[str] = ()) -> dict[str, float]:
    """How a document's title and departments fit a question; each about 0 … 1, so that the weights can be read."""
    text, words = d.folded, set(d.words)
    topic = [word for word in words if word in d.topic]
    shared = [q.topic_words[word] for word in topic if word in q.topic_words]
    t_shared = sum(shared)
    d_sum = (t_shared + OTHER_WORD * (len(topic) - len(shared))) or TINY
    own_chars = chars(text)
    common = len(q.chars & own_chars)
    intents = q.beside_intents(d.intents)
    return {
        "words": sum([value for word, value in q.words.items() if word in words]) / q.words_sum,
        "topic_words_back": t_shared / d_sum,
        "topic_words_dice": 2 * t_shared / (q.topic_sum + d_sum),
        "topic_pairs": _topic_pairs(q, text),
        "chars": common / (len(q.chars) or 1),
        "chars_back": common / (len(own_chars) or 1),
        "lead": 1.0 if q.lead and q.lead in text else 0.0,
        "intents": intents.same,
        "other_intent": intents.other,
        "whether": intents.whether,
        "department_part": 1.0 if any(a in b or b in a for a in q.labels.departments for b in departments) else 0.0,
    }


def search_features(q: Question, d: Document) -> dict[str, float]:
    """How a document's title fits a query; each about 0 … 1, so that the weights can be read."""
    text, words, topic = d.folded, d.words, d.topic
    others = 0
    for word in words if len(words) < 2 else set(words):
        if word in topic and word not in q.topic_words:
            others += 1
    rarest = 0.0
    for word, value in q.by_rarity:
        if word in words:
            rarest = value / q.highest
            break
    place = text.find(q.rarest) if q.rarest else -1
    return {
        "rarest": rarest,
        "topic_pairs": _topic_pairs(q, text),
        "chars": len(q.chars.intersection(text)) / (len(q.chars) or 1),
        "place": 1 / (1 + place) if place >= 0 else 0.0,
        "unmatched": min(3.0, OTHER_WORD * others / 10),
        "other_intent": q.beside_intents(d.intents).other,
    }


def body_score(rarity: dict[str, float], body: str) -> float:
    """BM25 of the question's words in a body, as a share of their rarities (Robertson and Zaragoza, 2009).

    `body` are its words, separated by blanks.
    """
    words = f" {body.replace(' ', '  ')} "  # so that each word has blanks of its own
    length = K1 * (1 - B + B * (body.count(" ") + 1) / MEAN_BODY)
    total = 0.0
    for word, idf in rarity.items():
        if n := words.count(f" {word} "):
            total += idf * n * (K1 + 1) / (n + length)
    return total / (sum(rarity.values()) or TINY)


def label(q: Question, names: Collection[str]) -> float:
    """The share of the query's words, by rarity, in the names that a document carries and the query names."""
    if not q.words:
        return 1.0
    return sum([value for word, value in q.words.items() if any(word in name for name in names)]) / q.words_sum
