"""XML of untrusted files: element by element, without entities, document types or anything fetched from elsewhere."""

from collections.abc import Callable, Iterator
from typing import IO, NoReturn
from xml.parsers import expat

from .errors import BadFile

AT_ONCE = 64 * 1024
MOST_NAMES = 1000  # that are remembered; a workbook has a few dozen, millions of times
Malformed = expat.ExpatError
Attributes = dict[str, str]


def refuse_declarations(*_: object) -> NoReturn:
    raise BadFile("文件里有 XML 实体或文档类型声明，不能导入。请用 Excel 或 WPS 重新保存。")


class LocalNames(dict[str, str]):
    """Names of elements and attributes without their namespace: there are two for each part of a workbook."""

    def __missing__(self, name: str) -> str:
        local = name.rpartition(" ")[2]
        if len(self) < MOST_NAMES:
            self[name] = local
        return local


def feed(
    file: IO[bytes],
    start: Callable[[str, Attributes], object] | None = None,
    end: Callable[[str], object] | None = None,
    text: Callable[[str], object] | None = None,
) -> Iterator[None]:
    """Parse `file` and yield None after each piece of it, when start(name, attributes), end(name), text() were called.

    Raises BadFile for declarations, Malformed for what is no XML.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse_declarations
    local = LocalNames()
    if start:
        parser.StartElementHandler = lambda name, attributes: start(
            local[name], {local[key]: value for key, value in attributes.items()}
        )
    if end:
        parser.EndElementHandler = lambda name: end(local[name])
    parser.CharacterDataHandler = text
    while piece := file.read(AT_ONCE):
        parser.Parse(piece, False)
        yield
    parser.Parse(b"", True)
    yield


def starts(file: IO[bytes]) -> Iterator[tuple[str, Attributes]]:
    """Yield (name, attributes) of each element."""
    found = []
    for _ in feed(file, start=lambda name, attributes: found.append((name, attributes))):
        yield from found
        found.clear()
