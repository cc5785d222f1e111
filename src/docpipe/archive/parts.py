"""What the archive keeps of a JSON document: its sections as plain texts with their headings and places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec
from msgspec import Struct

from docpipe.model import Place
from docpipe.schema import (
    BlockJson,
    DocumentJson,
    FormulaBlock,
    ImageBlock,
    ListBlock,
    ParagraphBlock,
    Section,
    TableBlock,
    TextRun,
)

Places = tuple[Place, ...]


class Part(Struct, frozen=True):
    """A section, or (number 0) what stands before the first heading, under the title.

    `parent` is the number of the section around it, `path` the printed headings from the outermost to its own. `blocks` are
    the offsets in `text` at which the blocks begin, with their places.
    """

    number: int
    parent: int | None
    name: str
    level: int
    heading: str
    text: str
    path: tuple[str, ...]
    at: Places
    blocks: tuple[tuple[int, Places], ...]


def parts(document: DocumentJson) -> list[Part]:
    """The parts of a document in its order. A footnote is text of the section that holds its mark."""
    notes = {note.id: note.text for note in document.notes}
    found: list[Part] = []
    marked = _all_marked(document) if notes else set()
    loose = [text for id, text in notes.items() if id not in marked]
    root = _part(document.blocks, notes, loose)
    first = document.blocks[0].at if document.blocks else ()
    found.append(Part(0, None, "", 0, document.title, root[0], (), first, root[1]))
    _add(document.sections, None, (), notes, found)
    return found


def _all_marked(document: DocumentJson) -> set[str]:
    """The ids of the notes whose marks stand anywhere in the document."""
    found = _marked(document.blocks)
    for section in _all(document.sections):
        found |= _marked(section.blocks)
    return found


def _all(sections: Iterable[Section]) -> Iterator[Section]:
    for section in sections:
        yield section
        yield from _all(section.sections)


def _add(
    sections: Iterable[Section],
    parent: int | None,
    above: tuple[str, ...],
    notes: dict[str, str],
    found: list[Part],
) -> None:
    for section in sections:
        number = len(found)
        heading = _printed(section)
        path = (*above, heading)
        text, blocks = _part(section.blocks, notes, ())
        found.append(
            Part(number, parent, section.id, section.level, heading, text, path, section.at, blocks)
        )
        _add(section.sections, number, path, notes, found)


def _printed(section: Section) -> str:
    """Label and heading as a reader sees them. A generated label ends without the space that parts it from a word."""
    label, heading = section.label, section.heading
    joined = section.automatic and label[-1:].isalnum() and heading[:1].isascii()
    return f"{label} {heading}" if joined else label + heading


def _part(
    blocks: Iterable[BlockJson], notes: dict[str, str], loose: Iterable[str]
) -> tuple[str, tuple[tuple[int, Places], ...]]:
    """The text of blocks, a line each, with their notes below, and where each block begins."""
    lines: list[str] = []
    starts: list[tuple[int, Places]] = []
    length = 0
    blocks = list(blocks)
    for block in blocks:
        for text, at in _lines(block):
            starts.append((length, at))
            lines.append(text)
            length += len(text) + 1
    ids = _marked(blocks) if notes else set()
    lines += [text for id, text in notes.items() if id in ids]
    lines += loose
    return "\n".join(lines), tuple(starts)


def _lines(block: BlockJson) -> Iterator[tuple[str, Places]]:
    """The texts of a block with their places. Cells are parted by a tab, rows by a line break."""
    match block:
        case ParagraphBlock() | FormulaBlock():
            yield block.text, block.at
        case ListBlock():
            for item in block.items:
                yield f"{item.label} {item.text}".strip(), item.at or block.at
                for nested in item.blocks:
                    yield from _lines(nested)
        case TableBlock():
            rows = ("\t".join(cell.text for cell in row) for row in block.rows)
            yield "\n".join(rows), block.at
        case ImageBlock():
            if block.alt:
                yield block.alt, block.at


def _marked(blocks: Iterable[BlockJson]) -> set[str]:
    """The ids of the notes whose marks stand in the blocks."""
    return {run.note for run in _runs(blocks) if run.note is not None}


def _runs(blocks: Iterable[BlockJson]) -> Iterator[TextRun]:
    for block in blocks:
        match block:
            case ParagraphBlock():
                yield from block.runs
            case ListBlock():
                for item in block.items:
                    yield from item.runs
                    yield from _runs(item.blocks)
            case TableBlock():
                for row in block.rows:
                    for cell in row:
                        yield from _runs(cell.blocks)


def encoded(value: object) -> str:
    """A value as JSON text."""
    return msgspec.json.encode(value).decode()
