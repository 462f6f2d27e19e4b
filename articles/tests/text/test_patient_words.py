"""The table of patients' words that comes with the product."""

from collections import Counter

import pytest

from articles.text.patient_words import TABLE, shipped

# Words that may be harmless and may be an emergency: the emergency is among what is looked for.
DANGERS = {
    "嘴歪": "脑卒中",
    "嘴角歪": "脑卒中",
    "半边身子麻": "脑卒中",
    "说话不清": "脑卒中",
    "心口疼": "胸痛",
    "胸口闷": "胸痛",
    "胸口像压石头": "心肌梗死",
    "吐血": "呕血",
    "大便黑": "消化道出血",
    "肠子打结": "肠梗阻",
    "眼前黑影": "视网膜脱离",
    "眼胀": "青光眼",
    "睾丸疼": "睾丸扭转",
    "见红": "先兆流产",
    "月经不来": "怀孕",
    "乳房硬块": "乳腺癌",
    "噎着了": "气道异物",
    "狗咬": "狂犬病",
    "不想活": "自杀",
    "脖子硬": "脑膜炎",
    "吃东西噎": "吞咽困难",
    "左胳膊麻": "心绞痛",
    "嘴巴歪": "脑卒中",
    "嘴角漏水": "脑卒中",
    "半边脸麻": "脑卒中",
    "一条腿肿": "深静脉血栓",
    "脖子僵硬": "脑膜炎",
    "怀孕出血": "异位妊娠",
    "绝经又来月经": "子宫内膜癌",
    "同房出血": "宫颈癌",
    "突然听不见": "突发性耳聋",
    "看东西少一块": "视网膜脱离",
    "磕到头": "颅脑损伤",
    "走几步就喘": "心力衰竭",
    "活着没意思": "自杀",
    "半边脸不会动": "脑卒中",
    "话都说不清": "脑卒中",
    "拿不住筷子": "脑卒中",
    "走路不稳": "脑卒中",
    "一身冷汗": "心肌梗死",
    "小腿肿痛": "深静脉血栓",
    "右边肚子疼": "阑尾炎",
    "大便变细": "结直肠癌",
    "果酱样大便": "肠套叠",
    "蛋蛋疼": "睾丸扭转",
    "姨妈没来": "怀孕",
    "宝宝不动了": "胎动减少",
    "耳朵像进水": "突发性耳聋",
    "回吸涕带血": "鼻咽癌",
    "看灯有虹圈": "青光眼",
    "囟门鼓": "脑膜炎",
    "痣变大": "黑色素瘤",
    "头孢喝酒": "双硫仑样反应",
    "想不开": "自杀",
}


def test_every_line_is_a_word_a_term_and_a_reason():
    lines = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    assert len(lines) == len(shipped()) >= 400
    for line in lines:
        word, term, reason = line.split("\t")
        assert [word, term, reason] == [word.strip(), term.strip(), reason.strip()]
        assert len(word) > 1
        assert word != term
        assert len(reason) >= 6, line


def test_no_pair_comes_twice_and_no_word_has_more_than_four_terms():
    assert max(Counter((pair.word, pair.term) for pair in shipped()).values()) == 1
    assert max(Counter(pair.word for pair in shipped()).values()) <= 4


@pytest.mark.parametrize("word", DANGERS)
def test_a_word_that_may_mean_an_emergency_is_looked_for_as_one(word):
    assert DANGERS[word] in {pair.term for pair in shipped() if pair.word == word}
