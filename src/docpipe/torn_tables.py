"""Joins the parts of a table that page breaks made of it: its rows, a row that was torn, cells that span the break."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from docpipe.model import BlockType, Cell, Table, table_text
from docpipe.numbering import Label, parse_label
from docpipe.wording import glue, is_broken_number, unit_width

_SLACK = 0.5
"""Type sizes by which the room that a text needs at a line's end may be misjudged."""


def with_whole_tables(blocks: Iterable[BlockType]) -> Iterator[BlockType]:
    """The blocks, tables that go on at the top of the next page as one."""
    parts: list[Table] = []
    for block in blocks:
        if parts and not (isinstance(block, Table) and _goes_on(parts[-1], block)):
            yield _joined(parts)
            parts = []
        if isinstance(block, Table):
            parts.append(block)
        else:
            yield block
    if parts:
        yield _joined(parts)


def _goes_on(first: Table, second: Table) -> bool:
    """Whether a table may go on in one at the top of the next page: with as many columns."""
    if not first.at or not second.at or not first.rows or not second.rows:
        return False
    before, after = first.at[-1].page, second.at[0].page
    if before is None or after is None or after != before + 1:
        return False
    return _columns(first) == _columns(second)


def _columns(table: Table) -> int:
    return max(sum(cell.colspan for cell in row) for row in table.rows)


def _joined(parts: Sequence[Table]) -> Table:
    if len(parts) == 1:
        return parts[0]
    whole = _Whole()
    for part in parts:
        whole.add(part)
    rows = tuple(tuple(row) for row in whole.rows)
    at = tuple(place for part in parts for place in part.at)
    return replace(parts[0], rows=rows, text=table_text(rows), at=at)


class _Foot(NamedTuple):
    """A cell that reaches the last row: where it stands, its columns, and how many rows it still hangs down."""

    row: int
    place: int
    colspan: int
    below: int


_Pairs = dict[int, tuple[_Foot, Cell]]
"""Cells at the foot of a part by their first columns, each with the cell below it at the head of the next part."""


class _Whole:
    """The rows of a table that grows by its parts; `_feet` are the cells of its last row by their first columns."""

    def __init__(self) -> None:
        self.rows: list[list[Cell]] = []
        self._feet: dict[int, _Foot] = {}
        self._room: tuple[float | None, ...] = ()

    def add(self, part: Table) -> None:
        """Add a part: its first row is the rest of the last one, or begins anew but for cells that span the break."""
        first, *rest = part.rows
        pairs = self._pairs(first)
        if self._is_torn(pairs):
            self._go_on(pairs, 1)
        else:
            spanning = {
                column: pair for column, pair in pairs.items() if self._spans(column, *pair)
            }
            begins = [cell for column, (_, cell) in pairs.items() if column not in spanning]
            if begins:
                self._go_on(spanning, 0)
            self._add_row(begins or first)
        for row in rest:
            self._add_row(row)
        self._room = part.look.cell_room

    def _pairs(self, first: Sequence[Cell]) -> _Pairs:
        """The cells on both sides of the break, from left to right; none if their columns differ."""
        heads = _feet_of({}, first, 0)
        if {c: foot.colspan for c, foot in self._feet.items()} != {
            c: head.colspan for c, head in heads.items()
        }:
            return {}
        return {c: (self._feet[c], first[head.place]) for c, head in heads.items()}

    def _is_torn(self, pairs: _Pairs) -> bool:
        """Whether the break tore a row: every cell with text below it goes on there, in mid-line."""
        if len(self._room) != len(pairs):
            return False
        going_on = [
            _flows(self._at(foot).text, cell.text, room)
            for (foot, cell), room in zip(pairs.values(), self._room, strict=True)
            if cell.text
        ]
        return bool(going_on) and all(going_on)

    def _spans(self, column: int, foot: _Foot, cell: Cell) -> bool:
        """Whether one merged cell stands on both sides of the break: one of its parts has no text, and spans rows, or
        leads its row beside one that does."""
        own = self._at(foot)
        if bool(own.text) == bool(cell.text):
            return False
        empty, other = (cell, own) if own.text else (own, cell)
        return empty.rowspan > 1 or (column == 0 and other.rowspan > 1)

    def _go_on(self, pairs: _Pairs, shared: int) -> None:
        """Let cells go on below the break; `shared` is the number of rows that both sides have in common."""
        for column, (foot, cell) in pairs.items():
            own = self._at(foot)
            self.rows[foot.row][foot.place] = replace(
                own,
                text=_joined_text(own.text, cell.text),
                rowspan=own.rowspan + cell.rowspan - shared,
            )
            self._feet[column] = foot._replace(below=cell.rowspan - shared)

    def _at(self, foot: _Foot) -> Cell:
        return self.rows[foot.row][foot.place]

    def _add_row(self, row: Sequence[Cell]) -> None:
        self._feet = _feet_of(self._feet, row, len(self.rows))
        self.rows.append(list(row))


def _feet_of(above: Mapping[int, _Foot], row: Sequence[Cell], number: int) -> dict[int, _Foot]:
    """The cells that reach row `number`, from left to right: its own, and those that hang down from `above`."""
    hanging = {c: foot._replace(below=foot.below - 1) for c, foot in above.items() if foot.below}
    feet = dict(hanging)
    column = 0
    for index, cell in enumerate(row):
        while column in hanging:
            column += hanging[column].colspan
        feet[column] = _Foot(number, index, cell.colspan, cell.rowspan - 1)
        column += cell.colspan
    return dict(sorted(feet.items()))


def _flows(first: str, second: str, room: float | None) -> bool:
    """Whether a cell's text goes on in another's: its last line had no `room` (in type sizes) for what that begins with,
    a number was broken, or its numbered paragraphs are counted on."""
    label = _item(second)
    if label is not None:
        return any(_counts_on(_item(line), label) for line in first.split("\n"))
    if is_broken_number(first.rpartition("\n")[2], second):
        return True
    if room is None or not _has_words(first) or not _has_words(second):
        return False
    needed = unit_width(second)
    if (
        first[-1].isascii() and second[0].isascii()
    ):  # a space comes first, and letters may be wider than half a square
        needed = 1.15 * needed + 0.25
    return room < needed + _SLACK


def _item(line: str) -> Label | None:
    """The label that a paragraph begins with; a bare number is none, nor what is nothing but a label."""
    label = parse_label(line)
    return None if label is None or label.kind == "bare" or label.end == len(line) else label


def _counts_on(before: Label | None, label: Label) -> bool:
    """Whether a label is the next one of its kind."""
    if before is None or before.kind != label.kind:
        return False
    return label.values == (*before.values[:-1], before.values[-1] + 1)


def _joined_text(first: str, second: str) -> str:
    return f"{first}\n{second}" if first and _item(second) else glue(first, second)


def _has_words(text: str) -> bool:
    return any(char.isalpha() for char in text)
