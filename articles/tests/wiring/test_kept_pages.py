"""The page cache in front of a site of one sentence: what is kept, for how long, and what a change drops."""

import threading
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from articles.tests.wiring.texts import PATH, TEXT
from healthqa.page_cache import State, wrapper

# --- For how long ---------------------------------------------------------------


def test_a_page_is_rendered_anew_shortly_before_its_time_is_over(site, clock):
    site.ask()
    clock(80)
    site.ask()
    assert len(site.rendered) == 1
    clock(12)
    site.ask()
    assert len(site.rendered) == 2
    clock(80)
    site.ask()
    assert len(site.rendered) == 2


def test_while_one_request_renews_a_page_the_others_get_the_old_one(site, clock):
    site.ask()
    clock(95)
    site.body, others = b"new", []
    site.meanwhile = lambda: others.append(site.ask()[2])
    assert site.ask()[2] == b"new"
    assert others == [b"rest"]


def test_a_page_whose_time_is_over_is_given_to_nobody_even_while_it_is_renewed(site, clock, monkeypatch):
    monkeypatch.setattr(wrapper, "WAIT", 0.01)  # the other one here waits in vain, and then renders it itself
    site.ask()
    clock(105)
    site.body, others = b"new", []
    site.meanwhile = lambda: others.append(site.ask()[2])
    site.ask()
    assert others == [b"new"]


def test_who_waits_for_a_page_goes_on_as_soon_as_it_is_there(site, monkeypatch):
    monkeypatch.setattr(wrapper, "WAIT", 600)
    answers, waiting = [], []

    def come():
        waiting.append(threading.Thread(target=lambda: answers.append(site.ask()), daemon=True))
        waiting[0].start()
        time.sleep(0.1)  # until it waits

    site.meanwhile = come
    first = site.ask()
    waiting[0].join(30)
    assert answers == [first]
    assert len(site.rendered) == 1


def test_pages_outlive_an_outage_of_an_hour_and_no_longer(site, clock):
    before = site.ask()
    site.is_down = True
    clock(3500)
    assert site.ask() == before
    assert len(site.rendered) == 1
    clock(200)
    site.ask()
    assert len(site.rendered) == 2


def test_a_site_that_has_never_asked_its_database_keeps_nothing(site):
    site.is_down = True
    assert site.ask()[2] == b"from behind"
    assert site.memory == 0


# --- What a change drops ----------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "rendered"),
    [
        (State(1), []),
        (State(2), [PATH, "/articles/8/"]),
        (State(1, timezone.now() + timedelta(days=1)), [PATH, "/articles/8/"]),
        (State(1, None, frozenset([PATH])), [PATH]),
    ],
)
def test_a_change_drops_all_pages_and_a_stale_path_its_own(site, clock, state, rendered):
    paths = [PATH, "/articles/8/"]
    for path in paths:
        site.ask(path)
    site.state = state
    clock(1)
    for path in paths:
        site.ask(path)
    assert [environ["PATH_INFO"] for environ in site.rendered[2:]] == rendered


@pytest.mark.parametrize(
    ("state", "rendered"),
    [
        (State(2, since=1, changed=frozenset(["a"])), [PATH, "/articles/9/"]),
        (State(2, since=1, changed=frozenset(["z"])), ["/articles/9/"]),
        (State(2, None, frozenset(["/articles/8/"]), 1, frozenset(["a"])), [PATH, "/articles/8/", "/articles/9/"]),
        (State(2, since=0, changed=frozenset(["z"])), [PATH, "/articles/8/", "/articles/9/"]),
        (State(2, since=1), [PATH, "/articles/8/", "/articles/9/"]),
        (State(2, timezone.now() + timedelta(1), since=1, changed=frozenset()), [PATH, "/articles/8/", "/articles/9/"]),
    ],
)
def test_a_change_that_is_known_drops_what_shows_it_and_what_says_nothing(site, clock, state, rendered):
    """The last state but two tells of changes since another version than the one that is known here."""
    paths = [PATH, "/articles/8/", "/articles/9/"]
    for path, site.shows in zip(paths, [["a", "b"], ["b"], None], strict=True):
        site.ask(path)
    site.state = state
    clock(1)
    for path in paths:
        site.ask(path)
    assert [environ["PATH_INFO"] for environ in site.rendered[3:]] == rendered


@pytest.mark.parametrize(("shows", "is_kept"), [(["a"], False), (["b"], True), (None, False)])
def test_a_page_that_shows_what_changes_while_it_is_rendered_is_not_kept(site, clock, shows, is_kept):
    site.ask("/articles/8/")

    def change():
        site.state = State(2, since=1, changed=frozenset(["a"]))
        clock(1)
        site.ask("/articles/8/")

    site.meanwhile, site.shows = change, shows
    site.ask()
    rendered = len(site.rendered)
    site.ask()
    assert (len(site.rendered) == rendered) is is_kept


def test_a_stale_path_is_dropped_for_readers_with_and_without_https(site, clock):
    for scheme in ("http", "https"):
        site.ask(X_FORWARDED_PROTO=scheme)
    site.state = State(1, None, frozenset([PATH]))
    clock(1)
    site.body = b"new"
    assert [site.ask(X_FORWARDED_PROTO=scheme)[2] for scheme in ("http", "https")] == [b"new"] * 2


@pytest.mark.parametrize(
    ("stale", "is_kept"), [(State(2), False), (State(1, None, {PATH}), False), (State(1, None, {"/"}), True)]
)
def test_a_page_that_changes_while_it_is_rendered_is_not_kept(site, clock, stale, is_kept):
    site.ask("/articles/")

    def change():
        site.state = stale
        clock(1)
        site.ask("/articles/8/")

    site.meanwhile = change
    site.ask()
    rendered = len(site.rendered)
    site.ask()
    assert (len(site.rendered) == rendered) is is_kept


@pytest.mark.parametrize("minutes", [0, 1])
def test_a_moment_at_which_pages_change_is_noticed_at_once(site, now, minutes):
    site.state = State(1, now[0] + timedelta(hours=1))
    site.ask()
    assert len(site.rendered) == 1
    site.ask()
    assert len(site.rendered) == 1
    site.state, site.body = State(1), b"new"
    now[0] += timedelta(hours=1, minutes=minutes)
    assert site.ask()[2] == b"new"


def test_a_page_that_was_begun_before_such_a_moment_and_ended_at_it_is_not_kept(site, now):
    site.state = State(1, now[0] + timedelta(hours=1))
    site.meanwhile = lambda: now.append(now.pop() + timedelta(hours=1))
    site.ask()
    assert site.memory == 0


def test_a_database_that_is_down_at_such_a_moment_is_not_asked_by_every_request(site, now, clock):
    site.state = State(1, now[0] + timedelta(hours=1))
    site.ask()
    site.is_down = True
    clock(1)
    now[0] += timedelta(hours=2)
    for _ in range(200):
        assert site.ask()[2] == b"rest"
    assert site.reads < 100


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_the_next_request_sees_what_this_process_has_changed(site, method):
    site.ask()
    site.state, site.body = State(2), b"new"
    site.ask("/articles/7/report/", method=method)
    assert site.ask()[2] == b"new"


@pytest.mark.parametrize("status", ["403 Forbidden", "429 Too Many Requests", "503 Service Unavailable"])
def test_what_was_refused_costs_the_database_no_look(site, status):
    site.answered = status
    site.ask()
    for _ in range(200):
        site.ask("/articles/7/like/", method="POST")
        site.ask()
    assert site.reads < 100


def test_readers_who_like_let_no_kept_page_wait_for_the_database(site):
    site.drops = ["/articles/8/"]
    site.ask()
    for _ in range(200):
        site.ask("/articles/8/like/", method="POST")
        site.ask()
    assert site.reads < 100
    assert len(site.rendered) == 1
    site.drops = [PATH]
    site.ask("/articles/7/like/", method="POST")
    site.ask()
    assert len(site.rendered) == 2


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_what_only_reads_costs_the_database_no_look(site, method):
    for _ in range(200):
        site.ask("/healthz", method=method)
        site.ask()
    assert site.reads < 100
    assert len(site.rendered) == 1


# --- What may be kept -------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "headers", "is_kept"),
    [
        ("200 OK", TEXT, True),
        ("200 OK", [*TEXT, ("Vary", "Accept-Encoding")], True),
        ("404 Not Found", TEXT, False),
        ("200 OK", [], False),
        ("200 OK", [("Cache-Control", "public, max-age=60")], False),
        ("200 OK", [("Cache-Control", "private, must-revalidate")], False),
        ("200 OK", [*TEXT, ("Set-Cookie", "reader=1")], False),
        ("200 OK", [*TEXT, ("Vary", "Cookie")], False),
    ],
)
def test_only_a_good_answer_for_everybody_is_kept(site, status, headers, is_kept):
    site.status, site.headers = status, headers
    for _ in range(2):
        assert site.ask()[::2] == (status, b"rest")
    assert len(site.rendered) == (1 if is_kept else 2)
    assert all(body.closed for body in site.bodies)


@pytest.mark.parametrize(
    "how",
    [
        {"method": "POST"},
        {"environ": {"SCRIPT_NAME": "/below"}},
        {"COOKIE": "session=x"},
        {"COOKIE": "a=b; session=x"},
        {"HOST": "evil.example"},
        {"HOST": ""},
        {"query": "&" * 3_000},
        {"query": "\u4e2d"},
    ],
)
def test_such_a_request_passes_the_cache_by(site, how):
    site.ask()
    assert site.ask(**how)[2] == b"from behind"
    assert site.ask()[2] == b"rest"
    assert len(site.rendered) == 1


@pytest.mark.parametrize(
    ("path", "is_kept"),
    [
        ("/articles/10/", True),
        ("/articles/010/", False),
        ("/sitemap-1.xml", True),
        ("/sitemap-01.xml", False),
        ("/tags/covid-019/", True),
        ("/tags/\u9762\u808c/", True),
        ("/tags/\ud800/", False),
        ("/articles/7/like/", False),
        ("/nothing/at/all/", False),
    ],
)
def test_an_address_is_kept_in_one_way_of_writing_where_its_view_allows_it(site, path, is_kept):
    written = path.encode("utf-8", "surrogatepass").decode("latin-1")
    assert site.ask(written)[2] == (b"rest" if is_kept else b"from behind")


def test_what_a_server_does_not_tell_is_not_told_to_the_page(site):
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": PATH, "HTTP_HOST": "127.0.0.1", "wsgi.url_scheme": "http"}
    site.cache(environ, lambda status, headers: None)
    assert "wsgi.run_once" not in site.rendered[0]


def test_addresses_of_more_than_2048_bytes_are_not_worth_keeping(site):
    def address(length):
        return f"/tags/{'a' * (length - 7)}/"

    assert site.ask(address(2048))[2] == b"rest"
    assert site.ask(address(2049))[2] == b"from behind"
    assert site.ask("/articles/", query="page=1&x=".ljust(2048, "y"))[2] == b"rest"
    assert site.ask("/articles/", query="page=1&x=".ljust(2049, "y"))[2] == b"from behind"


@pytest.mark.parametrize(
    ("forwarded", "scheme", "is_https"),
    [
        ({}, "http", False),
        ({}, "https", True),
        ({"X_FORWARDED_PROTO": "https"}, "http", True),
        ({"X_FORWARDED_PROTO": "http"}, "https", False),
        ({"X_FORWARDED_PROTO": "https , http, http"}, "http", True),
        ({"X_FORWARDED_PROTO": "http, https"}, "http", False),
    ],
)
def test_a_page_is_rendered_as_for_any_reader_of_its_scheme(site, forwarded, scheme, is_https):
    site.ask(method="HEAD", environ={"wsgi.url_scheme": scheme, "wsgi.run_once": False}, COOKIE="reader=x", **forwarded)
    (environ,) = site.rendered
    assert environ["REQUEST_METHOD"] == "GET"
    assert environ["wsgi.run_once"] is False
    assert "HTTP_COOKIE" not in environ
    told = environ["wsgi.url_scheme"], environ["SERVER_PORT"], environ.get("HTTP_X_FORWARDED_PROTO")
    assert told == (("https", "443", "https") if is_https else ("http", "80", None))
