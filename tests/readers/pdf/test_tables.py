"""Tables: ruled, with horizontal rules only, without rules; spans, heads, pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pdf_pages import CJK, PROSE, as_read, body, cells, on_layer, pdf, set_lines
from reportlab.pdfgen.canvas import Canvas

from docpipe.model import Table
from docpipe.pipeline import convert_bytes

Page = Callable[[Canvas], None]
HEAD = ["指标", "2020年", "2021年"]
ROWS = [["检查企业", "612", "745"], ["整改率", "98.2%", "99.6%"], ["培训", "36", "48"]]
XS = (105, 225, 325)


def fill(canvas: Canvas, rows: Sequence[Sequence[str]], top: float, step: float = 30) -> None:
    canvas.setFont(CJK, 12)
    for row, texts in enumerate(rows):
        for x, text in zip(XS, texts, strict=True):
            canvas.drawString(x, top - step * row, text)


def grid(canvas: Canvas, rows: int, top: float) -> None:
    canvas.grid([100, 220, 320, 420], [top - 30 * row for row in range(rows + 1)])


def test_three_rules_make_a_table() -> None:
    def page(canvas: Canvas) -> None:
        set_lines(canvas, 760, PROSE)
        for y in (640, 612, 530):
            canvas.line(95, y, 430, y)
        fill(canvas, [HEAD, *ROWS], 620, 26)
        set_lines(canvas, 480, PROSE)

    data = pdf(page)
    assert cells(data) == [[HEAD, *ROWS]]
    table = as_read(data).blocks[1]
    assert isinstance(table, Table)
    assert [[cell.header for cell in row] for row in table.rows[:2]] == [[True] * 3, [False] * 3]


def test_three_rules_with_an_empty_cell_and_a_cell_of_two_lines() -> None:
    def page(canvas: Canvas) -> None:
        set_lines(canvas, 760, PROSE)
        for y in (640, 612, 520):
            canvas.line(95, y, 430, y)
        fill(canvas, [HEAD, ["检查企业", "", "745"], ["整改率", "98.2%", "99.6%（含"]], 620, 26)
        canvas.drawString(325, 555, "复查）")
        fill(canvas, [ROWS[2]], 530, 26)

    rows = [HEAD, ["检查企业", "", "745"], ["整改率", "98.2%", "99.6%（含复查）"], ROWS[2]]
    assert cells(pdf(page)) == [rows]


def test_merged_cells() -> None:
    def page(canvas: Canvas) -> None:
        set_lines(canvas, 760, PROSE)
        canvas.lines([(100, y, 420, y) for y in (640, 580, 550)])
        canvas.line(220, 610, 420, 610)
        canvas.lines([(x, 640, x, 550) for x in (100, 220, 420)])
        canvas.line(320, 610, 320, 550)
        canvas.setFont(CJK, 12)
        for x, y, text in (
            (105, 605, "指标"),
            (280, 620, "年度"),
            (225, 590, "2020"),
            (325, 590, "2021"),
        ):
            canvas.drawString(x, y, text)
        fill(canvas, [ROWS[0]], 560)

    table = as_read(pdf(page)).blocks[1]
    assert isinstance(table, Table)
    assert [[(c.text, c.rowspan, c.colspan) for c in row] for row in table.rows] == [
        [("指标", 2, 1), ("年度", 1, 2)],
        [("2020", 1, 1), ("2021", 1, 1)],
        [(text, 1, 1) for text in ROWS[0]],
    ]


def test_a_table_over_two_pages_with_its_head_again_is_one() -> None:
    def first(canvas: Canvas) -> None:
        set_lines(canvas, 760, PROSE)
        grid(canvas, 3, 640)
        fill(canvas, [HEAD, *ROWS[:2]], 620)

    def second(canvas: Canvas) -> None:
        grid(canvas, 2, 780)
        fill(canvas, [HEAD, ROWS[2]], 760)
        set_lines(canvas, 600, PROSE)

    data = pdf(first, second)
    document = convert_bytes(data, "a.pdf")
    tables = [b for b in document.blocks if isinstance(b, Table)]
    assert [[[c.text for c in row] for row in t.rows] for t in tables] == [[HEAD, *ROWS]]
    assert on_layer(as_read(data), "header") == [" ".join(HEAD)]
    assert [b.text for b in document.blocks if not isinstance(b, Table)] == [PROSE, PROSE]


def test_text_in_a_table_appears_once() -> None:
    def page(canvas: Canvas) -> None:
        set_lines(canvas, 760, PROSE)
        grid(canvas, 4, 640)
        fill(canvas, [HEAD, *ROWS], 620)

    text = "\n".join(body(pdf(page)))
    assert all(text.count(cell) == 1 for row in [HEAD, *ROWS] for cell in row)


def test_numbered_lines_are_no_table() -> None:
    def page(canvas: Canvas) -> None:
        set_lines(canvas, 760, PROSE)
        canvas.setFont(CJK, 14)
        for row, text in enumerate(
            ("加强组织领导", "压实工作责任", "强化督促检查", "营造浓厚氛围")
        ):
            canvas.drawString(90, 640 - 24 * row, f"{row + 1}.")
            canvas.drawString(130, 640 - 24 * row, text)

    assert cells(pdf(page)) == []


def test_a_frame_around_text_is_no_table() -> None:
    def page(canvas: Canvas) -> None:
        canvas.rect(70, 500, 460, 300)
        canvas.line(70, 740, 530, 740)
        set_lines(canvas, 760, "重要提示")
        set_lines(canvas, 700, PROSE * 2)

    assert cells(pdf(page)) == []
    assert body(pdf(page)) == ["重要提示", PROSE * 2]


def test_a_ruled_group_of_rows_of_figures_is_as_many_rows() -> None:
    names = ["甲县", "乙县", "丙县"]
    figures = [[str(10 * row + column) for column in range(4)] for row in range(3)]

    def page(canvas: Canvas) -> None:
        canvas.grid([100, 180, 240, 300, 360, 420], [700, 680, 620])
        canvas.setFont(CJK, 12)
        for column, text in enumerate(["地区", "一季度", "二季度", "三季度", "四季度"]):
            canvas.drawString(102 + (column and 20) + 60 * column, 685, text)
        for row in range(3):
            canvas.drawString(102, 665 - 18 * row, names[row])
            for column in range(4):
                canvas.drawString(190 + 60 * column, 665 - 18 * row, figures[row][column])

    expected = [[name, *row] for name, row in zip(names, figures, strict=True)]
    assert cells(pdf(page))[0][1:] == expected


def test_a_cell_of_two_lines_stays_one_row() -> None:
    def page(canvas: Canvas) -> None:
        canvas.grid([100, 180, 260, 340, 420], [700, 670, 630])
        canvas.setFont(CJK, 12)
        for column in range(4):
            canvas.drawString(105 + 80 * column, 680, f"表头{column}")
            canvas.drawString(105 + 80 * column, 655, "完成情况良")
            canvas.drawString(105 + 80 * column, 639, "好")

    assert cells(pdf(page))[0][1] == ["完成情况良好"] * 4


def test_a_body_that_is_ruled_only_around_has_the_columns_of_its_head() -> None:
    rows = [["A01", "差旅费", "920.68"], ["A02", "会议费", "737.94"], ["A03", "培训费", "521.00"]]

    def page(canvas: Canvas) -> None:
        canvas.grid([100, 200, 320, 420], [700, 670])
        canvas.rect(100, 590, 320, 80)
        canvas.setFont(CJK, 12)
        for row, texts in enumerate([["编号", "事由", "金额"], *rows]):
            for x, text in zip((105, 215, 340), texts, strict=True):
                canvas.drawString(x, 680 - (24 * row), text)

    assert cells(pdf(page)) == [[["编号", "事由", "金额"], *rows]]


def test_cells_that_run_on_into_the_next_column_stay_in_theirs() -> None:
    rows = [
        ["MENA", "JUAN", "27.083.460", "EFECTIVO", "10.000,00"],
        ["MOLLE", "PABLO", "25.348.547", "EFECTIVO", "10.000,00"],
        ["PERAZZO", "CARLOS", "25.028.246", "EFECTIVO", "10.000,00"],
        ["GRANILLO FERNANDEZ", "JUAN", "27.235.280", "EFECTIVO", "10.000,00"],
        ["CORBELLA", "TERESITA", "11.353.491", "EFECTIVO", "5.000,00"],
        ["CORVINO", "GERMAN", "27.491.524", "EFECTIVO", "20.000,00"],
        ["AGUIRRE", "LIDIA", "17.997.634", "EFECTIVO", "5.000,00"],
    ]

    def page(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 8)
        for number, row in enumerate(rows):
            for x, text in zip((48, 146, 257, 330, 430), row, strict=True):
                canvas.drawString(x, 700 - 16 * number, text)

    assert cells(pdf(page)) == [rows]


def test_lines_typed_in_a_cell_stay_apart_and_broken_ones_are_joined() -> None:
    def page(canvas: Canvas) -> None:
        canvas.setFont(CJK, 10)
        canvas.grid([90, 250, 410], [600, 680, 700])
        canvas.drawString(95, 686, "金额")
        canvas.drawString(255, 686, "说明")
        for number, name in enumerate(["票价", "CNY 477.06"]):
            canvas.drawString(95, 666 - 15 * number, name)
        canvas.drawString(255, 666, "全年组织巡查共四百余次发现隐")
        canvas.drawString(255, 651, "患二百处。")

    assert cells(pdf(page)) == [
        [
            ["金额", "说明"],
            ["票价\nCNY 477.06", "全年组织巡查共四百余次发现隐患二百处。"],
        ]
    ]


def test_lines_with_gaps_in_a_cell_stay_apart() -> None:
    def page(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 9)
        canvas.grid([60, 200, 340], [600, 680, 700])
        canvas.drawString(65, 686, "GOVERNOR")
        canvas.drawString(205, 686, "JUDGE")
        for number, name in enumerate(["NEEL KASHKARI", "EDMUND G BROWN"]):
            canvas.drawString(65, 666 - 15 * number, name)
            canvas.drawRightString(195, 666 - 15 * number, str(247 - number))
        canvas.drawString(205, 666, "YES")
        canvas.drawRightString(335, 666, "90")
        canvas.drawString(205, 651, "NO")
        canvas.drawRightString(335, 651, "142")

    assert cells(pdf(page)) == [
        [["GOVERNOR", "JUDGE"], ["NEEL KASHKARI 247\nEDMUND G BROWN 246", "YES 90\nNO 142"]]
    ]


def test_a_table_within_a_cell_appears_once() -> None:
    def page(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 10)
        canvas.grid([80, 200, 400], [560, 680, 700])
        canvas.grid([220, 280, 340], [600, 620, 640])
        for x, y, text in [(90, 686, "Outer"), (210, 686, "Nested"), (90, 660, "Left")]:
            canvas.drawString(x, y, text)
        for n, text in enumerate(["A", "B", "Cell 1", "Cell 2"]):
            canvas.drawString(230 + 60 * (n % 2), 626 - 20 * (n // 2), text)

    assert cells(pdf(page)) == [
        [["Outer", "Nested"], ["Left", ""]],
        [["A", "B"], ["Cell 1", "Cell 2"]],
    ]


LONG = "已完成主体施工，正在进行外立面装饰和室外管网铺设，预计年底竣工。"
WIDE_HEAD = ["序号", "任务", "完成情况"]


def torn(page: int, rows: Sequence[tuple[str, str, str, int]], *, head: bool = True) -> Page:
    """A page with a running header, a table whose last column is ten characters wide, and a page number. The last
    number of a row is how many lines it is high; their cells hold so much of the text as finds room."""

    def draw(canvas: Canvas) -> None:
        canvas.setFont(CJK, 9)
        canvas.drawString(90, 810, "重点任务台账")
        canvas.drawCentredString(297, 30, f"— {page} —")
        canvas.setFont(CJK, 12)
        top = 760.0
        for texts in ([(*WIDE_HEAD, 1)] if head else []) + list(rows):
            height = 16 * texts[3] + 8
            canvas.grid([90, 150, 280, 412], [top, top - height])
            for x, text, room in zip((96, 156, 286), texts[:3], (4, 10, 10), strict=True):
                for line in range(0, len(text), room):
                    canvas.drawString(x, top - 14 - 16 * (line // room), text[line : line + room])
            top -= height

    return draw


def filler(first: int, count: int) -> list[tuple[str, str, str, int]]:
    return [(str(first + n), "道路改造", "已竣工。", 2) for n in range(count)]


def test_rows_torn_by_page_breaks_and_heads_on_every_page() -> None:
    data = pdf(
        torn(1, [*filler(1, 15), ("16", "管网铺设", LONG[:20], 2)]),
        torn(2, [("", "", LONG[20:], 2), *filler(17, 14), ("31", "管网铺设", LONG[:10], 1)]),
        torn(3, [("", "", LONG[10:], 3), *filler(32, 3)]),
    )
    document = convert_bytes(data, "a.pdf")
    tables = [block for block in document.blocks if isinstance(block, Table)]
    assert [[[c.text for c in row] for row in t.rows] for t in tables] == [
        [
            WIDE_HEAD,
            *(
                [str(n), "管网铺设", LONG] if n in (16, 31) else [str(n), "道路改造", "已竣工。"]
                for n in range(1, 35)
            ),
        ]
    ]
    assert [r.text for r in document.removed].count(" ".join(WIDE_HEAD)) == 2
    assert {r.reason for r in document.removed} == {"furniture"}
    assert [block.text for block in document.blocks if not isinstance(block, Table)] == []


def test_the_rest_of_a_row_may_be_all_of_the_table_on_the_next_page() -> None:
    rows = [*filler(1, 15), ("16", "管网铺设", LONG[:20], 2)]
    data = pdf(torn(1, rows), torn(2, [("", "", LONG[20:], 2)], head=False))
    blocks = convert_bytes(data, "a.pdf").blocks
    assert len(blocks) == 1
    assert isinstance(blocks[0], Table)
    assert [cell.text for cell in blocks[0].rows[-1]] == ["16", "管网铺设", LONG]


def test_a_row_without_a_number_that_begins_a_page_is_one_of_its_own() -> None:
    rows = [*filler(1, 15), ("16", "管网铺设", "年底竣工。", 2)]
    data = pdf(torn(1, rows), torn(2, [("", "其中：二期", "已竣工。", 2), *filler(17, 2)]))
    table = convert_bytes(data, "a.pdf").blocks[0]
    assert isinstance(table, Table)
    assert [[cell.text for cell in row] for row in table.rows[16:18]] == [
        ["16", "管网铺设", "年底竣工。"],
        ["", "其中：二期", "已竣工。"],
    ]


def test_items_in_a_cell_stand_on_lines_of_their_own() -> None:
    def page(canvas: Canvas) -> None:
        canvas.setFont(CJK, 10)
        canvas.grid([90, 150, 260], [600, 680, 700])
        for x, text in ((95, "序号"), (155, "措施")):
            canvas.drawString(x, 686, text)
        canvas.drawString(95, 666, "1")
        for number, line in enumerate(["1.健全工作推进机制。", "2.加强督查。"]):
            canvas.drawString(155, 666 - 15 * number, line)

    assert cells(pdf(page))[0][1] == ["1", "1.健全工作推进机制。\n2.加强督查。"]
