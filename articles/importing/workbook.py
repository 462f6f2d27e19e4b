"""An Excel workbook as a table, read with bounded memory: what is dangerous in one is refused, never opened."""

import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from posixpath import join, normpath, split
from typing import IO, NamedTuple
from urllib.parse import unquote

from .elements import Attributes, Malformed, starts
from .errors import BadFile
from .layout import comments_note, read_layout
from .sheet import SheetRows, shared_strings
from .styles import cell_styles

MOST_ENTRIES = 1000
MOST_UNPACKED = 160 * 1024 * 1024
HIGHEST_RATIO = 250  # deflate reaches 1000 with nothing but repetitions
SMALL = 1024 * 1024  # entries that may be packed as tightly as they like
OLE = b"\xd0\xcf\x11\xe0"
MACROS = re.compile(r"vbaProject|macrosheets/", re.IGNORECASE)
FOREIGN = re.compile(r"externalLinks/|(?:^|/)connections\.xml|queryTables/", re.IGNORECASE)
# The same by their kinds, wherever they stand in the archive.
PROGRAMS = {"vbaProject", "xlMacrosheet", "xlIntlMacrosheet"}
SOURCES = {"externalLink", "externalLinkPath", "connections", "queryTable"}
HAS_MACROS = "这个工作簿里有宏，不能导入。请另存为不带宏的 .xlsx 或 CSV。"
HAS_SOURCES = "这个工作簿链接了别的文件或数据源，不能导入。请在“数据 → 编辑链接”里断开，或另存为 CSV。"
MOST_RELATIONS = 70_000
BROKEN = "这个 Excel 文件损坏了，或者不是 Excel 工作簿。请用 Excel 或 WPS 重新保存为 .xlsx。"
WORKBOOK = "xl/workbook.xml"


class Relation(NamedTuple):
    """What a part of a workbook says of another one."""

    id: str
    kind: str  # the last word of its type: worksheet, styles …
    target: str  # a name in the archive, in small letters, for names there differ by more than that; or an address


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
    if "word/document.xml" in names:
        raise BadFile("这是 Word 文档，不能导入。请打开它，把内容复制、粘贴到编辑框里。")
    if any(MACROS.search(name) for name in names):
        raise BadFile(HAS_MACROS)
    if any(FOREIGN.search(name) for name in names):
        raise BadFile(HAS_SOURCES)


def is_bomb(entry: zipfile.ZipInfo) -> bool:
    return entry.file_size > SMALL and entry.file_size > HIGHEST_RATIO * max(entry.compress_size, 1)


def read_workbook(archive: zipfile.ZipFile) -> SheetRows:
    parts = {name.replace("\\", "/").lstrip("/").lower(): name for name in archive.namelist()}
    book = workbook_part(archive, parts)
    sheets, is_1904 = [], False
    for name, attributes in starts_of(archive, parts[book]):
        if name == "sheet":
            sheets.append(attributes)
        elif name == "workbookPr":
            is_1904 = attributes.get("date1904", "0") in ("1", "true")
    related = relations(archive, parts, book)
    refuse_foreign(related)
    tables = {relation.id: relation.target for relation in related if relation.kind == "worksheet"}
    visible = [sheet for sheet in sheets if sheet.get("state", "visible") == "visible" and sheet["id"] in tables]
    if not visible:
        raise BadFile(BROKEN)
    sheet = tables[visible[0]["id"]]
    beside = {relation.kind: relation.target for relation in related}
    rows = SheetRows(
        archive.open(parts[sheet]),
        shared_strings(optional(archive, parts.get(beside.get("sharedStrings", "xl/sharedstrings.xml")))),
        cell_styles(optional(archive, parts.get(beside.get("styles", "xl/styles.xml")))),
        is_1904,
    )
    if len(visible) > 1:
        rows.notes.append(f"这个工作簿有 {len(visible)} 个工作表，只看第一个“{visible[0].get('name', '')}”")
    look_around(archive, parts, sheet, rows)
    return rows


def look_around(archive: zipfile.ZipFile, parts: dict[str, str], sheet: str, rows: SheetRows) -> None:
    """Read what stands beside the rows of a sheet, and note what of it is left out."""
    related = relations(archive, parts, sheet, with_addresses=True)
    refuse_foreign(related)
    rows.layout = read_layout(archive, parts[sheet], {one.id: one.target for one in related if one.kind == "hyperlink"})
    for relation in related:
        if relation.kind == "comments" and relation.target in parts:
            with archive.open(parts[relation.target]) as file:
                rows.notes += filter(None, [comments_note(file)])
    if any(relation.kind == "drawing" for relation in related):
        rows.notes.append("工作表里的图片、图表和文本框没有导入")


def refuse_foreign(related: Iterable[Relation]) -> None:
    """Raise BadFile for parts that are programs or look for data elsewhere, wherever they stand in the archive."""
    kinds = {relation.kind for relation in related}
    if kinds & PROGRAMS:
        raise BadFile(HAS_MACROS)
    if kinds & SOURCES:
        raise BadFile(HAS_SOURCES)


def workbook_part(archive: zipfile.ZipFile, parts: dict[str, str]) -> str:
    """Return the part that is the workbook: the one that the archive names, else where Excel puts it."""
    named = (relation.target for relation in relations(archive, parts, "") if relation.kind == "officeDocument")
    return next((part for part in named if part in parts), WORKBOOK)


def relations(
    archive: zipfile.ZipFile, parts: dict[str, str], part: str, with_addresses: bool = False
) -> list[Relation]:
    """Return what a part of the archive, or for "" the archive itself, says of other parts, and of addresses."""
    folder, name = split(part)
    rels = parts.get(join(folder, "_rels", f"{name}.rels"))
    found: list[Relation] = []
    for element, attributes in starts_of(archive, rels) if rels else ():
        outside = attributes.get("TargetMode") == "External"
        if element != "Relationship" or (outside and not with_addresses):
            continue
        if len(found) >= MOST_RELATIONS:
            raise BadFile(BROKEN)
        target = attributes["Target"] if outside else place_of(attributes["Target"], folder)
        found.append(Relation(attributes["Id"], attributes.get("Type", "").rpartition("/")[2], target))
    return found


def place_of(target: str, folder: str) -> str:
    """Return the name in the archive of what a part in `folder` calls `target`."""
    target = unquote(target).replace("\\", "/")
    return (target.lstrip("/") if target.startswith("/") else normpath(join(folder, target))).lower()


def starts_of(archive: zipfile.ZipFile, name: str) -> Iterator[tuple[str, Attributes]]:
    """Yield (name, attributes) of the elements of a small part, in order."""
    with archive.open(name) as part:
        yield from starts(part)


def optional(archive: zipfile.ZipFile, name: str | None) -> IO[bytes] | None:
    return archive.open(name) if name else None
