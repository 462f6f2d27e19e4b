"""Tokens for indexing and for queries: the same functions for both, so that a word written one way is found the other.

A text is folded (folding.py) and cut into words by rjieba in its search mode (long words come with the shorter words
inside them). Titles go without politeness, and also give pairs of neighbouring characters, so that a word that the
dictionary does not know is still found.
"""

import itertools
import re
from typing import NamedTuple

import rjieba

from articles.text.courtesy import without_courtesy
from articles.text.wordlists import QUESTION_WORDS, any_of, word_set

from .folding import Aliases as Aliases
from .folding import fold as fold
from .folding import ways_of_writing as ways_of_writing

MAX_TITLE = 400  # characters of a title or a typed query that are looked at
MAX_WORD = 40  # longer runs of letters and digits are no words (and PostgreSQL takes no lexeme over 2 KB)


# Words that say nothing about the subject. They are left out of the index and of queries.
STOP_WORDS = word_set(
    "的 了 是 在 我 你 您 他 她 它 们 我们 你们 他们 和 与 及 或 而 且 也 都 就 还 又 很 太 更 最 这 那 这个 "
    "那个 这样 那样 这种 之 其 此 个 把 被 让 给 对 对于 从 到 向 以 于 为 因 因为 所以 但 但是 如果 而且 并 "
    "并且 等 等等 着 过 得 地 上 中 下 里 啊 呀 吧 呢 吗 嘛 哦 么 啦 哪 会 能 可 可以 要 想 请 请问 谢谢 你好 "
    "您好 现在 已经 一个 一下 一些 一直 没 没有 有 用 做 自己 大家 医生 朋友 情况 时候 以及 还是 或者 由于 "
    "通过 进行 比较 非常 应该 需要 可能 一般 a an the of to in is and or"
)
IGNORED = STOP_WORDS | QUESTION_WORDS

# What a question asks for, in the standard vocabulary of health pages. A text may have several intents.
INTENTS = {
    "cause": word_set(
        "原因 病因 成因 诱因 为什么 为何 为啥 怎么回事 咋回事 回事 是什么 什么是 什么病 引起 导致 造成 怎么得 "
        "怎么会 如何引发 由来 机理"
    ),
    "treatment": word_set(
        "治疗 怎么治 如何治 咋治 医治 救治 诊治 疗法 怎么办 咋办 怎办 如何是好 处理 缓解 手术 治法 偏方 方法 "
        "办法 措施 方案 怎么消除 怎么去除 怎样治 治 纾解 解决 调理"
    ),
    "medicine": word_set("药 胶囊 颗粒 片 口服液 注射 疫苗 激素 剂量 副作用"),
    "symptom": word_set("症状 表现 征兆 前兆 先兆 迹象 体征 病症 特征 现象 征状 症候 临床"),
    "diet": word_set(
        "饮食 吃什么 能吃 可以吃 不能吃 吃啥 食物 食疗 食谱 忌口 禁忌 忌 水果 营养 喝 膳食 菜 宜吃 食用 补品"
    ),
    "care": word_set("预防 护理 注意 保健 防止 避免 防范 照顾 养护 日常 保养 事项"),
    "check": word_set("检查 化验 诊断 确诊 检测 鉴别 指标 ct b超 彩超 核磁 怎么查 筛查 体检 标准 结果"),
    "harm": word_set("并发症 后遗症 危害 严重 后果 影响 危险 致命 死 恶化 癌变"),
    "spread": word_set("传染 遗传 传播 感染途径 易感"),
    "outlook": word_set("治好 治愈 根治 痊愈 康复 恢复 多久 多长时间 几天 能活 寿命 存活 几率 概率 复发 周期"),
    "place": word_set("医院 哪家 哪里治 专家 费用 多少钱 价格 挂号 挂什么科 什么科 哪个科"),
    "pregnancy": word_set("怀孕 孕妇 孕期 备孕 妊娠 哺乳 胎儿 生育 要孩子 生孩子"),
    "whether": word_set("能不能 可不可以 是否 是不是 会不会 要不要 吗"),
}
INTENT_OF = {word: name for name, words_of in INTENTS.items() for word in sorted(words_of)}
# Words around the subject of a question; without them, intents and question words, the topic of a title is left.
FRAME_WORDS = word_set("的 了 是 有 会 能 要 可以 吗 呢 请问 患者 病人 出现 得了 哪些 应该 要注意")


_INTENT_RE = any_of(INTENT_OF)
_FRAME_RE = any_of(QUESTION_WORDS | FRAME_WORDS)
_RUN = re.compile(r"[^\W_]+")
_HAN = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]")
_UNIT = re.compile(r"[a-z0-9]+|[^\W_]")


def cut(folded: str) -> list[str]:
    """The words of a folded text in reading order, with repeats, without stop words and question words."""
    return [w for w in rjieba.cut_for_search(folded) if w not in IGNORED and w.isalnum() and len(w) <= MAX_WORD]


def ends_of_words(folded: str) -> set[int]:
    """Return where the dictionary says that words of a folded text begin and end; unknown ones are not guessed."""
    return {0, *itertools.accumulate(map(len, rjieba.cut(folded, hmm=False)))}


def words(text: str | None, aliases: Aliases = ()) -> list[str]:
    """The words of a title as they are indexed and searched."""
    return cut(fold((text or "")[:MAX_TITLE], aliases))


def is_only_common(text: str, aliases: Aliases = ()) -> bool:
    """Whether a text says something, but only words that are everywhere, so that none of them finds anything."""
    folded = fold(text[:MAX_TITLE], aliases)
    found = [word for word in rjieba.cut(folded) if word.isalnum()]
    return bool(found) and all(word in IGNORED for word in found)


def char_pairs(folded: str) -> list[str]:
    """The pairs of neighbouring characters of a folded text, in order; a run of one character stands for itself.

    Latin letters and digits that stand together are one, as they are a word: zhifanggan does not hold gan.
    """
    found: list[str] = []
    for run in _RUN.findall(folded):
        units = [unit for unit in _UNIT.findall(run) if len(unit) <= MAX_WORD]
        pairs = [before + unit for before, unit in zip(units, units[1:], strict=False)]
        found += [unit for unit in units if len(unit) > 1] + pairs or units
    return found


def characters(folded: str) -> set[str]:
    """The Chinese characters of a folded text that may be asked for alone: 癌."""
    return set(_HAN.findall(folded)) - IGNORED


def pairs(title: str | None, aliases: Aliases = ()) -> list[str]:
    """The pairs of neighbouring characters of a title as they are indexed and searched."""
    return char_pairs(fold((title or "")[:MAX_TITLE], aliases))


class Title(NamedTuple):
    """A title as the index keeps it and the ranker compares it."""

    folded: str
    words: list[str]
    pairs: list[str]
    topic: str  # what is left without intents, question words and frame words, pieces separated by blanks
    intents: str  # names from INTENTS, separated by blanks


def title(text: str | None, aliases: Aliases = ()) -> Title:
    """Everything that is kept of a title, a question or a typed query."""
    folded = without_courtesy(fold((text or "")[:MAX_TITLE], aliases))
    found = {INTENT_OF[hit] for hit in _INTENT_RE.findall(folded)}
    topic = " ".join(_RUN.findall(_FRAME_RE.sub(" ", _INTENT_RE.sub(" ", folded))))
    return Title(folded, cut(folded), char_pairs(folded), topic, " ".join(sorted(found)))


def body(text: str | None, aliases: Aliases = ()) -> list[str]:
    """The words of a body, all of it, with repeats."""
    return cut(fold(text, aliases))
