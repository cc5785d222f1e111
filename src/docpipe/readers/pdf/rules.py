"""Finds the ruled tables of a page: the lines drawn on it, the grid they make, and the cells of the grid."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

from docpipe.model import BoundingBox
from docpipe.readers.pdf.lines import PageText

_TOLERANCE = 2.5
_THIN = 2.5
_MAX_PATHS = 6000
_MAX_RULES = 1500


class Rule(NamedTuple):
    """A drawn line at `at` (y of a horizontal, x of a vertical one) from `start` to `end`, in points."""

    at: float
    start: float
    end: float


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


def find_grids(page: PageText) -> list[Grid]:
    """The ruled tables of a page with at least two cells, top to bottom."""
    horizontal, vertical = _rules(page)
    if len(horizontal) < 2 or len(vertical) < 2 or len(horizontal) + len(vertical) > _MAX_RULES:
        return []
    grids = [_grid(h, v) for h, v in _connected(horizontal, vertical)]
    return sorted((g for g in grids if g is not None), key=lambda grid: (grid.box[1], grid.box[0]))


def _rules(page: PageText) -> tuple[list[Rule], list[Rule]]:
    horizontal: list[Rule] = []
    vertical: list[Rule] = []
    for box in _edges(page):
        x0, y0, x1, y1 = box
        if y1 - y0 <= _THIN and x1 - x0 > 4:
            horizontal.append(Rule((y0 + y1) / 2, x0, x1))
        elif x1 - x0 <= _THIN and y1 - y0 > 4:
            vertical.append(Rule((x0 + x1) / 2, y0, y1))
    return _merge(horizontal), _merge(vertical)


def _edges(page: PageText) -> Iterator[BoundingBox]:
    """The boxes of straight strokes and thin fills; a stroked or filled rectangle gives its four edges."""
    raw = page.page.raw
    count = min(pdfium.FPDFPage_CountObjects(raw), _MAX_PATHS)
    for index in range(count):
        obj = pdfium.FPDFPage_GetObject(raw, index)
        if pdfium.FPDFPageObj_GetType(obj) == pdfium.FPDF_PAGEOBJ_PATH:
            yield from _path_edges(page, obj)
        elif pdfium.FPDFPageObj_GetType(obj) == pdfium.FPDF_PAGEOBJ_FORM:
            for inner in range(min(pdfium.FPDFFormObj_CountObjects(obj), _MAX_PATHS)):
                child = pdfium.FPDFFormObj_GetObject(obj, inner)
                if pdfium.FPDFPageObj_GetType(child) == pdfium.FPDF_PAGEOBJ_PATH:
                    yield from _path_edges(page, child)


def _path_edges(page: PageText, obj: Any) -> Iterator[BoundingBox]:
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(obj, fill, stroke)
    if not fill.value and not stroke.value:
        return
    points = _points(obj)
    boxes = [
        page.place(min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1]))
        for a, b in points
    ]
    if not boxes:
        return
    hull = (
        min(b[0] for b in boxes),
        min(b[1] for b in boxes),
        max(b[2] for b in boxes),
        max(b[3] for b in boxes),
    )
    if min(hull[2] - hull[0], hull[3] - hull[1]) <= _THIN:
        yield hull
    elif stroke.value:
        yield from boxes


def _points(obj: Any) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    """The straight segments of a path in the page's space, closing lines included."""
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(obj, matrix)
    x, y = ctypes.c_float(), ctypes.c_float()
    segments = []
    start = current = (0.0, 0.0)
    for index in range(min(pdfium.FPDFPath_CountSegments(obj), 400)):
        segment = pdfium.FPDFPath_GetPathSegment(obj, index)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        point = (
            matrix.a * x.value + matrix.c * y.value + matrix.e,
            matrix.b * x.value + matrix.d * y.value + matrix.f,
        )
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            start = point
        elif kind == pdfium.FPDF_SEGMENT_LINETO:
            segments.append((current, point))
        current = point
        if pdfium.FPDFPathSegment_GetClose(segment) and start != point:
            segments.append((point, start))
    return segments


def _merge(rules: Sequence[Rule]) -> list[Rule]:
    """Collinear rules that touch as one."""
    merged: list[Rule] = []
    for rule in sorted(rules, key=lambda r: (round(r.at / _TOLERANCE), r.start, r.end)):
        last = merged[-1] if merged else None
        if last and abs(last.at - rule.at) <= _TOLERANCE and rule.start <= last.end + _TOLERANCE:
            merged[-1] = Rule(last.at, last.start, max(last.end, rule.end))
        else:
            merged.append(rule)
    return merged


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

    for i, h in enumerate(horizontal):
        for j, v in enumerate(vertical):
            crosses = (
                h.start - _TOLERANCE <= v.at <= h.end + _TOLERANCE
                and v.start - _TOLERANCE <= h.at <= v.end + _TOLERANCE
            )
            if crosses:
                parent[root(i)] = root(len(horizontal) + j)
    groups: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for index, rule in enumerate([*horizontal, *vertical]):
        group = groups.setdefault(root(index), ([], []))
        group[0 if index < len(horizontal) else 1].append(rule)
    for h_rules, v_rules in groups.values():
        if len(h_rules) >= 2 and len(v_rules) >= 2:
            yield h_rules, v_rules


def _grid(horizontal: list[Rule], vertical: list[Rule]) -> Grid | None:
    ys, xs = _positions(horizontal), _positions(vertical)
    rows, columns = len(ys) - 1, len(xs) - 1
    if rows < 1 or columns < 1 or rows * columns < 2:
        return None
    owner: dict[tuple[int, int], tuple[int, int]] = {}
    cells = []
    for row in range(rows):
        for column in range(columns):
            if (row, column) in owner:
                continue
            colspan = 1
            while column + colspan < columns and not _covered(
                vertical, xs[column + colspan], ys[row], ys[row + 1]
            ):
                colspan += 1
            rowspan = 1
            while row + rowspan < rows and not _covered(
                horizontal, ys[row + rowspan], xs[column], xs[column + colspan]
            ):
                rowspan += 1
            for r in range(row, row + rowspan):
                for c in range(column, column + colspan):
                    owner[r, c] = (row, column)
            box = (xs[column], ys[row], xs[column + colspan], ys[row + rowspan])
            cells.append(GridCell(box, row, column, rowspan, colspan))
    if len(cells) < 2:
        return None
    return Grid((xs[0], ys[0], xs[-1], ys[-1]), tuple(cells))


def _positions(rules: Sequence[Rule]) -> list[float]:
    positions: list[float] = []
    for at in sorted(rule.at for rule in rules):
        if not positions or at - positions[-1] > 2 * _TOLERANCE:
            positions.append(at)
    return positions


def _covered(rules: Sequence[Rule], at: float, start: float, end: float) -> bool:
    """Whether a rule at this position spans the middle of start–end."""
    middle = (start + end) / 2
    return any(
        abs(rule.at - at) <= 2 * _TOLERANCE and rule.start <= middle <= rule.end for rule in rules
    )
