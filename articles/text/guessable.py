"""Whether others would guess a password: words and names, leaked ones, rows of keys, dates, repeats."""

import re
from collections.abc import Sequence

from zxcvbn import zxcvbn

READ = 72  # characters: what zxcvbn takes; beyond, a password is what its beginning is
LOWEST = 3  # of its scores from 0 to 4: more than 10^8 guesses
# What its lists, which are of English leaks, do not know.
CHINESE_HABITS = (
    *("woaini", "woaini1314", "woaini520", "1314520", "5201314", "520520", "1314521", "iloveyou520"),
    *("zhongguo", "beijing", "shanghai", "guangzhou", "shenzhen", "nihao", "mima", "mima123", "gongsi", "aini1314"),
    *("jiankang", "wenda", "yisheng", "yiyuan", "bianji", "guanliyuan", "guanli", "houtai", "denglu", "a123456"),
)


# Of digits alone: numbers of telephones, accounts and days are shorter, and a number of identity holds a birthday.
FEWEST_DIGITS = 16
IDENTITY = re.compile(r"[1-9]\d{5}(18|19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\d{4}")


def is_guessable(password: str, names: Sequence[str] = ()) -> bool:
    """Tell whether fewer than some 10^8 guesses find it, by somebody who knows `names` (of person and site)."""
    if password.isdecimal() and (len(password) < FEWEST_DIGITS or IDENTITY.fullmatch(password)):
        return True
    known = [name.lower() for name in names if name]
    return bool(zxcvbn(password[:READ], user_inputs=[*known, *CHINESE_HABITS])["score"] < LOWEST)
