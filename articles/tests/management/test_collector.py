import gc

import pytest

from articles.management.collector import collecting_rarely


@collecting_rarely()
def interrupted(seen):
    seen.append(gc.get_threshold())
    raise KeyboardInterrupt


def test_a_long_command_leaves_the_collector_as_it_was_even_when_it_fails():
    before, seen = gc.get_threshold(), []
    with pytest.raises(KeyboardInterrupt):
        interrupted(seen)
    assert seen[0] > before
    assert gc.get_threshold() == before
