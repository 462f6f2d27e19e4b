"""Who is in danger sees first whom to call: red flags in a search, and the numbers on the page of a question."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from django.conf import settings

from articles.engine import tokens
from articles.engine.phrases import longest_match, sounding_in, squeeze, struck
from articles.models import Article, RedFlag
from articles.text.complaints import complaints_in
from articles.text.danger import Likeness, likeness
from articles.text.spoken_numbers import in_digits
from articles.text.wordlists import any_of, word_set

HAN = re.compile("[\u3400-\u9fff]")
LOOKED_AT = 400  # characters of what was typed
# Logarithms of the odds that a text tells of danger (docs/relevance.md), and that this is one of the mind.
LIKELY, MENTAL = -1.0, 2.0
SHORTEST = 3  # Chinese characters: of fewer it is not told what they are like
SHORT = 30  # characters: beside more, danger can be told with much else
# Where nothing is happening, unless it is now. Who speaks of the own death may mean it even so: these flags stay.
NOT_NOW = any_of(
    word_set("梦见 梦到 考试题 考题 考研题 试题 简答题 名词解释 表情包 什么梗 啥梗 那集 哪一集 赔不赔 残疾证怎么")
)
NOW = any_of(word_set("突然 忽然 现在 正在 刚才 刚刚 赶紧 快点 快来 救命 怎么救 怎么急救 不行了"))
# What is only asked about, where the whole sounds harmless and nothing says that it is of late.
ABOUT = any_of(
    word_set(
        "区别 遗传 机制 机理 原理 预防 防止 科普 知识 课件 论文 文献 选择题 单选题 多选题 病例 查房 指南 分型 分期 "
        "发病率 概率 数据 历史 发明 典故 报名 护理考试 护士考试 执业考试 考证 讲座 ppt 图解 量表 评分 首选 驾照 保险 "
        "伤残 新闻 小说里 小说中 电视剧里 剧里 剧中 动漫里 漫画里 剧本杀 游戏里 仓鼠"
    )
)
# An animal that a text begins with, and not what is eaten of it, or what it has done to somebody.
ANIMAL = re.compile("(?:我家|家里|家养)?的?小?[猫狗鸡鸭牛猪龟兔](?![毛蛋奶肉排汤翅爪腿肝油血蹄咬抓挠啄踢])")
LATELY = any_of(word_set("刚 今天 今早 今晚 昨晚 昨天 还在 正 又 一直 不停 越来越 小时 分钟 怎么办 怎么处理 急救 抢救"))

Line = RedFlag.Line


class Call(NamedTuple):
    """A button that dials."""

    number: str
    whom: str
    address: str


@dataclass(frozen=True)
class Card:
    """What stands above the results of a search: the situation, what to do, and whom to call, in that order."""

    name: str
    advice: tuple[str, ...]
    line: str
    calls: tuple[Call, ...]


def calls(*lines: str) -> tuple[Call, ...]:
    """Return the buttons of these lines, in their order."""
    known: dict[str, tuple[str, str]] = {
        Line.EMERGENCY: (settings.EMERGENCY_NUMBER, "急救电话"),
        Line.MENTAL: (settings.MENTAL_HEALTH_LINE, "心理援助热线"),
    }
    return tuple(
        Call(number, whom, f"tel:{re.sub('[^+0-9]', '', number)}") for number, whom in map(known.__getitem__, lines)
    )


def card_for(typed: str, flags: Iterable[RedFlag]) -> Card | None:
    """Return the card of what was typed, or None: of the flag that says most of it, one of 急救 before any other.

    Where no flag says it, those of what is complained of in it count, in whatever words, and of what it sounds like:
    who is in danger dictates, or types in haste. Where these say nothing, either, it is what texts of danger are like.
    """
    text = squeeze(typed[:LOOKED_AT])
    is_nothing_now = NOT_NOW.search(text) and not NOW.search(text)
    flags = list(filter(is_mental, flags) if is_nothing_now else flags)
    hits = hits_of(flags, text)
    if not hits and (written := in_digits(text)) != text:
        hits = hits_of(flags, written)
    if not hits:
        sounds = sounding_in(tuple(flag.words for flag in flags), text)
        if more := " ".join(filter(None, [plainly(text), *sounds])):
            hits = hits_of(flags, f"{text} {more}")
    if hits and is_only_about(text):
        hits = [(flag, size) for flag, size in hits if is_mental(flag)]
    if not hits:
        return None if is_nothing_now else like_danger(text, flags)
    first, _ = min(hits, key=lambda hit: (hit[0].line != Line.EMERGENCY, -hit[1], hit[0].pk))
    return card_of(first, {flag.line for flag, _ in hits})


def is_only_about(text: str) -> bool:
    """Tell whether a short squeezed text asks about what a flag's words name, and tells of nothing that happens."""
    is_about = ABOUT.search(text) or ANIMAL.match(text)
    is_told = len(text) > SHORT or not is_about or NOW.search(text) or LATELY.search(text)
    return not is_told and danger_in(text) is None


def danger_in(text: str) -> Likeness | None:
    """Return what a squeezed text is like if it is danger, else None."""
    found = likeness(text) if len(HAN.findall(text)) >= SHORTEST else None
    return found if found and found.danger >= LIKELY else None


def like_danger(text: str, flags: Iterable[RedFlag]) -> Card | None:
    """Return the card of the first flag that is for what a squeezed text is like, or None.

    What may be of the body as well as of the mind is an emergency, with both numbers.
    """
    general = [flag for flag in flags if flag.by_likeness]
    found = danger_in(text) if general else None
    if found is None:
        return None
    first = min(general, key=lambda flag: (is_mental(flag) != (found.mental >= MENTAL), flag.pk))
    left = struck(text, first.unless)
    if left != text and danger_in(left) is None:
        return None
    return card_of(first, [Line.MENTAL] if found.mental > 0 else [])


def card_of(flag: RedFlag, lines: Iterable[str] = ()) -> Card:
    """Return the card of a flag, with its number and those of other `lines`.

    Who wants to die may have taken something already, so there both numbers are.
    """
    others = [line for line in Line.values if line != flag.line and (line in lines or is_mental(flag))]
    return Card(flag.name, tuple(flag.advice.splitlines()), flag.line, calls(flag.line, *others))


def hits_of(flags: Iterable[RedFlag], text: str) -> list[tuple[RedFlag, int]]:
    """Return the flags that a squeezed text raises, with the number of characters that say so."""
    return [(flag, size) for flag in flags if (size := longest_match(flag.words, text, flag.unless))]


def plainly(folded: str) -> str:
    """Return what is complained of in a text, each as a part of the body and its trouble: 嘴歪 of 把嘴吹歪了."""
    return " ".join(f"{one.part}{one.trouble}" for one in complaints_in(folded, tokens.ends_of_words(folded)))


def is_mental(flag: RedFlag) -> bool:
    return flag.line == Line.MENTAL


def calls_of(article: Article) -> tuple[Call, ...]:
    """Return whom to call that the top of a question says: where it is 立即就医, or about harming oneself."""
    is_now = article.urgency == Article.Urgency.NOW
    if is_about_harm(article):
        return calls(*([Line.EMERGENCY, Line.MENTAL] if is_now else [Line.MENTAL, Line.EMERGENCY]))
    return calls(Line.EMERGENCY) if is_now else ()


def is_about_harm(article: Article) -> bool:
    """Tell whether the title or a tag of a question holds words of 心理援助 (1 query where no flags are at hand)."""
    known = article.mental_flags
    flags = list(RedFlag.objects.filter(line=Line.MENTAL)) if known is None else known
    texts = [squeeze(article.title), *(squeezed_name(tag.name) for tag in article.tag_list)]
    return any(hits_of(flags, text) for text in texts)


@lru_cache(maxsize=4_096)
def squeezed_name(name: str) -> str:
    return squeeze(name)
