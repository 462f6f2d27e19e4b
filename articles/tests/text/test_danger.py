"""What the weights of danger were learned from, and that they were."""

from articles.text.danger import LONGEST_RUN, learning, likeness, runs_of, shipped
from articles.text.sayings import matters


def test_the_weights_were_learned_from_the_sentences_that_are_there():
    """Else: python bench/danger.py --write."""
    assert learning.TABLE.read_text(encoding="utf-8").splitlines()[1] == learning.signature()


def test_no_sentence_is_of_two_kinds_or_stands_twice():
    lines = [line for kind in learning.KINDS for line in learning.sentences(kind)]
    assert len(lines) == len(set(lines))
    assert all(line.strip() == line and line for line in lines)


def test_what_people_say_of_matters_teaches_danger_where_it_is_that():
    said = {line for matter in matters() for line in matter.said}
    assert len(said.intersection(learning.sentences("emergency"))) > 1_000
    assert "吃鸡翅骨头卡气管" not in learning.taught()["said"]


def test_each_sentence_is_told_again_as_people_begin_and_end():
    told = learning.told_again(["胸痛"] * 50)
    assert told[:50] == ["胸痛"] * 50
    assert {text.replace("胸痛", "") for text in told[50:]} <= {*learning.BEGINNINGS, *learning.ENDINGS}
    assert len(set(told)) > 20
    assert learning.told_again(["胸痛" * 14]) == ["胸痛" * 14], "a long one says enough"


def test_runs_are_looked_at_with_the_ends_of_a_text():
    assert runs_of("胸痛") == {"胸", "痛", "^胸", "胸痛", "痛$", "^胸痛", "胸痛$"}
    assert max(map(len, runs_of("胸口疼得厉害"))) == LONGEST_RUN


def test_what_tells_sentences_apart_is_learned():
    weights = learning.learned(["胸痛", "胸疼", "胸闷"], ["想死", "去死", "寻死"], ["牙疼", "牙痒", "牙黄"] * 2)
    assert weights.danger["胸"] > 0 > weights.danger["牙"]
    assert weights.mental["死"] > 0 > weights.mental["胸"]
    assert "寻" not in weights.mental, "what stands in one sentence says nothing"


def test_a_mild_word_is_learned_to_be_harmless_and_an_alarming_one_is_not():
    emergency, harmless = ["吐血了", "吐血块", "大吐血"] * 4, ["牙疼", "牙痒", "牙黄"] * 4
    words = ["嗝气", "打嗝", "嗝", "吐血"] * 3
    danger = learning.learned(emergency, ["想死"], harmless, words).danger
    assert danger["嗝"] < 0 < danger["吐血"]


def test_the_kind_of_danger_is_told():
    body, mind = likeness("我爸胸口像压了块大石头出了一身冷汗"), likeness("不想活了药都备下了")
    assert body.danger > 2 > 0 > body.mental
    assert mind.danger > 2 > 0 < mind.mental


def test_nothing_and_what_has_no_characters_of_ours_are_no_danger():
    assert likeness("").danger < 0
    assert likeness("abc123").danger < 0


def test_the_table_has_what_it_says():
    weights = shipped()
    assert all("" in kind for kind in weights)
    assert all(abs(weight) < 2_000 for kind in weights for weight in kind.values())
