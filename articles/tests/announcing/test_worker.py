"""What the worker makes of each answer, of none, and of its own end."""

import logging
import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from articles.announcing import queue, worker
from articles.announcing.services import switched_on
from articles.announcing.worker import push
from articles.models import PushedAddress, PushService
from articles.tests.factories import make_article

from .conftest import KEY, TOKEN
from .engine import CLOSED, DRIPPING, HANGING

pytestmark = pytest.mark.django_db

OVER_QUOTA = (400, {"error": 400, "message": "over quota"})
WRONG_TOKEN = (401, {"error": 401, "message": "token is not valid"})
TOO_MANY = (400, {"error": 400, "message": "only 2000 urls are allowed once"})
NOT_FOUND = (404, {"error": 404, "message": "not found"})


def state():
    return PushService.objects.get()


def waiting():
    return PushedAddress.objects.filter(is_waiting=True).count()


def told():
    return sorted(PushedAddress.objects.values_list("key", "told"))


def wait_is_over():
    PushService.objects.update(wait_until=timezone.now() - timedelta(seconds=1))


def minutes_left():
    return round((state().wait_until - timezone.now()).total_seconds() / 60)


def test_baidu_is_asked_as_its_manual_says(baidu):
    baidu.takes_all()
    articles = [make_article(), make_article()]
    push()
    [call] = baidu.calls
    assert call.step == "urls"
    assert call.query == {"site": ["https://www.example.org"], "token": [TOKEN]}
    assert call.content_type == "text/plain"
    assert call.urls == [f"https://www.example.org{article.get_absolute_url()}" for article in articles]


def test_indexnow_is_asked_as_its_manual_says_and_its_key_is_where_that_says(indexnow, client):
    indexnow.says((200, ""))
    article, gone = make_article(), make_article()
    push()
    gone.withdraw("过时了")
    article.title = "改了？"
    article.save()
    push()
    first = indexnow.calls[0].body.decode()
    assert '"host": "www.example.org"' in first
    assert f'"key": "{KEY}", "keyLocation": "https://www.example.org/{KEY}.txt"' in first
    assert sorted(indexnow.calls[1].paths) == sorted([gone.get_absolute_url(), article.get_absolute_url()])
    response = client.get(f"/{KEY}.txt")
    assert response["Content-Type"].startswith("text/plain")
    assert response.content.decode() == KEY


def test_what_is_left_of_the_quota_is_kept_and_bounds_the_next_call(baidu):
    make_article()
    baidu.says((200, {"remain": 3, "success": 1}))
    push()
    assert (state().remain, state().left_today) == (3, 3)
    for _ in range(5):
        make_article()
    baidu.says((200, {"remain": 0, "success": 3, "not_same_site": [], "not_valid": []}))
    push()
    assert [len(call.urls) for call in baidu.calls] == [1, 3]
    assert waiting() == 2
    push()
    assert len(baidu.calls) == 2
    until = timezone.localtime(state().wait_until)
    assert (until.date() - timezone.localdate()).days == 1
    assert until.hour == 0
    PushService.objects.update(remain_on=timezone.localdate() - timedelta(days=1))
    wait_is_over()
    baidu.takes_all()
    push()
    assert waiting() == 0


def test_addresses_that_are_refused_for_good_are_sent_once(baidu):
    good, foreign, wrong = (make_article() for _ in range(3))
    refused = [f"https://www.example.org{article.get_absolute_url()}" for article in (foreign, wrong)]
    baidu.says((200, {"remain": 9, "success": 1, "not_same_site": refused[:1], "not_valid": refused[1:]}))
    push()
    assert told() == sorted([(str(good.pk), "present"), (str(foreign.pk), "refused"), (str(wrong.pk), "refused")])
    foreign.title = "改了？"
    foreign.save()
    push()
    assert len(baidu.calls) == 1
    assert "拒收 2 个" in state().said


def test_what_an_answer_does_not_count_is_sent_again(baidu):
    for _ in range(3):
        make_article()
    baidu.says((200, {"remain": 9, "success": 2}), (200, {"remain": 8, "success": 1}))
    push()
    assert [len(call.urls) for call in baidu.calls] == [3, 1]
    assert waiting() == 0


def test_quota_that_is_over_is_waited_for_and_nothing_is_lost(baidu):
    make_article()
    baidu.says(OVER_QUOTA)
    push()
    push()
    assert len(baidu.calls) == 1
    assert waiting() == 1
    assert timezone.localtime(state().wait_until).date() > timezone.localdate()
    assert "额度" in state().said


def test_small_quota_is_found_by_asking_for_less(baidu):
    for _ in range(30):
        make_article()
    baidu.says(lambda call: OVER_QUOTA if len(call.urls) > 4 else (200, {"remain": 1, "success": len(call.urls)}))
    push()
    assert [len(call.urls) for call in baidu.calls][:3] == [30, 3, 1]
    assert waiting() < 30


def test_too_many_at_once_are_sent_in_parts(baidu):
    for _ in range(25):
        make_article()
    baidu.says(lambda call: TOO_MANY if len(call.urls) > 5 else (200, {"remain": 99, "success": len(call.urls)}))
    push()
    assert waiting() == 0
    assert state().wait_until is None


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (WRONG_TOKEN, "token"),
        ((400, {"error": 400, "message": "site error"}), "没有在百度搜索资源平台验证"),
        ((500, {"error": 500, "message": "internal error, please try later"}), "internal error"),
        ((502, "<html>Bad Gateway</html>"), "502"),
        ((200, "not json"), "看不懂"),
        ((200, "[" * 100_000), "看不懂"),
        ((200, {"success": "many"}), "看不懂"),
        ((200, {"success": 0, "remain": 5}), "一个也没有收下"),
        ((302, "", ("Location", "https://elsewhere.example/")), "302"),
        ((429, ""), "429"),
        (NOT_FOUND, "没有这个接口"),
        (CLOSED, "连接断了"),
    ],
    ids=str,
)
def test_failure_is_told_and_tried_again_after_a_while_that_grows(baidu, answer, words):
    article = make_article()
    baidu.says(answer)
    waits = []
    for _ in range(12):
        push()
        waits.append(minutes_left())
        push()  # not before its time
        wait_is_over()
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360, 360]
    assert len(baidu.calls) == 12
    assert words in state().said
    baidu.takes_all()
    push()
    assert baidu.calls[-1].paths == [article.get_absolute_url()]
    assert (waiting(), state().failures, state().wait_until) == (0, 0, None)


@pytest.mark.parametrize("answer", [HANGING, DRIPPING])
def test_engine_that_does_not_come_to_an_end_is_left(baidu, settings, answer):
    settings.PUSH_TIMEOUT = 0.3
    make_article()
    baidu.says(answer)
    push()
    assert "秒内没有答复" in state().said
    assert minutes_left() == 1


def test_engine_that_is_not_there_is_tried_later(baidu, settings):
    settings.BAIDU_PUSH_URL = "http://127.0.0.1:9"
    make_article()
    push()
    assert "连不上" in state().said
    assert waiting() == 1


@pytest.mark.parametrize(("asked", "minutes"), [("600", 10), ("5", 1), ("nonsense", 1), ("999999999", 24 * 60)])
def test_engine_that_asks_for_patience_gets_it(indexnow, asked, minutes):
    make_article()
    indexnow.says((429, "", ("Retry-After", asked)))
    push()
    assert minutes_left() == minutes


@pytest.mark.parametrize(("status", "result"), [(200, "present"), (202, "present"), (422, "refused")])
def test_answers_of_indexnow_that_end_the_matter(indexnow, status, result):
    article = make_article()
    indexnow.says((status, ""))
    push()
    assert told() == [(str(article.pk), result)]
    assert (waiting(), state().wait_until) == (0, None)


@pytest.mark.parametrize("status", [400, 403, 429, 500, 503])
def test_answers_of_indexnow_that_are_tried_again(indexnow, status):
    make_article()
    indexnow.says((status, ""))
    push()
    assert (waiting(), minutes_left()) == (1, 1)


def test_engine_that_knows_no_changes_is_told_them_as_new_and_finds_what_is_gone(baidu):
    changed, gone = make_article(), make_article()
    baidu.takes_all()
    push()
    changed.title = "改了？"
    changed.save()
    gone.withdraw("过时了")
    baidu.says(lambda call: (200, {"remain": 9, "success": 1}) if call.step == "urls" else NOT_FOUND)
    push()
    assert [call.step for call in baidu.calls] == ["urls", "update", "urls", "del"]
    assert told() == sorted([(str(changed.pk), "present"), (str(gone.pk), "gone")])
    assert (waiting(), state().wait_until) == (0, None)


def test_one_engine_that_fails_keeps_nothing_from_the_other(baidu, settings):
    settings.INDEXNOW_KEY, settings.INDEXNOW_URL = KEY, f"{baidu.address}/indexnow"
    queue.follow_settings(switched_on())
    make_article()
    baidu.says(lambda call: (200, "") if call.step == "indexnow" else WRONG_TOKEN)
    push()
    assert list(PushedAddress.objects.filter(is_waiting=True).values_list("service", flat=True)) == ["baidu"]


def test_token_is_in_no_log_and_in_no_row(baidu, caplog):
    make_article()
    baidu.says((500, f"GET /urls?token={TOKEN} failed"), WRONG_TOKEN)
    with caplog.at_level(logging.DEBUG):
        push()
        wait_is_over()
        push()
    assert TOKEN not in caplog.text
    assert "failed" in caplog.text
    assert not PushService.objects.filter(said__contains=TOKEN).exists()


@pytest.mark.django_db(transaction=True)
def test_worker_that_is_killed_during_a_call_loses_nothing_and_is_taken_over_from(baidu):
    """Killed where it hurts most: the call has gone out, its answer was never written."""
    article = make_article()
    baidu.takes_all()
    services = switched_on()
    assert worker.hold(services, "killed")
    queue.take_over(services)
    worker.call(services[0], queue.next_due(services[0], 10))
    make_article(status="draft")
    assert push() == []  # it might still be running
    PushService.objects.update(held_until=timezone.now() - timedelta(seconds=1))
    push()
    push()
    assert baidu.paths == [("urls", article.get_absolute_url())] * 2  # the second time is the only one written
    assert told() == [(str(article.pk), "present")]


def test_worker_that_lost_its_hold_sends_nothing_more(baidu):
    make_article()
    baidu.says((200, {"remain": 9, "success": 1}))
    services = switched_on()
    worker.hold(services, "slow")
    queue.take_over(services)
    PushService.objects.update(holder="another")
    with pytest.raises(worker.Lost):
        worker.push_to(services[0], "slow")
    assert baidu.calls == []


def test_what_was_answered_before_the_end_is_not_sent_again(baidu):
    for _ in range(3):
        make_article()
    baidu.says((200, {"remain": 1, "success": 2}), CLOSED, (200, {"remain": 5, "success": 1}))
    push()
    wait_is_over()
    push()
    counted = [path for _, path in baidu.paths]
    assert [counted.count(path) for path in sorted(set(counted))] == [1, 1, 3]


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_everything_once(baidu):
    for _ in range(40):
        make_article()
    baidu.says(lambda call: (200, {"remain": 999, "success": min(5, len(call.urls))}))
    barrier = threading.Barrier(4)

    def work():
        barrier.wait()
        push()
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert waiting() == 0
    assert len(baidu.calls) == 8


def test_idle_worker_writes_nothing(baidu, django_assert_max_num_queries):
    baidu.takes_all()
    make_article()
    push()
    with django_assert_max_num_queries(3) as queries:
        push()
    assert not [query for query in queries if not query["sql"].startswith("SELECT")]
