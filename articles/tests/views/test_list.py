"""Lists and their pages: all questions, and what every list has in common."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse
from django.utils import timezone

from articles.models import Article, Tag, TaggedArticle
from articles.tests.factories import make_article, make_articles, make_doctor, make_tag
from articles.tests.public_pages import LETTERED, PAGED, PAGED_BY_PLACE
from articles.tests.reading import read, squeeze
from articles.views import paging

pytestmark = pytest.mark.django_db

LISTS, BY_PLACE = [name for name in PAGED if name not in LETTERED], PAGED_BY_PLACE


@pytest.fixture
def lists():
    """45 questions, three pages, in each list."""
    tag, doctor = make_tag("痛风", kind="disease"), make_doctor(name="林晓晴", hospital="示范医院")
    moment = timezone.now() - timedelta(days=1)
    articles = Article.objects.bulk_create(
        Article(
            title=f"痛风第{number}问？",
            doctor=doctor,
            status=Article.Status.PUBLISHED,
            published_at=moment + timedelta(minutes=number),
            imported_likes=1000,
            like_count=1000,
        )
        for number in range(45)
    )
    TaggedArticle.objects.bulk_create(TaggedArticle(content_object=article, tag=tag) for article in articles)
    addresses = {
        "tag": tag.get_absolute_url(),
        "doctor": doctor.get_absolute_url(),
        "search": "/search/?q=%E7%97%9B%E9%A3%8E",
    }
    addresses |= {kind: reverse(f"articles:{kind}") for kind in LISTS if kind not in addresses}
    return addresses, articles


def paged(address, page):
    return f"{address}{'&' if '?' in address else '?'}page={page}"


@pytest.mark.parametrize("kind", LISTS)
def test_pages_together_show_every_question_once_newest_first(client, lists, kind):
    addresses, articles = lists
    shown = []
    for number in (1, 2, 3):
        text = client.get(paged(addresses[kind], number)).content.decode()
        here = [article for article in articles if f'"{article.get_absolute_url()}"' in text]
        shown += sorted(here, key=lambda article: text.index(f'"{article.get_absolute_url()}"'))
    assert [article.pk for article in shown] == [article.pk for article in reversed(articles)]


@pytest.mark.parametrize("kind", LISTS)
def test_pages_lead_to_their_neighbours(client, lists, kind):
    address = lists[0][kind]
    first, second, third = (read(client.get(paged(address, number))) for number in (1, 2, 3))
    assert [link["rel"] for link in first.all("a") if link.get("rel") in ("prev", "next")] == ["next"]
    assert [link["rel"] for link in third.all("a") if link.get("rel") in ("prev", "next")] == ["prev"]
    assert second.all("a", rel="prev")[0]["href"] == address
    assert second.all("a", rel="next")[0]["href"] == paged(address, 3)
    assert "第2页" in second.text


@pytest.mark.parametrize("kind", LISTS)
def test_page_that_does_not_exist_is_not_found(client, lists, kind):
    address = lists[0][kind]
    path, query = urlsplit(address).path, parse_qs(urlsplit(address).query)
    for page in ("0", "-1", "99999999", "4", "999999", "abc", "２", "1e9", "", "+1", "1.0", "01", " 1"):
        assert client.get(path, {**query, "page": page}).status_code == 404, page


@pytest.mark.parametrize("kind", LISTS)
def test_broken_page_number_is_not_found(client, lists, kind):
    for page in ("1%00", "%ED%A0%80", "%0A1", "1%0A", "1&page=x"):
        assert client.get(paged(lists[0][kind], page)).status_code == 404, page


@pytest.mark.parametrize("kind", LISTS)
def test_unknown_parameters_are_ignored(client, lists, kind):
    address = paged(lists[0][kind], 2)
    plain = client.get(address).content
    assert client.get(f"{address}&utm_source=x&%00=%FF&sort=-title").content == plain


@pytest.mark.parametrize("kind", BY_PLACE)
def test_canonical_address_names_the_page_and_nothing_else(client, settings, lists, kind):
    settings.SITE_URL = "https://www.example.org"
    address = lists[0][kind]
    for number, canonical in [(1, address), (2, f"{address}?page=2")]:
        page = read(client.get(f"{address}?page={number}&utm_source=x"))
        assert page.link("canonical") == f"https://www.example.org{canonical}"
        assert page.meta("robots") is None


@pytest.mark.parametrize("kind", BY_PLACE)
def test_pages_differ_in_title_and_description(client, lists, kind):
    pages = [read(client.get(paged(lists[0][kind], number))) for number in (1, 2)]
    assert pages[0].title != pages[1].title
    assert pages[0].meta("description") != pages[1].meta("description")


@pytest.mark.parametrize("kind", LISTS)
def test_list_costs_at_most_six_queries(client, lists, kind, django_assert_max_num_queries):
    for number in (1, 2, 3):
        with django_assert_max_num_queries(6):
            client.get(paged(lists[0][kind], number))


@pytest.mark.parametrize(("kind", "queries"), [("list", 3), ("tag", 4), ("doctor", 5), ("search", 6)])
def test_list_costs_the_same_for_5_and_25_questions(client, django_assert_num_queries, kind, queries):
    tag, doctor = make_tag("痛风", kind="disease"), make_doctor()
    addresses = {"list": "/articles/", "tag": tag.get_absolute_url(), "doctor": doctor.get_absolute_url()}
    for goal in (5, 20):
        make_articles([{"title": "痛风怎么办？", "doctor": doctor}] * goal, tags=[tag, make_tag()])
        with django_assert_num_queries(queries):
            client.get(addresses.get(kind, "/search/?q=痛风"))


def test_list_shows_what_a_reader_chooses_by(client):
    doctor, department = make_doctor(name="郑一帆"), make_tag("眼科", kind="department")
    make_article(title="眼皮跳？", body="<p>多休息。</p>", doctor=doctor, tags=[department], imported_likes=7)
    make_article(title="摘要而已？", is_excerpt=True)
    text = read(client.get("/articles/")).text
    for words in ("眼皮跳？", "多休息。", "郑一帆", "眼科", "7赞", "摘要"):
        assert words in text


def test_same_second_is_ordered_by_number(client):
    moment = timezone.now() - timedelta(hours=1)
    titles = [make_article(published_at=moment).title for _ in range(3)]
    text = read(client.get("/articles/")).text
    positions = [text.index(squeeze(title)) for title in titles]
    assert positions == sorted(positions, reverse=True)


def test_empty_list_says_so(client):
    response = client.get("/articles/")
    assert response.status_code == 200
    assert "还没有发布的问题" in read(response).text


def test_full_last_page_has_no_next_page(client):
    make_articles([{}] * 20)
    assert not read(client.get("/articles/")).all("a", rel="next")
    assert client.get("/articles/?page=2").status_code == 404


@pytest.fixture
def two_numbered(monkeypatch):
    """Let only the first two pages have numbers, so that 45 questions reach behind them."""
    monkeypatch.setattr(paging, "NUMBERED", 2)


def questions_on(page):
    return list(dict.fromkeys(link for link in page.links if re.fullmatch(r"/articles/\d+/", link)))


def after_the_numbered(client, address):
    return read(client.get(paged(address, 2))).all("a", rel="next")[0]["href"]


@pytest.mark.parametrize("kind", BY_PLACE)
@pytest.mark.parametrize("same_time", [False, True])
def test_pages_behind_the_numbered_ones_lead_to_the_end_and_back(client, lists, two_numbered, kind, same_time):
    addresses, articles = lists
    if same_time:  # as after an import
        Article.objects.update(published_at=articles[0].published_at)
    paths, shown = [addresses[kind]], []
    while paths[-1]:
        page = read(client.get(paths[-1]))
        shown.append(questions_on(page))
        paths.append(next((link["href"] for link in page.all("a", rel="next")), None))
    assert [path for listed in shown for path in listed] == [row.get_absolute_url() for row in articles[::-1]]
    assert [len(listed) for listed in shown] == [20, 20, 5]
    assert "before=" in paths[2]
    back = read(client.get(paths[2])).all("a", rel="prev")[0]["href"]
    assert questions_on(read(client.get(back))) == shown[1]


def links_of(page):
    """Return where the page leads back and on; "" where it does not."""
    return [next((link["href"] for link in page.all("a", rel=rel)), "") for rel in ("prev", "next")]


def place_of(article, microseconds=0):
    return paging.Place(article.published_at + timedelta(microseconds=microseconds), article.pk)


@pytest.mark.parametrize("kind", BY_PLACE)
@pytest.mark.parametrize(("older", "has_next"), [(1, False), (19, False), (20, False), (21, True)])
def test_page_before_a_place_leads_on_only_where_something_follows(client, lists, kind, older, has_next):
    addresses, articles = lists
    page = read(client.get(f"{addresses[kind]}?before={place_of(articles[older])}"))
    newest_first = [row.get_absolute_url() for row in articles[:older]][::-1]
    assert questions_on(page) == newest_first[:20]
    back, on = links_of(page)
    assert back == f"{addresses[kind]}?after={place_of(articles[older - 1])}"
    assert on == (f"{addresses[kind]}?before={place_of(articles[older - 20])}" if has_next else "")


@pytest.mark.parametrize("kind", BY_PLACE)
@pytest.mark.parametrize(("newer", "has_previous"), [(1, False), (19, False), (20, False), (21, True)])
def test_page_after_a_place_leads_to_the_beginning_once_nothing_is_newer(client, lists, kind, newer, has_previous):
    addresses, articles = lists
    place = articles[44 - newer]
    page = read(client.get(f"{addresses[kind]}?after={place_of(place)}"))
    nearest = articles[45 - newer :][:20]
    assert questions_on(page) == [row.get_absolute_url() for row in nearest[::-1]]
    back, on = links_of(page)
    assert back == (f"{addresses[kind]}?after={place_of(nearest[-1])}" if has_previous else addresses[kind])
    assert on == f"{addresses[kind]}?before={place_of(nearest[0])}"


def test_questions_a_millionth_of_a_second_apart_are_all_listed(client, lists, two_numbered):
    _, articles = lists
    for number, article in enumerate(articles):
        article.published_at = articles[0].published_at + timedelta(microseconds=number)
    Article.objects.bulk_update(articles, ["published_at"])
    on, shown = f"/articles/?before={place_of(articles[44], 1)}", []
    while on:
        page = read(client.get(on))
        shown += questions_on(page)
        _, on = links_of(page)
    assert shown == [row.get_absolute_url() for row in articles[::-1]]


def test_place_counts_millionths_since_1970_so_that_addresses_stay_true(client):
    article = make_article(published_at=datetime(2024, 1, 1, tzinfo=UTC))
    assert client.get(f"/articles/?before=1704067200000000-{article.pk}").status_code == 404
    for place in (f"1704067200000000-{article.pk + 1}", "1704067200000001-1"):
        assert questions_on(read(client.get(f"/articles/?before={place}"))) == [article.get_absolute_url()]


def test_page_by_place_says_the_day_of_its_first_question_and_its_own_address(client, settings):
    settings.SITE_URL = "https://www.example.org"
    for day in (3, 4):
        make_article(published_at=datetime(2024, 5, day, 22, tzinfo=UTC))  # in China it is the next day
    page = read(client.get("/articles/?before=1717200000000000-1&utm_source=x"))
    assert "2024-05-05 及更早" in page.title
    assert page.link("canonical") == "https://www.example.org/articles/?before=1717200000000000-1"


def test_fifty_pages_have_numbers_and_the_last_of_them_leads_on_by_place(client):
    moment = timezone.now() - timedelta(days=1)
    rows = [
        Article(title="问？", status="published", published_at=moment + timedelta(seconds=number))
        for number in range(1_001)
    ]
    articles = Article.objects.bulk_create(rows)
    back, on = links_of(read(client.get("/articles/?page=49")))
    assert (back, on) == ("/articles/?page=48", "/articles/?page=50")
    back, on = links_of(read(client.get("/articles/?page=50")))
    assert (back, on) == ("/articles/?page=49", f"/articles/?before={place_of(articles[1])}")
    assert questions_on(read(client.get(on))) == [articles[0].get_absolute_url()]
    assert client.get("/articles/?page=51").status_code == 404


def with_withdrawn(at: datetime):
    return Article.objects.filter(published_at__lte=at).newest()


def test_question_that_is_withdrawn_while_its_list_is_read_is_left_out(rf):
    kept, gone = make_article(), make_article()
    gone.withdraw("有误")
    page = paging.list_page(with_withdrawn, rf.get("/"), "/")
    assert [question.pk for question in page.articles] == [kept.pk]


@pytest.mark.parametrize("kind", BY_PLACE)
def test_page_by_place_stays_as_it_is_when_something_is_published(client, lists, two_numbered, kind):
    addresses, articles = lists
    address = after_the_numbered(client, addresses[kind])
    before = questions_on(read(client.get(address)))
    make_article(doctor=articles[0].doctor, tags=[Tag.objects.get()], published_at=timezone.now())
    assert questions_on(read(client.get(address))) == before


def test_page_by_place_is_for_readers_and_not_for_search_engines(client, lists, two_numbered):
    page = read(client.get(after_the_numbered(client, "/articles/")))
    assert page.meta("robots") == "noindex"
    assert "及更早" in page.title


NO_PLACES = ("x", "1", "1-", "-", "1-2-3", "９-9", f"{'1' * 17}-1", "-62135596800000000-1", f"1-{'9' * 19}", "1%00-1")


@pytest.mark.parametrize("kind", BY_PLACE)
@pytest.mark.parametrize("name", ["before", "after"])
def test_place_that_is_none_is_not_found(client, lists, kind, name):
    for place in NO_PLACES:
        assert client.get(f"{lists[0][kind]}?{name}={place}").status_code == 404, place


@pytest.mark.parametrize("kind", BY_PLACE)
def test_place_beyond_either_end_is_not_found(client, lists, kind):
    assert client.get(f"{lists[0][kind]}?before=0-1").status_code == 404
    assert client.get(f"{lists[0][kind]}?after={'9' * 16}-1").status_code == 404


@pytest.mark.parametrize("kind", BY_PLACE)
def test_page_by_place_costs_at_most_six_queries(client, lists, two_numbered, kind, django_assert_max_num_queries):
    address = after_the_numbered(client, lists[0][kind])
    with django_assert_max_num_queries(6):
        client.get(address)


def test_numbers_end_where_pages_by_place_begin(client, lists, two_numbered):
    assert client.get("/articles/?page=3").status_code == 404


@pytest.mark.parametrize(
    "change",
    [
        lambda row: row.withdraw("有误"),
        lambda row: Article.objects.filter(pk=row.pk).update(status="draft"),
        lambda row: Article.objects.filter(pk=row.pk).update(published_at=timezone.now() + timedelta(days=1)),
        lambda row: row.delete(),
    ],
)
def test_tag_lists_nothing_that_is_public_no_more_whichever_way_it_changed(client, change):
    tag = make_tag("痛风")
    article, other = make_article(tags=[tag]), make_article(tags=[tag])
    change(article)
    assert list(tag.tagged_items.listed().values_list("content_object", flat=True)) == [other.pk]
    assert questions_on(read(client.get(tag.get_absolute_url()))) == [other.get_absolute_url()]


def test_card_shows_the_short_answer_where_there_is_one(client):
    make_article(short_answer="先排除劳累。", excerpt="很长的开头。")
    text = read(client.get("/articles/")).text
    assert "先排除劳累。" in text
    assert "很长的开头" not in text
