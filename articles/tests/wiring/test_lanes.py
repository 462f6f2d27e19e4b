"""Lanes: bounded work in threads of their own, and what a reader is told where there is no room."""

import io
import re
import threading
import time
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.db import OperationalError
from django.http import StreamingHttpResponse

from healthqa.lanes import Bodies, Front, Full, Lane, LaneOf, Lanes, Late, lane, streams
from healthqa.lanes import bodies as bodies_module
from healthqa.serving import LANE_OF, LANES, RESERVE, files_at_root, threads_needed
from healthqa.visitors import sender_of

LONG = 30  # seconds, for what must not happen


@pytest.fixture
def make_lane():
    lanes = []

    def make(at_once=1, waiting=1, **how):
        lanes.append(Lane("test", at_once, waiting, **how))
        return lanes[-1]

    yield make
    for made in lanes:
        made.close()


class Held:
    """Work that lasts until it `may_end`, and says when it has begun."""

    def __init__(self):
        self.has_begun, self.may_end = threading.Event(), threading.Event()

    def __call__(self):
        self.has_begun.set()
        self.may_end.wait(LONG)
        return "done"


@pytest.fixture
def held():
    work = Held()
    yield work
    work.may_end.set()


def in_thread(work):
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def test_work_is_done_by_a_thread_of_the_lane(make_lane):
    assert make_lane().run(lambda: threading.current_thread().name).startswith("lane-test")


def test_what_work_raises_is_raised_where_it_was_asked_for(make_lane):
    def work():
        raise OperationalError("gone")

    with pytest.raises(OperationalError, match="gone"):
        make_lane().run(work)


def test_who_comes_to_a_full_lane_is_sent_away_at_once(make_lane, held):
    narrow = make_lane(at_once=1, waiting=1)
    threads = [in_thread(lambda: narrow.run(held)) for _ in range(2)]
    held.has_begun.wait(LONG)
    while narrow.places.acquire(blocking=False):  # until the second has its place
        narrow.places.release()
        time.sleep(0.01)
    with pytest.raises(Full):
        narrow.run(lambda: "more")
    held.may_end.set()
    for thread in threads:
        thread.join(LONG)
    assert narrow.run(lambda: "room again") == "room again"


@pytest.mark.parametrize(("name", "readers"), [("pages", 48), ("searches", 20), ("writes", 16), ("desk", 12)])
def test_all_who_come_in_the_same_moment_are_answered(make_lane, held, name, readers):
    wide, answers = make_lane(*LANES[name][:2]), []
    assert wide.most >= readers
    all_are_there = threading.Barrier(readers + 1, timeout=LONG)

    def ask():
        all_are_there.wait()
        answers.append(wide.run(held))

    threads = [in_thread(ask) for _ in range(readers)]
    all_are_there.wait()
    time.sleep(0.1)  # until they wait: nobody is done before
    held.may_end.set()
    for thread in threads:
        thread.join(LONG)
    assert answers == ["done"] * readers


def test_who_waits_too_long_to_be_begun_is_told_and_the_work_is_never_done(make_lane, held, monkeypatch):
    monkeypatch.setattr(lane, "QUEUE", 0.05)
    narrow, done = make_lane(), []
    first = in_thread(lambda: narrow.run(held))
    held.has_begun.wait(LONG)
    with pytest.raises(Late):
        narrow.run(lambda: done.append("late"), may_be_left=False)
    held.may_end.set()
    first.join(LONG)
    assert narrow.run(lambda: "next") == "next"
    assert done == []


def test_who_reads_does_not_wait_for_an_answer_that_will_not_come(make_lane, held, monkeypatch):
    monkeypatch.setattr(lane, "QUEUE", 0.05)
    monkeypatch.setattr(lane, "LOOK", 0.05)
    with pytest.raises(Late):
        make_lane(is_hopeless=lambda: True).run(held)


def test_who_writes_is_told_what_became_of_it(make_lane, held, monkeypatch):
    monkeypatch.setattr(lane, "QUEUE", 0.05)
    monkeypatch.setattr(lane, "LOOK", 0.05)
    narrow, answers = make_lane(is_hopeless=lambda: True), []
    writer = in_thread(lambda: answers.append(narrow.run(held, may_be_left=False)))
    time.sleep(0.3)
    held.may_end.set()
    writer.join(LONG)
    assert answers == ["done"]


def test_a_timeout_of_the_work_itself_is_an_error_of_the_work(make_lane):
    def work():
        raise TimeoutError("of a file")

    with pytest.raises(TimeoutError, match="of a file"):
        make_lane().run(work)


# --- Which lane ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "method", "name"),
    [
        ("/", "GET", "pages"),
        ("/articles/7/", "HEAD", "pages"),
        ("/nothing/of/the/kind/", "GET", "pages"),
        ("/\xe4\xb8/", "GET", "pages"),
        ("/search/", "GET", "searches"),
        ("/search/suggest/", "GET", "searches"),
        ("/search/missed/", "POST", "writes"),
        ("/articles/7/like/", "POST", "writes"),
        ("/articles/7/like/", "GET", "pages"),
        ("/articles/7/report/", "POST", "writes"),
        ("/admin/", "GET", "desk"),
        ("/admin/articles/article/7/change/", "POST", "desk"),
        ("/admin/login/", "GET", "desk"),
        ("/admin/login/", "POST", "sign_in"),
        ("/admin/password_change/", "POST", "sign_in"),
        ("/admin/account/second-factor/", "POST", "sign_in"),
        ("/admin/auth/user/add/", "POST", "sign_in"),
        ("/admin/auth/user/7/password/", "POST", "sign_in"),
        ("/articles/7/helped/", "POST", "writes"),
        ("/healthz", "GET", "health"),
    ],
)
def test_every_request_takes_the_lane_of_its_kind(path, method, name):
    assert LANE_OF(path, method) == name


def test_unknown_groups_of_addresses_take_the_lanes_of_pages_and_writes():
    plain = LaneOf("pages", "writes", {}, {})
    assert (plain("/admin/"), plain("/admin/login/", "POST")) == ("pages", "writes")


def test_the_server_has_a_thread_for_all_that_is_let_in_and_for_what_needs_no_lane():
    makefile = (Path(__file__).parents[3] / "Makefile").read_text()
    options = re.search(r"--blocking-threads (\d+) .*--backpressure (\d+)", makefile)
    threads, at_once = map(int, options.groups())
    assert threads >= threads_needed()
    assert at_once >= threads
    assert RESERVE >= 4


def test_passwords_are_checked_one_at_a_time_and_at_most_two_searches_are_computed():
    assert (LANES["sign_in"][0], LANES["searches"][0]) == (1, 2)


# --- The way there and back -----------------------------------------------------


def environ(path="/", method="GET", body=b"", **more):
    return {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "CONTENT_LENGTH": str(len(body)),
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.input": io.BytesIO(body),
        **more,
    }


@pytest.fixture
def make_lanes(make_lane):
    def refuse(environ, start_response):
        start_response("503 Service Unavailable", [("Retry-After", "5")])
        return [b"busy"]

    def make(app, is_down=lambda: False, **how):
        lanes = {name: make_lane(**how) for name in LANES}
        bodies = Bodies(1_000, at_once=2, each=1)
        return Lanes(app, lanes, LANE_OF, refuse, bodies, is_down, frozenset({"health"}))

    return make


def ask(app, *args, **more):
    started = []
    result = app(environ(*args, **more), lambda status, headers: started.append((status, headers)))
    return started[0][0], b"".join(result)


def echo(environ, start_response):
    start_response("200 OK", [])
    return [environ["wsgi.input"].read()]


def test_what_is_sent_arrives_whole(make_lanes):
    assert ask(make_lanes(echo), "/", "POST", "发热三天".encode()) == ("200 OK", "发热三天".encode())


def test_what_is_too_large_is_left_for_the_application_to_refuse(make_lanes):
    stream = io.BytesIO(b"x" * 1_001)
    ask(make_lanes(lambda environ, start: start("400 Bad Request", []) or []), "/", "POST", stream.getvalue())
    given = environ("/", "POST", b"x" * 1_001)
    Bodies(1_000, 2, 1).read(given)
    assert given["wsgi.input"].tell() == 0


class Dripping:
    """A body that ends when it may."""

    def __init__(self):
        self.is_read, self.may_end = threading.Event(), threading.Event()

    def read(self, size):
        self.is_read.set()
        self.may_end.wait(LONG)
        return b""


def test_one_more_body_from_the_same_address_waits_for_its_turn(monkeypatch):
    monkeypatch.setattr(bodies_module, "WAIT", LONG)
    bodies, drips, done = Bodies(1_000, at_once=2, each=1), Dripping(), []
    first = in_thread(lambda: bodies.read(environ("/", "POST", b"12345") | {"wsgi.input": drips}))
    drips.is_read.wait(LONG)
    second = in_thread(lambda: done.append(bodies.read(environ("/", "POST", b"more"))))
    while not bodies.waiting:
        time.sleep(0.001)
    assert done == []
    drips.may_end.set()
    for thread in (first, second):
        thread.join(LONG)
    assert done == [None]


def test_readers_behind_a_proxy_of_ours_have_addresses_of_their_own(settings):
    settings.TRUSTED_PROXIES = 1
    bodies, drips = Bodies(1_000, at_once=2, each=1, whose=sender_of), Dripping()
    one, other = ({"HTTP_X_FORWARDED_FOR": f"6.6.6.6, 192.0.2.{number}"} for number in (1, 2))
    first = in_thread(lambda: bodies.read(environ("/", "POST", b"12345") | one | {"wsgi.input": drips}))
    drips.is_read.wait(LONG)
    bodies.read(environ("/", "POST", b"more") | other)
    with pytest.raises(Full):
        bodies.read(environ("/", "POST", b"more") | one)
    drips.may_end.set()
    first.join(LONG)


def test_a_body_that_drips_holds_up_nobody_but_its_sender():
    bodies, drips = Bodies(1_000, at_once=2, each=1), Dripping()
    sender = in_thread(lambda: bodies.read(environ("/", "POST", b"12345") | {"wsgi.input": drips}))
    drips.is_read.wait(LONG)
    with pytest.raises(Full):
        bodies.read(environ("/", "POST", b"more", REMOTE_ADDR="127.0.0.1"))
    bodies.read(environ("/", "POST", b"another", REMOTE_ADDR="127.0.0.2"))
    drips.may_end.set()
    sender.join(LONG)
    bodies.read(environ("/", "POST", b"again", REMOTE_ADDR="127.0.0.1"))
    assert not bodies.reading


def test_few_senders_of_nothing_leave_room_for_whoever_has_none_yet(monkeypatch):
    monkeypatch.setattr(bodies_module, "WAIT", 0)
    bodies = Bodies(1_000, at_once=24, each=3)
    with ExitStack() as held:

        def takes(address):
            try:
                held.enter_context(bodies._place(address[:9]))
            except Full:
                return False
            return True

        few = [takes(f"127.0.0.{number}:{port}") for number in range(4) for port in range(4)]
        assert sum(few) == 3 + 3 + 2 + 2
        others = [takes(f"10.0.0.{number:02}") for number in range(30)]
        assert others == [True] * 14 + [False] * 16
    assert not bodies.reading


def test_nobody_is_let_in_while_the_database_is_down_but_who_finds_out(make_lanes):
    lanes = make_lanes(echo, is_down=lambda: True)
    assert ask(lanes, "/articles/")[0].startswith("503")
    assert ask(lanes, "/healthz")[0] == "200 OK"


def test_an_answer_in_pieces_comes_in_pieces_and_its_end_is_the_lanes_own(make_lanes):
    threads, first = [], threading.Event()

    def pieces():
        yield b"one "
        first.wait(LONG)
        yield b"two"
        threads.append(threading.current_thread().name)

    def app(environ, start_response):
        start_response("200 OK", [])
        return StreamingHttpResponse(pieces())

    started = []
    answer = iter(make_lanes(app)(environ(), lambda *start: started.append(start)))
    assert next(answer) == b"one "  # before the second was made
    first.set()
    assert list(answer) == [b"two"]
    assert threads[0].startswith("lane-")


def test_a_reader_who_goes_away_ends_the_answer(make_lanes):
    ended = threading.Event()

    def pieces():
        try:
            while True:
                yield b"x"
        finally:
            ended.set()

    def app(environ, start_response):
        start_response("200 OK", [])
        return StreamingHttpResponse(pieces())

    answer = make_lanes(app)(environ(), lambda *start: None)
    next(answer)
    answer.close()
    assert ended.wait(LONG)


def test_an_answer_that_breaks_off_is_not_taken_for_whole(make_lanes):
    def pieces():
        yield b"half"
        raise OSError("disk")

    stream = streams.Stream()
    stream.fill(pieces())
    assert next(stream) == b"half"
    with pytest.raises(OSError, match="disk"):
        next(stream)


def test_files_and_livez_need_neither_lane_nor_page_cache():
    def never(environ, start_response):
        raise AssertionError

    def files(environ, start_response):
        start_response("200 OK", [])
        return [b"file"]

    front = Front(never, files, ("/static/", "/media/"), files_at_root())
    for path in ("/static/css/site.css", "/media/x.webp", "/favicon.ico"):
        assert ask(front, path) == ("200 OK", b"file")
    assert ask(front, "/livez") == ("200 OK", b"ok\n")


def test_a_file_that_is_not_there_costs_no_query(client, db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/static/none.css").status_code == 404
        assert client.get("/media/none.webp").status_code == 404
