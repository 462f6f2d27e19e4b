"""An Excel workbook as a table, read with bounded memory: what is dangerous in one is refused, never opened."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from posixpath import join, normpath
from typing import IO

from .elements import Attributes, Malformed, starts
from .errors import BadFile
from .sheet import SheetRows, date_styles, shared_strings

MOST_ENTRIES = 1000
MOST_UNPACKED = 160 * 1024 * 1024
HIGHEST_RATIO = 250  # deflate reaches 1000 with nothing but repetitions
SMALL = 1024 * 1024  # entries that may be packed as tightly as they like
OLE = b"\xd0\xcf\x11\xe0"
MACROS = re.compile(r"vbaProject|macrosheets/", re.IGNORECASE)
FOREIGN = re.compile(r"externalLinks/|xl/connections\.xml|queryTables/", re.IGNORECASE)
BROKEN = "这个 Excel 文件损坏了，或者不是 Excel 工作簿。请用 Excel 或 WPS 重新保存为 .xlsx。"
WORKBOOK = "xl/workbook.xml"


@contextmanager
def open_workbook(file: IO[bytes]) -> Iterator[SheetRows]:
    """Open the first sheet of a workbook: an iterator of rows (number, cells), its `notes` told. Raises BadFile."""
    if file.read(4) == OLE:
        raise BadFile("这个 Excel 文件有密码，或者是旧的 .xls 格式。请去掉密码，另存为 .xlsx。")
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            look_at(archive.infolist())
            yield read_workbook(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, LookupError, ValueError, NotImplementedError, Malformed):
        raise BadFile(BROKEN) from None


def look_at(entries: list[zipfile.ZipInfo]) -> None:
    """Raise BadFile for what unpacks to too much, is locked, holds programs, or looks for data elsewhere."""
    names = [entry.filename for entry in entries]
    if len(entries) > MOST_ENTRIES or len(set(names)) < len(names):
        raise BadFile(BROKEN)
    if any(entry.flag_bits & 1 for entry in entries):
        raise BadFile("这个文件有密码，请去掉密码再上传。")
    if sum(entry.file_size for entry in entries) > MOST_UNPACKED or any(map(is_bomb, entries)):
        raise BadFile("这个文件解压以后大得不正常，不能导入。请把内容复制到新的工作簿，或另存为 CSV。")
    if any(MACROS.search(name) for name in names):
        raise BadFile("这个工作簿里有宏，不能导入。请另存为不带宏的 .xlsx 或 CSV。")
    if any(FOREIGN.search(name) for name in names):
        raise BadFile("这个工作簿链接了别的文件或数据源，不能导入。请在“数据 → 编辑链接”里断开，或另存为 CSV。")


def is_bomb(entry: zipfile.ZipInfo) -> bool:
    return entry.file_size > SMALL and entry.file_size > HIGHEST_RATIO * max(entry.compress_size, 1)


def read_workbook(archive: zipfile.ZipFile) -> SheetRows:
    if WORKBOOK not in archive.namelist():
        raise BadFile(BROKEN)
    sheets, is_1904 = [], False
    for name, attributes in starts_of(archive, WORKBOOK):
        if name == "sheet":
            sheets.append(attributes)
        elif name == "workbookPr":
            is_1904 = attributes.get("date1904", "0") in ("1", "true")
    targets = dict(relations(archive))
    visible = [sheet for sheet in sheets if sheet.get("state", "visible") == "visible" and sheet["id"] in targets]
    if not visible:
        raise BadFile(BROKEN)
    rows = SheetRows(
        archive.open(targets[visible[0]["id"]]),
        shared_strings(optional(archive, "xl/sharedStrings.xml")),
        date_styles(optional(archive, "xl/styles.xml")),
        is_1904,
    )
    if len(visible) > 1:
        rows.notes.append(f"这个工作簿有 {len(visible)} 个工作表，只看第一个“{visible[0].get('name', '')}”")
    return rows


def relations(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Yield (id, name in the archive) of the workbook's parts."""
    for name, attributes in starts_of(archive, "xl/_rels/workbook.xml.rels"):
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes["Target"]
            place = target.lstrip("/") if target.startswith("/") else normpath(join("xl", target))
            yield attributes["Id"], place


def starts_of(archive: zipfile.ZipFile, name: str) -> Iterator[tuple[str, Attributes]]:
    """Yield (name, attributes) of the elements of a small part, in order."""
    with archive.open(name) as part:
        yield from starts(part)


def optional(archive: zipfile.ZipFile, name: str) -> IO[bytes] | None:
    return archive.open(name) if name in archive.namelist() else None
