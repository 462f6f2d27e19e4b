import json
import time
from pathlib import Path

import pytest

from articles.finding import site_words
from articles.finding.search import search
from articles.finding.site_words import keeper
from articles.models import Article, TagAlias
from articles.tests.factories import make_article, make_articles, make_doctor, make_tag
from articles.tests.public_pages import PARAMETERS
from articles.tests.reading import read, squeeze

pytestmark = pytest.mark.django_db


@pytest.fixture
def site():
    """A small site, as it is on its first day."""
    diabetes, spasm = make_tag("糖尿病", kind="disease"), make_tag("面肌痉挛", kind="disease")
    TagAlias.objects.create(tag=spasm, name="半面痉挛")
    make_articles([{"title": "糖尿病人能吃水果吗？"}], tags=[diabetes])
    make_articles([{"title": "面部肌肉痉挛怎么办？"}], tags=[spasm])
    make_articles([{"title": "高血压要终身吃药吗？"}], tags=[make_tag("高血压", kind="disease")])
    others = [
        {"title": "头孢和酒能一起吗？", "body": "<p>头孢遇酒会中毒。</p>"},
        {"title": "HPV疫苗什么时候打？"},
        {"title": "拍X光片有辐射吗？"},
        {"title": "CT平扫和增强的区别是什么？"},
        {"title": "颈椎病怎么锻炼？"},
        {"title": "布洛芬和阿莫西林能一起吃吗？"},
    ]
    make_articles(others)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("糖料病", "糖尿病"),  # a character that sounds much the same
        ("面肌经挛", "面肌痉挛"),  # one that sounds the same
        ("gaoxueya", "高血压"),
        ("gao xue ya", "高血压"),
        ("gxy", "高血压"),
        ("GaoXueYa", "高血压"),
        ("ｇｘｙ", "高血压"),
        ("高血血压", "高血压"),
        ("高压血", "高血压"),
        ("面肌挛", "面肌痉挛"),
        ("banmianjingluan", "半面痉挛"),
        ("hpvyimiao", "hpv疫苗"),
        ("拍x广片", "拍x光片"),
        ("ct评扫", "ct平扫"),
        ("颈锥病", "颈椎病"),
        ("不洛分", "布洛芬"),  # all of a name, however short
        ("阿西林", "阿莫西林"),
    ],
)
def test_what_is_mistyped_is_searched_as_it_is_meant(site, typed, meant):
    results = search(typed)
    assert (results.query, results.typed) == (meant, typed)
    assert results.keys == search(meant).keys


@pytest.mark.parametrize(
    "query", ["糖尿病", "高血压吃药", "头孢", "中毒", "hpv", "HPV疫苗", "怎么办", "阿司匹林", "糖尿病 吃什么"]
)
def test_words_that_the_dictionary_or_the_site_knows_are_never_touched(site, query):
    results = search(query)
    assert (results.query, results.typed, results.offered) == (query, "", "")


@pytest.fixture
def demo():
    """A site with the titles of the demo, which does not know most of what people ask."""
    lines = Path("fixtures/questions.jsonl").read_text(encoding="utf-8").splitlines()
    for line in lines:
        make_article(title=json.loads(line)["title"])


# What people ask in words that no title of the demo holds.
UNHEARD = (
    "感冒右鼻孔很痒 失眠首选药 缓泻药 郭素敏 右上眼眉跳 头晕吃什么药好得快 植发贵吗 耳朵突然响 怎么不吃药睡着 "
    "口干 面肿 带血 溢泪 肠鸣 肠镜 鼻干 头麻 头出汗 xiaohaifashao kouchou "
    "手脚冰凉怎么调 孩子脸颊红怎么回事 打完针胳膊抬不起 指甲上有竖纹 眼皮老是跳 吃完饭胃顶得慌 舌头边上有牙印"
)


def test_what_a_small_site_has_never_heard_of_is_not_taken_for_something_else(demo):
    assert {query: search(query).query for query in UNHEARD.split()} == {query: query for query in UNHEARD.split()}


@pytest.mark.parametrize(
    ("query", "nonsense"),
    [
        ("打了肉毒以后过多久又要去补", "了打"),
        ("吃了二甲双胍一直跑厕所", "了吃"),
        ("上班盯屏幕眼睛又干又磨", "又又"),
        ("胸口像压了块石头", "压块"),
    ],
)
def test_characters_are_not_swapped_where_only_one_of_them_fits(demo, query, nonsense):
    results = search(query)
    assert nonsense not in results.query
    assert nonsense not in results.offered


@pytest.mark.parametrize("query", ["腰不得劲", "孕七个月腿抽筋"])
def test_what_others_say_too_is_searched_as_it_is_typed(demo, query):
    for tag in ("腰部", "孕期", "抽筋"):
        make_articles([{"title": f"{tag}的护理"}], tags=[make_tag(tag)])
    assert search(query).query == query


def test_a_query_of_which_nothing_would_stay_is_searched_as_it_is_typed():
    make_article(title="湿疹能用热水洗吗？")
    results = search("失枕")
    assert (results.query, results.offered) == ("失枕", "湿疹")


@pytest.mark.parametrize("query", ["糖尿病人水果吃吗", "高血压要不吃药", "糖尿病人能不吃水果吗", "头孢和酒没一起"])
def test_nothing_is_taken_for_its_contrary(site, query):
    results = search(query)
    assert {*"不没"} & {*results.query} == {*"不没"} & {*query}
    assert {*"不没"} & {*(results.offered or query)} == {*"不没"} & {*query}


def words_now():
    return site_words.SiteWords(site_words.texts_now(), version=0, size=0)


def test_half_of_a_word_that_stands_alone_is_made_whole(site):
    for title in ("高血压的治疗", "治疗失眠要多久？", "疗效怎么看？"):
        make_article(title=title)
    assert words_now().read("高血压 疗").text == "高血压 治疗"


def test_a_character_that_the_site_has_alone_is_no_half_of_a_word(site):
    for title in ("高血压的治疗", "疗效怎么看？"):
        make_article(title=title)
    assert words_now().is_odd("高血压 疗")
    make_article(title="“疗”是什么意思？")
    assert not words_now().is_odd("高血压 疗")


def test_a_character_that_is_asked_for_alone_is_no_half_of_a_word(site):
    for title in ("忘了吃药", "药怎么吃？"):
        make_article(title=title)
    assert not words_now().is_odd("高血压 药")


def test_what_stands_in_a_body_alone_is_found_as_it_is_typed(site):
    article = make_article(title="怎么办？", body="<p>可以用萝卜硫素试试。</p>")
    results = search("萝卜硫素")
    assert (results.keys, results.typed) == ([article.pk], "")


def test_a_corrected_search_says_so_and_leads_back(client, site):
    page = read(client.get("/search/", {"q": "糖料病"}))
    assert squeeze("已按“糖尿病”查找；仍要查找“糖料病”") in page.text
    assert squeeze("“糖尿病”的搜索结果") in page.text
    (back,) = [link for link in page.links if "exact=1" in link]
    as_typed = read(client.get(back))
    assert squeeze("“糖料病”的搜索结果") in as_typed.text
    assert squeeze("您是不是要找：糖尿病") in as_typed.text
    assert "已按" not in as_typed.text
    (forth,) = [link for link in as_typed.links if "%E7%B3%96%E5%B0%BF%E7%97%85" in link and "/search/" in link]
    assert "exact" not in forth
    assert squeeze("“糖尿病”的搜索结果") in read(client.get(forth)).text


def test_kept_pages_tell_the_exact_search_from_the_other():
    assert "exact" in PARAMETERS["search"]


def test_filters_and_pages_of_an_exact_search_stay_exact(client, site):
    tag = make_tag("内科", kind="department")
    for _ in range(25):
        make_article(title="糖料作物过敏怎么办？", tags=[tag])
    page = read(client.get("/search/", {"q": "糖料", "exact": "1"}))
    assert page.all("a", rel="next")[0]["href"].endswith("exact=1&page=2")
    assert [link for link in page.links if "tag=" in link and link.startswith("/search/")]
    assert all("exact=1" in link for link in page.links if "tag=" in link and link.startswith("/search/"))


def test_a_doctor_is_offered_and_never_taken_for_another(client, site):
    doctor = make_doctor(name="周明远")
    make_article(title="心慌怎么办？", doctor=doctor)
    assert (search("周明").typed, search("周明").doctors) == ("", [])
    assert search("zhoumingyuan").offered == "周明远"
    assert squeeze("您是不是要找：周明远") in read(client.get("/search/", {"q": "zhoumingyuan"})).text


@pytest.mark.parametrize("state", ["draft", "review", "withdrawn"])
def test_what_is_not_published_is_never_meant(client, state):
    make_article(title="感冒怎么办？")
    fields = {"status": state, "withdrawn_reason": "旧"}
    make_article(title="罕见病甲？", tags=[make_tag("罕见病甲")], doctor=make_doctor(name="韩无名"), **fields)
    for typed in ("hanjianbing", "hjbj", "罕件病甲", "hanwuming", "han jian bing jia"):
        results = search(typed)
        assert (results.typed, results.offered) == ("", ""), typed
        assert "罕见" not in client.get("/search/", {"q": typed}).content.decode()


def test_what_was_withdrawn_a_moment_ago_is_meant_no_more():
    article = make_article(title="罕见病甲？")
    make_article(title="感冒怎么办？")
    assert search("hanjianbing").typed
    article.withdraw("旧")
    assert not search("hanjianbing").typed


def test_what_was_published_a_moment_ago_is_meant_at_once():
    article = make_article(title="罕见病甲？", status="draft")
    assert not search("hanjianbing").typed
    Article.objects.filter(pk=article.pk).update(status="published")
    assert search("hanjianbing").query == "罕见病"


ANY_TEXT = [
    *("a" * 100, "xi" * 50, "zhuang" * 16, "q" * 100, "x y z " * 16, "'" * 100, "gao\x00xue\x00ya", "\u202egaoxueya"),
    *(
        "ü",
        "lü" * 50,
        "_gao_xue_",
        "痛" * 100,
        "糖料病" * 33,
        "ﷺ" * 50,
        "g\u0301xy",
        "1gxy2",
        "gxy；DROP TABLE",
        "%gxy_",
    ),
]


def test_any_text_is_data(client, site):
    for query in ANY_TEXT:
        assert client.get("/search/", {"q": query}).status_code == 200, query
        assert client.get("/search/", {"q": query, "exact": query}).status_code == 200, query


def test_an_empty_site_means_nothing(client):
    for query in ("gaoxueya", "gxy", "糖料病", "x" * 100):
        assert (search(query).typed, search(query).offered) == ("", "")
        assert client.get("/search/", {"q": query}).status_code == 200


def test_letters_are_never_found_within_a_word():
    article = make_article(title="gay会得艾滋病吗？", body="<p>gay是同性恋者。</p>")
    assert search("gay").keys == [article.pk]
    for query in ("zhifanggan", "ga", "ay"):
        assert article.pk not in [*search(query).keys, *search(query).weak], query


def test_a_search_that_is_corrected_costs_two(client, site, django_assert_max_num_queries):
    for query in ("糖料病", "gaoxueya"):
        with django_assert_max_num_queries(9):
            assert "已按" in client.get("/search/", {"q": query}).content.decode()


def test_what_fits_is_not_looked_at_twice(client, site, django_assert_max_num_queries):
    for query in ("糖尿病", "高血压"):
        with django_assert_max_num_queries(6):
            client.get("/search/", {"q": query})
    assert keeper.words is None


# --- A large site ----------------------------------------------------------------------


@pytest.fixture
def large(monkeypatch):
    """A site whose words take too long to learn for a reader to wait after each change."""
    monkeypatch.setattr(site_words, "AT_ONCE", -1)
    make_articles({"title": f"感冒{number}？"} for number in range(30))


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("empty_index", "large")
def test_a_large_site_learns_beside_its_readers():
    make_article(title="罕见病甲？")
    assert search("hanjianbing").typed
    before = keeper.words
    make_article(title="湿疹会好吗？")
    search("shizhen")
    for _ in range(100):
        if keeper.words is not before:
            break
        time.sleep(0.1)
    assert search("shizhen").query == "湿疹"


@pytest.mark.usefixtures("large")
def test_a_large_site_offers_nothing_that_was_withdrawn_since():
    article = make_article(title="罕见病甲？")
    kept = make_article(title="罕见感冒？")
    assert search("hanjianbing").typed
    article.withdraw("旧")
    with keeper.beside:  # as if another thread were still learning
        assert (search("hanjianbing").typed, search("hanjianbing").offered) == ("", "")
        assert search("hanjianganmao").keys == [kept.pk]


@pytest.mark.usefixtures("large")
def test_a_site_that_has_become_another_is_learned_at_once():
    search("hanjianbing")
    for _ in range(5):
        make_article(title="罕见病甲？")
    with keeper.beside:
        assert search("hanjianbing").query == "罕见病"


def test_what_patients_say_is_no_slip(site):
    make_article(title="面部神经痉挛可以治疗好吗？")
    results = search("抻筋")  # 落枕, as the table of patients' words knows; 神经 sounds much the same
    assert (results.query, results.typed, results.offered) == ("抻筋", "", "")


def test_a_slip_beside_what_patients_say_is_mended(site):
    make_article(title="半夜小腿抽筋是缺钙吗？")
    make_article(title="腰部肌肉痉挛怎么办？")
    results = search("小退抽筋")
    assert (results.query, results.typed) == ("小腿抽筋", "小退抽筋")


def test_where_nothing_at_all_is_found_what_is_near_by_another_reading_is_offered():
    for title in ("足底筋膜炎怎么判断？", "打球之前怎么热身？", "痛风怎么办？"):
        make_article(title=title)
    results = search("zhijianjinmoyan")
    assert (results.keys, results.offered) == ([], "之前筋膜炎")
