"""What a query means in doctors' terms: the pairs of patients' words that stand in it, and the same query with them."""

import re
from collections.abc import Collection, Mapping, Sequence

from articles.engine import tokens
from articles.engine.meanings import GUESSED, LESS, SAME, Meaning
from articles.models.patient_word import MOST_TERMS
from articles.text.complaints import is_trouble
from articles.text.wordlists import EVERYDAY_WORDS

Pairs = Sequence[tuple[str, str]]  # of a patient's word and a doctor's term

ENDING = "儿"  # what the north puts behind a word
SURE, LIKELY = 4, 3  # characters from which on a word is hardly ever, and seldom, there by chance


def meanings_of(query: tokens.Title, pairs: Pairs, aliases: tokens.Aliases = (), guessed: Pairs = ()) -> list[Meaning]:
    """Return the Meanings of a query, by `pairs` of a folded word and a term, in the order in which they were added.

    Each term comes once at least; where several words have some, they are replaced at the same time. The pairs that
    are `guessed` are for less, and only where the others say no more than who is ill: whoever writes 心梗手有点麻 is
    not answered about the neck.
    """
    typed = query.folded
    said = terms_said(typed, pairs, aliases)
    more = terms_said(typed, guessed, aliases)
    within = [word for word in said if any(word in guess for guess in more)]
    if all(word in within or EVERYDAY_WORDS.issuperset(some) for word, some in said.items()):
        said |= more
    kept = {word: some for word, some in said.items() if not any(word in other != word for other in said)}
    if not kept:
        return []
    pattern = re.compile("|".join(sorted(map(re.escape, kept), key=len, reverse=True)))
    number = min(MOST_TERMS, max(map(len, kept.values())))
    worth = GUESSED if any(word in kept for word in more) else min(map(worth_of, kept.values()))
    choices = [{word: some[at % len(some)] for word, some in kept.items()} for at in range(number)]
    return [meaning_of(replaced(typed, pattern, terms_of), list(terms_of.values()), worth) for terms_of in choices]


def terms_said(typed: str, pairs: Pairs, aliases: tokens.Aliases) -> dict[str, list[str]]:
    """Return the folded terms of each word of the pairs that stands in what is typed."""
    terms: dict[str, list[str]] = {}
    ends = tokens.ends_of_words(typed) if pairs else ()
    for word, term in pairs:
        folded = tokens.fold(term, aliases)
        if folded and (folded not in typed or folded in word) and stands_in(word, typed, ends):
            terms.setdefault(word, []).append(folded)
    return terms


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


def stands_in(word: str, folded: str, ends: Collection[int]) -> bool:
    """Tell whether a word stands in a folded text, and not by chance across the ends of others: 来事 in 原来事情.

    Only the dictionary says where words end, at `ends`: it is patients' words that are guessed wrong. One of three
    characters may end within another that goes on with a trouble (立事牙 in 立事牙疼, not 淋巴肿 in 淋巴肿瘤).
    """
    if word not in folded or len(word) >= SURE:
        return word in folded
    return any(is_whole(hit, ends, len(word) == LIKELY) for hit in re.finditer(re.escape(word), folded))


def is_whole(hit: re.Match[str], ends: Collection[int], is_likely: bool) -> bool:
    """Tell whether a hit begins and ends where words do, or what follows in its last says no more (波棱盖儿), or, if it
    is likely, is a trouble."""
    if hit.start() not in ends:
        return False
    end = min(place for place in ends if place >= hit.end())
    rest = hit.string[hit.end() : end]
    return not rest or (rest == ENDING and len(hit[0]) > 1) or (is_likely and is_trouble(rest))
