"""Search: any text is data, never query syntax."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from articles.engine import tokens
from articles.engine.seam import Filters, Found, Named, search_engine
from articles.models import Article, Tag
from articles.text.names import clean_name, fold
from articles.text.wordlists import EVERYDAY_WORDS, TELLING_CHARACTERS

from .likely_terms import is_said_so, likely_terms
from .meanings import meanings_of
from .site_words import keeper
from .vocabulary import Vocabulary

LONGEST = 100  # characters of a query that count
DEEPEST = 100  # results that can be paged through
WEAK = 10  # results that are shown, apart, though they do not answer
FEW = 10  # strong results up to which weak ones are shown behind them
SHORTER = 4  # shorter queries that are offered
CERTAIN = 12.5  # score of the best strong result from which on nobody asks whether the query is mistyped
NEAR = 7.0  # score from which on what is only near may be what was meant, where nothing at all is found as typed
BETTER = 1.0  # by how much the best result of what may be meant has to be better
FAINT = 4.5  # score of the best result below which it is asked what the query is likely about, whatever its words
LIKELIER = 2.0  # and the reading, as the logarithm of a probability
SINGLE = re.compile("[\u3400-\u9fff]")  # a Chinese character, unlike the α of 甲胎蛋白 α
CHECKED = 20  # results in whose titles what is offered has to stand, where the site's words may be old


def clean_query(text: str | None) -> str:
    """Return a visitor's query as it is searched and shown: one line, one width, at most 100 characters.

    What stands for many characters (\ufdfa for eighteen) counts as these.
    """
    return whole_query(text)[:LONGEST].strip()


def is_cut(text: str | None) -> bool:
    """Tell whether clean_query() leaves characters of a visitor's query out."""
    return len(whole_query(text)) > LONGEST or len(text or "") > LONGEST * 4


def whole_query(text: str | None) -> str:
    """Return what clean_query() cuts."""
    query = clean_name((text or "")[: LONGEST * 4])
    written_out = unicodedata.normalize("NFKC", query[:LONGEST])
    return query if len(written_out) <= 2 * LONGEST else clean_name(written_out)


class Carried(NamedTuple):
    """A tag or doctor whose very name a query is, with the number of public questions."""

    bearer: Any
    number: int


@dataclass
class Results:
    """What a search found: the keys, best first, how many there are, and the words to mark."""

    keys: list[int] = field(default_factory=list)
    weak: list[int] = field(default_factory=list)  # the nearest that do not answer
    total: int = 0
    is_estimate: bool = False
    is_least: bool = False  # there may be more, nobody knows how many
    is_similar: bool = False  # nothing answers; these are the nearest
    candidates: int = 0  # documents that hold any of the words, unpublished ones among them
    words: list[str] = field(default_factory=list)
    title: tokens.Title | None = None
    tag: Carried | None = None  # whose name, or alias, the query is
    doctors: Sequence[Carried] = ()
    is_common: bool = False  # the query is nothing but words that are everywhere
    rare: Mapping[str, int] = field(default_factory=dict)  # words that are worth a search, with their documents
    around: Sequence[int] = ()  # within a tag: strong ones whatever their tag
    terms: Sequence[str] = ()  # what doctors write for the patients' words in the query, looked for as well
    best: float = float("-inf")  # score of the best strong one
    nearest: float = float("-inf")  # score of the best one
    size: int = 0  # questions that the index knows
    is_close: bool = False  # the first one means what is asked, whatever its words
    query: str = ""  # what these results answer
    typed: str = ""  # what the reader has typed, where something else is searched for it
    is_plain: bool = True  # what is answered differs from what was typed by no more than a hurried hand's slips
    offered: str = ""  # what the reader may have meant

    @property
    def shown_total(self) -> str:
        """The number of questions in words, no more exact than it is known."""
        said = "约" if self.is_estimate else "至少有" if self.is_least else "找到"
        more = f"，显示最相近的 {len(self.keys)} 个" if self.is_more else ""
        return f"{said} {self.total} 个{'' if self.is_estimate else '问题'}{more}"

    @property
    def is_more(self) -> bool:
        """Whether more questions answer than can be paged through."""
        return self.total > len(self.keys)

    @property
    def are_few(self) -> bool:
        """Whether weak ones are shown behind the strong ones."""
        return not self.is_similar and len(self.keys) < FEW


def search(query: str, tag: Tag | None = None, vocabulary: Vocabulary | None = None, is_exact: bool = False) -> Results:
    """Return the Results for a clean `query`, among the published questions (of `tag`) alone.

    Where nothing fits it well and it looks mistyped, they are those for what is meant, if that finds much better ones.
    What finds slightly better ones, or is the name of a doctor, is offered, but not to who speaks as patients do and is
    understood; where `is_exact`, so is the rest. Else, where next to nothing fits, what it is likely about comes first.
    Queries: the vocabulary, the counts of terms, the documents that hold them, what is stored of the best; the last
    three again for what may be meant, and for what it is likely about.
    """
    if not query:
        return Results()
    vocabulary = vocabulary or Vocabulary(query)
    results = answers(query, tag, vocabulary)
    # A character alone says nothing of what else it might be.
    if results.best >= CERTAIN or len(query) == 1:
        return results
    meant = meaning(results, tag, vocabulary)
    if meant and not is_exact and not meant.doctors:  # who asks for a doctor may mean another
        is_better = meant.nearest >= results.nearest + BETTER  # strong or not: the best of all
        if is_better and meant.is_plain and not results.is_close:  # what means the same is no slip
            meant.typed = query
            return meant
    found = results if is_exact else in_likely_order(results, tag, vocabulary)
    # Who speaks as patients do and is understood needs no offer.
    if meant and (is_exact or not found.terms or vocabulary.guessed):
        found.offered = meant.query
    return found


def in_likely_order(results: Results, tag: Tag | None, vocabulary: Vocabulary) -> Results:
    """Return the Results of a query of which next to nothing fits: first what it is likely about, whatever its words.

    What does not answer it does not by that, either.
    """
    if max(results.best, results.nearest) >= FAINT:
        return results
    likely: dict[str, float] = {}
    for term, probability in likely_terms(results.query).items():  # names of one tag are one term
        folded = tokens.fold(term, vocabulary.aliases)
        likely[folded] = max(probability, likely.get(folded, 0.0))
    return answers(results.query, tag, vocabulary, likely) if likely else results


def meaning(results: Results, tag: Tag | None, vocabulary: Vocabulary) -> Results | None:
    """Return the Results for what a query may mean that looks mistyped, if that finds something better."""
    if keeper.words is not None and not keeper.words.is_odd(results.query):
        return None
    words = keeper.at(vocabulary.version, results.size)
    reading = words.read(results.query)
    if reading is None or reading.gain < LIKELIER:
        return None
    sensible = words.sensible(reading)
    text, is_plain = clean_query(sensible.text), sensible.is_plain
    if any(word not in text for word, _ in vocabulary.patient_words):
        return None  # what patients say is no slip
    if not text or not (is_plain or sensible.is_all_of(reading.steps)):  # half of a guess is worse than none
        return None
    if any(name in text for name in words.doctors):
        vocabulary = Vocabulary(text)
    meant = answers(text, tag, vocabulary)
    meant.is_plain = is_plain and not is_said_so(reading.steps)
    is_found = meant.best > results.best or (not results.keys and meant.nearest >= NEAR)
    if not is_found:
        return None
    if words.version != vocabulary.version and not is_public(text, results.query, meant, vocabulary):
        return None
    return meant


def is_public(text: str, typed: str, meant: Results, vocabulary: Vocabulary) -> bool:
    """Tell whether each pair of characters in `text`, but those that were typed, stands in what is found or in a name.

    For words that were learned before the last change: what has been withdrawn since must not come back.
    """
    titles = Article.objects.published().filter(pk__in=meant.keys[:CHECKED]).values_list("title", flat=True)
    names = [vocabulary.tags[meant.tag.bearer.pk].name] if meant.tag else []
    names += [carried.bearer.name for carried in meant.doctors]
    found = {pair for title in [*titles, *names] for pair in tokens.char_pairs(tokens.fold(title, vocabulary.aliases))}
    return set(tokens.char_pairs(tokens.fold(text, vocabulary.aliases))) <= found.union(
        tokens.char_pairs(tokens.fold(typed))
    )


def answers(query: str, tag: Tag | None, vocabulary: Vocabulary, likely: Mapping[str, float] = {}) -> Results:
    """Return the Results for a clean query as it is, in an order that heeds the terms that it is `likely` about."""
    title = tokens.title(query, vocabulary.aliases)
    meanings = meanings_of(title, vocabulary.patient_words, vocabulary.aliases, vocabulary.guessed)
    meant = [meaning.query.folded for meaning in meanings]
    named = vocabulary.named(title.folded, fold(query), *meant)._replace(meanings=meanings, likely=likely)
    found = ranked(title, tag, named)
    words = words_to_mark(query, title, vocabulary)
    words += [word for meaning in meanings for part in (meaning.terms, *meaning.words) for word in part]
    results = Results(candidates=found.candidates, words=words, title=title, query=query, size=found.size)
    results.terms = list(dict.fromkeys(term for meaning in meanings for term in meaning.terms))
    results.is_common = tokens.is_only_common(query, vocabulary.aliases)
    results.rare, results.around, results.is_close = found.words, found.around, found.is_close
    numbers = iter(found.carried)
    of_tag, of_doctor = (dict(zip(keys, numbers, strict=False)) for keys in (named.tags, named.doctors))
    tags, doctors = vocabulary.bearers(query)
    results.tag = next((Carried(tag, of_tag[tag.pk]) for tag in tags if of_tag.get(tag.pk)), None)
    results.doctors = [Carried(one, of_doctor[one.pk]) for one in doctors if of_doctor.get(one.pk)]
    results.nearest = max((hit.score for hit in found.hits), default=results.nearest)
    results.best = max((hit.score for hit in found.hits if hit.is_strong), default=results.best)
    results.keys = [hit.key for hit in found.hits if hit.is_strong]
    results.weak = [hit.key for hit in found.hits if not hit.is_strong][:WEAK]
    if not results.keys:
        results.is_similar = True
        results.keys, results.weak = results.weak, []
    is_full = len(found.hits) == DEEPEST and not results.is_similar
    results.is_estimate, results.is_least = is_full and found.is_estimate, found.is_least and not results.is_similar
    results.total = max(found.total, len(results.keys)) if is_full else len(results.keys)
    return results


def words_to_mark(query: str, title: tokens.Title, vocabulary: Vocabulary) -> list[str]:
    """Return the words of a query and the other names of the tags in it, as they may stand in a text.

    A single Chinese character that says nothing alone (不) is left out, unless the query is nothing but such.
    """
    typed = tokens.title(query).folded
    words = {*title.words, *re.findall(r"\w+", title.folded), *re.findall(r"\w+", typed), *title.topic.split()}
    telling = {word for word in words if not SINGLE.fullmatch(word) or word in TELLING_CHARACTERS}
    names = vocabulary.spellings(typed) | vocabulary.spellings(title.folded)
    return sorted((telling or words) | names, key=len, reverse=True)


def ranked(title: tokens.Title, tag: Tag | None = None, named: Named = Named()) -> Found:  # noqa: B008 - it cannot be changed
    """Return the engine's Found for the tokens of a query, among the published questions (of `tag`) alone."""
    return search_engine().search(title, Filters(tag=tag.pk if tag else None), DEEPEST, named)


def shorter_queries(results: Results, vocabulary: Vocabulary) -> list[str]:
    """Return shorter queries that find something strong: names of tags within the query, then words of its topic."""
    title = results.title
    if title is None:
        return []
    names = [
        name
        for name in sorted(vocabulary.names_in(title.folded), key=lambda name: (-len(name), name))
        if all(results.rare.get(word) for word in tokens.words(name)) and tokens.words(name)
    ]
    words = sorted(results.rare, key=lambda word: (-len(word), title.folded.find(word), word))
    words = [word for word in words if len(word) > 1 and word in title.topic and word not in EVERYDAY_WORDS]
    found: list[str] = []
    for candidate in [*names, *words]:
        if candidate != title.folded and not any(candidate in longer for longer in found):
            found.append(candidate)
    return found[:SHORTER]


def finds_nothing(query: str, vocabulary: Vocabulary | None = None) -> bool:
    """Tell whether a clean `query` finds no question that answers it."""
    results = search(query, vocabulary=vocabulary)
    return not results.keys or results.is_similar
