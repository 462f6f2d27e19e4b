"""Nothing unpublished is ever public, and what is published is public everywhere at its second."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from articles.models import Article, RelatedItem
from articles.tests.factories import make_article, make_doctor, make_tag

pytestmark = pytest.mark.django_db

PLACES = [
    *("home", "list", "tag", "doctor", "search by words", "search by likeness", "search by tag name"),
    *("related", "pinned", "feed", "tag feed", "sitemap", "not found", "gone"),
]
UNPUBLISHED = ["draft", "review", "withdrawn", "scheduled"]


@pytest.fixture
def site():
    """One question that every place could show, and the questions on whose pages it could stand."""
    tag, doctor = make_tag("过敏性鼻炎", kind="disease"), make_doctor(name="林晓晴")
    neighbour = make_article(title="鼻子痒是感冒吗？", tags=[tag])
    pinning = make_article(title="怎么洗鼻子？")
    gone = make_article(status="withdrawn", withdrawn_reason="内容过时")
    article = make_article(title="过敏性鼻炎怎么办？", tags=[tag], doctor=doctor, imported_likes=1000)
    RelatedItem.objects.create(article=pinning, related=article)
    return {
        "article": article,
        "addresses": {
            "home": "/",
            "list": "/articles/",
            "tag": tag.get_absolute_url(),
            "doctor": doctor.get_absolute_url(),
            "search by words": "/search/?q=过敏性鼻炎",
            "search by likeness": "/search/?q=过敏性鼻炎如何治疗",
            "search by tag name": "/search/?q=鼻炎",
            "related": neighbour.get_absolute_url(),
            "pinned": pinning.get_absolute_url(),
            "feed": "/feed/",
            "tag feed": reverse("articles:tag_feed", args=[tag.slug]),
            "not found": "/nothing-here/",
            "gone": gone.get_absolute_url(),
        },
    }


def text_of(client, site, place):
    if place != "sitemap":
        return re.sub("</?mark>", "", client.get(site["addresses"][place]).content.decode())
    robots = client.get("/robots.txt").content.decode()
    addresses = re.findall(r"^Sitemap: https?://[^/]+(/\S+)$", robots, re.MULTILINE)
    return "".join(client.get(address).content.decode() for address in addresses)


def shows(client, site, place):
    """Tell whether the place links to the question; a place that shows its title alone would be wrong too."""
    text, article = text_of(client, site, place), site["article"]
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
    assert shows(client, site, place)


@pytest.mark.parametrize("state", UNPUBLISHED)
@pytest.mark.parametrize("place", PLACES)
def test_unpublished_question_is_not_shown(client, site, place, state):
    put(site["article"], state)
    assert not shows(client, site, place)


@pytest.mark.parametrize("place", PLACES)
def test_scheduled_question_appears_at_its_second(client, site, place):
    put(site["article"], "scheduled")
    assert not shows(client, site, place)
    Article.objects.filter(pk=site["article"].pk).update(published_at=timezone.now())
    assert shows(client, site, place)


@pytest.mark.parametrize("state", ["draft", "review", "scheduled"])
def test_page_of_an_unpublished_question_is_not_found(client, site, state):
    put(site["article"], state)
    response = client.get(site["article"].get_absolute_url())
    assert response.status_code == 404
    assert site["article"].title not in response.content.decode()


def test_page_of_a_scheduled_question_opens_at_its_second(client, site):
    put(site["article"], "scheduled")
    assert client.get(site["article"].get_absolute_url()).status_code == 404
    Article.objects.filter(pk=site["article"].pk).update(published_at=timezone.now())
    assert client.get(site["article"].get_absolute_url()).status_code == 200


@pytest.mark.parametrize("state", UNPUBLISHED)
def test_like_of_an_unpublished_question_is_not_found(client, site, state):
    put(site["article"], state)
    address = reverse("articles:like", args=[site["article"].pk])
    same_origin = {"Sec-Fetch-Site": "same-origin"}
    assert client.get(address).status_code == 404
    assert client.post(address, {"liked": "1"}, headers=same_origin).status_code == 404
    assert not site["article"].likes.exists()


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
    site["article"].title = "过敏性鼻炎怎么治？"
    site["article"].save()
    if place != "sitemap":  # it holds addresses only
        assert "过敏性鼻炎怎么治？" in text_of(client, site, place)
    site["article"].withdraw("医生要求撤下")
    assert not shows(client, site, place)
