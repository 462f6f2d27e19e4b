from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from articles.models import Article, TagAlias
from articles.tests.factories import make_article, make_tag

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_limits_used_up():
    cache.clear()


def suggest(client, query):
    response = client.get("/search/suggest/", {"q": query})
    assert response.status_code == 200
    return response.json()


def test_names_come_first_then_titles(client):
    tag = make_tag("面肌痉挛", kind="disease")
    TagAlias.objects.create(tag=tag, name="半面痉挛")
    make_article(title="治面肌的药？")
    make_article(title="面肌痉挛怎么办？", tags=[tag])
    assert suggest(client, "面肌") == ["面肌痉挛", "面肌痉挛怎么办？", "治面肌的药？"]
    assert suggest(client, "半面") == ["半面痉挛"]
    assert suggest(client, "面") == ["面肌痉挛"]


def test_words_are_found_as_they_are_typed(client):
    make_article(title="眼睑跳动怎么办？")
    make_article(title="CT有辐射吗？")
    for typed in ("眼睑", "眼瞼", "眼睑跳动怎么"):
        assert suggest(client, typed) == ["眼睑跳动怎么办？"], typed
    assert suggest(client, "ＣＴ") == suggest(client, "ct有") == ["CT有辐射吗？"]


def test_at_most_eight(client):
    for number in range(20):
        make_article(title=f"湿疹第{number}问？", tags=[make_tag(f"湿疹{number}")])
    assert len(suggest(client, "湿疹")) == 8


@pytest.mark.parametrize("state", ["draft", "review", "withdrawn", "scheduled"])
def test_nothing_unpublished_is_suggested(client, state):
    fields = {"published_at": timezone.now() + timedelta(hours=1)} if state == "scheduled" else {"status": state}
    article = make_article(title="罕见病甲？", tags=["罕见病甲"], **{"withdrawn_reason": "旧", **fields})
    assert suggest(client, "罕见") == []
    Article.objects.filter(pk=article.pk).update(status="published", published_at=timezone.now())
    assert suggest(client, "罕见") == ["罕见病甲", "罕见病甲？"]


@pytest.mark.parametrize(
    "query",
    ["", " ", "\x00", "痛\x00风", "痛" * 65, "痛" * 10_000, "。", "!!", "😀", "\u200b", '" OR NEAR(', "''", "%", "_"],
)
def test_odd_input_suggests_nothing(client, query):
    make_article(title="痛风怎么办？")
    assert suggest(client, query) == []


@pytest.mark.parametrize("raw", ["q=%ED%A0%80", "q=%FF", "q", "", "x=1", "q=a&q=b"])
def test_broken_queries_suggest_nothing(client, raw):
    make_article(title="痛风？")
    assert client.get(f"/search/suggest/?{raw}").json() == []


def test_answer_is_the_same_for_all_and_may_be_kept(client):
    make_article(title="痛风？")
    client.cookies["reader"] = "0" * 32
    response = client.get("/search/suggest/", {"q": "痛风"})
    assert response["Cache-Control"] == "public, max-age=60"
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")
    assert client.post("/search/suggest/").status_code == 405


def test_too_many_are_refused(client, settings):
    settings.SUGGESTIONS_PER_MINUTE = 3
    answers = [client.get("/search/suggest/", {"q": "痛"}) for _ in range(7)]
    assert [answer.status_code for answer in answers[:3]] == [200] * 3
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert refused.json()["error"]
    assert "no-store" in refused["Cache-Control"]
    assert client.get("/search/suggest/", {"q": "痛"}, REMOTE_ADDR="203.0.113.9").status_code == 200


def test_limit_lets_through_when_the_cache_is_down(client, settings, monkeypatch):
    settings.SUGGESTIONS_PER_MINUTE = 1

    def down(*args, **kwargs):
        raise ConnectionError

    monkeypatch.setattr(cache, "add", down)
    for _ in range(3):
        assert client.get("/search/suggest/", {"q": "痛"}).status_code == 200


@pytest.mark.parametrize("rows", [1, 25])
def test_suggestions_cost_five_queries(client, django_assert_num_queries, rows):
    for number in range(rows):
        make_article(title=f"痛风第{number}问？", tags=[make_tag(f"痛风{number}")])
    with django_assert_num_queries(5):
        client.get("/search/suggest/", {"q": "痛风"})
