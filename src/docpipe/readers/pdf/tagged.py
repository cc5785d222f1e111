"""Believes a page's tags where they agree with what is seen, and puts its text in their order.

Sound tags cover the text, name it in about the order it stands in, and hold paragraphs, not lines. Where one of these
fails, the page is read by its geometry alone, as if it had no tags.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

from msgspec.structs import replace

from docpipe.model import BlockType, BoundingBox, Cell, Paragraph
from docpipe.readers.pdf.engine import PageText
from docpipe.readers.pdf.fragments import Fragment, split_at
from docpipe.readers.pdf.lines import gather, hull
from docpipe.readers.pdf.tables import FoundTable, cell_text, make_table
from docpipe.readers.pdf.tags import ARTIFACT, LOOSE, Kind, Path, Tag, TaggedCell, Tags
from docpipe.wording import ends_sentence

_COVERED = 0.9
"""The share of a page's characters that must stand in the structure tree, artifacts apart."""
_IN_BLOCKS = 0.4
"""The share that must stand in blocks of it."""
_ARTIFACTS = 0.1
"""The share of artifacts away from the page's edges from which they are no running lines."""
_EDGE = 0.13
"""The share of the page's height, above and below, in which running lines stand."""
_BACKWARDS = 0.1
"""The share of characters that may stand above what the tags put before them."""
_TORN = 0.3
"""The share of neighbouring blocks that may be two lines of one paragraph."""
_TOP, _FOOT = 0.2, 0.25
"""The shares of a page's height in which a row may be the last, or the first, of a table on two pages."""
_LEAST_PAIRS = 3
_MANY_HEADINGS = 5


class Tagged(NamedTuple):
    """The text of a page, cut where a tag ends, and the tag of each fragment by its start; no tags if they are not sound."""

    fragments: list[Fragment]
    tags: dict[int, Tag]


def believe(page: PageText, fragments: Sequence[Fragment], tags: Tags) -> Tagged:
    """The tags of a page's upright fragments."""
    parts = [part for fragment in fragments for part in _cut(page, fragment, tags.blocks)]
    found = {}
    for part in parts:
        page.budget.check()
        tag = tags.blocks.get(page.marked_content(part.start))
        if tag is None and page.is_artifact(part.start):
            tag = ARTIFACT
        if tag is not None:
            found[part.start] = tag
    if not _are_sound(parts, found, page.height):
        return Tagged(list(fragments), {})
    return Tagged(parts, {start: tag for start, tag in found.items() if tag != LOOSE})


def _cut(page: PageText, fragment: Fragment, blocks: Mapping[int, Tag]) -> list[Fragment]:
    """The parts of a fragment that has two tags, as neighbouring cells may."""
    first, last = page.marked_content(fragment.start), page.marked_content(fragment.end - 1)
    if first == last or blocks.get(first) == blocks.get(last):
        return [fragment]
    edges = []
    tag = blocks.get(first)
    for index in range(fragment.start + 1, fragment.end):
        if page.generated(index) or page.text[index].isspace():
            continue
        own = blocks.get(page.marked_content(index))
        if own != tag:
            edges.append(page.box(index)[0])
            tag = own
    return split_at(page, fragment, edges)


def _are_sound(fragments: Sequence[Fragment], tags: Mapping[int, Tag], height: float) -> bool:
    lengths: Counter[Kind | None] = Counter()
    for fragment in fragments:
        tag = tags.get(fragment.start)
        at_edge = not _EDGE * height < fragment.middle < (1 - _EDGE) * height
        if tag != ARTIFACT or not at_edge:
            lengths[tag.kind if tag else None] += len(fragment.text)
    total = lengths.total()
    if (
        lengths[None] > (1 - _COVERED) * total
        or lengths["artifact"] > _ARTIFACTS * total
        or total - lengths[None] - lengths["loose"] < _IN_BLOCKS * total
    ):
        return False
    blocks = [rows for tag, rows in _blocks(fragments, tags) if tag.cell is None]
    backwards = sum(
        sum(len(f.text) for row in rows for f in row)
        for before, rows in pairwise(blocks)
        if _is_above(rows, before)
    )
    return backwards <= _BACKWARDS * total and not _are_lines(blocks)


def _blocks(
    fragments: Sequence[Fragment], tags: Mapping[int, Tag]
) -> Iterator[tuple[Tag, list[list[Fragment]]]]:
    """The blocks of the text in the order of their tags, each as its lines."""
    held: defaultdict[Tag, list[Fragment]] = defaultdict(list)
    for fragment in fragments:
        tag = tags.get(fragment.start)
        if tag is not None and tag.kind in ("text", "item"):
            held[tag].append(fragment)
    for tag in sorted(held, key=lambda tag: tag.path):
        yield tag, gather(held[tag])


def _is_above(rows: Sequence[Sequence[Fragment]], before: Sequence[Sequence[Fragment]]) -> bool:
    """Whether a block stands above, and not beside, the one before it."""
    x0, y0, x1, _ = _box(rows)
    a0, b0, a1, _ = _box(before)
    return y0 < b0 - rows[0][0].size and min(x1, a1) - max(x0, a0) > 0


def _box(rows: Sequence[Sequence[Fragment]]) -> BoundingBox:
    return hull([fragment.box for row in rows for fragment in row])


def _are_lines(blocks: Sequence[Sequence[Sequence[Fragment]]]) -> bool:
    """Whether the blocks are lines: many go on, in mid-sentence and at the same edges, in the next one."""
    pairs = [(a, b) for a, b in pairwise(blocks) if a[-1][0].size == b[0][0].size]
    right = max((row[-1].x1 for rows in blocks for row in rows), default=0.0)
    torn = sum(_is_torn(a[-1], b[0], right) for a, b in pairs)
    return torn >= _LEAST_PAIRS and torn > _TORN * len(pairs)


def _is_torn(last: Sequence[Fragment], first: Sequence[Fragment], right: float) -> bool:
    size = first[0].size
    return (
        last[-1].x1 > right - 2 * size
        and not ends_sentence(last[-1].text)
        and first[0].x0 < last[0].x0 + size
        and 0 < first[0].box[3] - last[-1].box[3] < 2.2 * size
    )


def parted(
    fragments: Sequence[Fragment], tags: Mapping[int, Tag]
) -> tuple[list[Fragment], list[Fragment]]:
    """What tags tell the place of, and what they do not: text without a block, and cells of tables that are none."""
    told: list[Fragment] = []
    untold: list[Fragment] = []
    for fragment in fragments:
        tag = tags.get(fragment.start, LOOSE)
        is_told = tag not in (ARTIFACT, LOOSE) and tag.cell is None
        (told if is_told else untold).append(fragment)
    return told, untold


def ordered_rows(
    told: Sequence[Fragment], loose: Sequence[list[Fragment]], tags: Mapping[int, Tag]
) -> list[list[Fragment]]:
    """The lines of a page in the order of their tags; `loose` lines go where they stand, those of notes last."""
    rows: list[list[Fragment]] = []
    for _, lines in _blocks(told, tags):
        rows += lines
    for row in reversed(loose):
        rows.insert(_index_below(rows, row), row)
    return rows + gather(f for f in told if tags[f.start].kind == "note")


def _index_below(rows: Sequence[Sequence[Fragment]], row: Sequence[Fragment]) -> int:
    """The index of the first line that stands below another and shares its column."""
    x0, y0, x1, _ = hull([fragment.box for fragment in row])
    for index, other in enumerate(rows):
        if other[0].box[1] >= y0 and min(x1, other[-1].x1) > max(x0, other[0].x0):
            return index
    return len(rows)


def tagged_tables(
    tables: Mapping[Path, Sequence[TaggedCell]],
    fragments: Sequence[Fragment],
    tags: Mapping[int, Tag],
    number: int,
    height: float,
) -> list[FoundTable]:
    """The tables of page `number` that its tags tell; those of one column are no tables, nor those of one row but for
    where the page, so many points high, may have cut them off."""
    homes: defaultdict[Path, list[Fragment]] = defaultdict(list)
    for fragment in fragments:
        tag = tags.get(fragment.start)
        if tag is not None and tag.cell is not None:
            homes[tag.cell.path].append(fragment)
    found = (_table(cells, homes, tags, number, height) for cells in tables.values())
    return [table for table in found if table is not None]


def without_false_headings(blocks: list[BlockType]) -> None:
    """Take the levels of headings away, in place, where so much is tagged as heading that it tells nothing."""
    paragraphs = [b for b in blocks if isinstance(b, Paragraph) and b.layer == "body"]
    headings = [b for b in paragraphs if b.look.heading]
    length = sum(len(b.text) for b in headings)
    if len(headings) < _MANY_HEADINGS or 2 * length < sum(len(b.text) for b in paragraphs):
        return
    for index, block in enumerate(blocks):
        if block.look.heading:
            blocks[index] = replace(block, look=replace(block.look, heading=None))


def _table(
    cells: Sequence[TaggedCell],
    homes: Mapping[Path, list[Fragment]],
    tags: Mapping[int, Tag],
    number: int,
    height: float,
) -> FoundTable | None:
    inside = [fragment for cell in cells for fragment in homes.get(cell.path, ())]
    rows = [list(row) for _, row in groupby(cells, key=lambda cell: cell.row)]
    filled = max(sum(cell.path in homes for cell in row) for row in rows)
    if filled < 2 or not _is_even(rows) or not _is_straight(rows, homes):
        return None
    box = hull([fragment.box for fragment in inside])
    if len(rows) < 2 and _TOP * height < box[1] and box[3] < (1 - _FOOT) * height:
        return None
    bold = [all(f.bold for cell in row for f in homes.get(cell.path, ())) for row in rows]
    table = make_table(
        [
            [
                Cell(
                    text=_told(homes.get(cell.path, ()), tags),
                    rowspan=cell.rowspan,
                    colspan=cell.colspan,
                    header=cell.header,
                )
                for cell in row
            ]
            for row in rows
        ],
        box,
        number,
        heads=bold[0] and not all(bold),
    )
    return FoundTable(table, frozenset(fragment.start for fragment in inside), box)


def _told(fragments: Sequence[Fragment], tags: Mapping[int, Tag]) -> str:
    """The text of a cell, a line for each paragraph that tags tell."""
    held: defaultdict[Path, list[Fragment]] = defaultdict(list)
    for fragment in fragments:
        held[tags[fragment.start].path].append(fragment)
    return "\n".join(cell_text(held[path]) for path in sorted(held))


def _is_even(rows: Sequence[Sequence[TaggedCell]]) -> bool:
    """Whether all rows cover as many columns, with what hangs down from rows above."""
    widths = []
    hanging: list[tuple[int, int]] = []
    for row in rows:
        widths.append(sum(cell.colspan for cell in row) + sum(columns for _, columns in hanging))
        spans = [*hanging, *((cell.rowspan, cell.colspan) for cell in row)]
        hanging = [(left - 1, columns) for left, columns in spans if left > 1]
    return len(set(widths)) == 1


def _is_straight(
    rows: Sequence[Sequence[TaggedCell]], homes: Mapping[Path, list[Fragment]]
) -> bool:
    """Whether the cells of rows stand from left to right, and rows from top to bottom, as the tags say."""
    last = 0.0
    for row in rows:
        boxes = [hull([f.box for f in homes[c.path]]) for c in row if c.path in homes]
        if any(b[0] < a[0] for a, b in pairwise(boxes)):
            return False
        bottom = max((box[3] for box in boxes), default=last)
        if bottom < last:
            return False
        last = bottom
    return True
