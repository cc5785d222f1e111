"""Flat blocks to the section tree of the JSON, and back: two pure functions that undo one another.

`view(flatten(view(blocks))) == view(blocks)` holds for all blocks, whatever levels their headings claim: a heading's
level in the tree is its depth.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from docpipe.model import (
    BlockType,
    Cell,
    Formula,
    Heading,
    Image,
    Paragraph,
    Run,
    Table,
    table_text,
)
from docpipe.schema import (
    BlockJson,
    FormulaBlock,
    ImageBlock,
    ListBlock,
    ListItem,
    ParagraphBlock,
    Section,
    TableBlock,
    TableCell,
    TextRun,
)

_Marks = tuple[
    bool, bool, bool, bool, bool, bool, bool, str | None, str | None, str | None
]  # fmt: skip


def _marks(run: Run | TextRun) -> _Marks:
    """What both forms of a run share, in the order of their fields."""
    return (
        run.bold,
        run.italic,
        run.underline,
        run.strike,
        run.superscript,
        run.subscript,
        run.code,
        run.link,
        run.note,
        run.latex,
    )


class View(NamedTuple):
    """The blocks before the first heading, and the sections."""

    blocks: tuple[BlockJson, ...]
    sections: tuple[Section, ...]


class _Open:
    """A section that is still being filled."""

    def __init__(self, heading: Heading | None, level: int) -> None:
        self.heading = heading
        self.level = level
        self.blocks: list[BlockType] = []
        self.children: list[_Open] = []


def view(blocks: Iterable[BlockType]) -> View:
    """The section tree of a flat list of blocks."""
    root = _Open(None, 0)
    stack = [root]
    for block in blocks:
        if not isinstance(block, Heading):
            stack[-1].blocks.append(block)
            continue
        while len(stack) > 1 and stack[-1].level >= block.level:
            stack.pop()
        section = _Open(block, block.level)
        stack[-1].children.append(section)
        stack.append(section)
    return View(export(root.blocks), _close(root, "s"))


def _close(parent: _Open, prefix: str, depth: int = 1) -> tuple[Section, ...]:
    sections = []
    for number, child in enumerate(parent.children, 1):
        heading = child.heading
        assert heading is not None
        name = f"{prefix}{number}"
        sections.append(
            Section(
                id=name,
                level=depth,
                label=heading.label,
                heading=heading.text,
                at=heading.at,
                blocks=export(child.blocks),
                sections=_close(child, name + ".", depth + 1),
                automatic=heading.automatic,
            )
        )
    return tuple(sections)


def export(blocks: Sequence[BlockType]) -> tuple[BlockJson, ...]:
    """Blocks without headings in their published form; neighbouring list items become one list."""
    result: list[BlockJson] = []
    index = 0
    while index < len(blocks):
        block = blocks[index]
        if isinstance(block, Paragraph) and block.list_level is not None:
            end = index
            while end < len(blocks) and _is_item(blocks[end], block.layer):
                end += 1
            result.append(_list([b for b in blocks[index:end] if isinstance(b, Paragraph)]))
            index = end
        else:
            result.append(_export_one(block))
            index += 1
    return tuple(result)


def _is_item(block: BlockType, layer: str) -> bool:
    return isinstance(block, Paragraph) and block.list_level is not None and block.layer == layer


def _list(items: Sequence[Paragraph]) -> ListBlock:
    """A list from items with levels: deeper items nest in the item before them."""
    top = min(item.list_level or 0 for item in items)
    built: list[ListItem] = []
    index = 0
    while index < len(items):
        item = items[index]
        end = index + 1
        while end < len(items) and (items[end].list_level or 0) > top:
            end += 1
        # Items before the first at the top have no parent: they stand at the top themselves.
        if (item.list_level or 0) > top:
            built += _list(items[index:end]).items
            index = end
            continue
        nested = items[index + 1 : end]
        built.append(
            ListItem(
                label=item.label,
                text=item.text,
                at=item.at,
                runs=export_runs(item.text, item.runs),
                bullet=item.bullet,
                blocks=(_list(nested),) if nested else (),
            )
        )
        index = end
    return ListBlock(items=tuple(built), at=items[0].at, layer=items[0].layer)


def _export_one(block: BlockType) -> BlockJson:
    match block:
        case Paragraph():
            return ParagraphBlock(
                text=block.text,
                at=block.at,
                runs=export_runs(block.text, block.runs) if block.runs else (),
                layer=block.layer,
            )
        case Table():
            return TableBlock(
                rows=tuple(tuple(_export_cell(cell) for cell in row) for row in block.rows),
                at=block.at,
                layer=block.layer,
            )
        case Image():
            return ImageBlock(asset=block.asset, alt=block.text, at=block.at, layer=block.layer)
        case Formula():
            return FormulaBlock(text=block.text, at=block.at, layer=block.layer, latex=block.latex)
        case Heading():
            raise AssertionError("headings are sections")


def _export_cell(cell: Cell) -> TableCell:
    plain = [b for b in cell.blocks if not isinstance(b, Heading)] if cell.blocks else []
    return TableCell(
        text=cell.text,
        rowspan=cell.rowspan,
        colspan=cell.colspan,
        header=cell.header,
        blocks=export(plain) if plain else (),
    )


def export_runs(text: str, runs: Sequence[Run]) -> tuple[TextRun, ...]:
    """Runs that join to `text`; none where nothing is marked."""
    if not any(any(_marks(run)) for run in runs):
        return ()
    result: list[TextRun] = []
    position = 0
    for run in runs:
        if run.start > position:
            result.append(TextRun(text[position : run.start]))
        result.append(TextRun(text[run.start : run.end], *_marks(run)))
        position = run.end
    if position < len(text):
        result.append(TextRun(text[position:]))
    return tuple(result)


def flatten(tree: View) -> list[BlockType]:
    """The flat blocks of a section tree."""
    return [*_flat_blocks(tree.blocks), *_flat_sections(tree.sections)]


def _flat_sections(sections: Iterable[Section]) -> Iterator[BlockType]:
    for section in sections:
        yield Heading(
            text=section.heading,
            label=section.label,
            level=section.level,
            automatic=section.automatic,
            at=section.at,
        )
        yield from _flat_blocks(section.blocks)
        yield from _flat_sections(section.sections)


def _flat_blocks(blocks: Iterable[BlockJson], list_level: int = 0) -> Iterator[BlockType]:
    for block in blocks:
        match block:
            case ListBlock():
                yield from _flat_items(block, list_level)
            case TableBlock():
                rows = tuple(tuple(_flat_cell(cell) for cell in row) for row in block.rows)
                yield Table(text=table_text(rows), rows=rows, at=block.at, layer=block.layer)
            case ImageBlock():
                yield Image(text=block.alt, asset=block.asset, at=block.at, layer=block.layer)
            case FormulaBlock():
                yield Formula(text=block.text, at=block.at, layer=block.layer, latex=block.latex)
            case ParagraphBlock():
                yield Paragraph(
                    text=block.text, at=block.at, layer=block.layer, runs=_flat_runs(block.runs)
                )


def _flat_items(block: ListBlock, level: int) -> Iterator[Paragraph]:
    for item in block.items:
        yield Paragraph(
            text=item.text,
            label=item.label,
            bullet=item.bullet,
            list_level=level,
            at=item.at,
            layer=block.layer,
            runs=_flat_runs(item.runs),
        )
        for nested in item.blocks:
            if isinstance(nested, ListBlock):
                yield from _flat_items(nested, level + 1)


def _flat_cell(cell: TableCell) -> Cell:
    return Cell(
        text=cell.text,
        rowspan=cell.rowspan,
        colspan=cell.colspan,
        header=cell.header,
        blocks=tuple(_flat_blocks(cell.blocks)),
    )


def _flat_runs(runs: Sequence[TextRun]) -> tuple[Run, ...]:
    result: list[Run] = []
    position = 0
    for run in runs:
        end = position + len(run.text)
        marks = _marks(run)
        if any(marks):
            result.append(Run(position, end, *marks))
        position = end
    return tuple(result)
