"""Tables told by the background of their rows or cells."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
from pdf_pages import CJK, PROSE, body, cells, pdf, set_lines
from reportlab.pdfgen.canvas import Canvas

from docpipe.model import Table
from docpipe.pipeline import convert_bytes

HEAD = ["指标", "2020年", "2021年"]
ROWS = [["检查企业", "612", "745"], ["整改率", "98.2%", "99.6%"], ["培训场次", "36", "48"]]
XS = (105, 185, 245)
EDGES = (100, 180, 240, 300)
STEP = 24


def shade(canvas: Canvas, rows: Sequence[int], top: float, *, whole: bool) -> None:
    """Fill the rows of those numbers, cell by cell or as a whole."""
    canvas.setFillGray(0.85)
    for row in rows:
        for left, right in [(100, 300)] if whole else pairwise(EDGES):
            canvas.rect(left, top - STEP * (row + 1), right - left, STEP, stroke=0, fill=1)
    canvas.setFillGray(0)


def write(canvas: Canvas, rows: Sequence[Sequence[str]], top: float) -> None:
    canvas.setFont(CJK, 12)
    for row, row_texts in enumerate(rows):
        for x, text in zip(XS, row_texts, strict=True):
            canvas.drawString(x, top - STEP * row - 16, text)


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("rows", [(0, 2), (1, 3), (0, 1, 2, 3)])
def test_shaded_rows_make_a_table(rows: Sequence[int], whole: bool) -> None:
    def page(canvas: Canvas) -> None:
        set_lines(canvas, 760, PROSE)
        shade(canvas, rows, 640, whole=whole)
        write(canvas, [HEAD, *ROWS], 640)
        set_lines(canvas, 500, PROSE)

    data = pdf(page)
    assert cells(data) == [[HEAD, *ROWS]]
    assert len(body(data)) == 3


def test_only_the_head_is_shaded() -> None:
    def page(canvas: Canvas) -> None:
        set_lines(canvas, 760, PROSE)
        shade(canvas, (0,), 640, whole=False)
        write(canvas, [HEAD, *ROWS], 640)
        set_lines(canvas, 500, PROSE)

    assert cells(pdf(page)) == [[HEAD, *ROWS]]


@pytest.mark.parametrize("whole", [False, True])
def test_a_cell_of_two_lines(whole: bool) -> None:
    def page(canvas: Canvas) -> None:
        set_lines(canvas, 760, PROSE)
        canvas.setFillGray(0.85)
        for top in (640, 576):
            for left, right in [(100, 300)] if whole else pairwise(EDGES):
                canvas.rect(left, top - STEP, right - left, STEP, stroke=0, fill=1)
        canvas.setFillGray(0)
        write(canvas, [HEAD], 640)
        canvas.drawString(105, 600, "检查企业（")
        canvas.drawString(105, 584, "家次）")
        canvas.drawString(185, 592, "612")
        canvas.drawString(245, 592, "745")
        write(canvas, [ROWS[1]], 576)

    assert cells(pdf(page)) == [[HEAD, ["检查企业（家次）", "612", "745"], ROWS[1]]]


def test_coloured_bars_and_areas_behind_text_are_no_tables() -> None:
    def page(canvas: Canvas) -> None:
        canvas.setFillGray(0.85)
        for top in (700, 560, 420):
            canvas.rect(90, top - 20, 8, 20, stroke=0, fill=1)
            canvas.rect(98, top - 20, 400, 20, stroke=0, fill=1)
            canvas.rect(90, top - 110, 200, 80, stroke=0, fill=1)
            canvas.rect(290, top - 110, 208, 80, stroke=0, fill=1)
        canvas.setFillGray(0)
        for top, label in ((700, "一、"), (560, "二、"), (420, "三、")):
            canvas.setFont(CJK, 12)
            canvas.drawString(104, top - 15, f"{label}主要工作")
            set_lines(canvas, top - 45, PROSE)

    assert cells(pdf(page)) == []
    assert len(body(pdf(page))) == 6


def test_the_rest_of_a_shaded_table_begins_the_next_page_without_a_shade() -> None:
    def page(canvas: Canvas) -> None:
        set_lines(canvas, 760, PROSE)
        shade(canvas, (0, 2), 140, whole=False)
        write(canvas, [HEAD, ROWS[0], ROWS[1]], 140)

    def rest(canvas: Canvas) -> None:
        write(canvas, [ROWS[2]], 800)
        set_lines(canvas, 720, PROSE)

    data = pdf(page, rest)
    document = convert_bytes(data, "a.pdf")
    (table,) = [block for block in document.blocks if isinstance(block, Table)]
    assert [[cell.text for cell in row] for row in table.rows] == [HEAD, *ROWS]
