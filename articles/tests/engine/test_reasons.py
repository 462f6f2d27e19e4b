"""What editors are told about why a question stands beside another."""

import pytest

from articles.engine import tokens
from articles.engine.ranking import Labels
from articles.engine.reasons import reasons

TITLE = tokens.title("面部肌肉痉挛打肉毒毒素有用吗？")


@pytest.mark.parametrize(
    ("other", "mine", "theirs", "said"),
    [
        ("面部肌肉痉挛的病因", Labels(), Labels(), "共同词：痉挛、肌肉、面部"),
        ("睡不好", Labels(), Labels(), "字面相近"),
        ("睡不好", Labels(["神经内科", "急诊科"]), Labels(["急诊科"]), "同科室"),
        ("睡不好", Labels(["神经内科"]), Labels(["眼科"]), "字面相近"),
        ("睡不好", Labels([], ["面肌痉挛", "癫痫"]), Labels([], ["癫痫", "面肌痉挛"]), "同病种：面肌痉挛、癫痫"),
        ("睡不好", Labels([], ["面肌痉挛"]), Labels([], ["癫痫"]), "字面相近"),
        ("睡不好", Labels([], [], ["孕期", "老人"]), Labels([], [], ["老人"]), "共同标签：老人"),
        (
            "面部痉挛",
            Labels(["神经内科"], ["面肌痉挛"], ["老人"]),
            Labels(["神经内科"], ["面肌痉挛"], ["老人"]),
            "同病种：面肌痉挛 · 同科室 · 共同标签：老人 · 共同词：面部",
        ),
    ],
)
def test_reasons_name_illness_department_tags_and_words(other, mine, theirs, said):
    assert reasons(TITLE, tokens.title(other), mine, theirs) == said


def test_of_words_within_each_other_the_longest_is_named():
    assert reasons(tokens.title("偏头痛怎么治"), tokens.title("偏头痛发作"), Labels(), Labels()) == "共同词：偏头痛"


def test_characters_that_make_no_word_are_no_reason():
    assert reasons(tokens.title("痛风怎么治"), tokens.title("头痛风险大吗"), Labels(), Labels()) == "字面相近"


def test_words_that_only_ask_are_no_reason():
    assert reasons(tokens.title("痛风的症状"), tokens.title("失眠的症状"), Labels(), Labels()) == "字面相近"
