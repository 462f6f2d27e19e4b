"""Whether two questions are about the same situation: what may stand beside a question under that heading.

An order has a tenth place even where nothing fits; a worried reader takes what stands there for an answer. How each
constant was chosen is told in docs/relevance.md.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from articles.text.wordlists import word_set

from . import tokens
from .duplicates import Titled

ALIKE_WORDS, ALIKE_PAIRS = 0.35, 0.3  # shares of the topics' words, and of the pairs, that titles have in common
ALIKE_TAGGED = 0.6  # the words' where one of the two is about a tagged disease that the other does not name
WITHIN = 0.9  # the whole topic of one stands in the other
ALIKE_LABELLED = 0.3  # the words' where both carry the same symptom or drug
BEGINNING = 4  # characters in which what begins a title stands
ENOUGH_LABELS = 2  # symptoms and drugs in common that need no common word

# What a title may begin with that is no illness: who asks, when, a part of the body, and complaints that any part of it
# may have (肠痉挛 and 小儿痉挛症 share a word and nothing else).
NO_ILLNESS = word_set(
    "孩子 小孩 儿童 小儿 宝宝 婴儿 婴幼儿 新生儿 幼儿 青少年 学生 老人 老年 老年人 中老年 中老年人 成人 大人 女性 "
    "女人 女生 男性 男人 男生 孕妇 孕期 怀孕 孕早期 产后 产妇 哺乳期 患者 病人 家里 自己 中医 西医 医院 早上 早晨 "
    "中午 晚上 半夜 夜里 夜间 睡觉 睡前 饭后 饭前 每天 天天 经常 总是 反复 长期 最近 突然 平时 轻度 中度 重度 急性 "
    "慢性 早期 晚期 手术 检查 体检 吃药 身上 身体 全身 皮肤 头部 头皮 头发 脸上 面部 眼睛 眼皮 左眼 右眼 鼻子 耳朵 "
    "嘴巴 嘴唇 口腔 舌头 牙齿 牙龈 喉咙 嗓子 脖子 肩膀 胸口 胸部 乳房 后背 背部 腰部 肚子 腹部 肚脐 胃部 肝脏 肾脏 "
    "大腿 小腿 膝盖 脚后跟 脚趾 手指 手臂 手脚 手心 关节 肌肉 骨头 血管 神经 细胞 左侧 右侧 上面 下面 里面 痉挛 "
    "抽搐 抽筋 疼痛 肿痛 发炎 炎症 红肿 肿大 肿块 肿瘤 结节 囊肿 息肉 结石 感染 出血 积液 骨折 损伤 溃疡 发作 东西 "
    "一天 一周 一个月 半年 一年 几天 几个 时间 时候"
)


class Labels(NamedTuple):
    """The names of what editors have tagged an article with."""

    departments: Sequence[str] = ()
    diseases: Sequence[str] = ()
    tags: Sequence[str] = ()  # all the others
    telling: Sequence[str] = ()  # those of them that are symptoms and drugs


fold_name = lru_cache(maxsize=4_096)(tokens.fold)


def is_same_situation(
    title: Titled, mine: Labels, document: Titled, theirs: Labels, features: Mapping[str, float]
) -> bool:
    """Tell whether two questions, by their titles and Labels, are about the same situation.

    `features` are the related_features(). A disease counts as an article's own where its title names it, and a
    symptom or drug that both titles name where there is no disease. Two that are about different diseases are not the
    same, whatever their titles share.
    """
    folded, other = title.folded, document.folded
    diseases = set(mine.diseases).union(named_in(folded, theirs.diseases))
    if diseases.intersection([*theirs.diseases, *named_in(other, mine.diseases)]):
        return True
    telling = set(mine.telling).intersection(theirs.telling)
    ill = bool(mine.diseases) + bool(theirs.diseases)
    if named_in(other, named_in(folded, telling if ill else {*mine.telling, *theirs.telling})):
        return True
    words, pairs = features["topic_words_dice"], features["topic_pairs"]
    if telling and words >= ALIKE_LABELLED:
        return True
    if ill == 2:
        return False
    if len(telling) >= ENOUGH_LABELS:
        return True
    if ill:
        return words >= ALIKE_TAGGED and pairs >= ALIKE_PAIRS
    is_within = max(pairs, features["topic_words_back"]) >= WITHIN
    if is_within or (words >= ALIKE_WORDS and pairs >= ALIKE_PAIRS):
        return True
    return not (mine.telling or theirs.telling) and begin_alike(title, document)


def begin_alike(a: Titled, b: Titled) -> bool:
    """Tell whether what one of two titles begins with stands in the other, too: mostly the illness."""
    common = set(a.words).intersection(b.words).difference(NO_ILLNESS)
    return bool(common) and not common.isdisjoint(beginning(a) | beginning(b))


def beginning(title: Titled) -> set[str]:
    """Return the words at the beginning of a title's topic: 高血脂 and 血脂 of 高血脂能吃鸡蛋吗."""
    told = [word for word in title.words if len(word) > 1 and word in title.topic and word not in NO_ILLNESS]
    if not told:
        return set()
    start = title.folded.find(told[0])
    piece = title.folded[start : start + BEGINNING]
    return {word for word in told if word in piece}


def named_in(folded: str, names: Iterable[str]) -> list[str]:
    return [name for name in names if fold_name(name) in folded]
