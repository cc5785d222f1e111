"""Running headers, footers and page numbers leave the text; the text never does."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pdf_pages import CJK, LEFT, PROSE, as_read, body, on_layer, pdf, set_lines
from reportlab.pdfgen.canvas import Canvas

Page = Callable[[Canvas], None]


def page(header: str, footer: str, paragraphs: int = 2) -> Page:
    def draw(canvas: Canvas) -> None:
        canvas.setFont(CJK, 10)
        canvas.drawString(LEFT, 800, header)
        canvas.drawCentredString(300, 40, footer)
        top = 730.0
        for _ in range(paragraphs):
            top = set_lines(canvas, top, PROSE)

    return draw


def test_headers_of_odd_and_even_pages_and_none_on_the_first() -> None:
    pages = [page("", "")] + [
        page("青石镇人民政府" if n % 2 else "工作总结汇编", f"— {n} —") for n in range(2, 9)
    ]
    document = as_read(pdf(*pages))
    assert on_layer(document, "header") == ["工作总结汇编", "青石镇人民政府"] * 3 + ["工作总结汇编"]
    assert on_layer(document, "footer") == [f"— {n} —" for n in range(2, 9)]
    assert body(pdf(*pages)) == [PROSE] * 16


def test_headers_of_chapters() -> None:
    chapters = ["第一章总则", "第二章职责", "第三章程序", "第四章监督", "第五章附则"]
    pages = [page(chapter, str(3 * i + n)) for i, chapter in enumerate(chapters) for n in (1, 2, 3)]
    document = as_read(pdf(*pages))
    assert on_layer(document, "header") == [chapter for chapter in chapters for _ in range(3)]
    assert on_layer(document, "body") == [PROSE] * 30


@pytest.mark.parametrize(
    "number", ["1", "- 1 -", "第 1 页", "第1页 共1页", "1 / 1", "Page 1 of 1", "第一页", "· 1 ·"]
)
def test_page_numbers_of_one_page(number: str) -> None:
    assert body(pdf(page("", number))) == [PROSE] * 2


def test_a_number_close_under_the_text_is_text() -> None:
    def draw(canvas: Canvas) -> None:
        top = 730.0
        while top > 90:
            top = set_lines(canvas, top, PROSE)
        canvas.drawString(LEFT, top + 4, "2021")

    assert body(pdf(draw))[-1] == "2021"


def test_lines_that_begin_pages_alike_are_text_if_text_follows_closely() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont(CJK, 14)
        canvas.drawString(LEFT, 790, "一、主要工作")
        set_lines(canvas, 772, PROSE)

    other = page("", "")
    assert "一、主要工作" in body(
        pdf(other, other, other, draw, draw, other, other, other, other, other)
    )


@pytest.mark.parametrize("head", ["存在的问题和不足", "（一）存在的问题"])
def test_headings_that_begin_most_pages_are_text(head: str) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont(CJK, 14)
        canvas.drawString(LEFT, 757, head)
        set_lines(canvas, 733, PROSE)

    expected = [head, PROSE] * 4
    assert body(pdf(draw, draw, draw, draw)) == expected


def test_lines_of_paragraphs_that_differ_in_a_number_are_text() -> None:
    texts = [f"本季度完成投资{number}亿元。{PROSE}" for number in "３４５６"]

    def draw(text: str) -> Page:
        def one(canvas: Canvas) -> None:
            canvas.setFont(CJK, 10)
            canvas.drawString(LEFT, 800, "青石镇人民政府")
            set_lines(canvas, 760, text)

        return one

    data = pdf(*[draw(text) for text in texts])
    assert body(data) == texts
    assert on_layer(as_read(data), "header") == ["青石镇人民政府"] * 4


def test_a_header_in_the_type_of_the_text_is_furniture_if_it_stands_apart() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont(CJK, 14)
        canvas.drawString(LEFT, 800, "青石镇人民政府")
        canvas.drawString(LEFT, 757, "存在的问题和不足")
        set_lines(canvas, 733, PROSE)

    document = as_read(pdf(draw, draw, draw))
    assert on_layer(document, "header") == ["青石镇人民政府"] * 3
    assert on_layer(document, "body") == ["存在的问题和不足", PROSE] * 3


def test_what_a_browser_prints_around_one_page_is_furniture() -> None:
    def draw(canvas: Canvas) -> None:
        set_lines(canvas, 730, PROSE)
        canvas.setFont(CJK, 8)
        canvas.drawString(30, 820, "2026/11/24 下午1:35")
        canvas.drawString(230, 820, "年度工作总结")
        canvas.drawString(30, 20, "https://example.org/reports/annual.html")
        canvas.drawString(560, 20, "1/1")

    document = as_read(pdf(draw))
    assert on_layer(document, "header") == ["2026/11/24 下午1:35 年度工作总结"]
    assert on_layer(document, "footer") == ["https://example.org/reports/annual.html 1/1"]
    assert body(pdf(draw)) == [PROSE]


def test_small_print_in_the_margin_of_one_page_is_furniture() -> None:
    def page(canvas: Canvas) -> None:
        canvas.setFont(CJK, 9)
        canvas.drawCentredString(297, 796, "安徽省建设用地使用标准（2020年版）")
        set_lines(canvas, 750, PROSE)

    document = as_read(pdf(page))
    assert on_layer(document, "header") == ["安徽省建设用地使用标准（2020年版）"]
    assert on_layer(document, "body") == [PROSE]


def test_a_line_as_large_as_the_text_at_the_top_is_text() -> None:
    def page(canvas: Canvas) -> None:
        canvas.setFont(CJK, 14)
        canvas.drawCentredString(297, 796, "建设用地使用标准")
        set_lines(canvas, 750, PROSE)

    assert on_layer(as_read(pdf(page)), "body") == ["建设用地使用标准", PROSE]


def one_page(
    first: str, size: float, *, color: str = "#000000", title: str = "", below: float = 0
) -> Page:
    """A page with a line in its upper margin; a rule is drawn under it if `below` is the share of the text's width."""

    def draw(canvas: Canvas) -> None:
        canvas.setFont(CJK, size)
        canvas.setFillColor(color)
        canvas.drawString(LEFT, 795, first)
        canvas.setFillColor("#000000")
        if below:
            canvas.line(LEFT, 788, LEFT + below * 420, 788)
        canvas.setFont(CJK, 20)
        canvas.drawCentredString(297, 735, title)
        set_lines(canvas, 690, PROSE)

    return draw


TITLE = "关于安全生产工作的报告"


@pytest.mark.parametrize(
    ("first", "size", "below"),
    [
        ("青石公司内部资料", 12.3, 0),
        ("青石公司内部资料 第1页 共1页", 14, 0),
        ("Annual report, Page 1 of 1", 14, 0),
        ("青石公司内部资料", 14, 1),
    ],
)
def test_running_lines_of_one_page(first: str, size: float, below: float) -> None:
    document = as_read(pdf(one_page(first, size, title=TITLE, below=below)))
    assert on_layer(document, "header") == [first]
    assert on_layer(document, "body") == [TITLE, PROSE]


@pytest.mark.parametrize(
    "page",
    [
        one_page("附件1", 14, title=TITLE),
        one_page("青石公司内部资料", 14, title=TITLE),
        one_page("青石镇安全简报", 14, below=1),
        one_page("青石镇人民政府", 14, color="#e00000", title=TITLE, below=1),
        one_page("青石镇人民政府文件", 22, title=TITLE, below=1),
        one_page("青石公司内部资料", 14, title=TITLE, below=0.3),
        one_page("一、本报告第1页所列各项已办结。", 14, title=TITLE),
    ],
)
def test_the_first_line_of_one_page_is_text_without_better_evidence(page: Page) -> None:
    document = as_read(pdf(page))
    assert on_layer(document, "header") == []
    assert len(on_layer(document, "body")) >= 2


def test_a_line_above_a_table_at_the_head_of_a_page_is_text() -> None:
    def ruled(canvas: Canvas) -> None:
        one_page("表1 重点项目", 14)(canvas)
        canvas.grid([LEFT, 300, 510], [784, 760, 736])
        canvas.setFont(CJK, 20)
        canvas.drawString(LEFT, 600, TITLE)

    def banded(canvas: Canvas) -> None:
        one_page("表1 重点项目", 14, below=1)(canvas)
        canvas.line(LEFT, 760, 510, 760)
        canvas.line(LEFT, 710, 510, 710)
        canvas.setFont(CJK, 20)
        canvas.drawString(LEFT, 600, TITLE)

    for page in (ruled, banded):
        assert on_layer(as_read(pdf(page)), "header") == []


def test_small_print_is_smaller_than_the_text_between_the_margins() -> None:
    def page(canvas: Canvas) -> None:
        canvas.setFont(CJK, 9)
        canvas.drawString(LEFT, 800, "青石公司内部资料，未经许可不得复制、摘抄和转发")
        canvas.drawString(LEFT, 40, "地址：青石镇人民路1号，电话：0555-1234567")
        canvas.setFont(CJK, 14)
        canvas.drawString(LEFT, 700, "值班电话已更新")

    document = as_read(pdf(page))
    assert on_layer(document, "body") == ["值班电话已更新"]


def numbered_lines(canvas: Canvas, texts: list[str]) -> None:
    """Lines of text with their numbers in the margin."""
    canvas.setFont("Courier", 12)
    for number, text in enumerate(texts):
        canvas.drawRightString(80, 740 - 26 * number, str(number + 1))
        canvas.drawString(110, 740 - 26 * number, text)


SPEECH = [
    "The matter came on for oral argument before the court",
    "of the State at one in the afternoon.",
]


def test_line_numbers_are_furniture() -> None:
    data = pdf(
        lambda canvas: numbered_lines(canvas, [*SPEECH, "", *SPEECH, "", *SPEECH, "", *SPEECH])
    )
    document = as_read(data)
    assert on_layer(document, "header") == [str(number + 1) for number in range(11)]
    assert on_layer(document, "body") == [" ".join(SPEECH)] * 4


def test_the_numbers_of_a_list_are_text() -> None:
    data = pdf(lambda canvas: numbered_lines(canvas, [f"Item of {n} ships" for n in range(12)]))
    assert on_layer(as_read(data), "header") == []
