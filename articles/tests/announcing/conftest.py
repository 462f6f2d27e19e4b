import pytest

from articles.announcing import queue, services
from articles.models import PushService

from .engine import Engine

TOKEN, KEY = "tOkEn0fBaidu1234", "an-indexnow-key-16"


@pytest.fixture
def engine():
    """A search engine on loopback that answers as it is told to."""
    with Engine() as engine:
        yield engine


@pytest.fixture
def baidu(db, settings, engine):
    """A site that tells Baidu, which is `engine`."""
    settings.SITE_URL = "https://www.example.org"
    settings.BAIDU_PUSH_SITE, settings.BAIDU_PUSH_TOKEN = "https://www.example.org", TOKEN
    settings.BAIDU_PUSH_URL, settings.PUSH_TIMEOUT = engine.address, 5
    queue.follow_settings(services.switched_on())
    yield engine
    PushService.objects.all().delete()  # else emptying the tables would be noted


@pytest.fixture
def indexnow(db, settings, engine):
    """A site that tells IndexNow, which is `engine`."""
    settings.SITE_URL = "https://www.example.org"
    settings.INDEXNOW_KEY, settings.INDEXNOW_URL, settings.PUSH_TIMEOUT = KEY, f"{engine.address}/indexnow", 5
    queue.follow_settings(services.switched_on())
    yield engine
    PushService.objects.all().delete()  # else emptying the tables would be noted
