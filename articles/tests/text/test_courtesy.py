"""Politeness carries no weight, and nothing else is taken for it."""

import pytest

from articles.text.courtesy import without_courtesy

BEFORE = [
    *(
        "医生您好,我想咨询一下,",
        "您好!",
        "你好,请教一个问题:",
        "请问",
        "请问一下,",
        "医生,",
        "各位专家好,想问一下,",
        "大夫你好,",
    ),
    *(
        "朋友让我来问问,",
        "我最近这段时间老是担心,",
        "大夫,我妈妈今年六十八岁了,",
        "替我家人咨询一下:",
        "您好 ",
        "医生您好我想问一下",
    ),
    *("我爸爸今年70岁了,", "有个问题想请教大家,", "求助各位医生,", "想咨询"),
]
BEHIND = [
    *(
        ",麻烦您给说说,急急急",
        ",希望专家帮忙解答一下",
        ",到底要不要紧啊",
        ",在网上查了很多都没看明白",
        "?谢谢!",
        "谢谢医生",
        ",谢谢",
        "求助",
    ),
    *(
        ",在线等,急",
        "。请各位专家帮忙看看,万分感谢",
        ",非常着急,求解答",
        ",很急",
        ",不胜感激",
        ",跪求",
        ",盼复",
        "。不知道该怎么办,很担心",
    ),
]
QUESTION = "面肌痉挛打肉毒素有用吗"


@pytest.mark.parametrize("words", BEFORE)
def test_what_is_said_before_a_question_goes(words):
    assert without_courtesy(words + QUESTION) == QUESTION


@pytest.mark.parametrize("words", BEHIND)
def test_what_is_said_behind_a_question_goes(words):
    assert without_courtesy(QUESTION + words).rstrip("?。") == QUESTION


@pytest.mark.parametrize(
    "text",
    [
        *(
            "医生说要手术",
            "医生 原因",
            "你好像发烧了",
            "您好像有点胖",
            "医生好像说有肿瘤",
            "尿急",
            "里急后重",
            "小便很急",
            "经常看不清楚,头痛",
            "尿急急",
            "急性胃炎急不急",
        ),
        *(
            "我很焦虑,失眠",
            "总是害怕,心慌",
            "手术麻烦吗",
            "癌症晚期,有希望吗",
            "60岁,血压150正常吗",
            "宝宝8个月了,发烧",
        ),
        *(
            "8岁了,还尿床",
            "孩子发烧,怎么办",
            "怀孕7周hcg多少正常",
            "帮忙看看这个化验单",
            "白带多,有异味",
            "新生儿黄疸17.9,要紧",
            "",
        ),
        *(
            "妈妈",
            "我妈妈高血压",
            "看什么科",
            "感谢",
            "谢谢",
            "您好,谢谢",
            "急急急",
            "怎么回答医生的问题",
            "担心得癌症",
        ),
    ],
)
def test_what_may_mean_something_stays(text):
    assert without_courtesy(text) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("咨询下肢静脉血栓", "下肢静脉血栓"),
        ("尿急,急急急", "尿急"),
        ("您好我想要孩子吃什么药", "要孩子吃什么药"),
        ("您好来月经了", "来月经了"),
        ("请问怎么办", "怎么办"),
        ("宝宝8个月了,发烧39度,在线等,急", "宝宝8个月了,发烧39度"),
        ("头痛,恶心,谢谢", "头痛,恶心"),
        ("您好,头痛,谢谢,恶心", "头痛,恶心"),
    ],
)
def test_only_courtesy_goes(text, left):
    assert without_courtesy(text) == left


@pytest.mark.parametrize(
    "text", ["谢谢" * 5_000, "急" * 10_000, "您" * 10_000, "请问x," * 3_000, "我" * 10_000 + "您好x"]
)
def test_long_runs_take_no_time(text):
    assert len(without_courtesy(text)) <= len(text)
