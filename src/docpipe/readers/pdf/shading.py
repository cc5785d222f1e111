"""Shading to grids: the rows and columns of a table whose cells have a background instead of rules.

Often only every second row is shaded, or only the head. What stands between, above and below the shaded rows and keeps
to their columns belongs to the table.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence, Set
from itertools import pairwise
from typing import NamedTuple

from docpipe.model import BoundingBox
from docpipe.readers.pdf.budget import Budget
from docpipe.readers.pdf.drawing import Drawing, Rule
from docpipe.readers.pdf.fragments import Fragment
from docpipe.readers.pdf.grids import Grid, GridCell, is_one_row, row_starts
from docpipe.readers.pdf.lines import gather

_SAME = 2.0
"""Points within which edges are one."""
_TALLEST = 8.0
"""A shaded row is at most so many times as high as the type in it."""
_HEADERS = 2
"""So many lines of a running header may stand over what begins a page."""
_APART = 1.5
"""Lines so many type sizes apart are not of one table."""
_TALL = 160.0
"""The height in points below which a shaded area may be a row."""
_FEW_LINES = 4
"""A cell between shaded rows has at most so many lines."""
_CLOSE = 1.0
"""Rows of one table stand at most so many times the height of a shaded row apart."""


class _Band(NamedTuple):
    """A shaded row: top and bottom, and the edges of its cells from left to right, in points."""

    top: float
    bottom: float
    edges: tuple[float, ...]


def shaded_grids(
    drawing: Drawing, fragments: Sequence[Fragment], known: Sequence[Grid], budget: Budget
) -> list[Grid]:
    """The tables of a page that its filled areas tell, from `fragments`, its text; none where a `known` grid is.

    Raises OverBudgetError.
    """
    upright = [fragment for fragment in fragments if not fragment.angle]
    grids = []
    for bands in _stacks(_bands(drawing.fills), upright):
        budget.check()
        grid = _grid(bands, upright, drawing.horizontal)
        if grid is not None and not any(_overlap(grid.box, other.box) for other in known):
            grids.append(grid)
    return grids


def continued_grid(
    edges: Sequence[float], fragments: Sequence[Fragment], known: Sequence[Grid]
) -> list[Grid]:
    """The rest of a table, with columns between `edges` (points), that begins a page with nothing drawn around it; none
    where a `known` grid begins above it or within."""
    lines = _rest(gather(fragment for fragment in fragments if not fragment.angle), edges)
    if not lines:
        return []
    columns = [_columns(line, edges) for line in lines]
    begin = row_starts(lines, columns)
    rows: list[list[Fragment]] = []
    for number, line in enumerate(lines):
        # A line that fills but one cell goes on with the row, at the page's top with that of the page before.
        if not rows or (number in begin and len(columns[number]) > 1):
            rows.append([])
        rows[-1] += line
    feet = [max(fragment.box[3] for fragment in row) for row in rows]
    if any(grid.box[1] <= feet[-1] for grid in known):
        return []
    top = min(fragment.box[1] for fragment in rows[0])
    return [_of_rows(list(pairwise([top, *feet])), edges)]


def shaded_rules(fills: Sequence[BoundingBox], fragments: Sequence[Fragment]) -> list[Rule]:
    """The edges of rows that are shaded over their whole width, as rules; where not all rows are, also the far edges of
    the lines of text next to them."""
    widths: defaultdict[tuple[int, int], list[BoundingBox]] = defaultdict(list)
    for row in _side_by_side(fills):
        box = row[0]
        if len(row) == 1 and box[2] - box[0] > 3 * (box[3] - box[1]) and box[3] - box[1] < _TALL:
            widths[round(box[0]), round(box[2])].append(box)
    rules: list[Rule] = []
    for boxes in widths.values():
        gaps = [b[1] - a[3] for a, b in pairwise(boxes)]
        edges = [edge for box in boxes for edge in (box[1], box[3])]
        room = max(gaps, default=boxes[0][3] - boxes[0][1])
        if _SAME < room < _TALL:
            edges += _beside(edges[0], edges[-1], room, fragments)
        for at in sorted(edges):
            if not rules or rules[-1].start != boxes[0][0] or at - rules[-1].at > _SAME:
                rules.append(Rule(at, boxes[0][0], boxes[0][2]))
    return rules


def _beside(
    top: float, bottom: float, room: float, fragments: Sequence[Fragment]
) -> Iterator[float]:
    """The far edges of the lines within `room` above `top` and below `bottom`, if they stand close to these."""
    above = gather(f for f in fragments if top - room < f.middle < top)
    below = gather(f for f in fragments if bottom < f.middle < bottom + room)
    if above and top - max(f.box[3] for f in above[-1]) < _APART * above[-1][0].size:
        yield min(fragment.box[1] for fragment in above[-1])
    if below and min(f.box[1] for f in below[0]) - bottom < _APART * below[0][0].size:
        yield max(fragment.box[3] for fragment in below[0])


def _rest(lines: Sequence[list[Fragment]], edges: Sequence[float]) -> list[list[Fragment]]:
    """The lines at the top of a page that keep to the columns, behind running lines, which stand apart."""
    runs: list[list[list[Fragment]]] = []
    goes_on = False
    for number, line in enumerate(lines):
        keeps = _columns(line, edges) not in (set(), {0}) and _keeps(line, edges)
        if goes_on and keeps and not _is_apart(runs[-1][-1], line):
            runs[-1].append(line)
        elif number > _HEADERS:
            break
        else:
            goes_on = keeps
            runs += [[line]] if keeps else []
    tabular = [run for run in runs if any(len(_columns(line, edges)) > 1 for line in run)]
    return tabular[-1] if tabular else []


def _is_apart(above: Sequence[Fragment], below: Sequence[Fragment]) -> bool:
    return below[0].box[1] - above[0].box[3] > _APART * below[0].size


def _overlap(a: BoundingBox, b: BoundingBox) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _bands(fills: Sequence[BoundingBox]) -> list[_Band]:
    return [
        _Band(row[0][1], row[0][3], (*(box[0] for box in row), row[-1][2]))
        for row in _side_by_side(fills)
        if len(row) > 1
    ]


def _side_by_side(fills: Sequence[BoundingBox]) -> list[list[BoundingBox]]:
    """Filled areas by row: those of one height that stand edge to edge."""
    rows: list[list[BoundingBox]] = []
    for fill in sorted(set(fills), key=lambda box: (round(box[1]), round(box[3]), box[0])):
        if rows and _touches(rows[-1][-1], fill):
            rows[-1].append(fill)
        else:
            rows.append([fill])
    return rows


def _touches(left: BoundingBox, right: BoundingBox) -> bool:
    return (
        abs(left[1] - right[1]) <= _SAME
        and abs(left[3] - right[3]) <= _SAME
        and abs(left[2] - right[0]) <= _SAME
    )


def _stacks(bands: Sequence[_Band], fragments: Sequence[Fragment]) -> Iterator[list[_Band]]:
    """Bands of the same columns, one under the other, with nothing between them that keeps not to these."""
    stack: list[_Band] = []
    for band in sorted(bands):
        if stack and not _goes_on(stack[-1], band, fragments):
            yield stack
            stack = []
        stack.append(band)
    if stack:
        yield stack


def _goes_on(above: _Band, band: _Band, fragments: Sequence[Fragment]) -> bool:
    if len(above.edges) != len(band.edges) or any(
        abs(a - b) > _SAME for a, b in zip(above.edges, band.edges, strict=True)
    ):
        return False
    between = _between(above.bottom, band.top, fragments)
    return all(_fits(fragment, band.edges) for fragment in between)


def _between(top: float, bottom: float, fragments: Sequence[Fragment]) -> list[Fragment]:
    return [fragment for fragment in fragments if top < fragment.middle < bottom]


def _fits(fragment: Fragment, edges: Sequence[float]) -> bool:
    """Whether a fragment stands within one column."""
    return any(
        left - 1 <= fragment.x0 and fragment.x1 <= right + 1 for left, right in pairwise(edges)
    )


def _grid(
    bands: Sequence[_Band], fragments: Sequence[Fragment], rules: Sequence[Rule]
) -> Grid | None:
    """The rows of a stack, shaded and not; None if these make no table."""
    edges = bands[0].edges
    rows = [(band.top, band.bottom) for band in bands]
    shaded = [_between(top, bottom, fragments) for top, bottom in rows]
    if not all(inside and _is_low(row, inside) for row, inside in zip(rows, shaded, strict=True)):
        return None
    for (_, top), (bottom, _) in pairwise(list(rows)):
        rows += _plain_rows(top, bottom, _between(top, bottom, fragments), edges)
    room = _CLOSE * max(bottom - top for top, bottom in rows)
    rows += _rows_below(max(bottom for _, bottom in rows), fragments, edges, room, rules)
    rows += _rows_above(min(top for top, _ in rows), fragments, edges, room, rules)
    if len(rows) < 2:
        return None
    return _of_rows(sorted(rows), edges)


def _of_rows(rows: Sequence[tuple[float, float]], edges: Sequence[float]) -> Grid:
    cells = [
        GridCell((left, top, right, bottom), row, column, 1, 1)
        for row, (top, bottom) in enumerate(rows)
        for column, (left, right) in enumerate(pairwise(edges))
    ]
    return Grid((edges[0], rows[0][0], edges[-1], rows[-1][1]), tuple(cells))


def _is_low(row: tuple[float, float], inside: Sequence[Fragment]) -> bool:
    """Whether a shaded area is as high as a row is, not as an area behind paragraphs."""
    return row[1] - row[0] <= _TALLEST * max(fragment.size for fragment in inside)


def _plain_rows(
    top: float, bottom: float, inside: Sequence[Fragment], edges: Sequence[float]
) -> list[tuple[float, float]]:
    """The rows that are not shaded between two that are."""
    if not inside:
        return []
    rows = _by_row(inside, edges)
    borders = [(a[-1].box[3] + b[0].box[1]) / 2 for a, b in pairwise(rows)]
    return list(pairwise([top, *borders, bottom]))


def _by_row(inside: Sequence[Fragment], edges: Sequence[float]) -> list[list[Fragment]]:
    """The fragments of rows: those of one line, and of the lines over which the text of a cell runs."""
    lines = gather(inside)
    columns = [_columns(line, edges) for line in lines]
    one = is_one_row(lines, columns) or _runs_out(columns)
    starts = [0] if one else row_starts(lines, columns)
    return [
        [fragment for line in lines[start:end] for fragment in line]
        for start, end in pairwise([*starts, len(lines)])
    ]


def _runs_out(columns: Sequence[Set[int]]) -> bool:
    """Whether lines are those of cells that end one after the other: each has text where the one above it has."""
    nested = all(lower <= upper for upper, lower in pairwise(columns))
    return nested and len(columns) <= _FEW_LINES and columns[-1] < columns[0]


def _rows_below(
    bottom: float,
    fragments: Sequence[Fragment],
    edges: Sequence[float],
    room: float,
    rules: Sequence[Rule],
) -> list[tuple[float, float]]:
    """The rows under the last shaded one: what stands over a rule as wide as the table, or else lines with text in
    several columns and none across."""
    below = [r.at for r in rules if bottom + _SAME < r.at < bottom + 3 * room and _spans(r, edges)]
    lines = gather(f for f in fragments if bottom < f.middle < min(below, default=math.inf))
    if below:
        inside = [fragment for line in lines for fragment in line]
        whole = all(_keeps(line, edges) for line in lines)
        return _plain_rows(bottom, min(below), inside, edges) if whole else []
    columns = [_columns(line, edges) for line in lines]
    rows: list[tuple[float, float]] = []
    for start, end in pairwise([*row_starts(lines, columns), len(lines)]):
        row = lines[start:end]
        if (
            row[0][0].box[1] - bottom > min(room, _APART * row[0][0].size)
            or not all(_keeps(line, edges) for line in row)
            or len(set().union(*columns[start:end])) < 2
        ):
            break
        foot = max(fragment.box[3] for line in row for fragment in line)
        rows.append((bottom, foot))
        bottom = foot
    return rows


def _rows_above(
    top: float,
    fragments: Sequence[Fragment],
    edges: Sequence[float],
    room: float,
    rules: Sequence[Rule],
) -> list[tuple[float, float]]:
    """The head over the first shaded row: what stands under a rule as wide as the table, or else one row."""
    above = [r.at for r in rules if top - 3 * room < r.at < top - _SAME and _spans(r, edges)]
    lines = gather(f for f in fragments if max(above, default=0.0) < f.middle < top)
    head = lines if above else lines[_last_row(lines, [_columns(line, edges) for line in lines]) :]
    columns = {column for line in head for column in _columns(line, edges)}
    if (
        len(columns) < 2
        or top - head[-1][0].box[3] > room
        or not all(_keeps(line, edges) for line in head)
    ):
        return []
    return [(max(above, default=min(f.box[1] for line in head for f in line)), top)]


def _last_row(lines: Sequence[Sequence[Fragment]], columns: Sequence[Set[int]]) -> int:
    """The index of the line that begins the last row: the last with text in several columns, if those below it have text
    under its own, and what stands amid them."""
    index = max((n for n, filled in enumerate(columns) if len(filled) > 1), default=0)
    if not all(below <= columns[index] for below in columns[index + 1 :]):
        index = len(columns) - 1
    return max((start for start in row_starts(lines, columns) if start <= index), default=0)


def _spans(rule: Rule, edges: Sequence[float]) -> bool:
    """Whether a rule is as wide as the table."""
    return rule.start <= edges[0] + 2 * _SAME and rule.end >= edges[-1] - 2 * _SAME


def _keeps(line: Sequence[Fragment], edges: Sequence[float]) -> bool:
    """Whether a line keeps to the columns."""
    return all(_fits(fragment, edges) for fragment in line)


def _columns(line: Sequence[Fragment], edges: Sequence[float]) -> set[int]:
    """The columns in which a line has text."""
    return {
        column
        for column, (left, right) in enumerate(pairwise(edges))
        for fragment in line
        if left - 1 <= fragment.x0 and fragment.x1 <= right + 1
    }
