import re
from datetime import timedelta
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from django.urls import reverse
from django.utils import timezone

from articles.models import Article, Page
from articles.tests.factories import make_article, make_doctor, make_tag
from articles.views import crawlers, sitemaps

pytestmark = pytest.mark.django_db

NAMESPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def sitemap_addresses(client):
    index = ElementTree.fromstring(client.get("/sitemap.xml").content)
    return [urlsplit(loc.text).path for loc in index.iter(f"{NAMESPACE}loc")]


def urls(client):
    """Return {path: lastmod or None} of all sitemaps that the index names."""
    found = {}
    for address in sitemap_addresses(client):
        response = client.get(address)
        assert response["Content-Type"] == "application/xml; charset=utf-8"
        for url in ElementTree.fromstring(response.content).findall(f"{NAMESPACE}url"):
            loc = url.findtext(f"{NAMESPACE}loc")
            assert loc.startswith("http")
            assert loc.isascii()
            found[loc.split("/", 3)[3]] = url.findtext(f"{NAMESPACE}lastmod")
    return found


def test_sitemaps_name_every_kind_of_page(client):
    tag, doctor = make_tag("痛风"), make_doctor()
    articles = [make_article(tags=[tag], doctor=doctor) for _ in range(3)]
    page = Page.objects.create(slug="about", title="关于", body="<p>我们</p>")
    rows = [*articles, tag, doctor, page]
    wanted = {row.get_absolute_url()[1:] for row in rows} | {"", "articles/", "tags/", "doctors/"}
    found = urls(client)
    assert set(found) == wanted
    for path in found:
        assert client.get(f"/{path}").status_code == 200, path


def test_addresses_that_search_engines_must_not_keep_are_absent(client):
    thin = make_tag("罕见")
    excerpt = make_article(is_excerpt=True, tags=[thin])
    make_article(tags=[thin])
    make_article(tags=[thin], status="draft")
    idle = make_doctor()
    found = urls(client)
    for row in (thin, excerpt, idle):
        assert row.get_absolute_url()[1:] not in found


def test_sitemap_and_page_agree_on_what_is_indexed(client):
    for questions in range(5):
        tag = make_tag()
        for _ in range(questions):
            make_article(tags=[tag])
    found = urls(client)
    for tag in make_tag().__class__.objects.all():
        noindex = b'content="noindex"' in client.get(tag.get_absolute_url()).content
        assert (tag.get_absolute_url()[1:] not in found) == noindex


def test_last_change_is_that_of_the_text(client):
    published = timezone.now() - timedelta(days=9)
    plain = make_article(published_at=published)
    revised = make_article(published_at=published, revised_at=published + timedelta(days=2))
    earlier = make_article(published_at=published, revised_at=published - timedelta(days=2))
    found = urls(client)
    for article, moment in [(plain, published), (revised, revised.revised_at), (earlier, published)]:
        wanted = timezone.localtime(moment).isoformat(timespec="seconds")
        assert wanted.endswith("+08:00")
        assert found[article.get_absolute_url()[1:]] == wanted


def test_big_site_has_several_sitemaps(client, monkeypatch):
    monkeypatch.setitem(sitemaps.RANGES, "questions", 10)
    articles = [make_article() for _ in range(25)]
    assert {article.get_absolute_url()[1:] for article in articles} <= set(urls(client))
    assert len(sitemap_addresses(client)) >= 4


def test_longest_addresses_fit_into_one_file():
    longest = {"tags": ("tag", "𠮷" * 100), "doctors": ("doctor", 10**9), "questions": ("question", 10**9)}
    for kind, (name, key) in longest.items():
        address = f"https://{'w' * 253}{reverse(f'articles:{name}', args=[key])}"
        entry = f"<url><loc>{address}</loc><lastmod>2025-06-24T23:05:25+08:00</lastmod></url>\n"
        assert sitemaps.RANGES[kind] < 50_000
        assert sitemaps.RANGES[kind] * len(entry) < 10_000_000


@pytest.mark.parametrize("number", ["0", "99", "9" * 40, "-1", "abc", "%00"])
def test_unknown_sitemap_is_not_found(client, number):
    assert client.get(f"/sitemap-{number}.xml").status_code == 404


def test_robots_names_every_sitemap_and_keeps_crawlers_off_what_is_not_content(client, settings):
    settings.SITE_URL = "https://www.example.org"
    make_article()
    response = client.get("/robots.txt")
    text = response.content.decode()
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    named = re.findall(r"^Sitemap: https://www\.example\.org(/\S+)$", text, re.MULTILINE)
    assert named == sitemap_addresses(client)
    for path in ("/admin/", "/search/", "/articles/*/like/", "/articles/*/report/"):
        assert f"Disallow: {path}\n" in text


def test_excerpts_are_closed_to_baidu_which_reads_no_noindex_and_open_to_those_who_do(client):
    excerpt, whole = make_article(is_excerpt=True), make_article()
    make_article(is_excerpt=True, status="draft")
    everybody, baidu = client.get("/robots.txt").content.decode().split("User-agent: Baiduspider\n")
    assert everybody.startswith("User-agent: *\n")
    assert excerpt.get_absolute_url() not in everybody
    rules = baidu.split("\n\n")[0].splitlines()
    assert rules[-1] == f"Disallow: {excerpt.get_absolute_url()}$"
    assert set(everybody.splitlines()[1:-1]) == set(rules[:-1])  # who finds a group of its own reads no other
    assert f"{whole.get_absolute_url()}$" not in baidu


def test_rules_for_baidu_stay_short_however_many_excerpts_there_are(client):
    number = crawlers.MOST_EXCERPTS + 5
    rows = [Article(pk=10**6 + n, title="？", status="published", published_at=timezone.now()) for n in range(number)]
    for row in rows:
        row.is_excerpt = True
    Article.objects.bulk_create(rows)
    text = client.get("/robots.txt").content
    assert text.count(b"$") == crawlers.MOST_EXCERPTS
    assert len(text) < 48_000


def test_tag_with_an_introduction_stands_in_the_sitemap_once_it_has_a_question(client):
    told, untold, empty = make_tag(introduction="关节里的结晶。"), make_tag(), make_tag(introduction="没有问题。")
    make_article(tags=[told, untold])
    make_article(tags=[empty], status="draft")
    found = {f"/{path}" for path in urls(client)}
    assert told.get_absolute_url() in found
    assert not {untold.get_absolute_url(), empty.get_absolute_url()} & found


def test_empty_site_has_a_sitemap(client):
    assert "" in urls(client)


def test_sitemaps_cost_at_most_six_queries(client, django_assert_max_num_queries):
    tag = make_tag()
    for _ in range(25):
        make_article(tags=[tag, make_tag()], doctor=make_doctor())
    for address in ["/robots.txt", "/sitemap.xml", *sitemap_addresses(client)]:
        with django_assert_max_num_queries(6):
            client.get(address)
