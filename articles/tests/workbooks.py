"""Excel workbooks for tests, part by part, so that each part can be a bad one."""

import io
import zipfile
from xml.sax.saxutils import escape

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORKBOOK = (
    f'<workbook {MAIN} xmlns:r="{RELATION}"><workbookPr/>'
    '<sheets><sheet name="甲" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{RELATION}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
)
STYLES = (
    f'<styleSheet {MAIN}><numFmts><numFmt numFmtId="176" formatCode="{{}}"/></numFmts>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="176"/></cellXfs></styleSheet>'
)


def cell(value):
    """Return the XML of a cell: text as an inline string, a number, or XML as it is."""
    if isinstance(value, int | float):
        return f"<c><v>{value}</v></c>"
    return value if value.startswith("<c") else f'<c t="inlineStr"><is><t>{escape(value)}</t></is></c>'


def sheet(rows):
    body = "".join(f"<row>{''.join(map(cell, row))}</row>" for row in rows)
    return f"<worksheet {MAIN}><sheetData>{body}</sheetData></worksheet>"


def workbook(rows=(), **parts):
    """Return the bytes of a workbook of one sheet; `parts` replace, add or (None) leave out parts."""
    whole = {
        "[Content_Types].xml": "<Types/>",
        "xl/workbook.xml": WORKBOOK,
        "xl/_rels/workbook.xml.rels": RELATIONS,
        "xl/worksheets/sheet1.xml": sheet(rows),
    } | parts
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in whole.items():
            if content is not None:
                archive.writestr(name, content)
    return out.getvalue()


def format_of(code):
    """Return the styles in which cells with s="1" have this number format."""
    return {"xl/styles.xml": STYLES.format(escape(code, {'"': "&quot;"}))}


def saved(tmp_path, content, name="x.xlsx"):
    """Write bytes or text into a file of the test's folder, and return its path."""
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path
