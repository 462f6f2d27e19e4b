"""Raised and lowered text where there is no HTML: 10⁹/L and H₂O, never 109/L.

The characters are those that Unicode calls <super> and <sub> forms of one ASCII character (Unicode Character Database,
field Decomposition_Mapping). What has no such form is written out: 10^(9.5), x_(甲). Where lowered letters lack one,
they stay letters: HbA₁c.
"""

import re
import string
import unicodedata
from itertools import chain
from typing import NamedTuple

MINUS = ("−", "–")
WIDER = 0xFEE0  # from an ASCII character to its full-width form
BLOCKS = ((0xB2, 0xBA), (0x2070, 0x20A0), (0x2B0, 0x2E5), (0x1D2C, 0x1DC0), (0x2C7C, 0x2C7E))  # where such forms are
SURROUNDED = re.compile(r"(\s*)(.*?)(\s*)", re.DOTALL)
MARKS = re.compile(r"\[[^\[\]]*\]|[^\w^+\-−=~]+|[①-⓿]")  # footnotes and signs, which join no number before them


class Forms(NamedTuple):
    """One way of writing: its forms, the sign before what has none, and what may stand among them as it is."""

    forms: dict[str, str]
    sign: str
    plain: str = ""


def forms_of(kind: str) -> dict[str, str]:
    """Return {ASCII character: its form} of a kind of decomposition, "<super>" or "<sub>", and what is one already."""
    found: dict[str, str] = {}
    for char in map(chr, chain.from_iterable(range(*block) for block in BLOCKS)):
        name, _, plain = unicodedata.decomposition(char).partition(" ")
        if name == kind and " " not in plain and (ascii_char := chr(int(plain, 16))) in ("−", *map(chr, range(128))):
            found.setdefault(ascii_char if ascii_char != "−" else "-", char)
    found |= dict.fromkeys(MINUS, found["-"])
    wide = {chr(ord(plain) + WIDER): form for plain, form in found.items() if "!" <= plain <= "~"}
    return found | wide | {form: form for form in found.values()}


RAISED = Forms(forms_of("<super>"), "^")
LOWERED = Forms(forms_of("<sub>"), "_", string.ascii_letters)
WAYS = {"sup": RAISED, "sub": LOWERED}


def raised(text: str) -> str:
    """Return `text` as it is written above the line: "9" becomes "⁹", "9.5" becomes "^(9.5)", "[1]" stays."""
    return in_forms(text, RAISED)


def lowered(text: str) -> str:
    """Return `text` as it is written below the line: "2" becomes "₂", "甲" becomes "_(甲)"."""
    return in_forms(text, LOWERED)


def in_form(text: str, tag: str) -> str:
    """Return `text` within <sup> or <sub>, `tag`, as raised() or lowered() write it."""
    return in_forms(text, WAYS[tag])


def same_length(text: str, tag: str) -> str:
    """Return `text` within <sup> or <sub>, `tag`, in as many characters: raised or lowered if each of them can be."""
    forms = WAYS[tag].forms
    return "".join(forms[char] for char in text) if all(char in forms for char in text) else text


def in_forms(text: str, way: Forms) -> str:
    before, core, behind = SURROUNDED.fullmatch(text).groups()  # type: ignore[union-attr]  # it matches any text
    if not core or MARKS.fullmatch(core):
        return text
    if all(char in way.forms or char in way.plain for char in core):
        return before + "".join(way.forms.get(char, char) for char in core) + behind
    inner = core[1:-1] if re.fullmatch(r"\([^()]*\)", core) else core
    return f"{before}{way.sign}({inner}){behind}"
