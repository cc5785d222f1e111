"""Walks the blocks of one part in document order: paragraphs, tables at any depth, text boxes, content controls.

ECMA-376 part 1, 17.2 and 17.4. The walk keeps its own stack, so that no depth of nesting can exhaust Python's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from docpipe.errors import WarningCode, warning
from docpipe.model import BlockType, Formula, Layer, Paragraph, Place, Revision, Table, table_text
from docpipe.readers.docx import drawings, tables
from docpipe.readers.docx.formulas import linear
from docpipe.readers.docx.inline import Content, InlineReader, Item
from docpipe.readers.docx.latex import latex
from docpipe.readers.docx.lists import Label
from docpipe.readers.docx.names import MC, Element, M, R, W, chosen, val
from docpipe.readers.docx.paragraphs import Looks, Setting, blocks, is_unseen
from docpipe.readers.docx.plain import NUMBER, PlainParagraphs
from docpipe.readers.docx.resources import Resources
from docpipe.readers.docx.revisions import CHANGES, revision
from docpipe.readers.docx.styles import (
    NO_PROPERTIES,
    ParagraphFormat,
    ParagraphProperties,
    paragraph_properties,
)

_P, _PPR, _TBL, _SECTION = W + "p", W + "pPr", W + "tbl", W + "sectPr"
_CONTAINERS = frozenset(
    W + tag for tag in ("sdt", "sdtContent", "customXml", "smartTag", "txbxContent")
)
INLINE = frozenset(W + tag for tag in ("r", "hyperlink", "fldSimple", "bdo", "dir", "t", "delText"))
"""What belongs in a paragraph, wherever it stands."""
_FORMULAS = frozenset({M + "oMath", M + "oMathPara"})
_REFERENCES = {W + "headerReference": "header", W + "footerReference": "footer"}


class _Unended(NamedTuple):
    """A paragraph whose mark is withdrawn: its block so far, and what it holds, which the next paragraph goes on with."""

    block: BlockType
    items: list[Item]


class Flow:
    """Where blocks go: a list in reading order, and one aside for what must not stand in it (shapes in a table's cell).

    `revision` is the tracked change or the comment that all of it belongs to.
    """

    __slots__ = (
        "aside", "blocks", "empty_line", "in_cell", "layer", "revision", "shaded", "unended",
    )  # fmt: skip

    def __init__(
        self,
        layer: Layer,
        shaded: bool = False,
        aside: list[BlockType] | None = None,
        revision: Revision | None = None,
    ) -> None:
        self.blocks: list[BlockType] = []
        self.aside = self.blocks if aside is None else aside
        self.in_cell = aside is not None
        self.layer: Layer = layer
        self.revision = revision
        self.shaded = shaded
        self.empty_line = False
        self.unended: _Unended | None = None

    def beside(self, layer: Layer, revision: Revision | None = None) -> Flow:
        """A flow for a shape anchored here; its blocks go aside, and what lies behind them is not known."""
        flow = Flow(layer, shaded=True, revision=revision or self.revision)
        flow.blocks = flow.aside = self.aside
        return flow


class Foreign(NamedTuple):
    """An inserted file: its part, and the flow and the number of its blocks before it."""

    part: str
    flow: Flow
    before: int


class _OpenTable(NamedTuple):
    """A table whose cells are still being read."""

    flow: Flow
    place: Place
    rows: list[tuple[tables.RowProperties, list[tuple[tables.CellProperties, Flow]]]]
    aside: list[BlockType]


_Task = tuple[Element, Flow] | Callable[[], None]


class Story:
    """Reads one part.

    `sections` gathers the references to headers and footers as (layer, relationship id), `foreign` the inserted files.
    """

    def __init__(
        self,
        resources: Resources,
        part: str,
        name: str,
        looks: Looks,
        plain: PlainParagraphs | None = None,
    ) -> None:
        """`part` is the part's name in the package, `name` the one that places show, `plain` what was taken out of it."""
        self._resources = resources
        self._part = part
        self._name = name
        self._looks = looks
        self._plain = plain if plain is not None and plain.paragraphs else None
        self._inline = InlineReader(resources, part)
        self._paragraphs = 0
        self.sections: list[tuple[Layer, str]] = []
        self.foreign: list[Foreign] = []

    def read_each(self, elements: Iterable[Element], flow: Flow) -> None:
        """Reads block-level elements that come one at a time, each gone when the next one comes."""
        for element in elements:
            tasks = self._begin(element, flow)
            if tasks:
                self._finish(tasks)

    def read(self, elements: Iterable[Element], flow: Flow) -> None:
        """Reads block-level elements and everything in them into `flow`."""
        self._finish([(element, flow) for element in elements])

    def _finish(self, tasks: list[_Task]) -> None:
        tasks.reverse()
        while tasks:
            task = tasks.pop()
            if callable(task):
                task()
            else:
                tasks.extend(reversed(self._begin(*task)))

    def _begin(self, element: Element, flow: Flow) -> list[_Task]:
        """Reads an element, and says what is to be read next."""
        tag = element.tag
        if tag == _P:
            return self._paragraph(element, flow)
        if tag == _TBL:
            return self._table(element, flow)
        if tag in _CONTAINERS:
            if any(child.tag in INLINE for child in element):
                return self._loose(element, flow)
            return [(child, flow) for child in element]
        if tag == MC + "AlternateContent":
            branch = chosen(element)
            return [] if branch is None else [(child, flow) for child in branch]
        if tag in INLINE or tag in CHANGES:
            return self._loose(element, flow)
        if tag in _FORMULAS:
            flow.blocks.append(
                Formula(
                    text=linear(element),
                    latex=latex(element),
                    at=(self._place(),),
                    layer=flow.layer,
                )
            )
        elif tag == _SECTION:
            self._section(element)
        elif tag == W + "altChunk":
            self._foreign(element, flow)
        elif tag == W + "background":
            self._resources.set_background(element)
        return []

    def _place(self) -> Place:
        return Place(part=self._name, paragraph=self._paragraphs)

    def _paragraph(self, element: Element, flow: Flow) -> list[_Task]:
        if self._plain is not None and (number := element.get(NUMBER)) is not None:
            return self._plain_paragraph(self._plain, int(number), flow)
        view = self._resources.view
        children = iter(element)
        first = next(children, None)
        if first is not None and first.tag == _PPR:
            direct = paragraph_properties(first, view)
        else:
            direct, children = paragraph_properties(element.find(_PPR), view), iter(element)
        if direct.section is not None:
            self._section(direct.section)
        return self._add(children, direct, flow)

    def _loose(self, element: Element, flow: Flow) -> list[_Task]:
        """Text outside of any paragraph, which no program should write: taken as a paragraph."""
        if next(element.iter(_P, _TBL), None) is not None:
            withdrawn = element.tag in self._resources.view.withdrawn
            inner = flow.beside("revision", revision(element)) if withdrawn else flow
            return [(child, inner) for child in element]
        return self._add([element], NO_PROPERTIES, flow)

    def _add(
        self, elements: Iterable[Element], direct: ParagraphProperties, flow: Flow
    ) -> list[_Task]:
        content = self._inline.read(elements, direct.style_id, self._place())
        return self._take(content, direct, flow)

    def _plain_paragraph(self, plain: PlainParagraphs, number: int, flow: Flow) -> list[_Task]:
        direct, runs = plain.paragraphs[number]
        styles, style_id = self._resources.styles, direct.style_id
        formatted = [
            (styles.run(style_id, plain.run_key(formatting)), text) for formatting, text in runs
        ]
        return self._take(self._inline.read_plain(formatted), direct, flow)

    def _take(self, content: Content, direct: ParagraphProperties, flow: Flow) -> list[_Task]:
        """Adds the blocks of a paragraph to its flow."""
        place = self._place()
        self._paragraphs += 1
        at = (place,) if flow.unended is None else (*_take_over(flow, content), place)
        paragraph = self._resources.styles.paragraph(direct)
        label = self._label(direct, paragraph, content)
        if content.is_empty and not (label is not None and flow.in_cell):
            flow.empty_line = True
            return []
        setting = Setting(
            at=at,
            layer=flow.layer,
            format=paragraph,
            label=label,
            shaded=paragraph.shaded or flow.shaded or self._resources.dark_page,
            space_before=flow.empty_line,
            keep_empty=flow.in_cell,
            toc=content.toc,
            revision=flow.revision,
        )
        found = blocks(content, setting, self._looks)
        kept = found
        if content.withdrawn:
            kept = [block for block in found if block.layer != "revision"]
        flow.blocks.extend(kept)
        if len(kept) < len(found):
            flow.aside.extend(block for block in found if block.layer == "revision")
        if direct.mark_withdrawn and len(kept) == 1 and isinstance(kept[0], Paragraph):
            flow.unended = _Unended(kept[0], content.items)
        if found or not content.floating:
            flow.empty_line = not found
        return self._floating(content, flow, place) if content.floating else []

    def _label(
        self, direct: ParagraphProperties, paragraph: ParagraphFormat, content: Content
    ) -> Label | None:
        """Counts a numbered paragraph. Word leaves out those that are hidden or withdrawn whole."""
        num_id = direct.num_id if direct.num_id is not None else paragraph.num_id
        if num_id is None or num_id == "0":
            return None
        if direct.mark_withdrawn:
            return None
        if direct.mark_hidden and is_unseen(content):
            return None
        level = direct.level
        if level is None:
            styles = self._resources.styles.numbered_styles(direct.style_id)
            level = self._resources.numbering.level_of_style(num_id, styles)
        if level is None:
            level = paragraph.level
        return self._resources.numbering.count(num_id, level or 0)

    def _floating(self, content: Content, flow: Flow, place: Place) -> list[_Task]:
        """The shapes anchored in a paragraph come right after it."""
        body_layer: Layer = "textbox" if flow.layer == "body" else flow.layer
        tasks: list[_Task] = []
        in_furniture = flow.layer in ("header", "footer")
        for shape, withdrawn in content.floating:
            marks = not isinstance(shape, drawings.Related) and (
                shape.watermark or isinstance(shape, drawings.WordArt)
            )
            layer: Layer = "watermark" if marks and in_furniture else body_layer
            if isinstance(shape, drawings.WordArt) and shape.watermark:
                layer = "watermark"
            drawn = flow.beside("revision" if withdrawn is not None else layer, withdrawn)
            match shape:
                case drawings.TextBox():
                    tasks.append((shape.content, drawn))
                case drawings.WordArt():
                    self._drawn(shape.text, drawn, place)
                case drawings.Related():
                    for text in self._related_texts(shape):
                        self._drawn(text, drawn, place)
        return tasks

    def _drawn(self, text: str, flow: Flow, place: Place) -> None:
        flow.blocks.append(
            Paragraph(text=text, at=(place,), layer=flow.layer, revision=flow.revision)
        )

    def _related_texts(self, thing: drawings.Related) -> list[str]:
        """The texts of a chart or diagram; none, with a warning, where its part is missing."""
        package = self._resources.package
        relationship = package.relationships(self._part).get(thing.relationship)
        if relationship is None or relationship.external:
            detail = "a chart or diagram that is not in the file"
            self._resources.warnings.append(
                warning(WarningCode.NOT_CONVERTED, detail, (self._place(),))
            )
            return []
        root = self._resources.part_root(relationship.target)
        return list(drawings.part_texts(root)) if root is not None else []

    def _section(self, section: Element) -> None:
        """Notes the headers and footers of a section (17.10)."""
        for reference in section:
            kind = _REFERENCES.get(reference.tag)
            if kind is not None:
                layer: Layer = "header" if kind == "header" else "footer"
                self.sections.append((layer, reference.get(R + "id") or ""))

    def _foreign(self, element: Element, flow: Flow) -> None:
        """A part in another format that Word would convert on opening (17.17.2)."""
        package = self._resources.package
        relationship = package.relationships(self._part).get(element.get(R + "id") or "")
        if relationship is None or relationship.external or relationship.target not in package:
            where = relationship.target if relationship else "an inserted file"
            detail = f"{where} (not in this file)"
            self._resources.warnings.append(
                warning(WarningCode.NOT_CONVERTED, detail, (self._place(),))
            )
            return
        flow.unended = None
        self.foreign.append(Foreign(relationship.target, flow, len(flow.blocks)))

    def _table(self, element: Element, flow: Flow) -> list[_Task]:
        """Opens a table: its cells are read first, then it is put together."""
        table = _OpenTable(flow, self._place(), [], flow.aside if flow.in_cell else [])
        properties = element.find(W + "tblPr")
        style = val(properties, W + "tblStyle")
        shaded = flow.shaded or self._resources.styles.shades_tables(style)
        tasks: list[_Task] = []
        view = self._resources.view
        stray = Flow(flow.layer, shaded, revision=flow.revision)
        stray.blocks = stray.aside = table.aside
        for row, row_withdrawn in tables.wrapped(element, W + "tr", view):
            if row.tag != W + "tr":
                tasks.append((row, stray))
                continue
            row_properties = tables.row_properties(row, view, row_withdrawn)
            cells = []
            for cell, withdrawn in tables.wrapped(row, W + "tc", view):
                if cell.tag != W + "tc":
                    tasks.append((cell, stray))
                    continue
                cell_properties = tables.cell_properties(cell, view, withdrawn)
                cell_flow = _cell_flow(table, row_properties, cell_properties, shaded)
                cells.append((cell_properties, cell_flow))
                tasks.extend((child, cell_flow) for child in cell)
            table.rows.append((row_properties, cells))
        tasks.append(lambda: self._close(table))
        flow.empty_line, flow.unended = False, None
        return tasks

    def _close(self, table: _OpenTable) -> None:
        """Puts a table together from its cells and adds it to its flow.

        A mere frame gives way to what it frames; a grid without text or pictures is left out.
        """
        flow = table.flow
        rows = []
        for properties, cells in table.rows:
            for cell, cell_flow in cells:
                if properties.withdrawn or properties.hidden or cell.withdrawn:
                    table.aside.extend(cell_flow.blocks)
                    cell_flow.blocks = []
            gone = properties.withdrawn is not None or properties.hidden
            if not gone and (row := _grid_row(properties, cells)):
                rows.append(row)
        if tables.is_layout(rows):
            for row in rows:
                flow.blocks.extend(row.cells[0].blocks)
        elif any(cell.blocks for row in rows for cell in row.cells):
            spanned, covered = tables.spanned(rows)
            flow.blocks.append(
                Table(text=table_text(spanned), rows=spanned, at=(table.place,), layer=flow.layer)
            )
            for block in covered:
                block.layer = "hidden"
            table.aside.extend(covered)
        if not flow.in_cell:
            flow.blocks.extend(table.aside)


def _cell_flow(
    table: _OpenTable, row: tables.RowProperties, cell: tables.CellProperties, shaded: bool
) -> Flow:
    """Where a cell's blocks go; those of a row or cell that is not shown are on a layer of their own."""
    withdrawn = cell.withdrawn or row.withdrawn
    layer: Layer = "hidden" if row.hidden else table.flow.layer
    if withdrawn is not None:
        layer = "revision"
    found = Flow(layer, shaded or cell.shaded, table.aside)
    found.revision = withdrawn or table.flow.revision
    return found


def _take_over(flow: Flow, content: Content) -> tuple[Place, ...]:
    """Puts the text of a paragraph whose mark is withdrawn before `content` (17.13.5.15), and gives its places.

    Only the paragraph right after it goes on with it: where a table or picture came between, it stays by itself.
    """
    unended, flow.unended = flow.unended, None
    if unended is None:
        return ()
    for index in range(len(flow.blocks) - 1, -1, -1):
        if flow.blocks[index] is unended.block:
            del flow.blocks[index]
            content.items[:0] = unended.items
            return unended.block.at
        if flow.blocks[index].layer != "revision":
            break
    return ()


def _grid_row(
    properties: tables.RowProperties, cells: list[tuple[tables.CellProperties, Flow]]
) -> tables.GridRow | None:
    """A row of the grid; None for one without cells."""
    grid: list[tables.GridCell] = []
    for cell, flow in cells:
        if cell.joined and grid:
            last = grid[-1]
            grid[-1] = last._replace(blocks=last.blocks + flow.blocks, span=last.span + cell.span)
        else:
            grid.append(tables.GridCell(flow.blocks, cell.span, cell.merged, properties.header))
    return tables.GridRow(properties.before, grid, properties.after) if grid else None
