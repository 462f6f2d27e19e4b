"""What people type where tags are wanted: names between separators."""

import re

from .names import clean_name, fold

SEPARATORS = re.compile(r"[,，、;；\r\n]+")
MAX_LENGTH = 50


def split_tags(text: str | None) -> list[str]:
    """Return the names in `text`, in order and once each: `,，、;；` and line breaks separate, spaces do not.

    The signature is what TAGGIT_TAGS_FROM_STRING asks for.
    """
    names: dict[str, str] = {}
    for part in SEPARATORS.split(text or ""):
        if name := clean_name(part):
            names.setdefault(fold(name), name)
    return list(names.values())
