"""manage.py purge_proxy: nginx keeps pages, and shows no old one."""

import http.client
import os
import socketserver
import ssl
import threading
import time
from hashlib import md5

import pytest
from django.db import OperationalError

from articles.management.commands.purge_proxy import Purger, names_of
from articles.tests import nginx
from articles.tests.factories import make_article
from articles.views.freshness import Freshness


@pytest.fixture
def kept(tmp_path):
    """Return a function that lays a kept page into the folder, and tells with `is_there` whether it stays."""
    file = tmp_path / "0123456789abcdef0123456789abcdef"

    def is_there_after(purge):
        file.touch()
        purge()
        return file.exists()

    return is_there_after


@pytest.mark.django_db
def test_kept_pages_go_with_a_change_and_stay_else(tmp_path, kept):
    article = make_article()
    purge = Purger(tmp_path, settle=0)
    assert not kept(purge)  # what was kept before it began
    assert kept(purge)
    article.title = "改过的标题是什么？"
    article.save()
    assert not kept(purge)
    assert kept(purge)


@pytest.mark.django_db
def test_of_a_question_that_is_liked_only_its_own_page_goes(tmp_path, kept):
    article = make_article()
    purge = Purger(tmp_path, settle=0)
    purge()
    own = tmp_path / md5(article.get_absolute_url().encode()).hexdigest()
    for file in (own, own.with_suffix(".0000000001")):  # kept, and being written
        file.touch()
    article.like("0" * 32)
    assert kept(purge)
    assert not own.exists()
    assert not own.with_suffix(".0000000001").exists()
    own.touch()
    purge()
    assert own.exists()


@pytest.mark.django_db
def test_kept_pages_go_again_until_every_node_knows_of_the_change(tmp_path, kept):
    purge = Purger(tmp_path, settle=3600)
    assert not kept(purge)
    assert not kept(purge)


@pytest.mark.django_db(transaction=True)  # the connection is closed
def test_nothing_is_kept_while_the_database_does_not_answer(tmp_path, kept):
    freshness, is_down = Freshness(), []

    def look():
        if is_down:
            raise OperationalError
        return freshness()

    purge = Purger(tmp_path, look, settle=0)
    purge()
    assert kept(purge)
    is_down.append(True)
    assert not kept(purge)
    assert not kept(purge)
    is_down.clear()
    assert not kept(purge)
    assert kept(purge)


class Counts(socketserver.BaseRequestHandler):
    """A node whose page says how often it was asked; what is /private/ may not be kept."""

    def handle(self):
        path = self.request.recv(10_000).split()[1].decode()
        self.server.asked += 1
        caching = "private, no-store" if path == "/private/" else "public, max-age=0, must-revalidate, s-maxage=600"
        body = str(self.server.asked)
        lines = ["HTTP/1.1 200 OK", f"Cache-Control: {caching}", "Vary: Accept-Encoding", "Connection: close"]
        self.request.sendall("\r\n".join([*lines, f"Content-Length: {len(body)}", "", body]).encode())


@pytest.fixture
def ask(tmp_path):
    """Give what asks nginx, which keeps pages, for a path; returns (body, Cache-Control)."""
    node = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Counts)
    node.asked = 0
    threading.Thread(target=node.serve_forever, args=(0.05,)).start()
    with socketserver.TCPServer(("127.0.0.1", 0), Counts) as free:
        https = free.server_address[1]
    configuration = nginx.write(tmp_path, https, [node.server_address[1]], tmp_path, keeps_pages=True)
    proxy = nginx.start(configuration)

    def get(path, cookie="", encoding="identity"):
        for _ in range(200):
            connection = http.client.HTTPSConnection("127.0.0.1", https, context=ssl._create_unverified_context())
            try:
                headers = {"Host": "www.example.org", "Cookie": cookie, "Accept-Encoding": encoding}
                connection.request("GET", path, headers=headers)
                answer = connection.getresponse()
                return answer.read().decode(), answer.headers["Cache-Control"]
            except ConnectionRefusedError:  # it has only been started
                time.sleep(0.05)
            finally:
                connection.close()
        raise AssertionError("nginx does not listen")

    yield get
    proxy.terminate()
    proxy.wait()
    node.shutdown()
    node.server_close()


@pytest.mark.django_db
@pytest.mark.skipif(nginx.BINARY is None, reason="nginx is not installed (apt-get install nginx-light)")
def test_nginx_keeps_what_is_everybodys_and_asks_again_for_what_was_removed(tmp_path, ask):
    public = "public, max-age=0, must-revalidate"
    assert [ask("/articles/1/") for _ in range(3)] == [("1", public)] * 3
    assert ask("/articles/1/", cookie="a=b; __Host-session=x") == ("2", public)  # an editor
    assert ask("/articles/1/") == ("1", public)
    assert [ask("/private/")[0] for _ in range(2)] == ["3", "4"]
    Purger(tmp_path / "pages")()
    assert os.listdir(tmp_path / "pages") == []
    assert [ask("/articles/1/") for _ in range(2)] == [("5", public)] * 2
    assert os.listdir(tmp_path / "pages") == names_of("/articles/1/")[:1]


@pytest.mark.django_db
@pytest.mark.skipif(nginx.BINARY is None, reason="nginx is not installed (apt-get install nginx-light)")
def test_a_liked_page_goes_in_every_encoding_and_each_is_kept_once(tmp_path, ask):
    article = make_article()
    path = article.get_absolute_url()
    asked = ["gzip, deflate, br", "gzip, br;q=0.9, *;q=0", "gzip", "gzip;q=1.0, br;q=0", "identity", "br;q=0.0"]
    before = [ask(path, encoding=encoding)[0] for encoding in asked]
    assert before == ["1", "1", "2", "2", "3", "3"]
    purge = Purger(tmp_path / "pages", settle=0)
    purge.known = purge.look()  # what is kept has been made since
    article.like("0" * 32)
    purge()
    assert not set(before) & {ask(path, encoding=encoding)[0] for encoding in asked}
