"""The rule about drugs that are named without a word about a doctor's order."""

import re
from collections.abc import Iterator
from functools import lru_cache

from articles.text.wordlists import any_of

from .passages import HAN, Place, Text
from .registry import rule

# Common drugs by their generic names; tags of the kind 药物 come to them.
COMMON = """
阿司匹林 对乙酰氨基酚 布洛芬 双氯芬酸 塞来昔布 吲哚美辛 萘普生 曲马多 吗啡 可待因 秋水仙碱 别嘌醇 非布司他
青霉素 阿莫西林 氨苄西林 头孢 红霉素 阿奇霉素 克拉霉素 四环素 多西环素 氯霉素 庆大霉素 甲硝唑 替硝唑
诺氟沙星 左氧氟沙星 异烟肼 利福平 乙胺丁醇 吡嗪酰胺 阿昔洛韦 更昔洛韦 奥司他韦 利巴韦林 恩替卡韦 拉米夫定
氟康唑 伊曲康唑 特比萘芬 硝苯地平 氨氯地平 卡托普利 依那普利 缬沙坦 氯沙坦 美托洛尔 普萘洛尔 氢氯噻嗪 呋塞米
螺内酯 硝酸甘油 地高辛 胺碘酮 华法林 肝素 利伐沙班 氯吡格雷 阿托伐他汀 辛伐他汀 瑞舒伐他汀 非诺贝特 二甲双胍
格列美脲 格列齐特 阿卡波糖 左甲状腺素 优甲乐 甲巯咪唑 丙硫氧嘧啶 泼尼松 地塞米松 氢化可的松 甲泼尼龙 奥美拉唑
雷贝拉唑 泮托拉唑 法莫替丁 雷尼替丁 多潘立酮 莫沙必利 蒙脱石散 洛哌丁胺 乳果糖 开塞露 氯雷他定 西替利嗪
氯苯那敏 扑尔敏 孟鲁司特 沙丁胺醇 布地奈德 氨茶碱 氨溴索 右美沙芬 卡马西平 奥卡西平 苯妥英钠 丙戊酸钠
拉莫三嗪 左乙拉西坦 加巴喷丁 普瑞巴林 巴氯芬 肉毒毒素 肉毒素 左旋多巴 多奈哌齐 地西泮 艾司唑仑 阿普唑仑
佐匹克隆 氟西汀 帕罗西汀 舍曲林 米氮平 奥氮平 利培酮 氯氮平 碳酸锂 甲钴胺 谷维素 甲氨蝶呤 环磷酰胺 环孢素
他克莫司 羟氯喹 他莫昔芬 来曲唑 黄体酮 米非司酮 米索前列醇 优思明 毓婷 非那雄胺 坦索罗辛 西地那非 维A酸
异维A酸 阿达帕林 炉甘石 莫匹罗星 连花清瘟 板蓝根 藿香正气 速效救心丸 安宫牛黄丸 六味地黄丸 云南白药
舒筋活血胶囊 感冒灵 泰诺 芬必得 吗丁啉
"""
# International non-proprietary names end alike; preparations are named for their form.
STEM = (
    "西平|沙坦|普利(?!策)|地平(?!线)|他汀|西林|沙星|洛尔|拉唑|替丁|唑仑|西泮|洛芬|双胍|列净|列汀|格列[美齐本吡]|洛韦|替尼|单抗|"
    "米松|尼松|奈德|康唑|(?<!黄曲)霉素|噻嗪|班丁|他定|昔康|昔布|必利|司琼"
)
FORM = (
    "胶囊(?!内|镜|式)|(?<!病毒)颗粒(?!物|细|状|性|体|管|变|样|大|小|度|病)|"
    "口服液|注射液|滴眼液|冲剂|糖浆|软膏|乳膏|栓剂|缓释片|肠溶片|分散片"
)
# What the body makes too is a drug where it is given.
GIVEN = "(?:注射|打|用|加|皮下)(?:胰岛素|干扰素)|(?:胰岛素|干扰素)(?:注射|治疗|泵|笔)"
NAMED = f"{GIVEN}|[{HAN}]{{2}}(?:{STEM})|[{HAN}]{{2,4}}?(?:{FORM})"
# Before a drug in its clause: it is not what the text tells to take.
ADVISED_AGAINST = re.compile("不|勿|禁|忌|慎|停|避免|过敏|中毒|滥用|误服|耐药|引起|导致|诱发")
HARMFUL = re.compile("类?(?:药物?)?(?:过敏|中毒|耐药|成瘾|滥用)")
CLAUSE = re.compile(r"[。！？；，,;!?：:\s]")
BEFORE = 14
ORDERED = re.compile(
    "医嘱|医师|药师|处方|说明书|"
    "医生[^。；，,;]{0,6}(?:指导|建议|决定|评估|判断|调整|开|同意|安排|选择|监测|处理|使用|应用|注射|确定|权衡)|"
    "(?:在|由|听从|遵从|咨询|询问|请教|请|问|告诉|告知|遵|按|听)[^。；，,;]{0,8}(?:医生|大夫|医院|专科)|"
    "不要?(?:自行|擅自|随意|自己)|不[宜可能](?:自行|擅自|随意)|切勿自行|切忌自行|禁止自行"
)


@rule(
    "drug-without-order",
    "提到药物，没有“遵医嘱”",
    "读者会照着买药。请写明在医生指导下使用，或者写上处方药、禁忌和不能自行停药。",
)
def drugs_without_order(text: Text) -> Iterator[Place]:
    passages = [passage for passage in text.prose if passage.field != "title"]
    if any(ORDERED.search(passage.text) for passage in passages):
        return
    known = known_names(text.drugs)
    seen: set[str] = set()
    for passage in passages:
        for match in re.finditer(f"{known.pattern}|{NAMED}", passage.text):
            # The endings take in what stands before the name: 用青霉素.
            start = match.start() + (inner.start() if (inner := known.search(match[0])) else 0)
            name = passage.text[start : match.end()]
            if name not in seen and not is_advised_against(passage.text, start, match.end()):
                seen.add(name)
                yield passage.place(start, match.end())


def is_advised_against(line: str, start: int, end: int) -> bool:
    """Return whether the clause speaks against what it names from `start` to `end`."""
    before = CLAUSE.split(line[max(start - BEFORE, 0) : start])[-1]
    return bool(ADVISED_AGAINST.search(before) or HARMFUL.match(line, end))


@lru_cache(maxsize=8)
def known_names(tagged: tuple[str, ...]) -> re.Pattern[str]:
    """Return the pattern for the common names and those of `tagged`."""
    return any_of({*COMMON.split(), *(name for name in tagged if len(name) > 1)})
