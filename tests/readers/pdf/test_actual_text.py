"""The text that a page gives for glyphs which do not read as it (PDF 32000-1, 14.9.4)."""

from __future__ import annotations

import json

import pytest
from pdf_pages import body, pdf
from reportlab.pdfgen.canvas import Canvas

from docpipe.pipeline import convert_bytes, write
from docpipe.verify import verify


def page_with(content: str) -> bytes:
    """A page with operations of text; `@` sets type and place."""

    def page(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 14)
        name = canvas._doc.getInternalFontName("Helvetica")
        canvas._code.append(f"BT {content.replace('@', f'/{name[1:]} 14 Tf 1 0 0 1 90 700 Tm')} ET")

    return pdf(page)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (
            "@ (The of) Tj /Span <</ActualText (fi)>> BDC (X) Tj EMC (ce is open.) Tj",
            "The office is open.",
        ),
        (
            "@ /Span <</ActualText <FEFF5DE5>>> BDC [(q)] TJ EMC /Span <</ActualText <FEFF4F5C>>> BDC (q) Tj EMC",
            "工作",
        ),
        (
            "@ (All of ) Tj /Span <</ActualText (Drucker)>> BDC (Druk-) Tj 0 -16 Td (ker) Tj EMC",
            "All of Drucker",
        ),
        ("@ (Text ) Tj /Span <</ActualText ()>> BDC (as drawn) Tj EMC", "Text as drawn"),
        ("@ (Text ) Tj /Span <</Lang (en)>> BDC (as drawn) Tj EMC", "Text as drawn"),
    ],
)
def test_the_text_given_for_glyphs_is_read_and_compared(content: str, text: str) -> None:
    data = page_with(content)
    assert body(data) == [text]
    document = json.loads(write(convert_bytes(data, "a.pdf"), "json"))
    assert verify(data, document) == []
    lost = json.loads(write(convert_bytes(page_with("@ (Something else) Tj"), "a.pdf"), "json"))
    assert verify(data, lost) != []
