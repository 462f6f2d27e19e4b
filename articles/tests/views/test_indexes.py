"""The indexes of tags and doctors: by letter and by kind or department, with counts, however many there are."""

import pytest
from django.utils import timezone

from articles.models import Article, Doctor, Tag, TaggedArticle
from articles.tests.factories import make_article, make_doctor, make_tag
from articles.tests.public_pages import LETTERED
from articles.tests.reading import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def many_tags():
    """240 diseases and 210 drugs, all but two of M, of which 药物209 is used most."""
    rows = [("disease", f"面疾{number:03}", number) for number in range(240)]
    rows += [("drug", f"面药{number:03}", 1000 + number) for number in range(208)]
    rows += [("drug", "安药", 2000), ("drug", "2号药", 2001)]
    tags = Tag.objects.bulk_create(
        Tag(name=name, slug=f"t{number}", folded=name, kind=kind) for kind, name, number in rows
    )
    articles = [make_article() for _ in range(3)]
    TaggedArticle.objects.bulk_create(TaggedArticle(content_object=articles[0], tag=tag) for tag in tags)
    TaggedArticle.objects.bulk_create(TaggedArticle(content_object=articles[1], tag=tag) for tag in tags[200:230])
    return tags


@pytest.fixture
def many_doctors():
    """205 doctors with an answer each, 120 of them 骨科, and of the surname 高."""
    doctors = Doctor.objects.bulk_create(
        Doctor(name=f"{'高' if number < 120 else '林'}医{number:03}", department="骨科" if number < 120 else "眼科")
        for number in range(205)
    )
    now = timezone.now()
    Article.objects.bulk_create(
        Article(title=f"问{number}？", doctor=doctor, status="published", published_at=now)
        for number, doctor in enumerate(doctors)
    )
    return doctors


def names_on(page, rows):
    shown = set(page.links)
    return [row.name for row in rows if row.get_absolute_url() in shown]


# --- Tags -----------------------------------------------------------------------


def test_few_tags_stand_all_there_by_kind_with_their_letters(client):
    article = make_article(tags=[make_tag("神经内科", kind="department"), make_tag("面肌痉挛", kind="disease")])
    article.tags.add(make_tag("阿司匹林", kind="drug"))
    draft = make_tag("只在草稿", kind="disease")
    make_article(tags=[draft], status="draft")
    page = read(client.get("/tags/"))
    assert "科室1个" in page.text
    assert "疾病1个" in page.text
    assert [link for link in page.links if "letter" in link] == [f"/tags/?letter={letter}" for letter in "AMS"]
    assert len(names_on(page, Tag.objects.all())) == 3
    assert draft.get_absolute_url() not in page.links
    assert page.meta("robots") is None


def test_of_very_many_the_first_page_shows_the_most_used_of_each_kind(client, many_tags):
    page = read(client.get("/tags/"))
    shown = names_on(page, many_tags)
    assert len([name for name in shown if name.startswith("面疾")]) == 24
    assert set(shown[:24]) <= {f"面疾{number:03}" for number in range(200, 230)}
    assert len(shown) == 48
    assert "最常用的24个，共240个" in page.text
    assert [link for link in page.links if "letter" in link] == [
        "/tags/?letter=A",
        "/tags/?letter=M",
        "/tags/?letter=%23",
    ]
    assert client.get("/tags/?page=2").status_code == 404


def test_a_letter_has_pages_of_two_hundred_which_search_engines_leave_out(client, settings, many_tags):
    settings.SITE_URL = "https://www.example.org"
    pages = [read(client.get(f"/tags/?letter=M&page={number}")) for number in (1, 2, 3)]
    assert [len(names_on(page, many_tags)) for page in pages] == [200, 200, 48]
    assert sum((names_on(page, many_tags) for page in pages), []) == [tag.name for tag in many_tags[:448]]
    assert [page.link("canonical") for page in pages] == [
        f"https://www.example.org/tags/?letter=M{rest}" for rest in ("", "&page=2", "&page=3")
    ]
    assert {page.meta("robots") for page in pages} == {"noindex"}
    assert len({page.title for page in pages}) == 3
    assert "疾病240个" in pages[0].text
    assert client.get("/tags/?letter=M&page=4").status_code == 404


def test_digits_and_the_rest_stand_under_a_sign(client, many_tags):
    page = read(client.get("/tags/?letter=%23"))
    assert names_on(page, many_tags) == ["2号药"]
    assert "/tags/" in page.links


def test_indexes_cost_the_same_however_many_there_are(client, many_tags, many_doctors, django_assert_num_queries):
    addresses = {"/tags/": 3, "/tags/?letter=M": 3, "/doctors/": 4, "/doctors/?letter=G": 4}
    for address, queries in addresses.items():
        with django_assert_num_queries(queries):
            assert client.get(address).status_code == 200
    Article.objects.exclude(pk__in=Article.objects.order_by("pk")[:4].values("pk")).delete()
    Tag.objects.filter(pk__in=[tag.pk for tag in many_tags[5:448]]).delete()
    for address, queries in addresses.items():
        with django_assert_num_queries(queries):
            assert client.get(address).status_code in (200, 404)


# --- Doctors --------------------------------------------------------------------


def test_few_doctors_need_no_letters(client):
    for name in ("林晓晴", "查文静", "安明"):
        make_article(doctor=make_doctor(name=name))
    page = read(client.get("/doctors/"))
    assert page.text.index("安明") < page.text.index("林晓晴") < page.text.index("查文静")
    assert "1个回答" in page.text
    assert not [link for link in page.links if "letter" in link]


def test_many_doctors_stand_by_surname_in_pages_of_a_hundred(client, many_doctors):
    pages = [read(client.get(f"/doctors/?page={number}")) for number in (1, 2, 3)]
    assert [len(names_on(page, many_doctors)) for page in pages] == [100, 100, 5]
    assert [link for link in pages[0].links if "letter" in link] == ["/doctors/?letter=G", "/doctors/?letter=L"]
    assert {page.meta("robots") for page in pages} == {None}
    assert client.get("/doctors/?page=4").status_code == 404


@pytest.mark.parametrize(("query", "numbers"), [("letter=L", [85]), ("department=骨科", [100, 20])])
def test_doctors_are_found_by_surname_and_by_department(client, many_doctors, query, numbers):
    for number, expected in enumerate(numbers, 1):
        page = read(client.get(f"/doctors/?{query}&page={number}"))
        assert len(names_on(page, many_doctors)) == expected
        assert page.meta("robots") == "noindex"
        assert "page" in page.link("canonical") or number == 1
    assert "骨科120" in read(client.get("/doctors/")).text
    assert client.get("/doctors/?department=骨科&letter=L").status_code == 200
    assert "还没有" in read(client.get("/doctors/?department=骨科&letter=L")).text


# --- What is no address ---------------------------------------------------------


NOT_THERE = [
    *(f"letter={letter}" for letter in ("m", "MM", "", "Q", "%00", "%EF%BC%AD", "%ED%A0%80", "1")),
    *(f"page={page}" for page in ("0", "-1", "2", "51", "999999", "abc", "01", "", "1%00")),
]


@pytest.mark.parametrize("name", LETTERED)
def test_letter_or_page_that_is_not_there_is_not_found(client, name):
    make_article(doctor=make_doctor(name="孟凡"), tags=["面瘫"])
    assert client.get(f"/{name}/").status_code == 200
    assert client.get(f"/{name}/?letter=M").status_code == 200
    for query in NOT_THERE:
        assert client.get(f"/{name}/?{query}").status_code == 404, query


@pytest.mark.parametrize("department", ["", "%00", "没有的科", "骨科%0A"])
def test_department_that_nobody_has_is_not_found(client, department):
    make_article(doctor=make_doctor(department="骨科"))
    assert client.get(f"/doctors/?department={department}").status_code == 404


@pytest.mark.parametrize("name", LETTERED)
def test_unknown_parameters_change_nothing(client, name):
    make_article(doctor=make_doctor(name="孟凡"), tags=["面瘫"])
    plain = client.get(f"/{name}/?letter=M").content
    assert client.get(f"/{name}/?letter=M&utm_source=x&sort=-name").content == plain


def test_department_is_text(client):
    for _ in range(22):
        make_article(doctor=make_doctor(department="<b>骨科&"))
    make_article(doctor=make_doctor(department="眼科"))
    content = client.get("/doctors/").content.decode()
    assert "<b>骨科" not in content
    assert client.get("/doctors/?department=%3Cb%3E%E9%AA%A8%E7%A7%91%26").status_code == 200
