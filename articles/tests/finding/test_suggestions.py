from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from articles.finding.suggestions import suggestions
from articles.models import Article, TagAlias
from articles.tests.factories import make_article, make_doctor, make_tag

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
    assert suggest(client, "面") == ["面肌痉挛", "面肌痉挛怎么办？", "治面肌的药？"]


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


# --- Which names and titles, in which order ---------------------------------------------


def used_tag(name, *aliases):
    tag = make_tag(name)
    for alias in aliases:
        TagAlias.objects.create(tag=tag, name=alias)
    make_article(title="别的？", tags=[tag])
    return tag


def test_names_that_begin_with_it_come_first_then_own_names_then_shorter_ones():
    used_tag("慢性湿疹")
    used_tag("皮炎", "湿疹样皮炎", "手湿疹")
    used_tag("湿疹样癣")
    used_tag("湿疹")
    assert suggestions("湿疹") == ["湿疹", "湿疹样癣", "湿疹样皮炎", "慢性湿疹"]
    assert suggestions("疹样") == ["湿疹样癣", "湿疹样皮炎"]
    assert suggestions("手湿") == ["手湿疹"]


def test_four_names_leave_room_for_four_titles():
    for number in range(5):
        used_tag(f"湿疹{number}")
    for number in range(6):
        make_article(title=f"手上湿疹{number}？")
    assert suggestions("湿疹") == [*(f"湿疹{n}" for n in range(4)), *(f"手上湿疹{n}？" for n in (5, 4, 3, 2))]


def test_names_in_use_are_found_behind_unused_ones():
    for number in range(15):
        make_tag(f"湿疹{number:02}")
    used_tag("湿疹在用")
    assert suggestions("湿疹") == ["湿疹在用"]


def test_titles_that_begin_with_it_come_first_then_the_newest():
    for title in ("湿疹会好吗？", "手上湿疹？", "湿疹痒吗？", "脚上湿疹？"):
        make_article(title=title)
    assert suggestions("湿疹") == ["湿疹痒吗？", "湿疹会好吗？", "脚上湿疹？", "手上湿疹？"]


def test_a_title_and_a_name_that_are_equal_are_offered_once():
    used_tag("湿疹")
    make_article(title="湿疹")
    make_article(title="湿疹")
    assert suggestions("湿疹") == ["湿疹"]


def test_each_word_that_is_typed_stands_in_the_title_as_a_whole():
    make_article(title="婴儿得了湿疹？")
    make_article(title="湿的疹子，婴儿？")
    make_article(title="湿疹，大人？")
    assert suggestions("湿疹 婴儿") == ["婴儿得了湿疹？"]
    assert suggestions("湿疹子") == []


def test_an_alias_completes_titles_with_the_name_of_its_tag():
    used_tag("面肌痉挛", "半面痉挛")
    make_article(title="面肌痉挛会好吗？")
    make_article(title="半面痉挛会痛吗？")
    assert suggestions("半面痉挛会") == ["半面痉挛会痛吗？", "面肌痉挛会好吗？"]


def test_a_title_without_the_commonest_of_many_words_is_not_offered():
    for _ in range(3):
        make_article(title="头痛怎么办？")
    make_article(title="失眠，眩晕，打鼾？")
    make_article(title="头痛，失眠，眩晕，打鼾？")
    assert suggestions("头痛 失眠 眩晕 打鼾") == ["头痛，失眠，眩晕，打鼾？"]


def test_what_holds_no_character_of_a_word_suggests_no_names():
    used_tag("湿疹（手）")
    for typed in ("", "（", "。"):
        assert suggestions(typed) == [], typed


def test_100_characters_are_completed_and_more_are_not():
    make_article(title="湿" * 110)
    assert suggestions("湿" * 100) == ["湿" * 110]
    assert suggestions("湿" * 101) == []


# --- How what is typed is read ---------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        "mjjl",
        "mianjijingluan",
        "mianji",
        "MianJi",
        "mian ji jing luan",
        "mian'ji",
        "mianjij",
        "mjjingluan",
        "mjj",
        "mjjluan",
    ],
)
def test_a_name_is_suggested_by_how_it_is_read(typed):
    used_tag("面肌痉挛")
    used_tag("高血压")
    assert suggestions(typed)[:1] == ["面肌痉挛"]


@pytest.mark.parametrize(
    ("typed", "name"), [("gxy", "高血压"), ("tnb", "糖尿病"), ("bxyy", "北戌医院"), ("diaoli", "调理")]
)
def test_any_reading_of_a_character_will_do(typed, name):
    used_tag(name)
    assert suggestions(typed) == [name]


def test_doctors_who_answer_are_suggested_behind_the_tags_and_before_the_titles():
    doctor = make_doctor(name="林晓晴")
    make_article(title="林晓晴说的鼻炎？", doctor=doctor)
    used_tag("林晓晴工作室")
    for typed in ("林晓", "linxiaoqing", "lxq", "linxiao"):
        assert suggestions(typed) == ["林晓晴工作室", "林晓晴", "林晓晴说的鼻炎？"], typed


@pytest.mark.parametrize("state", ["draft", "review", "withdrawn"])
def test_neither_tags_nor_doctors_of_drafts_alone_are_suggested_however_they_are_typed(state):
    make_article(title="别的？")
    fields = {"status": state, "withdrawn_reason": "旧"}
    make_article(title="罕见病甲？", tags=[make_tag("罕见病甲")], doctor=make_doctor(name="罕无名"), **fields)
    for typed in ("罕", "罕见", "hanjian", "hjbj", "han", "hwm", "罕见病乙"):
        assert suggestions(typed) == [], typed


def test_what_was_withdrawn_is_not_suggested_any_more_by_its_sound():
    article = make_article(title="罕见病甲？", tags=[make_tag("罕见病甲")])
    assert suggestions("hanjianbing") == ["罕见病甲", "罕见病甲？"]
    article.withdraw("旧")
    assert suggestions("hanjianbing") == []


@pytest.mark.parametrize("typed", ["shizhen", "shizhe", "sz", "shi zhen", "湿诊", "湿珍会"])
def test_titles_are_suggested_by_sound_and_typing_errors_are_forgiven(typed):
    make_article(title="湿疹会好吗？")
    make_article(title="感冒会好吗？")
    assert suggestions(typed) == ["湿疹会好吗？"]


def test_titles_come_by_likes():
    for title, likes in [("湿疹一？", 5), ("手上湿疹？", 30), ("湿疹二？", 10), ("湿疹三？", 5)]:
        make_article(title=title, imported_likes=likes)
    assert suggestions("湿疹") == ["手上湿疹？", "湿疹二？", "湿疹三？", "湿疹一？"]


def test_letters_of_a_word_are_suggested_as_that_word():
    make_article(title="HPV疫苗什么时候打？")
    make_article(title="做CT有辐射吗？")
    assert suggestions("hpv") == suggestions("HPV疫") == ["HPV疫苗什么时候打？"]
    assert suggestions("pv") == []


def test_an_empty_site_suggests_nothing():
    for typed in ("湿疹", "shizhen", "sz", "x" * 100):
        assert suggestions(typed) == [], typed


@pytest.mark.parametrize("typed", ["a" * 100, "xi" * 50, "zhuang" * 16, "'" * 100, "q" * 100, "ü", "\u202eshi"])
def test_any_letters_are_data(typed):
    make_article(title="湿疹会好吗？", tags=[make_tag("湿疹")])
    assert isinstance(suggestions(typed), list)
