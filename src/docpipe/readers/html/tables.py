"""Tells tables of data from tables that lay out the page, and builds the former."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import msgspec

from docpipe.model import (
    BlockType,
    Cell,
    Paragraph,
    Place,
    Run,
    Table,
    table_text,
)
from docpipe.readers.html.looks import Frame, dominant_look
from docpipe.readers.html.styles import whole_number

_BORDER_STYLE = re.compile(
    r"border(?:-(?:top|bottom|left|right))?\s*:\s*(?!none|0(?:px|pt)?\s*(?:;|$))", re.I
)


class CellDraft:
    """An open or closed <td> or <th> with the blocks it holds. `group` is the number of its <thead>, <tbody> or <tfoot>."""

    __slots__ = ("blocks", "colspan", "group", "header", "rowspan")

    def __init__(self, rowspan: int, colspan: int, header: bool, group: int) -> None:
        self.rowspan = rowspan
        self.colspan = colspan
        self.header = header
        self.group = group
        self.blocks: list[BlockType] = []


class TableDraft:
    """An open <table>. `outer` is where blocks went before it and go after it, `group` as for a cell."""

    __slots__ = ("border", "frame", "group", "number", "outer", "presentation", "rows")

    def __init__(
        self, frame: Frame, number: int, outer: list[BlockType], attributes: Mapping[str, str]
    ) -> None:
        self.frame = frame
        self.group = 0
        self.number = number
        self.outer = outer
        self.border = has_border(attributes)
        self.presentation = attributes.get("role") in ("presentation", "none")
        self.rows: list[list[CellDraft]] = []


def has_border(attributes: Mapping[str, str]) -> bool:
    """Whether an element's attributes draw a border."""
    if whole_number(attributes.get("border"), 0) > 0 or attributes.get("rules", "none") != "none":
        return True
    return bool(_BORDER_STYLE.search(attributes.get("style", "")))


def is_data(table: TableDraft) -> bool:
    """Whether a table shows data in rows and columns, or only lays out the page.

    One row, one column, or cells that hold pages of text, headings, tables or nothing but links are layout.
    """
    rows = table.rows
    if table.presentation or len(rows) < 2 or max(len(row) for row in rows) < 2:
        return False
    cells = [cell for row in rows for cell in row]
    filled = [cell for cell in cells if cell.blocks]
    headed = any(cell.header for cell in cells)
    if len(filled) < 3 or any(_holds_structure(cell, headed) for cell in cells):
        return False
    lengths = sorted(sum(len(block.text) for block in cell.blocks) for cell in filled)
    total = sum(lengths)
    linked = sum(
        block.look.link_share * len(block.text) for cell in filled for block in cell.blocks
    )
    marked = table.border or headed
    if linked > 0.7 * total and not headed:
        return False
    if marked:
        return lengths[len(lengths) // 2] <= 400
    several = sum(len(row) >= 2 for row in rows)
    return lengths[len(lengths) // 2] <= 60 and lengths[-1] <= 400 and 2 * several >= len(rows)


def _holds_structure(cell: CellDraft, headed: bool) -> bool:
    """Whether a cell holds parts of a page. A table in one of a table that is `headed` is data in data."""
    return any(
        (isinstance(block, Table) and not headed) or block.look.heading is not None
        for block in cell.blocks
    ) or (len(cell.blocks) > 12 and sum(len(block.text) for block in cell.blocks) > 1500)


def build_table(table: TableDraft) -> Iterator[BlockType]:
    """The table, and after it what its cells hide."""
    hidden: list[BlockType] = []
    whole_hidden = table.frame.style.hidden
    rows = []
    linked = 0.0
    groups = [row[0].group for row in table.rows]
    for number, row in enumerate(table.rows):
        left = groups[number:].count(groups[number])
        cells = []
        for draft in row:
            shown = [block for block in draft.blocks if whole_hidden or block.layer != "hidden"]
            hidden += [
                block for block in draft.blocks if not (whole_hidden or block.layer != "hidden")
            ]
            linked += sum(block.look.link_share * len(block.text) for block in shown)
            cells.append(
                Cell(
                    text="\n".join(block.text for block in shown),
                    # 0 is the rest of the group, and no cell leaves it (HTML Standard, 4.9.12).
                    rowspan=min(draft.rowspan, left) if draft.rowspan > 0 else left,
                    colspan=max(draft.colspan, 1),
                    header=draft.header,
                    blocks=() if _is_plain(shown) else tuple(shown),
                )
            )
        rows.append(tuple(cells))
    text = table_text(tuple(rows))
    look = dominant_look([(table.frame, 1)], "")
    yield Table(
        text=text,
        rows=tuple(rows),
        at=(Place(part="body", paragraph=table.number),),
        layer="hidden" if whole_hidden else "body",
        look=msgspec.structs.replace(look, link_share=round(linked / max(len(text), 1), 3)),
    )
    yield from hidden


def _is_plain(blocks: list[BlockType]) -> bool:
    """Nothing but one unmarked paragraph; one that is bold throughout says no more than its place in the table."""
    if not blocks:
        return True
    only = blocks[0]
    return (
        len(blocks) == 1
        and isinstance(only, Paragraph)
        and only.list_level is None
        and (not only.runs or only.runs == (Run(0, len(only.text), bold=True),))
    )
