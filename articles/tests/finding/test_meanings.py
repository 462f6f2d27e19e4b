"""Searches in patients' words find what doctors have written."""

import json
from functools import cache
from urllib.parse import quote

import pytest

from articles.engine import tokens
from articles.engine.meanings import GUESSED, LESS, SAME
from articles.finding.meanings import meanings_of, stands_in
from articles.finding.search import finds_nothing, ranked, search
from articles.finding.site_names import WORDS, SiteNames
from articles.finding.vocabulary import Vocabulary
from articles.models import PatientWord, TagAlias
from articles.tests.factories import make_article, make_tag
from articles.tests.reading import read, squeeze
from articles.text.patient_words import shipped

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_shipped_words():
    PatientWord.objects.all().delete()


def pair(word, *terms):
    for term in terms:
        PatientWord.objects.create(word=word, term=term, reason="都这么说")


def asked(query, *pairs):
    return [meaning.query.folded for meaning in meanings_of(tokens.title(query), pairs)]


def make_others():
    for title in ("痛风怎么办？", "牙龈出血怎么办？", "失眠怎么办？", "高血压吃什么？", "湿疹怎么护理？"):
        make_article(title=title, body="<p>请看医生。</p>")


def test_a_patients_word_finds_what_the_doctor_calls_otherwise():
    make_others()
    one = make_article(title="落枕了怎么办？")
    assert finds_nothing("抻筋怎么办")
    pair("抻筋", "落枕")
    assert search("抻筋怎么办").keys == [one.pk]


def test_a_word_that_means_one_thing_finds_it_as_if_that_had_been_typed():
    make_others()
    make_article(title="腹泻怎么办？")
    pair("拉肚子", "腹泻")
    typed = tokens.title("拉肚子")
    meanings = meanings_of(typed, [("拉肚子", "腹泻")])
    (meant,) = ranked(typed, named=Vocabulary().named("")._replace(meanings=meanings)).hits
    (clean,) = ranked(tokens.title("腹泻")).hits
    assert 0 < meant.score == pytest.approx(clean.score)


def test_only_what_a_word_means_is_strong_beside_it():
    make_others()
    typed = make_article(title="拉肚子怎么办？", body="<p>请看医生。</p>")
    meant = make_article(title="腹泻怎么办？", body="<p>请看医生。</p>")
    pair("拉肚子", "腹泻")
    results = search("拉肚子怎么办")
    assert set(results.keys) == {typed.pk, meant.pk}
    found = ranked(results.title, named=Vocabulary("拉肚子怎么办").named("")._replace(meanings=[]))
    assert [hit.key for hit in found.hits if hit.is_strong] == [typed.pk]


def test_what_was_typed_stands_before_what_it_may_mean():
    make_others()
    typed = make_article(title="心口疼怎么办？", body="<p>请看医生。</p>")
    meant = {make_article(title=f"{term}怎么办？", body="<p>请看医生。</p>").pk for term in ("胸痛", "胃痛")}
    pair("心口疼", "胸痛", "胃痛")
    first, *others = search("心口疼怎么办").keys
    assert first == typed.pk
    assert set(others) == meant


@pytest.mark.parametrize(("terms", "worth"), [(["腹泻"], SAME), (["胸痛", "胃痛"], LESS), (["小儿", "儿童"], SAME)])
def test_a_term_weighs_less_where_the_word_may_mean_another(terms, worth):
    """Who is ill is the same, whichever of the terms is written."""
    meanings = meanings_of(tokens.title("火星热"), [("火星热", term) for term in terms])
    assert [meaning.worth for meaning in meanings] == [worth] * len(terms)
    assert LESS < SAME


def test_a_word_with_several_terms_finds_them_all():
    make_others()
    wanted = {make_article(title=title).pk for title in ("胸痛怎么办？", "胃痛怎么办？")}
    pair("心口疼", "胸痛", "胃痛")
    results = search("心口疼")
    assert set(results.keys) == wanted
    assert results.total == 2


def test_two_words_are_both_understood():
    make_others()
    both = make_article(title="癫痫的人腹泻能吃药吗？")
    make_article(title="腹泻怎么办？")
    pair("羊癫疯", "癫痫")
    pair("拉肚子", "腹泻")
    assert search("羊癫疯拉肚子").keys[0] == both.pk
    assert search("羊癫疯拉肚子").terms == ["癫痫", "腹泻"]


def test_a_question_counts_only_if_it_holds_a_term_whole():
    make_others()
    for title in ("食欲怎么控制？", "不振作怎么办？"):
        make_article(title=title)
    one = make_article(title="食欲不振怎么办？")
    pair("吃不下饭", "食欲不振")
    results = search("吃不下饭")
    assert results.keys == [one.pk]
    assert results.total == 1


def test_what_carries_the_terms_tag_is_found():
    make_others()
    one = make_article(title="突然胸口闷，出汗？", body="<p>快去。</p>", tags=[make_tag("胸痛", kind="symptom")])
    pair("心口疼", "胸痛")
    assert search("心口疼").keys == [one.pk]


def test_a_term_may_be_an_alias_of_a_tag():
    make_others()
    tag = make_tag("癫痫")
    TagAlias.objects.create(tag=tag, name="癫痫病")
    one = make_article(title="癫痫能好吗？")
    pair("羊癫疯", "癫痫病")
    assert search("羊癫疯").keys == [one.pk]
    assert search("羊癫疯").terms == ["癫痫"]


def test_nothing_unpublished_is_found_by_its_meaning():
    make_article(title="落枕了怎么办？", status="draft")
    pair("抻筋", "落枕")
    assert search("抻筋").keys == []
    assert search("抻筋").total == 0


def test_a_pair_that_was_removed_finds_nothing():
    make_article(title="落枕了怎么办？")
    pair("抻筋", "落枕")
    PatientWord.objects.filter(word="抻筋").remove()
    assert search("抻筋").keys == []


def test_within_a_tag_the_meaning_is_looked_for_there():
    tag = make_tag("骨科", kind="department")
    one = make_article(title="落枕了怎么办？", tags=[tag])
    make_article(title="落枕要贴膏药吗？")
    pair("抻筋", "落枕")
    assert search("抻筋", tag=tag).keys == [one.pk]


def test_the_page_says_what_was_looked_for_as_well_and_marks_it(client):
    make_article(title="落枕了怎么办？", body="<p>落枕多数几天就好。</p>")
    pair("抻筋", "落枕")
    response = client.get("/search/", {"q": "抻筋"})
    assert "也按“落枕”查找" in squeeze(read(response).text)
    assert response.content.decode().count("<mark>落枕</mark>") == 2
    assert "也按" not in read(client.get("/search/", {"q": "落枕"})).text


def test_a_term_is_data(client):
    make_article(title="落枕了怎么办？")
    pair("抻筋", "<b>落枕")
    content = client.get("/search/", {"q": "抻筋"}).content.decode()
    assert "也按“&lt;b&gt;落枕”查找" in content


def test_pairs_cost_no_query_of_their_own(client, django_assert_num_queries):
    make_article(title="落枕了怎么办？")
    pair("抻筋", "落枕", "肌肉拉伤")
    with django_assert_num_queries(6):
        client.get("/search/", {"q": "抻筋怎么办"})
    assert Vocabulary("抻筋怎么办").patient_words == [("抻筋", "落枕"), ("抻筋", "肌肉拉伤")]
    assert Vocabulary("落枕怎么办").patient_words == []


@pytest.mark.django_db(transaction=True)
def test_a_pair_that_was_added_shows_on_every_node_at_once(make_node, empty_index):
    make_article(title="落枕了怎么办？")
    here, there = make_node(), make_node()
    query = f"q={quote('抻筋')}"
    for node in (here, there):
        assert "也按" not in node.text("/search/", query=query)
    pair("抻筋", "落枕")
    for node in (here, there):
        assert "也按“落枕”查找" in node.text("/search/", query=query)
    PatientWord.objects.remove()
    for node in (here, there):
        assert "也按" not in node.text("/search/", query=query)


@pytest.mark.parametrize(
    ("word", "text", "stands"),
    [
        ("来事", "来事了怎么办", True),
        ("来事", "原来事情是这样", False),
        ("中风", "中风险人群", False),
        ("眼皮跳", "左边眼皮跳", True),
        ("瘦脸针", "瘦脸针治面肌痉挛", True),
        ("肠息肉", "直肠息肉", False),
        ("立事牙", "立事牙疼", True),
        ("波棱盖", "波棱盖儿一下楼就酸", True),
        ("淋巴肿", "淋巴肿瘤", False),
        ("额头烫", "额头烫伤", False),
        ("月经多", "月经多久来一次", False),
        ("心口疼", "头疼", False),
    ],
)
def test_a_word_is_not_taken_out_of_others(word, text, stands):
    assert stands_in(word, text, tokens.ends_of_words(text)) is stands


def test_a_longer_word_is_taken_before_those_within_it():
    assert asked("小腿抽筋", ("抽筋", "肌肉痉挛"), ("小腿抽筋", "腓肠肌痉挛")) == ["腓肠肌痉挛"]


def test_a_term_that_was_typed_is_not_looked_for_again():
    assert asked("抑郁 抑郁症", ("抑郁", "抑郁症")) == []
    assert asked("痔疮怎么办", ("痔疮", "痔")) == ["痔怎么办"]


def test_terms_are_four_at_most():
    pairs = [("火星热", term) for term in ("痛风", "头痛", "牙痛", "腰痛", "胃痛")]
    assert asked("火星热", *pairs) == ["痛风", "头痛", "牙痛", "腰痛"]


def test_who_is_ill_is_no_answer_by_itself():
    make_others()
    make_article(title="小儿推拿有用吗？", body="<p>请看医生。</p>")
    one = make_article(title="小儿腹泻怎么办？", body="<p>请看医生。</p>")
    pair("小孩", "小儿")
    pair("拉肚子", "腹泻")
    assert search("小孩拉肚子").keys == [one.pk]


def test_a_query_that_says_only_what_is_asked_for_is_compared_by_that():
    make_article(title="面肌痉挛吃卡马西平要查什么？", body="<p>怀孕的人先问医生，吃药要查血。</p>")
    one = make_article(title="孕期营养怎么补？", body="<p>怀孕以后吃饭要均衡。</p>")
    pair("怀孕", "孕期")
    assert search("怀孕吃什么").keys[0] == one.pk


# --- In other words, or with others between ------------------------------------------------


@pytest.mark.parametrize(
    "query",
    ["嘴歪了", "歪嘴", "吹空调把嘴吹歪了", "嘴角有点斜", "嘴巴突然就歪了", "口角歪斜", "左边嘴角往一边歪"],
)
def test_a_complaint_is_understood_however_it_is_said(query):
    make_others()
    one = make_article(title="面瘫怎么办？", body="<p>请看医生。</p>")
    pair("嘴歪", "面瘫")
    assert search(query).keys == [one.pk]


@pytest.mark.parametrize(
    "query",
    [
        "嘴不歪",
        "嘴没有歪",
        "骨头歪",
        "张嘴说话的时候桌子上面的画挂歪了",
        "嘴里有口水",
        "嘴唇偏干",
        "眼皮肿瘤",
        "脚趾痛风",
        "手木头扎了",
        "木耳",
        "烫头",
        "抽手指血",
        "胃里反酸",
        "左胳膊疼",
    ],
)
def test_what_is_denied_or_far_or_within_another_word_is_no_complaint(query):
    make_others()
    make_article(title="面瘫怎么办？", body="<p>请看医生。</p>")
    words = ["嘴歪", "眼肿", "脚趾疼", "手麻", "耳朵麻", "头烫", "手抽", "胃疼", "胳膊疼"]
    for word in words:
        pair(word, "面瘫")
    assert search(query).terms == []


@pytest.mark.parametrize("query", ["嘴特别歪", "嘴不停地往一边歪", "嘴不由自主歪了", "嘴没完没了地歪"])
def test_who_insists_denies_nothing(query):
    pair("嘴歪", "面瘫")
    assert search(query).terms == ["面瘫"]


def test_a_word_for_the_part_alone_hides_no_complaint():
    pair("眼皮", "眼睑")
    pair("眼皮跳", "眼睑痉挛")
    assert search("眼皮一直突突地蹦").terms == ["眼睑痉挛"]


def test_a_doctors_term_that_was_typed_is_no_guess():
    pair("牙出血", "牙龈出血")
    pair("牙出血", "牙龈炎")
    assert search("牙龈出血").terms == []


def test_what_is_said_exactly_is_not_outdone_by_what_is_guessed_beside_it():
    make_others()
    one = make_article(title="心肌梗死怎么急救？", body="<p>打120。</p>")
    make_article(title="颈椎病怎么锻炼？", body="<p>请看医生。</p>")
    pair("心梗", "心肌梗死")
    pair("手麻", "颈椎病")
    results = search("心梗手有点麻")
    assert (results.keys, results.terms) == ([one.pk], ["心肌梗死"])


@cache
def shipped_names():
    """The names of a site that has the table of patients' words as it comes, and nothing else."""
    fold, pairs = tokens.fold, enumerate(shipped())
    words = json.dumps([(at, fold(one.word), one.term, fold(one.term)) for at, one in pairs])
    return SiteNames(1, [(0, words, "", "", WORDS, "", "", "")])


def looked_for(query):
    site, title = shipped_names(), tokens.title(query)
    pairs = site.patient_words_in(title.folded)
    meanings = meanings_of(title, pairs, guessed=site.guessed_in(title.folded, pairs))
    return {term for meaning in meanings for term in meaning.terms}


@pytest.mark.parametrize(
    ("query", "term"),
    [
        ("嘴巴突然有点歪", "脑卒中"),
        ("舌头突然有点硬", "脑卒中"),
        ("一只手突然麻了", "脑卒中"),
        ("一条腿忽然就麻了", "脑卒中"),
        ("左手麻", "脑卒中"),
        ("左胳膊一阵一阵地疼", "心绞痛"),
        ("左肩一阵阵地疼", "心绞痛"),
        ("胸口一阵阵地烧", "胸痛"),
        ("胸口像针扎一样疼", "胸痛"),
        ("后背撕裂样疼", "主动脉夹层"),
        ("脖子有点硬", "脑膜炎"),
        ("嗓子突然肿了", "喉头水肿"),
        ("嘴唇一下子肿了", "血管性水肿"),
        ("脸忽然肿了", "血管性水肿"),
        ("眼睛突然特别痛", "青光眼"),
        ("左腿突然肿了", "深静脉血栓"),
        ("肚子右下疼得厉害", "阑尾炎"),
        ("面瘫合不上眼", "脑卒中"),
    ],
)
def test_what_may_be_an_emergency_is_looked_for_as_one_however_it_is_said(query, term):
    assert term in looked_for(query)


@pytest.mark.parametrize(
    "query",
    [
        "北京安定医院",
        "病情翻来覆去",
        "走路像过电",
        "肾里有沙子",
        "鞋磨坏了",
        "类风湿关节炎",
        "化脓性关节炎",
        "月经多久来一次",
        "白带多少正常",
        "淋巴肿瘤",
        "嗓子肿瘤",
        "脚趾痛风",
        "眼睛度数偏高",
        "嘴巴偏小",
        "木耳能吃吗",
        "手机发烫",
        "骨头硬",
    ],
)
def test_words_that_stand_there_by_chance_mean_nothing(query):
    assert looked_for(query) == set()


def test_a_pair_that_says_it_exactly_comes_before_what_a_complaint_may_mean():
    pair("脖子酸", "颈部劳损")
    pair("脖子疼", "颈椎病")
    exact, guessed = Vocabulary("脖子酸"), Vocabulary("脖颈酸")
    assert (exact.patient_words, exact.guessed) == ([("脖子酸", "颈部劳损")], [])
    assert (guessed.patient_words, set(guessed.guessed)) == ([], {("脖颈酸", "颈部劳损"), ("脖颈酸", "颈椎病")})
    title = tokens.title("脖子酸")
    assert {meaning.worth for meaning in meanings_of(title, exact.patient_words)} == {SAME}
    assert {meaning.worth for meaning in meanings_of(title, [], guessed=exact.patient_words)} == {GUESSED}


def test_the_name_of_a_tag_is_no_complaint():
    make_tag("头皮发麻")
    pair("头麻", "感觉异常")
    assert Vocabulary("头一直麻").guessed == [("头一直麻", "感觉异常")]
    assert Vocabulary("头皮发麻").guessed == []


def test_a_pair_that_was_removed_explains_no_complaint():
    pair("嘴歪", "面瘫")
    PatientWord.objects.remove()
    assert Vocabulary("嘴吹歪了").guessed == []


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("半边身子发麻", ["半边身子发麻"]),
        ("妈妈半边身子有点麻", ["半边身子有点麻"]),
        ("半边身子麻", ["半边身子麻"]),
        ("半边身子不麻", []),
        ("半边身子一点也不知道麻", []),
        ("半边身子", []),
    ],
)
def test_a_long_word_may_have_a_little_between_its_characters(query, said):
    pair("半边身子麻", "肢体麻木")
    vocabulary = Vocabulary(query)
    assert [word for word, _ in [*vocabulary.patient_words, *vocabulary.guessed]] == said


def test_words_that_no_doctor_writes_hide_no_answer_in_a_doctors_words():
    make_others()
    one = make_article(title="面肌痉挛能自己好吗？", body="<p>请看医生。</p>")
    pair("脸抽", "面肌痉挛")
    assert search("脸抽不治会怎么样").keys == [one.pk]


def test_half_of_a_query_in_a_text_by_chance_is_no_answer():
    make_others()
    make_article(title="糖尿病药有哪些？", body="<p>几点吃都好，量要问医生。</p>")
    results = search("量雪压几点量好", is_exact=True)
    assert results.is_similar


def test_half_of_a_query_in_a_text_answers_where_the_title_says_some_of_it():
    make_others()
    one = make_article(title="糖尿病的主食怎么安排？", body="<p>米饭每餐一拳，红薯也算。</p>")
    make_article(title="孕期怎么吃？", body="<p>红薯和米饭都可以。</p>")
    results = search("糖尿病 红薯 米饭 稀粥")
    assert (results.keys, results.is_similar) == ([one.pk], False)


def test_who_is_ill_and_when_is_no_half_of_a_query():
    make_others()
    one = make_article(title="老人早上膝盖疼怎么锻炼？", body="<p>少走楼梯。</p>")
    make_article(title="怎么判断老人早上是不是中风？", body="<p>请看医生。</p>")
    results = search("老人早上膝盖响")
    assert (results.keys, results.is_similar) == ([one.pk], False)


def test_a_title_that_fits_better_than_all_that_answers_is_an_answer():
    make_others()
    one = make_article(title="眼睑痉挛和面肌痉挛是一回事吗？", body="<p>请看医生。</p>")
    other = make_article(title="眼睑一样会下垂？", body="<p>肌 痉挛。</p>")
    results = search("眼睑痉挛跟面肌痉挛一样吗", is_exact=True)
    assert results.keys[:2] == [one.pk, other.pk]
    assert results.total == len(results.keys)


@pytest.mark.parametrize("query", ["孩子眨眼", "测骨龄"])
def test_a_title_that_shares_who_is_ill_or_one_character_outdoes_no_text(query):
    make_others()
    one = make_article(title="干涩怎么缓解？", body="<p>孩子眨眼能缓解，测的是骨龄。</p>")
    make_article(title="孩子发烧怎么办？", body="<p>请看医生。</p>")
    make_article(title="要测血糖吗？", body="<p>请看医生。</p>")
    results = search(query, is_exact=True)
    assert results.keys == [one.pk]
    assert not results.is_similar


def test_what_holds_the_whole_query_in_its_text_answers():
    make_others()
    one = make_article(title="面瘫怎么办？", body="<p>氯雷他定可以吃。</p>")
    make_article(title="氯化钠怎么用？", body="<p>请看医生。</p>")
    results = search("氯雷他定")
    assert results.keys == [one.pk]
    assert not results.is_similar


def test_a_character_that_is_left_of_what_is_asked_for_says_nothing():
    make_others()
    make_article(title="面部痉挛能治好吗？", body="<p>请看医生。</p>")
    one = make_article(title="孕期营养怎么补？", body="<p>吃饭要均衡。</p>")
    pair("有喜", "孕期")
    assert search("有喜了吃啥好").keys[0] == one.pk


@pytest.mark.parametrize("query", ["左手有点麻，胸闷", "脖子那里很硬，还惊厥"])
def test_beside_a_doctors_term_nothing_is_guessed(query):
    for word, term in (("手麻", "颈椎病"), ("脖子硬", "颈椎病"), ("喘不上气", "胸闷"), ("烧抽", "惊厥")):
        pair(word, term)
    assert Vocabulary(query).guessed == []
    assert Vocabulary("手有点麻").guessed == [("手有点麻", "颈椎病")]


def test_a_name_that_nobody_can_write_is_known_by_its_sound():
    make_others()
    one = make_article(title="吃二甲双胍胃不舒服怎么办？", body="<p>饭后吃。</p>")
    pair("格华止", "二甲双胍")
    pair("想吐", "恶心")
    assert search("格华指一吞下去就恶心").keys[0] == one.pk


@pytest.mark.parametrize("query", ["哪种感冒会流泪", "被老鼠咬了", "格华"])
def test_words_of_the_dictionary_are_no_name_by_their_sound(query):
    for word, term in (("重感冒", "流感"), ("老鼠药", "鼠药中毒"), ("格华止", "二甲双胍")):
        pair(word, term)
    assert Vocabulary(query).guessed == []


def test_in_a_long_query_that_no_title_holds_what_holds_more_of_it_comes_first():
    make_others()
    make_article(title="公园锻炼好吗？", body="<p>请看医生。</p>")
    one = make_article(title="老人膝盖疼怎么锻炼？", body="<p>下楼时膝盖发酸，先少走楼梯，遛弯要慢。</p>")
    results = search("盖子这块一下楼就酸 公园里还敢不敢去遛弯 楼梯都怕")
    assert results.is_similar
    assert results.keys[0] == one.pk
