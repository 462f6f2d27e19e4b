"""Cells of tables that people open in a spreadsheet: none of them may be taken for a formula."""

import re

# What Excel, WPS and LibreOffice take for the beginning of a formula, in full width too; ' says that it is none.
FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")


def neutralised(text: str) -> str:
    """Return `text` as it may stand in a cell; read_back() is the way back."""
    return f"'{text}" if FORMULA.match(text) else text


def read_back(text: str) -> str:
    """Return what a cell says, without the apostrophe that keeps it from being a formula."""
    return text[1:] if text.startswith("'") and FORMULA.match(text) else text
