"""Writes plain text in which a reader still sees the outline: what is left when a document has no markup at all.

Chinese paragraphs are indented by two full-width spaces, others set apart by empty lines, as are lines that might be taken for one. A heading keeps its label,
a table's cells are parted by tabs, notes stand at the end. UTF-8, line feeds.
"""

from __future__ import annotations

from docpipe.model import Document, Formula, Heading, Image, Paragraph
from docpipe.settings import Settings
from docpipe.wording import ends_open, ends_sentence, width
from docpipe.writers.common import (
    Grid,
    NoteOrder,
    Piece,
    Slot,
    TableStart,
    bullet_sign,
    cell_content,
    flow,
    heading_gap,
    is_chinese,
    labelled,
    note_order,
    pieces,
    printable,
)

_CONTINUING = "，。、；：！？）”’》」』】,.;:!?)]%％"
_NARROWEST = 18
"""No text is broken into lines that are narrower, in Chinese characters."""


def write(document: Document, settings: Settings) -> bytes:
    """The document as plain text in UTF-8, ending with a newline (an empty document gives no bytes)."""
    notes = note_order(document)
    chinese = is_chinese(document)
    groups: list[list[str]] = [[printable(document.title)]] if document.title else []
    joinable = False
    for step in flow(document.blocks):
        match step:
            case TableStart():
                groups.append(_table(step, notes, chinese))
                joinable = False
            case _:
                line = _line(step.block, notes, chinese)
                body = isinstance(step.block, Paragraph) and (
                    chinese or step.block.list_level is not None
                )
                if body and joinable and not _runs_on(groups[-1][-1], line):
                    groups[-1].append(line)
                else:
                    groups.append([line])
                joinable = body
    if notes.texts:
        groups.append([f"[{number}] {text}" for number, text in enumerate(notes.texts, 1)])
    lines = "\n\n".join("\n".join(group) for group in groups)
    return f"{lines}\n".encode() if lines else b""


def _runs_on(line: str, following: str) -> bool:
    """Whether two lines could be taken for one that was broken, so that an empty line must part them."""
    first, second = line.strip(), following.strip()
    if ends_sentence(first) or first.endswith(("：", ":")):
        return False
    lower = second[:1].islower() or (second[:1] in _CONTINUING)
    return width(first) >= _NARROWEST or ends_open(first) or lower


def _line(block: Paragraph | Heading | Image | Formula, notes: NoteOrder, chinese: bool) -> str:
    text = _text(block, notes, chinese)
    if isinstance(block, Paragraph):
        indent = "\u3000\u3000" if chinese else ""
        return indent + ("\u3000" if chinese else "  ") * min(block.list_level or 0, 8) + text
    return text


def _text(block: Paragraph | Heading | Image | Formula, notes: NoteOrder, chinese: bool) -> str:
    """A block on one line, with its label and the numbers of its notes."""
    if isinstance(block, Image):
        word = "图片" if chinese else "Image"
        return printable(
            f"[{word}{'：' if chinese else ': '}{block.text}]" if block.text else f"[{word}]"
        )
    text = "".join(_piece(piece, notes) for piece in pieces(block.text, block.runs))
    if isinstance(block, Formula):
        return text
    if isinstance(block, Heading):
        return printable(block.label + heading_gap(block) + text)
    if block.bullet:
        return labelled(bullet_sign(block.label), " " + text)
    return labelled(block.label, text)


def _piece(piece: Piece, notes: NoteOrder) -> str:
    """A piece of text, or in its place the number of the note that is marked there."""
    number = notes.numbers.get(piece.run.note) if piece.run.note is not None else None
    return piece.text if piece.text or number is None else f"[{number}]"


def _table(table: TableStart, notes: NoteOrder, chinese: bool) -> list[str]:
    caption = [_text(table.caption, notes, chinese)] if table.caption else []
    return caption + [_row(table.grid, row, notes, chinese) for row in table.grid.rows]


def _row(grid: Grid, row: list[Slot], notes: NoteOrder, chinese: bool) -> str:
    """A row of the grid: a merged cell's text once, nothing where it reaches into other columns or rows."""
    columns = [""] * grid.width
    for slot in row:
        if slot.cell is not None and slot.first:
            columns[slot.column] = " ".join(
                _text(block, notes, chinese) for block in cell_content(slot.cell)
            )
    return "\t".join(columns)
