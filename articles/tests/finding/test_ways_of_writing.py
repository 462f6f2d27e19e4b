"""A question is found however it is typed or was pasted: with blanks, politeness, invisible characters, radicals."""

import pytest

from articles.finding.search import clean_query, search
from articles.finding.suggestions import suggestions
from articles.models import Article
from articles.tests.factories import make_article, make_doctor, make_tag
from articles.tests.index_checks import is_whole
from articles.tests.reading import read

pytestmark = pytest.mark.django_db

TITLE = "面肌痉挛打肉毒素有用吗？"


def keys(query):
    results = search(clean_query(query))
    return [] if results.is_similar else results.keys


@pytest.fixture
def others():
    return [make_article(title=title) for title in ("高血压怎么治疗？", "胃痛吃什么好？", "医生怎么看病历？")]


@pytest.mark.parametrize(
    "query",
    [
        "面 肌 痉 挛 打 肉 毒 素 有 用 吗",
        "面　肌　痉　挛",
        "面 肌 痉 挛   打 肉 毒 素",
        "面\u200b肌\u00ad痉\u2060挛\ufeff",
        "面\ufe00肌\U000e0100痉\u202e挛",
        "⾯肌痉挛",
        "医生您好，我想咨询一下，面肌痉挛，麻烦您给说说，急急急",
        "大夫，我妈妈今年六十八岁了，面肌痉挛，在网上查了很多都没看明白，谢谢",
    ],
)
def test_a_query_is_found_as_if_it_were_typed_plainly(others, query):
    article = make_article(title=TITLE)
    assert keys(query) == keys("面肌痉挛") == [article.pk]


@pytest.mark.parametrize(
    "title",
    [
        "面 肌 痉 挛 打 肉 毒 素",
        "面\ufe01肌痉\U000e0101挛",
        "⾯肌痉挛",
        "医生您好，我想咨询一下，面肌痉挛怎么办？谢谢！",
    ],
)
def test_a_title_is_found_as_if_it_were_written_plainly(others, title):
    article = make_article(title="占位")
    Article.objects.filter(pk=article.pk).update(title=title)  # as an import of long ago may have left it
    assert keys("面肌痉挛") == [article.pk]
    assert is_whole()


def test_politeness_finds_nothing(others):
    make_article(title="急急急，谢谢医生")
    assert keys("医生您好，高血压，谢谢，急急急") == [others[0].pk]


def test_words_apart_keep_their_meaning(others):
    assert keys("高血压 治疗")[0] == others[0].pk
    apart, together = make_article(title="维生素 b c 能同吃吗？"), make_article(title="bc 是什么？")
    assert keys("b c")[0] == apart.pk
    assert keys("bc") == [together.pk]


@pytest.mark.parametrize("query", ["1型糖尿病", "一型糖尿病", "Ⅰ型糖尿病", "I 型糖尿病", "一 型 糖 尿 病"])
def test_a_type_is_found_however_it_is_counted_and_before_another_type(query):
    second = make_article(title="2型糖尿病能治好吗？")
    first = make_article(title="一型糖尿病能治好吗？")
    newer = make_article(title="Ⅱ型糖尿病能治好吗？")
    assert keys(query)[0] == first.pk
    assert set(keys("二型糖尿病")[:2]) == {second.pk, newer.pk}


def test_negative_is_not_positive():
    negative, positive = make_article(title="HPV阴性要复查吗？"), make_article(title="HPV阳性要复查吗？")
    make_article(title="HPV阴性怎么办？")
    assert keys("hpv阳性")[0] == positive.pk
    assert keys("hpv阴性")[-1] == positive.pk or positive.pk not in keys("hpv阴性")
    assert negative.pk in keys("hpv阴性")


@pytest.mark.parametrize(
    ("query", "title"), [("癌", "肝癌能活多久？"), ("痔", "内痔出血怎么办？"), ("疹", "荨麻疹怎么办？")]
)
def test_a_single_character_finds_what_holds_it(others, query, title):
    in_title = make_article(title=title)
    in_text = make_article(title="这是什么？", body=f"<p>{title}</p>")
    assert keys(query) == [in_title.pk, in_text.pk]
    in_title.title = "没有了？"
    in_title.save()
    assert keys(query) == [in_text.pk]
    assert is_whole()


@pytest.mark.parametrize("field", ["short_answer", "when_to_see_a_doctor"])
def test_every_text_of_a_question_is_found(others, field):
    article = make_article(title="腿肿怎么办？", **{field: "怀疑静脉血栓时马上去血管外科。"})
    assert keys("静脉血栓") == [article.pk]
    Article.objects.filter(pk=article.pk).update(**{field: "休息。"})
    assert keys("静脉血栓") == []


def test_a_text_is_found_by_its_last_word(others):
    article = make_article(body="<p>" + "多喝水，少熬夜。" * 5_000 + "</p><p>落枕</p>")
    assert keys("落枕") == [article.pk]


def test_marks_stand_on_what_is_written_otherwise(client):
    make_article(title="Ⅱ 型糖尿病 怎 么 治？", body="<p>二型糖尿病、糖 尿 病、⻛湿。</p>")
    page = client.get("/search/", {"q": "2型糖尿病"}).content.decode()
    assert "<mark>Ⅱ 型糖尿病" in page
    assert "<mark>二型糖尿病</mark>、<mark>糖 尿 病</mark>" in page
    assert "<mark>⻛湿</mark>" in client.get("/search/", {"q": "风湿"}).content.decode()


@pytest.mark.parametrize("query", ["面 肌 痉 挛", "⾯肌痉挛", "医生您好，面肌痉挛，谢谢", "面肌痙攣"])
def test_a_tag_is_a_card_however_it_is_asked_for(client, query):
    tag = make_tag("面肌痉挛")
    make_article(title="脸抽怎么办？", tags=[tag])
    assert tag.get_absolute_url() in read(client.get("/search/", {"q": query})).links


def test_a_doctor_is_found_by_a_name_with_blanks():
    doctor = make_doctor(name="王小芳")
    article = make_article(title="脸抽怎么办？", doctor=doctor)
    assert keys("王 小 芳") == [article.pk]


def test_a_single_character_is_completed():
    make_article(title="肝癌能活多久？")
    assert suggestions("癌") == ["肝癌能活多久？"]
