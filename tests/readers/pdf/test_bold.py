"""Bold type, whether a font, a descriptor that pdfium does not read, or a stroke makes it so."""

from __future__ import annotations

import io

import pytest
from pdf_pages import CJK, LEFT, PROSE, as_read, body, pdf, set_lines
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
)
from reportlab.pdfgen.canvas import Canvas

from docpipe.model import Paragraph, Run

HEADING = "主要做法和成效"


def stream(data: str, **entries: object) -> DecodedStreamObject:
    made = DecodedStreamObject()
    made.set_data(data.encode())
    made.update({NameObject(f"/{key}"): value for key, value in entries.items()})
    return made


def type3(writer: PdfWriter, letters: str, weight: int) -> DictionaryObject:
    """A font of square glyphs as browsers print it: nothing but its descriptor tells its weight. Codes are from 1."""
    add = writer._add_object
    proc = add(stream("1000 0 0 0 800 800 d1 100 100 600 600 re f"))
    codes = range(1, len(letters) + 1)
    names = [NameObject(f"/g{code}") for code in codes]
    mapped = "\n".join(f"<{c:02X}> <{ord(x):04X}>" for c, x in zip(codes, letters, strict=True))
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def\n"
        f"1 begincodespacerange <00> <FF> endcodespacerange\n{len(letters)} beginbfchar\n{mapped}\n"
        "endbfchar endcmap end end"
    )
    font = DictionaryObject()
    number = NumberObject
    font.update(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type3"),
            NameObject("/FontMatrix"): ArrayObject(map(FloatObject, (0.001, 0, 0, 0.001, 0, 0))),
            NameObject("/FontBBox"): ArrayObject(map(number, (0, -120, 1000, 880))),
            NameObject("/FirstChar"): number(1),
            NameObject("/LastChar"): number(len(letters)),
            NameObject("/Widths"): ArrayObject([number(1000)] * len(letters)),
            NameObject("/CharProcs"): DictionaryObject(dict.fromkeys(names, proc)),
            NameObject("/Encoding"): DictionaryObject(
                {NameObject("/Differences"): ArrayObject([number(1), *names])}
            ),
            NameObject("/ToUnicode"): add(stream(cmap)),
            NameObject("/FontDescriptor"): add(
                DictionaryObject(
                    {
                        NameObject("/Type"): NameObject("/FontDescriptor"),
                        NameObject("/FontName"): NameObject("/AAAAAA+Songti"),
                        NameObject("/FontWeight"): number(weight),
                        NameObject("/Flags"): number(6),
                    }
                )
            ),
        }
    )
    return add(font)


def printed_by_a_browser(in_form: bool) -> bytes:
    """A page with a bold line over a plain one, the bold one in a form or not, each in a Type 3 font of its own."""
    writer = PdfWriter()
    page = writer.add_blank_page(595, 842)
    lines = {"Plain": (PROSE[:30], 400, 700), "Bold": (HEADING, 700, 730)}
    fonts = DictionaryObject()
    shown = {}
    for name, (text, weight, y) in lines.items():
        letters = "".join(dict.fromkeys(text))
        fonts[NameObject(f"/{name}")] = type3(writer, letters, weight)
        codes = "".join(f"{letters.index(x) + 1:02X}" for x in text)
        shown[name] = f"q BT /{name} 12 Tf 1 0 0 1 90 {y} Tm <{codes}> Tj ET Q "
    resources = DictionaryObject({NameObject("/Font"): fonts})
    form = stream(
        shown["Bold"],
        Type=NameObject("/XObject"),
        Subtype=NameObject("/Form"),
        BBox=ArrayObject(map(NumberObject, (0, 0, 595, 842))),
        Resources=resources,
    )
    forms = DictionaryObject({NameObject("/X1"): writer._add_object(form)})
    page[NameObject("/Resources")] = DictionaryObject({**resources, NameObject("/XObject"): forms})
    content = shown["Plain"] + ("/X1 Do" if in_form else shown["Bold"])
    page[NameObject("/Contents")] = writer._add_object(stream(content))
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("in_form", [False, True])
def test_the_weight_of_a_type_3_font_is_that_of_its_descriptor(in_form: bool) -> None:
    blocks = as_read(printed_by_a_browser(in_form)).blocks
    assert [(b.text, b.look.bold) for b in blocks] == [(HEADING, True), (PROSE[:30], False)]
    assert blocks[0].look.font == "AAAAAA+Songti"


def stroked(canvas: Canvas, text: str, y: float, color: float) -> None:
    line = canvas.beginText(LEFT, y)
    canvas.setStrokeGray(color)
    canvas.setLineWidth(0.4)
    line.setFont(CJK, 14)
    line.setTextRenderMode(2)
    line.textOut(text)
    line.setTextRenderMode(0)
    canvas.drawText(line)


def test_type_with_a_stroke_of_its_own_colour_is_bold() -> None:
    def page(canvas: Canvas) -> None:
        stroked(canvas, HEADING, 750, 0)
        set_lines(canvas, 700, PROSE)
        stroked(canvas, "存在的问题", 600, 0.7)

    blocks = as_read(pdf(page)).blocks
    assert [b.look.bold for b in blocks] == [True, False, False]


def test_a_stroked_beginning_is_a_bold_run() -> None:
    def page(canvas: Canvas) -> None:
        line = canvas.beginText(LEFT, 700)
        canvas.setLineWidth(0.4)
        line.setFont(CJK, 14)
        line.setTextRenderMode(2)
        line.textOut("加强组织领导。")
        line.setTextRenderMode(0)
        line.textOut("成立了工作专班。")
        canvas.drawText(line)

    data = pdf(page)
    (block,) = as_read(data).blocks
    assert body(data) == ["加强组织领导。成立了工作专班。"]
    assert isinstance(block, Paragraph)
    assert block.runs == (Run(0, 7, bold=True),)


def test_bold_type_in_several_fonts_is_one_run() -> None:
    def page(canvas: Canvas) -> None:
        stroked(canvas, "表", 700, 0)
        canvas.setFont("Helvetica-Bold", 14)
        canvas.drawString(LEFT + 14, 700, "7")
        canvas.setFont(CJK, 14)
        canvas.drawString(LEFT + 22, 700, "按年度")

    (block,) = as_read(pdf(page)).blocks
    assert (block.text, block.runs) == ("表7按年度", (Run(0, 2, bold=True),))
