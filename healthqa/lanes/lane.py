"""One lane: a few threads, a bounded number of requests that wait for them, and what happens when it is full."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import BoundedSemaphore
from typing import TypeVar

T = TypeVar("T")
View = TypeVar("View", bound=Callable[..., object])

LANE = "lane"  # the attribute of a view
QUEUE = 1.5  # seconds that work waits to be begun; with what it waits for then, a reader is told within three
LOOK = 0.25  # seconds between two looks at whether it is still worth waiting


class Full(Exception):
    """So many are at work or wait in this lane that one more is sent away at once."""


class Late(Exception):
    """The work was not begun in time, or its answer will not come."""


def in_lane(name: str) -> Callable[[View], View]:
    """Mark a view as work for the lane of that name."""

    def mark(view: View) -> View:
        setattr(view, LANE, name)
        return view

    return mark


class Lane:
    """`at_once` threads and `waiting` places before them.

    `begin` is called in each new thread; `is_hopeless()` says that what reads will get no answer any more.
    """

    def __init__(
        self,
        name: str,
        at_once: int,
        waiting: int,
        begin: Callable[[], None] = lambda: None,
        is_hopeless: Callable[[], bool] = lambda: False,
    ) -> None:
        self.name, self.most = name, at_once + waiting
        self.places = BoundedSemaphore(self.most)
        self.threads = ThreadPoolExecutor(at_once, thread_name_prefix=f"lane-{name}", initializer=begin)
        self.is_hopeless = is_hopeless

    def run(self, work: Callable[[], T], *, may_be_left: bool = True) -> T:
        """Return what `work` returns, done by a thread of this lane; its exceptions are raised here.

        Args:
            may_be_left: whether work that was begun may be left alone when it is hopeless: true of what only reads.
                Who writes is told what became of it, because "not saved" must be true.

        Raises:
            Full: when no place is free.
            Late: when it was not begun within QUEUE seconds, or was left.
        """

        def whole(answer: "Future[T]") -> None:
            answer.set_result(work())

        return self.hand_over(whole, may_be_left=may_be_left)

    def hand_over(self, work: Callable[["Future[T]"], None], *, may_be_left: bool = True) -> T:
        """As `run`, for work that sets its result and then goes on: the place stays taken until it returns."""
        if not self.places.acquire(blocking=False):
            raise Full(self.name)
        answer: Future[T] = Future()

        def whole() -> None:
            try:
                work(answer)
            except BaseException as error:  # whoever waits raises it
                if answer.done():
                    raise
                answer.set_exception(error)

        try:
            task = self.threads.submit(whole)
        except BaseException:
            self.places.release()
            raise
        task.add_done_callback(lambda _: self.places.release())
        return self._wait(answer, task, may_be_left)

    def _wait(self, answer: "Future[T]", task: "Future[None]", may_be_left: bool) -> T:
        try:
            return answer.result(QUEUE)
        except TimeoutError:
            if answer.done():  # the work's own TimeoutError
                raise
        if task.cancel():
            raise Late(self.name)
        while True:
            try:
                return answer.result(LOOK)
            except TimeoutError:
                if answer.done():
                    raise
                if may_be_left and self.is_hopeless():
                    raise Late(self.name) from None

    def close(self) -> None:
        """End the threads once they are done."""
        self.threads.shutdown(wait=False, cancel_futures=True)
