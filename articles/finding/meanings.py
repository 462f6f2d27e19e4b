"""What a query means in doctors' terms: the pairs of patients' words that stand in it, and the same query with them."""

import re
from collections.abc import Mapping, Sequence

from articles.engine import tokens
from articles.engine.meanings import GUESSED, LESS, SAME, Meaning
from articles.models.patient_word import MOST_TERMS
from articles.text.wordlists import EVERYDAY_WORDS

Pairs = Sequence[tuple[str, str]]  # of a patient's word and a doctor's term

SURE, LIKELY = 4, 3  # characters from which on a word is hardly ever, and seldom, there by chance


def meanings_of(query: tokens.Title, pairs: Pairs, aliases: tokens.Aliases = (), guessed: Pairs = ()) -> list[Meaning]:
    """Return the Meanings of a query, by `pairs` of a folded word and a term, in the order in which they were added.

    Each term comes once at least; where several words have some, they are replaced at the same time. What rests on one
    of the pairs that are `guessed` is worth less.
    """
    typed = query.folded
    terms: dict[str, list[str]] = {}
    for word, term in [*pairs, *guessed]:
        folded = tokens.fold(term, aliases)
        if folded and (folded not in typed or folded in word) and stands_in(word, typed):
            terms.setdefault(word, []).append(folded)
    kept = {word: some for word, some in terms.items() if not any(word in other != word for other in terms)}
    if not kept:
        return []
    pattern = re.compile("|".join(sorted(map(re.escape, kept), key=len, reverse=True)))
    number = min(MOST_TERMS, max(map(len, kept.values())))
    worth = GUESSED if any(word in kept for word, _ in guessed) else min(map(worth_of, kept.values()))
    choices = [{word: some[at % len(some)] for word, some in kept.items()} for at in range(number)]
    return [meaning_of(replaced(typed, pattern, terms_of), list(terms_of.values()), worth) for terms_of in choices]


def worth_of(terms: Sequence[str]) -> float:
    """Return what an answer by one of the terms of a word counts; who is ill is the same, whichever is written."""
    return SAME if len(terms) == 1 or EVERYDAY_WORDS.issuperset(terms) else LESS


def replaced(text: str, pattern: re.Pattern[str], terms: Mapping[str, str]) -> str:
    return pattern.sub(lambda hit: terms[hit[0]], text)


def meaning_of(text: str, terms: list[str], worth: float) -> Meaning:
    """Return the Meaning of a query in which `terms` stand; who is ill is no term that answers by itself."""
    title = tokens.title(text)
    told = [term for term in terms if term not in EVERYDAY_WORDS]
    words = [[word for word in tokens.words(term) if word in title.words] for term in told]
    return Meaning(title, terms, [some for some in words if some], worth)


def stands_in(word: str, folded: str) -> bool:
    """Tell whether a word stands in a folded text, and not by chance across the ends of others: 来事 in 原来事情.

    Only the dictionary says where words end: it is patients' words that are guessed wrong. One of three characters may
    end within another (立事牙 in 立事牙疼), but not begin there (肠息肉 in 直肠息肉).
    """
    if word not in folded or len(word) >= SURE:
        return word in folded
    ends = tokens.ends_of_words(folded)
    hits = re.finditer(re.escape(word), folded)
    return any(hit.start() in ends and (len(word) == LIKELY or hit.end() in ends) for hit in hits)
