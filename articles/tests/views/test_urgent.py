"""Who is in danger sees first whom to call: on a question that is 立即就医, and above the results of a search."""

import re
from importlib import import_module

import pytest
from django.core.cache import cache
from django.core.management import call_command

from articles.models import DraftLink, RedFlag, SearchMiss
from articles.tests.editing import make_staff, sign_in
from articles.tests.factories import make_article, make_tag
from articles.tests.reading import read

pytestmark = pytest.mark.django_db

WHEN = "胸痛超过十五分钟，立即拨打急救电话。"
SHORT = "先坐下，打急救电话。"


@pytest.fixture(autouse=True)
def _flags():
    """Flags of the test alone: those of a new site are looked at in tests/finding/test_red_flags.py."""
    cache.clear()
    RedFlag.objects.all().delete()
    RedFlag.objects.create(name="胸痛的时候", words="胸痛\n过敏+喘不上气", advice="坐下。\n别开车。")
    RedFlag.objects.create(name="不想活的时候", line="mental", words="不想活/自杀", unless="自杀式", advice="说出来。")


def numbers(page):
    return [link.removeprefix("tel:") for link in page.links if link.startswith("tel:")]


def page_of(client, address):
    return client.get(address).content.decode()


def question(client, **fields):
    values = {
        "title": "胸口闷怎么办？",
        "urgency": "now",
        "when_to_see_a_doctor": WHEN,
        "short_answer": SHORT,
        **fields,
    }
    return client.get(make_article(**values).get_absolute_url())


def search(client, query, **more):
    return client.get("/search/", {"q": query, **more})


# --- Questions ---


def test_an_urgent_question_says_under_its_title_whom_to_call_what_to_watch_for_and_the_short_answer(client):
    response = question(client)
    page, html = read(response), response.content.decode().partition("<body>")[2]
    assert numbers(page) == ["120"]
    order = ["<h1", "何时就医 · 立即就医", "tel:120", WHEN, SHORT, 'class="byline"', 'class="answer"']
    places = [html.index(part) for part in order]
    assert places == sorted(places)
    for said in (WHEN, SHORT, "一句话回答", "何时就医"):
        assert page.text.count(said) == 1, "said once, at the top"


def test_an_urgent_question_without_words_about_it_still_says_whom_to_call(client):
    page = read(question(client, when_to_see_a_doctor="", short_answer=""))
    assert "何时就医·立即就医" in page.text
    assert "None" not in page.text
    assert numbers(page) == ["120"]


@pytest.mark.parametrize("urgency", ["soon", "routine", ""])
def test_other_levels_stay_behind_the_answer_and_dial_nothing(client, urgency):
    response = question(client, urgency=urgency)
    html = response.content.decode()
    assert numbers(read(response)) == []
    assert html.index('class="answer"') < html.index(WHEN)
    assert html.index(SHORT) < html.index('class="answer"')


def test_levels_differ_by_words_sign_and_shape(client):
    seen = set()
    for urgency in ("now", "soon", "routine", ""):
        html = question(client, urgency=urgency).content.decode()
        frame, heading = re.search(
            r'<section class="((?:urgent|see-doctor)[^"]*)".*?(<h2 .*?)</h2>', html, re.DOTALL
        ).groups()
        sign = re.search(r"<svg.*?</svg>", heading, re.DOTALL)
        seen.add((frame, sign and sign[0], re.sub(r"<.*?>|\s", "", heading)))
    assert len({frame for frame, _, _ in seen}) == len({sign for _, sign, _ in seen}) == 4
    assert {words for _, _, words in seen} == {
        "何时就医·立即就医",
        "何时就医·尽快就医",
        "何时就医·择期就医",
        "何时就医",
    }


@pytest.mark.parametrize("fields", [{"title": "总是想自杀怎么办？"}, {"tags": ["自杀"]}])
def test_a_question_about_harming_oneself_offers_the_line_of_mental_health_first(client, fields):
    page = read(question(client, urgency="", **fields))
    assert numbers(page) == ["12356", "120"]
    assert "有人愿意听" in page.text
    assert page.text.count(WHEN) == page.text.count(SHORT) == 1


def test_a_question_about_harming_oneself_that_is_urgent_offers_the_emergency_first(client):
    assert numbers(read(question(client, title="想自杀，吃了药怎么办？"))) == ["120", "12356"]


def test_what_only_sounds_like_harming_oneself_offers_nothing(client):
    assert numbers(read(question(client, urgency="", title="自杀式行为是什么？"))) == []


def test_what_is_to_watch_for_is_no_markup(client):
    assert "<b>痛</b>" not in question(client, when_to_see_a_doctor="<b>痛</b>", short_answer="<i>").content.decode()


def test_structured_data_says_what_it_said_whether_urgent_or_not(client):
    def said(urgency):
        article = make_article(title="胸口闷？", urgency=urgency, when_to_see_a_doctor=WHEN, short_answer=SHORT)
        graph = str(read(client.get(article.get_absolute_url())).json_ld)
        return re.sub(r"articles/\d+/|\d{4}-\d\d-\d\dT[\d:+.]+", "", graph)

    assert said("now") == said("routine")


def test_drafts_show_the_same_card_to_editors_and_through_a_link(client):
    article = make_article(
        title="不想活了怎么办？", status="draft", published_at=None, urgency="now", short_answer=SHORT
    )
    link = DraftLink.make(article, days=7)
    for reader, address in [
        (client, link.get_absolute_url()),
        (sign_in(make_staff("编辑")), article.get_absolute_url()),
    ]:
        page = read(reader.get(address))
        assert numbers(page) == ["120", "12356"]
        assert page.text.count(SHORT) == 1


def test_preview_and_review_show_the_same_card():
    article = make_article(
        title="不想活了怎么办？", status="review", published_at=None, urgency="now", short_answer=SHORT
    )
    page = read(sign_in(make_staff("医学审核")).get(f"/admin/articles/article/{article.pk}/review/"))
    assert numbers(page) == ["120", "12356"]


# --- Search ---


@pytest.mark.parametrize("query", ["胸痛", "胸 痛", "ｘ胸痛", "胸\u200b痛", "過敏喘不上氣", "喘不上气，过敏"])
def test_a_red_flag_shows_the_card_above_the_results(client, query):
    response = search(client, query)
    html = response.content.decode()
    assert numbers(read(response)) == ["120"]
    places = [html.index(part) for part in ("<h1", "胸痛的时候", "tel:120", "坐下。", "别开车。", 'class="empty"')]
    assert places == sorted(places)


@pytest.mark.parametrize("query", ["过敏", "喘不上气", "高血压怎么预防", "自杀式", "", "   "])
def test_other_searches_show_none(client, query):
    assert numbers(read(search(client, query))) == []


def test_the_card_is_above_what_is_found_and_within_a_tag(client):
    make_article(title="胸痛怎么办？")
    html = search(client, "胸痛").content.decode()
    assert html.index("tel:120") < html.index('class="card"')
    assert numbers(read(search(client, "胸痛", tag=make_tag("心内科").slug))) == ["120"]


def test_the_card_is_on_the_first_page_alone(client):
    for _ in range(25):
        make_article(title="胸痛怎么办？")
    assert numbers(read(search(client, "胸痛"))) == ["120"]
    assert numbers(read(search(client, "胸痛", page=2))) == []


def test_who_thinks_of_dying_sees_the_line_of_mental_health_first(client):
    page = read(search(client, "我不想活了"))
    assert numbers(page) == ["12356", "120"]
    assert "说出来。" in page.text


def test_numbers_are_settings(client, settings):
    settings.EMERGENCY_NUMBER, settings.MENTAL_HEALTH_LINE = "999", "400-161-9995"
    page = read(search(client, "不想活"))
    assert numbers(page) == ["4001619995", "999"]
    assert "400-161-9995" in page.text
    assert "请立即拨打999" in page.text
    assert "120" not in page.text


def test_a_flag_without_advice_says_whom_to_call(client):
    RedFlag.objects.update(advice="")
    page = read(search(client, "胸痛"))
    assert numbers(page) == ["120"]
    assert not page.all("ol")


def test_what_an_editor_writes_is_no_markup(client):
    RedFlag.objects.filter(line="emergency").update(advice="<b>坐下</b>", name="<i>胸</i>")
    html = page_of(client, "/search/?q=胸痛")
    assert "&lt;b&gt;坐下" in html
    assert "&lt;i&gt;胸" in html


def test_a_change_shows_with_the_next_search(client):
    assert numbers(read(search(client, "打嗝不停"))) == []
    flag = RedFlag.objects.create(name="打嗝", words="打嗝不停")
    assert numbers(read(search(client, "打嗝不停"))) == ["120"]
    flag.delete()
    assert numbers(read(search(client, "打嗝不停"))) == []


def test_what_somebody_types_in_danger_is_kept_nowhere(client):
    html = page_of(client, "/search/?q=我不想活了")
    assert 'id="missed"' not in html
    for query in ("我不想活了", "胸痛", "火星热"):
        assert (
            client.post("/search/missed/", {"q": query}, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 204
        )
    assert list(SearchMiss.objects.values_list("query", flat=True)) == ["火星热"]


# --- What a site begins with ---


def test_a_deleted_flag_stays_deleted(client):
    shipped = import_module("articles.migrations.0057_shipped_red_flags").ROWS
    call_command("migrate", verbosity=0)
    call_command("prepare_site", verbosity=0)
    assert not RedFlag.objects.filter(name__in=[row[0] for row in shipped]).exists()
