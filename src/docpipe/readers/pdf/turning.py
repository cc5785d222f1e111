"""Sideways pages: which way a page's text runs, and where on the page as shown what was read upright stands.

A page most of whose text is turned by a quarter or a half is read as if it was held upright: all its measures are of the
page so held. Only the places that leave the reader are those of the page as shown, on which a viewer marks them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from docpipe.model import BoundingBox, Place
from docpipe.readers.pdf.engine import as_seen
from docpipe.readers.pdf.fragments import Fragment
from docpipe.readers.pdf.lines import hull

SIDE = 0.1
"""The share of the page's width, at either side, in which turned text stands beside the text."""


def text_direction(fragments: Sequence[Fragment], width: float) -> int:
    """The direction (0, 90, 180 or 270 degrees clockwise) in which more than half of a page's text reads, else 0.

    What stands at the sides of the page, `width` points wide, does not count: running lines are turned there.
    """
    if not any(fragment.angle for fragment in fragments):
        return 0
    lengths: Counter[float] = Counter()
    for fragment in fragments:
        if not is_aside(fragment, width):
            lengths[fragment.angle] += len(fragment.text)
    for angle in (90, 180, 270):
        if 2 * lengths[angle] > lengths.total():
            return angle
    return 0


def is_aside(fragment: Fragment, width: float) -> bool:
    """Whether text stands at a side of a page `width` points wide."""
    return fragment.x1 < SIDE * width or fragment.x0 > (1 - SIDE) * width


def as_shown(place: Place, size: tuple[float, float], angle: int) -> Place:
    """A place on a page read upright, of width and height `size` (points), on the page as shown: turned by `angle` degrees."""
    if place.bbox is None:
        return place
    x0, y0, x1, y1 = place.bbox
    width, height = size
    own: BoundingBox = (x0, height - y1, x1, height - y0)
    return Place(page=place.page, bbox=hull([as_seen(own, (0.0, 0.0, width, height), angle)]))
