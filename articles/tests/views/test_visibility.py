"""Nothing unpublished is ever public, and what is published is public everywhere at its second."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from articles.models import Article
from articles.tests.factories import make_article, make_doctor, make_tag
from articles.tests.public_pages import PLACES as ALL_PLACES
from articles.tests.public_pages import address_of

pytestmark = pytest.mark.django_db

SHOWS_NO_QUESTION = {
    "tags": "tags; which of them is tested below",
    "doctors": "doctors; which of them is tested below",
    "page": "what editors wrote about the site",
    "robots": "addresses of sitemaps",
    "sitemap_index": "addresses of sitemaps",
    "draft": "a secret address that shows a draft on purpose",
    "image": "a file",
    "healthz": "one word",
    "metrics": "figures, and to visitors nothing",
}
SHOWS_THE_TITLE_ALONE = {"question": "it is its own page", "search_suggest": "a choice of what to search"}
ERRORS = ["not found", "gone"]
PLACES = [place for place, name in ALL_PLACES.items() if name not in SHOWS_NO_QUESTION] + ERRORS
UNPUBLISHED = ["draft", "review", "withdrawn", "scheduled"]


def text_of(client, site, place):
    if place == "not found":
        address = "/nothing-here/"
    elif place == "gone":
        gone, _ = Article.objects.get_or_create(title="旧的？", status="withdrawn", withdrawn_reason="内容过时")
        address = gone.get_absolute_url()
    elif place == "sitemap":
        robots = client.get("/robots.txt").content.decode()
        addresses = re.findall(r"^Sitemap: https?://[^/]+(/\S+)$", robots, re.MULTILINE)
        return "".join(client.get(address).content.decode() for address in addresses)
    else:
        address = address_of(place, site)
    return re.sub("</?mark>", "", client.get(address).content.decode())


def shows(client, site, place):
    """Tell whether the place links to the question; a place that shows its title alone would be wrong too."""
    text, article = text_of(client, site, place), site.article
    if place in SHOWS_THE_TITLE_ALONE:
        return article.title in text
    linked = f"{article.get_absolute_url()}<" in text or f'{article.get_absolute_url()}"' in text
    assert linked or article.title not in text
    return linked


def put(article, state):
    """Bring the question into a state behind the model's back, so that nothing but the reading is tested."""
    hour = timedelta(hours=1)
    fields = {"published_at": timezone.now() + hour} if state == "scheduled" else {"status": state}
    Article.objects.filter(pk=article.pk).update(**fields)


@pytest.mark.parametrize("place", PLACES)
def test_published_question_is_shown(client, site, place):
    assert shows(client, site, place), (
        f"let “{place}” show the question of the fixture `site`, or name it in SHOWS_NO_QUESTION with the reason"
    )


@pytest.mark.parametrize("place", [place for place, name in ALL_PLACES.items() if name in SHOWS_NO_QUESTION])
def test_place_that_is_said_to_show_no_question_shows_none(client, site, place):
    answer = client.get(address_of(place, site)).content
    assert site.article.title.encode() not in answer


@pytest.mark.parametrize("state", UNPUBLISHED)
@pytest.mark.parametrize("place", PLACES)
def test_unpublished_question_is_not_shown(client, site, place, state):
    put(site.article, state)
    assert not shows(client, site, place)


@pytest.mark.parametrize("place", PLACES)
def test_scheduled_question_appears_at_its_second(client, site, place):
    put(site.article, "scheduled")
    assert not shows(client, site, place)
    Article.objects.filter(pk=site.article.pk).update(published_at=timezone.now())
    assert shows(client, site, place)


@pytest.mark.parametrize("state", ["draft", "review", "scheduled"])
def test_page_of_an_unpublished_question_is_not_found(client, site, state):
    put(site.article, state)
    response = client.get(site.article.get_absolute_url())
    assert response.status_code == 404
    assert site.article.title not in response.content.decode()


def test_page_of_a_scheduled_question_opens_at_its_second(client, site):
    put(site.article, "scheduled")
    assert client.get(site.article.get_absolute_url()).status_code == 404
    Article.objects.filter(pk=site.article.pk).update(published_at=timezone.now())
    assert client.get(site.article.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("state", UNPUBLISHED)
def test_like_of_an_unpublished_question_is_not_found(client, site, state):
    put(site.article, state)
    address = reverse("articles:like", args=[site.article.pk])
    same_origin = {"Sec-Fetch-Site": "same-origin"}
    assert client.get(address).status_code == 404
    assert client.post(address, {"liked": "1"}, headers=same_origin).status_code == 404
    assert not site.article.likes.exists()


@pytest.mark.parametrize("state", UNPUBLISHED)
def test_tags_and_doctors_of_unpublished_questions_only_are_not_listed(client, site, state):
    tag, doctor = make_tag("罕见病甲", kind="disease"), make_doctor(name="欧阳某")
    put(make_article(tags=[tag], doctor=doctor), state)
    for address in ("/", "/tags/"):
        assert tag.get_absolute_url() not in client.get(address).content.decode()
    assert doctor.name not in client.get("/doctors/").content.decode()
    sitemap = text_of(client, site, "sitemap")
    assert tag.get_absolute_url() not in sitemap
    assert f"{doctor.get_absolute_url()}<" not in sitemap


@pytest.mark.parametrize("place", PLACES)
def test_correction_is_what_the_next_reader_gets(client, site, place):
    text_of(client, site, place)
    site.article.title = "过敏性鼻炎怎么治？"
    site.article.save()
    if place != "sitemap":  # it holds addresses only
        assert "过敏性鼻炎怎么治？" in text_of(client, site, place)
    site.article.withdraw("医生要求撤下")
    assert not shows(client, site, place)
