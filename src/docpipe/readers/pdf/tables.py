"""Fragments to tables: ruled grids filled with the text in their cells, and tables told by their columns alone."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from msgspec.structs import replace

from docpipe.model import BoundingBox, Cell, Look, Place, Table, table_text
from docpipe.numbering import parse_label
from docpipe.readers.pdf.drawing import Rule
from docpipe.readers.pdf.fragments import Fragment
from docpipe.readers.pdf.grids import Grid, GridCell, Locator, is_one_row
from docpipe.readers.pdf.lines import Line, compose, gather, hull
from docpipe.readers.pdf.paragraphs import room_needed
from docpipe.wording import ends_sentence, glue, is_prose

_MIN_ROWS = 3
_MANY = 4
"""So many columns tell a table although a cell of a row overflows."""
_FIGURE = re.compile(r"[-+(]?[$¥￥£€]?[\d.,:/%％-]+\)?[%％]?")
_PART_OF_FIGURE = re.compile(r",\d{0,2}$|^[%％]$|\d[.]$")
"""What a line ends in that broke a number, or is behind one."""
_EARLY = 0.4
"""The share of the longest line in a cell before whose end a line was broken by hand."""
_CELL_GAP = 0.6
"""A gap of this many times the type size parts cells where rules or other rows say that there are columns."""


_SAME_EDGE = 2.5
"""Points within which edges of columns are one."""


class FoundTable(NamedTuple):
    """A table, the fragments it took (by `Fragment.start`), its box, and where rules tell the left edges of its columns,
    in points."""

    table: Table
    taken: frozenset[int]
    box: BoundingBox
    edges: tuple[float, ...] = ()


def ruled_tables(
    grids: Sequence[Grid],
    fragments: Sequence[Fragment],
    number: int,
    before: Sequence[float],
) -> list[FoundTable]:
    """The tables of page `number` whose cells are ruled on all sides; one within another's cell stands for itself.

    `before` are the edges of the table that the page before ends in: one with the same edges may be the rest of a single
    cell.
    """
    found: list[FoundTable] = []
    rest = list(fragments)
    for grid in sorted(grids, key=lambda grid: (_area(grid.box), grid.box)):
        table = _ruled(grid, rest, number, before)
        if table is not None:
            found.append(table)
            rest = [fragment for fragment in rest if fragment.start not in table.taken]
    return sorted(found, key=lambda table: (table.box[1], table.box[0]))


def _area(box: BoundingBox) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _ruled(
    grid: Grid, fragments: Sequence[Fragment], number: int, before: Sequence[float]
) -> FoundTable | None:
    homes: defaultdict[GridCell, list[Fragment]] = defaultdict(list)
    locate = Locator(grid)
    for fragment in fragments:
        cell = locate((fragment.x0 + fragment.x1) / 2, fragment.middle)
        if cell is not None:
            homes[cell].append(fragment)
    columns: defaultdict[int, set[int]] = defaultdict(set)
    for cell in homes:
        columns[cell.row].add(cell.column)
    edges = _edges(grid)
    parted = any(len(filled) > 1 for filled in columns.values())
    if not homes or not (parted or _are_same(edges, before)):
        return None
    by_row: defaultdict[int, list[GridCell]] = defaultdict(list)
    for cell in grid.cells:
        by_row[cell.row].append(cell)
    rows: list[list[Cell]] = []
    bold: list[bool] = []
    for cells in by_row.values():
        bold.append(all(f.bold for cell in cells for f in homes.get(cell, ())))
        rows += _grid_rows(cells, homes, edges)
    heads = bold[0] and not all(bold)
    taken = frozenset(fragment.start for inside in homes.values() for fragment in inside)
    table = make_table(rows, grid.box, number, heads)
    table.look = Look(cell_room=_cell_room(grid, homes))
    return FoundTable(table, taken, grid.box, tuple(edges))


def _are_same(edges: Sequence[float], others: Sequence[float]) -> bool:
    """Whether columns have the same left edges, in points."""
    return len(edges) == len(others) and all(
        abs(a - b) <= _SAME_EDGE for a, b in zip(edges, others, strict=True)
    )


def _cell_room(grid: Grid, homes: Mapping[GridCell, list[Fragment]]) -> tuple[float | None, ...]:
    """For each cell that reaches the grid's last row, from left to right: the room, in type sizes, behind its last line
    if that is at the row's foot."""
    end = max(cell.row + cell.rowspan for cell in grid.cells)
    cells = sorted((c for c in grid.cells if c.row + c.rowspan == end), key=lambda c: c.column)
    foot = max((f.box[3] for cell in cells for f in homes.get(cell, ())), default=0.0)
    padding = max(0.0, min(f.x0 - cell.box[0] for cell in homes for f in homes[cell]))
    room: list[float | None] = []
    for cell in cells:
        inside = homes.get(cell, ())
        last = [f for f in inside if f.box[3] > foot - 0.5 * f.size]
        if not last:
            room.append(None)
        else:
            used = max(f.x1 for f in last) - min(f.x0 for f in last)
            free = cell.box[2] - cell.box[0] - 2 * padding - used
            room.append(round(free / last[0].size, 1))
    return tuple(room)


def _edges(grid: Grid) -> list[float]:
    """The left edges of the grid's columns, in points."""
    edges: dict[int, float] = {}
    for cell in grid.cells:
        edges.setdefault(cell.column, cell.box[0])
    return [edges[column] for column in sorted(edges)]


def _grid_rows(
    cells: Sequence[GridCell],
    homes: Mapping[GridCell, list[Fragment]],
    edges: Sequence[float],
) -> list[list[Cell]]:
    """The rows of a ruled strip: one, unless rules part only groups of rows, or no columns."""
    if any(cell.rowspan > 1 for cell in cells):
        return [_one_row(cells, homes)]
    if len(cells) == 1 and len(edges) >= 3 and _is_parted(homes.get(cells[0], ())):
        return _by_edges(homes[cells[0]], edges)
    filled = [gather(homes[cell]) for cell in cells if homes.get(cell)]
    lines = [len(rows) for rows in filled]
    count = max(lines, default=1)
    alike = sum(number == count for number in lines)
    if count < 2 or len(lines) < _MANY or 4 * alike < 3 * len(lines) or not _are_figures(filled):
        return [_one_row(cells, homes)]
    return _split(cells, homes, count)


def _is_parted(fragments: Sequence[Fragment]) -> bool:
    """Whether at least three lines, and every third, are parted by gaps into as many cells as a row would have."""
    parted = [len(_parts(row)) for row in gather(fragments)]
    cells = sum(count >= 3 for count in parted)
    return cells >= _MIN_ROWS and 3 * cells >= len(parted)


def _one_row(cells: Sequence[GridCell], homes: Mapping[GridCell, list[Fragment]]) -> list[Cell]:
    return [
        Cell(
            text=_typed(homes.get(cell, ())),
            rowspan=cell.rowspan,
            colspan=cell.colspan,
        )
        for cell in cells
    ]


def _typed(fragments: Sequence[Fragment]) -> str:
    """The text of a cell: its lines, joined unless one ends long before the longest does, an item begins, or gaps part
    them.

    The cell's own width tells less: what looks like one may be several whose borders are not drawn.
    """
    if len(fragments) < 2:
        return cell_text(fragments)
    lines = [compose(row) for row in gather(fragments)]
    longest = max(line.x1 - line.x0 for line in lines)
    text = lines[0].text
    for last, line in pairwise(lines):
        left = longest - (last.x1 - last.x0)
        early = left > max(room_needed(last, line), _EARLY * longest)
        gaps = sorted(0 if item.opens_item else len(item.segments) - 1 for item in (last, line))
        parted = gaps[0] > 0 or gaps[1] > 1
        begins = ends_sentence(last.text) and _is_item(line.text)
        typed = parted or begins or (early and not _flows_on(last.text, line.text))
        text = f"{text}\n{line.text}" if typed else glue(text, line.text)
    return text


def _is_item(text: str) -> bool:
    """Whether a line begins with a label that is more than a number."""
    label = parse_label(text)
    return label is not None and label.kind != "bare"


def _flows_on(first: str, second: str) -> bool:
    """Whether a text goes on in the next line whatever room there was."""
    return second[0].islower() or first[-1] in "，、,（(" or second[0] in "，、。；）)"


def _are_figures(filled: Sequence[Sequence[Sequence[Fragment]]]) -> bool:
    """Whether most lines of the cells are numbers, and none is a part of one: these are not one text over several lines."""
    texts = [compose(line).text for rows in filled for line in rows]
    if any(_PART_OF_FIGURE.search(text) for text in texts):
        return False
    return 2 * sum(_FIGURE.fullmatch(text) is not None for text in texts) > len(texts)


def _split(
    cells: Sequence[GridCell], homes: Mapping[GridCell, list[Fragment]], count: int
) -> list[list[Cell]]:
    """So many rows of the lines in a strip's cells, each line in the row whose height it stands at."""
    inside = [fragment for cell in cells for fragment in homes.get(cell, ())]
    middles = [sum(f.middle for f in row) / len(row) for row in gather(inside)]
    if len(middles) != count:
        return [_one_row(cells, homes)]
    rows: list[list[Cell]] = [[] for _ in middles]
    for cell in cells:
        at: defaultdict[int, list[Fragment]] = defaultdict(list)
        for fragment in homes.get(cell, ()):
            at[min(range(count), key=lambda n: abs(middles[n] - fragment.middle))].append(fragment)
        for number, row in enumerate(rows):
            row.append(Cell(text=cell_text(at[number]), colspan=cell.colspan))
    return rows


def _by_edges(fragments: Sequence[Fragment], edges: Sequence[float]) -> list[list[Cell]]:
    """Rows of a strip that is ruled only around: each part of a line goes to the column whose edge is left of it.

    A line without a first cell that stands close under a line that has one is that row's second line.
    """
    rows = [_parts(row) for row in gather(fragments)]
    texts = _rows_of_texts(rows, len(edges), lambda x: max(0, bisect_right(edges, x) - 1))
    return [[Cell(text=text) for text in row] for row in texts]


def cell_text(fragments: Sequence[Fragment]) -> str:
    """The text of a cell, its lines joined."""
    if not fragments:
        return ""
    if len(fragments) == 1:
        return fragments[0].text
    text = ""
    for row in gather(fragments):
        text = glue(text, compose(row).text)
    return text


def make_table(
    rows: Sequence[Sequence[Cell]], box: BoundingBox, number: int, heads: bool = False
) -> Table:
    """A table of page `number`; `heads` says that its first row is a head."""
    cells = tuple(tuple(row) for row in rows)
    if heads:
        head = tuple(replace(cell, header=True) for cell in cells[0])
        cells = (head, *cells[1:])
    place = Place(page=number, bbox=hull([box]))
    return Table(text=table_text(cells), rows=cells, at=(place,))


def banded_tables(
    groups: Sequence[Sequence[Rule]], fragments: Sequence[Fragment], number: int, foot: float
) -> list[FoundTable]:
    """Tables of which only horizontal rules are drawn, as in print: above, under the head, below. From the height `foot`
    (points) on a single row may be the head of one that goes on in the next page."""
    found = []
    for group in groups:
        for rules in _tabular(group, fragments, foot):
            first, last = rules[0], rules[-1]
            box = (first.start, first.at, first.end, last.at)
            inside = _inside(box, fragments)
            texts, strips = _columned(inside, rules)
            rows = [[Cell(text=t) for t in row] for row in texts]
            if len(rows) >= 2 or len(rules) == 2:
                head = [f for f in inside if f.middle < rules[1].at]
                # Where rules part all rows, only its type tells a head.
                heads = bool(head) and (
                    len(rules) <= len(rows)
                    or (all(f.bold for f in head) and not all(f.bold for f in inside))
                )
                taken = frozenset(fragment.start for fragment in inside)
                between = [(a[1] + b[0]) / 2 for a, b in pairwise(strips)]
                edges = (first.start, *between)
                found.append(FoundTable(make_table(rows, box, number, heads), taken, box, edges))
    return found


def _inside(box: BoundingBox, fragments: Sequence[Fragment]) -> list[Fragment]:
    return [
        f
        for f in fragments
        if box[1] < f.middle < box[3] and box[0] - 3 <= (f.x0 + f.x1) / 2 <= box[2] + 3
    ]


def _tabular(
    group: Sequence[Rule], fragments: Sequence[Fragment], foot: float
) -> Iterator[Sequence[Rule]]:
    """The rules around and between neighbouring strips that hold cells; those of a single strip below `foot`."""
    start: int | None = None
    for index in range(len(group)):
        cells = False
        if index + 1 < len(group):
            a, b = group[index], group[index + 1]
            cells = _holds_cells(_inside((a.start, a.at, a.end, b.at), fragments))
        if cells and start is None:
            start = index
        if not cells and start is not None:
            if index - start >= 2 or _is_lone_row(group[start : index + 1], fragments, foot):
                yield group[start : index + 1]
            start = None


def _is_lone_row(rules: Sequence[Rule], fragments: Sequence[Fragment], foot: float) -> bool:
    """Whether two rules below `foot` hold a line of several cells."""
    top, bottom = rules
    inside = _inside((top.start, top.at, top.end, bottom.at), fragments)
    return top.at > foot and max(len(_parts(row)) for row in gather(inside)) >= _MIN_ROWS


def _holds_cells(fragments: Sequence[Fragment]) -> bool:
    """Whether most lines are parted by gaps, or one is and no other line runs across the edge of its parts."""
    rows = [_parts(row) for row in gather(fragments)]
    parted = [row for row in rows if len(row) > 1]
    if not parted or 2 * len(parted) >= len(rows):
        return bool(parted)
    lefts = [part[0].x0 for part in max(parted, key=len)]
    return not any(
        part[0].x0 < left - 1 and part[-1].x1 > left
        for left in lefts
        for row in rows
        for part in row
    )


def _parts(row: Sequence[Fragment]) -> list[list[Fragment]]:
    """The fragments of a line, those without a gap between them together."""
    parts: list[list[Fragment]] = []
    for fragment in row:
        if parts and fragment.x0 - parts[-1][-1].x1 <= _CELL_GAP * fragment.size:
            parts[-1].append(fragment)
        else:
            parts.append([fragment])
    return parts


def _columned(
    fragments: Sequence[Fragment], rules: Sequence[Rule]
) -> tuple[list[list[str]], list[tuple[float, float]]]:
    """Rows of cell texts, and the left and right edge of each column: columns are the strips that the rows' parts leave clear between them.

    A line without a first cell that stands close under a line is that row's second line. Between two rules stand
    several rows, or one with cells of several lines; always one, where that is so between most.
    """
    lines = [[_parts(row) for row in gather(inside)] for inside in _between(fragments, rules)]
    strips = _strips([row for rows in lines for row in rows])
    middles = [sum(strip) / 2 for strip in strips]
    lines = [[_cut_at_columns(row, strips) for row in rows] for rows in lines]

    def column_at(x: float) -> int:
        return min(range(len(middles)), key=lambda column: abs(middles[column] - x))

    single = [
        is_one_row(
            [[fragment for part in row for fragment in part] for row in rows],
            [{column_at(_middle(part)) for part in row} for row in rows],
        )
        for rows in lines
    ]
    ruled = len(lines) >= _MIN_ROWS and 2 * sum(single) > len(lines)
    texts: list[list[str]] = []
    for rows, alone in zip(lines, single, strict=True):
        if alone or ruled:
            cells = [""] * len(strips)
            for part in (part for row in rows for part in row):
                column = column_at(_middle(part))
                cells[column] = glue(cells[column], compose(part).text)
            texts.append(cells)
        else:
            texts += _rows_of_texts(rows, len(strips), column_at)
    return texts, strips


def _cut_at_columns(
    row: Sequence[Sequence[Fragment]], strips: Sequence[tuple[float, float]]
) -> list[list[Fragment]]:
    """The parts of a line, also parted where a column begins in a small gap in one."""
    parts: list[list[Fragment]] = []
    for part in row:
        parts.append([part[0]])
        for last, fragment in pairwise(part):
            if any(last.x1 <= left <= fragment.x0 + 1 for left, _ in strips[1:]):
                parts.append([fragment])
            else:
                parts[-1].append(fragment)
    return parts


def _between(fragments: Sequence[Fragment], rules: Sequence[Rule]) -> list[list[Fragment]]:
    """The fragments between each rule and the next, where there are any."""
    strips = [
        [f for f in fragments if above.at < f.middle <= below.at]
        for above, below in pairwise(rules)
    ]
    return [strip for strip in strips if strip]


def _middle(part: Sequence[Fragment]) -> float:
    return (part[0].x0 + part[-1].x1) / 2


def _rows_of_texts(
    rows: Sequence[Sequence[Sequence[Fragment]]], columns: int, column_at: Callable[[float], int]
) -> list[list[str]]:
    """The cell texts of rows of parts, each part in the column that `column_at` gives for its middle (points)."""
    texts: list[list[str]] = []
    last_bottom = 0.0
    for row in rows:
        cells = [""] * columns
        for part in row:
            column = column_at(_middle(part))
            cells[column] = glue(cells[column], compose(part).text)
        box = hull([fragment.box for part in row for fragment in part])
        close = box[1] - last_bottom < 0.25 * (box[3] - box[1])
        if texts and not cells[0] and close and texts[-1][0]:
            texts[-1] = [glue(a, b) for a, b in zip(texts[-1], cells, strict=True)]
        else:
            texts.append(cells)
        last_bottom = box[3]
    return texts


def _strips(rows: Sequence[Sequence[Sequence[Fragment]]]) -> list[tuple[float, float]]:
    """The left and right edge of each column: of the lines with most parts, or what all parts leave clear between them if
    that parts more, as where no line has text in every column."""
    most = max(len(row) for row in rows)
    full = [row for row in rows if len(row) == most]
    strips = [
        (min(row[column][0].x0 for row in full), max(row[column][-1].x1 for row in full))
        for column in range(most)
    ]
    clear: list[tuple[float, float]] = []
    for left, right in sorted((part[0].x0, part[-1].x1) for row in rows for part in row):
        if clear and left < clear[-1][1]:
            clear[-1] = (clear[-1][0], max(clear[-1][1], right))
        else:
            clear.append((left, right))
    return clear if len(clear) > most else strips


class LineTable(NamedTuple):
    """A table of whole lines: the table and the indices of its first line and of the one after its last."""

    table: Table
    first: int
    end: int


def unruled_tables(
    rows: Sequence[Sequence[Fragment]], lines: Sequence[Line], number: int
) -> list[LineTable]:
    """At least three neighbouring lines of as many segments, column under column, and the lines next to them that
    fit into these columns. `rows` are the fragments of `lines`."""
    found: list[LineTable] = []
    start = 0
    while start < len(lines):
        end = start
        while end < len(lines) and _is_row(lines[end], lines[start], lines[max(start, end - 1)]):
            end += 1
        if end - start >= _MIN_ROWS:
            floor = found[-1].end if found else 0
            first, last = _extended(rows, lines, start, end, floor)
            table = _line_table(rows, lines, (start, end), first, last, number)
            if found and found[-1].end == first and _columns(found[-1].table) == _columns(table):
                before = found.pop()
                first, table = before.first, _joined(before.table, table)
            found.append(LineTable(table, first, last))
            start = last
        else:
            start += 1
    return found


def _columns(table: Table) -> int:
    return len(table.rows[0])


def _joined(first: Table, second: Table) -> Table:
    """Two tables that follow one another as one, at both their places on the page."""
    rows = first.rows + second.rows
    boxes = [place.bbox for place in first.at + second.at if place.bbox is not None]
    place = Place(page=first.at[0].page, bbox=hull(boxes))
    return Table(text=table_text(rows), rows=rows, at=(place,))


def _is_row(line: Line, first: Line, previous: Line) -> bool:
    """Whether a line continues the columns of the first row."""
    columns = len(first.segments)
    if (
        columns < 2
        or first.opens_item
        or len(line.segments) != columns
        or any(is_prose(s.text) for s in line.segments)
    ):
        return False
    if line.box[1] - previous.box[3] > 2.5 * line.size:
        return False
    tolerance = 1.5 * line.size
    return all(
        abs(a.x0 - b.x0) < tolerance
        or abs(a.x1 - b.x1) < tolerance
        or abs(a.x0 + a.x1 - b.x0 - b.x1) < tolerance
        for a, b in zip(line.segments, first.segments, strict=True)
    )


def _extended(
    rows: Sequence[Sequence[Fragment]], lines: Sequence[Line], start: int, end: int, floor: int
) -> tuple[int, int]:
    strips = _segment_strips(lines[start:end])
    while start > floor and _fits(rows[start - 1], lines[start - 1], strips, lines[start]):
        start -= 1
    while end < len(lines) and _fits(rows[end], lines[end], strips, lines[end - 1]):
        end += 1
    return start, end


def _segment_strips(lines: Sequence[Line]) -> list[tuple[float, float]]:
    return [
        (
            min(line.segments[column].x0 for line in lines),
            max(line.segments[column].x1 for line in lines),
        )
        for column in range(len(lines[0].segments))
    ]


def _fits(
    row: Sequence[Fragment], line: Line, strips: Sequence[tuple[float, float]], next_row: Line
) -> bool:
    """Whether a line next to a table has a part in at least two of its columns, and none between them."""
    parts = _parts(row)
    if len(parts) < 2 or len(parts) > len(strips) or any(is_prose(s.text) for s in line.segments):
        return False
    gap = max(line.box[1] - next_row.box[3], next_row.box[1] - line.box[3])
    if gap > 1.5 * line.size or abs(line.size - next_row.size) > 0.2 * line.size:
        return False
    columns = [_column(part, strips, 1.5 * line.size) for part in parts]
    return None not in columns and len(set(columns)) == len(columns)


def _column(
    part: Sequence[Fragment], strips: Sequence[tuple[float, float]], tolerance: float
) -> int | None:
    """The column that a part stands in; in a table of many columns it may run on into the next."""
    x0, x1 = part[0].x0, part[-1].x1
    for column, (left, right) in enumerate(strips):
        if left - tolerance <= x0 and x1 <= right + tolerance:
            return column
    if len(strips) < _MANY:
        return None
    ends = [left for left, _ in strips[2:]] + [strips[-1][1]] * 2
    for column, (left, right) in enumerate(strips):
        if abs(x0 - left) <= tolerance and x1 <= max(right, ends[column]) + tolerance:
            return column
    return None


def _line_table(
    rows: Sequence[Sequence[Fragment]],
    lines: Sequence[Line],
    core: tuple[int, int],
    first: int,
    end: int,
    number: int,
) -> Table:
    strips = _segment_strips(lines[core[0] : core[1]])
    texts: list[list[str]] = []
    for index in range(first, end):
        line = lines[index]
        if core[0] <= index < core[1]:
            texts.append([segment.text for segment in line.segments])
            continue
        cells = [""] * len(strips)
        for part in _parts(rows[index]):
            column = _column(part, strips, 1.5 * line.size)
            assert column is not None
            cells[column] = compose(part).text
        texts.append(cells)
    box = hull([line.box for line in lines[first:end]])
    return make_table([[Cell(text=text) for text in row] for row in texts], box, number)


def without_repeated_head(before: Table, table: Table) -> tuple[Table, list[str]]:
    """A table that goes on from the page before without the head rows that it repeats, and the texts of these rows."""
    count = 0
    most = min(len(before.rows), len(table.rows) - 1, 3)
    while count < most and _same_row(before.rows[count], table.rows[count]):
        count += 1
    if not count or any(cell.rowspan > count for cell in table.rows[0]):
        return table, []
    repeated = [
        " ".join(c.text.replace("\n", " ") for c in row if c.text) for row in table.rows[:count]
    ]
    rows = table.rows[count:]
    return replace(table, text=table_text(rows), rows=rows), repeated


def _same_row(a: Sequence[Cell], b: Sequence[Cell]) -> bool:
    return [(c.text, c.colspan) for c in a] == [(c.text, c.colspan) for c in b] and any(
        c.text for c in a
    )
