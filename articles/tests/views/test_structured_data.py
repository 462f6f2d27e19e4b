import json
import os
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.utils import timezone
from PIL import Image

from articles.models import Article, Tag
from articles.tests.factories import make_article, make_doctor, make_tag
from articles.tests.reading import read, squeeze
from articles.views.specialties import specialty_of
from articles.views.structured_data import json_ld

pytestmark = pytest.mark.django_db

# Values that are addresses, types or the language, and not words that a reader would look for in the page.
UNWORDED = {"@context", "@type", "@id", "url", "item", "inLanguage", "position", "logo", "specialty", "urlTemplate"}
DATES = {"datePublished", "dateModified", "lastReviewed"}


def rich_article(**fields):
    return make_article(
        **{
            "title": "面部肌肉痉挛怎么办？",
            "short_answer": "先排除劳累。",
            "doctor": make_doctor(name="周明远", professional_title="主任医师", hospital="示范医院"),
            "reviewer": make_doctor(name="沈佳宁", professional_title="副主任医师", department="眼科"),
            "reviewed_on": date(2026, 3, 9),
            "published_at": timezone.now() - timedelta(days=9),
            "revised_at": timezone.now() - timedelta(days=2),
            "tags": [make_tag("神经内科", kind="department"), make_tag("面肌痉挛", kind="disease")],
            **fields,
        }
    )


def graph_of(page):
    return {node["@type"]: node for node in page.json_ld[0]["@graph"]}


def leaves(node, name=""):
    """Yield (property, value) of all values in nested JSON."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield from leaves(value, key)
    elif isinstance(node, list):
        for value in node:
            yield from leaves(value, name)
    else:
        yield name, node


def test_page_describes_itself(client, settings):
    settings.SITE_URL = "https://www.example.org"
    article = rich_article()
    page = read(client.get(article.get_absolute_url()))
    address = f"https://www.example.org{article.get_absolute_url()}"
    graph = graph_of(page)
    assert set(graph) == {"MedicalWebPage", "Article", "BreadcrumbList"}
    assert graph["MedicalWebPage"]["@id"] == graph["MedicalWebPage"]["url"] == address
    assert graph["MedicalWebPage"]["mainEntity"] == {"@id": graph["Article"]["@id"]}
    assert graph["MedicalWebPage"]["breadcrumb"] == {"@id": graph["BreadcrumbList"]["@id"]}
    assert graph["MedicalWebPage"]["lastReviewed"] == "2026-03-09"
    assert graph["MedicalWebPage"]["reviewedBy"]["name"] == "沈佳宁"
    assert graph["Article"]["headline"] == article.title
    assert graph["Article"]["abstract"] == article.short_answer
    assert graph["Article"]["author"]["jobTitle"] == "主任医师"
    assert graph["Article"]["author"]["affiliation"]["name"] == "示范医院"
    items = graph["BreadcrumbList"]["itemListElement"]
    assert [item["position"] for item in items] == [1, 2, 3, 4]
    assert [item["name"] for item in items] == ["首页", "神经内科", "面肌痉挛", article.title]
    assert items[-1]["item"] == address
    for item in items:
        assert client.get(item["item"].removeprefix("https://www.example.org")).status_code == 200


def test_no_review_is_told_of_a_text_that_the_doctor_has_not_seen(client):
    article = rich_article()
    article.record_review(article.reviewer, date(2026, 3, 9))
    assert "lastReviewed" in graph_of(read(client.get(article.get_absolute_url())))["MedicalWebPage"]
    article.body = "<p>每次吃十片。</p>"
    article.save()
    page = read(client.get(article.get_absolute_url()))
    assert "此后这个回答有过改动" in page.text
    assert not {"lastReviewed", "reviewedBy"} & set(graph_of(page)["MedicalWebPage"])


@pytest.mark.parametrize("full", [True, False])
def test_nothing_stands_there_that_the_page_does_not_show(client, full):
    article = rich_article() if full else make_article()
    says_only_what_it_shows(read(client.get(article.get_absolute_url())))


def says_only_what_it_shows(page):
    for name, value in leaves(page.json_ld):
        assert value not in ("", None, [], {}), name
        if name in DATES:
            assert value in page.times, name
        elif name in ("pubDate", "upDate"):
            assert f"{value}+08:00" in page.times, name
        elif name not in UNWORDED:
            assert squeeze(value) in page.text, name


def test_unknown_is_not_said(client):
    graph = graph_of(read(client.get(make_article().get_absolute_url())))
    assert not {"lastReviewed", "reviewedBy"} & set(graph["MedicalWebPage"])
    assert not {"author", "dateModified", "abstract"} & set(graph["Article"])


def test_doctor_of_whom_only_the_name_is_known_is_a_name(client):
    page = read(client.get(make_article(doctor=make_doctor(name="郑一帆")).get_absolute_url()))
    assert set(graph_of(page)["Article"]["author"]) == {"@type", "name", "url"}


def test_times_are_those_of_the_site(client):
    article = rich_article()
    graph = graph_of(read(client.get(article.get_absolute_url())))
    published = timezone.localtime(article.published_at).strftime("%Y-%m-%dT%H:%M:%S+08:00")
    revised = timezone.localtime(article.revised_at).strftime("%Y-%m-%dT%H:%M:%S+08:00")
    assert graph["Article"]["datePublished"] == published
    assert graph["Article"]["dateModified"] == revised


def test_time_for_baidu_has_its_format(client, settings):
    settings.SITE_URL = "https://www.example.org"
    article = rich_article()
    block = read(client.get(article.get_absolute_url())).json_ld[1]
    assert block["@context"][0] == "https://ziyuan.baidu.com/contexts/cambrian.jsonld"
    assert block["@id"] == f"https://www.example.org{article.get_absolute_url()}"
    assert block["title"] == article.title
    assert block["pubDate"] == timezone.localtime(article.published_at).strftime("%Y-%m-%dT%H:%M:%S")
    assert block["upDate"] == timezone.localtime(article.revised_at).strftime("%Y-%m-%dT%H:%M:%S")


def test_time_for_baidu_without_an_update_is_that_of_publication(client):
    now = timezone.now()
    article = make_article(published_at=now - timedelta(days=2), revised_at=now - timedelta(days=3))
    block = read(client.get(article.get_absolute_url())).json_ld[1]
    assert block["upDate"] == block["pubDate"]


def test_page_does_not_pretend_to_be_a_forum(client):
    html = client.get(rich_article().get_absolute_url()).content.decode()
    for word in ("QAPage", "FAQPage", "acceptedAnswer"):
        assert word not in html


@pytest.mark.parametrize("title", ["</script><script>alert(1)</script>", "<!--<script>", "\u2028 & \u2029 <b>", '"\\'])
def test_no_text_can_close_the_block(client, title):
    doctor = make_doctor(name="</script>", hospital="<!--", professional_title="]]>")
    article = rich_article(title=title, short_answer=title, doctor=doctor, tags=[make_tag("</script>", kind="disease")])
    response = client.get(article.get_absolute_url())
    page = read(response)
    assert len(page.json_ld) == 2
    assert graph_of(page)["Article"]["headline"] == article.title
    assert graph_of(page)["Article"]["author"]["name"] == "</script>"
    assert len(page.all("script")) == 3  # both blocks and site.js


def test_block_holds_no_character_that_html_or_javascript_would_read():
    block = json_ld({"name": "</script>&\u2028\u2029<!--"})
    inside = block.removeprefix('<script type="application/ld+json">').removesuffix("</script>")
    assert not set("<>&\u2028\u2029") & set(inside)
    assert json.loads(inside) == {"name": "</script>&\u2028\u2029<!--"}


def test_question_says_what_it_is_about_and_to_which_specialty_it_belongs(client):
    tags = [
        ("心血管内科", "department"),
        ("高血压", "disease"),
        ("头晕", "symptom"),
        ("氨氯地平", "drug"),
        ("门诊", "other"),
    ]
    article = rich_article(tags=[make_tag(name, kind=kind) for name, kind in tags])
    page = graph_of(read(client.get(article.get_absolute_url())))["MedicalWebPage"]
    assert page["specialty"] == "https://schema.org/Cardiovascular"
    assert page["about"] == [
        {"@type": "MedicalCondition", "name": "高血压"},
        {"@type": "MedicalSymptom", "name": "头晕"},
        {"@type": "Drug", "name": "氨氯地平"},
    ]


@pytest.mark.parametrize(
    ("department", "specialty"),
    [("小儿外科", "Pediatric"), ("妇产科", "Gynecologic"), ("耳鼻咽喉头颈外科", "Otolaryngologic"), ("中医科", None)],
)
def test_specialty_is_one_that_schema_org_knows_or_is_not_said(client, department, specialty):
    article = make_article(tags=[make_tag(department, kind="department")])
    page = graph_of(read(client.get(article.get_absolute_url())))["MedicalWebPage"]
    assert page.get("specialty") == (specialty and f"https://schema.org/{specialty}")


def test_every_department_of_the_demo_has_a_specialty():
    rows = json.loads((settings.BASE_DIR / "fixtures" / "tags.json").read_text(encoding="utf-8"))
    tags = [Tag(name=row["fields"]["name"]) for row in rows if row["fields"].get("kind") == "department"]
    assert len(tags) > 10
    assert all(map(specialty_of, tags))


def test_publisher_has_a_logo_that_is_there(client, settings):
    settings.SITE_URL = "https://www.example.org"
    publisher = graph_of(read(client.get(make_article().get_absolute_url())))["Article"]["publisher"]
    assert publisher["url"] == "https://www.example.org/"
    assert publisher["logo"].startswith("https://www.example.org/static/")
    with Image.open(finders.find("img/logo.png")) as logo:
        assert min(logo.size) >= 112


def test_home_says_how_the_site_is_searched(client, settings):
    settings.SITE_URL = "https://www.example.org"
    article = make_article(title="眼皮一直跳怎么办？")
    site = read(client.get("/")).json_ld[0]
    assert (site["@type"], site["url"]) == ("WebSite", "https://www.example.org/")
    template = site["potentialAction"]["target"]["urlTemplate"]
    assert site["potentialAction"].keys() == {"@type", "target"}, "schema.org knows no query-input"
    found = client.get(template.removeprefix("https://www.example.org").replace("{query}", "眼皮"))
    assert article.get_absolute_url() in read(found).links


def test_doctor_is_a_person(client):
    doctor = make_doctor(name="周明远", professional_title="主任医师", hospital="示范医院")
    make_article(doctor=doctor)
    page = read(client.get(doctor.get_absolute_url()))
    profile, crumbs = page.json_ld[0]["@graph"]
    assert profile["@type"] == "ProfilePage"
    assert profile["mainEntity"]["@type"] == "Person"
    assert profile["mainEntity"]["jobTitle"] == "主任医师"
    assert [item["name"] for item in crumbs["itemListElement"]] == ["首页", "医生", "周明远"]
    assert "Physician" not in json.dumps(page.json_ld)


def test_tag_is_a_collection_about_its_illness(client):
    tag = make_tag("痛风", kind="disease")
    make_article(tags=[tag])
    collection, crumbs = read(client.get(tag.get_absolute_url())).json_ld[0]["@graph"]
    assert collection["@type"] == "CollectionPage"
    assert collection["about"] == {"@type": "MedicalCondition", "name": "痛风"}
    assert [item["name"] for item in crumbs["itemListElement"]] == ["首页", "疾病", "痛风"]


LISTS = ["/", "/articles/", "/tags/", "/doctors/", "tag", "doctor"]


@pytest.mark.parametrize("place", LISTS)
def test_lists_say_nothing_that_they_do_not_show(client, place):
    tag, doctor = make_tag("痛风", kind="disease"), make_doctor(name="周明远", hospital="示范医院")
    make_article(tags=[tag], doctor=doctor)
    address = {"tag": tag.get_absolute_url(), "doctor": doctor.get_absolute_url()}.get(place, place)
    page = read(client.get(address))
    assert page.json_ld
    says_only_what_it_shows(page)


@pytest.mark.parametrize("place", ["/", "/articles/", "tag", "doctor"])
def test_lists_tell_baidu_when_something_was_last_published(client, place):
    tag, doctor = make_tag(), make_doctor()
    now = timezone.now()
    newest, _, excerpt = (
        make_article(tags=[tag], doctor=doctor, published_at=now - timedelta(days=days), is_excerpt=days == 1)
        for days in (2, 3, 1)
    )
    address = {"tag": tag.get_absolute_url(), "doctor": doctor.get_absolute_url()}.get(place, place)
    block = read(client.get(address)).json_ld[1]
    assert block["upDate"] == timezone.localtime(newest.published_at).strftime("%Y-%m-%dT%H:%M:%S")
    assert "pubDate" not in block
    Article.objects.exclude(pk=excerpt.pk).delete()
    assert len(read(client.get(address)).json_ld) == 1  # of an excerpt only the day is known


@pytest.mark.parametrize("address", ["/search/?q=痛风", "/nothing/"])
def test_pages_that_search_engines_do_not_list_carry_none(client, address):
    make_article(tags=["痛风"])
    assert read(client.get(address)).json_ld == []


def test_every_page_has_a_picture_that_is_light_and_there(client, settings):
    settings.SITE_URL = "https://www.example.org"
    page = read(client.get(make_article().get_absolute_url()))
    assert page.meta("og:image") == "https://www.example.org/static/img/share.png"
    file = finders.find("img/share.png")
    with Image.open(file) as picture:
        size = (page.meta("og:image:width"), page.meta("og:image:height"))
        assert tuple(map(str, picture.size)) == size
    assert os.path.getsize(file) <= 40_000
