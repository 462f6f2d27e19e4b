"""有帮助吗 是 / 否: one answer of each reader, changed and not repeated, and nothing kept of who gave it."""

import re

import pytest
from django.apps import apps
from django.core.cache import cache
from django.core.cache.backends.locmem import LocMemCache
from django.test import Client

from articles.models import Article, Report
from articles.tests.factories import make_article
from articles.tests.reading import read
from articles.tests.views.test_like import together

pytestmark = pytest.mark.django_db
OURS = {"Sec-Fetch-Site": "same-origin"}
JSON = {**OURS, "Accept": "application/json"}


@pytest.fixture(autouse=True)
def _nothing_remembered():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def article():
    return make_article(title="痛风能喝酒吗？")


def answer(article, helped, headers=OURS, **extra):
    return Client().post(article.helped_path, {"helped": helped}, headers=headers, **extra)


def counts(article):
    return Article.objects.values_list("helped_count", "unhelped_count").get(pk=article.pk)


# --- The way of a reader --------------------------------------------------------


def test_the_page_asks_and_yes_comes_back_to_thanks_that_are_the_same_page(client, article):
    before = client.get(article.get_absolute_url())
    page = read(before)
    (form,) = page.all("form", **{"class": "helped"})
    assert form["action"] == article.helped_path
    assert [button["value"] for button in page.all("button", name="helped")] == ["1", "0"]
    posted = client.post(form["action"], {"helped": "1"}, headers=OURS)
    assert (posted.status_code, posted["Location"]) == (303, f"{article.get_absolute_url()}#thanks")
    assert not posted.cookies
    assert page.all("p", id="thanks")
    assert client.get(article.get_absolute_url()).content == before.content
    assert counts(article) == (1, 0)


def test_no_leads_to_the_report_form_with_the_likeliest_reasons_first(client, article):
    posted = client.post(article.helped_path, {"helped": "0"}, headers=OURS)
    assert posted.status_code == 303
    assert counts(article) == (0, 1)
    page = read(client.get(posted["Location"]))
    assert "哪里没有帮到您" in page.text
    reasons = [field["value"] for field in page.all("input", name="reason")]
    assert reasons[:2] == ["unclear", "unanswered"]
    assert sorted(reasons) == sorted(Report.Reason.values)
    (form,) = page.all("form", method="post")
    assert form["action"] == posted["Location"]


def test_a_form_that_was_refused_still_asks_what_is_missing(client, article):
    answer = client.post(f"{article.report_path}?unhelpful", {"reason": "unanswered", "text": ""}, headers=OURS)
    assert answer.status_code == 400
    assert "哪里没有帮到您" in read(answer).text


def test_script_gets_the_way_on(article):
    assert answer(article, "0", JSON).json() == {"helped": False, "next": f"{article.report_path}?unhelpful"}
    assert answer(article, "1", JSON).json() == {"helped": True, "next": f"{article.get_absolute_url()}#thanks"}


def test_preview_asks_nothing(admin_client):
    draft = make_article(status="draft", published_at=None)
    assert not read(admin_client.get(draft.get_absolute_url())).all("form", **{"class": "helped"})


# --- One answer of each reader --------------------------------------------------


def test_one_reader_counts_once_and_can_change_the_answer(article):
    for said, expected in [("1", (1, 0)), ("1", (1, 0)), ("0", (0, 1)), ("0", (0, 1)), ("1", (1, 0))]:
        assert answer(article, said).status_code == 303
        assert counts(article) == expected


def test_two_browsers_of_one_address_are_two_readers_and_so_are_two_addresses(article):
    for browser, address in [("a", "203.0.113.7"), ("b", "203.0.113.7"), ("b", "203.0.113.8")]:
        answer(article, "1", {**OURS, "User-Agent": browser}, REMOTE_ADDR=address)
    assert counts(article) == (3, 0)


def test_each_question_is_answered_apart(article):
    other = make_article()
    answer(article, "1")
    answer(other, "0")
    assert (counts(article), counts(other)) == ((1, 0), (0, 1))


def test_changed_answer_takes_nothing_from_what_begins_anew(article):
    answer(article, "0")
    Article.objects.filter(pk=article.pk).update(unhelped_count=0)
    answer(article, "1")
    assert counts(article) == (1, 0)


@pytest.mark.django_db(transaction=True)
def test_double_click_of_eight_threads_counts_once():
    article, answers = make_article(), []
    assert not together(8, lambda number: answers.append(answer(article, "1").status_code))
    assert answers == [303] * 8
    assert counts(article) == (1, 0)


def test_answer_counts_while_the_cache_is_gone(article, monkeypatch):
    def gone(*args, **kwargs):
        raise ConnectionError("the cache is gone")

    for name in ("get", "set", "add", "incr"):
        monkeypatch.setattr(LocMemCache, name, gone)
    assert answer(article, "1").status_code == 303
    assert counts(article) == (1, 0)


def test_nothing_is_kept_of_who_answered(article):
    answer(article, "0", {**OURS, "User-Agent": "Telltale/1.0"}, REMOTE_ADDR="203.0.113.77")
    stored = repr([list(model.objects.values_list()) for model in apps.get_models() if model._meta.managed])
    kept = repr(list(cache._cache.items()))
    for trace in ("203.0.113.77", "Telltale"):
        assert trace not in stored + kept
    assert re.search(r"helped:[0-9a-f]{32}", kept)


# --- What is refused ------------------------------------------------------------


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}])
def test_other_sites_answer_for_nobody(article, headers):
    assert answer(article, "1", headers).status_code == 403
    refused = answer(article, "1", {**headers, "Accept": "application/json"})
    assert (refused.status_code, refused.json()) == (403, {"error": "请从本站的页面回答。"})
    assert counts(article) == (0, 0)


@pytest.mark.parametrize("said", ["", "2", "是", "１", "\0", "1" * 5000])
def test_anything_but_yes_and_no_is_refused_with_a_sentence(article, said):
    refused = answer(article, said, JSON)
    assert (refused.status_code, refused.json()) == (400, {"error": "请求不完整：helped 应当是 1 或 0。"})
    assert counts(article) == (0, 0)


@pytest.mark.parametrize("fields", [{"status": "draft"}, {"status": "withdrawn", "withdrawn_reason": "过时"}])
def test_what_is_not_public_is_not_judged(fields):
    article = make_article(**fields)
    assert answer(article, "1").status_code == 404
    assert counts(article) == (0, 0)


def test_answer_is_no_page_to_be_read(client, article):
    assert client.get(article.helped_path).status_code == 405


def test_one_address_counts_so_often_a_day(settings, article):
    settings.LIKES_PER_ARTICLE_AND_DAY = 2
    statuses = [answer(article, "1", {**OURS, "User-Agent": str(number)}).status_code for number in range(3)]
    assert statuses == [303, 303, 429]
    assert counts(article) == (2, 0)
    assert answer(make_article(), "1").status_code == 303


def test_one_address_changes_so_often_a_minute(settings, article):
    settings.LIKE_CHANGES_PER_MINUTE = 2
    statuses = [answer(article, said, JSON).status_code for said in "101"]
    assert statuses == [200, 200, 429]
    refused = answer(article, "1", JSON)
    assert "太频繁" in refused.json()["error"]
    assert int(refused["Retry-After"]) > 0
    assert counts(article) == (0, 1)
