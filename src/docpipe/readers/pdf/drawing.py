"""What is drawn on a page besides text: rules, filled areas, pictures. Read from the page's objects, when asked for."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

from docpipe.model import BoundingBox
from docpipe.readers.pdf.engine import PageText

_TOLERANCE = 2.5
_THIN = 3.0
"""The thickness in points up to which a shape is a rule."""
_MAX_OBJECTS = 20_000
_MAX_PATHS = 6_000
_MAX_SEGMENTS = 400
_SIDES = 5
"""A rectangle is drawn by at most so many points."""
_SMALL = 16.0
"""Width and height in points up to which a filled area may be an arrowhead."""
MAX_DEPTH = 4
"""Forms within forms are looked into so deep."""


class Rule(NamedTuple):
    """A drawn line at `at` (y of a horizontal, x of a vertical one) from `start` to `end`, in points."""

    at: float
    start: float
    end: float


class Picture(NamedTuple):
    """A picture's box on the page, and pdfium's handle of it, which is valid while the page is open."""

    box: BoundingBox
    handle: Any


class Drawing(NamedTuple):
    """The rules, the filled areas that are not white, the pictures, and the stroked rectangles (`frames`) of a page;
    `shapes` are other outlines, curved or slanted, `texts` counts the operations that show text."""

    horizontal: list[Rule]
    vertical: list[Rule]
    fills: list[BoundingBox]
    pictures: list[Picture]
    frames: list[BoundingBox]
    shapes: list[BoundingBox]
    texts: int

    @property
    def is_drawn(self) -> bool:
        """Whether anything but text is to be seen."""
        return bool(self.horizontal or self.vertical or self.fills or self.pictures or self.shapes)


_Matrix = tuple[float, float, float, float, float, float]
_IDENTITY: _Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def read_drawing(page: PageText) -> Drawing:
    """Look at the page's objects, those within forms included."""
    scan = _Scan(page)
    scan.see(_page_objects(page.page.raw), _IDENTITY, 0)
    return Drawing(
        _merge(scan.horizontal),
        _merge(scan.vertical),
        scan.fills,
        scan.pictures,
        scan.frames,
        scan.shapes,
        scan.texts,
    )


def _page_objects(raw: Any) -> Iterator[Any]:
    for index in range(min(pdfium.FPDFPage_CountObjects(raw), _MAX_OBJECTS)):
        yield pdfium.FPDFPage_GetObject(raw, index)


def _form_objects(form: Any) -> Iterator[Any]:
    for index in range(min(pdfium.FPDFFormObj_CountObjects(form), _MAX_OBJECTS)):
        yield pdfium.FPDFFormObj_GetObject(form, index)


def fonts_in_order(page: PageText) -> list[int]:
    """pdfium's handles of the fonts that a page shows text in, in the order in which they first do."""
    found: dict[int, None] = {}

    def see(objects: Iterator[Any], depth: int) -> None:
        for item in objects:
            page.budget.check()
            kind = pdfium.FPDFPageObj_GetType(item)
            if kind == pdfium.FPDF_PAGEOBJ_TEXT:
                found.setdefault(page.font_handle(item))
            elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < MAX_DEPTH:
                see(_form_objects(item), depth + 1)

    see(_page_objects(page.page.raw), 0)
    return list(found)


class _Scan:
    """Sorts page objects; buffers for pdfium's answers are reused."""

    def __init__(self, page: PageText) -> None:
        self.horizontal: list[Rule] = []
        self.vertical: list[Rule] = []
        self.fills: list[BoundingBox] = []
        self.pictures: list[Picture] = []
        self.frames: list[BoundingBox] = []
        self.shapes: list[BoundingBox] = []
        self.texts = 0
        self._page = page
        self._paths = 0
        self._bounds = [ctypes.c_float() for _ in range(4)]
        self._mode = (ctypes.c_int(), ctypes.c_int())
        self._color = [ctypes.c_uint() for _ in range(4)]
        self._matrix = pdfium.FS_MATRIX()

    def see(self, objects: Iterator[Any], matrix: _Matrix, depth: int) -> None:
        """Sort objects whose coordinates `matrix` turns into the page's (PDF 32000-1, 8.3.4)."""
        for item in objects:
            self._page.budget.check()
            kind = pdfium.FPDFPageObj_GetType(item)
            if kind == pdfium.FPDF_PAGEOBJ_TEXT:
                self.texts += 1
            elif kind == pdfium.FPDF_PAGEOBJ_PATH and self._paths < _MAX_PATHS:
                self._paths += 1
                self._path(item, matrix)
            elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
                self.pictures.append(Picture(self._box(item, matrix), item))
            elif kind == pdfium.FPDF_PAGEOBJ_SHADING:
                self.fills.append(self._box(item, matrix))
            elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < MAX_DEPTH:
                self.see(_form_objects(item), _product(self._own(item), matrix), depth + 1)

    def _own(self, item: Any) -> _Matrix:
        own = self._matrix
        if not pdfium.FPDFPageObj_GetMatrix(item, own):
            return _IDENTITY
        return (own.a, own.b, own.c, own.d, own.e, own.f)

    def _box(self, item: Any, matrix: _Matrix) -> BoundingBox:
        left, bottom, right, top = self._bounds
        pdfium.FPDFPageObj_GetBounds(item, left, bottom, right, top)
        box = (left.value, bottom.value, right.value, top.value)
        return self._page.place(*(box if matrix is _IDENTITY else _moved(box, matrix)))

    def _path(self, item: Any, matrix: _Matrix) -> None:
        fill, stroke = self._mode
        pdfium.FPDFPath_GetDrawMode(item, fill, stroke)
        if not fill.value and not stroke.value:
            return
        box = self._box(item, matrix)
        if min(box[2] - box[0], box[3] - box[1]) <= _THIN:
            self._rule(box)
            return
        if fill.value and not self._is_white(item):
            self.fills.append(box)
        if not stroke.value:
            if self._is_odd(item, box):
                self.shapes.append(box)
        elif self._is_rectangle(item):
            self.frames.append(box)
            for edge in _edges(box):
                self._rule(edge)
        else:
            self._strokes(item, matrix, box)

    def _rule(self, box: BoundingBox) -> None:
        x0, y0, x1, y1 = box
        if y1 - y0 <= _THIN and x1 - x0 > 4:
            self.horizontal.append(Rule((y0 + y1) / 2, x0, x1))
        elif x1 - x0 <= _THIN and y1 - y0 > 4:
            self.vertical.append(Rule((x0 + x1) / 2, y0, y1))

    def _is_white(self, item: Any) -> bool:
        if not pdfium.FPDFPageObj_GetFillColor(item, *self._color):
            return False
        red, green, blue, alpha = (part.value for part in self._color)
        return alpha == 0 or min(red, green, blue) > 240

    def _is_odd(self, item: Any, box: BoundingBox) -> bool:
        """Whether a filled area is no rectangle: it has more sides, or is small, as arrowheads are, and slanted."""
        if pdfium.FPDFPath_CountSegments(item) > _SIDES:
            return True
        return max(box[2] - box[0], box[3] - box[1]) <= _SMALL and not self._is_rectangle(item)

    def _is_rectangle(self, item: Any) -> bool:
        if not 4 <= pdfium.FPDFPath_CountSegments(item) <= _SIDES:
            return False
        lines, _ = self._lines(item, _IDENTITY)
        points = [point for line in lines for point in line]
        return len({round(x) for x, _ in points}) <= 2 and len({round(y) for _, y in points}) <= 2

    def _strokes(self, item: Any, matrix: _Matrix, whole: BoundingBox) -> None:
        """The straight strokes of a path that draws several lines; what is curved or slanted makes it a shape."""
        straight = 0
        lines, curved = self._lines(item, _product(self._own(item), matrix))
        for (ax, ay), (bx, by) in lines:
            box = self._page.place(min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))
            if min(box[2] - box[0], box[3] - box[1]) <= 1.0:
                self._rule(box)
                straight += 1
        if curved or straight < len(lines):
            self.shapes.append(whole)

    def _lines(
        self, item: Any, matrix: _Matrix
    ) -> tuple[list[tuple[tuple[float, float], tuple[float, float]]], bool]:
        """The straight segments of a path, closing lines included, and whether it has curved ones."""
        x, y = self._bounds[0], self._bounds[1]
        found = []
        curved = False
        start = current = (0.0, 0.0)
        for index in range(min(pdfium.FPDFPath_CountSegments(item), _MAX_SEGMENTS)):
            segment = pdfium.FPDFPath_GetPathSegment(item, index)
            pdfium.FPDFPathSegment_GetPoint(segment, x, y)
            point = _at(x.value, y.value, matrix)
            kind = pdfium.FPDFPathSegment_GetType(segment)
            if kind == pdfium.FPDF_SEGMENT_MOVETO:
                start = point
            elif kind == pdfium.FPDF_SEGMENT_LINETO:
                found.append((current, point))
            elif kind == pdfium.FPDF_SEGMENT_BEZIERTO:
                curved = True
            current = point
            if pdfium.FPDFPathSegment_GetClose(segment) and start != point:
                found.append((point, start))
        return found, curved


def _at(x: float, y: float, m: _Matrix) -> tuple[float, float]:
    return (m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5])


def _product(first: _Matrix, second: _Matrix) -> _Matrix:
    """The matrix that applies `first`, then `second`."""
    a, b = _at(first[0], first[1], (*second[:4], 0, 0))
    c, d = _at(first[2], first[3], (*second[:4], 0, 0))
    e, f = _at(first[4], first[5], second)
    return (a, b, c, d, e, f)


def _moved(box: BoundingBox, matrix: _Matrix) -> BoundingBox:
    corners = [_at(x, y, matrix) for x in (box[0], box[2]) for y in (box[1], box[3])]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return (min(xs), min(ys), max(xs), max(ys))


def _edges(box: BoundingBox) -> Iterator[BoundingBox]:
    x0, y0, x1, y1 = box
    yield from ((x0, y0, x1, y0), (x0, y1, x1, y1), (x0, y0, x0, y1), (x1, y0, x1, y1))


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
