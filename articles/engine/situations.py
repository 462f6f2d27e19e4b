"""Whether two questions are about the same situation: what may stand beside a question under that heading.

An order has a tenth place even where nothing fits; a worried reader takes what stands there for an answer. How each
constant was chosen is told in docs/relevance.md.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from . import tokens

ALIKE_WORDS, ALIKE_PAIRS = 0.35, 0.3  # shares of the topics' words, and of the pairs, that titles have in common
ALIKE_TAGGED = 0.6  # the words' where one of the two is about a tagged disease that the other does not name
WITHIN = 0.9  # the whole topic of one stands in the other
ALIKE_LABELLED = 0.3  # the words' where both carry the same symptom or drug
ENOUGH_LABELS = 2  # symptoms and drugs in common that need no common word


class Labels(NamedTuple):
    """The names of what editors have tagged an article with."""

    departments: Sequence[str] = ()
    diseases: Sequence[str] = ()
    tags: Sequence[str] = ()  # all the others
    telling: Sequence[str] = ()  # those of them that are symptoms and drugs


fold_name = lru_cache(maxsize=4_096)(tokens.fold)


def is_same_situation(folded: str, mine: Labels, other: str, theirs: Labels, features: Mapping[str, float]) -> bool:
    """Tell whether two questions, by their folded titles and Labels, are about the same situation.

    `features` are those of ranking.features(). A disease counts as an article's own where its title names it, and a
    symptom or drug that both titles name where there is no disease. Two that are about different diseases are not the
    same, whatever their titles share.
    """
    diseases = set(mine.diseases).union(named_in(folded, theirs.diseases))
    if diseases.intersection([*theirs.diseases, *named_in(other, mine.diseases)]):
        return True
    telling = set(mine.telling).intersection(theirs.telling)
    ill = bool(mine.diseases) + bool(theirs.diseases)
    if named_in(other, named_in(folded, telling if ill else {*mine.telling, *theirs.telling})):
        return True
    words, pairs = features["topic_words_dice"], features["topic_pairs"]
    if telling and words >= ALIKE_LABELLED:
        return True
    if ill == 2:
        return False
    if len(telling) >= ENOUGH_LABELS:
        return True
    if ill:
        return words >= ALIKE_TAGGED and pairs >= ALIKE_PAIRS
    is_within = max(pairs, features["topic_words_back"]) >= WITHIN
    return is_within or (words >= ALIKE_WORDS and pairs >= ALIKE_PAIRS)


def named_in(folded: str, names: Iterable[str]) -> list[str]:
    return [name for name in names if fold_name(name) in folded]
