"""Lines to paragraphs: a line goes on in the next where the typesetter, not the author, broke it.

A line is full if the next line's first unbreakable unit would not have fitted into it. A full line is continued by a
line of the same size at the usual distance that is not indented and does not begin with a label after a sentence's end.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from msgspec.structs import replace

from docpipe.joining import merge_runs
from docpipe.model import Alignment, Look, Paragraph, Place, Run
from docpipe.numbering import Label, parse_label
from docpipe.numbering.numerals import CHINESE_DIGITS
from docpipe.readers.pdf.hyphens import Vocabulary, is_soft
from docpipe.readers.pdf.lines import Line, hull, seam
from docpipe.readers.pdf.tags import ARTIFACT, Tag
from docpipe.wording import CJK, ends_open, ends_sentence, has_cjk, width

# What a typesetter does not break (UAX #14): a character with the brackets and stops that cling to it; quotation marks
# (class QU) cling to both sides.
_UNIT = re.compile(
    f"[“‘（《〈【「『(]*[{CJK}](?:[“”‘’\"']+[{CJK}])*[，。、；：！？）”’》」』】,.;:!?)…—]*|[^\\s{CJK}]+"
)

_WIDEST = 3.1
"""Lines further apart than so many type sizes are no paragraph."""
_EARLY = 0.4
"""The share of a block's width before whose end a line was broken by hand."""
_APART = 1.3
"""Lines so many times as far apart as those before are of two paragraphs."""
_SPACING = 0.2
"""So many type sizes more between two lines than before are enough where the first ends a sentence, else twice as many."""
_WIDE_LINE = 0.75
"""The share of the width between a page's margins from which a line is as wide as lines get."""
_OWN_LINES = 12
"""From so many lines on a page shows a measure of its own."""
_ITEM = re.compile(r"[•·●○■□◆◇▪▫‣⁃➢➤✓✔★\u25a0-\u25ff\uf000-\uf0ff!*–—§-]\s?(?=\S)|o\s")
"""A sign before an item of a list; symbol fonts give private characters."""
_DEEPEST_HANG = 4.5
"""An item's further lines begin at most this many type sizes to the right of its sign."""
_TITLE = 1.2
"""The size of a title's type, in that of the text, at least."""
_SUBTITLE = "—–-（(【["
"""A second line of these begins a subtitle."""
_FIELD = re.compile(r"(?:[A-Z]\w*(?: \w+){0,2}|b?cc):\s")
"""The beginning of a line such as "Present: ..." in minutes and letters."""
_COUNTED = re.compile(f"[{CHINESE_DIGITS}]、[{CHINESE_DIGITS}]")
"""Numbers of a sentence, as in 七、八年级."""
_AMID = re.compile(r"(?<!^)(?<![。；;.])[（(①-⑳]")
"""Where a label in brackets or a circle may stand within a sentence."""
_HANGING = "，。、；：！？”’）》」』】,.;:!?)"


class Column(NamedTuple):
    """Left and right edge (points) between which the document's lines run, and the usual distance of baselines.

    `size` is the usual one of the type; `leadings` are distances by type size (whole points), where the document shows them.
    """

    left: float
    right: float
    size: float
    leading: float
    indented: bool
    leadings: Mapping[int, float]

    def usual(self, size: float) -> float:
        """The distance of baselines that lines of a type size usually have."""
        if abs(size - self.size) < 0.6:
            return self.leading
        return self.leadings.get(round(size)) or self.leading * max(1.0, size / self.size)

    def reach(self, size: float) -> float:
        """The distance of baselines up to which lines of a type size may be one paragraph."""
        return max(1.35 * self.usual(size), 1.6 * size)


class PageLine(NamedTuple):
    """A line with the page (from 1) it stands on, the page's height in points, and its tag where tags are sound.

    `ruled_off` says that a rule at the page's head parts it from the text below.
    """

    line: Line
    page: int
    height: float
    tag: Tag | None = None
    ruled_off: bool = False


def measure(lines: Sequence[PageLine], width: float | None = None) -> Column:
    """The column of a document's lines: edges that most of its text keeps.

    `width` is that of their pages in points, where they may run over the whole page.
    """
    if not lines:
        return Column(0, 0, 1, 0, False, {})
    usual = _usual_size(lines)
    body = _body(lines, usual)
    left = _edge([item.line.x0 for item in body], low=True)
    right = _right(body) if width is None else _right_on_page(body, left, width - left)
    leading = _leading(body, right, usual)
    return Column(left, right, usual, leading, _is_indented(body, left, usual), _leadings(lines))


def _leading(body: Sequence[PageLine], right: float, usual: float) -> float:
    """The most frequent distance of baselines within paragraphs, where some lines show it, else of all lines; paragraphs
    of one line may stand further apart, and be more."""
    pairs = [(a, b) for a, b in pairwise(body) if a.page == b.page]
    inner = [(a, b) for a, b in pairs if _is_broken(a, b, right)]
    gaps = Counter(
        round(gap)
        for a, b in (inner if len(inner) >= 2 else pairs)
        if 0 < (gap := b.line.baseline - a.line.baseline) < 4 * usual
    )
    return float(max(gaps, key=lambda gap: (gaps[gap], -gap))) if gaps else 1.5 * usual


def _usual_size(lines: Sequence[PageLine]) -> float:
    """The type size of most characters."""
    size: Counter[float] = Counter()
    for item in lines:
        size[item.line.size] += len(item.line.text)
    return max(size, key=lambda value: (size[value], -value))


def _body(lines: Sequence[PageLine], usual: float) -> list[PageLine]:
    """The lines in the usual type size; all, where none is."""
    return [item for item in lines if abs(item.line.size - usual) < 0.6] or list(lines)


def _right(body: Sequence[PageLine]) -> float:
    """The right edge of lines. Stops may hang over it, so lines that end in one do not show it."""
    plain = [item.line.x1 for item in body if item.line.text[-1] not in _HANGING]
    return _edge(plain or [item.line.x1 for item in body], low=False)


def _right_on_page(body: Sequence[PageLine], left: float, mirrored: float) -> float:
    """The right edge of lines on a page whose margins, if alike, end lines at `mirrored`. Where few lines are full, short
    ones meet by chance, but the widest line, or else the page, tells where lines end."""
    edge = _right(body)
    wide = left + _WIDE_LINE * (mirrored - left)
    if edge >= wide or sum(_is_broken(a, b, edge) for a, b in pairwise(body)) >= 2:
        return edge
    widest = max(item.line.x1 for item in body)
    return widest if widest >= wide else mirrored


def _is_broken(item: PageLine, after: PageLine, edge: float) -> bool:
    """Whether a line that ends at an edge goes on in the one after it, for all that its text tells."""
    line, below = item.line, after.line
    return (
        item.page == after.page
        and abs(line.x1 - edge) < 2 * line.size
        and below.x0 < line.x0 + line.size
        and 0 < below.baseline - line.baseline < _WIDEST * line.size
        and not (ends_sentence(line.text) or ends_open(line.text))
        and parse_label(line.text) is None
        and parse_label(below.text) is None
    )


def _leadings(lines: Sequence[PageLine]) -> dict[int, float]:
    """The most frequent distance of neighbouring baselines of each type size that shows one at least twice."""
    gaps: defaultdict[int, Counter[int]] = defaultdict(Counter)
    for a, b in pairwise(lines):
        distance, size = b.line.baseline - a.line.baseline, b.line.size
        if a.page == b.page and abs(a.line.size - size) < 0.6 and 0 < distance < _WIDEST * size:
            gaps[round(size)][round(distance)] += 1
    usual = {size: max(counts, key=lambda g: (counts[g], -g)) for size, counts in gaps.items()}
    return {size: float(gap) for size, gap in usual.items() if gaps[size][gap] >= 2}


def _is_indented(body: Sequence[PageLine], left: float, size: float) -> bool:
    """Whether paragraphs begin with an indent of two characters. In Latin text, where items of lists may stand there,
    lines at the left edge must follow such beginnings."""
    steps = [round((item.line.x0 - left) / size) for item in body]
    starts = Counter(steps)
    usual = starts[2] * 5 > len(steps) or (starts[2] >= 3 and starts[2] > starts[1])
    if not usual or 2 * sum(has_cjk(item.line.text) for item in body) > len(body):
        return usual
    return sum(pair == (2, 0) for pair in pairwise(steps)) >= 2


def overrides(lines: Sequence[PageLine], column: Column, width: float | None) -> Column:
    """The column of one page: its own where its text keeps another right edge than that of the others, or breaks its
    lines within both of their edges. `width` as for `measure`."""
    if len(lines) < _OWN_LINES:
        return column
    body = _body(lines, _usual_size(lines))
    right, size = _right(body), lines[0].line.size
    if abs(right - column.right) <= 1.5 * size:
        return column
    if sum([abs(item.line.x1 - right) <= 4 for item in lines]) >= 0.4 * len(lines):
        return measure(lines, width)
    within = right < column.right and min(item.line.x0 for item in body) > column.left + size
    broken = within and sum(_is_broken(a, b, right) for a, b in pairwise(body)) >= 2
    return measure(lines, width) if broken else column


def _edge(values: list[float], low: bool) -> float:
    """The outermost position that at least one line in thirty (and two) keeps."""
    ordered = sorted(values)
    needed = max(2, len(values) // 30)
    for value in ordered if low else reversed(ordered):
        if bisect_right(ordered, value + 4) - bisect_left(ordered, value - 4) >= needed:
            return value
    return ordered[0 if low else -1]


def build(lines: Sequence[PageLine], column: Column, known: Vocabulary) -> list[Paragraph]:
    """Paragraphs of consecutive lines of one region of a page."""
    groups: list[list[PageLine]] = []
    for item in lines:
        if groups and _continues(groups[-1], item, column):
            groups[-1].append(item)
        else:
            groups.append([item])
    return [
        _paragraph(group, column, groups[index - 1][-1] if index else None, known)
        for index, group in enumerate(groups)
    ]


def _continues(group: list[PageLine], item: PageLine, column: Column) -> bool:
    first, last, line = group[0].line, group[-1].line, item.line
    if item.tag != group[-1].tag:
        return False
    if item.tag and item.tag != ARTIFACT:
        return not _is_ended(group, line)
    if group[-1].page != item.page or line.angle != last.angle or line.angle:
        return False
    if (
        abs(line.size - last.size) > 0.08 * last.size
        or len(line.segments) > 1
        or (len(last.segments) > 1 and not last.opens_item)
    ):
        return False
    distance = line.baseline - last.baseline
    if not 0.5 * line.size < distance <= column.reach(line.size):
        return False
    before = last.baseline - group[-2].line.baseline if len(group) > 1 else column.usual(line.size)
    if len(group) > 1 and distance > _APART * before:
        return False
    more = (distance - before) / line.size
    if more > (_SPACING if ends_sentence(last.text) else 2 * _SPACING):
        return False
    if last.bold != line.bold and (
        (last.bold and first.bold and not line.begins_bold) or (line.bold and not last.ends_bold)
    ):
        return False
    if not (
        _is_full(last, line, column)
        or _flows_on(last, line, column)
        or _is_one_title(last, line, column)
    ):
        return False
    return not _starts_paragraph(group, line, column)


def _is_ended(group: Sequence[PageLine], line: Line) -> bool:
    """Whether a new line was typed within a tagged block: one ends early, with a sentence's end, before a label, or very
    early. A heading is one however its lines end."""
    last = group[-1].line
    if group[0].tag and group[0].tag.level is not None:
        return False
    left = min(line.x0, *(item.line.x0 for item in group))
    right = max(line.x1, *(item.line.x1 for item in group))
    if right - last.x1 < 4 * last.size or last.x0 - left > 4 * last.size:
        return False
    very = right - last.x1 > _EARLY * (right - left)
    return very or ends_sentence(last.text) or parse_label(line.text) is not None


def _is_full(last: Line, line: Line, column: Column) -> bool:
    """Whether the first unit of the next line would not have fitted at the end of this one."""
    right = max(column.right, last.x1) if last.x1 <= column.right + 6 else last.x1
    return right - last.x1 < room_needed(last, line) + 0.15 * line.size


def room_needed(last: Line, line: Line) -> float:
    """How much room (points) the first unit of a line would have taken at the end of the line before."""
    match = _UNIT.match(line.text)
    unit = match.group() if match else line.text[:1]
    if has_cjk(unit):
        return width(unit) * line.size
    # Letters are as wide as in the line that they stand in.
    mean = (line.x1 - line.x0) / len(line.text)
    needed = max(width(unit) * 0.95 * line.size, 1.1 * len(unit) * mean)
    return needed + 0.25 * line.size if last.text[-1:].isascii() else needed


def _flows_on(last: Line, line: Line, column: Column) -> bool:
    """Whether a Latin sentence goes on in lower case in the next line, where a line was broken before its end."""
    return (
        line.text[0].islower()
        and last.text[-1].isalpha() | (last.text[-1] in ",-")
        and last.x1 - last.x0 > 0.6 * (column.right - column.left)
    )


def _is_one_title(last: Line, line: Line, column: Column) -> bool:
    """Whether two lines are centred and larger than the text: where a title's line ends is for its look."""
    return (
        line.size >= _TITLE * column.size
        and last.bold == line.bold
        and abs(line.x0 + line.x1 - last.x0 - last.x1) < line.size
        and abs(line.x0 + line.x1 - column.left - column.right) < 2 * line.size
        and line.x0 - last.x0 != 0
        and line.text[0] not in _SUBTITLE
    )


def _starts_paragraph(group: list[PageLine], line: Line, column: Column) -> bool:
    first, last = group[0].line, group[-1].line
    deep = 0.8 * line.size
    # A first line that fills the column looks flush; its middle still tells.
    same_middle = abs(line.x0 + line.x1 - last.x0 - last.x1) < 1.2 * line.size
    centred = same_middle and (
        _alignment(line, column) == "center" or _is_one_title(last, line, column)
    )
    if _alignment(last, column) == "right" and abs(line.x0 - last.x0) > deep:
        return True
    if not centred and line.x0 - last.x0 > deep and line.x0 - column.left > deep:
        return not (len(group) == 1 and _hangs(first, line, column))
    first_indented = first.x0 - column.left > deep
    if (
        not centred
        and column.indented
        and len(group) == 1
        and first_indented
        and abs(line.x0 - first.x0) < deep
        and (
            has_cjk(last.text)
            or ends_sentence(last.text)
            or ends_open(last.text)
            or _FIELD.match(line.text)
        )
        and not _flows_on(last, line, column)
    ):
        return True
    label = parse_label(line.text)
    if label is None or label.kind == "bare" or _is_counted_on(group, label):
        return False
    if last.text[-1] in "，、,":
        return parse_label(first.text) is not None
    if ends_sentence(last.text) or ends_open(last.text):
        return True
    if not has_cjk(last.text):
        before = parse_label(first.text)
        return len(line.text) > label.end and before is not None and before.kind == label.kind
    return label.kind in ("cjk", "cjk-paren", "chapter", "section") and not _COUNTED.match(
        line.text
    )


def _is_counted_on(group: Sequence[PageLine], label: Label) -> bool:
    """Whether a label goes on with an enumeration within the sentence: the one before it stands amid the text."""
    if (
        label.kind not in ("arabic-paren", "letter-paren", "roman", "circled")
        or len(label.values) != 1
    ):
        return False
    text = " ".join(item.line.text for item in group)
    before = (parse_label(text[match.start() :]) for match in _AMID.finditer(text))
    return any(
        other is not None and other.kind == label.kind and other.values == (label.values[0] - 1,)
        for other in before
    )


def _hangs(first: Line, line: Line, column: Column) -> bool:
    """Whether a line is the second of an item, set under the item's text and not under its sign; below a number at the
    edge one that is indented as all paragraphs are begins its own."""
    if line.x0 - first.x0 > _DEEPEST_HANG * line.size or _ITEM.match(line.text):
        return False
    if first.opens_item or _ITEM.match(first.text):
        return True
    label = parse_label(first.text)
    if label is None or label.kind == "bare":
        return False
    flush = first.x0 - column.left < 0.8 * line.size
    indent = (line.x0 - column.left) / line.size
    return not (column.indented and flush and has_cjk(line.text) and abs(indent - 2) < 0.5)


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


def _paragraph(
    group: list[PageLine], column: Column, before: PageLine | None, known: Vocabulary
) -> Paragraph:
    text, runs = _joined([item.line for item in group], known)
    first, last = group[0].line, group[-1].line
    span = column.right - column.left
    box = hull([item.line.box for item in group])
    gap = first.baseline - before.line.baseline if before and before.page == group[0].page else 0.0
    look = Look(
        size=first.size,
        bold=all(item.line.bold for item in group),
        color=first.color if first.color != "000000" else None,
        align=None if _is_flush(group) else _alignment(first, column),
        indent=round(first.x0 - column.left, 1)
        if first.x0 - column.left > 0.8 * first.size
        else 0.0,
        font=first.font or None,
        heading=group[0].tag.level if group[0].tag else None,
        line_fill=round((last.x1 - column.left) / span, 2) if span > 0 else None,
        rotated=bool(first.angle % 90),
    )
    return Paragraph(
        text=text,
        at=(Place(page=group[0].page, bbox=box),),
        look=look,
        runs=runs,
        space_before=gap > 1.9 * column.leading,
    )


def _is_flush(group: Sequence[PageLine]) -> bool:
    """Whether several lines begin at one edge, which centred lines do not."""
    left = group[0].line.x0
    return len(group) > 1 and all(abs(item.line.x0 - left) < 1 for item in group)


def _joined(lines: Sequence[Line], known: Vocabulary) -> tuple[str, tuple[Run, ...]]:
    """The text of a paragraph's lines, with their marks; hyphens that only broke a word are marked as hidden."""
    if len(lines) == 1:
        return lines[0].text, lines[0].runs
    text = ""
    runs: list[Run] = []
    for line in lines:
        if text.endswith("-") and is_soft(text, line.text, known):
            runs.append(Run(len(text) - 1, len(text), hidden="hyphen"))
        joined = text + seam(text, line.text) + line.text
        shift = len(joined) - len(line.text)
        for run in line.runs:
            start, end = run.start + shift, run.end + shift
            if runs and run.bold and runs[-1].bold and runs[-1].end == start - 1:
                start -= 1
            runs.append(replace(run, start=start, end=end))
        text = joined
    return text, merge_runs(_apart(runs))


def _apart(runs: Sequence[Run]) -> tuple[Run, ...]:
    """Runs that do not overlap: a hidden hyphen takes its place from the end of a bold stretch."""
    apart: list[Run] = []
    for run in runs:
        if apart and apart[-1].end > run.start:
            apart[-1] = replace(apart[-1], end=run.start)
        apart.append(run)
    return tuple(run for run in apart if run.start < run.end or run.note)
