"""Footnotes are tied to the marks that call them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pdf_pages import CJK, LEFT, PROSE, as_read, on_layer, pdf, set_lines
from reportlab.pdfgen.canvas import Canvas

from docpipe.model import Note, Paragraph
from docpipe.pipeline import convert_bytes


def page(mark: str, *, rule: bool = True, raised: bool = True) -> bytes:
    def draw(canvas: Canvas) -> None:
        top = set_lines(canvas, 760, PROSE)
        canvas.setFont(CJK, 14)
        canvas.drawString(LEFT, top - 10, "全年完成检查")
        x = LEFT + 6 * 14
        canvas.setFont(CJK, 7 if raised else 14)
        canvas.drawString(x, top - (4 if raised else 10), mark)
        x += len(mark) * (4 if mark.isascii() else 7 if raised else 14)
        canvas.setFont(CJK, 14)
        canvas.drawString(x, top - 10, "家企业，成效明显。")
        set_lines(canvas, top - 60, PROSE)
        if rule:
            canvas.line(LEFT, 110, LEFT + 120, 110)
        canvas.setFont(CJK, 9)
        canvas.drawString(
            LEFT, 95, f"{mark} 数据来自市应急管理局的年度统计报表，截至十二月三十一日，"
        )
        canvas.drawString(LEFT, 82, "不含下放乡镇的企业。")
        canvas.setFont(CJK, 10)
        canvas.drawCentredString(300, 40, "- 1 -")

    return pdf(draw)


@pytest.mark.parametrize("mark", ["①", "1", "[1]", "*"])
def test_a_footnote_and_its_mark(mark: str) -> None:
    text = "数据来自市应急管理局的年度统计报表，截至十二月三十一日，不含下放乡镇的企业。"
    document = convert_bytes(page(mark), "a.pdf")
    assert document.notes == [Note("fn1", text)]
    assert [b.text for b in document.blocks] == [PROSE, "全年完成检查家企业，成效明显。", PROSE]
    called = document.blocks[1]
    assert isinstance(called, Paragraph)
    assert [(run.start, run.end, run.note) for run in called.runs] == [(6, 6, "fn1")]
    assert [r.text for r in document.removed if r.reason != "furniture"] == [mark, mark]


def test_small_lines_without_a_mark_in_the_text_stay() -> None:
    def draw(canvas: Canvas) -> None:
        set_lines(canvas, 760, PROSE * 2)
        canvas.setFont(CJK, 9)
        canvas.drawString(LEFT, 95, "1 数据来自年度统计报表。")

    document = as_read(pdf(draw))
    assert document.notes == []
    assert [b.text for b in document.blocks] == [PROSE * 2, "1 数据来自年度统计报表。"]


def test_notes_are_numbered_through_the_document() -> None:
    def draw(number: int) -> object:
        def one(canvas: Canvas) -> None:
            set_lines(canvas, 760, f"{PROSE[:20]}①{PROSE[20:]}")
            canvas.setFont(CJK, 9)
            canvas.drawString(LEFT, 95, f"① 第{number}个注释的内容。")

        return one

    document = as_read(pdf(draw(1), draw(2)))  # type: ignore[arg-type]
    assert document.notes == [Note("fn1", "第1个注释的内容。"), Note("fn2", "第2个注释的内容。")]


@pytest.mark.parametrize(
    ("font", "note"),
    [(CJK, "数据来源于年度统计报表。"), ("Helvetica", "Taken from the annual tables.")],
)
def test_the_mark_before_a_note_may_be_as_large_as_the_text(font: str, note: str) -> None:
    def draw(number: int) -> Callable[[Canvas], None]:
        def one(canvas: Canvas) -> None:
            top = set_lines(canvas, 760, PROSE)
            canvas.drawString(LEFT, top, "全年完成检查")
            canvas.setFont(CJK, 7)
            canvas.drawString(LEFT + 6 * 14, top + 6, str(number))
            canvas.setFont(CJK, 14)
            canvas.drawString(LEFT + 6 * 14 + 4, top, "家企业，成效明显。")
            canvas.setFont(font, 14)
            canvas.drawString(LEFT, 75, f"{number} ")
            canvas.setFont(font, 9)
            canvas.drawString(LEFT + 12, 75, note)

        return one

    document = as_read(pdf(draw(1), draw(2), draw(3)))
    assert document.notes == [Note(f"fn{number}", note) for number in (1, 2, 3)]
    assert on_layer(document, "footer") == []
