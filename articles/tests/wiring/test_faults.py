"""A process of the site, as the server runs it, while its database hangs, breaks or is locked."""

import io
import os
import select
import socket
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import OperationalError, connection, connections
from django.db.backends.signals import connection_created
from django.test import override_settings

from articles.tests.factories import make_article
from articles.tests.proxy import Proxy
from healthqa import patience
from healthqa.serving import Site, threads_needed
from healthqa.wsgi import django_application

ROOT = Path(__file__).parents[3]
LONG = 20  # seconds, after which something hangs

postgresql_only = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite is no server that could hang")


@pytest.fixture
def proxy():
    return Proxy(int(connection.settings_dict["PORT"] or 5432))


@pytest.fixture
def server(transactional_db, proxy, tmp_path):
    """The production server on the test's database, with the proxy between them."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    user, name = connection.settings_dict["USER"] or os.environ.get("USER", "root"), connection.settings_dict["NAME"]
    secret = f":{connection.settings_dict['PASSWORD']}" if connection.settings_dict["PASSWORD"] else ""
    own = {"DATABASE_URL": f"postgres://{user}{secret}@127.0.0.1:{proxy.port}/{name}", "DEBUG": "1", "CACHE_URL": ""}
    granian = [str(Path(sys.executable).parent / "granian"), "--interface", "wsgi", "--port", str(port)]
    threads = str(threads_needed())
    bounds = ["--blocking-threads", threads, "--backpressure", threads, "--workers-kill-timeout", "10s"]
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen(
            [*granian, "--http", "1", "--no-ws", *bounds, "--log-level", "error", "healthqa.wsgi:application"],
            env=os.environ | own,
            cwd=ROOT,
            stdout=log,
            stderr=log,
        )
    server = Server(port)
    try:
        server.wait_until(lambda: server.ask("/healthz")[0] == 200, 60)
        yield server
    finally:
        proxy.set(None)
        process.terminate()
        process.wait(LONG)


class Server:
    def __init__(self, port):
        self.port = port

    def ask(self, path, method="GET", body=None):
        """Return (status, headers); (0, {}) when nothing was answered in LONG seconds."""
        asking = HTTPConnection("127.0.0.1", self.port, timeout=LONG)
        headers = {"Sec-Fetch-Site": "same-origin", "Content-Type": "application/x-www-form-urlencoded"}
        try:
            asking.request(method, path, body, headers)
            answer = asking.getresponse()
            answer.read()
            return answer.status, answer.headers
        except OSError:
            return 0, {}
        finally:
            asking.close()

    def wait_until(self, is_so, seconds=LONG):
        end = time.monotonic() + seconds
        while not is_so():
            assert time.monotonic() < end
            time.sleep(0.1)


@postgresql_only
@pytest.mark.parametrize("fault", ["frozen", "refused"])
def test_a_database_that_is_gone_costs_readers_of_kept_pages_nothing_and_everything_is_well_again(server, proxy, fault):
    article = make_article()
    kept = [article.get_absolute_url(), "/"]
    time.sleep(1)  # until every process knows of the question
    assert [server.ask(path)[0] for path in kept] == [200, 200]
    proxy.set(fault)
    answers = {}
    cold = [f"/search/?q={quote('没有')}{number}" for number in range(6)]
    hanging = [
        threading.Thread(target=lambda path=path: answers.update({path: server.ask(path)}))
        for path in [*cold, "/articles/", "/tags/", "/doctors/", f"{article.get_absolute_url()}like/"]
    ]
    for thread in hanging:
        thread.start()
    time.sleep(0.3)  # until the threads that would answer hang
    calm = [*kept, "/livez", "/favicon.ico"]
    assert {path: server.ask(path)[0] for path in calm} == dict.fromkeys(calm, 200)
    for thread in hanging:
        thread.join(LONG)
    assert len(answers) == len(hanging)
    assert {status for status, _ in answers.values()} == {503}
    assert {headers["Retry-After"] for _, headers in answers.values()} == {"5"}
    assert server.ask("/healthz")[0] == 503
    assert server.ask(f"{article.get_absolute_url()}like/", "POST", "liked=1")[0] == 503
    proxy.set(None)
    server.wait_until(lambda: server.ask("/healthz")[0] == 200)
    server.wait_until(lambda: server.ask("/articles/")[0] == 200)
    assert server.ask(f"{article.get_absolute_url()}like/", "POST", "liked=1")[0] == 303
    article.refresh_from_db()
    assert article.like_count == 1


@postgresql_only
def test_three_addresses_that_send_the_heads_of_posts_and_nothing_more_keep_nobody_else_from_liking(server):
    article = make_article()
    head = f"POST {article.get_absolute_url()}like/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 7\r\n\r\n".encode()
    with ExitStack() as held:
        senders = [
            held.enter_context(
                socket.create_connection(("127.0.0.1", server.port), source_address=(f"127.0.0.{2 + number // 3}", 0))
            )
            for number in range(9)
        ]
        for sender in senders:
            sender.sendall(head)
        server.wait_until(lambda: len(select.select(senders, [], [], 0)[0]) == 1)  # eight have places, one has none
        assert server.ask(f"{article.get_absolute_url()}like/", "POST", "liked=1")[0] == 303
        assert server.ask("/articles/")[0] == 200
    article.refresh_from_db()
    assert article.like_count == 1


@postgresql_only
def test_an_answer_that_does_not_come_in_time_is_given_up_and_the_next_connection_is_well(db, proxy):
    own = connections.create_connection("default")
    own.settings_dict = {**own.settings_dict, "HOST": "127.0.0.1", "PORT": proxy.port}
    with own.cursor() as cursor:
        cursor.execute("SELECT 1")
    proxy.set("frozen")
    with patience.patience(0.3), pytest.raises(OperationalError, match="in time"), own.cursor() as cursor:
        cursor.execute("SELECT 1")
    proxy.set(None)
    own.close()
    with own.cursor() as cursor:
        cursor.execute("SELECT 2")
        assert cursor.fetchone() == (2,)
    own.close()


@postgresql_only
def test_a_command_waits_as_long_as_its_statement_takes(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.5)")
        assert cursor.fetchone()


@pytest.fixture
def site(transactional_db, monkeypatch):
    """A process of the site; its threads wait a tenth of a second for what another has locked."""
    monkeypatch.setattr("healthqa.serving.LANES", {"writes": (1, 4, 20.0, 0.1), "pages": (1, 4, 20.0, 0.1)})
    connection_created.connect(patience.limit_sqlite)
    with override_settings(PAGE_CACHE_MB=0):
        made = Site(django_application)
    yield made
    made.lanes.run("/", connections.close_all)
    made.lanes.lanes["writes"].run(connections.close_all)
    made.close()
    patience.believe(lambda: False)
    connection_created.disconnect(patience.limit_sqlite)


def send_like(site, article):
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": f"{article.get_absolute_url()}like/",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "HTTP_HOST": "127.0.0.1:8000",
        "HTTP_SEC_FETCH_SITE": "same-origin",
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": "7",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(b"liked=1"),
        "wsgi.errors": sys.stderr,
    }
    started = []
    b"".join(site.front(environ, lambda status, headers: started.append((status, dict(headers)))))
    return started[0]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite has one writer")
def test_a_like_waits_for_another_writer_and_not_within_sqlite(site, monkeypatch):
    article, waited, pause = make_article(), [], time.sleep
    other = connections.create_connection("default")
    other.inc_thread_sharing()
    other.set_autocommit(False)
    other.cursor().execute("UPDATE articles_article SET body = body WHERE id = %s", [article.pk])

    def let_the_other_end(seconds):  # in the thread that waits, so nobody else has this connection of its
        waited.append(connection.connection.execute("PRAGMA busy_timeout").fetchone()[0])
        other.rollback()
        pause(seconds)

    monkeypatch.setattr(patience.time, "sleep", let_the_other_end)
    try:
        assert send_like(site, article)[0].startswith("303")
    finally:
        other.rollback()
        other.close()
    assert waited == [0]


def test_a_like_that_another_holds_up_is_told_so_and_is_not_counted_later(site):
    article = make_article()
    other = connections.create_connection("default")
    other.set_autocommit(False)
    with other.cursor() as cursor:  # SQLite: the whole database; PostgreSQL: this row
        cursor.execute("UPDATE articles_article SET body = body WHERE id = %s", [article.pk])
    status, headers = send_like(site, article)
    assert status.startswith("503")
    assert headers["Retry-After"] == "5"
    other.rollback()
    other.close()
    article.refresh_from_db()
    assert article.like_count == 0
    assert send_like(site, article)[0].startswith("303")
    article.refresh_from_db()
    assert article.like_count == 1
