"""Fragments to lines: what stands on one baseline, from left to right, whatever order the page draws it in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from msgspec.structs import replace

from docpipe.model import BoundingBox, Run
from docpipe.readers.pdf.fragments import RIGHT_TO_LEFT, Fragment
from docpipe.wording import CJK

COLUMN_GAP = 1.3
"""A gap of this many times the type size separates columns or cells."""
_WORD_GAP = 0.5
_WIDE = re.compile(f"[{CJK}\u3000-\u303f\uff00-\uffef“”‘’…—·]")
_SHARED = "“”‘’…"
"""Signs of both Chinese and Latin text."""
_ITEM_SIGN = re.compile(
    rf"[^\w\s“‘（《〈【「『(]|o|[(（]?(?:[A-Za-z]|[ivxIVX]{{1,5}}|\d{{1,3}}(?:\.\d{{1,2}}){{0,3}}|[{CJK}]{{1,3}})[.．、)）]|[\u2460-\u2487]"
)
_OPENING, _CLOSING = "“‘（《〈【「『", "，。、；：！？）》〉】」』”’"
"""Chinese punctuation that is set at the right, and at the left, of its place."""
_TRACKED = 4
"""So many characters that stand alone tell that a line is set with gaps between all."""
_OPEN_LINES = 12
"""So many lines are compared with a new fragment; lines further up have ended."""


class Segment(NamedTuple):
    """A stretch of a line without a wide gap in it."""

    text: str
    x0: float
    x1: float


class Line(NamedTuple):
    """A line of type. `runs` mark bold stretches and notes of `text`; `angle` is in degrees, 0 for upright reading.

    `segments` stand between wide gaps. `baseline` is its height in points from the top.
    """

    text: str
    box: BoundingBox
    size: float
    bold: bool
    font: str
    color: str
    angle: float
    segments: tuple[Segment, ...]
    runs: tuple[Run, ...]
    baseline: float

    @property
    def x0(self) -> float:
        """Left edge in points."""
        return self.box[0]

    @property
    def x1(self) -> float:
        """Right edge in points."""
        return self.box[2]

    @property
    def begins_bold(self) -> bool:
        """Whether its first character is bold."""
        return any(run.bold and run.start == 0 for run in self.runs)

    @property
    def ends_bold(self) -> bool:
        """Whether its last character is bold."""
        return any(run.bold and run.end == len(self.text) for run in self.runs)

    @property
    def opens_item(self) -> bool:
        """Whether the line is an item of a list whose sign or number stands apart from its text."""
        return len(self.segments) == 2 and _ITEM_SIGN.fullmatch(self.segments[0].text) is not None


def gather(fragments: Iterable[Fragment]) -> list[list[Fragment]]:
    """Fragments by line, lines from top to bottom, each from left to right. Turned fragments are lines of their own."""
    rows: list[list[Fragment]] = []
    bottoms: list[float] = []
    ordered = sorted((f.box[1] + f.box[3], f.box[0], f.start, f) for f in fragments)
    for _, _, _, fragment in ordered:
        top = fragment.box[1]
        for index in range(len(rows) - 1, max(len(rows) - _OPEN_LINES, 0) - 1, -1):
            if bottoms[index] > top and _on_line(rows[index], fragment):
                rows[index].append(fragment)
                bottoms[index] = max(bottoms[index], fragment.box[3])
                break
        else:
            rows.append([fragment])
            bottoms.append(fragment.box[3])
    for row in rows:
        if len(row) > 1:
            row.sort(key=lambda f: f.x0, reverse=_is_right_to_left(row))
    return rows


def _on_line(row: Sequence[Fragment], fragment: Fragment) -> bool:
    """Whether a fragment stands on the baseline of a line, beside and not over what stands there."""
    if fragment.angle or row[0].angle:
        return False
    x0, y0, x1, y1 = fragment.box
    slack = 0.3 * fragment.size
    left, right = x0 + slack, x1 - slack
    beside = False
    for other in row:
        a0, b0, a1, b1 = other.box
        if left < a1 and right > a0 and _overlaps(other, fragment):
            return False
        if not beside:
            shared = (b1 if b1 < y1 else y1) - (b0 if b0 > y0 else y0)
            beside = shared >= 0.6 * min(b1 - b0, y1 - y0) and not _far_apart(other, fragment)
    return beside


def _overlaps(a: Fragment, b: Fragment) -> bool:
    """Whether two fragments stand over one another. The empty half of Chinese punctuation may lie under what is beside."""
    (a0, a1), (b0, b1) = _inked(a), _inked(b)
    slack = 0.3 * b.size
    return b0 + slack < a1 and b1 - slack > a0


def _inked(fragment: Fragment) -> tuple[float, float]:
    """From where to where a fragment is seen, without the empty half of punctuation at its ends."""
    half = 0.5 * fragment.size
    x0 = fragment.x0 + (half if fragment.text[:1] in _OPENING else 0)
    return x0, fragment.x1 - (half if fragment.text[-1:] in _CLOSING else 0)


def _far_apart(a: Fragment, b: Fragment) -> bool:
    """Whether two fragments of different size stand so far from one another that they are no line: the more so where
    they do not stand on one baseline."""
    larger, smaller = max(a.size, b.size), min(a.size, b.size)
    gap = max(b.box[0] - a.box[2], a.box[0] - b.box[2])
    if abs(a.box[3] - b.box[3]) > 0.35 * smaller:
        return larger > 1.1 * smaller and gap > 2 * larger
    return larger > 1.4 * smaller and gap > 3 * larger


def _is_right_to_left(row: Sequence[Fragment]) -> bool:
    text = "".join(fragment.text for fragment in row)
    return not text.isascii() and 2 * len(RIGHT_TO_LEFT.findall(text)) > len(text)


def compose(row: Sequence[Fragment]) -> Line:
    """The line of fragments in order."""
    first = row[0]
    if len(row) == 1:
        segments: tuple[Segment, ...] = (Segment(first.text, first.x0, first.x1),)
        return _line(first, row, first.text, segments, first.runs)
    text = ""
    runs: list[Run] = []
    parts: list[Segment] = []
    tracking = _tracking(row)
    for index, fragment in enumerate(row):
        gap = fragment.x0 - row[index - 1].x1 if index else 0.0
        if _is_right_to_left(row) and index:
            gap = row[index - 1].x0 - fragment.x1
        apart = not index or gap > COLUMN_GAP * fragment.size
        needed = gap > tracking and _needs_space(text, fragment.text, gap, fragment.size)
        spaced = index > 0 and (apart or needed)
        text += " " if spaced else ""
        for run in fragment.runs:
            start, end = run.start + len(text), run.end + len(text)
            if runs and runs[-1].bold and run.bold and runs[-1].end >= start - spaced:
                runs[-1] = replace(runs[-1], end=end)
            else:
                runs.append(replace(run, start=start, end=end))
        text += fragment.text
        if apart:
            parts.append(Segment(fragment.text, fragment.x0, fragment.x1))
        else:
            last = parts[-1]
            joined = last.text + (" " if spaced else "") + fragment.text
            parts[-1] = Segment(joined, min(last.x0, fragment.x0), max(last.x1, fragment.x1))
    return _line(first, row, text, tuple(parts), tuple(runs))


def _tracking(row: Sequence[Fragment]) -> float:
    """The gap in points up to which characters of a line stand apart by its typesetting, for it sets every one of them
    apart alike; 0 for most lines."""
    single = sum(len(fragment.text) == 1 for fragment in row)
    if single < _TRACKED or 2 * single < len(row):
        return 0.0
    gaps = sorted(
        b.x0 - a.x1 for a, b in pairwise(row) if _ends_wide(a.text) and _starts_wide(b.text)
    )
    slack = 0.25 * row[0].size
    if len(gaps) < _TRACKED - 1 or gaps[len(gaps) // 2] - gaps[0] > slack:
        return 0.0
    return gaps[0] + slack


def _line(
    first: Fragment,
    row: Sequence[Fragment],
    text: str,
    segments: tuple[Segment, ...],
    runs: tuple[Run, ...],
) -> Line:
    bold = sum(run.end - run.start for run in runs if run.bold) if runs else 0
    longest = first if len(row) == 1 else max(row, key=lambda f: (len(f.text), f.size))
    return Line(
        text=text,
        box=hull([fragment.box for fragment in row]),
        size=longest.size,
        bold=bold >= 0.9 * len(text.replace(" ", "")) > 0 if runs else False,
        font=first.font,
        color=first.color,
        angle=first.angle,
        segments=segments,
        runs=runs,
        baseline=longest.baseline,
    )


def hull(boxes: Sequence[BoundingBox]) -> BoundingBox:
    """The box around boxes, to a tenth of a point."""
    if len(boxes) == 1:
        x0, y0, x1, y1 = boxes[0]
        return (round(x0, 1), round(y0, 1), round(x1, 1), round(y1, 1))
    return (
        round(min(box[0] for box in boxes), 1),
        round(min(box[1] for box in boxes), 1),
        round(max(box[2] for box in boxes), 1),
        round(max(box[3] for box in boxes), 1),
    )


def _needs_space(before: str, after: str, gap: float, size: float) -> bool:
    """Whether a gap is a space; a small one beside a Chinese character is the typesetter's, not the author's."""
    return gap > (_WORD_GAP if _ends_wide(before) or _starts_wide(after) else 0.15) * size


def _ends_wide(text: str) -> bool:
    """Whether a text ends in Chinese; a quotation mark is what stands before it."""
    last = text[-2:-1] or text if text[-1:] in _SHARED else text[-1:]
    return _WIDE.match(last) is not None


def _starts_wide(text: str) -> bool:
    """Whether a text begins in Chinese; a quotation mark is what stands behind it."""
    first = text[1:2] or text if text[:1] in _SHARED else text[:1]
    return _WIDE.match(first) is not None


def seam(first: str, second: str) -> str:
    """What stands between two lines when they are one: nothing beside a Chinese character or after a line-end hyphen,
    else a space."""
    if not first or not second:
        return ""
    hyphenated = first[-1] in "-—" and first[-2:-1].isalpha() and second[0].isalpha()
    return "" if hyphenated or _ends_wide(first) or _starts_wide(second) else " "
