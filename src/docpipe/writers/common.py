"""What every writer of a readable document needs: text a format may hold, marked pieces, table grids, one walk.

Nothing here recurses, so that a document nested a thousand tables deep is written like any other.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Generator, Iterable, Iterator, Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from docpipe.model import (
    BlockType,
    Cell,
    Document,
    Formula,
    Heading,
    Image,
    Paragraph,
    Run,
    Table,
)
from docpipe.numbering import parse_label
from docpipe.wording import names_table

_BREAKS = re.compile("[\t-\r\x1c-\x1f\x85\u2028\u2029]+")
# XML 1.0, production 2 (Char): what is outside cannot stand in a DOCX part, nor in HTML.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\x7f-\x84\x86-\x9f]")


def printable(text: str) -> str:
    """`text` on one line and with U+FFFD for each character that XML 1.0 forbids or no reader can see."""
    if text.isprintable():
        return text
    return _NOT_XML.sub("\ufffd", _BREAKS.sub(" ", text))


def is_chinese(document: Document) -> bool:
    """Whether to set the document as Chinese text is set: indented first lines, Chinese words for what is generated."""
    return document.language.lower().startswith("zh")


def fact(document: Document, name: str) -> str:
    """The value of a metadata fact on one line, "" where the document does not say."""
    known = document.metadata.get(name)
    return printable(known.value) if known else ""


def labelled(label: str, text: str) -> str:
    """A label and the text it stands before, on one line, with a space where print would show one."""
    return printable(label + label_gap(label, text) + text)


def label_gap(label: str, text: str) -> str:
    """What stands between a label and its text: "一、总则" and "1.总则", but "1.1 总则", "第一章 总则", "1. General"."""
    if not label or not text or label[-1].isspace() or text[0].isspace():
        return ""
    last = label[-1]
    if unicodedata.category(last) in ("Nd", "Nl", "Lo", "Lu", "Ll", "So", "Co"):
        return " "
    return " " if last.isascii() and text[0].isascii() else ""


def heading_gap(heading: Heading) -> str:
    """What stands between a heading's label and its text; a typed label keeps to Chinese text as it was printed."""
    if not heading.automatic and not heading.text[:1].isascii():
        found = parse_label(heading.label + heading.text)
        if found and found.text == heading.label and found.end == len(heading.label):
            return ""
    return label_gap(heading.label, heading.text)


def bullet_sign(label: str) -> str:
    """A bullet any font shows: the source's own, or • where it has none or one of a symbol font."""
    sign = printable(label).strip()
    return "•" if not sign or unicodedata.category(sign[0]) == "Co" or "\ufffd" in sign else sign


def safe_link(link: str | None) -> str | None:
    """The link if a reader may follow it without harm (http, https, mailto, or a place in the document), else None.

    Characters that RFC 3986 does not allow are percent-encoded, those beyond ASCII stay as they are (RFC 3987).
    """
    if not link:
        return None
    url = re.sub(r'[\s<>"{}|\\^`\x7f]', _percent, printable(link.strip()))
    url = re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", url)
    try:
        parts = urlsplit(url)
        usable = (
            (parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0)
            or (parts.scheme == "mailto" and bool(parts.path))
            or (url.startswith("#") and len(url) > 1)
        )
    except ValueError:
        return None
    return url if usable else None


def _percent(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match.group().encode("utf-8"))


class Piece(NamedTuple):
    """A stretch of text with its marks; `run.start` and `run.end` mean nothing any more."""

    text: str
    run: Run


_UNMARKED = Run(0, 0)


def pieces(text: str, runs: Sequence[Run]) -> list[Piece]:
    """`text` cut where its marks change. A piece is empty only where an empty run marks a note."""
    if not runs:
        return [Piece(printable(text), _UNMARKED)] if text else []
    result: list[Piece] = []
    position = 0
    for run in runs:
        start, end = max(run.start, position), min(run.end, len(text))
        if start > position:
            result.append(Piece(printable(text[position:start]), _UNMARKED))
            position = start
        if end > start or run.note is not None:
            result.append(Piece(printable(text[start:end]), run))
            position = max(position, end)
    if position < len(text):
        result.append(Piece(printable(text[position:]), _UNMARKED))
    return result


class Slot(NamedTuple):
    """A place in a table's grid: `columns` wide from `column` on.

    `cell` is None where a short row leaves a gap. `rows` counts the rows from here to the end of the cell's span;
    `first` is False where the cell began in a row above.
    """

    cell: Cell | None
    column: int
    columns: int
    rows: int
    first: bool


class Grid(NamedTuple):
    """A table's cells on a grid without empty columns. The first `header_rows` rows head the columns."""

    width: int
    rows: list[list[Slot]]
    header_rows: int


def grid(rows: Sequence[Sequence[Cell]]) -> Grid:
    """Lays cells out as HTML does (Living Standard 4.9.12), cutting spans that overlap or leave the table.

    A column in which no cell begins is no column, so a span of thousands costs nothing.
    """
    placed: list[list[Slot]] = []
    above: list[Slot] = []
    for number, cells in enumerate(rows):
        row = _place(cells, above, len(rows) - number)
        placed.append(row)
        above = [slot._replace(rows=slot.rows - 1, first=False) for slot in row if slot.rows > 1]
    edges = sorted({slot.column for row in placed for slot in row})
    compact = [_compact(row, edges) for row in placed]
    return Grid(len(edges), compact, _header_rows(compact))


def _place(cells: Sequence[Cell], above: Sequence[Slot], rows_left: int) -> list[Slot]:
    """A row's slots in the order of their columns: its own cells in the places that spans from above leave free."""
    row: list[Slot] = []
    waiting = list(reversed(above))
    column = 0
    for cell in cells:
        while waiting and waiting[-1].column <= column:
            row.append(waiting.pop())
            column = row[-1].column + row[-1].columns
        columns = max(1, cell.colspan)
        if waiting:
            columns = min(columns, waiting[-1].column - column)
        row.append(Slot(cell, column, columns, min(max(1, cell.rowspan), rows_left), True))
        column += columns
    row.extend(reversed(waiting))
    return row


def _compact(row: list[Slot], edges: list[int]) -> list[Slot]:
    """The row on the grid of `edges`, the columns in which cells begin; gaps filled."""
    result: list[Slot] = []
    column = 0
    for slot in row:
        start = bisect_left(edges, slot.column)
        if start > column:
            result.append(Slot(None, column, start - column, 1, True))
        column = bisect_left(edges, slot.column + slot.columns)
        result.append(slot._replace(column=start, columns=column - start))
    if column < len(edges):
        result.append(Slot(None, column, len(edges) - column, 1, True))
    return result


def _header_rows(rows: list[list[Slot]]) -> int:
    """How many rows at the top hold header cells only; a span may not reach out of them into the body."""
    count = 0
    for row in rows:
        if not row or not all(slot.cell is not None and slot.cell.header for slot in row):
            break
        count += 1
    while count and any(slot.rows > 1 for slot in rows[count - 1]):
        count -= 1
    return count if count < len(rows) else 0


class Content(NamedTuple):
    """A block that is no table. `depth` is a heading's depth in the outline (1 is the top), 0 for other blocks."""

    block: Paragraph | Heading | Image | Formula
    depth: int = 0


class TableStart(NamedTuple):
    """A table with at least one cell, laid out on a grid, and the paragraph before it that names it."""

    table: Table
    grid: Grid
    caption: Paragraph | None


class RowStart(NamedTuple):
    """Row `number` (from 0) of a table; `header` says that it is one of the rows that head the columns."""

    number: int
    header: bool
    grid: Grid


class CellStart(NamedTuple):
    """A place in a row, with or without a cell of its own."""

    slot: Slot
    header: bool


class CellEnd(NamedTuple):
    """The end of what `slot` holds."""

    slot: Slot


class RowEnd(NamedTuple):
    """The end of row `number`."""

    number: int


class TableEnd(NamedTuple):
    """The end of a table."""

    grid: Grid


Event = Content | TableStart | RowStart | CellStart | CellEnd | RowEnd | TableEnd
_Steps = Generator["Event | _Steps", None, None]


def flow(blocks: Sequence[BlockType]) -> Iterator[Content | TableStart]:
    """The blocks of one container in order, tables not entered; headings carry their depth in the outline."""
    levels: list[int] = []
    caption: Paragraph | None = None
    for number, block in enumerate(blocks):
        if isinstance(block, Table):
            laid_out = grid(block.rows)
            if laid_out.width:
                yield TableStart(block, laid_out, caption)
            elif caption:
                yield Content(caption)
            caption = None
        elif isinstance(block, Heading):
            while levels and levels[-1] >= block.level:
                levels.pop()
            levels.append(block.level)
            yield Content(block, len(levels))
        elif isinstance(block, Paragraph) and _is_caption(block, blocks[number + 1 : number + 2]):
            caption = block
        else:
            yield Content(block)


def walk(blocks: Sequence[BlockType], widest: int | None = None) -> Iterator[Event]:
    """All blocks in order, tables row by row and cell by cell, cells entered.

    Of a table with more than `widest` columns only what its cells hold is given, for formats that allow no wider one.
    """
    stack: list[_Steps] = [_steps(blocks, widest)]
    while stack:
        step = next(stack[-1], None)
        if step is None:
            stack.pop()
        elif isinstance(step, Generator):
            stack.append(step)
        else:
            yield step


def _steps(blocks: Sequence[BlockType], widest: int | None) -> _Steps:
    for step in flow(blocks):
        if not isinstance(step, TableStart):
            yield step
        elif widest is None or step.grid.width <= widest:
            yield _table_steps(step, widest)
        else:
            yield _content_steps(step, widest)


def _content_steps(table: TableStart, widest: int | None) -> _Steps:
    if table.caption:
        yield Content(table.caption)
    for row in table.grid.rows:
        for slot in row:
            if slot.cell is not None and slot.first:
                yield _steps(cell_blocks(slot.cell), widest)


def _table_steps(table: TableStart, widest: int | None) -> _Steps:
    yield table
    for number, row in enumerate(table.grid.rows):
        header = number < table.grid.header_rows
        yield RowStart(number, header, table.grid)
        for slot in row:
            yield CellStart(slot, header)
            if slot.cell is not None and slot.first:
                yield _steps(cell_blocks(slot.cell), widest)
            yield CellEnd(slot)
        yield RowEnd(number)
    yield TableEnd(table.grid)


def cell_blocks(cell: Cell) -> list[BlockType]:
    """What a cell holds; plain text as paragraphs, a heading as a bold one, for a cell is no part of the outline."""
    if not cell.blocks:
        return [Paragraph(text=line) for line in cell.text.split("\n") if line]
    return [_bold_paragraph(b) if isinstance(b, Heading) else b for b in cell.blocks]


def _bold_paragraph(heading: Heading) -> Paragraph:
    text = labelled(heading.label, heading.text)
    return Paragraph(
        text=text, at=heading.at, look=heading.look, runs=(Run(0, len(text), bold=True),)
    )


def cell_content(cell: Cell) -> Iterator[Paragraph | Heading | Image | Formula]:
    """The blocks of a cell without the structure of tables inside it, for formats that know no tables in tables."""
    return (step.block for step in walk(cell_blocks(cell)) if isinstance(step, Content))


_CAPTION_STYLES = ("caption", "题注", "figcaption")


def _is_caption(block: Paragraph, following: Sequence[BlockType]) -> bool:
    """Whether a paragraph names the table after it: by its style or tag, or as "表1 …" and "Table 2: …" in a short line."""
    if not following or not isinstance(following[0], Table) or block.list_level is not None:
        return False
    if (block.look.style or "").lower() in _CAPTION_STYLES or block.look.tag in _CAPTION_STYLES:
        return True
    return names_table(block.text)


class NoteOrder(NamedTuple):
    """The notes' printed numbers, from 1 in the order of their first marks; those without a mark come last."""

    numbers: dict[str, int]
    texts: list[str]
    marked: int


def note_order(document: Document) -> NoteOrder:
    """Numbers the notes of a document. Marks of notes that it does not hold count for nothing."""
    texts = {note.id: printable(note.text) for note in document.notes}
    numbers: dict[str, int] = {}
    for note in _marked_notes(document.blocks) if texts else ():
        if note in texts and note not in numbers:
            numbers[note] = len(numbers) + 1
    marked = len(numbers)
    for note in texts:
        numbers.setdefault(note, len(numbers) + 1)
    return NoteOrder(numbers, [texts[note] for note in numbers], marked)


def _marked_notes(blocks: Sequence[BlockType]) -> Iterator[str]:
    for step in walk(blocks):
        held = step.block if isinstance(step, Content) else None
        if isinstance(step, TableStart):
            held = step.caption
        # Not every format can mark a note in a formula or a picture: those come with the unmarked ones.
        if isinstance(held, Paragraph | Heading):
            yield from (run.note for run in held.runs if run.note is not None)


def display_width(text: str) -> int:
    """The width of a line in half-width columns (UAX #11): wide and full-width characters count two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def column_widths(table: Grid, total: int) -> list[int]:
    """Widths for a table's columns that add up to `total`, each by the length of what stands in it."""
    weights = [_LEAST_WEIGHT] * table.width
    for row in table.rows:
        for slot in row:
            if slot.cell is not None and slot.columns == 1:
                length = max(map(display_width, slot.cell.text.split("\n")))
                weights[slot.column] = max(weights[slot.column], min(length, _MOST_WEIGHT))
    whole = sum(weights)
    edges = [total * part // whole for part in _running_sums(weights)]
    return [end - start for start, end in zip([0, *edges], edges, strict=False)]


_LEAST_WEIGHT, _MOST_WEIGHT = 6, 36


def _running_sums(values: Iterable[int]) -> Iterator[int]:
    total = 0
    for value in values:
        total += value
        yield total


def language_tag(document: Document) -> str:
    """The document's language as a tag of BCP 47, "und" where it is not known."""
    return document.language if _LANGUAGE.fullmatch(document.language) else "und"


_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")


_FIGURE = re.compile(r"[-+−±]?[￥¥$€£]?[0-9][0-9,.，]*\s?[%‰]?")


def is_figure(text: str) -> bool:
    """Whether a table cell's text is a figure, which is set to the right."""
    return _FIGURE.fullmatch(text) is not None
