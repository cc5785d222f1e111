"""Pages to blocks: regions in reading order, their paragraphs and tables, figures at their place, then what stands beside.

Edges, leading and indents are measured for each kind of region over the whole document, so that a page with two lines
is read by the measure of the others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from docpipe.joining import join
from docpipe.model import BlockType, Image, Look, Paragraph, Place, Run, Table
from docpipe.numbering import parse_label
from docpipe.readers.pdf.charts import Chart
from docpipe.readers.pdf.columns import Region, find_regions
from docpipe.readers.pdf.figures import Assets, Figure, repeated
from docpipe.readers.pdf.fragments import Fragment
from docpipe.readers.pdf.hyphens import Vocabulary, is_soft, vocabulary
from docpipe.readers.pdf.items import mark_items
from docpipe.readers.pdf.lines import Line, compose, gather, hull
from docpipe.readers.pdf.margins import Side, find_margins, is_page_number
from docpipe.readers.pdf.page import Page
from docpipe.readers.pdf.paragraphs import Column, PageLine, build, measure, overrides
from docpipe.readers.pdf.tables import FoundTable, LineTable, unruled_tables, without_repeated_head
from docpipe.readers.pdf.tagged import without_false_headings
from docpipe.readers.pdf.tags import ARTIFACT
from docpipe.readers.pdf.turning import as_shown, is_aside
from docpipe.wording import ends_sentence

_FULL = 0.9
"""The share of a column from which its last line was broken by the column's end."""

_Kind = tuple[int, int, int]


class _Part(NamedTuple):
    """A region of page `number` with its lines; `objects` are the tables and figures in it by height.

    `width` is that of the page in points, None for a region beside others.
    """

    number: int
    kind: _Kind
    width: float | None
    rows: list[list[Fragment]]
    lines: list[PageLine]
    objects: list[FoundTable | Figure | Chart]


def flow(pages: Sequence[Page], assets: Assets) -> list[BlockType]:
    """The blocks of all pages: the body in reading order, then margins, turned text, watermarks, hidden text."""
    lines = [[_page_line(row, page) for row in page.rows] for page in pages]
    margins = find_margins(lines)
    known = vocabulary(item.line.text for page_lines in lines for item in page_lines)
    ornaments = repeated([page.figures for page in pages])
    parts = [
        part
        for index, page in enumerate(pages)
        for part in _parts(index, page, lines[index], margins, ornaments)
    ]
    measured = _measure(parts)
    blocks: list[BlockType] = []
    heads: list[BlockType] = []
    opening = Table()
    before: _Part | None = None
    for part in parts:
        inner = _blocks(part, overrides(part.lines, measured[part.kind], part.width), known, assets)
        for block in inner:
            if isinstance(block, Table):
                if _follows_table(blocks, block):
                    block = _without_head(opening, block, heads)
                else:
                    opening = block
            blocks.append(block)
        if before and inner:
            _join_parts(blocks, len(blocks) - len(inner), before, part, known)
        before = part
    without_false_headings(blocks)
    mark_items(blocks)
    blocks += heads
    for (number, index), side in sorted(margins.items()):
        blocks.append(_beside(lines[number][index].line, pages[number].number, side))
    for page in pages:
        blocks += _beside_text(page)
    _place_as_shown(blocks, {page.number: page for page in pages if page.turn})
    return blocks


def _place_as_shown(blocks: Sequence[BlockType], turned: Mapping[int, Page]) -> None:
    """Give blocks of pages that were read upright, in place, their places on these pages as shown."""
    for block in blocks if turned else ():
        block.at = tuple(
            as_shown(place, (page.width, page.height), page.turn)
            if (page := turned.get(place.page or 0))
            else place
            for place in block.at
        )


def _page_line(row: Sequence[Fragment], page: Page) -> PageLine:
    line = compose(row)
    ruled_off = line.box[3] < page.head_rule + 0.3 * line.size
    return PageLine(line, page.number, page.height, page.tags.get(row[0].start), ruled_off)


def _parts(
    index: int,
    page: Page,
    lines: Sequence[PageLine],
    margins: Mapping[tuple[int, int], Side],
    ornaments: set[str],
) -> Iterator[_Part]:
    kept = [number for number in range(len(page.rows)) if (index, number) not in margins]
    rows = [page.rows[number] for number in kept]
    objects: list[FoundTable | Figure | Chart] = [
        *page.tables,
        *page.charts,
        *(figure for figure in page.figures if figure.sha256 not in ornaments),
    ]
    stand_ins = [_stand_in(number, item) for number, item in enumerate(objects)]
    fragments = [*(fragment for row in rows for fragment in row), *stand_ins]
    cut = bool(rows) and not page.tags
    regions = find_regions(fragments, rows) if cut else [Region(fragments, None)]
    for region in regions:
        inside = [objects[-1 - f.start] for f in region.fragments if not f.text]
        inside.sort(key=lambda item: (item.box[1], item.box[0]))
        kind = (round(page.width / 10), *(round(edge / 12) for edge in region.strip or (0, 0)))
        if region.strip is None and len(regions) == 1:
            own_rows, own_lines = rows, [lines[number] for number in kept]
        else:
            own_rows = gather(fragment for fragment in region.fragments if fragment.text)
            own_lines = [_page_line(row, page) for row in own_rows]
        width = page.width if region.strip is None else None
        yield _Part(page.number, (kind[0], kind[1], kind[2]), width, own_rows, own_lines, inside)


def _stand_in(number: int, item: FoundTable | Figure | Chart) -> Fragment:
    """A fragment without text that keeps an object's place while regions are cut."""
    return Fragment(
        -1 - number, 0, item.box, 10.0, 0.0, "", "", "000000", False, False, (), item.box[3]
    )


def _measure(parts: Sequence[_Part]) -> dict[_Kind, Column]:
    by_kind: defaultdict[_Kind, list[_Part]] = defaultdict(list)
    for part in parts:
        by_kind[part.kind].append(part)
    return {
        kind: measure([line for part in alike for line in part.lines], alike[0].width)
        for kind, alike in by_kind.items()
    }


def _blocks(part: _Part, column: Column, known: Vocabulary, assets: Assets) -> list[BlockType]:
    """Paragraphs and tables of a region; figures stand before the first paragraph that begins below their top."""
    number = part.number
    blocks: list[BlockType] = []
    tables = [item for item in part.objects if isinstance(item, FoundTable)]
    unruled = {t.first: t for t in _unruled(part)}
    waiting: list[PageLine] = []

    def flush() -> None:
        blocks.extend(build(waiting, column, known))
        waiting.clear()

    index = 0
    while index < len(part.lines):
        item = part.lines[index]
        while tables and tables[0].box[1] <= item.line.box[1]:
            flush()
            blocks.append(tables.pop(0).table)
        if index in unruled:
            flush()
            blocks.append(unruled[index].table)
            index = unruled[index].end
        else:
            waiting.append(item)
            index += 1
    flush()
    blocks += [table.table for table in tables]
    for figure in (item for item in part.objects if not isinstance(item, FoundTable)):
        at = (Place(page=number, bbox=hull([figure.box])),)
        blocks.insert(_position(blocks, figure.box[1]), _shown(figure, at, assets))
    return blocks


def _shown(item: Figure | Chart, at: tuple[Place, ...], assets: Assets) -> BlockType:
    """A picture, or the labels of a drawn figure, which are no part of the text around it."""
    if isinstance(item, Chart):
        return Paragraph(text=item.text, at=at, layer="textbox")
    return Image(text=item.alternative, asset=assets.add(item), at=at)


def _unruled(part: _Part) -> list[LineTable]:
    """The tables that columns alone tell, in the stretches of a part that no tags tell."""
    found: list[LineTable] = []
    start = 0
    for told, items in groupby(part.lines, key=lambda item: item.tag is not None):
        lines = [item.line for item in items]
        end = start + len(lines)
        if not told:
            tables = unruled_tables(part.rows[start:end], lines, part.number)
            found += [LineTable(t.table, t.first + start, t.end + start) for t in tables]
        start = end
    return found


def _position(blocks: Sequence[BlockType], top: float) -> int:
    """The index of the first block that begins below `top`."""
    for index, block in enumerate(blocks):
        box = block.at[0].bbox
        if box is not None and box[1] >= top:
            return index
    return len(blocks)


def _follows_table(blocks: Sequence[BlockType], table: Table) -> bool:
    """Whether nothing but a page break stands between a table and one before it."""
    before = blocks[-1] if blocks else None
    return isinstance(before, Table) and before.at[-1].page != table.at[0].page


def _without_head(opening: Table, table: Table, heads: list[BlockType]) -> Table:
    """A table without the head of the one that it goes on from, `opening`: rows that are repeated belong to the page."""
    rest, repeated_rows = without_repeated_head(opening, table)
    heads += [Paragraph(text=text, at=table.at, layer="header") for text in repeated_rows]
    return rest


def _join_parts(
    blocks: list[BlockType], start: int, before: _Part, part: _Part, known: Vocabulary
) -> None:
    """Join the paragraph that the end of a column, or of a tagged page, broke with its rest in the next one."""
    first, second = blocks[start - 1] if start else None, blocks[start]
    if not isinstance(first, Paragraph) or not isinstance(second, Paragraph):
        return
    if not _is_one_block(before, part) and (
        before.number != part.number or before.kind == part.kind or not _goes_on(first, second)
    ):
        return
    joined = join(first, second)
    if first.text.endswith("-") and is_soft(first.text, second.text, known):
        hyphen = Run(len(first.text) - 1, len(first.text), hidden="hyphen")
        if all(run.end <= hyphen.start or run.start >= hyphen.end for run in joined.runs):
            joined.runs = tuple(sorted((*joined.runs, hyphen), key=lambda run: run.start))
    blocks[start - 1 : start + 1] = [joined]


def _is_one_block(before: _Part, part: _Part) -> bool:
    """Whether tags say that the last line of one part and the first of the next are of one block."""
    if not before.lines or not part.lines:
        return False
    tag = before.lines[-1].tag
    return tag is not None and tag != ARTIFACT and tag == part.lines[0].tag


def _goes_on(first: Paragraph, second: Paragraph) -> bool:
    """Whether the paragraph at a column's end lacks an end, and the one at the next column's top a beginning."""
    a, b = first.look, second.look
    return not (
        a.size != b.size
        or a.bold != b.bold
        or (a.line_fill or 0) < _FULL
        or ends_sentence(first.text)
        or b.indent
        or b.align == "center"
        or parse_label(second.text) is not None
    )


def _beside(line: Line, number: int, side: Side) -> Paragraph:
    return Paragraph(text=line.text, at=(Place(page=number, bbox=line.box),), layer=side)


def _beside_text(page: Page) -> Iterator[BlockType]:
    """Line numbers, turned text, watermarks, hidden text, text struck again, and the marks of footnotes."""
    for fragment in page.line_numbers:
        at = (Place(page=page.number, bbox=hull([fragment.box])),)
        yield Paragraph(text=fragment.text, at=at, layer="header")
    for fragment in page.turned:
        at = (Place(page=page.number, bbox=hull([fragment.box])),)
        if is_aside(fragment, page.width) or is_page_number(fragment.text):
            yield Paragraph(text=fragment.text, at=at, layer="header")
        else:
            yield Paragraph(text=fragment.text, at=at, look=Look(size=fragment.size))
    for fragment in page.watermarks:
        at = (Place(page=page.number, bbox=hull([fragment.box])),)
        look = Look(size=fragment.size, rotated=bool(fragment.angle % 90))
        yield Paragraph(text=fragment.text, at=at, look=look, layer="watermark")
    for fragment in page.hidden:
        at = (Place(page=page.number, bbox=hull([fragment.box])),)
        yield Paragraph(text=fragment.text, at=at, layer="hidden")
    for fragment in page.doubled:
        at = (Place(page=page.number, bbox=hull([fragment.box])),)
        yield _printed(fragment.text, at, "doubled")
    for note in page.notes:
        yield _printed(note.mark, (Place(page=page.number),), "note-mark")


def _printed(text: str, at: tuple[Place, ...], why: str) -> Paragraph:
    """Text that is printed but no part of the document's."""
    return Paragraph(text=text, at=at, layer="hidden", runs=(Run(0, len(text), hidden=why),))
