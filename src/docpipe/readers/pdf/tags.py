"""The tags of a page (PDF 32000-1, 14.7 and 14.8): which block of the structure tree each marked content belongs to.

pdfium resolves the role map and gives the part of the tree that stands on a page. Programs tag badly as often as
well, so nothing here is believed before `tagged` has compared it with what is seen.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

import pypdfium2.raw as pdfium

from docpipe.readers.pdf.budget import Budget
from docpipe.readers.pdf.engine import PageText, utf16

Kind = Literal["text", "item", "note", "artifact", "loose"]

_BLOCKS = re.compile(r"P|H[1-6]?|Caption|BlockQuote|Title|TOCI|FENote|Note|Formula")
_HEADING = re.compile(r"H([1-6])?")
_NOTES = ("Note", "FENote")
_CELLS = ("TD", "TH")
_MAX_ELEMENTS = 20_000
_MAX_DEPTH = 48
_MAX_SPAN = 1000
_MANY = 256
"""From so many kids on an element is searched from where the page before ended."""

Path = tuple[int, ...]


class Tag(NamedTuple):
    """A block of the structure tree: `path` are the numbers of the kids that lead to it, the same on all its pages.

    `level` is 1–6 for a heading, 0 for a title, None for other text. `cell` is the cell it stands in.
    """

    path: Path
    kind: Kind
    level: int | None = None
    cell: TaggedCell | None = None


class TaggedCell(NamedTuple):
    """A cell of a tagged table: the paths of its row and its own, and how many rows and columns it covers."""

    row: Path
    path: Path
    rowspan: int = 1
    colspan: int = 1
    header: bool = False


ARTIFACT = Tag((), "artifact")
"""Marked as no part of the text: running lines, ornaments."""


LOOSE = Tag((), "loose")
"""In the structure tree, but in no block of it: browsers tag all that is no paragraph, heading, list or table so."""


class Tags(NamedTuple):
    """The tags of a page: its blocks and the alternative texts of figures by the number of the marked content; the cells
    of each table, also empty ones, by its path."""

    blocks: dict[int, Tag]
    tables: dict[Path, list[TaggedCell]]
    alternatives: dict[int, str]


NO_TAGS = Tags({}, {}, {})


class Tagger:
    """Reads the tags of one document's pages, one page after the other."""

    def __init__(self) -> None:
        self._starts: dict[Path, int] = {}
        self._budget = Budget(0)
        self._count = 0
        self._tags = Tags({}, {}, {})

    def read(self, page: PageText) -> Tags:
        """The tags of an open page; none where it has none."""
        self._count, self._tags, self._budget = 0, Tags({}, {}, {}), page.budget
        tree = pdfium.FPDF_StructTree_GetForPage(page.page.raw)
        if tree:
            try:
                for index in range(max(0, pdfium.FPDF_StructTree_CountChildren(tree))):
                    element = pdfium.FPDF_StructTree_GetChildAtIndex(tree, index)
                    if element:
                        self._see(element, (index,), None, ())
            finally:
                pdfium.FPDF_StructTree_Close(tree)
        return self._tags

    def _see(self, element: Any, path: Path, block: Tag | None, table: Path) -> None:
        """Note what stands in an element; `block` and `table` (its path) are those around it."""
        self._budget.check()
        self._count += 1
        if self._count > _MAX_ELEMENTS or len(path) > _MAX_DEPTH:
            return
        kind = utf16(pdfium.FPDF_StructElement_GetType, element)
        if kind == "Figure" and (words := utf16(pdfium.FPDF_StructElement_GetAltText, element)):
            self._tags.alternatives.update(dict.fromkeys(_marks(element), " ".join(words.split())))
        if kind == "Table":
            table = path
        elif kind in _CELLS:
            block = self._cell(element, path, table, header=kind == "TH")
        elif kind == "LI":
            block = Tag(path, "item", cell=block.cell if block else None)
        elif _BLOCKS.fullmatch(kind):
            block = _block(element, kind, path, block)
        for index in self._kids(element, path):
            kid = pdfium.FPDF_StructElement_GetChildAtIndex(element, index)
            if kid:
                self._see(kid, (*path, index), block, table)
            elif kind == "TR":
                # pdfium passes over what has no content on the page: an empty cell.
                self._add(table, TaggedCell(path, (*path, index)))
            else:
                mark = pdfium.FPDF_StructElement_GetChildMarkedContentID(element, index)
                if mark >= 0:
                    self._tags.blocks.setdefault(mark, block or LOOSE)

    def _cell(self, element: Any, path: Path, table: Path, *, header: bool) -> Tag:
        rows, columns = _span(element, b"RowSpan"), _span(element, b"ColSpan")
        cell = TaggedCell(path[:-1], path, rows, columns, header)
        self._add(table, cell)
        return Tag(path, "text", cell=cell)

    def _add(self, table: Path, cell: TaggedCell) -> None:
        self._tags.tables.setdefault(table, []).append(cell)

    def _kids(self, element: Any, path: Path) -> Iterator[int]:
        """The numbers of an element's kids that may stand on this page.

        pdfium counts the kids of all pages. Where there are many, those before the last one of the page before are
        passed over, and the search ends where a long run is of other pages.
        """
        count = max(0, pdfium.FPDF_StructElement_CountChildren(element))
        if count <= _MANY:
            yield from range(count)
            return
        missed = 0
        for index in range(self._starts.get(path, 0), count):
            if pdfium.FPDF_StructElement_GetChildAtIndex(element, index) or (
                pdfium.FPDF_StructElement_GetChildMarkedContentID(element, index) >= 0
            ):
                self._starts[path] = index
                missed = 0
                yield index
            else:
                missed += 1
                if missed > _MANY and path in self._starts:
                    return


def _block(element: Any, kind: str, path: Path, around: Tag | None) -> Tag:
    """The tag of a block. A note is one block; the first paragraph of a list's item stands beside its label."""
    if around is not None and (around.kind == "note" or _begins(around, path)):
        return around
    cell = around.cell if around else None
    if kind in _NOTES:
        return Tag(path, "note", cell=cell)
    heading = _HEADING.fullmatch(kind)
    if heading:
        return Tag(path, "text", int(heading[1] or 1), cell)
    title = "Title" in (kind, utf16(pdfium.FPDF_StructElement_GetRawType, element))
    return Tag(path, "text", 0 if title else None, cell)


def _begins(item: Tag, path: Path) -> bool:
    """Whether an element is the first of an item's text, which may come after its label."""
    first, *rest = path[len(item.path) :]
    return item.kind == "item" and first <= 1 and not any(rest)


def _marks(element: Any) -> list[int]:
    """The numbers of the marked content that stands directly in an element."""
    count = max(0, pdfium.FPDF_StructElement_CountChildren(element))
    marks = (pdfium.FPDF_StructElement_GetChildMarkedContentID(element, n) for n in range(count))
    return [mark for mark in marks if mark >= 0]


def _span(element: Any, name: bytes) -> int:
    """An attribute that says how many rows or columns a cell covers (PDF 32000-1, table 349)."""
    number = ctypes.c_float()
    for index in range(max(0, pdfium.FPDF_StructElement_GetAttributeCount(element))):
        attribute = pdfium.FPDF_StructElement_GetAttributeAtIndex(element, index)
        value = pdfium.FPDF_StructElement_Attr_GetValue(attribute, name)
        if value and pdfium.FPDF_StructElement_Attr_GetNumberValue(value, number):
            return min(max(1, int(number.value)), _MAX_SPAN)
    return 1
