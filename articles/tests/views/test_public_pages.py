"""What every public address keeps to, found by walking the URL configuration, so that no new one is forgotten."""

import re
from datetime import timedelta
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils import timezone

from articles.models import Article, TaggedArticle
from articles.tests.factories import BODY, make_doctor, make_tag
from articles.tests.public_pages import FEEDS, HERE, NOT_READ, PAGED, PATTERNS, PLACES, address_of
from articles.tests.reading import read

pytestmark = pytest.mark.django_db

ATOM, SITEMAPS = "{http://www.w3.org/2005/Atom}", "{http://www.sitemaps.org/schemas/sitemap/0.9}"
# Queries that a place needs, where it is known; each other may need MOST of its name, or 6.
COSTS = {"home": 5, "doctors": 4, "tags": 3, "list": 3, "tag": 4, "doctor": 5, "feed": 1, "tag_feed": 2, "page": 2}
MOST = {"question": 4, "report": 4}
NEVER_THE_SAME = {"report": "the ticket of its form says when it was shown"}


def crowd(site, number):
    """Add questions wherever questions are shown, half of them by other doctors."""
    doctors = [site.doctor if half else make_doctor() for half in (0, 1) for _ in range(number)]
    values = {
        "title": "过敏性鼻炎会好吗？",
        "body": BODY,
        "status": "published",
        "imported_likes": 1000,
        "like_count": 1000,
    }
    values["published_at"] = timezone.now() - timedelta(days=2)
    articles = Article.objects.bulk_create(Article(doctor=doctor, **values) for doctor in doctors)
    for tag in (site.tag, make_tag(), make_tag(kind="department")):
        TaggedArticle.objects.bulk_create(TaggedArticle(content_object=article, tag=tag) for article in articles)


@pytest.mark.parametrize("place", PLACES)
def test_every_address_answers_a_reader(client, site, place):
    response = client.get(address_of(place, site))
    assert response.status_code == 200, f"name an address of “{PLACES[place]}” that exists in SAMPLES of {HERE}"


@pytest.mark.parametrize("name", sorted(NOT_READ))
def test_address_that_is_not_read_answers_no_get(client, name):
    path = re.sub(r"<[^>]+>", "1", str(PATTERNS[name].pattern))
    assert client.get(f"/{path}").status_code == 405


@pytest.mark.parametrize("place", PLACES)
def test_queries_stay_within_the_budget_whatever_the_number_of_rows(client, site, place, django_assert_max_num_queries):
    most = COSTS.get(place) or MOST.get(PLACES[place], 6)
    for number in (3, 20):
        crowd(site, number)
        with django_assert_max_num_queries(most) as queries:
            assert client.get(address_of(place, site)).status_code == 200
        assert len(queries) == COSTS.get(place, len(queries))


@pytest.mark.parametrize("place", PLACES)
def test_two_readers_get_the_same_bytes_and_no_cookie(site, place):
    address = address_of(place, site)
    phone, desk = Client(REMOTE_ADDR="203.0.113.7"), Client(REMOTE_ADDR="203.0.113.8")
    first = phone.get(address, headers={"User-Agent": "phone", "Accept-Language": "en"})
    second = desk.get(address, headers={"User-Agent": "desk", "Accept-Language": "zh"})
    for response in (first, second):
        assert not response.cookies
        assert "cookie" not in response.get("Vary", "").lower()
    assert PLACES[place] in NEVER_THE_SAME or first.content == second.content


@pytest.mark.parametrize("place", PLACES)
def test_page_has_no_control_that_needs_javascript(client, site, place):
    response = client.get(address_of(place, site))
    if not response["Content-Type"].startswith("text/html"):
        return
    page = read(response)
    assert len(page.all("h1")) == 1
    assert not [link for link in page.links if not re.match(r"/|#\w|tel:", link)]
    forms = re.findall(r"<form\b.*?</form>", response.content.decode(), re.DOTALL)
    assert all('action="/' in form and '<button type="submit"' in form for form in forms)
    html = response.content.decode()
    for_scripts = len(
        re.findall(r'<button type="button"', html)
    )  # hidden where there are none: in_browser/test_reader.py
    assert len(page.all("button")) - for_scripts == sum(form.count("<button") for form in forms), "stands in no form"


@pytest.mark.parametrize("place", PLACES)
def test_parts_of_a_page_that_a_screen_reader_jumps_to_have_names_of_their_own(client, site, place):
    response = client.get(address_of(place, site))
    if not response["Content-Type"].startswith("text/html"):
        return
    page, texts = read(response), dict(re.findall(r'id="([^"]+)"[^>]*>([^<]+)<', response.content.decode()))
    for kind in ("nav", "aside"):
        names = [one.get("aria-label") or texts[one["aria-labelledby"]].strip() for one in page.all(kind)]
        assert len(names) == len(set(names)), names


# --- Sitemap ---


def named_in_sitemaps(client):
    robots = client.get("/robots.txt").content.decode()
    found = set()
    for address in re.findall(r"^Sitemap: https?://[^/]+(/\S+)$", robots, re.MULTILINE):
        tree = ElementTree.fromstring(client.get(address).content)
        found |= {urlsplit(row.text).path for row in tree.iter(f"{SITEMAPS}loc")}
    return found


@pytest.mark.parametrize("name", PATTERNS)
def test_every_address_says_whether_the_sitemap_names_it(name):
    said = [getattr(PATTERNS[name], what, "") for what in ("sitemap", "left_out")]
    assert any(said), f"write “{name}” as address(…, sitemap=…) or address(…, left_out=…) in articles/urls.py"


@pytest.mark.parametrize("place", PLACES)
def test_sitemap_names_what_it_is_said_to_name_and_search_engines_keep_nothing_else(client, site, place):
    crowd(site, 3)
    address, is_named = address_of(place, site), bool(PATTERNS[PLACES[place]].sitemap)
    assert (address in named_in_sitemaps(client)) == is_named
    response = client.get(address)
    if response["Content-Type"].startswith("text/html"):
        assert (read(response).meta("robots") is None) == is_named, "left out of the sitemap means noindex"


# --- Lists and feeds ---


@pytest.mark.parametrize("place", PLACES)
def test_whatever_has_a_next_page_is_known_as_a_list(client, site, place):
    crowd(site, 21)
    response = client.get(address_of(place, site))
    if response["Content-Type"].startswith("text/html"):
        has_next = bool(read(response).all("a", rel="next"))
        assert PLACES[place] in PAGED or not has_next, "a view with pages says so: @keep_page(*PARAMETERS)"


@pytest.mark.parametrize("place", PLACES)
def test_whatever_is_atom_is_a_feed_that_its_page_offers(client, site, place):
    address = address_of(place, site)
    response = client.get(address)
    assert ("atom" in response["Content-Type"]) == (PLACES[place] in FEEDS)
    if PLACES[place] in FEEDS:
        feed = ElementTree.fromstring(response.content)
        links = {link.get("rel"): urlsplit(link.get("href")).path for link in feed.findall(f"{ATOM}link")}
        assert links["self"] == address
        offered = read(client.get(links["alternate"])).all("link", rel="alternate", type="application/atom+xml")
        assert address in [link["href"] for link in offered], (
            f'add <link rel="alternate" type="application/atom+xml" href="{address}"> to the page {links["alternate"]}'
        )
