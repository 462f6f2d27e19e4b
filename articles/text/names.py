"""One-line texts: titles, names and tags. What a reader sees on one line must be one line."""

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # text needs no tables
    from django.contrib.auth.models import AbstractUser

# Controls, line and paragraph separators, lone surrogates, zero-width and bidirectional marks: invisible, and able
# to make a title read as something else.
INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff]+")
LINE_ENDS = re.compile(r"[\t\n\r\x0b\x0c\x85\u2028\u2029]+")


def clean_line(text: str | None) -> str:
    """Return `text` as one line: invisible characters dropped, runs of white space made one space."""
    text = text or ""
    if not text.isprintable():  # most are, and imports clean hundreds of thousands
        text = INVISIBLE.sub("", LINE_ENDS.sub(" ", text))
    return " ".join(text.split())


def clean_lines(text: str | None) -> str:
    """Return `text` as clean lines; empty lines stay between them, none before and behind."""
    return "\n".join(clean_line(line) for line in (text or "").splitlines()).strip()


def clean_name(text: str | None) -> str:
    """Return `text` as a name: one line in Unicode NFKC, so that ＨＰＶ and HPV are one."""
    return clean_line(unicodedata.normalize("NFKC", clean_line(text)))


def fold(text: str | None) -> str:
    """Return the key under which names are compared: NFKC, without case (Unicode 3.13, default case folding)."""
    return clean_name(clean_name(text).casefold())


def full_name(user: "AbstractUser") -> str:
    """Return the name of an account as it is said in Chinese, the family name first."""
    return f"{user.last_name}{user.first_name}" or user.get_username()
