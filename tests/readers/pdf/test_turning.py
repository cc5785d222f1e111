"""Sideways pages are read as if held upright; what is turned on an upright page stays beside the text."""

from __future__ import annotations

import io
from collections.abc import Callable

import pypdf
import pytest
from pdf_pages import CJK, LEFT, PROSE, as_read, body, cells, on_layer, pdf, set_lines
from PIL import Image as Pillow
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas
from test_tables import HEAD, ROWS, fill, grid

from docpipe.model import BoundingBox, Document
from docpipe.readers.pdf import ocr

WIDTH, HEIGHT = A4
TURNS = [90, 180, 270]
SHIFTS = {90: (HEIGHT, 0), 180: (WIDTH, HEIGHT), 270: (0, WIDTH)}
"""Where the origin of a page goes whose content is turned counterclockwise."""


def report(canvas: Canvas) -> None:
    canvas.setFont(CJK, 10)
    canvas.drawString(LEFT, 800, "青石镇人民政府")
    canvas.drawCentredString(300, 40, "— 1 —")
    set_lines(canvas, 730, PROSE)
    grid(canvas, 4, 640)
    fill(canvas, [HEAD, *ROWS], 620)
    set_in_pieces(canvas, 480, PROSE[:28])


def set_in_pieces(canvas: Canvas, y: float, text: str) -> None:
    """Set a line as word processors do where fonts or spacing change: by many operations, the mark of a note raised."""
    for index in range(0, len(text), 2):
        canvas.drawString(LEFT + 12 * index, y, text[index : index + 2])
    canvas.setFont(CJK, 7)
    canvas.drawString(LEFT + 12 * len(text), y + 5, "1")


def turned_by_page(data: bytes, turn: int) -> bytes:
    """A file whose pages are shown turned clockwise, as scanners and printers leave them."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(data))
    for page in writer.pages:
        page.rotate(turn)
    return written(writer)


def turned_by_content(data: bytes, turn: int) -> bytes:
    """A file whose content is turned counterclockwise on pages that are not."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(data))
    for page in writer.pages:
        page.add_transformation(pypdf.Transformation().rotate(turn).translate(*SHIFTS[turn]))
        page.mediabox = page.cropbox = pypdf.generic.RectangleObject(
            (0, 0, WIDTH, HEIGHT) if turn == 180 else (0, 0, HEIGHT, WIDTH)
        )
    return written(writer)


def written(writer: pypdf.PdfWriter) -> bytes:
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def contents(document: Document) -> list[tuple[str, str]]:
    return [(block.layer, block.text) for block in document.blocks]


@pytest.mark.parametrize("turn", TURNS)
@pytest.mark.parametrize("turned", [turned_by_page, turned_by_content])
def test_a_sideways_page_reads_as_if_held_upright(
    turned: Callable[[bytes, int], bytes], turn: int
) -> None:
    upright = pdf(report)
    assert contents(as_read(turned(upright, turn))) == contents(as_read(upright))
    assert cells(turned(upright, turn)) == [[HEAD, *ROWS]]


@pytest.mark.parametrize("turn", TURNS)
def test_the_places_of_a_sideways_page_are_those_of_the_page_as_shown(turn: int) -> None:
    upright = pdf(report)

    def shown(box: BoundingBox) -> BoundingBox:
        x0, y0, x1, y1 = box
        return {
            90: (HEIGHT - y1, x0, HEIGHT - y0, x1),
            180: (WIDTH - x1, HEIGHT - y1, WIDTH - x0, HEIGHT - y0),
            270: (y0, WIDTH - x1, y1, WIDTH - x0),
        }[turn]

    boxes = [block.at[0].bbox for block in as_read(upright).blocks]
    found = [block.at[0].bbox for block in as_read(turned_by_page(upright, turn)).blocks]
    assert len(found) == len(boxes) > 4
    for before, after in zip(boxes, found, strict=True):
        assert before is not None
        assert after == pytest.approx(shown(before), abs=0.2)


@pytest.mark.parametrize("turn", TURNS)
def test_a_paragraph_goes_on_from_an_upright_page_to_a_sideways_one(turn: int) -> None:
    text = PROSE * 12

    def first(canvas: Canvas) -> None:
        set_lines(canvas, 730, text[: 28 + 30 * 4])

    def second(canvas: Canvas) -> None:
        set_lines(canvas, 730, text[28 + 30 * 4 :], indent=0)

    data = pdf(first, second)
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(data))
    writer.pages[1].rotate(turn)
    assert body(written(writer)) == body(data)


def test_a_sideways_table_between_an_upright_header_and_page_number() -> None:
    def page(canvas: Canvas) -> None:
        canvas.setFont(CJK, 9)
        canvas.drawCentredString(300, 800, "青石镇人民政府")
        canvas.drawCentredString(300, 40, "7")
        canvas.translate(WIDTH, 0)
        canvas.rotate(90)
        canvas.setFont(CJK, 12)
        canvas.drawString(105, 520, "附表：重点工作完成情况")
        grid(canvas, 4, 500)
        fill(canvas, [HEAD, *ROWS], 480)

    data = pdf(page)
    assert cells(data) == [[HEAD, *ROWS]]
    document = as_read(data)
    assert on_layer(document, "body")[0] == "附表：重点工作完成情况"
    assert sorted(on_layer(document, "header")) == ["7", "青石镇人民政府"]


def test_turned_words_on_an_upright_page_leave_it_upright() -> None:
    def page(canvas: Canvas) -> None:
        set_lines(canvas, 730, PROSE)
        canvas.setFont(CJK, 9)
        canvas.saveState()
        canvas.translate(30, 300)
        canvas.rotate(90)
        canvas.drawString(0, 0, "装订线内不得答题" * 8)
        canvas.restoreState()

    document = as_read(pdf(page))
    assert on_layer(document, "body") == [PROSE]
    assert on_layer(document, "header") == ["装订线内不得答题" * 8]


def test_the_second_engine_reads_sideways_pages_too(monkeypatch: pytest.MonkeyPatch) -> None:
    import pypdfium2

    def lose(self: pypdfium2.PdfDocument, index: int) -> pypdfium2.PdfPage:
        raise pypdfium2.PdfiumError("Failed to load page.")

    monkeypatch.setattr(pypdfium2.PdfDocument, "__getitem__", lose)
    upright = pdf(lambda canvas: set_lines(canvas, 730, PROSE))
    for turn in TURNS:
        for turned in (turned_by_page, turned_by_content):
            assert body(turned(upright, turn)) == [PROSE]


@pytest.mark.parametrize("turn", TURNS)
def test_text_recognition_is_shown_the_page_as_its_text_runs(turn: int) -> None:
    class Engine:
        """An engine that reads the size of the picture."""

        def recognise(self, picture: bytes, page: int) -> list[ocr.Recognised]:
            width, height = Pillow.open(io.BytesIO(picture)).size
            return [ocr.Recognised(f"{width} × {height}", (200, 400, 700, 440), 0.9)]

    def unreadable(canvas: Canvas) -> None:
        canvas.setFont("Times-Roman", 12)
        canvas.drawString(LEFT, 700, "!\"#$%&'()*+,-./0123456!\"#$%&'()*+,@AB;<=>")

    ocr.register(Engine())
    try:
        assert body(turned_by_page(pdf(unreadable), turn)) == ["1654 × 2339"]
    finally:
        ocr.register(None)
