"""Charts, flow charts and what looks like them: labels are no lines of the text."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pdf_pages import CJK, LEFT, PROSE, RIGHT, as_read, body, cells, on_layer, pdf, set_lines
from reportlab.graphics import renderPDF
from reportlab.graphics.charts.barcharts import VerticalBarChart
from reportlab.graphics.charts.linecharts import HorizontalLineChart
from reportlab.graphics.charts.piecharts import Pie
from reportlab.graphics.shapes import Drawing
from reportlab.pdfgen.canvas import Canvas

QUARTERS = ["一季度", "二季度", "三季度", "四季度"]


def bars() -> Drawing:
    chart = VerticalBarChart()
    chart.x, chart.y, chart.width, chart.height = 50, 40, 300, 130
    chart.data = [(13, 5, 20, 22)]
    chart.categoryAxis.categoryNames = QUARTERS
    chart.categoryAxis.labels.fontName = CJK
    chart.valueAxis.valueMin, chart.valueAxis.valueMax, chart.valueAxis.valueStep = 0, 30, 10
    return Drawing(400, 180, chart)


def lines() -> Drawing:
    chart = HorizontalLineChart()
    chart.x, chart.y, chart.width, chart.height = 50, 40, 300, 130
    chart.data = [(13, 5, 20, 22)]
    chart.categoryAxis.categoryNames = QUARTERS
    chart.categoryAxis.labels.fontName = CJK
    chart.valueAxis.valueMin, chart.valueAxis.valueMax, chart.valueAxis.valueStep = 0, 30, 10
    return Drawing(400, 180, chart)


def pie() -> Drawing:
    chart = Pie()
    chart.x, chart.y, chart.width, chart.height = 150, 30, 110, 110
    chart.data, chart.labels = [10, 20, 70], ["农业", "工业", "服务业"]
    chart.slices.fontName = CJK
    return Drawing(400, 180, chart)


def around(draw: Callable[[Canvas, float], None], height: float) -> bytes:
    """A page with something drawn below a height between a paragraph and a caption, under which text goes on."""

    def page(canvas: Canvas) -> None:
        top = set_lines(canvas, 780, PROSE)
        draw(canvas, top)
        canvas.setFont(CJK, 12)
        canvas.drawCentredString((LEFT + RIGHT) / 2, top - height - 30, "图1 各季度产值")
        set_lines(canvas, top - height - 70, PROSE)

    return pdf(page)


@pytest.mark.parametrize(
    ("chart", "labels"),
    [
        (bars, "30 20 10 0 一季度 二季度 三季度 四季度"),
        (lines, "30 20 10 0 一季度 二季度 三季度 四季度"),
        (pie, "农业 工业 服务业"),
    ],
)
def test_labels_of_a_chart_are_one_block_before_its_caption(
    chart: Callable[[], Drawing], labels: str
) -> None:
    drawing = chart()
    data = around(lambda c, top: renderPDF.draw(drawing, c, 100, top - 180), 180)
    blocks = as_read(data).blocks
    assert [b.layer for b in blocks] == ["body", "textbox", "body", "body"]
    assert sorted(blocks[1].text.split()) == sorted(labels.split())
    assert [blocks[0].text, blocks[2].text] == [PROSE, "图1 各季度产值"]


def boxes(canvas: Canvas, top: float, connected: bool) -> None:
    canvas.setFont(CJK, 12)
    for index, text in enumerate(("提出申请", "部门审核", "公示备案")):
        x = 100 + 140 * index
        canvas.rect(x, top - 40, 90, 30)
        canvas.drawString(x + 15, top - 29, text)
        if connected and index:
            canvas.line(x - 50, top - 25, x, top - 25)


def test_boxes_that_lines_connect_are_a_flow_chart() -> None:
    data = around(lambda canvas, top: boxes(canvas, top, connected=True), 60)
    assert on_layer(as_read(data), "textbox") == ["提出申请 部门审核 公示备案"]
    assert cells(data) == []
    loose = around(lambda canvas, top: boxes(canvas, top, connected=False), 60)
    assert on_layer(as_read(loose), "textbox") == []


def ruled(canvas: Canvas, top: float) -> None:
    """A table with shaded cells and a slanted line in the corner of its head."""
    canvas.setFont(CJK, 10)
    for row in range(4):
        for column in range(3):
            x, y = 100 + 100 * column, top - 40 - 25 * row
            canvas.setFillGray(0.9 if row % 2 else 1)
            canvas.rect(x, y, 100, 25, fill=1)
            canvas.setFillGray(0)
            if row and column != 1:
                canvas.drawString(x + 5, y + 8, f"第{row}行{column}")
    canvas.line(100, top - 15, 200, top - 40)


def boxed(canvas: Canvas, top: float) -> None:
    """A paragraph in a box with round corners, and ornaments beside it."""
    canvas.roundRect(LEFT - 8, top - 90, RIGHT - LEFT + 16, 90, 12)
    for index in range(3):
        canvas.circle(LEFT + 10 + 15 * index, top - 10, 5)
    set_lines(canvas, top - 35, PROSE)


def headed(canvas: Canvas, top: float) -> None:
    """A heading on a coloured bar, with a square before it and a rule under it."""
    canvas.setFillColorRGB(0.1, 0.3, 0.6)
    canvas.rect(LEFT, top - 40, RIGHT - LEFT, 24, stroke=0, fill=1)
    canvas.rect(LEFT - 14, top - 40, 10, 24, stroke=0, fill=1)
    canvas.line(LEFT, top - 44, RIGHT, top - 44)
    canvas.setFillGray(1)
    canvas.setFont(CJK, 14)
    canvas.drawString(LEFT + 10, top - 33, "主要做法")
    canvas.setFillGray(0)


def headed_by_a_logo(canvas: Canvas, top: float) -> None:
    """A logo of curves beside the name of a company, over a rule across the page."""
    for index in range(5):
        canvas.circle(110 + 12 * index, top - 25, 22)
    canvas.line(LEFT, top - 50, RIGHT, top - 50)
    canvas.setFont(CJK, 12)
    canvas.drawString(190, top - 30, "青山科技")


@pytest.mark.parametrize("draw", [ruled, boxed, headed, headed_by_a_logo])
def test_what_is_drawn_around_text_makes_no_figure_of_it(
    draw: Callable[[Canvas, float], None],
) -> None:
    assert on_layer(as_read(around(draw, 140)), "textbox") == []


def test_a_chart_beside_a_column_of_text_leaves_it_alone() -> None:
    def page(canvas: Canvas) -> None:
        drawing = bars()
        renderPDF.draw(drawing, canvas, 40, 600)
        canvas.setFont(CJK, 10)
        for index in range(8):
            canvas.drawString(420, 760 - 15 * index, PROSE[index : index + 14])

    document = as_read(pdf(page))
    assert len(on_layer(document, "textbox")) == 1
    assert PROSE[:14] in "".join(body(pdf(page)))
