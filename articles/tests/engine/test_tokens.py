"""Words are cut alike for the index and for queries, whichever way they are written."""

import pytest

from articles.engine import tokens


def test_a_title_is_kept_as_words_pairs_topic_and_what_it_asks_for():
    title = tokens.title("面部肌肉痉挛怎么办？")
    assert title.folded == "面部肌肉痉挛怎么办?"
    assert title.words == ["面部", "肌肉", "痉挛"]
    assert title.pairs == ["面部", "部肌", "肌肉", "肉痉", "痉挛", "挛怎", "怎么", "么办"]
    assert (title.topic, title.intents) == ("面部肌肉痉挛", "treatment")


@pytest.mark.parametrize(
    ("text", "topic", "intents"),
    [
        ("孕妇能不能打流感疫苗？", "打流感", "medicine pregnancy whether"),
        ("CT检查要多少钱？", "", "check place"),
        ("痛风是什么原因引起的？", "痛风", "cause"),
        ("头痛，恶心", "头痛 恶心", ""),
        ("头痛_恶心", "头痛 恶心", ""),
        ("", "", ""),
        (None, "", ""),
    ],
)
def test_the_topic_is_what_is_left_without_what_is_asked_for(text, topic, intents):
    title = tokens.title(text)
    assert (title.topic, title.intents) == (topic, intents)


def test_of_two_words_for_what_is_asked_the_longer_counts():
    assert tokens.title("痛风治愈了").intents == "outlook"
    assert tokens.title("痛风怎么治").intents == "treatment"


def test_stop_words_and_question_words_find_nothing():
    assert tokens.words("请问医生，我的头痛怎么办呢") == ["头痛"]
    assert tokens.words("怎么办") == tokens.words("，。！") == tokens.words(None) == []


def test_words_of_texts_are_kept_as_often_as_they_stand_there():
    assert tokens.body("头痛。头痛，恶心。") == ["头痛", "头痛", "恶心"]


def test_a_code_of_forty_letters_is_a_word_and_a_longer_one_is_none():
    assert tokens.words(f"{'x' * 40} {'y' * 41} 头痛") == ["x" * 40, "头痛"]


def test_titles_count_to_their_400th_character_and_texts_to_their_end():
    assert tokens.words("。" * 398 + "头痛") == ["头痛"]
    assert tokens.words("。" * 400 + "头痛") == []
    assert tokens.title("。" * 398 + "头痛").words == ["头痛"]
    assert tokens.title("。" * 400 + "头痛").words == []
    assert tokens.pairs("。" * 398 + "头痛") == ["头痛"]
    assert tokens.pairs("。" * 400 + "头痛") == tokens.pairs(None) == []
    assert tokens.body("。" * 400_000 + "头痛") == ["头痛"]


def test_a_character_that_stands_alone_is_a_pair_of_its_own():
    assert tokens.char_pairs("头 痛风病_a") == ["头", "痛风", "风病", "a"]


def test_an_alias_is_read_as_the_name_of_its_tag_and_the_longest_one_wins():
    aliases = (("半面痉挛", "面肌痉挛"), ("半面痉挛症", "抽动症"))
    assert tokens.fold("左半面痙攣", aliases) == "左面肌痉挛"
    assert tokens.fold("左半面痉挛症", aliases) == "左抽动症"
    assert tokens.fold("左半面痉挛", dict(aliases)) == "左面肌痉挛"
    assert tokens.title("半面痉挛怎么办", aliases).topic == "面肌痉挛"
    assert tokens.words("半面痉挛", aliases) == tokens.words("面肌痉挛")
    assert tokens.pairs("半面痉挛", aliases) == ["面肌", "肌痉", "痉挛"]
    assert tokens.body("半面痉挛", aliases) == tokens.words("面肌痉挛")


def test_an_alias_that_says_nothing_else_changes_nothing():
    for aliases in ((), (("ＨＰＶ", "hpv"),), (("", "痛风"),), (("痛风", ""),)):
        assert tokens.fold("痛风 HPV", aliases) == "痛风 hpv", aliases


def test_characters_that_are_asked_for_alone_are_chinese_and_no_stop_words():
    assert tokens.characters("我有肝癌ct2期的") == {"肝", "癌", "期"}


def test_politeness_is_no_part_of_a_title():
    assert tokens.title("医生您好，我想咨询一下，面肌痉挛怎么办？谢谢，急急急") == tokens.title("面肌痉挛怎么办？")
