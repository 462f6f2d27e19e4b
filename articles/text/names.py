"""One-line texts: titles, names and tags. What a reader sees on one line must be one line."""

import re
import unicodedata
from typing import TYPE_CHECKING

from .invisible import ALL, without_invisible
from .radicals import without_radicals

if TYPE_CHECKING:  # text needs no tables
    from django.contrib.auth.models import AbstractUser

WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
PUNCTUATION = "（），．：；！？［］｛｝～"  # in Chinese it is as wide as a character
WIDE_SIGNS = {code: narrow for code, narrow in WIDE.items() if chr(code) not in PUNCTUATION}
OTHER_WIDTHS = re.compile("[\uff5f-\uffef]+")  # half-width kana and Hangul, full-width signs
DOTS = re.compile(r"\s*[·・･•‧∙⋅･᛫●]\s*|(?<=[\u3400-\u9fff])[.．](?=[\u3400-\u9fff])")
BRACKETS = str.maketrans("()", "（）")
HAN = re.compile("[\u3400-\u9fff]")


def clean_line(text: str | None) -> str:
    """Return `text` as one line: invisible characters dropped, runs of white space made one space."""
    return " ".join(without_invisible(text or "", " ").split())


def clean_lines(text: str | None) -> str:
    """Return `text` as clean lines; empty lines stay between them, none before and behind."""
    return "\n".join(clean_line(line) for line in (text or "").splitlines()).strip()


def clean_name(text: str | None) -> str:
    """Return `text` as a name: one line, letters and digits in their own width, so that ＨＰＶ and HPV are one.

    Raised digits, fractions and circled numbers mean something and stay (10⁹, ½片, ①号方); so does Chinese punctuation.
    """
    return in_one_form(clean_line(text).translate(WIDE_SIGNS))


def clean_person(text: str | None) -> str:
    """Return `text` as the name of a person or of where one works: brackets of one kind, one kind of middle dot."""
    name = DOTS.sub("·", clean_name(text))
    return name.translate(BRACKETS) if HAN.search(name) else name


def narrow(text: str | None) -> str:
    """Return `text` as one line, all of it in its own width: what dates and numbers are read from."""
    return in_one_form(clean_line(text).translate(WIDE))


def in_one_form(text: str) -> str:
    """Return `text` with one form for each character that looks like others (Unicode NFC, and widths)."""
    if text.isascii():
        return text
    text = OTHER_WIDTHS.sub(lambda found: unicodedata.normalize("NFKC", found[0]), without_radicals(text))
    return unicodedata.normalize("NFC", text)


def fold(text: str | None) -> str:
    """Return the key under which names are compared: width and case do not count, nor does what nobody sees.

    Case as in Unicode 3.13, default case folding.
    """
    return " ".join(in_one_form(ALL.sub("", narrow(text)).casefold()).split())


def fold_compatible(text: str | None) -> str:
    """Return what is left of `text` in Unicode NFKC without case: files have been imported under such keys."""
    return clean_line(unicodedata.normalize("NFKC", clean_line(text)).casefold())


def full_name(user: "AbstractUser") -> str:
    """Return the name of an account as it is said in Chinese, the family name first."""
    return f"{user.last_name}{user.first_name}" or user.get_username()
