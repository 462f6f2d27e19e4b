"""What of a file does not reach the body of a question, or reaches it as a sign that nobody can read: noted by rows."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from articles.text.foreign import left_out
from articles.text.symbol_fonts import UNREADABLE as SIGNS

from .layout import in_words
from .reading import Reading
from .records import Record

MOST_KEPT = 20_000  # numbers of rows that are kept for a note
UNREADABLE = re.compile(f"[{SIGNS}]")


def told(records: Iterable[Record], reading: Reading) -> Iterator[Record]:
    """Yield `records`, and note at the end what of them was left out and what nobody can read."""
    lost: dict[str, list[int]] = defaultdict(list)
    unreadable: list[int] = []
    try:
        for record in records:
            for what in left_out(record.html) if "<" in record.html else ():
                if len(lost[what]) < MOST_KEPT:
                    lost[what].append(record.line)
            said = (record.text, record.html, *(text for text in record.columns.values() if isinstance(text, str)))
            if any(map(UNREADABLE.search, said)) and len(unreadable) < MOST_KEPT:
                unreadable.append(record.line)
            yield record
    finally:
        reading.notes += [f"第 {in_words(lines)} 行的正文里有{what}，没有导入" for what, lines in lost.items()]
        if unreadable:
            reading.notes.append(f"第 {in_words(unreadable)} 行有认不出的符号，可能来自 PDF 或符号字体，请核对原文")
