"""Paragraphs that begin with a sign are items of lists, whatever font drew the sign."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
from pdf_pages import CJK, LEFT, PROSE, RIGHT, SIZE, as_read, pdf, set_lines
from reportlab.pdfgen.canvas import Canvas

from docpipe.model import Look, Paragraph, Run
from docpipe.pipeline import convert_bytes, write
from docpipe.readers.pdf.items import mark_items
from docpipe.verify import verify


def items(paragraphs: Sequence[Paragraph]) -> list[tuple[str, int | None, str]]:
    blocks = list(paragraphs)
    mark_items(blocks)  # type: ignore[arg-type]
    return [(block.label, block.list_level, block.text) for block in blocks]


def paragraph(text: str, indent: float = 0.0, **look: object) -> Paragraph:
    return Paragraph(text=text, look=Look(indent=indent, **look))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("sign", "label"),
    [
        ("•", "•"),
        ("◆", "◆"),
        ("➢", "➢"),
        ("·", "·"),
        ("\uf0b7", "•"),
        ("\uf06c", "●"),
        ("\uf06e", "■"),
        ("\uf075", "◆"),
        ("\uf0a7", "▪"),
        ("\uf0d8", "➢"),
        ("\uf0fc", "✓"),
        ("\uf0f9", "•"),
    ],
)
def test_signs_before_paragraphs_are_those_of_items(sign: str, label: str) -> None:
    def page(canvas: Canvas) -> None:
        top = set_lines(canvas, 740, PROSE)
        for text in ("健全工作机制。", "压实各方责任。"):
            # With a space, since pdfium passes over a glyph alone that the font does not hold.
            canvas.drawString(LEFT + 2 * SIZE, top, f"{sign} ")
            canvas.drawString(LEFT + 4 * SIZE, top, text)
            top -= 24
        set_lines(canvas, top, PROSE)

    data = pdf(page)
    document = convert_bytes(data, "a.pdf")
    found = [b for b in document.blocks if isinstance(b, Paragraph)]
    assert [(b.label, b.bullet, b.list_level, b.text) for b in found] == [
        ("", False, None, PROSE),
        (label, True, 0, "健全工作机制。"),
        (label, True, 0, "压实各方责任。"),
        ("", False, None, PROSE),
    ]
    assert document.warnings == []
    assert verify(data, json.loads(write(document, "json"))) == []


def test_a_lost_sign_of_an_item_is_found() -> None:
    def page(canvas: Canvas) -> None:
        canvas.setFont(CJK, SIZE)
        for number, text in enumerate(("健全工作机制。", "压实各方责任。")):
            canvas.drawString(LEFT, 700 - 24 * number, f"◆ {text}")

    data = pdf(page)
    document = json.loads(write(convert_bytes(data, "a.pdf"), "json"))
    for item in document["blocks"][0]["items"]:
        item["label"] = ""
    assert {finding.kind for finding in verify(data, document)} == {"missing"}


def test_an_item_goes_on_in_hanging_lines() -> None:
    def page(canvas: Canvas) -> None:
        canvas.setFont(CJK, SIZE)
        room = int((RIGHT - LEFT - 2 * SIZE) // SIZE)
        top = 740.0
        for _ in range(2):
            canvas.drawString(LEFT, top, "\uf0a7 ")
            for start in range(0, len(PROSE), room):
                canvas.drawString(LEFT + 2 * SIZE, top, PROSE[start : start + room])
                top -= 24

    found = [b for b in as_read(pdf(page)).blocks if isinstance(b, Paragraph)]
    assert [(block.label, block.text) for block in found] == [("▪", PROSE)] * 2


def test_items_further_right_lie_within_the_item_before() -> None:
    texts = [("• 甲", 0), ("▪ 乙", 21), ("▪ 丙", 21.5), ("• 丁", 0), ("▪ 戊", 21)]
    assert [level for _, level, _ in items([paragraph(*text) for text in texts])] == [0, 1, 1, 0, 1]


@pytest.mark.parametrize(
    "paragraphs",
    [
        [paragraph("• 只有一项")],
        [paragraph("• 工作要点", bold=True), paragraph("• 下步打算", bold=True)],
        [paragraph("• 工作要点", heading=1), paragraph("• 下步打算", heading=1)],
        [paragraph("\uf0a8 是"), paragraph("\uf0a8 否")],
        [paragraph("• 12"), paragraph("• 13")],
        [paragraph("•"), paragraph("•")],
    ],
)
def test_what_is_no_item_keeps_its_sign(paragraphs: list[Paragraph]) -> None:
    assert items(paragraphs) == [("", None, paragraph.text) for paragraph in paragraphs]


def test_marks_move_with_the_text_of_an_item() -> None:
    first = Paragraph(text="• 甲乙丙", runs=(Run(0, 3, bold=True), Run(4, 5, italic=True)))
    blocks = [first, Paragraph(text="• 丁")]
    mark_items(blocks)  # type: ignore[arg-type]
    assert blocks[0].runs == (Run(0, 1, bold=True), Run(2, 3, italic=True))
