"""Drawn figures, such as charts and flow charts, and the labels in them, which are no lines of the text.

A figure is a group of outlines that are no rules and no table: curves and slanted lines, bars of unequal length on one
base, or boxes that lines connect. What reads as a sentence is no label, so a boxed paragraph is no figure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import NamedTuple

from docpipe.model import BoundingBox
from docpipe.numbering import parse_label
from docpipe.readers.pdf.drawing import Drawing
from docpipe.readers.pdf.engine import PageText
from docpipe.readers.pdf.fragments import Fragment
from docpipe.readers.pdf.grids import Locator, find_grids
from docpipe.readers.pdf.lines import compose, gather, hull
from docpipe.readers.pdf.visibility import dominant_size
from docpipe.wording import ends_sentence, is_caption, is_prose, width

_NEAR = 24.0
"""Outlines so close to one another (points) belong to one figure."""
_TOUCH = 4.0
"""Outlines so close to a rule stand on it, as bars on their axis."""
_AXIS = 3.0
"""An axis is at most so many times as long as what stands on it."""
_REACH = 9.0
"""So far from a box may the line end that leads to it: an arrowhead stands between them."""
_NARROWEST, _LOWEST = 60.0, 40.0
"""Width and height in points that a figure has at least; boxes in a row may be lower."""
_FEWEST_AROUND = 3
"""A figure without labels in it has so many around it."""
_MOST = 0.75
"""The share of the page that a figure covers at most."""
_BACKGROUND = 0.25
"""A filled area over this share of the page is no bar of a chart."""
_LONGEST_LABEL = 12
"""Characters of a label that stands outside the outlines."""
_WIDEST_ROW = 25
"""Characters of a line that is no label, wherever it stands."""
_MAX_PIECES = 400
"""On a page of more groups of outlines nothing is sought."""


class Chart(NamedTuple):
    """A drawn figure: its box on the page, and the text of its labels, row by row."""

    box: BoundingBox
    text: str


class _Group(NamedTuple):
    """Outlines that stand together: their hull, the curved or slanted ones, the bars, and the boxes among them."""

    box: BoundingBox
    shapes: list[BoundingBox]
    bars: list[BoundingBox]
    frames: list[BoundingBox]


def take_charts(
    page: PageText, drawing: Drawing, fragments: Sequence[Fragment]
) -> tuple[list[Chart], frozenset[int]]:
    """The drawn figures of a page that have labels, and the starts of the fragments that are these labels."""
    charts: list[Chart] = []
    taken: set[int] = set()
    area = page.width * page.height
    for group in _groups(page, drawing, fragments):
        box = group.box
        if box[2] - box[0] < _NARROWEST or _area(box) > _MOST * area:
            continue
        if not _is_figure(group, drawing) or _is_table(group, drawing, fragments):
            continue
        labels = _labels(box, [f for f in fragments if f.start not in taken])
        rows = [compose(row).text for row in gather(labels)]
        if rows and not any(_is_text(row) for row in rows):
            taken.update(label.start for label in labels)
            charts.append(Chart(hull([box, *(label.box for label in labels)]), " ".join(rows)))
    return charts, frozenset(taken)


def _groups(page: PageText, drawing: Drawing, fragments: Sequence[Fragment]) -> list[_Group]:
    """The outlines of a page by what stands near to what, or on one rule, as bars on their axis."""
    pieces = _pieces(page, drawing, fragments)
    if len(pieces) > _MAX_PIECES:
        return []
    groups = _near(page, pieces)
    if not groups:
        return []
    rules = [(rule.start, rule.at, rule.end, rule.at) for rule in drawing.horizontal]
    rules += [(rule.at, rule.start, rule.at, rule.end) for rule in drawing.vertical]
    for rule in rules:
        page.budget.look()
        touched = [g for g in groups if _gap(g.box, rule) <= _TOUCH]
        if len(touched) < 2:
            touched = [g for g in groups if _gap(g.box, rule) <= _NEAR and _fits(rule, g.box)][:1]
        if touched:
            groups = [group for group in groups if group not in touched]
            groups.append(_joined([*touched, _Group(rule, [], [], [])]))
    return _near(page, groups)


def _pieces(page: PageText, drawing: Drawing, fragments: Sequence[Fragment]) -> list[_Group]:
    """Outlines that are drawn one after the other and stand together."""
    largest = _BACKGROUND * page.width * page.height
    bars = [fill for fill in drawing.fills if _area(fill) < largest and not _holds(fill, fragments)]
    shapes, frames = (
        [b for b in found if _area(b) < largest] for found in (drawing.shapes, drawing.frames)
    )
    pieces: list[_Group] = []
    last: BoundingBox | None = None
    single = [_Group(box, [box], [], []) for box in shapes]
    single += [_Group(box, [], [box], []) for box in bars]
    single += [_Group(box, [], [], [box]) for box in frames]
    for piece in single:
        page.budget.check()
        if last is not None and _gap(last, piece.box) <= _NEAR:
            pieces[-1] = _joined([pieces[-1], piece])
        else:
            pieces.append(piece)
        last = pieces[-1].box
    return pieces


def _near(page: PageText, pieces: Iterable[_Group]) -> list[_Group]:
    """Pieces, those as one that stand near to one another."""
    groups: list[_Group] = []
    for piece in pieces:
        page.budget.look()
        while near := [group for group in groups if _gap(group.box, piece.box) <= _NEAR]:
            groups = [group for group in groups if group not in near]
            piece = _joined([*near, piece])
        groups.append(piece)
    return groups


def _joined(groups: Sequence[_Group]) -> _Group:
    return _Group(
        hull([group.box for group in groups]),
        [box for group in groups for box in group.shapes],
        [box for group in groups for box in group.bars],
        [box for group in groups for box in group.frames],
    )


def _fits(rule: BoundingBox, box: BoundingBox) -> bool:
    """Whether a rule is no longer than an axis of what is drawn in a box; one across the page is none."""
    return rule[2] - rule[0] <= _AXIS * (box[2] - box[0]) and rule[3] - rule[1] <= _AXIS * (
        box[3] - box[1]
    )


def _is_figure(group: _Group, drawing: Drawing) -> bool:
    """Whether outlines are those of boxes that lines connect, or of a chart."""
    if _are_connected(group.frames, drawing):
        return True
    box = group.box
    if box[3] - box[1] < _LOWEST:
        return False
    rules = sum(box[1] <= rule.at <= box[3] for rule in drawing.horizontal)
    rules += sum(box[0] <= rule.at <= box[2] for rule in drawing.vertical)
    return (
        len(group.shapes) >= 3
        or (len(group.shapes) > 0 and rules >= 4)
        or (_are_bars(group.bars) and rules > 0)
    )


def _are_bars(boxes: Sequence[BoundingBox]) -> bool:
    """Whether two boxes of about the same breadth and unequal length stand on one base. Cells of a table do not."""
    for a, b in combinations(boxes[:100], 2):
        (aw, ah), (bw, bh) = (a[2] - a[0], a[3] - a[1]), (b[2] - b[0], b[3] - b[1])
        upright = abs(a[3] - b[3]) < 1.5 and _alike(aw, bw) and not _alike(ah, bh)
        lying = abs(a[0] - b[0]) < 1.5 and _alike(ah, bh) and not _alike(aw, bw)
        if upright or lying:
            return True
    return False


def _alike(a: float, b: float) -> bool:
    return abs(a - b) <= 0.1 * max(a, b)


def _are_connected(frames: Sequence[BoundingBox], drawing: Drawing) -> bool:
    """Whether a rule leads from one of the boxes to another."""
    ends = [((r.start, r.at), (r.end, r.at)) for r in drawing.horizontal]
    ends += [((r.at, r.start), (r.at, r.end)) for r in drawing.vertical]
    for start, end in ends:
        sources = [frame for frame in frames if _ends_at(frame, start)]
        targets = [frame for frame in frames if _ends_at(frame, end)]
        if any(_gap(a, b) > _TOUCH for a in sources for b in targets):
            return True
    return False


def _ends_at(frame: BoundingBox, point: tuple[float, float]) -> bool:
    """Whether a point lies at the outside of a box."""
    x, y = point
    return _gap(frame, (x, y, x, y)) <= _REACH and not (
        frame[0] + 2 < x < frame[2] - 2 and frame[1] + 2 < y < frame[3] - 2
    )


def _is_table(group: _Group, drawing: Drawing, fragments: Sequence[Fragment]) -> bool:
    """Whether a grid of rules takes most of a group: one with text in half of its cells, or with no more in it than a
    slanted line, as the heads of tables have."""
    for grid in find_grids(drawing):
        if _shared(grid.box, group.box) < 0.6 * _area(group.box):
            continue
        locate = Locator(grid)
        filled = {locate((f.x0 + f.x1) / 2, f.middle) for f in fragments} - {None}
        plain = len(group.shapes) < 3 and not group.bars and not group.frames
        if 2 * len(filled) >= len(grid.cells) or plain:
            return True
    return False


def _labels(box: BoundingBox, fragments: Sequence[Fragment]) -> list[Fragment]:
    """The fragments within a box, and the short ones beside, above and below it; none where these are few, as beside a
    logo."""
    inside = [f for f in fragments if _is_inside(f, box)]
    labels = list(inside)
    usual = dominant_size(fragments)
    for _ in range(2):
        around = hull([box, *(f.box for f in labels)])
        labels += [
            f
            for f in fragments
            if f not in labels and _is_attached(f, around) and _is_label(f, usual)
        ]
    return labels if inside or len(labels) >= _FEWEST_AROUND else []


def _is_inside(fragment: Fragment, box: BoundingBox) -> bool:
    return (
        box[0] <= (fragment.x0 + fragment.x1) / 2 <= box[2] and box[1] <= fragment.middle <= box[3]
    )


def _is_attached(fragment: Fragment, box: BoundingBox) -> bool:
    """Whether a fragment stands close at a side of a box and not beyond its corners."""
    x0, y0, x1, y1 = fragment.box
    beside = max(x0 - box[2], box[0] - x1) <= 1.5 * fragment.size
    below = max(y0 - box[3], box[1] - y1) <= 0.8 * fragment.size
    level = box[1] <= fragment.middle <= box[3]
    within = box[0] - fragment.size <= (x0 + x1) / 2 <= box[2] + fragment.size
    return (beside and level) or (below and within)


def _is_label(fragment: Fragment, usual: float) -> bool:
    """Whether a text outside the outlines may be one of an axis or a legend."""
    text = fragment.text
    label = parse_label(text)
    return (
        width(text) <= _LONGEST_LABEL
        and fragment.size <= 1.05 * usual
        and (label is None or label.end == len(text))
        and not ends_sentence(text)
        and not is_caption(text)
    )


def _is_text(row: str) -> bool:
    """Whether a row of labels is a line of text: then all of them are."""
    return is_prose(row) or is_caption(row) or width(row.replace(" ", "")) > _WIDEST_ROW


def _holds(box: BoundingBox, fragments: Iterable[Fragment]) -> bool:
    return any(_is_inside(fragment, box) for fragment in fragments)


def _area(box: BoundingBox) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _gap(a: BoundingBox, b: BoundingBox) -> float:
    """The larger of the horizontal and the vertical distance of two boxes; negative where they overlap."""
    return max(a[0] - b[2], b[0] - a[2], a[1] - b[3], b[1] - a[3])


def _shared(a: BoundingBox, b: BoundingBox) -> float:
    """The area that two boxes share."""
    across, down = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    return max(across, 0.0) * max(down, 0.0)
