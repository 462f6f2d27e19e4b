"""Sets of keys keep their members in whatever form they are stored."""

import random

import pytest

from articles.engine.posting_lists import (
    BITS,
    PACKED,
    SPAN,
    bits_of,
    changed,
    dense,
    number,
    pack,
    place,
    places_of,
    unpack,
)

MANY = BITS // 2  # places that as numbers take as much as bits


@pytest.mark.parametrize("size", [0, 1, PACKED - 1, PACKED, PACKED + 1, MANY - 1, MANY, MANY + 1, SPAN // 2, SPAN])
def test_what_is_packed_is_unpacked_and_no_chunk_is_longer_than_a_kilobyte(size):
    places = sorted(random.Random(size).sample(range(SPAN), size))
    stored = pack(places)
    assert unpack(stored) == places_of(bits_of(stored)) == places
    assert len(stored) <= BITS
    assert len(stored) <= 2 * size
    assert number(stored) == size
    assert int.from_bytes(dense(stored), "little") == sum(1 << place for place in places)


def test_places_that_many_of_a_chunk_have_are_shorter_than_numbers_and_than_bits():
    for size in (128, 256, 400):
        assert len(pack(random.Random(size).sample(range(SPAN), size))) < 0.85 * 2 * size
    assert len(pack(random.Random(1).sample(range(SPAN), 800))) < 0.6 * BITS
    assert len(pack(range(SPAN))) < BITS


def test_a_chunk_holds_what_it_should_whichever_way_it_came_about():
    chosen, stored, members = random.Random(3), b"", set()
    for _ in range(300):
        size = chosen.choice([1, 5, 60])
        added = sorted(set(chosen.sample(range(SPAN), size)) - members)
        removed = chosen.sample(sorted(members), min(len(members), chosen.choice([0, 0, 1, 40])))
        n, stored = changed(stored, added, removed)
        members = members.union(added).difference(removed)
        assert n == number(stored) == len(members)
        assert unpack(stored) == places_of(bits_of(stored)) == sorted(members)
    assert len(members) > MANY
    assert changed(stored, [], sorted(members)) == (0, b"")


def test_keys_have_their_places_in_chunks():
    assert [place(key) for key in (1, SPAN - 1, SPAN, 10**12)] == [
        (0, 1),
        (0, SPAN - 1),
        (1, 0),
        divmod(10**12, SPAN),
    ]
