"""The thread that asks the database how fresh the site is: how often, what requests see, and how it ends."""

import logging
import os
import threading
import time

import pytest

from healthqa.page_cache import State, Watcher


@pytest.fixture
def watch():
    """Make watchers that ask once in a hundred seconds, and close them."""
    watchers = []

    def make(read, take=lambda state: None, interval=100, patience=30):
        watchers.append(Watcher(read, take, interval, patience))
        return watchers[-1]

    yield make
    for watcher in watchers:
        watcher.close()


class Numbers:
    """Answers 1, 2, 3 …; nothing while it is down, and not before it `may_go_on`."""

    def __init__(self):
        self.number, self.is_down = 0, False
        self.begun, self.may_go_on = threading.Event(), threading.Event()
        self.may_go_on.set()

    def __call__(self):
        self.number += 1
        answer = self.number
        self.begun.set()
        self.may_go_on.wait(30)
        if self.is_down:
            raise OSError("gone")
        return State(answer)


@pytest.fixture
def numbers():
    return Numbers()


def in_thread(work):
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def test_the_database_is_asked_once_in_an_interval(watch, numbers, clock):
    watcher = watch(numbers)
    assert [watcher.look().version for _ in range(20)] == [1] * 20
    clock(99)
    assert watcher.look().version == 1
    clock(2)
    assert watcher.look().version == 2


def test_it_is_asked_again_at_once_by_who_knows_of_a_change(watch, numbers):
    watcher = watch(numbers)
    watcher.look()
    watcher.expire()
    assert [watcher.look().version for _ in range(3)] == [2] * 3


def test_pages_forget_what_is_untrue_before_any_request_sees_the_new_state(watch, numbers):
    taken = []
    watcher = watch(numbers, lambda state: taken.append((state.version, watcher.state)))
    first = watcher.look()
    assert taken == [(1, None)]
    watcher.expire()
    watcher.look()
    assert taken == [(1, None), (2, first)]


def test_many_who_look_at_once_ask_once(watch, numbers):
    numbers.may_go_on.clear()
    watcher, seen = watch(numbers), []
    threads = [in_thread(lambda: seen.append(watcher.look().version)) for _ in range(6)]
    numbers.begun.wait(30)
    time.sleep(0.1)  # until the others wait for the same answer
    numbers.may_go_on.set()
    for thread in threads:
        thread.join(60)
    assert seen == [1] * 6
    time.sleep(0.1)
    assert numbers.number == 1


def test_an_answer_that_was_asked_for_before_a_change_does_not_count(watch, numbers):
    numbers.may_go_on.clear()
    watcher, seen = watch(numbers), []
    early = in_thread(watcher.look)
    numbers.begun.wait(30)
    watcher.expire()
    late = in_thread(lambda: seen.append(watcher.look().version))
    time.sleep(0.1)  # until it waits
    numbers.may_go_on.set()
    early.join(60)
    late.join(60)
    assert seen == [2]


def test_a_database_that_is_down_leaves_the_state_and_is_said_once_and_once_that_it_is_back(watch, numbers, caplog):
    caplog.set_level(logging.WARNING)
    watcher = watch(numbers, interval=0)
    assert watcher.look().version == 1
    assert not watcher.is_down
    numbers.is_down = True
    assert [watcher.look().version for _ in range(3)] == [1] * 3
    assert watcher.is_down
    numbers.is_down = False
    assert watcher.look().version > 1
    assert watcher.look() is not None
    assert not watcher.is_down
    assert [record.getMessage() for record in caplog.records] == [
        "the database does not answer",
        "the database answers again",
    ]


def test_a_database_that_is_down_at_the_start_leaves_no_state(watch, numbers):
    numbers.is_down = True
    watcher = watch(numbers)
    assert watcher.look() is None
    assert watcher.is_down


def test_a_database_that_freezes_is_waited_for_once(watch, numbers, clock):
    watcher = watch(numbers, patience=0.2)
    state = watcher.look()
    numbers.may_go_on.clear()
    clock(101)
    assert watcher.look() is state
    assert watcher.is_down
    watcher.patience = 600
    clock(601)  # as if it had been asked so long ago: whoever comes now must not wait as long again
    later = in_thread(watcher.look)
    later.join(60)
    assert not later.is_alive()
    numbers.may_go_on.set()


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_process_that_was_forked_asks_for_itself(watch):
    watcher = watch(lambda: State(os.getpid()), interval=0, patience=5)
    assert watcher.look().version == os.getpid()
    child = os.fork()
    if not child:
        os._exit(0 if watcher.look().version == os.getpid() else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert watcher.look().version == os.getpid()


def test_closing_ends_the_thread(watch, numbers):
    before = threading.active_count()
    watcher = watch(numbers)
    watcher.look()
    assert threading.active_count() == before + 1
    watcher.close()
    assert threading.active_count() == before
    assert numbers.number == 1


def test_a_watcher_that_was_never_asked_has_no_thread(watch, numbers):
    before = threading.active_count()
    watcher = watch(numbers)
    assert threading.active_count() == before
    watcher.close()
    assert numbers.number == 0
