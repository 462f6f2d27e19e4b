"""Answers that the page cache keeps: how much memory they take, in which encoding they go out, and 304 and HEAD."""

import gzip

import brotli
import pytest

from articles.tests.wiring.texts import LONG, PICTURE, PUBLIC, TEXT
from healthqa.page_cache import State

# --- In how much memory -----------------------------------------------------------


def test_one_page_may_take_an_eighth_of_the_memory(make_site):
    measuring = make_site()
    measuring.ask()
    for size, is_kept in [(8 * measuring.memory, True), (8 * measuring.memory - 1, False)]:
        site = make_site(size=size)
        site.ask()
        assert (site.memory > 0) is is_kept


def test_memory_is_used_to_its_end_and_then_the_page_that_nobody_asked_for_goes(make_site):
    measuring = make_site()
    measuring.ask()
    site = make_site(size=8 * measuring.memory)
    paths = [f"/articles/{number}/" for number in range(1, 10)]
    for path in paths[:8]:
        site.ask(path)
    assert site.memory == 8 * measuring.memory
    site.ask(paths[0])
    assert len(site.rendered) == 8
    site.ask(paths[8])
    assert site.memory == 8 * measuring.memory
    site.ask(paths[0])
    assert len(site.rendered) == 9
    site.ask(paths[1])
    assert len(site.rendered) == 10


def test_memory_is_counted_right_through_changes_renewals_and_encodings(make_site, clock):
    site = make_site()
    site.body = LONG
    site.ask()
    plain = site.memory
    assert plain > len(LONG)
    _, _, packed = site.ask(ACCEPT_ENCODING="br")
    assert site.memory == plain + len(packed)
    clock(105)  # rendered anew, in one encoding
    site.ask()
    assert site.memory == plain
    site.state = State(2)
    clock(1)
    site.ask("/articles/8/")
    assert site.memory == plain
    site.state = State(2, None, frozenset(["/articles/8/"]))
    clock(1)
    site.ask("/articles/9/")
    assert site.memory == plain


def test_a_page_that_grows_by_an_encoding_makes_room_for_itself(make_site):
    measuring = make_site()
    measuring.body = LONG
    measuring.ask()
    site = make_site(size=8 * measuring.memory)
    site.body = LONG
    for number in range(1, 9):
        site.ask(f"/articles/{number}/")
    site.ask("/articles/8/", ACCEPT_ENCODING="br")
    assert site.memory < 8 * measuring.memory
    site.ask("/articles/1/")
    assert len(site.rendered) == 9


@pytest.mark.parametrize(("length", "is_plain"), [(64 * 1024, True), (64 * 1024 + 1, False)])
def test_more_than_64_kilobytes_of_text_are_kept_compressed_only(site, length, is_plain):
    site.body = LONG.ljust(length)
    site.ask()
    assert (site.memory > length) is is_plain
    kept = site.memory
    assert site.ask()[2] == site.body
    assert site.memory == kept
    _, _, packed = site.ask(ACCEPT_ENCODING="br")
    assert brotli.decompress(packed) == site.body
    assert site.memory == kept + len(packed)


# --- In which encoding ------------------------------------------------------------


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("br", "br"),
        ("BR;q=0.1, gzip", "br"),
        ("gzip, deflate", "gzip"),
        ("gzip; q=0.001", "gzip"),
        ("br;q=0, *", "gzip"),
        ("*;q=0, gzip", "gzip"),
        ("*", "br"),
        ("*;q=0", None),
        ("br;q=0, gzip;q=0.0", None),
        ("br;q=x", None),
        ("identity", None),
        ("", None),
    ],
)
def test_a_reader_gets_the_best_encoding_that_he_takes(site, accepted, encoding):
    site.body = LONG
    _, headers, body = site.ask(ACCEPT_ENCODING=accepted)
    assert dict(headers).get("Content-Encoding") == encoding
    assert {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[encoding](body) == LONG
    assert dict(headers)["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_the_first_reader_waits_less_and_those_who_follow_get_fewer_bytes(site, encoding):
    site.body = LONG
    first, second, third = (site.ask(ACCEPT_ENCODING=encoding)[2] for _ in range(3))
    assert len(second) < len(first) < len(LONG)
    assert third == second


@pytest.mark.parametrize(("length", "is_small"), [(15_999, False), (16_000, True)])
def test_a_long_page_has_few_bytes_for_its_first_reader_too(site, length, is_small):
    site.body = " ".join(str(number * number) for number in range(4_000)).encode()[:length]
    first, second, third = (site.ask(ACCEPT_ENCODING="br")[2] for _ in range(3))
    assert (first == second) is is_small
    assert third == second


@pytest.mark.parametrize(
    ("headers", "length", "is_compressed"),
    [
        (TEXT, 200, True),
        (TEXT, 199, False),
        ([PUBLIC, ("Content-Type", "application/atom+xml")], 9_000, True),
        (PICTURE, 9_000, False),
        (PICTURE, 90_000, False),
        ([*TEXT, ("Content-Encoding", "zstd")], 9_000, False),
    ],
)
def test_text_is_compressed_where_it_is_worth_it_and_nothing_else(site, headers, length, is_compressed):
    site.headers, site.body = headers, LONG[:length].ljust(length)
    for _ in range(2):
        _, answered, body = site.ask(ACCEPT_ENCODING="br")
        assert (("Content-Encoding", "br") in answered) is is_compressed
        assert (("Vary", "Accept-Encoding") in answered) is is_compressed
        assert (brotli.decompress(body) if is_compressed else body) == site.body


def test_headers_of_the_server_itself_stand_once(site):
    own = [("content-length", "4"), ("ETag", '"old"'), ("Vary", "Accept-Encoding"), ("Date", "x"), ("Connection", "x")]
    site.headers, site.body = [*TEXT, *own, ("X-Other", "1")], LONG
    _, headers, body = site.ask()
    names = [name.lower() for name, _ in headers]
    assert sorted(names) == ["cache-control", "content-length", "content-type", "etag", "vary", "x-other"]
    assert dict(headers)["Content-Length"] == str(len(body))


# --- 304 and HEAD -----------------------------------------------------------------


def test_a_tag_is_strong_where_bytes_are_the_page_and_weak_where_they_are_packed(site):
    site.body = LONG
    plain, packed = site.header("ETag"), site.header("ETag", ACCEPT_ENCODING="gzip")
    assert packed == f"W/{plain}"
    status, headers, body = site.ask(IF_NONE_MATCH=packed, ACCEPT_ENCODING="gzip")
    assert (status, body) == ("304 Not Modified", b"")
    assert headers == [PUBLIC, ("Vary", "Accept-Encoding"), ("ETag", packed)]
    assert dict(site.ask(IF_NONE_MATCH=plain)[1])["ETag"] == plain


def test_another_page_has_another_tag(site):
    tag = site.header("ETag")
    site.body = b"else"
    assert site.ask("/articles/8/", IF_NONE_MATCH=tag)[2] == b"else"


def test_an_error_is_never_what_a_reader_has(site):
    site.status = "404 Not Found"
    assert site.header("ETag") is None
    assert site.ask(IF_NONE_MATCH="*")[::2] == ("404 Not Found", b"rest")


def test_head_tells_the_length_and_sends_nothing(site):
    assert site.header("Content-Length", method="HEAD") == "4"
    assert site.ask(method="HEAD")[2] == b""
