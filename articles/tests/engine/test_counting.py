"""The number of documents that hold half of a query is that of counting them one by one."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.engine import candidates, counting, posting_lists, ranking, tokens
from articles.engine.candidates import BODY_WORD, PUBLIC, Statistics
from articles.engine.counting import HALF, Scope, reaching

from .trial_index import index_of, make_index, row

pytestmark = pytest.mark.django_db

WORDS = ["头痛", "失眠", "眩晕", "打鼾", "湿疹", "痛风", "咖啡", "治疗", "糖尿病"]
MASKS = st.lists(st.tuples(st.integers(0, 2 * HALF), st.integers(0, 2**40)), max_size=12)


@given(MASKS)
@settings(max_examples=150, deadline=None)
def test_numbers_add_up_to_half_as_they_do_one_by_one(masks):
    found = reaching(masks)
    for place in range(40):
        total = sum(number for number, mask in masks if mask >> place & 1)
        assert bool(found >> place & 1) == (total >= HALF)


def one_by_one(index, text, keys):
    """Return the keys of the documents that hold half of a query, as a reader would check it."""
    title = tokens.title(text)
    statistics = Statistics(index, candidates.terms_of(title) | {(BODY_WORD, word) for word in title.words})
    q = ranking.Question(title, statistics)
    strong = set()
    for d in index.documents(keys, with_bodies=True):
        rarity = counting.weighed(q.words)
        words = sum(value for word, value in rarity.items() if word in {*d.words, *d.body.split()}) / sum(
            rarity.values()
        )
        pairs = sum(value for pair, value in q.topic_pairs.items() if pair in d.folded) / q.topic_pairs_sum
        if max(words, pairs) >= 0.5:
            strong.add(d.key)
    return strong


@pytest.mark.parametrize("seed", range(6))
def test_a_count_is_that_of_counting_one_by_one_and_all_of_them_are_told_apart(seed):
    chance = random.Random(seed)
    index = make_index()
    keys = chance.sample(range(1, posting_lists.SPAN * 70), 60)  # in many chunks
    for key in keys:
        title, body = (" ".join(chance.sample(WORDS, chance.randint(1, 3))) for _ in range(2))
        index.write([row(key, title, body)])
    for _ in range(12):
        query = " ".join(chance.sample(WORDS, chance.randint(1, 5)))
        results = ranking.search(index, tokens.title(query))
        strong = one_by_one(index, query, keys)
        assert (results.total, results.is_estimate, results.is_least) == (len(strong), False, False)
        assert {hit.key for hit in results.hits if hit.is_strong} == strong


def test_a_common_character_alone_is_not_half_of_a_word_that_nobody_knows():
    index = index_of(*["耳鸣怎么办"] * 6, bodies=["这个病要紧", "没有别的病"])
    results = ranking.search(index, tokens.title("糖料病"))
    assert (results.total, [hit.is_strong for hit in results.hits]) == (0, [False, False])


def test_only_what_is_published_is_counted_as_it_comes_and_goes():
    index = index_of(*["头痛"] * 6)
    public = Scope(is_public=True)

    def counted():
        return ranking.search(index, tokens.title("头痛"), scope=public).total

    assert counted() == 0
    index.publish([1, 2, 3, 3])
    assert counted() == 3
    index.publish([2, 5], hidden=[1, 6])
    assert counted() == 3
    index.forget([2])
    assert counted() == 2
    index.publish([], hidden=[3, 5])
    assert counted() == 0
    assert index.postings([[PUBLIC]], 9) == [[]]


def test_the_heaviest_words_of_a_long_query_are_counted(monkeypatch):
    monkeypatch.setattr(counting, "HEAVIEST", 2)
    index = index_of("头痛", "失眠 眩晕", *["治疗 头痛"] * 5)
    assert ranking.search(index, tokens.title("失眠 眩晕 治疗 头痛")).total == 1


def test_what_is_counted_is_found_however_many_documents_a_word_has():
    index = make_index()
    index.write([row(key, "头痛", "") for key in range(1, posting_lists.FEW + 200)], are_new=True)
    results = ranking.search(index, tokens.title("头痛"), limit=20)
    assert (results.total, len(results.hits)) == (posting_lists.FEW + 199, 20)
