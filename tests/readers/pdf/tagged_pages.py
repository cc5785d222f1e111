"""Tagged PDFs for the tests: marked content drawn by reportlab, the structure tree (PDF 32000-1, 14.7) added by pypdf."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import pypdf
from pdf_pages import CJK, pdf
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    TextStringObject,
)
from reportlab.pdfgen.canvas import Canvas


class Mark(NamedTuple):
    """Marked content: its page (from 0) and number."""

    page: int
    number: int


class Element(NamedTuple):
    """An element of the structure tree; `table` are attributes such as ColSpan."""

    kind: str
    kids: Sequence[Element | Mark]
    alt: str = ""
    table: Mapping[str, int] = {}


@contextmanager
def marked(canvas: Canvas, number: int) -> Iterator[None]:
    """What is drawn within is marked content of that number, an artifact if it is negative."""
    canvas._code.append(f"/P <</MCID {number}>> BDC" if number >= 0 else "/Artifact BMC")
    yield
    canvas._code.append("EMC")


def set_marked(
    canvas: Canvas, number: int, x: float, y: float, text: str, size: float = 14
) -> None:
    """Set a line of marked text."""
    with marked(canvas, number):
        canvas.setFont(CJK, size)
        canvas.drawString(x, y, text)


def tagged(
    tree: Sequence[Element],
    *draw: Callable[[Canvas], None],
    roles: Mapping[str, str] | None = None,
) -> bytes:
    """A PDF with a page for each drawing function and the structure tree."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf(*draw)))
    root = DictionaryObject({NameObject("/Type"): NameObject("/StructTreeRoot")})
    root_ref = writer._add_object(root)
    parents: dict[int, dict[int, object]] = {page: {} for page in range(len(draw))}

    def add(element: Element, parent: object) -> object:
        made = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/StructElem"),
                NameObject("/S"): NameObject("/" + element.kind),
                NameObject("/P"): parent,
            }
        )
        if element.alt:
            made[NameObject("/Alt")] = TextStringObject(element.alt)
        if element.table:
            made[NameObject("/A")] = DictionaryObject(
                {NameObject("/O"): NameObject("/Table")}
                | {NameObject("/" + k): NumberObject(v) for k, v in element.table.items()}
            )
        reference = writer._add_object(made)
        kids = ArrayObject()
        for kid in element.kids:
            if isinstance(kid, Mark):
                page = writer.pages[kid.page].indirect_reference
                parents[kid.page][kid.number] = reference
                kids.append(
                    DictionaryObject(
                        {
                            NameObject("/Type"): NameObject("/MCR"),
                            NameObject("/Pg"): page,
                            NameObject("/MCID"): NumberObject(kid.number),
                        }
                    )
                )
            else:
                kids.append(add(kid, reference))
        made[NameObject("/K")] = kids
        return reference

    root[NameObject("/K")] = ArrayObject([add(Element("Document", tree), root_ref)])
    numbers = ArrayObject()
    for page, held in parents.items():
        writer.pages[page][NameObject("/StructParents")] = NumberObject(page)
        held_by = ArrayObject([held[n] for n in range(max(held, default=-1) + 1)])
        numbers.extend([NumberObject(page), writer._add_object(held_by)])
    root[NameObject("/ParentTree")] = DictionaryObject({NameObject("/Nums"): numbers})
    if roles:
        root[NameObject("/RoleMap")] = DictionaryObject(
            {NameObject("/" + own): NameObject("/" + kind) for own, kind in roles.items()}
        )
    catalog = writer.root_object
    catalog[NameObject("/StructTreeRoot")] = root_ref
    catalog[NameObject("/MarkInfo")] = DictionaryObject(
        {NameObject("/Marked"): BooleanObject(True)}
    )
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()
