from datetime import timedelta
from html import unescape
from xml.etree import ElementTree

import pytest
from django.urls import reverse
from django.utils import timezone

from articles.tests.factories import make_article, make_doctor, make_tag

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"


def entries(response):
    return ElementTree.fromstring(response.content).findall(f"{ATOM}entry")


def test_feed_is_atom_and_tells_what_a_question_is(client, settings):
    settings.SITE_URL = "https://www.example.org"
    published = timezone.now() - timedelta(days=9)
    revised = published + timedelta(days=2)
    article = make_article(
        title="痛风 <能> & 喝酒吗？",
        body="<p>尿酸&lt;A 时 5 &amp; 6。</p>",
        doctor=make_doctor(name="周明远"),
        published_at=published,
        revised_at=revised,
    )
    make_article(title="没有医生的问题？")
    response = client.get("/feed/")
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    entry = entries(response)[1]
    assert entry.findtext(f"{ATOM}title") == article.title
    assert entry.find(f"{ATOM}link").get("href") == f"https://www.example.org{article.get_absolute_url()}"
    assert entry.findtext(f"{ATOM}id")
    assert entry.findtext(f"{ATOM}published") == published.isoformat(timespec="microseconds")
    assert entry.findtext(f"{ATOM}updated") == revised.isoformat(timespec="microseconds")
    assert entry.findtext(f"{ATOM}author/{ATOM}name") == "周明远"
    assert entry.find(f"{ATOM}summary").get("type") == "html"
    assert unescape(entry.findtext(f"{ATOM}summary")) == article.excerpt == "尿酸<A 时 5 & 6。"


def test_feed_knows_its_own_address(client, settings):
    settings.SITE_URL = "https://www.example.org"
    feed = ElementTree.fromstring(client.get("/feed/").content)
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert links["self"] == "https://www.example.org/feed/"
    assert links["alternate"] == "https://www.example.org/articles/"
    assert feed.findtext(f"{ATOM}title").startswith("健康问答")


def test_feed_holds_the_30_newest(client):
    titles = [make_article().title for _ in range(32)]
    assert [entry.findtext(f"{ATOM}title") for entry in entries(client.get("/feed/"))] == titles[:1:-1]


def test_tag_feed_holds_its_questions_only(client):
    tag = make_tag("痛风")
    article = make_article(tags=[tag])
    make_article()
    response = client.get(reverse("articles:tag_feed", args=[tag.slug]))
    assert [entry.findtext(f"{ATOM}title") for entry in entries(response)] == [article.title]


def test_empty_feed_is_valid(client):
    assert entries(client.get("/feed/")) == []
    assert entries(client.get(reverse("articles:tag_feed", args=[make_tag(introduction="还没有问题。").slug]))) == []


def test_corrected_question_is_what_a_reader_of_the_feed_gets(client):
    make_article()
    newest = make_article()
    first = client.get("/feed/")
    since = {"If-Modified-Since": first.get("Last-Modified", "Sun, 01 Jan 2090 00:00:00 GMT")}
    assert client.get("/feed/", headers={"If-None-Match": first["ETag"]}).status_code == 304
    newest.withdraw("错误")
    assert client.get("/feed/", headers=since).status_code == 200
    assert client.get("/feed/", headers={"If-None-Match": first["ETag"]}).status_code == 200
