"""Rules to grids: the cells that crossing lines on a page make, and tables that only horizontal lines bound."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from typing import NamedTuple

from docpipe.model import BoundingBox
from docpipe.readers.pdf.drawing import Drawing, Rule
from docpipe.readers.pdf.fragments import Fragment

_TOLERANCE = 2.5
_OPEN = 8.0
"""Points from which a row is open."""
_LINES = 2.2
"""Two lines of a cell stand at most so many type sizes apart."""
_MAX_RULES = 1500
_MAX_CELLS = 20_000


class GridCell(NamedTuple):
    """A cell: its box and the rows and columns it covers, first and last."""

    box: BoundingBox
    row: int
    column: int
    rowspan: int
    colspan: int


class Grid(NamedTuple):
    """A ruled table: its box and its cells in reading order."""

    box: BoundingBox
    cells: tuple[GridCell, ...]


def find_grids(drawing: Drawing) -> list[Grid]:
    """The ruled tables of a page with at least two cells, top to bottom."""
    horizontal, vertical = drawing.horizontal, drawing.vertical
    if len(horizontal) < 2 or len(vertical) < 2 or len(horizontal) + len(vertical) > _MAX_RULES:
        return []
    grids = [_grid(h, v) for h, v in _connected(horizontal, vertical)]
    return sorted((g for g in grids if g is not None), key=lambda grid: (grid.box[1], grid.box[0]))


def find_bands(drawing: Drawing, shaded: Sequence[Rule]) -> list[list[Rule]]:
    """Groups of horizontal rules of one width, one under the other, that no vertical rule crosses:
    the rules of a table that has no others, or the edges of its `shaded` rows."""
    groups: list[list[Rule]] = []
    for rule in sorted([*drawing.horizontal, *shaded]):
        if rule.end - rule.start < 60 or any(
            v.start - _TOLERANCE <= rule.at <= v.end + _TOLERANCE
            and rule.start - _TOLERANCE <= v.at <= rule.end + _TOLERANCE
            for v in drawing.vertical
        ):
            continue
        for group in groups:
            if abs(group[-1].start - rule.start) <= 4 and abs(group[-1].end - rule.end) <= 4:
                group.append(rule)
                break
        else:
            groups.append([rule])
    return [group for group in groups if len(group) > 1]


def is_one_row(lines: Sequence[Sequence[Fragment]], columns: Sequence[Set[int]]) -> bool:
    """Whether lines of fragments, with the columns that each fills, are one row of which some cells run over several:
    some lines stand amid others, or the columns with but one line, half of them at least, have it in the same."""
    if len(row_starts(lines, columns)) == 1:
        return True
    counts = Counter(column for filled in columns for column in filled)
    single = {column for column, count in counts.items() if count == 1}
    return 2 * len(single) >= len(counts) and any(single <= filled for filled in columns)


def row_starts(lines: Sequence[Sequence[Fragment]], columns: Sequence[Set[int]]) -> list[int]:
    """The indices of the lines that begin rows, where only lines that stand amid others tell that a row has several."""
    inner = {
        index + step
        for index in range(len(lines) - 2)
        if _is_amid(lines[index], columns[index : index + 3], lines[index + 2])
        for step in (1, 2)
    }
    return [index for index in range(len(lines)) if index not in inner]


def _is_amid(
    above: Sequence[Fragment], columns: Sequence[Set[int]], below: Sequence[Fragment]
) -> bool:
    """Whether the line between two, in columns of its own, stands in the middle of what these are two lines of."""
    first, between, last = columns
    close = below[0].middle - above[0].middle <= _LINES * above[0].size
    return close and bool(first & last) and not between & (first | last)


def _connected(
    horizontal: list[Rule], vertical: list[Rule]
) -> Iterator[tuple[list[Rule], list[Rule]]]:
    """Groups of rules that cross or touch."""
    parent = list(range(len(horizontal) + len(vertical)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    order = sorted(range(len(vertical)), key=lambda index: vertical[index].at)
    places = [vertical[index].at for index in order]
    for i, h in enumerate(horizontal):
        first = bisect_left(places, h.start - _TOLERANCE)
        last = bisect_right(places, h.end + _TOLERANCE)
        for j in order[first:last]:
            if vertical[j].start - _TOLERANCE <= h.at <= vertical[j].end + _TOLERANCE:
                parent[root(i)] = root(len(horizontal) + j)
    groups: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for index, rule in enumerate([*horizontal, *vertical]):
        group = groups.setdefault(root(index), ([], []))
        group[0 if index < len(horizontal) else 1].append(rule)
    for h_rules, v_rules in groups.values():
        if len(h_rules) >= 2 and len(v_rules) >= 2:
            yield h_rules, v_rules


class _Covers:
    """Tells whether a rule runs along a stretch of one of the grid's lines."""

    def __init__(self, positions: Sequence[float], rules: Sequence[Rule]) -> None:
        self._rules = [
            [rule for rule in rules if abs(rule.at - position) <= 2 * _TOLERANCE]
            for position in positions
        ]

    def __call__(self, index: int, start: float, end: float) -> bool:
        middle = (start + end) / 2
        return any(rule.start <= middle <= rule.end for rule in self._rules[index])


def _grid(horizontal: list[Rule], vertical: list[Rule]) -> Grid | None:
    horizontal = [*horizontal, *_open_edges(horizontal, vertical)]
    ys, xs = _positions(horizontal), _positions(vertical)
    rows, columns = len(ys) - 1, len(xs) - 1
    if rows < 1 or columns < 1 or not 2 <= rows * columns <= _MAX_CELLS:
        return None
    across, down = _Covers(ys, horizontal), _Covers(xs, vertical)
    owned: set[tuple[int, int]] = set()
    cells = []
    for row in range(rows):
        for column in range(columns):
            if (row, column) in owned:
                continue
            colspan = 1
            while (
                column + colspan < columns
                and (row, column + colspan) not in owned
                and not down(column + colspan, ys[row], ys[row + 1])
            ):
                colspan += 1
            rowspan = 1
            while row + rowspan < rows and not any(
                across(row + rowspan, xs[c], xs[c + 1]) for c in range(column, column + colspan)
            ):
                rowspan += 1
            owned.update(
                (r, c) for r in range(row, row + rowspan) for c in range(column, column + colspan)
            )
            box = (xs[column], ys[row], xs[column + colspan], ys[row + rowspan])
            cells.append(GridCell(box, row, column, rowspan, colspan))
    if len(cells) < 2:
        return None
    return Grid((xs[0], ys[0], xs[-1], ys[-1]), tuple(cells))


def _open_edges(horizontal: Sequence[Rule], vertical: Sequence[Rule]) -> Iterator[Rule]:
    """Rules where the outer vertical rules end beyond all horizontal ones: a page break that tears a row draws none."""
    left, right = min(v.at for v in vertical), max(v.at for v in vertical)
    outer = [[v for v in vertical if abs(v.at - at) <= _TOLERANCE] for at in (left, right)]
    top = max(min(v.start for v in rules) for rules in outer)
    bottom = min(max(v.end for v in rules) for rules in outer)
    if top < min(h.at for h in horizontal) - _OPEN:
        yield Rule(top, left, right)
    if bottom > max(h.at for h in horizontal) + _OPEN:
        yield Rule(bottom, left, right)


def _positions(rules: Sequence[Rule]) -> list[float]:
    positions: list[float] = []
    for at in sorted(rule.at for rule in rules):
        if not positions or at - positions[-1] > 2 * _TOLERANCE:
            positions.append(at)
    return positions


class Locator:
    """Finds the cell at a point."""

    def __init__(self, grid: Grid) -> None:
        self._xs = sorted({cell.box[0] for cell in grid.cells})
        self._ys = sorted({cell.box[1] for cell in grid.cells})
        self._box = grid.box
        self._cells = {}
        for cell in grid.cells:
            x, y = self._xs.index(cell.box[0]), self._ys.index(cell.box[1])
            right, bottom = (
                bisect_right(self._xs, cell.box[2] - 0.01),
                bisect_right(self._ys, cell.box[3] - 0.01),
            )
            for column in range(x, right):
                for row in range(y, bottom):
                    self._cells[row, column] = cell

    def __call__(self, x: float, y: float) -> GridCell | None:
        if not (self._box[0] <= x <= self._box[2] and self._box[1] <= y <= self._box[3]):
            return None
        return self._cells.get((bisect_right(self._ys, y) - 1, bisect_right(self._xs, x) - 1))

    def borders(self, x0: float, x1: float, y: float) -> list[float]:
        """The borders between cells from x0 to x1 at a height."""
        found: list[float] = []
        x = max(x0, self._box[0])
        while (cell := self(x, y)) is not None and cell.box[2] < x1:
            found.append(cell.box[2])
            x = cell.box[2] + 0.01
        return found
