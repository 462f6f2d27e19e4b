"""From sentences to weights: logistic regression, by gradients that slow down for runs seen often (AdaGrad, 2011)."""

import hashlib
import math
import random
from collections import Counter
from collections.abc import Sequence

from articles.text.sayings import matters

from . import HERE, TABLE, UNIT, Weights, odds, runs_of

SENTENCES, KINDS = HERE / "sentences", ("emergency", "mental", "harmless")
ROUNDS, STEP, SHRINK = 20, 0.1, 0.3  # looks at each sentence; how far one moves; how hard weights are pulled to nothing
EVERYDAY = 0.35  # what a line of everyday complaints counts beside one that was written to look like danger
# What stands before and behind what is told, whatever that is.
BEGINNINGS = [
    *["医生您好", "大夫", "请问", "求助", "想问一下", "帮忙问问", "我", "我妈", "我爸", "老公", "孩子", "家里老人"],
    *["我爷爷", "我奶奶", "婆婆", "我儿子", "我女儿", "宝宝", "怀孕的媳妇", "邻居", "朋友", "工友", "刚刚", "今天早上"],
    *["从今早起", "昨天开始", "前天", "晚上", "半夜", "一小时前", "在外地"],
]
ENDINGS = [
    *["怎么回事", "是什么原因", "啥原因", "为什么", "这是咋的了", "是什么病", "是啥病", "怎么办", "咋办", "咋整"],
    *["该怎么弄", "怎么处理", "怎么缓解", "在家怎么弄", "有没有什么好办法", "挂什么科", "该看哪个科", "要去医院吗"],
    *["需要住院吗", "能拖到明天吗", "可以先观察吗", "吃什么药", "用什么药", "吃点啥好呢", "可以喝热水吗", "严重吗"],
    *["要紧吗", "要不要紧啊", "危险吗", "是不是很危险", "会不会有事", "正常不正常", "会好吗", "多久能好", "能自己好吗"],
    *["有救吗", "有后遗症吗", "能报销吗", "大概多少钱", "求解答", "谢谢医生", "急急急", "有经验的说说"],
]
BEHIND = 0.6  # the share of them that stands behind
SHORT = 28  # characters of what is told again so
RARE = 3  # sentences, as they are, that a run must stand in
SMALLEST = 10  # hundredths that are worth a line of the table
ALARMING = 1.5  # the logarithm of the odds from which on a word is no mild one
MOST = 30.0  # beyond it exp() says nothing more
HEADING = "# 每行：字（^ 开头，$ 结尾）、像危险的程度、像心理危机的程度，单位百分之一。由句子学出，不要手改。"


def sentences(kind: str) -> list[str]:
    """Return the sentences of a kind, as people type them."""
    return (SENTENCES / f"{kind}.txt").read_text(encoding="utf-8").splitlines()


def taught() -> dict[str, list[str]]:
    """Return what is learned from: the sentences of each kind, and what else people say of matters (text/sayings)."""
    kinds = {kind: sentences(kind) for kind in KINDS}
    known = {line for lines in kinds.values() for line in lines}
    said = dict.fromkeys(line for matter in matters() for line in matter.said if line not in known)
    return kinds | {"said": list(said)}


def learned(
    emergency: Sequence[str],
    mental: Sequence[str],
    harmless: Sequence[str],
    said: Sequence[str] = (),
    words: Sequence[str] = (),
) -> Weights:
    """Return the weights that tell squeezed texts of these kinds apart. The same texts give the same weights.

    `said` are everyday complaints, harmless as well. `words` are what patients call what they have: harmless where the
    texts do not say otherwise.
    """
    danger = regression([*emergency, *mental], harmless, said)
    mild = [word for word in words if odds(danger, runs_of(word)) < ALARMING]
    if mild:
        danger = regression([*emergency, *mental], [*harmless, *mild], said)
    return Weights(danger, regression(mental, emergency))


def told_again(texts: Sequence[str], every: int = 1) -> list[str]:
    """Return texts, and each or every second short one once more, as people begin and end whatever they ask.

    Else the regression learns that who asks 严重吗 or begins with 老公 tells of no danger, as sentences happen to be.
    """
    dice, again = random.Random(1), []
    for text in texts[::every]:
        ending, beginning = dice.choice(ENDINGS), dice.choice(BEGINNINGS)
        if len(text) < SHORT:
            again.append(text + ending if dice.random() < BEHIND else beginning + text)
    return [*texts, *again]


def regression(yes: Sequence[str], no: Sequence[str], everyday: Sequence[str] = ()) -> dict[str, int]:
    """Return a weight for each run that tells the texts `yes` from the others, as if there were as many of both."""
    seen = Counter(run for text in [*yes, *no, *everyday] for run in runs_of(text))
    places = {run: place for place, run in enumerate(sorted(run for run, n in seen.items() if n >= RARE), 1)}
    yes, no, everyday = told_again(yes), told_again(no, every=2), told_again(everyday, every=2)
    whole = len(no) + EVERYDAY * len(everyday)
    rows = [
        ([0, *sorted(places[run] for run in runs_of(text) if run in places)], is_yes, worth)
        for texts, is_yes, worth in ((yes, 1, whole / len(yes)), (no, 0, 1.0), (everyday, 0, EVERYDAY))
        for text in texts
    ]
    weights, moved = [0.0] * (len(places) + 1), [1e-3] * (len(places) + 1)
    shrink, order = SHRINK / len(rows), random.Random(1)
    for _ in range(ROUNDS):
        order.shuffle(rows)
        for at, is_yes, worth in rows:
            logit = max(-MOST, min(MOST, sum([weights[place] for place in at])))
            error = (1 / (1 + math.exp(-logit)) - is_yes) * worth
            for place in at:
                slope = error + shrink * weights[place]
                moved[place] += slope * slope
                weights[place] -= STEP * slope / math.sqrt(moved[place])
    found = zip(["", *places], (round(weight * UNIT) for weight in weights), strict=True)
    return {run: weight for run, weight in found if abs(weight) >= SMALLEST or not run}


def signature() -> str:
    """Return the line of the table that says which sentences it was learned from."""
    text = "\n".join(line for lines in taught().values() for line in lines)
    return f"# {hashlib.sha256(text.encode()).hexdigest()}"


def write(weights: Weights) -> int:
    """Write the table, of what the sentences that are there have taught. Returns the number of weights."""
    runs = sorted({run for kind in weights for run in kind})
    numbers = [[str(kind.get(run, "")) for kind in weights] for run in runs]
    lines = ["\t".join([run, *some]) for run, some in zip(runs, numbers, strict=True)]
    TABLE.write_text("\n".join([HEADING, signature(), *lines, ""]), encoding="utf-8")
    return len(lines)
