"""Lines to paragraphs: a line goes on in the next where the typesetter, not the author, broke it.

A line is full if the next line's first unbreakable unit would not have fitted into it. A full line is continued by a
line of the same size at the usual distance that is not indented and does not begin with a label after a sentence's end.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from docpipe.model import Alignment, Look, Paragraph, Place, Run
from docpipe.numbering import parse_label
from docpipe.readers.pdf.lines import Line
from docpipe.wording import CJK, ends_open, ends_sentence, glue, has_cjk, width

# What a typesetter does not break (UAX #14): a character with the brackets and stops that cling to it; quotation marks
# (class QU) cling to both sides.
_UNIT = re.compile(
    f"[“‘（《〈【「『(]*[{CJK}](?:[“”‘’\"']+[{CJK}])*[，。、；：！？）”’》」』】,.;:!?)…—]*|[^\\s{CJK}]+"
)

_HANGING = "，。、；：！？”’）》」』】,.;:!?)"


class Column(NamedTuple):
    """Left and right edge (points) between which the document's lines run, and the usual distance of baselines."""

    left: float
    right: float
    leading: float
    indented: bool


class PageLine(NamedTuple):
    """A line with the page (from 1) it stands on and the page's height in points."""

    line: Line
    page: int
    height: float


def measure(lines: Sequence[PageLine]) -> Column:
    """The column of a document's lines: edges that most of its text keeps."""
    if not lines:
        return Column(0, 0, 0, False)
    size: Counter[float] = Counter()
    for item in lines:
        size[item.line.size] += len(item.line.text)
    usual = max(size, key=lambda value: (size[value], -value))
    body = [item for item in lines if abs(item.line.size - usual) < 0.6] or list(lines)
    left = _edge([item.line.x0 for item in body], low=True)
    # Stops may hang over the edge, so lines that end in one do not show it.
    plain = [item.line.x1 for item in body if item.line.text[-1] not in _HANGING]
    right = _edge(plain or [item.line.x1 for item in body], low=False)
    gaps = Counter(
        round(b.line.box[3] - a.line.box[3])
        for a, b in pairwise(body)
        if a.page == b.page and 0 < b.line.box[3] - a.line.box[3] < 4 * usual
    )
    leading = float(max(gaps, key=lambda value: (gaps[value], -value))) if gaps else 1.5 * usual
    starts = Counter(round((item.line.x0 - left) / usual) for item in body)
    return Column(
        left,
        right,
        leading,
        starts[2] * 5 > sum(starts.values()) or (starts[2] >= 3 and starts[2] > starts[1]),
    )


def _edge(values: list[float], low: bool) -> float:
    """The outermost position that at least one line in thirty (and two) keeps."""
    ordered = sorted(values, reverse=not low)
    needed = max(2, len(values) // 30)
    for value in ordered:
        if sum(abs(value - other) <= 4 for other in values) >= needed:
            return value
    return ordered[0]


def build(lines: Sequence[PageLine], column: Column) -> list[Paragraph]:
    """Paragraphs of consecutive lines of one page."""
    groups: list[list[PageLine]] = []
    for item in lines:
        if groups and _continues(groups[-1], item, column):
            groups[-1].append(item)
        else:
            groups.append([item])
    return [
        _paragraph(group, column, groups[index - 1][-1] if index else None)
        for index, group in enumerate(groups)
    ]


def _continues(group: list[PageLine], item: PageLine, column: Column) -> bool:
    first, last, line = group[0].line, group[-1].line, item.line
    if group[-1].page != item.page or line.angle != last.angle or line.angle:
        return False
    if (
        abs(line.size - last.size) > 0.08 * last.size
        or len(line.segments) > 1
        or len(last.segments) > 1
    ):
        return False
    distance = line.box[3] - last.box[3]
    if not 0.5 * line.size < distance <= max(1.35 * column.leading, 1.6 * line.size):
        return False
    if len(group) > 1 and distance > 1.3 * (last.box[3] - group[-2].line.box[3]):
        return False
    if last.bold != line.bold and ((last.bold and first.bold) or line.bold):
        return False
    if not _is_full(last, line, column):
        return False
    return not _starts_paragraph(group, line, column)


def _is_full(last: Line, line: Line, column: Column) -> bool:
    """Whether the first unit of the next line would not have fitted at the end of this one."""
    match = _UNIT.match(line.text)
    unit = match.group() if match else line.text[:1]
    needed = width(unit) * line.size * (1.0 if has_cjk(unit) else 0.95)
    if not has_cjk(unit) and last.text[-1:].isascii():
        needed += 0.25 * line.size
    right = max(column.right, last.x1) if last.x1 <= column.right + 6 else last.x1
    return right - last.x1 < needed + 0.15 * line.size


def _starts_paragraph(group: list[PageLine], line: Line, column: Column) -> bool:
    first, last = group[0].line, group[-1].line
    deep = 0.8 * line.size
    # A first line that fills the column looks flush; its middle still tells.
    same_middle = abs(line.x0 + line.x1 - last.x0 - last.x1) < 1.2 * line.size
    centred = same_middle and _alignment(line, column) == "center"
    if not centred and line.x0 - last.x0 > deep and line.x0 - column.left > deep:
        return True
    first_indented = first.x0 - column.left > deep
    if (
        not centred
        and column.indented
        and len(group) == 1
        and first_indented
        and abs(line.x0 - first.x0) < deep
    ):
        return True
    label = parse_label(line.text)
    if label is None or label.kind == "bare":
        return False
    return (
        ends_sentence(last.text)
        or ends_open(last.text)
        or not has_cjk(last.text)
        or label.kind in ("cjk", "cjk-paren", "chapter", "section")
    )


def _alignment(line: Line, column: Column) -> Alignment | None:
    span = column.right - column.left
    if span <= 0:
        return None
    before, after = line.x0 - column.left, column.right - line.x1
    if before > 2.5 * line.size and abs(before - after) < 1.6 * line.size:
        return "center"
    if before > 0.35 * span and after < 4.5 * line.size and before > after + 3 * line.size:
        return "right"
    return None


def _paragraph(group: list[PageLine], column: Column, before: PageLine | None) -> Paragraph:
    text = ""
    runs: list[Run] = []
    for item in group:
        joined = glue(text, item.line.text)
        shift = len(joined) - len(item.line.text)
        for run in item.line.runs:
            start, end = run.start + shift, run.end + shift
            if runs and runs[-1].end >= start - 1 and start >= runs[-1].end:
                runs[-1] = Run(runs[-1].start, end, bold=True)
            else:
                runs.append(Run(start, end, bold=True))
        text = joined
    first, last = group[0].line, group[-1].line
    span = column.right - column.left
    boxes = [item.line.box for item in group]
    box = (min(b[0] for b in boxes), boxes[0][1], max(b[2] for b in boxes), boxes[-1][3])
    gap = first.box[3] - before.line.box[3] if before and before.page == group[0].page else 0.0
    look = Look(
        size=first.size,
        bold=all(item.line.bold for item in group),
        color=first.color if first.color != "000000" else None,
        align=_alignment(first, column),
        indent=round(first.x0 - column.left, 1)
        if first.x0 - column.left > 0.8 * first.size
        else 0.0,
        font=first.font or None,
        line_fill=round((last.x1 - column.left) / span, 2) if span > 0 else None,
        rotated=bool(first.angle % 90),
    )
    return Paragraph(
        text=text,
        at=(Place(page=group[0].page, bbox=box),),
        look=look,
        runs=tuple(runs),
        layer="watermark" if look.rotated else "body",
        space_before=gap > 1.9 * column.leading,
    )
