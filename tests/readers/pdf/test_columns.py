"""Reading order: columns one after the other, whatever order the page draws its lines in."""

from __future__ import annotations

from itertools import zip_longest

import pytest
from pdf_pages import CJK, body, cells, pdf, set_column
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

from docpipe.pipeline import convert_bytes

FIRST = (
    "The council approved the annual budget of the library in January after two long meetings with the members "
    "of the board, who had asked for a fuller account of the costs of the new branch and its staff."
)
SECOND = (
    "Visits rose in every quarter of the year, most of all in spring, when the reading room opened again after a "
    "winter of repairs that had closed it for longer than anyone had expected in the autumn before."
)
THIRD = (
    "Loans of printed books fell a little while those of recorded books grew, so that the sum of both stayed at "
    "the level of the year before, as the committee had foretold when it bought the new machines."
)
WIDTH = 150.0


def lines(text: str, width: float = WIDTH) -> list[str]:
    found: list[str] = simpleSplit(text, "Times-Roman", 10, width)
    return found


def test_two_columns_drawn_one_after_the_other() -> None:
    def page(canvas: Canvas) -> None:
        set_column(canvas, FIRST, 60, 220, 700)
        set_column(canvas, SECOND, 310, 220, 700)

    assert body(pdf(page)) == [FIRST, SECOND]


@pytest.mark.parametrize("shift", [0, 4])
def test_two_columns_drawn_line_by_line(shift: float) -> None:
    """Lines of both columns stand at one height, or a little apart."""

    def page(canvas: Canvas) -> None:
        canvas.setFont("Times-Roman", 10)
        for number, (a, b) in enumerate(zip_longest(lines(FIRST), lines(SECOND), fillvalue="")):
            canvas.drawString(60, 700 - 12 * number, a)
            canvas.drawString(230, 700 - shift - 12 * number, b)

    assert body(pdf(page)) == [FIRST, SECOND]


def test_three_columns_under_a_heading_over_all_of_them() -> None:
    title = "Annual account of the library and of its branches in town and country"

    def page(canvas: Canvas) -> None:
        canvas.setFont("Times-Roman", 14)
        canvas.drawString(60, 740, title)
        for left, text in ((400, THIRD), (60, FIRST), (230, SECOND)):
            set_column(canvas, text, left, WIDTH, 700)

    assert body(pdf(page)) == [title, FIRST, SECOND, THIRD]


def test_columns_above_and_below_a_full_line() -> None:
    def page(canvas: Canvas) -> None:
        set_column(canvas, FIRST, 60, 220, 720)
        set_column(canvas, SECOND, 310, 220, 720)
        set_column(canvas, SECOND, 60, 470, 580)
        set_column(canvas, THIRD, 60, 220, 480)
        set_column(canvas, FIRST, 310, 220, 480)

    assert body(pdf(page)) == [FIRST, SECOND, SECOND, THIRD, FIRST]


def test_a_paragraph_goes_on_in_the_next_column() -> None:
    broken = lines(FIRST, 220)

    def page(canvas: Canvas) -> None:
        top = set_column(canvas, SECOND, 60, 220, 720) - 12
        for number, line in enumerate(broken):
            left, height = (60, top - 12 * number) if number < 2 else (310, 744 - 12 * number)
            canvas.drawString(left, height, line)
        set_column(canvas, THIRD, 310, 220, 640)

    assert body(pdf(page)) == [SECOND, FIRST, THIRD]


def test_chinese_columns() -> None:
    text = (
        "全镇牢固树立安全发展理念，压实各方责任，全年未发生较大及以上生产安全事故，安全生产形势保持总体平稳。"
        * 3
    )

    def page(canvas: Canvas) -> None:
        canvas.setFont(CJK, 10)
        for number in range(0, len(text), 20):
            for left in (60, 300):
                canvas.drawString(left, 700 - 0.8 * number, text[number : number + 20])

    assert body(pdf(page)) == [text, text]


def test_a_table_in_a_column_stays_there() -> None:
    def page(canvas: Canvas) -> None:
        set_column(canvas, FIRST, 60, 220, 700)
        set_column(canvas, SECOND + " " + THIRD, 310, 220, 700)
        for row, (name, value) in enumerate(
            (("Loans", "6,120"), ("Visits", "8,431"), ("Desks", "12"))
        ):
            canvas.drawString(60, 580 - 14 * row, name)
            canvas.drawString(200, 580 - 14 * row, value)
        set_column(canvas, THIRD, 60, 220, 520)

    data = pdf(page)
    assert cells(data) == [[["Loans", "6,120"], ["Visits", "8,431"], ["Desks", "12"]]]
    assert body(data)[0] == FIRST
    assert body(data)[-1] == SECOND + " " + THIRD


def test_lines_are_in_order_whatever_the_page_draws_first() -> None:
    def page(canvas: Canvas) -> None:
        canvas.setFont("Times-Roman", 10)
        for number, line in reversed(list(enumerate(lines(FIRST, 300)))):
            canvas.drawString(60, 700 - 12 * number, line)

    assert body(pdf(page)) == [FIRST]


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_columns_of_a_turned_page(turn: int) -> None:
    def page(canvas: Canvas) -> None:
        canvas.setPageRotation(turn)
        canvas.rotate(turn)
        canvas.translate(*{90: (0, -842), 180: (-595, -842), 270: (-595, 0)}[turn])
        set_column(canvas, FIRST, 60, 220, 500)
        set_column(canvas, SECOND, 310, 220, 500)

    assert body(pdf(page)) == [FIRST, SECOND]


def test_pages_of_different_width_keep_their_own_edges() -> None:
    def wide(canvas: Canvas) -> None:
        canvas.setPageSize((842, 595))
        top = set_column(canvas, FIRST + " " + SECOND, 60, 700, 500)
        set_column(canvas, THIRD, 60, 700, top)

    def narrow(canvas: Canvas) -> None:
        canvas.setPageSize((595, 842))
        top = set_column(canvas, FIRST, 60, 300, 700)
        set_column(canvas, SECOND, 60, 300, top)

    document = convert_bytes(pdf(wide, narrow), "a.pdf")
    assert [b.text for b in document.blocks] == [FIRST + " " + SECOND, THIRD, FIRST, SECOND]


def test_items_with_hanging_lines_are_one_paragraph_each() -> None:
    def page(canvas: Canvas) -> None:
        top = 700.0
        for sign, text in (("•", FIRST), ("•", SECOND), ("(1)", THIRD)):
            canvas.setFont("Times-Roman", 10)
            canvas.drawString(60, top, sign)
            top = set_column(canvas, text, 80, 400, top)
        set_column(canvas, FIRST, 60, 420, top)

    assert body(pdf(page)) == [f"• {FIRST}", f"• {SECOND}", f"(1) {THIRD}", FIRST]
