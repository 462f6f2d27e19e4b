"""What patients complain of: a part of the body and what is wrong with it, in whatever words and however far apart.

吹空调把嘴吹歪了 says what 嘴歪 says. A line of a table is one thing to a patient. Words of doctors (面, 痉挛) are left
out: what they name is no part with a complaint. So is 偏, which mostly says "rather": 嘴唇偏干 is no 嘴歪.
"""

import re
from collections.abc import Collection
from typing import NamedTuple

from .wordlists import any_of

PARTS = """
脸 面部 脸上 脸皮 脸蛋 半边脸 左脸 右脸
腮帮子 腮帮 腮
嘴 嘴巴 嘴角 口角 嘴唇
眼 眼睛 眼皮 眼睑 眼珠 眼角 眼眶 眼胞 眼泡 上眼皮 下眼皮 上眼泡 下眼泡 双眼 左眼 右眼
鼻子 鼻
耳朵 耳 耳根 左耳 右耳
牙 牙齿 牙根 后槽牙 槽牙 大牙 牙床 牙龈
舌头 舌
头 头部 脑袋 脑壳 脑瓜
太阳穴
后脑勺
脖子 脖 脖颈 脖梗 颈子 颈部 颈椎
肩膀 肩 肩头 肩部 膀子
左肩 左肩膀 左肩头 左膀子
胸口 胸 胸前 前胸 胸部 心口 心窝 心窝子 心脏 胸脯
后背 背 背部 脊背 后心
腰 腰部 老腰 腰杆
肚子 肚 肚皮 小肚子 腹部
胃 胃里 胃部
腿 大腿 小腿 腿肚子 脚肚子 小腿肚 小腿肚子 腿脚 腿筋 脚筋 左腿 右腿 双腿
膝盖 膝 膝头 波棱盖 玻璃盖 磕膝盖 左膝 右膝 双膝
脚 左脚 右脚 双脚
脚跟 脚后跟 足跟
脚底
脚趾
手 手指 手指头 手心 左手 右手 双手
胳膊 胳臂 手臂 臂膀
左胳膊 左胳臂 左手臂 左臂 左臂膀
嗓子 嗓 嗓子眼 喉咙 喉
屁股
屁眼 肛门
皮肤 皮
身上 浑身
"""
TROUBLES = """
疼 痛 疼痛 酸 酸痛 酸疼 酸胀 胀痛 作痛 生疼 刺痛 难受 不舒服
痒 发痒 瘙痒 刺挠
麻 发麻 麻木 麻酥酥 木 发木
肿 发肿 红肿 肿大 肿胀 浮肿
抽 抽动 抽搐 抽筋 抽抽 跳 跳动 突突 突突跳 蹦 蹦跶 颤 吊筋
歪 歪斜 斜
烧 烧得慌 灼热 火辣辣 发烫 烫
干 发干 干涩 干巴 干巴巴
抖 抖动 发抖 颤抖 哆嗦
出血 流血 冒血
僵 发僵 僵硬 僵直 硬 发硬
闷 发闷 憋闷 憋得慌 堵 堵得慌 压着 压得慌 勒 勒得慌 揪 揪着 箍
"""
BETWEEN = 7  # characters that may stand between a part and its complaint
FILLING = "[子里老是总直着很]*"  # and in a word of a table, where others say more than the two
TURNED = "歪"  # what may also stand before its part: 歪嘴; 抽手指的血 and 烫头 are something else
TAIL = frozenset("的得着了")  # with what a word that begins with a trouble may go on: 烫得, unlike 烫伤, 痛风 and 肿瘤

# Characters that deny, unless they stand in a word that insists.
_DENIED = re.compile("特别|不停|不住|不断|不由|不自|不受|不知|不时|时不时|动不动|没完没了|无缘无故|无故|([不没无未别])")


class Complaint(NamedTuple):
    """A part of the body and what is wrong with it, each by the first word for it, and where they stand in a text."""

    part: str
    trouble: str
    start: int
    end: int


def _first_words(table: str) -> dict[str, str]:
    return {word: line.split()[0] for line in table.strip().splitlines() for word in line.split()}


_PART, _TROUBLE = _first_words(PARTS), _first_words(TROUBLES)
_PART_RE, _TROUBLE_RE = any_of(_PART), any_of(_TROUBLE)
_SHORTLY = re.compile(f"({_PART_RE.pattern}){FILLING}({_TROUBLE_RE.pattern})")
_TURNED = re.compile(f"({_TROUBLE_RE.pattern})({_PART_RE.pattern})")


def denials(text: str) -> int:
    """Return how often something is denied in a text: 一直不停地跳 denies nothing."""
    return sum(bool(hit[1]) for hit in _DENIED.finditer(text))


def is_part(text: str) -> bool:
    """Tell whether a text is a word for a part of the body."""
    return text in _PART


def is_trouble(text: str) -> bool:
    """Tell whether a text is a word for what is wrong."""
    return text in _TROUBLE


def named_in(word: str) -> tuple[str, str] | None:
    """Return the part and the trouble, by their first words, that a word of a table says and nothing else, or None."""
    if hit := _SHORTLY.fullmatch(word):
        return _PART[hit[1]], _TROUBLE[hit[2]]
    hit = _TURNED.fullmatch(word)
    return (_PART[hit[2]], TURNED) if hit and _TROUBLE[hit[1]] == TURNED else None


def complaints_in(folded: str, ends: Collection[int]) -> list[Complaint]:
    """Return what a folded text complains of: each trouble with the nearest part before it, 歪 with one behind it, too.

    Both begin and end at the `ends` of words: 头 in 骨头疼 is no part, 肿 in 肿瘤 no trouble. What is denied between
    the two is no complaint.
    """
    hits = [hit for hit in _PART_RE.finditer(folded) if hit.end() in ends]
    parts = [(hit.start(), hit.end(), _PART[hit[0]]) for hit in hits]
    found = []
    for hit in _TROUBLE_RE.finditer(folded):
        start, end = hit.span()
        if start not in ends:
            continue
        trouble, whole = _TROUBLE[hit[0]], min(place for place in ends if place >= end)
        before = [one for one in parts if one[0] in ends and 0 <= start - one[1] <= BETWEEN]
        before = [one for one in before if not denials(folded[one[1] : start])]
        behind = [one for one in parts if one[0] == end and trouble == TURNED]
        if before and TAIL.union(hit[0]).issuperset(folded[end:whole]):
            found.append(Complaint(before[-1][2], trouble, before[-1][0], whole))
        elif behind:
            found.append(Complaint(behind[0][2], trouble, start, behind[0][1]))
    return found
