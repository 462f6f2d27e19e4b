"""Titles that say the same are one question; titles that ask for something else are not."""

from typing import NamedTuple

import pytest

from articles.engine import duplicates, tokens


class Row(NamedTuple):
    key: int
    document: tokens.Title


def document(title):
    return tokens.title(title)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("痛风要忌口什么饮食？", "痛风饮食要忌口什么"),
        ("偏头痛怎么缓解", "偏头痛如何缓解？"),
        ("偏头痛，怎么治", "偏头痛怎么治！"),
        ("怎么办", "怎么办"),
        ("是什么？", "是什么？"),
    ],
)
def test_signs_question_words_and_order_make_no_other_question(first, second):
    assert duplicates.same_question(document(first), document(second))
    assert duplicates.keys(document(first)) & duplicates.keys(document(second))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("偏头痛怎么治", "偏头痛的病因"),
        ("偏头痛怎么治", "紧张性头痛怎么治"),
        ("偏头痛吃什么药", "偏头痛怎么治"),
        ("一型糖尿病怎么治", "二型糖尿病怎么治"),
        ("怎么缓解", "如何缓解"),
        ("怎么治", "偏头痛怎么治"),
        ("偏头痛怎么治", "怎么治"),
        ("发烧没有咳嗽怎么办", "发烧咳嗽怎么办"),
        ("牛奶过敏", "奶牛过敏"),
        ("痛风是什么", "痛风怎么办"),
    ],
)
def test_another_intent_illness_kind_or_no_subject_is_another_question(first, second):
    assert not duplicates.same_question(document(first), document(second))
    assert not duplicates.keys(document(first)) & duplicates.keys(document(second))


def test_of_those_that_say_the_same_the_first_stays_until_there_are_enough():
    titles = ["痛风怎么缓解", "痛风如何缓解？", "头痛怎么缓解", "痛风的病因", "头痛缓解？", "失眠怎么缓解"]
    rows = [Row(key, document(title)) for key, title in enumerate(titles)]
    kept = duplicates.without_duplicates(rows, tokens.title("头痛怎么缓解？"), 3)
    assert [row.key for row in kept] == [0, 3, 5]
    kept = duplicates.without_duplicates(rows, tokens.title("头痛怎么缓解？"), 2)
    assert [row.key for row in kept] == [0, 3]
