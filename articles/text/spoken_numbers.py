"""Numbers below a thousand as they are dictated: 血压二百二, 烧到四十一度."""

import re

from .enumerations import value_of

DIGIT = "[一二三四五六七八九]"
SPOKEN = re.compile(f"(?:{DIGIT}|两)?百零?(?:{DIGIT}?十)?{DIGIT}?|{DIGIT}?十{DIGIT}?")


def in_digits(text: str) -> str:
    """Return a text with each dictated number in digits."""
    return SPOKEN.sub(lambda spoken: str(dictated(spoken[0])), text)


def dictated(numeral: str) -> int:
    """Return the number that 二百零二, 两百二十 or 四十一 stands for; 二百二 is 220."""
    hundreds, hundred, rest = numeral.replace("两", "二").rpartition("百")
    if not hundred:
        return value_of(rest)
    is_short = len(rest) == 1 and rest != "十"
    return value_of(hundreds or "一") * 100 + value_of(rest.removeprefix("零")) * (10 if is_short else 1)
