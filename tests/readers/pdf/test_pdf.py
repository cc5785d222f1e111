"""PDF: glyphs become the paragraphs, headings and tables they were printed from; page furniture goes to its layer."""

from __future__ import annotations

from collections.abc import Callable

import pypdfium2
import pytest
from pdf_pages import CJK, LEADING, LEFT, PROSE, RIGHT, SIZE, as_read, body, pdf, set_lines
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

from docpipe.errors import DocpipeError, ErrorCode
from docpipe.model import Table
from docpipe.pipeline import convert_bytes


def test_filled_lines_are_one_paragraph() -> None:
    def page(canvas: Canvas) -> None:
        top = set_lines(canvas, 700, PROSE * 3)
        set_lines(canvas, top, PROSE)

    assert body(pdf(page)) == [PROSE * 3, PROSE]


def test_short_lines_are_paragraphs_of_their_own() -> None:
    def page(canvas: Canvas) -> None:
        top = set_lines(canvas, 700, "一、主要工作")
        top = set_lines(canvas, top, "（一）加强领导")
        set_lines(canvas, top, PROSE * 2)

    assert body(pdf(page)) == ["一、主要工作", "（一）加强领导", PROSE * 2]


SHORT = ["一、主要工作", "抓好培训。", "抓好检查。", "二、下步打算", "继续努力。", "汇报人：李强"]


def set_at_left(canvas: Canvas, top: float, texts: list[str]) -> float:
    """Set lines without an indent; the next baseline comes back."""
    canvas.setFont(CJK, SIZE)
    for number, text in enumerate(texts):
        canvas.drawString(LEFT, top - LEADING * number, text)
    return top - LEADING * len(texts)


def test_short_lines_alone_on_a_page_are_paragraphs_of_their_own() -> None:
    assert body(pdf(lambda canvas: set_at_left(canvas, 700, SHORT))) == SHORT


def test_short_lines_beside_one_filled_line_are_paragraphs_of_their_own() -> None:
    def page(canvas: Canvas) -> None:
        top = set_at_left(canvas, 700, SHORT)
        top = set_lines(canvas, top, PROSE[:34], indent=0)
        set_at_left(canvas, top, SHORT)

    assert body(pdf(page)) == [*SHORT, PROSE[:34], *SHORT]


def test_lines_of_a_narrow_column_are_one_paragraph() -> None:
    def page(canvas: Canvas) -> None:
        set_at_left(canvas, 700, [PROSE[start : start + 10] for start in range(0, len(PROSE), 10)])

    assert body(pdf(page)) == [PROSE]


def test_lines_at_the_right_edge_are_paragraphs_of_their_own() -> None:
    def page(canvas: Canvas) -> None:
        top = set_lines(canvas, 700, PROSE * 2)
        canvas.drawRightString(RIGHT, top, "县应急管理局")
        canvas.drawRightString(RIGHT, top - LEADING, "二〇二三年十二月二十八日")
        canvas.drawString(LEFT, top - 2 * LEADING, "抄送：各乡镇人民政府。")

    expected = [PROSE * 2, "县应急管理局", "二〇二三年十二月二十八日", "抄送：各乡镇人民政府。"]
    assert body(pdf(page)) == expected


def test_paragraph_over_a_page_break_is_one_after_mending() -> None:
    half = PROSE * 2

    def first(canvas: Canvas) -> None:
        set_lines(canvas, 700, PROSE)
        canvas.drawString(LEFT + 28, 500, half[:28])

    def second(canvas: Canvas) -> None:
        set_lines(canvas, 700, half[28:], indent=0)
        set_lines(canvas, 500, PROSE)

    document = convert_bytes(pdf(first, second), "a.pdf")
    assert [b.text for b in document.blocks] == [PROSE, half, PROSE]
    assert [place.page for place in document.blocks[1].at] == [1, 2]


def test_english_lines_join_with_a_space() -> None:
    text = "This summary covers July through September and was prepared for the Board of Trustees of the library, which met twice in the course of the quarter."

    def page(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 12)
        for number, line in enumerate(simpleSplit(text, "Helvetica", 12, RIGHT - LEFT)):
            canvas.drawString(LEFT, 700 - 16 * number, line)

    assert body(pdf(page)) == [text]


def test_running_header_and_page_numbers_leave_the_body() -> None:
    def page(number: int) -> Callable[[Canvas], None]:
        def draw(canvas: Canvas) -> None:
            canvas.setFont(CJK, 10)
            canvas.drawString(LEFT, 800, "内部资料 免费交流")
            canvas.drawString(280, 40, f"第 {number} 页 共 3 页")
            set_lines(canvas, 700, PROSE)

        return draw

    document = as_read(pdf(page(1), page(2), page(3)))
    layers = [(b.layer, b.text) for b in document.blocks if b.layer != "body"]
    assert layers.count(("header", "内部资料 免费交流")) == 3
    assert ("footer", "第 2 页 共 3 页") in layers
    assert [b.text for b in document.blocks if b.layer == "body"] == [PROSE] * 3


def test_page_number_of_a_single_page_is_found() -> None:
    def page(canvas: Canvas) -> None:
        set_lines(canvas, 700, PROSE)
        canvas.drawString(290, 40, "- 1 -")

    assert body(pdf(page)) == [PROSE]


def test_slanted_text_is_a_watermark() -> None:
    def page(canvas: Canvas) -> None:
        set_lines(canvas, 700, PROSE)
        canvas.saveState()
        canvas.translate(200, 300)
        canvas.rotate(45)
        canvas.setFont(CJK, 40)
        canvas.drawString(0, 0, "仅供学习")
        canvas.restoreState()

    document = convert_bytes(pdf(page), "a.pdf")
    assert [b.text for b in document.blocks] == [PROSE]
    assert [(r.text, r.reason) for r in document.removed] == [("仅供学习", "watermark")]


def test_turned_page_is_read_upright() -> None:
    def page(canvas: Canvas) -> None:
        canvas.setPageRotation(90)
        canvas.translate(0, 0)
        canvas.rotate(90)
        canvas.setFont(CJK, SIZE)
        canvas.drawString(100, -100, "青石镇工作总结")

    assert body(pdf(page)) == ["青石镇工作总结"]


ROWS = [["指标", "2020年", "2021年"], ["检查企业", "612", "745"], ["整改率", "98.2%", "99.6%"]]


def ruled(canvas: Canvas) -> None:
    set_lines(canvas, 700, PROSE)
    canvas.grid([100, 220, 320, 420], [600, 570, 540, 510])
    canvas.setFont(CJK, 12)
    for row, cells in enumerate(ROWS):
        for column, cell in enumerate(cells):
            canvas.drawString([105, 225, 325][column], 580 - 30 * row, cell)
    set_lines(canvas, 450, PROSE)


def test_ruled_table_stands_between_its_paragraphs() -> None:
    blocks = as_read(pdf(ruled)).blocks
    assert [b.text for b in blocks if not isinstance(b, Table)] == [PROSE, PROSE]
    table = blocks[1]
    assert isinstance(table, Table)
    assert [[cell.text for cell in row] for row in table.rows] == ROWS


def test_table_without_rules_is_found_by_its_columns() -> None:
    def page(canvas: Canvas) -> None:
        set_lines(canvas, 700, PROSE)
        canvas.setFont(CJK, 12)
        for row, cells in enumerate(ROWS):
            for column, cell in enumerate(cells):
                canvas.drawString([105, 225, 325][column], 600 - 24 * row, cell)

    tables = [b for b in as_read(pdf(page)).blocks if isinstance(b, Table)]
    assert [[[c.text for c in row] for row in table.rows] for table in tables] == [ROWS]


def test_page_without_text_asks_for_ocr() -> None:
    document = as_read(
        pdf(lambda canvas: set_lines(canvas, 700, PROSE), lambda canvas: canvas.rect(1, 1, 9, 9))
    )
    assert [(w.code, w.message) for w in document.warnings] == [
        ("needs-ocr", "pages without a text layer: 2")
    ]


def test_encrypted_pdf_is_refused_with_its_reason() -> None:
    data = pdf(lambda canvas: set_lines(canvas, 700, PROSE), encrypt="secret")
    with pytest.raises(DocpipeError) as caught:
        as_read(data)
    assert caught.value.code == ErrorCode.ENCRYPTED
    assert caught.value.name == "a.pdf"


def test_garbage_pdf_is_refused_as_damaged() -> None:
    with pytest.raises(DocpipeError) as caught:
        as_read(b"%PDF-1.7\nnothing of use\n")
    assert caught.value.code == ErrorCode.DAMAGED


def test_cut_off_pdf_is_read_or_refused_never_silent() -> None:
    data = pdf(*[lambda canvas: set_lines(canvas, 700, PROSE)] * 5)
    for share in (0.3, 0.6, 0.9):
        outcome = _outcome(data[: int(len(data) * share)])
        assert outcome == ErrorCode.DAMAGED or PROSE in outcome


def _outcome(data: bytes) -> str:
    """The error's code, or the text that was read."""
    try:
        return "\n".join(block.text for block in as_read(data).blocks)
    except DocpipeError as error:
        return error.code


def test_metadata_and_places() -> None:
    def page(canvas: Canvas) -> None:
        canvas.setTitle("青石镇工作总结")
        canvas.setAuthor("李明")
        set_lines(canvas, 700, PROSE)

    document = as_read(pdf(page))
    assert document.properties == {
        "title": "青石镇工作总结",
        "author": "李明",
        "created": "2000-01-01",
    }
    place = document.blocks[0].at[0]
    assert place.page == 1
    assert place.bbox is not None
    x0, y0, x1, y1 = place.bbox
    assert 80 < x0 < x1 < 520
    assert 100 < y0 < y1 < 220


def test_second_engine_reads_what_the_first_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(data: bytes, password: str | None = None) -> None:
        raise pypdfium2.PdfiumError("Failed to load document (PDFium: Data format error).")

    data = pdf(lambda canvas: canvas.drawString(90, 700, "Annual report of the library"))
    monkeypatch.setattr("docpipe.readers.pdf.pypdfium2.PdfDocument", refuse)
    document = as_read(data)
    assert [block.text for block in document.blocks] == ["Annual report of the library"]
    assert [warning.code for warning in document.warnings] == ["partial"]


def test_centred_title_of_two_lines_is_one_paragraph() -> None:
    def page(canvas: Canvas) -> None:
        canvas.setFont("Helvetica-Bold", 20)
        canvas.drawCentredString(300, 740, "Northfield Regional Library: Quarterly Act")
        canvas.drawCentredString(300, 712, "Summary, Q3 2022")
        top = 660.0
        for _ in range(3):
            top = set_lines(canvas, top, PROSE * 2)

    assert body(pdf(page))[0] == "Northfield Regional Library: Quarterly Act Summary, Q3 2022"


def test_close_neighbours_in_a_ruled_table_stay_in_their_cells() -> None:
    def page(canvas: Canvas) -> None:
        set_lines(canvas, 700, PROSE)
        canvas.grid([100, 220, 320, 420], [600, 570, 540])
        canvas.setFont("Helvetica", 12)
        for row, cells in enumerate((["Measure", "Q1", "Q2"], ["Rate", "98.2%", "+1.4 points"])):
            canvas.drawString(105, 580 - 30 * row, cells[0])
            canvas.drawRightString(314, 580 - 30 * row, cells[1])
            canvas.drawString(325, 580 - 30 * row, cells[2])

    table = next(b for b in as_read(pdf(page)).blocks if isinstance(b, Table))
    assert [cell.text for cell in table.rows[1]] == ["Rate", "98.2%", "+1.4 points"]


def test_wide_set_lines_of_a_larger_size_are_one_paragraph() -> None:
    """A notice in larger type on its own page, among pages of small type set close."""

    def notice(canvas: Canvas) -> None:
        canvas.setFont(CJK, 16)
        for number, start in enumerate(range(0, 100, 26)):
            canvas.drawString(LEFT, 700 - 34 * number, (PROSE * 2)[start : start + 26])

    def small(canvas: Canvas) -> None:
        canvas.setFont(CJK, 9)
        for number in range(30):
            canvas.drawString(LEFT, 760 - 15 * number, (PROSE * 2)[:46])

    assert body(pdf(notice, small, small))[0] == PROSE * 2


def test_a_stamp_beside_the_title_is_a_line_of_its_own() -> None:
    def page(canvas: Canvas) -> None:
        canvas.setFont(CJK, 19)
        canvas.drawString(28, 780, "仅供预览")
        canvas.setFont(CJK, 16)
        canvas.drawString(162, 787, "电子发票（行程单）")
        set_lines(canvas, 700, PROSE)

    assert body(pdf(page)) == ["电子发票（行程单）", "仅供预览", PROSE]


def test_a_full_line_of_an_indented_latin_paragraph_goes_on() -> None:
    words = "The office counts all ships that call at the harbour and their cargo. " * 4

    def page(canvas: Canvas) -> None:
        top = 760.0
        canvas.setFont("Helvetica", 12)
        for _ in range(3):
            for number, line in enumerate(simpleSplit(words, "Helvetica", 12, RIGHT - LEFT - 24)):
                canvas.drawString(LEFT + (0 if number else 24), top, line)
                top -= 16
        canvas.drawString(
            LEFT + 24,
            top,
            "In consideration of the said result, and of all that was done, the office will pay",
        )
        canvas.drawString(LEFT + 24, top - 16, "CONSULTANTS as follows:")

    assert body(pdf(page))[-1].endswith("the office will pay CONSULTANTS as follows:")


def test_a_page_with_wider_margins_than_the_others_keeps_its_paragraphs() -> None:
    def wide(canvas: Canvas) -> None:
        canvas.setFont(CJK, 12)
        for index in range(24):
            canvas.drawString(71, 780 - 28 * index, f"第{index + 10}项资金" + "资" * 33 + "金额")

    # Lines are ragged where numbers and signs that may not begin a line are long.
    lengths = (34, 33, 33, 33)
    text = "全镇牢固树立安全发展理念压实各方责任全年未发生较大及以上生产安全事故" * 4

    def narrow(canvas: Canvas) -> None:
        canvas.setFont(CJK, 12)
        top = 780.0
        for _ in range(4):
            start = 0
            for index, length in enumerate(lengths):
                left, room = (114, length - 2) if index == 0 else (90, length)
                canvas.drawString(left, top, text[start : start + room])
                start, top = start + room, top - 28
            canvas.drawString(90, top, "事故发生。")
            top -= 28

    read = body(pdf(wide, wide, narrow))
    assert read[-4:] == [text[: sum(lengths) - 2] + "事故发生。"] * 4
