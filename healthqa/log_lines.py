"""How a line of the log looks: one line an event, and no secret in it, whoever writes it."""

import json
import logging
import re
import textwrap
from copy import copy
from datetime import UTC, datetime
from typing import Any

from .numbers import number

# The signature of a draft's link, as it is and as it stands within another address.
SIGNATURE = re.compile(r"(/drafts/\d+-|%2Fdrafts%2F\d+-)[\w-]+", re.IGNORECASE)
# Django writes of requests that it refuses; where in its code it did so helps nobody.
REFUSED = "django.security"
BREAKS = {code: f"\\x{code:02x}" for code in (*range(9), *range(10, 32), 127, 0x85)} | {
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}


class LineFormatter(logging.Formatter):
    """Writes records with signatures left out, a message on one line, and no traceback of refused requests.

    What follows a message is indented, so that no line of a visitor's, in the message of an exception, passes for one.
    """

    def format(self, record: logging.LogRecord) -> str:
        if record.name.startswith(REFUSED):
            record = copy(record)
            record.exc_info = record.exc_text = None
        return SIGNATURE.sub(r"\1…", super().format(record))

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        return datetime.fromtimestamp(record.created).astimezone().isoformat(timespec="milliseconds")

    def formatException(self, ei: Any) -> str:
        text = super().formatException(ei)
        return textwrap.indent("\n".join(line.translate(BREAKS) for line in text.split("\n")), "  ", lambda line: True)

    def formatMessage(self, record: logging.LogRecord) -> str:
        line = super().formatMessage(record).translate(BREAKS)
        return f"{line} [{mine}]" if (mine := number()) else line


class JsonFormatter(LineFormatter):
    """Writes an event as one object of JSON, its traceback included."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        return record.message

    def format(self, record: logging.LogRecord) -> str:
        whole = super().format(record)
        message = SIGNATURE.sub(r"\1…", record.getMessage())
        said = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": message,
            "request": number(),
            "traceback": whole.removeprefix(message).strip(),
        }
        return json.dumps({key: value for key, value in said.items() if value}, ensure_ascii=False)
