"""Turns the grid of a Word table into rows of cells with spans, as HTML has them.

ECMA-376 part 1, 17.4: spans across columns (gridSpan, hMerge), merged rows (vMerge), columns left out before and
after a row (gridBefore, gridAfter).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from docpipe.model import BlockType, Cell, Image, Paragraph, Revision, Run
from docpipe.readers.docx.names import MC, VAL, Element, W, chosen, is_on, val, whole
from docpipe.readers.docx.revisions import CHANGES, View, revision
from docpipe.readers.docx.styles import is_shaded

_WRAPPERS = frozenset({W + "sdt", W + "sdtContent", W + "customXml"})
_CELL_PROPERTIES, _SHADING = W + "tcPr", W + "shd"
_SPAN, _VERTICAL, _HORIZONTAL = W + "gridSpan", W + "vMerge", W + "hMerge"
_STRAY = frozenset(W + tag for tag in ("p", "tbl", "r", "hyperlink", "fldSimple", "t"))
_MOST_COLUMNS = 1_000
"""Word allows 63 columns; a span beyond this is a defect, not a layout."""


class GridCell(NamedTuple):
    """A cell as it stands in the grid. `merged` is "restart" or "continue" for a cell merged with the rows below it."""

    blocks: list[BlockType]
    span: int
    merged: str | None
    header: bool


class GridRow(NamedTuple):
    """A row with the number of columns left out before and after its cells."""

    before: int
    cells: list[GridCell]
    after: int


class CellProperties(NamedTuple):
    """What a `w:tcPr` says of a cell. `joined` marks a cell that only widens the one to its left (hMerge).

    `withdrawn` is the tracked change by which its text is not shown.
    """

    span: int
    merged: str | None
    joined: bool
    shaded: bool
    withdrawn: Revision | None


class RowProperties(NamedTuple):
    """What a `w:trPr` says of a row. `withdrawn` is the tracked change by which it is not shown, `hidden` that Word hides it."""

    header: bool
    withdrawn: Revision | None
    hidden: bool
    before: int
    after: int


def wrapped(parent: Element, tag: str, view: View) -> Iterator[tuple[Element, Revision | None]]:
    """The children of `parent` in order, through content controls and tracked changes at any depth.

    Given are those called `tag`, and content that should not stand there; each with the change that withdraws it.
    """
    stack: list[tuple[Iterator[Element], Revision | None]] = [(iter(parent), None)]
    while stack:
        children, withdrawn = stack[-1]
        child = next(children, None)
        if child is None:
            stack.pop()
            continue
        name = child.tag
        if name == tag or name in _STRAY:
            yield child, withdrawn
        elif name in _WRAPPERS:
            stack.append((iter(child), withdrawn))
        elif name in CHANGES:
            inner = revision(child) if name in view.withdrawn else withdrawn
            stack.append((iter(child), inner))
        elif name == MC + "AlternateContent" and (branch := chosen(child)) is not None:
            stack.append((iter(branch), withdrawn))


def row_properties(row: Element, view: View, withdrawn: Revision | None) -> RowProperties:
    """The properties of a `w:tr`; `withdrawn` is a tracked change around it."""
    properties = row.find(W + "trPr")
    if properties is None:
        return RowProperties(header=False, withdrawn=withdrawn, hidden=False, before=0, after=0)
    changes = [revision(child) for child in properties if child.tag in view.withdrawn]
    return RowProperties(
        header=is_on(properties.find(W + "tblHeader")),
        withdrawn=changes[0] if changes else withdrawn,
        hidden=is_on(properties.find(W + "hidden")),
        before=_columns(val(properties, W + "gridBefore"), 0),
        after=_columns(val(properties, W + "gridAfter"), 0),
    )


def cell_properties(cell: Element, view: View, withdrawn: Revision | None) -> CellProperties:
    """The properties of a `w:tc`; `withdrawn` is a tracked change around it."""
    span, merged, joined, shaded = 1, None, False, False
    properties = next(iter(cell), None)
    if properties is not None and properties.tag != _CELL_PROPERTIES:
        properties = cell.find(_CELL_PROPERTIES)
    for child in properties if properties is not None else ():
        tag = child.tag
        if tag == _SPAN:
            span = _columns(child.get(VAL), 1) or 1
        elif tag == _VERTICAL:
            merged = child.get(VAL) or "continue"
        elif tag == _HORIZONTAL:
            joined = (child.get(VAL) or "continue") == "continue"
        elif tag == _SHADING:
            shaded = is_shaded(child)
        elif view.of_cell(tag):
            withdrawn = revision(child)
    return CellProperties(span, merged, joined, shaded, withdrawn)


def _columns(value: str | None, default: int) -> int:
    number = whole(value)
    return default if number is None else max(0, min(number, _MOST_COLUMNS))


def spanned(
    rows: Sequence[GridRow],
) -> tuple[tuple[tuple[Cell, ...], ...], list[BlockType]]:
    """The rows with spans, and the blocks of cells that a merge covers, which Word keeps but does not show."""
    result: list[list[Cell]] = []
    covered: list[BlockType] = []
    origins: dict[int, Cell] = {}
    for row in rows:
        column = row.before
        cells = [Cell(colspan=row.before)] if row.before else []
        open_columns: dict[int, Cell] = {}
        for grid_cell in row.cells:
            origin = origins.get(column) if grid_cell.merged == "continue" else None
            if origin is not None and origin.colspan == grid_cell.span:
                origin.rowspan += 1
                covered += grid_cell.blocks
                open_columns[column] = origin
            else:
                cell = make_cell(grid_cell)
                cells.append(cell)
                if grid_cell.merged is not None:
                    open_columns[column] = cell
            column += grid_cell.span
        if row.after:
            cells.append(Cell(colspan=row.after))
        origins = open_columns
        result.append(cells)
    return tuple(tuple(cells) for cells in result), covered


def make_cell(grid_cell: GridCell) -> Cell:
    """A cell. Its blocks are kept only where they say more than the lines of its text."""
    blocks = tuple(grid_cell.blocks)
    text = "\n".join(block.text for block in blocks if block.text and not isinstance(block, Image))
    return Cell(
        text=text,
        colspan=grid_cell.span,
        header=grid_cell.header,
        blocks=() if all(_is_plain(block) for block in blocks) else blocks,
    )


def _is_plain(block: BlockType) -> bool:
    return isinstance(block, Paragraph) and not block.label and not any(map(_tells, block.runs))


def _tells(run: Run) -> bool:
    """Whether a run's mark changes what the text says, and not only its looks."""
    return bool(run.link or run.note or run.hidden or run.superscript or run.subscript)


def is_layout(rows: Sequence[GridRow]) -> bool:
    """Whether a table only draws a frame around prose: one cell a row, and it is one row or holds paragraphs."""
    if any(len(row.cells) != 1 or row.before or row.after for row in rows):
        return False
    return len(rows) == 1 or any(len(cell.blocks) > 1 for row in rows for cell in row.cells)
