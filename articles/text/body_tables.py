"""Tables of a body: a caption of text, one head, one part below it, and a cell in each place of the grid."""

from bisect import bisect_left
from collections.abc import Sequence

from .body_nodes import ATTRIBUTE, Element, Flow, Node, is_blank, lines

CELLS = frozenset({"td", "th"})
WIDEST = 50  # columns; a wider span is counted anew, as far as other rows have columns
MOST_PLACES = 20_000  # of a grid that is filled up


def settle_table(table: Element, flow: Flow) -> list[Node]:
    """Return a table that the editor can hold, after what stood in it and belongs to none of its cells."""
    before: list[Node] = []
    captions: list[Node] = []
    head: list[Element] = []
    body: list[Element] = []
    for child in table.children:
        if isinstance(child, Element) and child.tag == "caption":
            captions += [Element("br")] if captions else []
            captions += lines(flow(child.children))
        elif isinstance(child, Element) and child.tag in ("thead", "tbody", "tr"):
            rows = clip(rows_of(child, flow, before))
            (head if child.tag == "thead" and not body else body).extend(rows)
        elif not is_blank(child):
            before += flow([child])
    fill(head + body)
    if not head + body:
        return [*before, *([Element("p", "", captions)] if captions else [])]
    parts: list[tuple[str, Sequence[Node]]] = [("caption", captions), ("thead", head), ("tbody", body)]
    return [*before, Element("table", "", [Element(tag, "", [*content]) for tag, content in parts if content])]


def rows_of(part: Element, flow: Flow, before: list[Node]) -> list[Element]:
    """Return the rows of a part of a table; what stands beside rows and cells goes to `before`."""
    rows = []
    for row in [part] if part.tag == "tr" else part.children:
        if isinstance(row, Element) and row.tag == "tr":
            cells: list[Node] = []
            for cell in row.children:
                if isinstance(cell, Element) and cell.tag in CELLS:
                    cells.append(Element(cell.tag, cell.attributes, flow(cell.children)))
                elif not is_blank(cell):
                    before += flow([cell])
            rows.append(Element("tr", "", cells))
        elif not is_blank(row):
            before += flow([row])
    return rows


def span(cell: Element, name: str) -> int:
    """Return how many columns or rows a cell takes; 0 is what HTML says for all that are left."""
    if not cell.attributes:
        return 1
    value = dict(ATTRIBUTE.findall(cell.attributes)).get(name, "1")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 6 else 1


def set_span(cell: Element, name: str, value: int) -> None:
    """Let a cell that says how far it spans say `value`."""
    if not cell.attributes:
        return
    new = f' {name}="{value}"' if value > 1 else ""
    cell.attributes = ATTRIBUTE.sub(lambda match: new if match[1] == name else match[0], cell.attributes)


def clip(rows: list[Element]) -> list[Element]:
    """End each cell where its part of the table ends, as browsers do; rowspan=0 reaches down to there.

    Rows without a cell stay only where cells reach down into them.
    """
    kept = []
    reached = 0
    for index, row in enumerate(rows):
        for cell in elements(row):
            left = len(rows) - index
            down = min(span(cell, "rowspan") or left, left)
            set_span(cell, "rowspan", down)
            reached = max(reached, index + down)
        if index < reached:
            kept.append(row)
    return kept


def elements(row: Element) -> list[Element]:
    return [cell for cell in row.children if isinstance(cell, Element)]


Places = list[list[tuple[int, Element]]]  # for each row, the columns where its cells begin


def lay(rows: list[Element]) -> tuple[Places, list[int]]:
    """Put the cells into a grid from the left; return their places, and how many columns of each row are taken.

    Where a cell would cover another that reaches down from above, it ends before it.
    """
    begins: Places = []
    taken = []
    covered: dict[int, int] = {}  # for how many more rows a column is covered from above
    for row in rows:
        now = set(covered)
        covered = {column: left - 1 for column, left in covered.items() if left > 1}
        begins.append([])
        column = 0
        for cell in elements(row):
            while column in now:
                column += 1
            wide = max(span(cell, "colspan"), 1)
            wide = next((one for one in range(1, wide) if column + one in now), wide)
            set_span(cell, "colspan", wide)
            begins[-1].append((column, cell))
            columns = range(column, column + wide)
            now.update(columns)
            if (down := span(cell, "rowspan")) > 1:
                covered |= dict.fromkeys(columns, down - 1)
            column += wide
        taken.append(len(now))
    return begins, taken


def narrow(begins: Places) -> None:
    """Let cells span only columns where some cell begins; browsers show no others."""
    used = sorted({column for places in begins for column, _ in places})
    for places in begins:
        for column, cell in places:
            end = column + span(cell, "colspan")
            set_span(cell, "colspan", bisect_left(used, end) - bisect_left(used, column))


def fill(rows: list[Element]) -> None:
    """Give each place of the grid a cell."""
    begins, taken = lay(rows)
    if max(taken, default=0) > WIDEST:
        narrow(begins)
        begins, taken = lay(rows)
    width = max(taken, default=0)
    if width * len(rows) > MOST_PLACES:
        return
    for row, own in zip(rows, taken, strict=True):
        row.children += [Element("td") for _ in range(width - own)]
