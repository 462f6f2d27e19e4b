"""Lists of words, and patterns that find the longest of them."""

import re
from collections.abc import Iterable

Node = dict[str, "Node"]  # the characters that may follow; "" where a word ends


def word_set(line: str) -> frozenset[str]:
    """Return the words of a line, separated by blanks."""
    return frozenset(line.split())


# Words that only make a sentence a question. Their meaning is kept as intents, not by the index.
QUESTION_WORDS = word_set(
    "怎么 怎么办 怎么回事 怎么样 怎样 怎么了 怎办 咋 咋办 咋样 咋回事 如何 什么 什么样 是什么 为什么 为何 为啥 "
    "啥 何 哪些 哪个 哪里 哪种 哪儿 多少 几 多 多久 多长时间 是不是 是否 有没有 能不能 可不可以 会不会 要不要 "
    "行不行 好不好 回事 办 有何 有什么 到底 究竟 求助 请教 咨询"
)

# Words that stand in many questions and are worth no search by themselves: who asks, when, and which way it goes.
EVERYDAY_WORDS = word_set(
    "孩子 小孩 宝宝 婴儿 儿童 小儿 老年 老人 老年人 中年 青年 成人 男性 女性 男人 女人 女士 男士 父亲 母亲 爸爸 妈妈 "
    "父母 家人 别人 病人 患者 大人 晚上 早上 早晨 白天 夜里 中午 下午 上午 半夜 今天 昨天 明天 最近 以前 以后 之后 "
    "之前 后来 突然 经常 总是 有时 时间 几天 两天 三天 每天 一天 一年 半年 几年 上来 下来 起来 出来 过来 回来 下去 "
    "出去 上去 进去 过去 不着 不了 不到 不好 不能 不是 不会 不行 不要 不想 出现 发现 觉得 感觉 知道 开始 发生 引起 "
    "导致 严重 明显 正常 厉害 特别 问题 东西 地方 方面 方法 办法 关系 身体 样子 左边 右边 上面 下面 里面 外面 一样 "
    "这么 那么 很多 有点 一点 一次 两次"
)

# Characters that are asked for by themselves, though they mostly stand within longer words: illnesses and complaints,
# parts of the body and what comes out of it, what one eats, drinks and takes.
TELLING_CHARACTERS = frozenset(
    "癌瘤痔痘疣癣疹疮痣斑疤疖痈疱痱癫痫疯疟瘟疫疝瘫痪痨疳痢痉痹痿瘘瘙痒痛疼痰瘀癔瘾瘢瘸疽毒炎肿胀痂痴疥癜麻风"
    "瘪癀咳喘嗽吐呕泻烧热寒冷汗晕眩昏厥抽搐瘦胖哑聋盲瞎秃驼跛哮鼾嗝噎呛酸涩干苦伤裂破脓溃烂咬烫冻虫蛔螨虱蚊蜂"
    "蛇猫狗头脑脸额颊腮眼睛眉睫瞳鼻耳嘴唇口牙齿龈舌喉咽嗓颈脖肩背腰胸乳奶腹肚脐臀肛手掌腕肘臂腿膝脚踝趾甲皮肤"
    "毛发骨髓筋心肝脾肺肾胃肠胆胰脏膀胱尿血脉淋腺经带卵巢宫胎孕产精阴阳睾茎囊膜便屎屁涕泪唾涎药针灸茶酒烟糖盐"
    "油醋蜜蛋鱼虾蟹肉豆米面菜果枣姜蒜葱参菌梨桃橙枸杞菊锌铁钙碘铅汞氧"
)


def _trie(node: Node) -> str:
    parts = [re.escape(char) + _trie(rest) for char, rest in sorted(node.items()) if char]
    if not parts:
        return ""
    return "(?:" + "|".join(parts) + ")" + ("?" if "" in node else "")


def any_of(strings: Iterable[str]) -> re.Pattern[str]:
    """A pattern for the longest of the strings, as a tree of characters: one long alternation would be slow."""
    root: Node = {}
    for string in strings:
        node = root
        for char in string:
            node = node.setdefault(char, {})
        node[""] = {}
    first = "[" + "".join(map(re.escape, sorted(root))) + "]"
    return re.compile(f"(?={first}){_trie(root)}")
