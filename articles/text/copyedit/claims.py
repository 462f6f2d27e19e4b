"""Rules about words that promise too much, and about words that betray a machine's rewriting."""

import re
from collections.abc import Iterator

from .passages import HAN, Place, Text
from .registry import rule

GOOD = "治愈|治好|根治|痊愈|康复|有效|疗效|见效|起效|无效退款|不复发|不反弹|不留疤|安全|健康|怀孕|成功"
# Roughly what the advertising law and the rules for medical advertisements forbid; a sentence for each kind.
CLAIMS = [
    (r"(?<!乳突)(?<!手术)根治(?!性|术|切|手术|剂量|放疗|化疗|幽门|Hp|HP)", "多数慢性病只能控制，不能说根治。"),
    (r"治愈率|有效率(?=高|可?达|[为是]?(?:9\d|100))", "治愈率、有效率要写明出处和条件，否则请删去。"),
    (rf"(?:保证|确保|担保|承诺|包)(?:能|能够|可以|会|您|你|百分之百|100%)?(?:{GOOD})", "疗效不能保证。"),
    (
        r"(?<!有)(?:无|没有|没|零|不含|不会有|不产生|绝无)(?:任何|一点|丝毫)?的?(?:毒副|副|毒|不良)(?:作用|反应)",
        "没有哪种有效的治疗完全没有副作用。",
    ),
    (rf"(?:彻底|完全|永久|永远|百分之百|百分百|100%|百分之一百)地?(?:{GOOD}|去除病根|断根|除根)", "请写实际的把握。"),
    (r"(?:永不|绝不|绝不会|不会再|终身不|终生不)复发", "复发与否不能断言。"),
    (
        r"包治|药到病除|立竿见影|一针见效|一次见效|当天见效|神药|神效|奇效|祖传|秘方|灵丹妙药|万无一失|断根|除病根|包您满意",
        "这是广告用语。",
    ),
    (
        r"最(?:好|佳|优|有效|安全|先进|权威|特效|理想|高级)的?(?:药(?!物?浓度)|疗法|治疗方法|医院|专家|医生)",
        "“最”字要有依据。",
    ),
    (
        r"(?:绝对|肯定|一定)(?:能够|能|可以|会)?(?:治愈|治好|根治|痊愈|康复|有效|见效|安全(?!意识)|无害)",
        "请写实际的把握。",
    ),
]
CLAIM = re.compile("|".join(f"({pattern})" for pattern, _ in CLAIMS))
# Before a claim in its clause: it is denied, asked about or warned of.
DENIED = re.compile(
    "不|无|未|没|勿|莫|别|非|难|缺乏|罕|禁|防|警惕|谨防|所谓|宣称|声称|自称|号称|标榜|吹嘘|承诺|广告|虚假|骗|是否|误|迷信|轻信|追求|想|希望|为了|争取|很少"
)
ASKED_BEHIND = re.compile(r"[^。；;！!，,]{0,20}?(?:[？?吗哪]|是不|是错|不可|不能|并不|的说法|的广告)")
CLAUSE = re.compile(r"[。！？；，、,;!?：:\s]")
BEFORE = 14

# Marks of synonym spinning: no hand writes them. The second is what was meant, where only one thing can be meant.
SPUN = {
    "之因此": "之所以",
    "不但仅": "不仅仅",
    "不但是": None,
    "因此然": "所以然",
    "的表现出": "的表现",
    "再次出现再次": None,
    "需要有进行": "需要进行",
    "需要有留意": "需要留意",
    "需要有看重": None,
    "仔细检查几下": None,
    "仔细观察几下": None,
    "明确几下": "明确一下",
    "咨询几下": "咨询一下",
    "调理几下": "调理一下",
    "检验几下": None,
    "引致了": None,
    "大夫指导下": None,
    "抱括": "包括",
    "病症的病症": None,
}
SPINNING = re.compile("|".join(map(re.escape, sorted(SPUN, key=len, reverse=True))))
SPUN_VERB = re.compile(
    f"(?:可以?|能够?|需要?|应该?|通常|主要|或者?|并且?|也)经过(?=[{HAN}]{{0,8}}(?:手术|药物|针灸|按摩|训练)[{HAN}]{{0,6}}(?:来|进行|改善|缓解|治疗))"
)


@rule("absolute-claim", "绝对化用语", "医疗内容不能许诺结果。请写清对哪些人、多大把握，或者删去。")
def absolute_claims(text: Text) -> Iterator[Place]:
    for passage in text.prose:
        for match in CLAIM.finditer(passage.text):
            if not is_denied(passage.text, match):
                yield passage.place(match.start(), match.end(), CLAIMS[match.lastindex - 1][1])  # type: ignore[operator]  # each is a group


def is_denied(text: str, match: re.Match[str]) -> bool:
    """Return whether the clause denies, asks or warns of what `match` says."""
    before = CLAUSE.split(text[max(match.start() - BEFORE, 0) : match.start()])[-1]
    return bool(DENIED.search(before) or ASKED_BEHIND.match(text, match.end()))


@rule("spun-text", "洗稿痕迹", "这里像是机器换过近义词。请对照原文，改回通顺的说法。")
def spun_text(text: Text) -> Iterator[Place]:
    for passage in text.prose:
        for match in SPINNING.finditer(passage.text):
            meant = SPUN[match[0]]
            yield passage.place(*match.span(), edits=[(*match.span(), meant)] if meant else ())
        for match in SPUN_VERB.finditer(passage.text):
            yield passage.place(match.end() - 2, match.end(), edits=[(match.end() - 2, match.end(), "通过")])
