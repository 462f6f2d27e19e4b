"""What goes live at once mends a misspelling; what says another thing is read by a doctor first."""

from pathlib import Path

import pytest

from articles.workflow.misspellings import beyond_misspelling, beyond_misspelling_of_html

MENDED = """
头通的时候|头痛的时候
多休西|多休息
慢慢的走|慢慢地走
题问很多|问题很多
每天3次,饭后服|每天3次，饭后服
每次5mg|每次5 mg
请到医院看看看|请到医院看看
咳嗽　厉害|咳嗽 厉害
容昜复发|容易复发
怀疑怀疑是|怀疑是
你好|您好
面肌经挛|面肌痉挛
及时就医的的话|及时就医的话
定期复察|定期复查
皮肤骚痒|皮肤瘙痒
反复发做|反复发作
症壮加重|症状加重
配和治疗|配合治疗
己经好转|已经好转
不要喝洒|不要喝酒
拨出针头|拔出针头
扁体肿|扁桃体肿
头通，多休西|头痛，多休息
头痛，，发热|头痛，发热
要多休息|要多休息。
要多休息.|要多休息。
快去医院！|快去医院。
"安全"的药|“安全”的药
头通、发热|头痛、发热
"""
# Each of these is a word that may stand there, or nearly the only one that may.
OTHER = """
坐在坐位上|坐在座位上
治癌的药|致癌的药
脸肿|脸肿瘤
吃蜂蜜|吃蜜蜂
目的|目
了解|解
患者|病人
观察|观察观察他
用白酒擦身子|用白酒擦身子退烧
|抱着宝宝摇晃。
突然昏迷请去医院。吐血请去医院。|吐血请去医院。
无发热、咳嗽、胸痛|无发热。咳嗽、胸痛
无发热、咳嗽、胸痛|无发热，咳嗽、胸痛
无发热、头通、胸痛|无发热、头痛。胸痛
（错误）揉眼睛|错误揉眼睛
错误的是：揉眼睛|错误的是揉眼睛
“安全”的药|安全的药
休息就好。|休息就好？
头痛。吐|头痛吐
吃饭。酒|吃饭酒
✓ 冷敷|✗ 冷敷
每天吃的药|每天吃药
退烧以后|退了烧以后
有毒吗|有毒嘛
早、晚吃|早晚吃
"""
HERE = Path(__file__).parent.parent / "files"
OPPOSITES = (HERE / "opposites.txt").read_text(encoding="utf-8").split("\n")[:-1]


def pairs(lines):
    return [tuple(line.split("|")) for line in lines.strip().split("\n")]


@pytest.mark.parametrize(("before", "after"), pairs(MENDED))
def test_a_misspelling_is_mended_at_once(before, after):
    assert beyond_misspelling(before, after) is None
    assert beyond_misspelling_of_html(f"<p>{before}</p>", f"<p>{after}</p>") is None


@pytest.mark.parametrize(("before", "after"), pairs(OTHER))
def test_what_may_say_another_thing_is_read_first(before, after):
    assert beyond_misspelling(before, after)
    assert beyond_misspelling_of_html(f"<p>请{before}</p>", f"<p>请{after}</p>")


@pytest.mark.parametrize("line", OPPOSITES)
def test_no_advice_becomes_its_contrary_at_once(line):
    one, other = line.split("|")
    for before, after in ((one, other), (other, one)):
        for start, end in (("", ""), ("患者", ""), ("请", "。")):
            assert beyond_misspelling(start + before + end, start + after + end), (before, after)


def test_what_changed_is_named():
    assert beyond_misspelling("请去医院", "请在家观察") == "把“去医院”改成了“在家观察”"
    assert beyond_misspelling("抱一抱", "抱一抱，摇一摇") == "加了数字：一"
    assert beyond_misspelling("睡觉", "睡觉，听听音乐") == "加了“，听听音乐”"
    assert beyond_misspelling("睡觉，听听音乐", "睡觉") == "删了“，听听音乐”"


def test_a_long_text_is_compared_as_well():
    text = "多休息，少操心。" * 12_000
    assert beyond_misspelling(text + "多休西", text + "多休息") is None
    assert beyond_misspelling("去医院" + text, "在家里" + text)
    assert beyond_misspelling(text, text.replace("少", "多"))
