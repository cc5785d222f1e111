"""Lines to tables: fills ruled grids with the text that stands in their cells, and finds tables without rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from docpipe.model import Cell, Place, Table, table_text
from docpipe.readers.pdf.lines import Line, PageText, Segment
from docpipe.readers.pdf.rules import Grid, GridCell, find_grids
from docpipe.wording import glue, is_prose

_MIN_UNRULED_ROWS = 3


class FoundTable(NamedTuple):
    """A table, the indices of the lines it took, and whether rules drew it."""

    table: Table
    lines: frozenset[int]


def find_tables(page: PageText, lines: Sequence[Line], number: int) -> list[FoundTable]:
    """The tables of page `number`; pages on which no line has a wide gap are not looked at for rules."""
    if not any(len(line.segments) > 1 for line in lines):
        return []
    found = [t for grid in find_grids(page) if (t := _ruled(grid, lines, number)) is not None]
    taken = {index for table in found for index in table.lines}
    return [*found, *_unruled(lines, taken, number)]


def _inside(segment: Segment, line: Line, cell: GridCell) -> bool:
    x, y = (segment.x0 + segment.x1) / 2, (line.box[1] + line.box[3]) / 2
    return cell.box[0] <= x <= cell.box[2] and cell.box[1] <= y <= cell.box[3]


def _ruled(grid: Grid, lines: Sequence[Line], number: int) -> FoundTable | None:
    texts: dict[GridCell, list[tuple[float, float, str]]] = {cell: [] for cell in grid.cells}
    taken: set[int] = set()
    for index, line in enumerate(lines):
        middle = (line.box[1] + line.box[3]) / 2
        if not grid.box[1] <= middle <= grid.box[3]:
            continue
        homes = [next((c for c in grid.cells if _inside(s, line, c)), None) for s in line.parts]
        if any(home is None for home in homes):
            continue
        for segment, home in zip(line.parts, homes, strict=True):
            assert home is not None
            texts[home].append((round(line.box[1]), segment.x0, segment.text))
        taken.add(index)
    filled = [cell for cell in grid.cells if texts[cell]]
    if len(filled) < 2 or not any(
        len({c.column for c in filled if c.row == row}) > 1 for row in {c.row for c in filled}
    ):
        return None
    rows: dict[int, list[Cell]] = {}
    for cell in grid.cells:
        text = ""
        for _, _, part in sorted(texts[cell]):
            text = glue(text, part)
        rows.setdefault(cell.row, []).append(
            Cell(text=text, rowspan=cell.rowspan, colspan=cell.colspan)
        )
    return FoundTable(_table(list(rows.values()), grid.box, number), frozenset(taken))


def _table(
    rows: Sequence[Sequence[Cell]], box: tuple[float, float, float, float], number: int
) -> Table:
    cells = tuple(tuple(row) for row in rows)
    place = Place(page=number, bbox=tuple(round(v, 1) for v in box))  # type: ignore[arg-type]
    return Table(text=table_text(cells), rows=cells, at=(place,))


def _unruled(lines: Sequence[Line], taken: set[int], number: int) -> list[FoundTable]:
    """At least three neighbouring lines of as many segments, column under column."""
    found: list[FoundTable] = []
    start = 0
    while start < len(lines):
        end = start
        while (
            end < len(lines)
            and end not in taken
            and _is_row(lines[end], lines[start], lines[end - 1] if end > start else None)
        ):
            end += 1
        if end - start >= _MIN_UNRULED_ROWS:
            group = lines[start:end]
            rows = [[Cell(text=segment.text) for segment in line.segments] for line in group]
            box = (
                min(line.box[0] for line in group),
                group[0].box[1],
                max(line.box[2] for line in group),
                group[-1].box[3],
            )
            found.append(FoundTable(_table(rows, box, number), frozenset(range(start, end))))
        start = max(end, start + 1)
    return found


def _is_row(line: Line, first: Line, previous: Line | None) -> bool:
    """Whether a line continues the columns of the first row."""
    columns = len(first.segments)
    if columns < 2 or len(line.segments) != columns or any(is_prose(s.text) for s in line.segments):
        return False
    if previous is not None and line.box[1] - previous.box[3] > 2.5 * line.size:
        return False
    tolerance = 1.5 * line.size
    return all(
        abs(a.x0 - b.x0) < tolerance
        or abs(a.x1 - b.x1) < tolerance
        or abs(a.x0 + a.x1 - b.x0 - b.x1) < tolerance
        for a, b in zip(line.segments, first.segments, strict=True)
    )
