from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.utils import timezone
from django.utils.html import escape

from articles.engine import counting, ranking, tokens
from articles.finding import search as finding
from articles.finding.search import LONGEST, Results, clean_query, search
from articles.finding.vocabulary import Vocabulary
from articles.models import Article, PatientWord, TagAlias, own_engine
from articles.tests.factories import make_article, make_articles, make_doctor, make_tag
from articles.tests.reading import read, squeeze

pytestmark = pytest.mark.django_db

HOSTILE = [
    *("%", "_", "\\", "%%%", "\\%", "'", "''", '"', "';--", "<script>alert(1)</script>", "*", "(", ")", "^", "-"),
    *(
        "AND",
        "OR",
        "NOT",
        "NEAR(痛 风)",
        '"痛风',
        "痛风*",
        "title:痛风",
        "痛 AND (",
        "{痛 风}",
        "a:b:c",
        "&",
        "|",
        "<->",
    ),
    *("。", "，。！？；：", "……", "——", "@@@@", "\n", "\t", "\x00", "痛\x00风", "\u200b", "\u202e痛风", "\ufeff"),
    *("😀", "👨\u200d👩\u200d👧", "痛風", "ＨＰＶ", "İ", "ß", "ﷺ", "ﷺ" * 64, "e\u0301" * 100, "Ω≈ç", "ひらがな"),
    *("한국어", "русский", "עברית", "9", "-1", "1e309", "９", "NaN", "null", "{{7*7}}", "${7*7}", "../../etc/passwd"),
    *("%s%n", "%00", "怎么办", "怎么", "什么", "的", "a", "痛", " 痛  风 "),
    *("痛" * 10_000, "痛风 " * 3_000, "x" * 10_000, "。" * 10_000, "\\" * 10_000),
]
BROKEN = [
    *("", "q", "q=", "q=%00", "q=%ED%A0%80", "q=%FF%FE", "q=%E7%97", "q=%", "q=a&q=b", "q[]=x", "Q=x"),
    *("q=%F4%90%80%80", "q=%u75DB", "&&&", "=", "q=痛风;page=2"),
]


def test_any_text_is_data(client):
    make_article(title="痛风怎么办？", tags=["痛风"])
    for query in HOSTILE:
        response = client.get("/search/", {"q": query})
        assert response.status_code == 200, query
        assert b"<script>alert" not in response.content, query
        read(response)


def test_broken_queries_are_answered(client):
    make_article()
    for raw in BROKEN:
        assert client.get(f"/search/?{raw}").status_code == 200, raw


@pytest.mark.parametrize("wildcard", ["%", "_", "\\", "%_%", "100%_", "%%", "_头_"])
def test_wildcards_are_data(client, wildcard):
    make_article(title="痛风怎么办？")
    assert found(client, wildcard) == []


def found(client, query, **more):
    page = read(client.get("/search/", {"q": query, **more}))
    titles = [link for link in page.links if link.startswith("/articles/") and link != "/articles/"]
    return [] if "没有找到" in page.text or "请输入" in page.text else titles


def test_search_finds_title_and_text(client):
    in_text = make_article(title="夜里脚趾疼？", body="<p>可能是痛风发作。</p>")
    in_title = make_article(title="痛风能吃豆腐吗？")
    in_text_too = make_article(title="关节红肿？", short_answer="先想到痛风。")
    make_article(title="感冒怎么办？")
    results = found(client, "痛风")
    assert results[0] == in_title.get_absolute_url()
    assert set(results[1:]) == {in_text.get_absolute_url(), in_text_too.get_absolute_url()}


def test_every_word_of_the_query_counts(client):
    both = make_article(title="痛风病人能喝酒吗？")
    make_article(title="痛风病人能跑步吗？")
    assert search("痛风 喝酒").keys == [both.pk]
    assert found(client, "痛风 喝酒")[0] == both.get_absolute_url()


def test_question_in_other_words_is_found(client):
    article = make_article(title="面部肌肉痉挛怎么办？")
    make_article(title="感冒发热怎么办？")
    assert found(client, "面部肌肉痉挛如何治疗") == [article.get_absolute_url()]


def test_letters_are_found_in_any_case_and_width(client):
    article = make_article(title="HPV疫苗什么时候打？")
    for query in ("hpv", "HPV", "ＨＰＶ", "Hpv疫苗"):
        assert found(client, query) == [article.get_absolute_url()], query


def test_tags_of_the_body_are_not_text(client):
    make_article(title="感冒？", body="<p><strong>休息</strong></p>")
    for query in ("strong", "p", "href"):
        assert found(client, query) == []


def test_query_is_shown_as_it_was_asked(client):
    page = read(client.get("/search/", {"q": "  痛风 <b>"}))
    assert squeeze("“痛风 <b>”的搜索结果") in page.text
    assert page.all("input", name="q")[0]["value"] == "痛风 <b>"
    assert "痛风 <b>" in page.title


def test_a_query_is_cut_at_100_characters_and_only_where_that_is_said(client):
    assert len(clean_query("痛" * 10_000)) == 100
    assert clean_query("ﷺ" * 300) == clean_query("ﷺ" * 100)
    assert len(clean_query("ﷺ" * 300)) <= 100
    make_article(title="痛风怎么办？")
    for query, is_said in [("痛" * 100, False), (" 痛 " * 50, False), ("痛" * 101, True), ("痛" * 10_000, True)]:
        page = read(client.get("/search/", {"q": query}))
        assert (squeeze("只用了前 100 个字") in page.text) == is_said, query[:10]


def test_empty_search_invites(client):
    tag = make_tag("痛风", kind="disease")
    article = make_article(tags=[tag])
    for address in ("/search/", "/search/?q=", "/search/?q=%20%20"):
        page = read(client.get(address))
        assert "请输入" in page.text
        assert tag.get_absolute_url() in page.links
        assert article.get_absolute_url() in page.links


def test_search_without_result_offers_tags_and_newest(client):
    tag = make_tag("痛风", kind="disease")
    article = make_article(tags=[tag])
    page = read(client.get("/search/", {"q": "不存在的东西xyz"}))
    assert "没有找到" in page.text
    assert tag.get_absolute_url() in page.links
    assert article.get_absolute_url() in page.links


def test_tag_or_its_alias_is_offered(client):
    tag = make_tag("面肌痉挛", kind="disease")
    make_article(title="眼睛跳？", tags=[tag])
    TagAlias.objects.create(tag=tag, name="半面痉挛")
    for query in ("面肌", "面肌痉挛怎么治", "半面痉挛"):
        assert read(client.get("/search/", {"q": query})).links.count(tag.get_absolute_url()) == 1, query


def test_a_tag_or_an_alias_finds_all_of_its_questions_whatever_they_say(client):
    tag = make_tag("胸痛")
    TagAlias.objects.create(tag=tag, name="胸口痛")
    tagged = [
        make_article(title="突然胸口发闷出汗要叫120吗？", tags=[tag]),
        make_article(title="心慌怎么办？", tags=[tag]),
    ]
    make_article(title="在家怎么量血压？", body="<p>如有胸痛，请立即就医。</p>")
    make_article(title="不公开的胸痛问题？", tags=[tag], status=Article.Status.DRAFT)
    for query in ("胸痛", "胸口痛", "胸痛怎么回事", "医生，胸痛要紧吗"):
        assert set(search(query).keys[:2]) == {article.pk for article in tagged}, query
    other = make_tag("心内科")
    tagged[1].tags.add(other)
    assert search("胸痛", tag=other).keys == [tagged[1].pk]


def test_a_name_within_a_longer_one_is_not_named():
    pressure, high = make_tag("血压"), make_tag("高血压")
    assert list(Vocabulary().named("高血压吃什么").tags) == [high.pk]
    assert set(Vocabulary().named("高血压和血压计").tags) == {high.pk}
    assert list(Vocabulary().named("血压计").tags) == [pressure.pk]


def test_a_doctors_name_finds_what_the_doctor_answers_in_public(client):
    doctor, other = make_doctor(name="周明远"), make_doctor(name="林周")
    answered = make_article(title="心慌怎么办？", doctor=doctor)
    make_article(title="失眠怎么办？", doctor=other)
    make_article(title="头痛怎么办？", doctor=doctor, status=Article.Status.DRAFT)
    for query in ("周明远", "周明远医生", "周明远 心慌"):
        assert search(query).keys == [answered.pk], query


def test_search_is_kept_out_of_search_engines(client):
    make_article(title="痛风？")
    for query in ("痛风", "没有", ""):
        page = read(client.get("/search/", {"q": query}))
        assert page.meta("robots") == "noindex"
        assert page.link("canonical") is not None


def test_next_page_keeps_the_query(client):
    make_articles([{"title": "a&b 痛风=?"}] * 21)
    page = read(client.get("/search/", {"q": "a&b 痛风=?"}))
    following = page.all("a", rel="next")[0]["href"]
    assert "a&b 痛风=?" in read(client.get(following)).title


@pytest.mark.parametrize("query", ["痛风", "没有", "", "痛风如何根治"])
def test_search_costs_at_most_six_queries(client, django_assert_max_num_queries, query):
    rows = ({"title": "痛风怎么办？", "doctor": make_doctor()} for _ in range(25))
    make_articles(rows, tags=[make_tag("痛风", kind="disease"), make_tag()])
    with django_assert_max_num_queries(6):
        client.get("/search/", {"q": query})


@pytest.mark.parametrize("rows", [5, 25])
@pytest.mark.parametrize("query", ["痛风", "痛风如何根治xyz", "完全不相干"])
def test_filtered_search_costs_the_same_for_few_and_many(client, django_assert_max_num_queries, rows, query):
    tags = [make_tag("痛风", kind="disease"), make_tag("风湿科", kind="department")]
    make_articles(({"title": "痛风怎么办？", "doctor": make_doctor()} for _ in range(rows)), tags=[*tags, make_tag()])
    with django_assert_max_num_queries(6) as page:
        client.get("/search/", {"q": query})
    assert len(page.captured_queries) == (6 if "痛风" in query else 5)
    with django_assert_max_num_queries(6):
        client.get("/search/", {"q": query, "tag": "风湿科"})


@pytest.mark.parametrize("state", ["draft", "review", "withdrawn"])
def test_no_result_among_unpublished_questions_costs_at_most_six(client, django_assert_max_num_queries, state):
    make_tag("痛风")
    make_article(title="痛风怎么办？", tags=["痛风"], status=state, withdrawn_reason="旧")
    with django_assert_max_num_queries(6):
        page = read(client.get("/search/", {"q": "痛风"}))
    assert "没有找到" in page.text


def test_hits_are_marked_and_what_is_around_is_escaped(client):
    make_article(title="痛风<b>？", body="<p>前言。</p><p>若是 x &lt; y，痛风会发作。</p>")
    html = client.get("/search/", {"q": "痛风"}).content.decode()
    assert "<mark>痛风</mark>&lt;b&gt;？" in html
    assert "若是 x &lt; y，<mark>痛风</mark>会发作。" in html


def test_a_character_that_says_nothing_alone_is_not_marked(client):
    make_article(title="失眠不想吃药怎么办？", body="<p>白天不睡，夜里少看钟。</p>")
    html = client.get("/search/", {"q": "失眠 不吃药怎么睡"}).content.decode()
    assert "<mark>失眠</mark>" in html
    assert "<mark>不</mark>" not in html


def test_a_letter_that_stands_alone_is_marked(client):
    make_article(title="甲胎蛋白高要紧吗？", body="<p>它也叫 α 胎蛋白，另有 β 亚基。</p>")
    html = client.get("/search/", {"q": "甲胎蛋白 α"}).content.decode()
    assert "<mark>α</mark>" in html


def test_a_result_keeps_its_title_whether_or_not_the_words_stand_in_it(client):
    titles = ["痛风怎么办？", "脚趾半夜又红又肿？", "<i>半夜</i>又疼了？"]
    for title in titles:
        make_article(title=title, body="<p>痛风常在半夜发作。</p>")
    html = client.get("/search/?q=痛风").content.decode()
    shown = [line.replace("<mark>", "").replace("</mark>", "") for line in html.splitlines() if "card-title" in line]
    assert len(shown) == len(titles)
    for title in titles:
        assert any(f">{escape(title)}</a>" in line for line in shown)


def test_filter_narrows_stays_and_can_be_removed(client):
    skin, inner = make_tag("皮肤科", kind="department"), make_tag("内科", kind="department")
    mine = make_article(title="湿疹怎么办？", tags=[skin])
    make_articles([{"title": "湿疹能好吗？"}] * 21, tags=[inner])
    every = read(client.get("/search/", {"q": "湿疹"}))
    assert squeeze("找到 22 个问题") in every.text
    (address,) = [link for link in every.links if link.startswith("/search/?q=") and "tag=%E7%9A%AE" in link]
    page = read(client.get(address))
    assert squeeze("找到 1 个问题") in page.text
    assert mine.get_absolute_url() in page.links
    assert [link["href"] for link in page.all("a", **{"aria-current": "true"})] == [address]
    assert squeeze("“湿疹”在“皮肤科”里的搜索结果") in page.text
    assert not page.all("input", name="tag")  # a new search is one of everything
    others = [link for link in page.links if "tag=%E5%86%85" in link]
    assert others
    assert squeeze("找到 21 个问题") in read(client.get(others[0])).text
    assert "/search/?q=%E6%B9%BF%E7%96%B9" in page.links
    following = read(client.get("/search/", {"q": "湿疹", "tag": "内科"})).all("a", rel="next")[0]["href"]
    assert "tag=" in following
    assert client.get(following).status_code == 200


def test_filter_of_an_alias_is_that_of_its_tag(client):
    tag = make_tag("面肌痉挛", kind="disease")
    TagAlias.objects.create(tag=tag, name="半面痉挛")
    article = make_article(title="眼睛跳？", tags=[tag])
    assert article.get_absolute_url() in read(client.get("/search/", {"q": "眼睛", "tag": "半面痉挛"})).links


@pytest.mark.parametrize("slug", ["没有", "\x00", "' OR 1=1", "a" * 5000, "😀"])
def test_unknown_filter_is_not_found(client, slug):
    make_article(title="痛风？")
    for query in ("痛风", ""):
        assert client.get("/search/", {"q": query, "tag": slug}).status_code == 404


@pytest.mark.parametrize("state", ["draft", "review", "withdrawn", "scheduled"])
def test_tags_of_unpublished_questions_are_no_filter(client, state):
    make_article(title="湿疹？")
    fields = {"published_at": timezone.now() + timedelta(hours=1)} if state == "scheduled" else {"status": state}
    hidden = make_article(title="湿疹会传染吗？", tags=["罕见病"], **{"withdrawn_reason": "旧", **fields})
    assert "罕见病" not in client.get("/search/", {"q": "湿疹"}).content.decode()
    Article.objects.filter(pk=hidden.pk).update(status="published", published_at=timezone.now())
    assert "罕见病" in client.get("/search/", {"q": "湿疹"}).content.decode()


def test_number_of_results_is_no_more_exact_than_known():
    keys = list(range(100))
    assert Results(keys[:12], total=12).shown_total == "找到 12 个问题"
    assert Results(keys, total=1234, is_estimate=True).shown_total == "约 1234 个，显示最相近的 100 个"
    assert Results(keys, total=130).shown_total == "找到 130 个问题，显示最相近的 100 个"
    assert Results(keys[:7], total=7, is_least=True).shown_total == "至少有 7 个问题"


def test_more_than_can_be_shown_is_said(client):
    make_articles([{"title": "湿疹怎么办？"}] * 104)
    page = read(client.get("/search/", {"q": "湿疹"}))
    assert squeeze("找到 104 个问题，显示最相近的 100 个") in page.text
    why = squeeze("只列出最相近的 100 个，请加一个词缩小范围")
    assert why not in page.text
    assert why in read(client.get("/search/", {"q": "湿疹", "page": 5})).text
    assert client.get("/search/", {"q": "湿疹", "page": 6}).status_code == 404


def test_similar_questions_come_with_shorter_queries_that_find_something(client):
    make_article(title="打嗝怎么办？", tags=["打嗝", "胃病"])
    page = read(client.get("/search/", {"q": "打嗝伴随火星旅行综合征木星环游记怎么办"}))
    assert "没有完全匹配，可能相关的" in page.text
    assert "找到" not in page.text
    assert not any("tag=" in link for link in page.links), "nobody chooses among a few that are only near"
    shorter = [link for link in page.links if link == f"/search/?{urlencode({'q': '打嗝'})}"]
    assert shorter
    assert squeeze("找到 1 个问题") in read(client.get(shorter[0])).text


def test_nearest_tags_in_use_are_offered_where_nothing_is_found(client):
    used, unused = make_tag("面肌痉挛"), make_tag("面肌抽动")
    make_article(title="眨眼？", tags=[used])
    links = read(client.get("/search/", {"q": "面肌麻痹怎么治"})).links
    assert used.get_absolute_url() in links
    assert unused.get_absolute_url() not in links


# --- What is said of the results -----------------------------------------------------


def searched(query, **more):
    return search(clean_query(query), **more)


def test_a_count_is_exact_while_all_are_looked_at():
    tag = make_tag("神经内科", kind="department")
    articles = [make_article(title="头痛怎么办？", tags=[tag] if n % 2 else []) for n in range(5)]
    results = searched("头痛")
    assert (results.total, results.is_estimate, results.is_least, results.is_similar) == (5, False, False, False)
    assert results.keys == [article.pk for article in articles[::-1]]
    results = searched("头痛", tag=tag)
    assert (results.total, results.is_estimate, results.is_least) == (2, False, False)
    assert results.keys == [articles[3].pk, articles[1].pk]


@pytest.mark.parametrize("is_tagged", [False, True])
def test_nothing_unpublished_is_counted_and_what_is_scheduled_counts_from_its_second(monkeypatch, is_tagged):
    monkeypatch.setattr(finding, "DEEPEST", 2)
    tag = make_tag("头痛" if is_tagged else "神经内科")
    now = timezone.now()
    for state in ("draft", "review", "withdrawn"):
        make_article(title="头痛怎么办？", tags=[tag], status=state, withdrawn_reason="旧")
    for hours in (-3, -2, -1, 1):
        make_article(title="头痛怎么办？", tags=[tag], published_at=now + timedelta(hours=hours))
    assert (searched("头痛").total, searched("头痛", tag=tag).total) == (3, 3)
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(hours=1))
    assert (searched("头痛").total, searched("头痛", tag=tag).total) == (4, 4)
    Article.objects.filter(published_at=now - timedelta(hours=3)).update(status="withdrawn", withdrawn_reason="旧")
    assert (searched("头痛").total, searched("头痛", tag=tag).total) == (3, 3)


def test_a_common_word_is_counted_exactly_though_not_all_can_be_shown(monkeypatch):
    tag = make_tag("神经内科", kind="department")
    for number in range(6):
        make_article(title="头痛怎么办？", tags=[tag] if number else [])
    monkeypatch.setattr(ranking, "ANSWERS", 4)
    for deepest, shown in [(3, 3), (9, 6)]:
        monkeypatch.setattr(finding, "DEEPEST", deepest)
        results = searched("头痛")
        assert (len(results.keys), results.total, results.is_estimate, results.is_least) == (shown, 6, False, False)
    monkeypatch.setattr(finding, "DEEPEST", 3)
    results = searched("头痛", tag=tag)
    assert (len(results.keys), results.total, results.is_estimate, results.is_least) == (3, 5, False, False)
    monkeypatch.setattr(counting, "MOST_KEYS", 3)
    monkeypatch.setattr(own_engine.keys_of_tag, "statements", {})  # the number stands in the statement
    results = searched("头痛", tag=tag)
    assert (len(results.keys), results.total, results.is_least) == (3, 4, True)


def test_at_most_ten_similar_ones_are_shown_and_no_number_is_said(monkeypatch):
    make_articles({"title": f"头痛{number}？"} for number in range(12))
    results = searched("头痛火星旅行综合征木星环游记")
    assert results.is_similar
    assert (len(results.keys), results.total, results.is_estimate) == (10, 10, False)
    monkeypatch.setattr(ranking, "ANSWERS", 10)
    monkeypatch.setattr(finding, "DEEPEST", 10)
    results = searched("头痛火星旅行综合征木星环游记")
    assert (len(results.keys), results.total, results.is_estimate) == (10, 10, False)
    assert finding.finds_nothing("头痛火星旅行综合征木星环游记")
    assert finding.finds_nothing("火星")
    assert not finding.finds_nothing("头痛")


def test_how_many_were_looked_at_tells_whether_something_near_is_unpublished():
    assert searched("头痛").candidates == 0
    make_article(title="头痛怎么办？", status="draft")
    results = searched("头痛")
    assert (results.keys, results.candidates) == ([], 1)
    assert (searched("").keys, searched("").total, searched("").candidates) == ([], 0, 0)


def test_words_are_marked_under_each_name_of_a_tag_longer_ones_first():
    tag = make_tag("面肌痉挛")
    TagAlias.objects.create(tag=tag, name="半面抽")
    make_article(title="面肌痉挛？")
    words = searched("半面抽 CT").words
    assert {"面肌痉挛", "半面抽", "ct"} <= set(words)
    assert words == sorted(words, key=len, reverse=True)
    assert searched("牙疼怎么办").words[0] == "牙疼怎么办"


@pytest.mark.parametrize(
    ("query", "shorter"),
    [
        ("打嗝 头痛 失眠 眩晕 火星旅行综合征木星环游记怎么办", ["打嗝", "头痛", "失眠", "眩晕"]),
        ("孩子老年人晚上打嗝睡不着下来火星旅行综合征木星环游记怎么办", ["睡不着", "打嗝"]),
        ("面肌痉挛火星旅行综合征木星环游记水星土星怎么办", ["面肌痉挛"]),
        ("牙疼火星旅行综合征", []),
        ("打嗝", []),
        ("", []),
    ],
)
def test_shorter_queries_are_tags_and_words_that_find_something_strong(query, shorter):
    PatientWord.objects.all().delete()  # 睡不着 would be an answer
    make_article(title="打嗝，头痛，失眠？", body="<p>还有眩晕，孩子和老年人晚上睡不着，放不下来。</p>")
    make_article(title="面肌痉挛怎么办？", tags=["面肌痉挛"])
    make_article(title="牙疼怎么办？", status="draft")
    offered = finding.shorter_queries(searched(query), Vocabulary())
    assert offered == shorter
    for text in offered:
        assert not searched(text).is_similar


# --- What a query is the name of, what stands apart ---------------------------------------


def test_a_tag_or_its_alias_is_a_card_with_its_questions_first(client):
    tag = make_tag("胸痛", kind="symptom")
    TagAlias.objects.create(tag=tag, name="胸口痛")
    titled = [make_article(title="胸痛怎么办？") for _ in range(3)]
    tagged = make_article(title="出汗要叫120吗？", tags=[tag])
    make_article(title="心慌怎么办？", tags=[tag], status="draft")
    for query in ("胸痛", "胸口痛"):
        page = read(client.get("/search/", {"q": query}))
        assert squeeze("症状 · 1 个问题") in page.text, query
        assert page.links.count(tag.get_absolute_url()) == 1
        assert search(query).keys[0] == tagged.pk
        assert set(search(query).keys[1:]) == {article.pk for article in titled}
    for query in ("胸痛怎么办", "心慌"):
        assert squeeze("症状 · 1 个问题") not in read(client.get("/search/", {"q": query})).text
    tagged.withdraw("旧")
    assert squeeze("症状 · ") not in read(client.get("/search/", {"q": "胸痛"})).text
    assert search("胸痛").tag is None


def test_a_doctor_is_a_card_with_title_and_hospital(client):
    doctor = make_doctor(name="周明远", professional_title="主任医师", department="心内科", hospital="人民医院")
    make_doctor(name="周明", professional_title="住院医师")
    answered = [make_article(title="心慌怎么办？", doctor=doctor), make_article(title="失眠？", doctor=doctor)]
    make_article(title="头痛怎么办？", doctor=doctor, status="draft")
    page = read(client.get("/search/", {"q": "周明远"}))
    assert squeeze("主任医师 · 心内科 · 人民医院 · 2 个回答") in page.text
    assert doctor.get_absolute_url() in page.links
    assert set(search("周明远").keys) == {article.pk for article in answered}
    assert search("周明").doctors == []


def test_weak_results_stand_apart_behind_few_strong_ones(client):
    strong = make_article(title="痛风喝酒？")
    weak = make_article(title="痛风病人能跑步吗？")
    page = read(client.get("/search/", {"q": "痛风 喝酒"}))
    assert squeeze("找到 1 个问题") in page.text
    before, behind = page.text.split("没有完全匹配，可能相关的")
    assert squeeze(strong.title) in before
    assert squeeze(weak.title) in behind
    make_articles([{"title": "痛风喝酒？"}] * 10)
    assert "可能相关的" not in read(client.get("/search/", {"q": "痛风 喝酒"})).text


def test_a_word_that_is_everywhere_is_said_to_be_too_common(client):
    make_article(title="痛风怎么办？")
    for query in ("医生", "怎么办", "可以吗"):
        page = read(client.get("/search/", {"q": query}))
        assert squeeze(f"“{query}”太常见了，加上病名或症状再找。") in page.text
        assert "没有找到" not in page.text
        assert not page.all("data")
    for query in ("痛风", "医生痛风", "不存在的东西", "？！", ""):
        assert "太常见了" not in read(client.get("/search/", {"q": query})).text


def test_filters_are_ordered_by_the_questions_that_answer(client):
    few, many = make_tag("眼科", kind="department"), make_tag("皮肤科", kind="department")
    make_article(title="湿疹会好吗？", tags=[few])
    for _ in range(2):
        make_article(title="湿疹怎么办？", tags=[many])
    for _ in range(5):
        make_article(title="眼睛怎么办？", tags=[few])
    html = client.get("/search/", {"q": "湿疹"}).content.decode()
    assert 0 < html.index(">皮肤科</a>") < html.index(">眼科</a>")


def test_a_query_of_characters_that_stand_for_many_is_no_longer_than_others():
    query = clean_query("\ufdfa" * 100)
    assert len(query) <= LONGEST
    assert len(tokens.fold(query)) <= LONGEST
    assert finding.is_cut("\ufdfa" * 100)  # and said to be
    assert clean_query("①型糖尿病½") == "①型糖尿病½"


def test_a_snippet_says_under_what_a_line_stands_and_tears_no_table_apart(client):
    make_article(
        title="烫伤怎么办？",
        short_answer="",
        body="<p>先冲水。</p><h2>错误做法</h2><ul><li>涂牙膏</li></ul><table><tbody>"
        "<tr><td>成人</td><td>10 mg</td></tr><tr><td>儿童</td><td>禁用</td></tr></tbody></table>",
        when_to_see_a_doctor="起大水泡",
    )
    found = read(client.get("/search/", {"q": "烫伤涂牙膏"})).text
    assert "错误做法：涂牙膏何时就医：起大水泡" in found
    assert "10mg" not in found
    assert (
        "烫伤怎么办" in read(client.get("/search/", {"q": "儿童禁用"})).text
    )  # what a table says is found all the same


def test_an_item_of_what_is_wrong_is_never_shown_without_its_heading(client):
    blister = "起了水泡以后自己用缝衣针把水泡挑破，再把上面的皮撕掉，涂上酱油或者香油，三天以后再打开看一看。"
    make_article(
        title="烫伤怎么办？",
        short_answer="",
        body="<h2>下面这些做法都是错误的</h2><ul><li>烫伤后马上涂牙膏，说是能止痛，其实盖住了热，要很久才洗得掉，"
        "医生看不清有多深，处理的时候又疼一次。</li>"
        f"<li>{blister}</li></ul><p>另外，不能吃的有：</p><ul><li>柚子。</li><li>浓茶。</li></ul><p>可以喝水。</p>",
    )
    found = read(client.get("/search/", {"q": "酱油"})).text
    assert f"下面这些做法都是错误的：…{blister}" in found
    assert "不能吃的有：浓茶" in read(client.get("/search/", {"q": "浓茶"})).text.replace("柚子。", "")


def test_a_snippet_does_not_end_with_what_somebody_wrongly_says(client):
    wrong = "有人说：“孩子一发烧就要马上吃抗生素，剂量加倍，不要怕副作用，好得才快，拖着不吃会把脑子烧坏的！”"
    make_article(title="发烧吃什么？", short_answer="", body=f"<p>{wrong}这种说法是完全错误的。</p>")
    found = read(client.get("/search/", {"q": "剂量加倍"})).text
    assert f"{wrong}这种说法是完全错误的" in found or f"{wrong}…" in found
