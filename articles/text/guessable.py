"""Whether others would guess a password: words and names, leaked ones, rows of keys, dates, repeats."""

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


# Of digits alone: numbers of telephones, of identity and of bank cards (19 at most) are shorter.
FEWEST_DIGITS = 20


def is_guessable(password: str, names: Sequence[str] = ()) -> bool:
    """Tell whether fewer than some 10^8 guesses find it, by somebody who knows `names` (of person and site)."""
    if password.isdecimal() and len(password) < FEWEST_DIGITS:
        return True
    known = [name.lower() for name in names if name]
    return bool(zxcvbn(password[:READ], user_inputs=[*known, *CHINESE_HABITS])["score"] < LOWEST)
