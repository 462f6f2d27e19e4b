"""How the worker is run: by a timer, and in the server."""

import threading
import time
from io import StringIO

import pytest
from django.core.management import call_command

from articles.announcing import in_server
from articles.models import PushedAddress
from articles.tests.factories import make_article
from healthqa import wsgi

from .conftest import TOKEN


def run(*arguments):
    output = StringIO()
    call_command("push_addresses", *arguments, stdout=output)
    return output.getvalue()


@pytest.mark.django_db
def test_command_pushes_and_says_what_was_answered(baidu):
    baidu.takes_all()
    make_article()
    assert run() == "百度：收下 1 个\n"
    assert run() == "百度：没有要推送的\n"


@pytest.mark.django_db
def test_command_tells_everything_when_it_is_asked_to(baidu):
    baidu.takes_all()
    articles = [make_article() for _ in range(3)]
    run()
    assert run("--all") == "排队 3 个地址。\n百度：收下 3 个\n"
    assert baidu.calls[-1].paths == [article.get_absolute_url() for article in articles]


@pytest.mark.django_db
def test_command_says_that_pushing_is_off(db):
    assert "没有设置" in run()


@pytest.mark.django_db
def test_failure_of_any_kind_leaves_the_server_running(baidu, settings, caplog):
    settings.PUSH_TIMEOUT = "soon"
    make_article()
    in_server.push_once()
    assert "addresses were not pushed" in caplog.text
    assert TOKEN not in caplog.text


@pytest.mark.django_db(transaction=True)
def test_server_pushes_by_itself_where_the_setting_says_so(baidu, settings):
    baidu.takes_all()
    assert wsgi.start_pushing() is None
    settings.PUSH_IN_SERVER = True
    article = make_article()
    end = wsgi.start_pushing()
    try:
        until(lambda: PushedAddress.objects.filter(told="present").exists())
    finally:
        end.set()
        until(lambda: all(thread.name != "push-addresses" for thread in threading.enumerate()))
    assert baidu.paths == [("urls", article.get_absolute_url())]


def until(holds, seconds=20):
    """Wait until `holds()`; fail after `seconds`."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)
