"""Columns: cuts a page into regions that are read one after the other, by the white space between them.

A gutter is a vertical strip that lines of text on both sides keep clear. It parts columns, not cells of a table, where
both sides hold lines that fill their side. A line that runs across ends the columns above it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from docpipe.readers.pdf.fragments import Fragment
from docpipe.readers.pdf.lines import COLUMN_GAP

_SAME_EDGE = 3.0
"""Points within which left edges are one."""
_MIN_ROWS = 3
_MIN_WIDTH = 8.0
"""The mean width of a column's lines, in type sizes, from which they are text and not cells."""
_MIN_FILL = 0.6
_MIN_GUTTER = 0.7
"""The width of a gutter in type sizes."""
_MAX_CANDIDATES = 16
_MAX_DEPTH = 3


class Region(NamedTuple):
    """Fragments that are read together, and the strip of the page (left and right edge in points) they stand in.

    A region over the page's whole width has the strip None.
    """

    fragments: list[Fragment]
    strip: tuple[int, int] | None


def find_regions(fragments: Sequence[Fragment], rows: Sequence[Sequence[Fragment]]) -> list[Region]:
    """The regions of a page in reading order. `rows` are the page's lines across all columns."""
    if not fragments or not _side_by_side(rows):
        return [Region(list(fragments), None)] if fragments else []
    left = min(fragment.x0 for fragment in fragments)
    right = max(fragment.x1 for fragment in fragments)
    row_of = {fragment.start: index for index, row in enumerate(rows) for fragment in row}
    return _cut(list(fragments), row_of, (round(left), round(right)), None, 0)


def _side_by_side(rows: Sequence[Sequence[Fragment]]) -> bool:
    """Whether anything stands beside something else with a gap between."""
    count = 0
    for above, row in zip([rows[0], *rows], rows, strict=False):
        for a, b in pairwise(row):
            if b.x0 - a.x1 > _MIN_GUTTER * b.size:
                count += 1
        if row is not above and (row[0].x0 > above[-1].x1 or row[-1].x1 < above[0].x0):
            count += row[0].box[1] < above[0].box[3] - 0.2 * row[0].size
    return count >= _MIN_ROWS


def _cut(
    fragments: list[Fragment],
    row_of: Mapping[int, int],
    bounds: tuple[int, int],
    strip: tuple[int, int] | None,
    depth: int,
) -> list[Region]:
    best: tuple[int, list[tuple[list[Fragment], bool]], float] | None = None
    if depth < _MAX_DEPTH and len(fragments) >= 2 * _MIN_ROWS:
        for edge in _candidates(fragments):
            bands = _bands(fragments, row_of, edge)
            score = sum(len(band) for band, parted in bands if parted)
            if score and (best is None or score > best[0]):
                best = (score, bands, edge)
    if best is None:
        return [Region(fragments, strip)]
    _, bands, edge = best
    regions: list[Region] = []
    for band, parted in bands:
        if not parted:
            regions.append(Region(band, strip))
            continue
        middle = round(edge)
        for side, inner in (
            ([f for f in band if f.x0 < edge], (bounds[0], middle)),
            ([f for f in band if f.x0 >= edge], (middle, bounds[1])),
        ):
            regions += _cut(side, row_of, inner, inner, depth + 1)
    return regions


def _candidates(fragments: Sequence[Fragment]) -> list[float]:
    """Positions just left of edges that several fragments share, the most shared first."""
    edges = sorted(fragment.x0 for fragment in fragments)
    clusters: list[list[float]] = []
    for edge in edges:
        if clusters and edge - clusters[-1][0] <= _SAME_EDGE:
            clusters[-1].append(edge)
        else:
            clusters.append([edge])
    shared = [cluster for cluster in clusters[1:] if len(cluster) >= _MIN_ROWS]
    shared.sort(key=lambda cluster: (-len(cluster), cluster[0]))
    return [cluster[0] - 0.5 for cluster in shared[:_MAX_CANDIDATES]]


def _bands(
    fragments: Sequence[Fragment], row_of: Mapping[int, int], edge: float
) -> list[tuple[list[Fragment], bool]]:
    """The page's bands from top to bottom, and whether the gutter at `edge` parts each; neighbours that it does not
    part are one."""
    bands: list[tuple[list[Fragment], bool]] = []
    open_band: list[Fragment] = []

    def close() -> None:
        if open_band:
            add(list(open_band), _is_parted(open_band, row_of, edge))
            open_band.clear()

    def add(band: list[Fragment], parted: bool) -> None:
        if bands and not parted and not bands[-1][1]:
            bands[-1][0].extend(band)
        else:
            bands.append((band, parted))

    for fragment in sorted(fragments, key=lambda f: (f.box[1], f.x0)):
        if fragment.x0 < edge - 2 and fragment.x1 > edge + 1:
            close()
            add([fragment], False)
        else:
            open_band.append(fragment)
    close()
    return bands


def _is_parted(band: Sequence[Fragment], row_of: Mapping[int, int], edge: float) -> bool:
    left = [fragment for fragment in band if fragment.x0 < edge]
    right = [fragment for fragment in band if fragment.x0 >= edge]
    if len(left) < _MIN_ROWS or len(right) < _MIN_ROWS:
        return False
    gutter = min(f.x0 for f in right) - max(f.x1 for f in left)
    if gutter < _MIN_GUTTER * min(f.size for f in band):
        return False
    return _is_text(left, row_of) and _is_text(right, row_of)


def _is_text(side: Sequence[Fragment], row_of: Mapping[int, int]) -> bool:
    """Whether a column holds lines of text: long, and filling it but for last lines and headings."""
    rows: defaultdict[int, list[Fragment]] = defaultdict(list)
    for fragment in side:
        if fragment.text:
            rows[row_of[fragment.start]].append(fragment)
    if len(rows) < _MIN_ROWS:
        return False
    mean = sum(f.x1 - f.x0 for row in rows.values() for f in row) / len(rows)
    size = sum(fragment.size for fragment in side) / len(side)
    span = max(f.x1 for f in side) - min(f.x0 for f in side)
    if mean < _MIN_WIDTH * size or mean < _MIN_FILL * span:
        return False
    gaps = sum(
        b.x0 - a.x1 > COLUMN_GAP * b.size
        for row in rows.values()
        for a, b in pairwise(sorted(row, key=lambda f: f.x0))
    )
    return 2 * gaps <= len(rows) or _is_parted_anywhere(side, row_of)


def _is_parted_anywhere(side: Sequence[Fragment], row_of: Mapping[int, int]) -> bool:
    """Whether a side holds columns of its own."""
    return any(_is_parted(side, row_of, edge) for edge in _candidates(side))
