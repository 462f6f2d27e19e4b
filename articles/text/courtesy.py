"""Politeness and padding around a question: 医生您好，我想咨询一下 … 希望专家帮忙解答一下，谢谢，急急急.

They say nothing about an illness, so they must not decide what is found. A clause of nothing but these words is left
out where one of them is plainly courtesy, and so is what stands at the edges of a clause; a text that is nothing else
stays as it is. Complaints (焦虑, 害怕, 尿急) and how old a child is are never padding; 我妈妈今年六十八岁了 is.
"""

import re

from .wordlists import any_of, word_set

DOCTORS = word_set("医生 大夫 专家 教授 主任 老师 医师 护士 各位 大家 专家们 医生们 大夫们 各位专家 各位医生 各位大夫")
GREETINGS = word_set(
    "您好 你好 你们好 大家好 早上好 上午好 中午好 下午好 晚上好 打扰了 打扰一下 hello 打扰 不好意思 在吗 哈喽 嗨"
)
CALLS = word_set(
    "医生好 大夫好 专家好 教授好 主任好 老师好 各位好 专家们好 各位专家好 各位医生好 各位大夫好 各位前辈好 前辈好"
)
QUESTIONS = word_set(
    "请问 请问一下 请问下 咨询 咨询一下 请教 请教一下 求教 讨教 讨教一下 求助 想问 想问问 想问一下 想问一问 问一下 "
    "问问 问一问 问一声 打听一下 弱弱的问 弱弱地问 有个问题 有一个问题 想知道 想了解一下 想了解 想咨询 想咨询一下 "
    "想请教 想请教一下 想请问 想请问一下 想求助 想打听一下"
)
THANKS = word_set(
    "谢谢 谢谢了 谢谢您 谢谢你 谢谢啦 谢了 谢过 多谢 感谢 感激 感激不尽 不胜感激 拜谢 跪谢 拜托 拜托了 辛苦了 祝好 "
    "好人一生平安 祝您健康 祝您工作顺利 祝您生活愉快 thanks thank"
)
HASTE = word_set(
    "急急急 十万火急 急求 急盼 急等 加急 在线等 在线等待 等回复 速回 速求 跪求 跪等 坐等 求解 求解答 求回复 求回答 "
    "求答复 求帮助 求告知 求指点 求指教 求支招 求大神 求高手 求安慰 期待回复 期待解答 期待您的 等待回复 盼复 盼回复"
)
ANSWERS = word_set(
    "解答 回答 回复 答复 解惑 指点 指导 指教 赐教 支招 支个招 出主意 出个主意 出出主意 帮忙 帮帮忙 帮个忙 帮帮我 "
    "帮我看 帮看看 帮我看看 看看 说说 讲讲 告诉我 告知 给个建议 给点建议 给些建议 提点建议 给说说 给看看 帮助我 "
    "帮助一下 分析一下 分析分析 解释一下"
)
TOLD = word_set(  # what was tried before, and what for
    "担心 很担心 忧心 发愁 纠结 困惑 心里没底 不放心 放心不下 忐忑 网上 网上查 百度 没看明白 没看懂 看不懂 看不明白 "
    "不明白 没弄明白 没搞懂 没弄懂 搞不懂 弄不懂 搞不清楚 弄不清楚 没找到答案 找不到答案 不太懂 不是很懂 不懂 "
    "越看越糊涂 越看越怕 众说纷纭 说法不一 各说各的 如题 要不要紧 要紧吗 有没有事 有大碍吗 有没有大碍 碍事吗 "
    "不知道该怎么办 不知道怎么办 不知道如何是好 怎么办才好 如何是好 让我来 让我问 托我 急急 很急 挺急的 比较急 "
    "真的很急 好着急 很着急 非常着急 十分着急 特别着急 困扰 没底 懂医学 懂医 提问 搞明白 弄明白 看明白 有没有懂的 "
    "有没有知道的 有没有人知道 有人知道 有谁知道 谁知道 有懂的 懂的朋友 说什么的都有 麻烦大夫 麻烦医生 麻烦您 麻烦你 "
    "麻烦各位 麻烦大家 麻烦专家 辛苦 分析下 患者家属"
)
PLAINLY = GREETINGS | CALLS | QUESTIONS | THANKS | HASTE | ANSWERS | TOLD | {"急"}
KIN = word_set(
    "妈 妈妈 母亲 爸 爸爸 父亲 老公 老婆 爱人 丈夫 妻子 爷爷 奶奶 外公 外婆 姥姥 姥爷 岳父 岳母 公公 婆婆 哥哥 姐姐 "
    "弟弟 妹妹 叔叔 舅舅 姑姑 阿姨 朋友 同事 同学 男友 女友 男朋友 女朋友 家人 家里人 亲戚 邻居 对象 媳妇 家属 老人"
)
BETWEEN = word_set(
    "我 我们 我的 俺 本人 自己 您 你 你们 他 她 它 患者 家里 的 地 得 了 着 过 啊 呀 呢 吧 吗 嘛 哦 噢 啦 哈 哟 喔 "
    "么 就 还 也 都 又 却 才 再 只 是 有 在 来 去 从 给 帮 替 让 叫 托 请 求 望 盼 恳请 烦请 敬请 还请 希望 期望 "
    "麻烦 劳驾 有劳 能 能否 能够 可以 能不能 可不可以 想 要 想要 需要 进行 先 很 挺 好 真 真的 真心 实在 非常 十分 "
    "万分 特别 比较 有点 有些 太 最近 近来 这段时间 这阵子 这几天 这两天 这些天 一直 老是 总是 经常 天天 每天 现在 "
    "今天 今年 刚刚 已经 尽快 尽早 早日 快点 快 马上 尽量 一下 一下下 下 一个 个 一些 些 点 几个 这个 这 这样 那么 "
    "那 所以 因此 但是 但 可是 可 还是 问题 事 事情 情况 关于 到底 究竟 应该 该 怎么 如何 会 不 没 没有 不会 各种 "
    "很多 好多 许多 不少 半天 好久 很久 好几天 好几遍 一圈 到处 别处 上 手机 搜 搜了 搜索 查 查了 查过 翻 翻了 看 "
    "看了 看过 问 问了 问过 找 找了 资料 文章 帖子 说法 信息 答案 结果 明白 懂 清楚 确定 详细 专业 耐心 百忙之中 "
    "抽空 出 一点 有经验的 懂的 热心的 朋友们 网友 网友们 亲们 姐妹们 宝妈们 好心人 大神 高手 为 为了 跟 和 向 对 "
    "特来 特地 在此 在这里 这里 提前 不已 不尽 帮助 建议 意见 参考 您的 你的 你们的 大家的 心里 老 等 急 着急 死了 "
    "极了 不行 求求 您一下 被 第一次 尊敬的 敬爱的 亲爱的 前辈 万能的网友 得到 务必 没办法 实在是 一名 速 没搞 没弄 "
    "好几个人"
)
ADULT = "(?:1[89]|[2-9][0-9]|十[八九]|[二三四五六七八九]十[一二三四五六七八九]?)多?周?岁(?:多|半)?"
AGE = re.compile(f"今年{ADULT}|{ADULT}了")

HEAD = (
    DOCTORS
    | GREETINGS
    | QUESTIONS
    | word_set("我 我想 我还想 还想 进行 所以 那么 在此 在这里 一个问题 一下 的是 关于 尊敬的 万能的网友 各位网友")
)
TAIL = (
    DOCTORS
    | THANKS
    | HASTE
    | word_set("了 您 你 啦 啊 急 先 非常 十分 万分 解答 回答 回复 麻烦 请 希望 帮忙 帮我 指点 指导 一下 请问 求助")
)
EDGES = GREETINGS | QUESTIONS | THANKS | HASTE

BREAKS = r"[\s,.!?;:。、~…()\[\]]"
CLAUSES = re.compile(rf"({BREAKS}+)")
ONLY = re.compile(f"(?>{any_of(PLAINLY | DOCTORS | KIN | BETWEEN).pattern}|{ADULT})++")
AT_HEAD = re.compile(f"(?>{any_of(HEAD).pattern})++(?!像)")
AT_TAIL = re.compile(rf"(?>{any_of(TAIL).pattern})++\Z")
IS_PLAIN = any_of(PLAINLY)
IS_EDGE = any_of(EDGES)
ADDRESSES = re.compile(f"(?:尊敬的|亲爱的)?(?:{any_of(DOCTORS).pattern})+|hi")


def without_courtesy(text: str) -> str:
    """Return a folded `text` without what is said for politeness; the whole text where nothing else is left."""
    if not (IS_PLAIN.search(text) or AGE.search(text) or ADDRESSES.match(text)):
        return text
    pieces = CLAUSES.split(text)
    kept: list[str] = []
    for at in range(0, len(pieces), 2):
        clause = "" if is_padding(pieces, at) else without_edges(pieces[at])
        if clause or not pieces[at]:
            kept += [clause, *pieces[at + 1 : at + 2]]
    left = "".join(kept)
    if left == text:
        return text
    left = left.lstrip(" ,.!?;:。、~…").rstrip(" ,;:、")
    return left if any(map(str.isalnum, left)) else text


def is_padding(pieces: list[str], at: int) -> bool:
    """Whether the clause at this place is nothing but padding, or calls the doctor before all else."""
    clause, after = pieces[at], "".join(pieces[at + 1 : at + 2])
    if not at and ADDRESSES.fullmatch(clause):
        return bool(after.strip())
    return bool(ONLY.fullmatch(clause)) and bool(IS_PLAIN.search(clause) or AGE.search(clause))


def without_edges(clause: str) -> str:
    head, tail = AT_HEAD.match(clause), AT_TAIL.search(clause)
    if tail and IS_EDGE.search(tail[0]):
        clause = clause[: tail.start()]
    if head and IS_EDGE.search(head[0]):
        clause = clause[head.end() :]
    return clause
