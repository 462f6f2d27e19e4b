"""The number of documents that hold half of a query is that of counting them one by one."""

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.engine import answers, candidates, counting, posting_lists, ranking, tokens
from articles.engine.bitmaps import Bitmaps
from articles.engine.candidates import BODY_WORD, PUBLIC, Statistics
from articles.engine.counting import HALF, Scope, added, best, half, together

from .trial_index import index_of, make_index, row

pytestmark = pytest.mark.django_db

WORDS = ["头痛", "失眠", "眩晕", "打鼾", "湿疹", "痛风", "咖啡", "治疗", "糖尿病"]
MASKS = st.lists(st.tuples(st.integers(0, 2 * HALF), st.integers(0, 2**40 - 1)), max_size=12)


def one_each(masks):
    """Return what the numbers of each of forty documents add up to, one by one."""
    return [sum(number for number, mask in masks if mask >> place & 1) for place in range(40)]


@given(MASKS, MASKS)
@settings(max_examples=150, deadline=None)
def test_numbers_add_up_as_they_do_one_by_one(masks, others):
    sums = added(masks)
    for place, total in enumerate(one_each(masks)):
        assert sum((each >> place & 1) << n for n, each in enumerate(sums)) == total
        assert bool(half(sums) >> place & 1) == (total >= HALF)
    both = together(sums, added(others))
    for place, total in enumerate(one_each([*masks, *others])):
        assert sum((each >> place & 1) << n for n, each in enumerate(both)) == total


@given(MASKS, st.integers(0, 2**40 - 1), st.integers(1, 12))
@settings(max_examples=150, deadline=None)
def test_the_best_are_those_that_sorting_finds_and_of_equal_ones_the_newest(masks, within, limit):
    maps = Bitmaps({(0, "头痛"): {0: posting_lists.pack([1])}})
    totals = one_each(masks)
    held = [place for place in range(40) if within >> place & 1 and totals[place]]
    by_sum = sorted(held, key=lambda place: (-totals[place], -place))[:limit]
    assert sorted(best(maps, added(masks), within, limit)) == sorted(by_sum)


def one_by_one(index, text, keys):
    """Return the keys of the documents that answer a query, as a reader would check it."""
    title = tokens.title(text)
    statistics = Statistics(index, candidates.terms_of(title) | {(BODY_WORD, word) for word in title.words})
    q = ranking.Question(title, statistics)
    rarity = counting.weighed(q.words)

    def share(held):
        return sum(value for word, value in rarity.items() if word in held) / sum(rarity.values())

    strong = set()
    for d in index.documents(keys, with_bodies=True):
        pairs = sum(value for pair, value in q.topic_pairs.items() if pair in d.folded) / q.topic_pairs_sum
        title, whole = max(share(d.words), pairs), share({*d.words, *d.body.split()})
        if title >= 0.5 or (whole >= 0.5 and title >= 0.25) or whole > 0.999:
            strong.add(d.key)
    return strong


@pytest.mark.parametrize("seed", range(6))
def test_a_count_is_that_of_counting_one_by_one_and_all_of_them_are_told_apart(seed, monkeypatch):
    monkeypatch.setattr(answers, "OUTDONE", math.inf)  # no title answers beside what is counted
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
    index.write([row(key, "头痛", "") for key in range(1, posting_lists.BITS // 2 + 200)], are_new=True)
    results = ranking.search(index, tokens.title("头痛"), limit=20)
    assert (results.total, len(results.hits)) == (posting_lists.BITS // 2 + 199, 20)
