import threading

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

from articles.models import SearchMiss, search_miss
from articles.tests.editing import make_staff, sign_in
from articles.tests.factories import make_article
from articles.tests.reading import read

pytestmark = pytest.mark.django_db

OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture(autouse=True)
def _no_limits_used_up():
    cache.clear()


def miss(client, query, headers=OURS):
    return client.post("/search/missed/", {"q": query}, headers=headers)


def counted():
    return dict(SearchMiss.objects.values_list("query", "times"))


def test_a_search_in_vain_is_counted_by_its_words(client):
    make_article(title="痛风怎么办？")
    for query in ("火星热", " 火星热 ", "ＨＰＶ", "hpv"):
        assert miss(client, query).status_code == 204
    assert counted() == {"火星热": 2, "hpv": 2}


def test_what_is_found_is_not_counted(client):
    make_article(title="痛风怎么办？")
    for query in ("痛风", "痛风怎么办", "", "  ", "\x00"):
        assert miss(client, query).status_code == 204
    assert counted() == {}


def test_a_draft_answers_nobody(client):
    make_article(title="痛风怎么办？", status="draft")
    miss(client, "痛风")
    assert counted() == {"痛风": 1}


def test_a_get_counts_nothing(client):
    client.get("/search/", {"q": "火星热"})
    assert client.get("/search/missed/", {"q": "火星热"}).status_code == 405
    assert counted() == {}


def test_only_a_page_without_result_asks_to_be_counted(client):
    make_article(title="痛风怎么办？")
    (element,) = read(client.get("/search/", {"q": "火星热"})).all("data")
    assert (element["value"], element["data-address"]) == ("火星热", "/search/missed/")
    for query in ("痛风", ""):
        assert not read(client.get("/search/", {"q": query})).all("data")


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}])
def test_requests_from_elsewhere_are_refused(client, headers):
    assert miss(client, "火星热", headers).status_code == 403
    assert counted() == {}


@pytest.mark.parametrize("query", ["x" * 10_000, "ß" * 64, "ﷺ" * 64, "😀", '" OR (', "\ud83d", "痛\x00风"])
def test_any_text_is_data(query):
    client = Client(enforce_csrf_checks=True)
    body = b"q=" + "".join(f"%{byte:02x}" for byte in query.encode("utf-8", "surrogatepass")).encode()
    kind = "application/x-www-form-urlencoded"
    assert client.post("/search/missed/", body, content_type=kind, headers=OURS).status_code == 204
    assert all(len(query) <= 64 for query in counted())


def test_too_many_are_refused(client, settings):
    settings.SEARCH_MISSES_PER_MINUTE = 3
    answers = [miss(client, "火星热") for _ in range(7)]
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert counted()["火星热"] <= 6


def test_the_rarest_make_room(monkeypatch):
    monkeypatch.setattr(search_miss, "MISSES_KEPT", 3)
    for query in ("常见", "常见", "旧", "新", "更新"):
        SearchMiss.count(query)
    assert set(counted()) == {"常见", "新", "更新"}


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_are_all_counted():
    def work():
        for _ in range(5):
            SearchMiss.count("火星热")
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counted() == {"火星热": 40}


def test_editors_look_and_delete():
    row = SearchMiss.objects.create(query="火星热", times=3)
    client = sign_in(make_staff("编辑"))
    page = client.get("/admin/articles/searchmiss/").content.decode()
    assert "火星热" in page
    assert "再搜一次" in page
    client.post(f"/admin/articles/searchmiss/{row.pk}/delete/", {"post": "yes"})
    assert counted() == {}
