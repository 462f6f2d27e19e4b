"""How a document's likeness to a question is measured, and which documents are looked at and counted at all.

In which order questions stand is held by test_labelled.py.
"""

import math

import pytest

from articles.engine import candidates, features, ranking, tokens
from articles.engine.candidates import BODY_WORD, TITLE_PAIR, TITLE_WORD, Statistics
from articles.engine.ranking import Labels, Question

from .trial_index import index_of, make_index

pytestmark = pytest.mark.django_db
NOBODY = Labels()


def compared(index, text, key, labels=NOBODY, departments=()):
    """Return the features of the document `key` beside the question, and as a result of the query, `text`."""
    title = tokens.title(text)
    (document,) = index.documents([key])
    question = Question(title, Statistics(index, candidates.terms_of(title)), labels)
    beside = features.related_features(question, document, departments)
    as_result = features.search_features(question, document)
    common = beside.keys() & as_result.keys()
    assert {name: beside[name] for name in common} == {name: as_result[name] for name in common}
    return beside | as_result


def nearest(index, text, own=None, limit=20):
    found = ranking.related(index, tokens.title(text), NOBODY, lambda keys: dict.fromkeys(keys, NOBODY), own, limit)
    return [one.key for one in found]


def found(index, text, limit=100, among=None):
    return ranking.search(index, tokens.title(text), limit, among)


def keys_of(results):
    return [hit.key for hit in results.hits]


# --- Rarity ----------------------------------------------------------------------------


def rarity(index, term, kind=TITLE_WORD):
    return Statistics(index, [(kind, term)]).idf(kind, term)


def test_a_word_that_half_of_the_titles_hold_weighs_the_same_on_small_and_large_sites():
    for size in (1, 6):
        index = index_of(*["头痛", "失眠"] * size)
        assert rarity(index, "头痛") == pytest.approx(math.log(2))
        index.drop()


def test_rarer_words_weigh_more_and_one_that_all_hold_next_to_nothing():
    index = index_of("头痛", "头痛 失眠", "头痛 失眠", "头痛 眩晕", bodies=["咖啡", "咖啡"])
    weights = [rarity(index, word) for word in ("头痛", "失眠", "眩晕", "没有")]
    assert weights == sorted(weights)
    assert 0 < weights[0] < weights[3] / 10
    assert rarity(index, "眩晕", TITLE_PAIR) == weights[2]
    assert rarity(index, "咖啡", BODY_WORD) < weights[0] * 2
    assert rarity(index, "咖啡", BODY_WORD) < rarity(index, "茶", BODY_WORD)


def test_a_count_that_has_drifted_above_the_number_of_titles_stops_no_search():
    index = index_of("头痛怎么办", "失眠怎么办")
    index.change_chunk(0, {(TITLE_WORD, "头痛"): list(range(10, 60))}, {})
    assert 1 in keys_of(found(index, "头痛怎么办"))


# --- Features ----------------------------------------------------------------------------

FULL = ("words", "rarest", "topic_words_back", "topic_words_dice", "topic_pairs", "chars", "chars_back", "whether")


@pytest.mark.parametrize("text", ["偏头痛怎么办", "痒", "失眠会传染吗", "头痛 失眠 偏方"])
def test_an_equal_title_is_alike_in_everything(text):
    values = compared(index_of(text, "眩晕的病因"), text, 1)
    assert {name: values[name] for name in FULL} == pytest.approx(dict.fromkeys(FULL, 1.0))
    assert values["place"] == 1.0
    assert values["unmatched"] == values["other_intent"] == 0.0
    assert values["lead"] == (len(text) > 1)


def test_a_title_with_nothing_in_common_is_alike_in_nothing():
    values = compared(index_of("失眠怎么办", "打鼾"), "痛风的病因", 1)
    assert values.pop("whether") == values.pop("other_intent") == 1.0
    assert values.pop("unmatched") > 0
    assert set(values.values()) == {0.0}


@pytest.mark.parametrize("text", ["", "？！", "怎么办"])
def test_a_question_without_a_subject_is_compared_without_an_error(text):
    values = compared(index_of("失眠怎么办", "？"), text, 2)
    assert values["words"] == values["topic_pairs"] == values["lead"] == values["place"] == 0.0


def test_half_of_the_words_in_a_shorter_title_is_half_alike_one_way_and_wholly_the_other():
    values = compared(index_of("头痛", "失眠"), "头痛 失眠", 1)
    assert values["words"] == values["topic_pairs"] == pytest.approx(0.5)
    assert values["chars"] == pytest.approx(0.5)
    assert values["topic_words_back"] == values["chars_back"] == values["rarest"] == pytest.approx(1)
    assert values["topic_words_dice"] == pytest.approx(2 / 3)


def test_what_a_title_is_also_about_counts_against_it_up_to_five_words():
    others = ["眩晕", "打鼾", "痔疮", "湿疹", "水痘", "白内障", "高血压"]
    index = index_of(*(" ".join(["头痛", *others[:n]]) for n in range(len(others) + 1)))
    strange = [compared(index, "头痛", key)["unmatched"] for key in range(1, len(others) + 2)]
    assert strange[:4] == pytest.approx([0, strange[1], 2 * strange[1], 3 * strange[1]])
    assert strange[4] < strange[5] == strange[6] == strange[7]
    back = [compared(index, "头痛", key)["topic_words_back"] for key in (1, 2, 3)]
    assert back == sorted(back, reverse=True)
    assert back[2] > 0


def test_the_earlier_the_rarest_word_stands_the_more_it_counts():
    index = index_of("头痛眩晕", "眩晕头痛", "眩晕", "打鼾头痛")
    assert compared(index, "头痛", 1)["place"] == 1.0
    assert compared(index, "头痛", 2)["place"] == compared(index, "头痛", 4)["place"] == pytest.approx(1 / 3)
    assert compared(index, "头痛", 3)["place"] == 0.0
    assert compared(index, "头痛 打鼾", 4)["place"] == 1.0


def test_the_rarest_of_the_words_found_counts():
    index = index_of("头痛", "头痛 失眠", "头痛 打鼾")
    rarest = [compared(index, "头痛 打鼾 失眠", key)["rarest"] for key in (1, 2, 3)]
    assert rarest[0] < rarest[1] == rarest[2] == 1.0


def test_the_subject_is_the_first_piece_of_more_than_one_character():
    index = index_of("偏头痛的人失眠", "病的人")
    assert compared(index, "偏头痛要喝咖啡吗", 1)["lead"] == 1.0
    assert compared(index, "病 偏头痛", 1)["lead"] == 1.0
    assert compared(index, "咖啡要和偏头痛", 1)["lead"] == 0.0
    assert compared(index, "病", 2)["lead"] == 0.0


@pytest.mark.parametrize(
    ("question", "title", "intents", "other", "whether"),
    [
        ("痛风怎么办", "痛风怎么办", 1, 0, 1),
        ("痛风怎么办", "痛风的病因和治疗", 1 / 2, 0, 1),
        ("痛风的病因和症状", "痛风的病因和治疗", 1 / 3, 0, 1),
        ("痛风怎么办", "痛风的病因", 0, 1, 1),
        ("痛风怎么办", "痛风", 0, 0, 1),
        ("痛风", "痛风怎么办", 0, 0, 1),
        ("痛风", "痛风", 0, 0, 1),
        ("痛风会遗传吗", "痛风会传染吗", 1, 0, 1),
        ("痛风会遗传吗", "痛风怎么遗传", 1, 0, 0),
        ("痛风怎么遗传", "痛风会遗传吗", 1, 0, 0),
        ("痛风吗", "痛风吗", 0, 0, 1),
    ],
)
def test_what_is_asked_for_agrees_wholly_in_part_or_not(question, title, intents, other, whether):
    values = compared(index_of(title), question, 1)
    assert (values["intents"], values["other_intent"], values["whether"]) == (pytest.approx(intents), other, whether)


@pytest.mark.parametrize(
    ("mine", "theirs", "alike"),
    [
        (["神经内科"], ["神经内科"], 1),
        (["内科"], ["神经内科"], 1),
        (["神经内科"], ["内科"], 1),
        (["眼科", "小儿骨科"], ["皮肤科", "骨科"], 1),
        (["神经内科"], ["神经外科"], 0),
        ([], ["内科"], 0),
        (["内科"], [], 0),
    ],
)
def test_a_department_is_the_same_where_one_lies_within_the_other(mine, theirs, alike):
    assert compared(index_of("头痛"), "头痛", 1, Labels(mine), theirs)["department_part"] == alike


# --- What editors have tagged -------------------------------------------------------------


def score(mine, theirs):
    index = index_of("头痛怎么办", "失眠")
    title = tokens.title("头痛")
    question = Question(title, Statistics(index, candidates.terms_of(title)), mine)
    (document,) = index.documents([1])
    index.drop()
    return ranking.beside(question, document, theirs).score


def test_an_illness_counts_for_and_another_one_against_where_both_have_one():
    migraine, tension = Labels(diseases=("偏头痛",)), Labels(diseases=("紧张性头痛",))
    both = Labels(diseases=("紧张性头痛", "偏头痛"))
    plain = score(NOBODY, NOBODY)
    assert score(migraine, NOBODY) == score(NOBODY, migraine) == plain
    assert score(migraine, tension) < plain < score(migraine, migraine)
    assert score(migraine, both) == score(both, migraine) == score(migraine, migraine)


def test_another_illness_outweighs_the_same_department():
    mine, theirs = (Labels(departments=("神经内科",), diseases=(name,)) for name in ("偏头痛", "癫痫"))
    assert score(mine, theirs) < score(NOBODY, NOBODY)


def test_all_of_the_tags_count_as_much_as_the_department():
    tagged, seen = Labels(tags=("孕期", "用药")), Labels(departments=("产科",))
    assert score(tagged, tagged) == pytest.approx(score(seen, seen))


def test_the_share_of_the_question_s_tags_counts():
    one, two, other = Labels(tags=("孕期",)), Labels(tags=("孕期", "用药")), Labels(tags=("老人",))
    plain = score(NOBODY, NOBODY)
    assert score(one, other) == score(NOBODY, one) == score(one, NOBODY) == plain
    assert score(one, one) == score(one, two) == score(two, two) > plain
    assert score(two, one) - plain == pytest.approx((score(two, two) - plain) / 2)


# --- Bodies ------------------------------------------------------------------------------

FILLER = "字"


def in_body(text, length=features.MEAN_BODY, **rarity):
    """Return the score of a body of `length` words that begins with `text`."""
    words = text.split()
    return features.body_score(rarity, " ".join([*words, *[FILLER] * (length - len(words))]))


def test_a_text_of_usual_length_that_names_each_word_once_counts_fully():
    assert in_body("头痛 失眠", 头痛=2.0, 失眠=5.0) == pytest.approx(1)
    assert in_body("失眠", 头痛=2.0, 失眠=5.0) == pytest.approx(5 / 7)
    assert in_body("眩晕", 头痛=2.0) == 0
    assert features.body_score({}, "头痛") == 0
    assert in_body("头痛", 头痛=0.0) == 0


def test_a_word_that_stands_more_often_counts_more_and_ever_less_for_each_time():
    times = [in_body("头痛 " * n, 头痛=2.0) for n in (1, 2, 3, 80)]
    assert times[0] < times[1] < times[2] < times[3] < 2.2
    assert times[1] - times[0] > times[2] - times[1]


def test_the_same_word_counts_less_in_a_longer_text():
    short, usual, long = (in_body("头痛", length, 头痛=2.0) for length in (9, 90, 900))
    assert short > usual > long > 0
    assert short < 2


# --- Which documents are looked at -----------------------------------------------------------


def test_the_rarest_terms_are_asked_until_their_documents_fill_the_budget():
    words = ["头痛", "失眠", "眩晕", "打鼾", "湿疹"]
    index = index_of(*(" ".join(words[: n + 1]) for n in range(5)))
    terms = [(TITLE_WORD, word) for word in [*words, "没有"]]
    statistics = Statistics(index, terms)

    def chosen(budget):
        return [word for _, word in candidates.choose(statistics, [*terms, *terms], budget)]

    assert chosen(0) == chosen(9) == ["湿疹", "打鼾", "眩晕"]
    assert chosen(10) == chosen(14) == ["湿疹", "打鼾", "眩晕", "失眠"]
    assert chosen(15) == ["湿疹", "打鼾", "眩晕", "失眠", "头痛"]


def test_a_long_question_asks_for_sixty_terms_at_most():
    index = make_index()
    terms = [(TITLE_WORD, f"词{n}") for n in range(70)]
    index.change_chunk(0, dict.fromkeys(terms, [1]), {})
    assert len(candidates.choose(Statistics(index, terms), terms, 10_000)) == 60


def test_an_old_question_with_all_the_words_is_found_behind_many_new_ones_with_one_each(monkeypatch):
    monkeypatch.setattr(ranking, "ANSWERS", 2)
    index = index_of("头痛失眠", *["头痛打鼾", "失眠打鼾"] * 3, *["眩晕"] * 9)
    assert nearest(index, "头痛失眠")[0] == 1
    assert keys_of(found(index, "头痛失眠"))[0] == 1
    index.drop()
    index = index_of(*["眩晕"] * 9, bodies=["咖啡和茶", *["咖啡", "茶"] * 4])
    assert keys_of(found(index, "咖啡 茶"))[0] == 1


def test_the_nearest_ones_are_looked_at_and_of_equally_near_ones_the_newest(monkeypatch):
    monkeypatch.setattr(ranking, "CANDIDATES", 3)
    index = index_of("头痛失眠", *["头痛打鼾"] * 4)
    assert nearest(index, "头痛失眠") == [1, 4, 5]


def test_a_question_is_not_beside_itself_and_no_more_are_returned_than_asked_for():
    index = index_of("头痛失眠", "头痛失眠", "头痛打鼾", "眩晕")
    assert nearest(index, "头痛失眠", own=1) == [2, 3]
    assert nearest(index, "头痛失眠", own=2, limit=1) == [1]
    assert nearest(index, "？", own=1) == nearest(index, "没有的词", own=1) == []


def test_twins_are_those_that_ask_the_same_the_newest_first():
    index = index_of("头痛怎么缓解", "头痛如何缓解？", "头痛的病因", "怎么缓解头痛")
    title = tokens.title("头痛怎么缓解")
    assert ranking.twins(index, title, own=2) == [4, 1]
    assert ranking.twins(index, title) == [4, 2, 1]


# --- What a search says of its results --------------------------------------------------------


def test_results_that_hold_half_of_the_query_are_told_apart_and_counted():
    index = index_of("头痛", "失眠", "头痛失眠", "眩晕", bodies=["", "头痛"])
    results = found(index, "头痛失眠")
    strong = {hit.key for hit in results.hits if hit.is_strong}
    assert strong == {1, 2, 3}
    assert keys_of(results)[0] == 3
    results = found(index, "头痛失眠眩晕")
    assert {hit.key for hit in results.hits if hit.is_strong} == {2, 3}
    assert (results.total, results.is_estimate, results.candidates) == (2, False, 4)


def test_a_word_in_a_text_alone_is_found_and_equal_ones_come_newest_first():
    index = index_of("打鼾", "打鼾", "打鼾", bodies=["咖啡", "咖啡", "茶"])
    assert keys_of(found(index, "咖啡")) == [2, 1]
    assert keys_of(found(index, "打鼾")) == [3, 2, 1]
    assert keys_of(found(index, "打鼾", limit=2)) == [3, 2]
    assert found(index, "打鼾", limit=2).total == 3


def test_nothing_is_found_for_what_holds_no_word():
    index = index_of("头痛")
    for text in ("", "？！", "没有的词"):
        results = found(index, text)
        assert (results.hits, results.total, results.is_estimate) == ([], 0, False)


def test_the_number_is_exact_however_few_are_looked_at(monkeypatch):
    index = index_of(*["头痛"] * 5, *["失眠"] * 4, *["眩晕"] * 9, bodies=["咖啡"] * 7)
    monkeypatch.setattr(ranking, "ANSWERS", 2)
    for word, number in [("头痛", 5), ("失眠", 4), ("咖啡", 7)]:
        results = found(index, word, limit=3)
        assert (len(results.hits), results.total, results.is_estimate, results.is_least) == (3, number, False, False)


def test_all_that_are_counted_can_be_reached_up_to_the_limit(monkeypatch):
    index = index_of(*["打鼾"] * 6, bodies=["咖啡"] * 3)
    monkeypatch.setattr(ranking, "ANSWERS", 1)
    assert keys_of(found(index, "咖啡")) == [3, 2, 1]
    assert keys_of(found(index, "咖啡", limit=2)) == [3, 2]


def test_a_body_decides_the_order_as_it_does_where_every_body_is_looked_at():
    bodies = ["咖啡 " * (n % 4) + FILLER * (n % 7) for n in range(40)]
    index = index_of(*["头痛 咖啡", "头痛"] * 20, bodies=bodies)
    whole = found(index, "头痛 咖啡", limit=40).hits
    assert [hit.score for hit in whole] == sorted((hit.score for hit in whole), reverse=True)
    for limit in (1, 5, 19, 21, 39):
        assert found(index, "头痛 咖啡", limit=limit).hits == whole[:limit]
