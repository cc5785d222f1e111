"""Line numbers in a page's margin, as transcripts and pleadings have them: they count the lines, empty ones too."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from docpipe.readers.pdf.fragments import Fragment

_LEAST = 10
_LEAST_ALONE = 2
"""So many numbers stand beside nothing: those of a list or of the rows of a table never do."""
_SAME_EDGE = 1.5
"""Points within which the right edges of numbers are one."""
_UNEVEN = 0.1
"""The share by which the distances of numbers may differ."""


def line_numbers(fragments: Sequence[Fragment]) -> list[Fragment]:
    """Which of a page's fragments number its lines."""
    numbers = [f for f in fragments if len(f.text) <= 4 and f.text.isdecimal() and not f.angle]
    if len(numbers) < _LEAST:
        return []
    columns: list[list[Fragment]] = []
    for number in sorted(numbers, key=lambda f: (f.x1, f.start)):
        if columns and number.x1 - columns[-1][-1].x1 <= _SAME_EDGE:
            columns[-1].append(number)
        else:
            columns.append([number])
    for column in columns:
        column.sort(key=lambda f: f.middle)
        if len(column) >= _LEAST and _counts(column) and _is_margin(column, fragments):
            return column
    return []


def _counts(column: Sequence[Fragment]) -> bool:
    """Whether numbers rise by one step at even distances."""
    values = [int(number.text) for number in column]
    steps = {b - a for a, b in pairwise(values)}
    distances = [b.middle - a.middle for a, b in pairwise(column)]
    even = max(distances) - min(distances) <= _UNEVEN * max(distances)
    return len(steps) == 1 and steps.pop() > 0 and even


def _is_margin(column: Sequence[Fragment], fragments: Sequence[Fragment]) -> bool:
    """Whether all text at the height of the numbers stands to the right of them, and some of them stand alone."""
    top, bottom = column[0].box[1], column[-1].box[3]
    edge = max(number.x1 for number in column)
    own = {number.start for number in column}
    beside = [f for f in fragments if top <= f.middle <= bottom and f.start not in own]
    if any(f.x0 < edge + 0.5 * f.size for f in beside):
        return False
    heights = sorted(f.middle for f in beside)
    alone = sum(
        all(abs(height - number.middle) > 0.5 * number.size for height in heights)
        for number in column
    )
    return _LEAST_ALONE <= alone < len(column)
