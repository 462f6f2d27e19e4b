"""What stands in the log: one line an event, and nothing that opens a draft."""

import io
import json
import logging
import re
from logging.config import dictConfig

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.test import Client

from articles.models import DraftLink
from articles.tests.editing import make_staff, sign_in
from articles.tests.factories import make_article

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["line"])
def log(request):
    """Return a function that gives the lines which the site's own settings of logging have written until now."""
    stream = io.StringIO()
    handlers = {"stderr": settings.LOGGING["handlers"]["stderr"] | {"stream": stream, "formatter": request.param}}
    dictConfig(settings.LOGGING | {"handlers": handlers})
    yield lambda: stream.getvalue().splitlines()
    dictConfig(settings.LOGGING)


def broken(execute, sql, params, many, context):
    raise RuntimeError("of our own making\nand a second line")


@pytest.mark.parametrize("log", ["line", "json"], indirect=True)
def test_the_number_that_a_proxy_gives_stands_in_the_log_and_on_the_page_of_an_error(log, client):
    client.raise_request_exception = False
    with connection.execute_wrapper(broken):
        response = client.get("/", HTTP_X_REQUEST_ID="f00d-0123456789ab")
    assert response.status_code == 500
    assert "编号：f00d-0123456789ab" in response.content.decode()
    assert "f00d-0123456789ab" in "\n".join(log())


@pytest.mark.parametrize("given", ["short", "<script>alert(1)</script>", "a" * 65, ""])
def test_what_is_no_number_is_not_repeated_and_the_request_gets_one_of_its_own(log, client, given):
    client.raise_request_exception = False
    with connection.execute_wrapper(broken):
        page = client.get("/", HTTP_X_REQUEST_ID=given).content.decode()
    own = page.partition("编号：")[2].partition("<")[0]
    assert len(own) == 32
    assert own != given
    assert f"[{own}]" in log()[0]


@pytest.mark.parametrize("log", ["json"], indirect=True)
def test_an_event_in_json_is_one_line_with_its_traceback_and_without_signatures(log, client):
    link = DraftLink.make(make_article(status="draft", published_at=None), days=7)
    client.raise_request_exception = False
    with connection.execute_wrapper(broken):
        assert client.get(link.get_absolute_url(), HTTP_X_REQUEST_ID="f00d-0123456789ab").status_code == 500
    events = [json.loads(line) for line in log()]
    [event] = [event for event in events if event["logger"] == "django.request"]
    assert event["level"] == "ERROR"
    assert event["request"] == "f00d-0123456789ab"
    assert event["time"].endswith("+00:00")
    assert "of our own making" in event["traceback"]
    assert link.signature not in "\n".join(log())


def gone(execute, sql, params, many, context):
    raise OperationalError("connection to the database is gone\nand a second line")


def test_no_outage_writes_the_signature_of_a_draft(log, client):
    link = DraftLink.make(make_article(status="draft", published_at=None), days=7)
    client.raise_request_exception = False
    with connection.execute_wrapper(gone):
        assert client.get(link.get_absolute_url()).status_code == 503
    said = "\n".join(log())
    assert f"/drafts/{link.pk}-…" in said
    assert link.signature not in said


def test_no_mistake_of_ours_writes_the_signature_of_a_draft(log):
    link = DraftLink.make(make_article(status="draft", published_at=None), days=7)
    try:
        raise RuntimeError(link.get_absolute_url())
    except RuntimeError:
        logging.getLogger("django.request").exception("Internal Server Error: %s", link.get_absolute_url())
    said = "\n".join(log())
    assert "RuntimeError" in said
    assert link.signature not in said


@pytest.mark.parametrize("end", ["", "x"])
def test_whatever_a_draft_answers_no_other_page_is_told_its_address(client, end):
    link = DraftLink.make(make_article(status="draft", published_at=None), days=7)
    client.raise_request_exception = False
    address = link.get_absolute_url().rstrip("/") + f"{end}/"
    assert client.get(address)["Referrer-Policy"] == "no-referrer"
    with connection.execute_wrapper(gone):
        assert client.get(address)["Referrer-Policy"] == "no-referrer"
    assert client.post(address, b"x", content_type="multipart/form-data")["Referrer-Policy"] == "no-referrer"


BODY = "multipart/form-data; boundary=x"
MALFORMED = {
    "1,100 fields": {
        "data": "&".join(f"a{n}=1" for n in range(1_100)),
        "content_type": "application/x-www-form-urlencoded",
    },
    "no boundary": {"data": b"liked=1", "content_type": "multipart/form-data"},
    "a boundary that is none": {"data": b"liked=1", "content_type": "multipart/form-data; boundary=\u00e9"},
    "too long a text": {"data": b"liked=" + b"1" * 6_000_000, "content_type": "application/x-www-form-urlencoded"},
    "101 files": {
        "data": b"".join(
            b'--x\r\nContent-Disposition: form-data; name=f; filename="%d"\r\n\r\n1\r\n' % n for n in range(101)
        )
        + b"--x--\r\n",
        "content_type": BODY,
    },
}


@pytest.mark.parametrize("way", MALFORMED)
@pytest.mark.parametrize("place", ["like", "report", "admin"])
def test_a_malformed_form_is_answered_in_chinese_and_writes_one_line(log, way, place):
    article = make_article()
    in_admin = place == "admin"
    client = sign_in(make_staff(is_superuser=True)) if in_admin else Client()
    client.raise_request_exception = False
    address = "/admin/articles/article/add/" if in_admin else f"/articles/{article.pk}/{place}/"
    before = len(log())
    response = client.post(address, HTTP_SEC_FETCH_SITE="same-origin", **MALFORMED[way])
    assert response.status_code in (400, 413)
    assert "请" in response.content.decode()
    assert len(log()) == before + 1, log()


def test_a_reader_who_goes_away_in_the_middle_of_a_form_is_no_mistake_of_ours(log):
    article = make_article()
    client = Client(raise_request_exception=False)

    class Cut(io.BytesIO):
        def read(self, *args):
            raise OSError("the connection was reset")

    before = len(log())
    response = client.post(
        article.like_path,
        HTTP_SEC_FETCH_SITE="same-origin",
        content_type="application/x-www-form-urlencoded",
        **{"wsgi.input": Cut(), "CONTENT_LENGTH": "10"},
    )
    assert response.status_code == 400
    assert len(log()) == before + 1


def test_no_address_begins_a_line_of_its_own(log):
    logging.getLogger("articles").warning("%s", "a\nb\u2028c\rd\x85e")
    assert len(log()) == 1


def test_no_line_of_an_exception_passes_for_an_event(log):
    event = "2026-11-30T02:00:00.000+08:00 INFO articles: all is well"
    try:
        raise ValueError(f"no number: \n{event}\r{event}\u2028{event}\x1b[2J")
    except ValueError:
        logging.getLogger("articles").exception("Internal Server Error")
    first, *others = log()
    assert first.endswith("articles: Internal Server Error")
    assert "ValueError" in "".join(others)
    assert all(line.startswith("  ") for line in others)
    assert "\x1b" not in "".join(others)


def test_each_event_says_the_zone_of_its_time(log):
    logging.getLogger("articles").warning("a")
    (line,) = log()
    assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d WARNING articles: a", line)
