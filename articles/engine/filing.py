"""Under which letter a name stands in an index, and where: by how it is read.

A filed name holds small letters and digits alone, which databases of any collation sort in one way. Each Chinese
character is its syllable and a 0, so that 西安 stands before 仙.
"""

import unicodedata

from articles.text.names import fold as fold_name

from .folding import fold
from .pinyin import readings

LONGEST = 100  # characters of a filed name; beyond them nobody compares
OTHERS = "#"  # the letter of what begins with none
# Characters that are read in another way where they are a surname, and surnames of two characters that are.
SURNAMES = {
    "万俟": "mo qi",
    "单于": "chan yu",
    "尉迟": "yu chi",
    "澹台": "tan tai",
    "长孙": "zhang sun",
    "乐": "yue",
    "乜": "nie",
    "仇": "qiu",
    "任": "ren",
    "冼": "xian",
    "区": "ou",
    "华": "hua",
    "单": "shan",
    "卜": "bu",
    "句": "gou",
    "召": "shao",
    "员": "yun",
    "宓": "mi",
    "尉": "wei",
    "折": "she",
    "於": "yu",
    "曾": "zeng",
    "朴": "piao",
    "查": "zha",
    "洗": "xian",
    "盖": "ge",
    "祭": "zhai",
    "种": "chong",
    "秘": "bi",
    "繁": "po",
    "缪": "miao",
    "翟": "zhai",
    "薄": "bo",
    "覃": "qin",
    "解": "xie",
    "过": "guo",
    "逄": "pang",
    "郇": "xun",
    "都": "du",
    "重": "chong",
    "长": "chang",
    "阚": "kan",
    "隗": "wei",
}


# Words, or first characters of them, that are read in another way than the commonest of their characters.
WORDS = {
    "咯": "ka",
    "膀胱": "pang guang",
    "调": "tiao",
    "重复": "chong fu",
    "重建": "chong jian",
    "重组": "chong zu",
    "长期": "chang qi",
    "长效": "chang xiao",
}


def filed(name: str, as_person: bool = False) -> str:
    """Return the key by which `name` is sorted, at most LONGEST characters; of a person the surname is read as one."""
    text = fold_name(name)
    special = SURNAMES if as_person else WORDS
    begins = "".join(map(fold, text[:2]))
    known = next((begins[:size] for size in (2, 1) if begins[:size] in special), "")
    read = [f"{syllable}0" for syllable in special[known].split()] if known else []
    return "".join([*read, *map(read_of, text[len(known) :])])[:LONGEST]


def read_of(char: str) -> str:
    """Return what stands for one character: nothing for signs, a number behind all letters' names for the unknown."""
    if not char.isalnum():
        return ""
    if char.isascii():
        return char.lower()
    if said := readings().get(char) or readings().get(fold(char)):
        return f"{said[0]}0"
    plain = unicodedata.normalize("NFKD", char)[0].lower()
    return plain if plain.isascii() and plain.isalnum() else f"0{ord(char)}0"


def letter_of(filed_name: str) -> str:
    """Return the letter, A to Z, under which a filed name stands, or OTHERS."""
    return filed_name[0].upper() if filed_name[:1].isalpha() else OTHERS
