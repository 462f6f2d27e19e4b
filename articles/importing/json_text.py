"""JSON of untrusted files: what it leaves open is refused, not decided."""

import json
import re
from collections import Counter
from typing import Any

from .errors import BadFile, shorten

SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")  # the beginning of a half, as it is written; most are one of a pair
HALF = re.compile("[\ud800-\udfff]")


def read_json(line: str | bytes, number: int, sentence: str) -> Any:
    """Return what a line of JSON says. Raises BadFile, with `sentence` for what is no JSON."""
    try:
        text = line if isinstance(line, str) else line.decode()
        said = json.loads(text, object_pairs_hook=once_each)
        half = HALF.search(json.dumps(said, ensure_ascii=False)) if SURROGATE.search(text) else None
    except Twice as error:
        raise BadFile(f"“{shorten(HALF.sub(chr(0xFFFD), str(error)))}”在一个 {{…}} 里写了两次。", number) from None
    except (ValueError, RecursionError):
        raise BadFile(sentence, number) from None
    if half:
        raise BadFile(f"这一行里有半个字符（\\u{ord(half[0]):04x}），请重新导出这个文件。", number)
    return said


class Twice(Exception):
    """A key that stands twice in one object: Python would silently take the second."""


def once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    said = dict(pairs)
    if len(said) < len(pairs):
        raise Twice(Counter(key for key, _ in pairs).most_common(1)[0][0])
    return said
