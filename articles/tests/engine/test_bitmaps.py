"""Sets as long numbers hold what their lists hold, whatever chunks lie between."""

import random

from articles.engine.bitmaps import Bitmaps
from articles.engine.posting_lists import SPAN, of_keys

TERM, OTHER = (0, "头痛"), (0, "失眠")


def test_a_set_as_a_number_gives_its_keys_the_newest_first_and_tells_of_each():
    chance = random.Random(5)
    keys = [chance.sample(range(1, SPAN * 9), 400), [SPAN * 10**6, 7]]
    maps = Bitmaps({TERM: of_keys(keys[0]), OTHER: of_keys(keys[1])})
    both = maps.of(TERM) | maps.of(OTHER)
    assert list(maps.newest(both)) == sorted({*keys[0], *keys[1]}, reverse=True)
    asked = [*range(SPAN * 9), SPAN * 10**6, SPAN * 10**9]
    assert maps.among(asked, maps.of(TERM)) == set(keys[0])
    assert maps.among([], both) == set()


def test_what_no_list_holds_is_nothing_and_what_lies_in_other_chunks_is_left_out():
    maps = Bitmaps({TERM: of_keys([3])})
    assert maps.of(OTHER) == 0
    assert list(maps.newest(maps.number(of_keys([1, 3, SPAN * 4])))) == [3, 1]
    assert list(Bitmaps({}).newest(0)) == []
