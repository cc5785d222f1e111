"""Small PDFs drawn for the tests, and what is read of them."""

from __future__ import annotations

import io
from collections.abc import Callable

from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from docpipe.model import Document, Paragraph, Table
from docpipe.pipeline import read
from docpipe.settings import ReadSettings, Settings

pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
CJK = "STSong-Light"
LEFT, RIGHT, SIZE, LEADING = 90.0, 510.0, 14.0, 24.0
PROSE = "全镇牢固树立安全发展理念，压实各方责任，全年未发生较大及以上生产安全事故，安全生产形势保持总体平稳。"


def pdf(*draw: Callable[[Canvas], None], **options: object) -> bytes:
    """A PDF with a page for each drawing function."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=True, **options)
    for page in draw:
        page(canvas)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def set_lines(canvas: Canvas, top: float, text: str, indent: float = 2 * SIZE) -> float:
    """Set a paragraph the way a word processor does: first line indented, lines filled; the next baseline comes back."""
    canvas.setFont(CJK, SIZE)
    first, width = True, RIGHT - LEFT
    while text:
        room = int((width - (indent if first else 0)) // SIZE)
        # A full stop or comma never begins a line.
        while room < len(text) and text[room] in "，。、；”）":
            room -= 1
        canvas.drawString(LEFT + (indent if first else 0), top, text[:room])
        text, first, top = text[room:], False, top - LEADING
    return top


def as_read(data: bytes, **reading: str) -> Document:
    return read(data, "a.pdf", "", "", Settings(read=ReadSettings(**reading)))


def body(data: bytes) -> list[str]:
    """The texts of the body, those of items with their signs."""
    blocks = [b for b in as_read(data).blocks if b.layer == "body"]
    signs = [f"{b.label} " if isinstance(b, Paragraph) and b.label else "" for b in blocks]
    return [sign + block.text for sign, block in zip(signs, blocks, strict=True)]


def cells(data: bytes) -> list[list[list[str]]]:
    """The texts of the tables."""
    tables = [b for b in as_read(data).blocks if isinstance(b, Table)]
    return [[[cell.text for cell in row] for row in table.rows] for table in tables]


def on_layer(document: Document, layer: str) -> list[str]:
    return [b.text for b in document.blocks if b.layer == layer]


def set_column(
    canvas: Canvas, text: str, left: float, width: float, top: float, size: float = 10.0
) -> float:
    """Set Latin text into a column, ragged right; the next baseline comes back."""
    canvas.setFont("Times-Roman", size)
    for line in simpleSplit(text, "Times-Roman", size, width):
        canvas.drawString(left, top, line)
        top -= 1.2 * size
    return top
