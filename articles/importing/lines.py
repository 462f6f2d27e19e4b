"""A file as numbered lines of text, read with bounded memory."""

import os
import re
import stat
from collections.abc import Callable, Collection
from pathlib import Path
from typing import IO, BinaryIO, Self

from .errors import BadFile
from .recoding import recoded

MAX_LINE = 1024 * 1024
MAX_FILE = 4 * 1024**3
UTF_16 = "这是 UTF-16 编码的文件，请另存为 UTF-8。"
PACKED = "这是压缩文件或 Excel 工作簿，请解压，或另存为 CSV。"
SIGNATURES = {
    b"\xff\xfe": UTF_16,
    b"\xfe\xff": UTF_16,
    b"PK\x03\x04": PACKED,
    b"\x1f\x8b": PACKED,
    b"\xd0\xcf\x11\xe0": PACKED,
}
BOM = b"\xef\xbb\xbf"
PAIR = re.compile(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]")
# Encodings that GB18030 would read as nonsense: the first bytes of what is common in them, and how many of a hundred
# second bytes are ASCII, which no simplified character of everyday has.
FOREIGN = {"Big5": (range(0xA4, 0xC7), 15), "Shift_JIS": ((0x82, 0x83), 0)}
UTF_16_NAME = "utf-16"
CHINESE = ("utf-8", "gb18030", UTF_16_NAME)  # what programs here write text in
NAMES = {"utf-8": "UTF-8", "gb18030": "GB18030"}


def open_file(path: str | Path) -> BinaryIO:
    """Open a regular file for reading bytes. Raises BadFile for anything that is none or cannot be read."""
    try:
        # Looked at before it is opened: opening a pipe would wait for its other end.
        status = os.stat(path)
        if stat.S_ISDIR(status.st_mode):
            raise BadFile("这是一个目录，请写出要导入的文件。")
        if not stat.S_ISREG(status.st_mode):
            raise BadFile("这不是普通文件。")
        if status.st_size > MAX_FILE:
            raise BadFile("文件超过 4 GB，请分成几个文件。")
        return open(path, "rb")
    except FileNotFoundError:
        raise BadFile("找不到这个文件。") from None
    except PermissionError:
        raise BadFile("没有读取这个文件的权限。") from None
    except (OSError, ValueError):
        raise BadFile("这个文件打不开。") from None


def foreign_encoding(raw: bytes) -> str:
    """Return the name of the encoding, neither UTF-8 nor simplified Chinese, that bytes look like; "" for none."""
    pairs = PAIR.findall(raw)
    for name, (leads, low) in FOREIGN.items():
        try:
            raw.decode(name)
        except UnicodeDecodeError:
            continue
        is_common = 2 * sum(pair[0] in leads for pair in pairs) > len(pairs)
        if is_common and 100 * sum(pair[1] < 0x80 for pair in pairs) >= low * len(pairs):
            return name
    return ""


class Lines:
    """The decoded lines of a binary file. `number` and `offset` tell how far reading has come.

    With several `encodings`, the first line that is not ASCII decides: it is UTF-8 or it is not. Text in another
    encoding is not valid UTF-8 for a whole line, and a broken byte further down does not change what was decided.
    UTF-16 that says so at its beginning is read where it is one of `encodings`.
    """

    def __init__(
        self, file: IO[bytes], encodings: Collection[str] = ("utf-8",), advance: Callable[[int], object] | None = None
    ) -> None:
        self.file = recoded(file, UTF_16_NAME in encodings)
        self.encodings = [encoding for encoding in encodings if encoding != UTF_16_NAME]
        self.advance = advance
        self.number = 0
        self.offset = 0

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        raw = self.file.readline(MAX_LINE + 1)
        if not raw:
            raise StopIteration
        self.number += 1
        self.offset += len(raw)
        if self.advance:
            self.advance(len(raw))
        if self.number == 1:
            raw = self.without_signature(raw)
        if b"\0" in raw:
            raise BadFile("这里有 NUL 字节：不是文本文件，或者是 UTF-16 编码。", self.number)
        if len(raw) > MAX_LINE:
            raise BadFile("这一行超过 1 MB。", self.number)
        return self.decode(raw)

    def without_signature(self, raw: bytes) -> bytes:
        for signature, sentence in SIGNATURES.items():
            if raw.startswith(signature):
                raise BadFile(sentence)
        if raw.startswith(BOM):
            self.encodings = ["utf-8"]
            return raw[len(BOM) :]
        return raw

    def decode(self, raw: bytes) -> str:
        try:
            text = raw.decode(self.encodings[0])
        except UnicodeDecodeError:
            if len(self.encodings) == 1:
                raise BadFile(f"这一行不是 {NAMES[self.encodings[0]]} 编码的文字。", self.number) from None
            if name := foreign_encoding(raw):
                raise BadFile(f"这个文件像是 {name} 编码，请另存为 UTF-8。", self.number) from None
            del self.encodings[0]
            return self.decode(raw)
        if not raw.isascii():
            del self.encodings[1:]
        return text
