"""Rules about what a copy from elsewhere has lost: powers that became numbers, signs that nobody can read."""

import re
from collections.abc import Iterator

from articles.text.raised import raised
from articles.text.symbol_fonts import UNREADABLE as SIGNS

from .passages import Place, Text
from .registry import rule

# A number of cells in a volume. 5 mg×105/周期 is a dose, 2×108/3 an area.
VOLUME = "(?:[LlＬ升]|[mMμµ][Ll]|微升|毫升)(?![A-Za-z])"
# Ten to the 9th, 12th … after a factor; without one only where no count in a litre could be so small.
POWER = re.compile(
    rf"(?<![\d.．])\d{{1,2}}(?:[.．]\d+)?\s?[×xX*✕·]\s?10([5-9]|1[0-2])(?=\s?[/／]\s?{VOLUME})"
    r"|(?<![\d.])10(9|12)(?=\s?[/／]\s?[Ll升])"
)
# A dose before the sign: what stands behind it is how often, or how long.
DOSE = re.compile(
    r"[\d一二两三四五六七八九十半百千万]\s?"
    r"(?:[kmµμun]?g|mcg|m?[Ll]|[MK]?I?U|m?mol|mEq|[毫微千]?克|[毫微]?升|单位|[片粒丸支袋瓶包滴次])\s?[×xX*✕·]\s?\Z"
)
LONGEST_DOSE = 12  # characters of what DOSE finds
# Such signs, and what an import or the editor marks.
UNREADABLE = re.compile(f"[{SIGNS}]|〔(?:公式(?:：[^〕]*)?|待改)〕")


@rule("lost-power", "上标丢了", "像是 10 的几次方，复制的时候变成了一个数。请写成 10⁹，或者用上标。")
def lost_power(text: Text) -> Iterator[Place]:
    for passage in text.prose:
        for match in POWER.finditer(passage.text):
            if DOSE.search(passage.text, max(0, match.start() - LONGEST_DOSE), match.start()):
                continue
            group = 1 if match[1] else 2
            edit = match.start(group), match.end(group), raised(match[group])
            yield passage.place(*match.span(), edits=[edit])


@rule("unreadable", "看不出的符号", "读者看不出这是什么：可能来自 PDF、符号字体或公式。请对照原文，换成文字。")
def unreadable(text: Text) -> Iterator[Place]:
    for passage in text.prose:
        for match in UNREADABLE.finditer(passage.text):
            yield passage.place(*match.span())
