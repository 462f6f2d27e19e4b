"""What patients complain of: a part of the body and what is wrong with it, in whatever words and however far apart.

吹空调把嘴吹歪了 says what 嘴歪 says. A line of a table is one thing to a patient. Words of doctors (面, 痉挛) are left
out: what they name is no part with a complaint.
"""

import re
from collections.abc import Collection
from typing import NamedTuple

from .wordlists import any_of

PARTS = """
脸 面部 脸上 脸皮 脸蛋 半边脸 腮帮子 腮帮 腮
嘴 嘴巴 嘴角 口角 嘴唇
眼 眼睛 眼皮 眼睑 眼珠 眼角 眼眶 双眼 左眼 右眼
鼻子 鼻
耳朵 耳 耳根
牙 牙齿 牙根 后槽牙 槽牙 大牙 牙床 牙龈
舌头 舌
头 头部 脑袋 脑壳 脑瓜 太阳穴 后脑勺
脖子 脖 脖颈 脖梗 颈子 颈部 颈椎
肩膀 肩 肩头 肩部 膀子
胸口 胸 胸前 前胸 胸部 心口 心窝 心窝子
后背 背 背部 脊背 后心
腰 腰部 老腰 腰杆
肚子 肚 肚皮 小肚子 腹部
胃 胃里 胃部
腿 大腿 小腿 腿肚子 腿脚 腿筋 脚筋
膝盖 膝 膝头 波棱盖 玻璃盖 磕膝盖
脚 脚跟 脚后跟 足跟 脚底 脚趾
手 手指 手指头 手心
胳膊 胳臂 手臂 臂膀
嗓子 嗓 嗓子眼 喉咙 喉
屁股 屁眼 肛门
皮肤 皮 身上 浑身
"""
TROUBLES = """
疼 痛 疼痛 酸 酸痛 酸疼 酸胀 胀痛 作痛 生疼 刺痛 难受 不舒服
痒 发痒 瘙痒 刺挠
麻 发麻 麻木 木 发木
肿 发肿 红肿 肿大 浮肿
抽 抽动 抽搐 抽筋 抽抽 跳 跳动 蹦 颤 吊
歪 歪斜 斜 偏
烧 烧得慌 灼热 火辣辣 发烫 烫
干 发干 干涩 干巴
抖 发抖 颤抖 哆嗦
出血 流血 冒血
僵 发僵 僵硬 硬 发硬
"""
BETWEEN = 7  # characters that may stand between a part and its complaint
WITHIN = 2  # and within the words of a table of pairs, which say it shortly
DENIED = re.compile("[不没无未别]")


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


def complaints_in(folded: str, ends: Collection[int] | None = None, between: int = BETWEEN) -> list[Complaint]:
    """Return what a folded text complains of: each trouble with the part before it that is nearest, or just behind it.

    Where the `ends` of words are given, what is returned begins and ends at one, and so does a part that comes first:
    头 in 骨头疼 is none. What is denied between the two is no complaint.
    """
    parts = [(hit.start(), hit.end(), _PART[hit[0]]) for hit in _PART_RE.finditer(folded)]
    own = [one for one in parts if ends is None or (one[0] in ends and one[1] in ends)]
    found = []
    for hit in _TROUBLE_RE.finditer(folded):
        start, end = hit.span()
        if ends is not None and start not in ends:
            continue
        before = [one for one in own if 0 <= start - one[1] <= between and not DENIED.search(folded[one[1] : start])]
        behind = [one for one in parts if one[0] == end and (ends is None or one[1] in ends)]
        if before:
            end = end if ends is None else min(place for place in ends if place >= end)
            found.append(Complaint(before[-1][2], _TROUBLE[hit[0]], before[-1][0], end))
        elif behind:
            found.append(Complaint(behind[0][2], _TROUBLE[hit[0]], start, behind[0][1]))
    return found
