"""Slow requests are told to the operator, and readers are not told of."""

import pytest

from articles.tests.factories import make_article, make_tag
from healthqa import slow

pytestmark = pytest.mark.django_db


def test_slow_request_is_logged_with_its_view_and_number(client, caplog, monkeypatch):
    monkeypatch.setattr(slow, "SLOW", 0)
    article = make_article()
    client.get(article.get_absolute_url())
    assert f"GET articles:question pk={article.pk} 200: " in caplog.text
    assert "ms CPU" in caplog.text


def test_log_of_slow_requests_holds_nothing_that_a_visitor_typed(client, caplog, monkeypatch):
    monkeypatch.setattr(slow, "SLOW", 0)
    make_article(tags=[make_tag("难言之隐")])
    for address in ("/search/?q=难言之隐", "/tags/难言之隐/", "/难言之隐/x/", "/about-me-13800000000/"):
        client.get(address, headers={"user-agent": "Spy/1.0"}, REMOTE_ADDR="203.0.113.9")
    for secret in ("难言", "%E9%9A", "138000", "Spy", "203.0.113.9"):
        assert secret not in caplog.text
    assert "articles:search 200" in caplog.text
    assert "unknown address 404" in caplog.text


def test_quick_request_is_not_logged(client, caplog):
    client.get("/healthz")
    assert "healthz" not in caplog.text
