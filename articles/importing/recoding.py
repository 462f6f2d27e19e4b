"""Files that are no lines of UTF-8 as they stand: those of an old Macintosh, with CR alone, and those in UTF-16."""

import codecs
import re
from typing import IO, Protocol

from .errors import BadFile

AT_ONCE = 64 * 1024
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
END = re.compile(r"[\r\n]+")
BOM = codecs.BOM_UTF8.decode("latin-1")


class Readable(Protocol):
    """What lines are read from."""

    def readline(self, size: int = -1, /) -> bytes: ...


class Recoded:
    """Reads a file in UTF-16 as UTF-8, and lines that end with CR as lines that end with LF."""

    def __init__(self, file: IO[bytes], is_utf_16: bool, is_cr: bool) -> None:
        self.file, self.is_cr = file, is_cr
        self.decoder = codecs.getincrementaldecoder("utf-16")() if is_utf_16 else None
        self.end = b"\r" if is_cr else b"\n"
        self.waiting, self.number, self.is_done = b"", 0, False

    def readline(self, size: int = -1, /) -> bytes:
        """Return the next line, of at most `size` bytes."""
        while (end := self.waiting.find(self.end)) < 0 and not self.is_done and not 0 <= size <= len(self.waiting):
            self.waiting += self.read()
        length = end + 1 if end >= 0 else len(self.waiting)
        if size >= 0:
            length = min(length, size)
        line, self.waiting = self.waiting[:length], self.waiting[length:]
        self.number += 1
        return line[:-1] + b"\n" if self.is_cr and line.endswith(b"\r") else line

    def read(self) -> bytes:
        piece = self.file.read(AT_ONCE)
        self.is_done = not piece
        if self.decoder is None:
            return piece
        try:
            return self.decoder.decode(piece, self.is_done).encode()
        except UnicodeDecodeError:
            raise BadFile("从这里开始不是完整的 UTF-16 编码的文字。", self.number + 1) from None


def recoded(file: IO[bytes], is_utf_16_read: bool) -> Readable:
    """Return what lines of `file` are read from: the file itself, unless its beginning says otherwise."""
    head = file.read(AT_ONCE)
    file.seek(0)
    is_utf_16 = is_utf_16_read and head.startswith(UTF_16)
    text = head.decode("utf-16" if is_utf_16 else "latin-1", errors="replace")  # of bytes only CR and LF are asked
    end = END.search(text.removeprefix(BOM).lstrip("\r\n"))
    is_cr = end is not None and "\n" not in end[0]
    return Recoded(file, is_utf_16, is_cr) if is_utf_16 or is_cr else file
