import gc

import pytest

from articles.management.collector import collecting_rarely


def test_a_long_command_leaves_the_collector_as_it_was_even_when_it_fails():
    before = gc.get_threshold(), gc.isenabled()
    with pytest.raises(KeyboardInterrupt), collecting_rarely():
        assert gc.get_threshold() > before[0]
        raise KeyboardInterrupt
    assert (gc.get_threshold(), gc.isenabled()) == before
