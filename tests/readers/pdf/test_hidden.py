"""What a page does not show, or shows behind the text: struck twice, invisible, white, outside, watermarks."""

from __future__ import annotations

import pytest
from pdf_pages import CJK, LEFT, PROSE, as_read, on_layer, pdf, set_lines
from reportlab.pdfgen.canvas import Canvas

from docpipe.pipeline import convert_bytes


def test_a_line_struck_twice_is_kept_once_and_the_other_is_listed() -> None:
    def page(canvas: Canvas) -> None:
        set_lines(canvas, 760, PROSE)
        for shift in (0, 0.3):
            canvas.setFont(CJK, 18)
            canvas.drawString(LEFT + shift, 640, "第三季度工作总结")
        set_lines(canvas, 600, PROSE)
        canvas.setFont(CJK, 18)
        canvas.drawString(LEFT, 640.2, "第三季度工作总结")

    document = convert_bytes(pdf(page), "a.pdf")
    assert document.title == "第三季度工作总结"
    texts = "".join([document.title, *(b.text for b in document.blocks)])
    assert texts.count("第三季度工作总结") == 1


def test_the_same_text_at_another_place_is_no_second_strike() -> None:
    def page(canvas: Canvas) -> None:
        set_lines(canvas, 760, PROSE)
        set_lines(canvas, 640, PROSE)

    assert on_layer(as_read(pdf(page)), "body") == [PROSE, PROSE]


def test_invisible_text_is_hidden() -> None:
    def page(canvas: Canvas) -> None:
        set_lines(canvas, 700, PROSE)
        text = canvas.beginText(LEFT, 500)
        text.setTextRenderMode(3)
        text.textOut("Keywords for search engines only")
        canvas.drawText(text)

    document = convert_bytes(pdf(page), "a.pdf")
    assert [b.text for b in document.blocks] == [PROSE]
    assert [(r.text, r.reason) for r in document.removed] == [
        ("Keywords for search engines only", "hidden")
    ]


def test_invisible_text_on_a_scan_is_its_text_layer() -> None:
    def page(canvas: Canvas) -> None:
        canvas.drawInlineImage(scan(), 0, 0, 595, 842)
        text = canvas.beginText(LEFT, 700)
        text.setTextRenderMode(3)
        text.setFont(CJK, 14)
        text.textOut(PROSE[:30])
        canvas.drawText(text)

    document = as_read(pdf(page))
    assert on_layer(document, "body")[-1] == PROSE[:30]
    assert on_layer(document, "hidden") == []
    assert document.warnings == []


def scan() -> object:
    from PIL import Image

    return Image.new("L", (60, 84), 250)


def test_white_text_is_hidden_unless_something_lies_behind_it() -> None:
    def page(canvas: Canvas) -> None:
        set_lines(canvas, 700, PROSE)
        canvas.setFillGray(1)
        canvas.drawString(LEFT, 500, "更多资料请加群")
        canvas.setFillGray(0.2)
        canvas.rect(LEFT - 5, 390, 300, 30, stroke=0, fill=1)
        canvas.setFillGray(1)
        canvas.drawString(LEFT, 400, "第一章总则")

    document = as_read(pdf(page))
    assert on_layer(document, "hidden") == ["更多资料请加群"]
    assert on_layer(document, "body") == [PROSE, "第一章总则"]


@pytest.mark.parametrize("white_first", [True, False])
def test_of_a_line_that_is_white_in_part_only_that_part_is_hidden(white_first: bool) -> None:
    def page(canvas: Canvas) -> None:
        set_lines(canvas, 700, PROSE)
        parts = [("更多资料请加群", 1), ("审计查出问题资金已追缴。", 0)]
        text = canvas.beginText(LEFT, 500)
        for part, gray in parts if white_first else reversed(parts):
            text.setFillGray(gray)
            text.textOut(part)
        canvas.drawText(text)

    document = as_read(pdf(page))
    assert on_layer(document, "hidden") == ["更多资料请加群"]
    assert on_layer(document, "body") == [PROSE, "审计查出问题资金已追缴。"]


def test_white_text_amid_a_line_is_hidden() -> None:
    def page(canvas: Canvas) -> None:
        set_lines(canvas, 700, PROSE)
        text = canvas.beginText(LEFT, 500)
        for part, gray in [
            ("审计查出", 0),
            ("更多资料请进群", 1),
            ("问题资金", 0),
            ("请加群", 1),
            ("已追缴。", 0),
        ]:
            text.setFillGray(gray)
            text.textOut(part)
        canvas.drawText(text)
        text = canvas.beginText(LEFT, 400)
        text.setFont("Times-Roman", 14)
        for part, gray in [("All audits ", 0), ("visit our site ", 1), ("were closed.", 0)]:
            text.setFillGray(gray)
            text.textOut(part)
        canvas.drawText(text)

    document = as_read(pdf(page))
    assert on_layer(document, "hidden") == ["更多资料请进群", "请加群", "visit our site"]
    assert on_layer(document, "body")[1:] == ["审计查出问题资金已追缴。", "All audits were closed."]


def test_of_a_line_that_is_invisible_in_part_only_that_part_is_hidden() -> None:
    def page(canvas: Canvas) -> None:
        set_lines(canvas, 700, PROSE)
        text = canvas.beginText(LEFT, 500)
        text.textOut("All audits were closed in time. ")
        text.setTextRenderMode(3)
        text.textOut("Keywords for search engines")
        canvas.drawText(text)

    document = as_read(pdf(page))
    assert on_layer(document, "hidden") == ["Keywords for search engines"]
    assert on_layer(document, "body") == [PROSE, "All audits were closed in time."]


def test_text_outside_the_crop_box_and_tiny_text_are_hidden() -> None:
    def page(canvas: Canvas) -> None:
        canvas.setCropBox((50, 50, 545, 792))
        set_lines(canvas, 700, PROSE)
        canvas.setFont(CJK, 10)
        canvas.drawString(100, 20, "裁切线外的文字")
        canvas.setFont(CJK, 0.5)
        canvas.drawString(100, 300, "极小的文字")

    document = as_read(pdf(page))
    assert sorted(on_layer(document, "hidden")) == ["极小的文字", "裁切线外的文字"]
    assert on_layer(document, "body") == [PROSE]


def test_large_pale_text_behind_the_text_is_a_watermark() -> None:
    def page(canvas: Canvas) -> None:
        canvas.setFillGray(0.85)
        canvas.setFont(CJK, 60)
        canvas.drawString(LEFT, 650, "内部资料")
        canvas.setFillGray(0)
        set_lines(canvas, 700, PROSE * 4)

    document = as_read(pdf(page))
    assert on_layer(document, "watermark") == ["内部资料"]
    assert on_layer(document, "body") == [PROSE * 4]
