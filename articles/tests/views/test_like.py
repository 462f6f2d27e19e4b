import hashlib
import re
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles.models import Article, Like
from articles.models.counters import COUNTERS
from articles.tests.factories import make_article
from articles.tests.reading import read

pytestmark = pytest.mark.django_db

OURS = {"Sec-Fetch-Site": "same-origin"}
JSON = {**OURS, "Accept": "application/json"}


@pytest.fixture(autouse=True)
def _no_limits_used_up():
    cache.clear()


@pytest.fixture
def article():
    return make_article(imported_likes=41)


def like(client, article, liked="1", headers=OURS, **extra):
    return client.post(reverse("articles:like", args=[article.pk]), {"liked": liked}, headers=headers, **extra)


def state(client, article):
    address = reverse("articles:like", args=[article.pk])
    return client.get(address, headers={"Accept": "application/json"}).json()


def assert_exact(article):
    article.refresh_from_db()
    for counter in COUNTERS:
        if counter.rows is None:
            continue
        imported = getattr(article, counter.imported) if counter.imported else 0
        assert getattr(article, counter.total) == imported + counter.rows.objects.filter(article=article).count()


# --- One like per reader ------------------------------------------------------


def test_like_counts_once_however_often_it_is_sent(client, article):
    for _ in range(5):
        assert like(client, article, headers=JSON).json() == {"liked": True, "like_count": 42}
    assert Like.objects.count() == 1
    assert_exact(article)


def test_like_can_be_undone_and_given_again(client, article):
    for liked, count in [("1", 42), ("0", 41), ("0", 41), ("1", 42)]:
        assert like(client, article, liked, JSON).json() == {"liked": liked == "1", "like_count": count}
        assert state(client, article) == {"liked": liked == "1", "like_count": count}
        assert_exact(article)


def test_each_reader_counts(article):
    for number, browser in enumerate(("one", "two", "three"), start=1):
        answer = like(Client(), article, headers={**JSON, "User-Agent": browser})
        assert answer.json() == {"liked": True, "like_count": 41 + number}
    assert_exact(article)


def test_reader_may_like_many_questions(client, article):
    like(client, article)
    other = make_article()
    assert state(client, other) == {"liked": False, "like_count": 0}
    assert like(client, other, headers=JSON).json() == {"liked": True, "like_count": 1}
    assert Like.objects.values("visitor").distinct().count() == 1


def test_double_post_without_a_cookie_counts_once(article):
    first, second = (like(Client(), article, headers={**OURS, "User-Agent": "phone"}) for _ in range(2))
    assert Like.objects.count() == 1
    assert first.cookies["reader"].value == second.cookies["reader"].value
    assert_exact(article)


@pytest.mark.parametrize(
    ("seconds", "readers"), [(0.5, 1), (8, 1), (9.5, 1), (10.5, 2), (19.5, 2), (25, 2), (86_400, 2)]
)
def test_ten_seconds_tell_a_double_click_from_two_readers(monkeypatch, article, seconds, readers):
    """Whenever in the ten seconds of the clock the first click comes; here at their second second."""
    for moment in (2_000_000_971, 2_000_000_971 + seconds):
        monkeypatch.setattr(time, "time", lambda moment=moment: moment)
        monkeypatch.setattr(timezone, "now", lambda moment=moment: datetime.fromtimestamp(moment, UTC))
        like(Client(), article)
    assert Like.objects.count() == readers
    assert_exact(article)


def test_double_click_in_the_last_second_of_ten_is_one_with_its_second_half(monkeypatch, article):
    answers = []
    for moment in (2_000_000_009.9, 2_000_000_010.1, 2_000_000_010.2):
        monkeypatch.setattr(time, "time", lambda moment=moment: moment)
        monkeypatch.setattr(timezone, "now", lambda moment=moment: datetime.fromtimestamp(moment, UTC))
        answers.append(like(Client(), article))
    assert Like.objects.count() == 1
    assert len({answer.cookies["reader"].value for answer in answers}) == 1


def test_double_click_across_the_border_is_one_where_both_halves_come_at_once(monkeypatch, article):
    """The second half has looked for the first one before that is written, and waits behind it for the question."""
    firsts = []

    def clock(moment):
        monkeypatch.setattr(time, "time", lambda: moment)
        monkeypatch.setattr(timezone, "now", lambda: datetime.fromtimestamp(moment, UTC))

    def first_half(execute, sql, params, many, context):
        if sql.startswith("SAVEPOINT") and not firsts:
            firsts.append(sql)
            clock(2_000_000_009.9)
            like(Client(), article)
            clock(2_000_000_010.1)
        return execute(sql, params, many, context)

    clock(2_000_000_010.1)
    with connection.execute_wrapper(first_half):
        like(Client(), article)
    assert firsts
    assert Like.objects.count() == 1
    assert_exact(article)


def test_posts_without_a_cookie_from_two_addresses_are_two_readers(article):
    for address in ("203.0.113.7", "203.0.113.8"):
        like(Client(), article, REMOTE_ADDR=address)
    assert Like.objects.count() == 2


def test_double_post_for_two_questions_counts_for_both(article):
    other = make_article()
    first, second = like(Client(), article), like(Client(), other)
    assert Like.objects.count() == 2
    assert first.cookies["reader"].value != second.cookies["reader"].value


def test_undo_without_a_cookie_changes_nothing(client, article):
    response = like(client, article, "0", JSON)
    assert response.json() == {"liked": False, "like_count": 41}
    assert not response.cookies


def test_database_itself_allows_one_like_per_reader(article):
    article.like("a" * 32)
    with pytest.raises(IntegrityError), transaction.atomic():
        Like.objects.create(article=article, visitor="a" * 32)


def test_imported_number_may_change_while_likes_stay(article):
    article.like("a" * 32)
    article.set_imported_likes(100)
    assert article.like_count == 101
    assert_exact(article)


def test_saving_a_form_that_was_opened_before_a_like_keeps_the_like(client, article):
    opened = Article.objects.get(pk=article.pk)
    like(client, article)
    opened.title = "新的标题"
    opened.save()
    assert_exact(article)
    assert article.like_count == 42


@pytest.mark.django_db(transaction=True)
def test_likes_of_eight_threads_are_all_counted_once():
    article = make_article(imported_likes=7)
    errors = together(8, lambda number: [article.like(f"{number}-{turn}") for turn in range(10)])
    assert not errors
    assert_exact(article)
    assert article.like_count == 87


@pytest.mark.django_db(transaction=True)
def test_one_reader_in_eight_threads_counts_once():
    article = make_article(imported_likes=7)
    errors = together(8, lambda number: [article.like("same") for _ in range(10)])
    assert not errors
    assert_exact(article)
    assert article.like_count == 8


@pytest.mark.django_db(transaction=True)
def test_likes_and_undos_of_one_reader_in_eight_tabs_stay_exact(settings):
    settings.LIKE_CHANGES_PER_MINUTE = 1000
    article = make_article(imported_likes=7)
    token = like(Client(), article).cookies["reader"].value
    answers = []

    def restless(number):
        client = Client()
        client.cookies["reader"] = token
        answers.extend(like(client, article, str((turn + number) % 2)).status_code for turn in range(6))

    assert not together(8, restless)
    assert answers == [303] * 48
    assert_exact(article)


@pytest.mark.django_db(transaction=True)
def test_double_click_of_eight_threads_counts_once():
    article = make_article(imported_likes=7)
    answers = []
    assert not together(8, lambda number: answers.append(like(Client(), article).status_code))
    assert answers == [303] * 8
    assert_exact(article)
    assert article.like_count == 8


def together(number, work):
    """Run `work(0)` … `work(number - 1)` at the same time; return what they raised."""
    errors = []
    start = threading.Barrier(number)

    def run(index):
        try:
            start.wait()
            work(index)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[index]) for index in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


# --- The cookie ---------------------------------------------------------------


def test_first_like_sets_the_only_cookie_a_reader_ever_gets(client, article):
    cookies = like(client, article).cookies
    assert list(cookies) == ["reader"]
    cookie = cookies["reader"]
    assert re.fullmatch(r"[0-9a-f]{32}", cookie.value)  # 128 bits
    assert cookie["httponly"] is True
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] == 365 * 24 * 3600
    assert cookie["path"] == "/"
    assert cookie["domain"] == ""


def test_cookie_is_set_once(client, article):
    like(client, article)
    assert not like(client, article, "0").cookies
    assert not like(client, article).cookies
    assert not like(client, make_article()).cookies


def test_cookie_itself_is_not_stored(client, article):
    token = like(client, article).cookies["reader"].value
    visitor = Like.objects.get().visitor
    assert visitor == hashlib.sha256(token.encode()).hexdigest()[:32]
    assert token not in everything_stored()


@pytest.mark.parametrize(
    "cookie", ["", "x", "A" * 32, "0" * 31, "0" * 33, "0" * 5000, "'; DROP TABLE", "\xef\xbc\x90" * 32]
)
def test_made_up_cookie_is_no_reader(article, cookie):
    client = Client()
    client.cookies["reader"] = cookie
    assert state(client, article) == {"liked": False, "like_count": 41}
    response = like(client, article, headers=JSON)
    assert response.json() == {"liked": True, "like_count": 42}
    assert re.fullmatch(r"[0-9a-f]{32}", response.cookies["reader"].value)


def test_address_of_a_reader_is_stored_nowhere(client, article):
    headers = {**OURS, "X-Forwarded-For": "198.51.100.9", "User-Agent": "Telltale/1.0"}
    like(client, article, headers=headers, REMOTE_ADDR="203.0.113.77")
    stored = everything_stored()
    for trace in ("203.0.113.77", "198.51.100.9", "Telltale"):
        assert trace not in stored


def everything_stored():
    """Return every value of every table, as one text."""
    values = [list(model.objects.values_list()) for model in apps.get_models() if model._meta.managed]
    return repr(values)


# --- Where the request comes from ---------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
        {"Origin": "http://testserver"},
        {"Origin": "https://www.example.org"},
        {"Origin": "https://WWW.example.org"},
        {"Referer": "http://testserver/articles/1/"},
        {"Referer": "https://www.example.org/articles/1/"},
        {"Origin": "http://testserver", "Referer": "https://evil.example/"},
    ],
)
def test_like_from_our_own_page_is_accepted(client, settings, article, headers):
    settings.SITE_URL = "https://www.example.org"
    assert like(client, article, headers=headers).status_code == 303
    assert Like.objects.count() == 1


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver", "Referer": "http://testserver/"},
        {"Origin": "null"},
        {"Origin": "null", "Referer": "http://testserver/"},
        {"Origin": "https://evil.example"},
        {"Origin": "https://evil.example", "Referer": "http://testserver/"},
        {"Origin": "https://testserver.evil.example"},
        {"Origin": "https://evil.example/testserver"},
        {"Origin": "http://testserver@evil.example"},
        {"Origin": "http://testserver:81"},
        {"Origin": "http://[::1"},
        {"Referer": "https://evil.example/http://testserver/"},
        {"Referer": "testserver"},
        {"Referer": "/articles/1/"},
    ],
)
@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_like_from_elsewhere_is_refused(client, article, headers, accept):
    response = like(client, article, headers={**headers, "Accept": accept})
    assert response.status_code == 403
    assert "no-store" in response["Cache-Control"]
    assert not response.cookies
    assert not Like.objects.exists()
    if accept == "application/json":
        assert response.json()["error"]
    else:
        assert "这个操作只能从本站的页面进行" in response.content.decode()


def test_like_needs_no_token(article):
    strict = Client(enforce_csrf_checks=True)
    assert like(strict, article).status_code == 303


# --- Limits -------------------------------------------------------------------


def test_too_many_changes_a_minute_are_refused(client, settings, article):
    settings.LIKE_CHANGES_PER_MINUTE = 3
    answers = [like(client, article, str((turn + 1) % 2), JSON) for turn in range(7)]  # over two minutes at most
    assert [answer.status_code for answer in answers[:3]] == [200] * 3
    assert {answer.status_code for answer in answers} == {200, 429}
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert refused.json()["error"]
    assert "no-store" in refused["Cache-Control"]
    assert_exact(article)


def test_too_many_changes_answer_a_page_without_javascript(client, settings, article):
    settings.LIKE_CHANGES_PER_MINUTE = 1
    answers = [like(client, article, str((turn + 1) % 2)) for turn in range(3)]
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert int(refused["Retry-After"]) >= 1
    page = read(refused)
    assert "太频繁" in page.text
    assert page.meta("robots") == "noindex"
    assert page.link("canonical") is None


def test_sixty_changes_a_minute_are_allowed(client, article):
    for turn in range(60):
        assert like(client, article, str((turn + 1) % 2)).status_code == 303


def test_sending_the_same_again_is_no_change(client, settings, article):
    settings.LIKE_CHANGES_PER_MINUTE = 1
    for _ in range(5):
        assert like(client, article).status_code == 303


def test_one_address_can_add_only_so_many_likes_a_day_to_one_question(settings, article):
    settings.LIKES_PER_ARTICLE_AND_DAY = 3
    answers = [like(Client(), article, headers={**JSON, "User-Agent": str(n)}) for n in range(7)]  # midnight may pass
    assert [answer.status_code for answer in answers[:3]] == [200] * 3
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert 1 <= int(refused[0]["Retry-After"]) <= 86_400
    assert not refused[0].cookies
    assert_exact(article)
    assert article.like_count == 41 + 7 - len(refused)


def test_daily_limit_is_for_one_question_and_one_address(settings, article):
    settings.LIKES_PER_ARTICLE_AND_DAY = 1
    other = make_article()
    for headers in ({**OURS, "User-Agent": "a"}, {**OURS, "User-Agent": "b"}, {**OURS, "User-Agent": "c"}):
        like(Client(), article, headers=headers)
    assert like(Client(), article, REMOTE_ADDR="203.0.113.7").status_code == 303
    assert like(Client(), other).status_code == 303


def test_fifty_likes_a_day_are_allowed(settings, article):
    settings.LIKE_CHANGES_PER_MINUTE = 1000
    for number in range(50):
        assert like(Client(), article, headers={**OURS, "User-Agent": str(number)}).status_code == 303
    assert like(Client(), article, headers={**OURS, "User-Agent": "one more"}).status_code in (303, 429)
    assert like(Client(), article, headers={**OURS, "User-Agent": "and more"}).status_code in (303, 429)
    assert_exact(article)


@pytest.fixture
def clock(monkeypatch):
    """Stop the clock at a moment."""

    def stop(moment):
        monkeypatch.setattr(time, "time", moment.timestamp)
        monkeypatch.setattr(timezone, "now", lambda: moment)

    return stop


def test_limit_of_a_minute_ends_with_it_and_says_how_long_that_is(client, settings, article, clock):
    settings.LIKE_CHANGES_PER_MINUTE = 3
    start = datetime(2033, 3, 4, 10, 20, 15, 500_000, tzinfo=timezone.get_current_timezone())
    clock(start)
    answers = [like(client, article, str((turn + 1) % 2), JSON) for turn in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[3]["Retry-After"] == "45"
    clock(start + timedelta(seconds=44))
    assert like(client, article, "0", JSON)["Retry-After"] == "1"
    clock(start + timedelta(seconds=45))
    assert [like(client, article, str(turn % 2), JSON).status_code for turn in range(4)] == [200, 200, 200, 429]


def test_limit_of_a_day_ends_at_midnight_and_says_how_long_that_is(settings, article, clock):
    settings.LIKES_PER_ARTICLE_AND_DAY = 2

    def come(browser):
        return like(Client(), article, headers={**JSON, "User-Agent": browser})

    evening = datetime(2033, 3, 4, 20, 58, 57, 500_000, tzinfo=timezone.get_current_timezone())
    clock(evening)
    answers = [come(str(number)) for number in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2]["Retry-After"] == str(3 * 3600 + 60 + 3)
    clock(evening + timedelta(seconds=3 * 3600 + 60 + 2))
    assert come("too early")["Retry-After"] == "1"
    clock(evening + timedelta(seconds=3 * 3600 + 60 + 3))
    assert come("next day").status_code == 200


@pytest.mark.parametrize("trusted", [0, 1, 2])
def test_forwarded_addresses_count_only_as_far_as_our_proxies_wrote_them(settings, article, trusted):
    """Each reader forges the left of the header; only what `trusted` proxies appended may tell readers apart."""
    settings.TRUSTED_PROXIES = trusted
    settings.LIKES_PER_ARTICLE_AND_DAY = 1
    appended = {0: "", 1: "203.0.113.7", 2: "203.0.113.7, 10.0.0.2"}[trusted]
    statuses = []
    for number in range(3):  # midnight may pass once
        forged = f"198.51.100.{number}"
        headers = {**OURS, "User-Agent": str(number), "X-Forwarded-For": f"{forged}, {appended}".strip(", ")}
        statuses.append(like(Client(), article, headers=headers, REMOTE_ADDR="10.0.0.1").status_code)
    assert 429 in statuses


def test_readers_behind_a_trusted_proxy_are_told_apart(settings, article):
    settings.TRUSTED_PROXIES = 1
    settings.LIKES_PER_ARTICLE_AND_DAY = 1
    for number in range(3):
        headers = {**OURS, "X-Forwarded-For": f"203.0.113.{number}"}
        assert like(Client(), article, headers=headers, REMOTE_ADDR="10.0.0.1").status_code == 303
    assert Like.objects.count() == 3


@pytest.mark.parametrize("header", ["", "unknown", "203.0.113.7, 203.0.113.7:99"])
def test_where_a_proxy_names_nobody_readers_are_told_apart_by_who_connected(settings, article, header):
    settings.TRUSTED_PROXIES = 1
    settings.LIKES_PER_ARTICLE_AND_DAY = 1
    for address in ("10.0.0.1", "10.0.0.2"):
        answer = like(Client(), article, headers={**OURS, "X-Forwarded-For": header}, REMOTE_ADDR=address)
        assert answer.status_code == 303
    assert Like.objects.count() == 2


@pytest.mark.parametrize("header", ["", "unknown", ",,,", "a" * 5000, "203.0.113.7:99", "\x00", "::ffff:203.0.113.7"])
def test_nonsense_in_the_header_of_a_proxy_is_survived(client, settings, article, header):
    settings.TRUSTED_PROXIES = 2
    assert like(client, article, headers={**OURS, "X-Forwarded-For": header}).status_code == 303


def test_like_works_when_the_cache_does_not_answer(client, settings, article):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1",
            "OPTIONS": settings.CACHES["default"].get("OPTIONS", {}) if "redis" in str(settings.CACHES) else {},
        }
    }
    assert like(client, article, headers=JSON).json() == {"liked": True, "like_count": 42}
    assert like(client, article, "0", JSON).json() == {"liked": False, "like_count": 41}
    assert client.get(article.get_absolute_url()).status_code == 200


# --- With and without JavaScript ----------------------------------------------


def test_form_of_the_page_leads_to_the_state_and_back(client, article):
    page = read(client.get(article.get_absolute_url()))
    (form,) = page.all("form", **{"class": "like"})
    assert form["action"] == reverse("articles:like", args=[article.pk])
    assert form["data-likes"] == "41"
    fields = {field["name"]: field["value"] for field in page.all("input", type="hidden")}
    assert fields == {"liked": "1"}  # no token: the page is the same for everybody

    posted = client.post(form["action"], fields, headers=OURS)
    assert posted.status_code == 303
    assert posted["Location"] == form["action"]

    liked = read(client.get(posted["Location"]))
    assert "已点赞" in liked.text
    assert "42个赞" in liked.text
    assert article.get_absolute_url() in liked.links
    assert liked.meta("robots") == "noindex"
    assert liked.link("canonical") is None
    undo = {field["name"]: field["value"] for field in liked.all("input", type="hidden")}
    assert undo == {"liked": "0"}
    assert liked.all("form", method="post")[0]["data-likes"] == "42"

    assert client.post(form["action"], undo, headers=OURS).status_code == 303
    assert "未点赞" in read(client.get(form["action"])).text
    assert_exact(article)


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_state_of_a_like_is_never_stored(client, article, accept):
    like(client, article)
    address = reverse("articles:like", args=[article.pk])
    for response in (
        client.get(address, headers={"Accept": accept}),
        client.head(address, headers={"Accept": accept}),
        client.post(address, {"liked": "1"}, headers={**OURS, "Accept": accept}),
    ):
        assert {"private", "no-store"} <= set(response["Cache-Control"].split(", "))


@pytest.mark.parametrize("liked", [None, "", "2", "-1", "true", "１", "1\x00", "1 ", "on"])
@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_incomplete_request_is_told_so(client, article, liked, accept):
    data = {} if liked is None else {"liked": liked}
    address = reverse("articles:like", args=[article.pk])
    response = client.post(address, data, headers={**OURS, "Accept": accept})
    assert response.status_code == 400
    assert not Like.objects.exists()


@pytest.mark.parametrize(
    "content_type", ["multipart/form-data", "multipart/form-data; boundary=x", "text/plain", "a/b"]
)
def test_broken_form_is_told_so(client, article, content_type):
    address = reverse("articles:like", args=[article.pk])
    response = client.generic("POST", address, b"\x00\xff--x", content_type=content_type, headers=OURS)
    assert response.status_code == 400


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options"])
def test_other_methods_are_not_allowed(client, article, method):
    assert getattr(client, method)(reverse("articles:like", args=[article.pk])).status_code == 405


@pytest.mark.parametrize("number", ["0", "999999", "9" * 40])
def test_like_of_an_unknown_question_is_not_found(client, number):
    assert client.post(f"/articles/{number}/like/", {"liked": "1"}, headers=OURS).status_code == 404
