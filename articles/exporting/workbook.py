"""An Excel workbook of one sheet of texts, made row by row in temporary files."""

import tempfile
from collections.abc import Iterable, Iterator, Sequence

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

AT_ONCE = 64 * 1024  # bytes
LONGEST = 1_000_000  # characters of a cell: Excel shows 32,767 of them, a table that comes back has to hold all


class TextSheet(Worksheet):  # type: ignore[misc]  # XlsxWriter has no types
    """A sheet that holds nothing but plain texts."""

    def __init__(self) -> None:
        super().__init__()
        self.xls_strmax = LONGEST

    def _xml_rich_inline_string(self, string: str, attributes: Sequence[tuple[str, object]] = ()) -> None:
        """Write a text of the form <r>…</r> as it is read: XlsxWriter takes it for finished XML."""
        self._xml_inline_string(string, True, attributes)


def workbook(name: str, rows: Iterable[Iterable[str]]) -> Iterator[bytes]:
    """Yield the bytes of a workbook whose one sheet `name` holds `rows`, lists of texts."""
    with tempfile.TemporaryFile() as file:
        with Workbook(file, {"constant_memory": True, "use_zip64": True}) as book:
            # Format 49 is text: what is typed over such a cell stays as it was typed.
            text_format = book.add_format({"num_format": 49})
            sheet = book.add_worksheet(name, worksheet_class=TextSheet)
            sheet.freeze_panes(1, 0)
            for line, row in enumerate(rows):
                for column, text in enumerate(row):
                    sheet.write_string(line, column, text, text_format)
        file.seek(0)
        while piece := file.read(AT_ONCE):
            yield piece
