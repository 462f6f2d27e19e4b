"""What the desk says of pushing addresses to search engines."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.announcing import queue, services
from articles.models import PushedAddress, PushService
from articles.tests.editing import make_staff, sign_in
from articles.tests.factories import make_article
from articles.tests.reading import read

pytestmark = pytest.mark.django_db
DESK = "/admin/"
TOKEN = "tOkEn0fBaidu1234"


@pytest.fixture
def manager(db):
    return sign_in(make_staff("管理员"))


@pytest.fixture
def pushing(settings):
    settings.BAIDU_PUSH_TOKEN, settings.INDEXNOW_KEY = TOKEN, "0123456789abcdef"
    queue.follow_settings(services.switched_on())


def test_queue_last_answer_and_errors_stand_there(manager, pushing):
    for _ in range(3):
        make_article()
    PushedAddress.objects.create(service="baidu", kind="question", key="1", told="refused", is_waiting=False)
    now = timezone.now()
    PushService.objects.filter(name="baidu").update(
        said="token 不对", said_at=now, failures=4, wait_until=now + timedelta(hours=1)
    )
    PushService.objects.filter(name="indexnow").update(
        said="收下 9 个", said_at=now, told_at=now, remain=88, remain_on=timezone.localdate()
    )
    page = read(manager.get(DESK))
    baidu, indexnow = (page.text.index(name) for name in ("百度排队3", "IndexNow排队3"))
    first, second = page.text[baidu:indexnow], page.text[indexnow:]
    for words in ("token不对", "连续失败4次", "下次再试", "被拒收1个"):
        assert words in first
    assert "今天还能推送88个" in second
    assert "上次收下" in second
    assert "连续失败" not in second
    assert TOKEN not in manager.get(DESK).content.decode()


def test_nothing_stands_there_while_pushing_is_off(manager):
    assert "向搜索引擎推送" not in manager.get(DESK).content.decode()


def test_who_does_not_look_after_the_site_is_not_bothered(editor, reviewer, pushing):
    for client in (editor, reviewer):
        assert "向搜索引擎推送" not in client.get(DESK).content.decode()


def test_it_costs_a_few_queries_however_much_waits(manager, pushing):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert manager.get(DESK).status_code == 200
        return len(queries)

    few = cost()
    rows = [PushedAddress(service="baidu", kind="question", key=str(key)) for key in range(1_500)]
    PushedAddress.objects.bulk_create(rows)
    assert cost() == few
    assert "排队 999+" in manager.get(DESK).content.decode()
    PushService.objects.all().delete()
    assert few - cost() <= 5
