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
