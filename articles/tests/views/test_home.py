import pytest

from articles.tests.factories import make_article, make_tag
from articles.tests.reading import read, squeeze

pytestmark = pytest.mark.django_db


def test_empty_site_has_a_home(client):
    page = read(client.get("/"))
    assert "还没有发布的问题" in page.text
    assert page.all("input", name="q")


def test_home_shows_departments_tags_newest_and_most_liked(client):
    department, tag = make_tag("眼科", kind="department"), make_tag("眼皮跳", kind="symptom")
    liked = make_article(title="很多人赞的问题？", imported_likes=90, tags=[department, tag])
    for _ in range(13):
        make_article()
    newest = make_article(title="刚刚回答的问题？")
    page = read(client.get("/"))
    assert department.get_absolute_url() in page.links
    assert tag.get_absolute_url() in page.links
    assert "/articles/" in page.links
    assert page.text.index(squeeze(newest.title)) < page.text.index(squeeze(liked.title))
    assert "90赞" in page.text


def test_newest_come_first(client):
    titles = [make_article().title for _ in range(3)]
    text = read(client.get("/")).text
    positions = [text.index(squeeze(title)) for title in titles]
    assert positions == sorted(positions, reverse=True)


def test_questions_nobody_liked_are_not_called_most_liked(client):
    make_article()
    assert "最多人赞" not in read(client.get("/")).text


def test_head_of_home(client, settings):
    settings.SITE_URL = "https://www.example.org"
    settings.SITE_NAME = "安康问答"
    page = read(client.get("/"))
    assert page.title.startswith("安康问答")
    assert page.link("canonical") == "https://www.example.org/"
    assert page.meta("description").startswith("安康问答")
    assert page.meta("robots") is None


def test_home_has_one_search_box(client):
    assert len(read(client.get("/")).all("input", name="q")) == 1


def test_footer_shows_the_licences_of_the_site(client, settings):
    settings.LICENCES = [
        ("ICP备案", "京ICP备00000000号", "https://beian.example/"),
        ("资质", "（京）-0001", ""),
    ]
    page = read(client.get("/"))
    assert "ICP备案：京ICP备00000000号" in page.text
    assert "资质：（京）-0001" in page.text
    assert page.all("a", href="https://beian.example/")[0]["rel"] == "noopener noreferrer"


def test_footer_without_licences_has_no_empty_list(client, settings):
    settings.LICENCES = []
    assert not read(client.get("/")).all("ul", **{"class": "licences"})
