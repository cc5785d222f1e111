"""What of a page's text a reader does not see, or sees behind the text: hidden text, text struck twice, watermarks."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from docpipe.model import BoundingBox
from docpipe.readers.pdf.budget import Budget
from docpipe.readers.pdf.drawing import Drawing
from docpipe.readers.pdf.engine import PageText
from docpipe.readers.pdf.fragments import Fragment, is_paper

_SMALLEST = 1.0
"""Type under this size in points is too small to be seen."""
_STRIP = 8.0
"""Text struck twice is sought within strips of this height in points, and at most so far away."""
_FEW = 12
"""So many fragments are compared with one another."""
_LIGHT = 165
"""Mean of red, green and blue from which a colour is light."""
_SCAN_SHARE = 0.5
"""Pictures over this share of the page are the page: invisible text on them is its text layer."""


class Seen(NamedTuple):
    """The fragments of a page by how they show."""

    body: list[Fragment]
    hidden: list[Fragment]
    doubled: list[Fragment]
    watermarks: list[Fragment]


def is_white(fragment: Fragment) -> bool:
    """Whether text has the colour of paper."""
    return is_paper(fragment.color)


def is_light(fragment: Fragment) -> bool:
    """Whether text has a colour much paler than print."""
    return fragment.color != "000000" and sum(bytes.fromhex(fragment.color)) >= 3 * _LIGHT


def sort_out(page: PageText, fragments: Iterable[Fragment], drawing: Drawing | None) -> Seen:
    """The fragments of a page; `drawing` is needed where text is white or invisible."""
    width, height = page.width, page.height
    seen = Seen([], [], [], [])
    scanned = drawing is not None and is_scanned(drawing, width * height)
    for fragment in fragments:
        page.budget.check()
        box = fragment.box
        outside = box[2] <= 0 or box[3] <= 0 or box[0] >= width or box[1] >= height
        if (
            outside
            or fragment.size < _SMALLEST
            or (fragment.invisible and not scanned)
            or (is_white(fragment) and drawing is not None and not _is_backed(fragment, drawing))
        ):
            seen.hidden.append(fragment)
        elif fragment.angle % 90:
            seen.watermarks.append(fragment)
        else:
            seen.body.append(fragment)
    _move_large_light(seen, page.budget)
    _move_struck_again(seen, page.budget)
    return seen


def is_scanned(drawing: Drawing, area: float) -> bool:
    """Whether pictures cover so much of a page's area (square points) that they are the page."""
    covered = sum((p.box[2] - p.box[0]) * (p.box[3] - p.box[1]) for p in drawing.pictures)
    return covered >= _SCAN_SHARE * area


def _is_backed(fragment: Fragment, drawing: Drawing) -> bool:
    """Whether something that is not white lies behind the middle of the text."""
    x, y = (fragment.x0 + fragment.x1) / 2, fragment.middle
    behind = [*drawing.fills, *(picture.box for picture in drawing.pictures)]
    return any(b[0] <= x <= b[2] and b[1] <= y <= b[3] for b in behind)


def _move_struck_again(seen: Seen, budget: Budget) -> None:
    """Text that stands within the same text at the same place again, as for boldness or a shadow, is kept once."""
    strips: defaultdict[int, list[Fragment]] = defaultdict(list)
    for fragment in seen.body:
        strips[round(fragment.box[1] / _STRIP)].append(fragment)
    again: set[int] = set()
    for strip, fragments in strips.items():
        others = [*strips.get(strip - 1, ()), *fragments, *strips.get(strip + 1, ())]
        if len(others) > 1:
            near = _Near(others)
            for fragment in fragments:
                budget.check()
                if _is_struck_again(fragment, near.to(fragment), again):
                    again.add(fragment.start)
    if again:
        seen.doubled.extend(fragment for fragment in seen.body if fragment.start in again)
        seen.body[:] = [fragment for fragment in seen.body if fragment.start not in again]


class _Near:
    """Fragments by their left edge, so that of a row of many cells only a few are compared."""

    def __init__(self, fragments: Sequence[Fragment]) -> None:
        self._fragments = fragments
        self._few = len(fragments) <= _FEW
        if not self._few:
            self._fragments = sorted(fragments, key=lambda f: f.box[0])
            self._lefts = [f.box[0] for f in self._fragments]
            self._widest = max(f.box[2] - f.box[0] for f in fragments)

    def to(self, fragment: Fragment) -> Sequence[Fragment]:
        """Those whose edges may enclose a fragment."""
        if self._few:
            return self._fragments
        first = bisect_left(self._lefts, fragment.box[2] - _STRIP - self._widest)
        return self._fragments[first : bisect_right(self._lefts, fragment.box[0] + _STRIP)]


def _is_struck_again(fragment: Fragment, others: Sequence[Fragment], again: set[int]) -> bool:
    near = min(max(1.0, 0.12 * fragment.size), _STRIP)
    x0, y0, x1, y1 = fragment.box
    for other in others:
        a0, b0, a1, b1 = other.box
        if x0 < a0 - near or x1 > a1 + near or y0 < b0 - near or y1 > b1 + near:
            continue
        if other is fragment or other.start in again or abs(other.size - fragment.size) > 0.5:
            continue
        if len(fragment.text) == len(other.text) and other.start > fragment.start:
            continue
        at = other.text.find(fragment.text)
        while at >= 0:
            if abs(a0 + at / len(other.text) * (a1 - a0) - x0) <= 1.5 * fragment.size:
                return True
            at = other.text.find(fragment.text, at + 1)
    return False


def _move_large_light(seen: Seen, budget: Budget) -> None:
    """Large pale text over which other text runs is a watermark."""
    suspects = [fragment for fragment in seen.body if is_light(fragment) and not is_white(fragment)]
    if not suspects:
        return
    size = dominant_size(seen.body)
    for suspect in suspects:
        budget.check()
        if suspect.size >= 1.6 * size and any(
            other is not suspect and _overlap(suspect.box, other.box) for other in seen.body
        ):
            seen.body.remove(suspect)
            seen.watermarks.append(suspect)


def _overlap(a: BoundingBox, b: BoundingBox) -> bool:
    height = min(a[3], b[3]) - max(a[1], b[1])
    return min(a[2], b[2]) - max(a[0], b[0]) > 1 and height > 0.4 * (b[3] - b[1])


def dominant_size(fragments: Iterable[Fragment]) -> float:
    """The size in points of most characters; 0 without any."""
    sizes: Counter[float] = Counter()
    for fragment in fragments:
        sizes[fragment.size] += len(fragment.text)
    return max(sizes, key=lambda size: (sizes[size], -size)) if sizes else 0.0
