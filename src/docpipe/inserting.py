"""Puts the documents that a source holds as a whole (Word's altChunk) into its text, where it shows them."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from docpipe.errors import DocpipeError, WarningCode, warning
from docpipe.model import BlockType, Cell, Document, Image, Inserted, Place, Run, Table, Warning

Reader = Callable[[Inserted], Document]


def insert(document: Document, read: Reader) -> None:
    """Read each inserted document by `read` and put its blocks, notes and assets into `document`, in place.

    One that cannot be read is a warning, and so is one within another: a file might hold itself without end. Its places get the name of its part; its notes and assets new ids, so that
    they are told from the document's own.
    """
    for inserted in reversed(document.inserted):
        try:
            inner = read(inserted)
        except DocpipeError as error:
            document.warnings.append(_not_read(inserted, error.reason("en")))
            continue
        document.warnings += [
            _not_read(held, "inserted into an inserted file") for held in inner.inserted
        ]
        known = [*(note.id for note in inner.notes), *(asset.id for asset in inner.assets)]
        names = {own: f"{inserted.part}-{own}" for own in known}
        blocks = [_own(block, inserted.part, names) for block in inner.blocks]
        document.blocks[inserted.index : inserted.index] = blocks
        document.notes += [replace(note, id=names[note.id]) for note in inner.notes]
        document.assets += [replace(asset, id=names[asset.id]) for asset in inner.assets]
        document.warnings += [
            replace(found, at=_places(found.at, inserted.part)) for found in inner.warnings
        ]
    document.inserted = []


def _not_read(inserted: Inserted, why: str) -> Warning:
    return warning(WarningCode.NOT_CONVERTED, f"the inserted file {inserted.name} ({why})")


def _own(block: BlockType, part: str, names: dict[str, str]) -> BlockType:
    """The block as one of the document that it is put into."""
    found = replace(block, at=_places(block.at, part), runs=_runs(block.runs, names))
    if isinstance(found, Image):
        found.asset = names.get(found.asset, found.asset)
    elif isinstance(found, Table):
        found.rows = tuple(
            tuple(_cell(cell, part, names) for cell in row) if any(c.blocks for c in row) else row
            for row in found.rows
        )
    return found


def _cell(cell: Cell, part: str, names: dict[str, str]) -> Cell:
    return replace(cell, blocks=tuple(_own(block, part, names) for block in cell.blocks))


def _runs(runs: tuple[Run, ...], names: dict[str, str]) -> tuple[Run, ...]:
    if not any(run.note for run in runs):
        return runs
    return tuple(replace(run, note=names.get(run.note or "")) for run in runs)


def _places(places: tuple[Place, ...], part: str) -> tuple[Place, ...]:
    return tuple(replace(place, part=part) for place in places)
