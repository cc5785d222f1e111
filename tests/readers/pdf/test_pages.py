"""Pages that are wanted, protected, without text, damaged; bookmarks; pictures; text recognition."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pypdf
import pytest
from pdf_pages import CJK, LEFT, PROSE, SIZE, as_read, body, on_layer, pdf, set_lines
from PIL import Image as Pillow
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from docpipe.errors import DocpipeError, ErrorCode
from docpipe.model import Image
from docpipe.pipeline import convert_bytes, read
from docpipe.readers.pdf import ocr
from docpipe.settings import Limits, ReadSettings, Settings


def numbered(*numbers: int) -> bytes:
    def one(number: int) -> object:
        return lambda canvas: set_lines(canvas, 700, f"第{number}部分的内容。")

    return pdf(*[one(number) for number in numbers])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("pages", "read"),
    [("", [1, 2, 3, 4, 5]), ("2", [2]), ("1-2,5", [1, 2, 5]), ("4-", [4, 5]), (" 3 , 9-12", [3])],
)
def test_only_the_pages_wanted_are_read(pages: str, read: list[int]) -> None:
    document = as_read(numbered(1, 2, 3, 4, 5), pages=pages)
    assert [b.text for b in document.blocks] == [f"第{n}部分的内容。" for n in read]
    assert [b.at[0].page for b in document.blocks] == read
    assert document.source.pages == 5
    assert document.source.pages_read == (tuple(read) if len(read) < 5 else ())
    assert document.warnings == []


def test_pages_that_do_not_exist_are_an_error() -> None:
    with pytest.raises(DocpipeError) as caught:
        as_read(numbered(1, 2), pages="7-9")
    assert caught.value.code == ErrorCode.NO_TEXT
    assert "7-9" in str(caught.value)


@pytest.mark.parametrize("pages", ["a", "1-2-3", "-", "1;2"])
def test_pages_in_another_form_are_refused(pages: str) -> None:
    with pytest.raises(ValueError, match="pages"):
        ReadSettings(pages=pages)


def protected(data: bytes, algorithm: str, user: str) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(data))
    writer.encrypt(user, owner_password="Besitzer", algorithm=algorithm)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


ALGORITHMS = ["RC4-40", "RC4-128", "AES-128", "AES-256"]


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_protected_file_is_read_with_its_password_only(algorithm: str) -> None:
    data = protected(numbered(1), algorithm, "geheim")
    for password in ("geheim", "Besitzer"):
        assert [b.text for b in as_read(data, password=password).blocks] == ["第1部分的内容。"]
    for password, code in (("", ErrorCode.ENCRYPTED), ("falsch", ErrorCode.WRONG_PASSWORD)):
        with pytest.raises(DocpipeError) as caught:
            as_read(data, password=password)
        assert caught.value.code == code


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_file_that_only_forbids_changes_needs_no_password(algorithm: str) -> None:
    data = protected(numbered(1), algorithm, "")
    for password in ("", "of another file"):
        assert [b.text for b in as_read(data, password=password).blocks] == ["第1部分的内容。"]


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_the_second_engine_opens_protected_files_too(
    algorithm: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pypdfium2

    def lose(self: pypdfium2.PdfDocument, index: int) -> pypdfium2.PdfPage:
        raise pypdfium2.PdfiumError("Failed to load page.")

    monkeypatch.setattr(pypdfium2.PdfDocument, "__getitem__", lose)
    data = protected(numbered(1), algorithm, "geheim")
    assert [b.text for b in as_read(data, password="geheim").blocks] == ["第1部分的内容。"]


def test_a_password_shapes_no_digest_and_is_not_shown() -> None:
    with_password = Settings(read=ReadSettings(password="geheim"))
    assert with_password.digest() == Settings().digest()
    assert Settings(read=ReadSettings(pages="1")).digest() != Settings().digest()
    assert "geheim" not in repr(with_password)


def test_an_empty_page_needs_no_text_recognition() -> None:
    assert (
        as_read(pdf(lambda canvas: set_lines(canvas, 700, PROSE), lambda canvas: None)).warnings
        == []
    )


def test_a_lost_page_is_named_and_the_others_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    import pypdfium2

    get_page = pypdfium2.PdfDocument.get_page

    def lose(self: pypdfium2.PdfDocument, index: int) -> pypdfium2.PdfPage:
        if index == 1:
            raise pypdfium2.PdfiumError("Failed to load page.")
        return get_page(self, index)

    monkeypatch.setattr(pypdfium2.PdfDocument, "get_page", lose)
    monkeypatch.setattr(pypdfium2.PdfDocument, "__getitem__", lose)
    document = as_read(numbered(1, 2, 3))
    assert [b.text for b in document.blocks] == [f"第{n}部分的内容。" for n in (1, 2, 3)]
    assert [w.message for w in document.warnings] == [
        "only a part could be read: pages 2 could be read by pypdf only"
    ]
    monkeypatch.setattr("docpipe.readers.pdf.opinion.SecondReader.read", lambda self, number: None)
    document = as_read(numbered(1, 2, 3))
    assert [b.text for b in document.blocks] == ["第1部分的内容。", "第3部分的内容。"]
    assert [w.message for w in document.warnings] == [
        "only a part could be read: pages 2 could not be read"
    ]


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_the_second_engine_tells_places_and_paragraphs(
    turn: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pypdfium2

    def page(canvas: Canvas) -> None:
        canvas.setPageRotation(turn)
        width, height = A4
        if turn:
            canvas.translate(*{90: (width, 0), 180: (width, height), 270: (0, height)}[turn])
            canvas.rotate(turn)
        top = set_lines(canvas, 500, PROSE * 2)
        set_lines(canvas, top, PROSE)

    def lose(self: pypdfium2.PdfDocument, index: int) -> pypdfium2.PdfPage:
        raise pypdfium2.PdfiumError("Failed to load page.")

    first = as_read(pdf(page)).blocks
    assert [block.text for block in first] == [PROSE * 2, PROSE]
    monkeypatch.setattr(pypdfium2.PdfDocument, "__getitem__", lose)
    second = as_read(pdf(page)).blocks
    assert [block.text for block in second] == [PROSE * 2, PROSE]
    for a, b in zip(first, second, strict=True):
        assert b.at[0].page == 1
        assert b.at[0].bbox == pytest.approx(a.at[0].bbox, abs=5)


def dear(canvas: Canvas) -> None:
    """White words, each of which may lie on any of as many grey squares: far more than a real page has."""
    places = random.Random(1)
    for _ in range(4000):
        canvas.setFillGray(0.5)
        canvas.rect(places.uniform(40, 550), places.uniform(40, 800), 5, 5, fill=1, stroke=0)
        canvas.setFillGray(1)
        canvas.drawString(places.uniform(40, 550), places.uniform(40, 800), "ab")


def test_a_page_that_takes_too_long_is_given_up_alone() -> None:
    def cheap(canvas: Canvas) -> None:
        set_lines(canvas, 700, PROSE)

    data = pdf(cheap, dear, cheap)
    settings = Settings(limits=Limits(page_seconds=0.2))
    document = read(data, "a.pdf", "", "", settings)
    assert [(b.text, b.at[0].page) for b in document.blocks] == [(PROSE, 1), (PROSE, 3)]
    assert [w.message for w in document.warnings] == [
        "only a part could be read: pages 2 took more than 0.2 s each and were given up"
    ]
    assert len(as_read(data).blocks) > 3
    assert as_read(data).warnings == []


def test_the_language_that_a_file_names_counts_where_letters_do_not_tell() -> None:
    french = "Rapport annuel de la commune"
    document = convert_bytes(pdf(lambda c: c.drawString(LEFT, 700, french), lang="fr-FR"), "a.pdf")
    assert document.language == "fr"
    document = convert_bytes(pdf(lambda c: set_lines(c, 700, PROSE), lang="fr-FR"), "a.pdf")
    assert document.language == "zh"


def test_bookmarks_give_headings_their_levels() -> None:
    def page(canvas: Canvas) -> None:
        top = 760.0
        for level, text in ((0, "Loans and visits"), (1, "The main branch"), (0, "Staff")):
            canvas.setFont("Times-Roman", 14)
            canvas.bookmarkHorizontal(text, 0, top)
            canvas.addOutlineEntry(text, text, level)
            canvas.drawString(LEFT, top, text)
            top = set_lines(canvas, top - 30, PROSE) - 20

    blocks = as_read(pdf(page)).blocks
    assert [(b.text, b.look.heading) for b in blocks if b.look.heading is not None] == [
        ("Loans and visits", 1),
        ("The main branch", 2),
        ("Staff", 1),
    ]


def jpeg(color: int) -> bytes:
    buffer = io.BytesIO()
    Pillow.new("RGB", (80, 40), (color, 90, 20)).save(buffer, "JPEG")
    return buffer.getvalue()


def test_pictures_are_assets_at_their_place(tmp_path: Path) -> None:
    data = jpeg(200)
    file = tmp_path / "picture.jpg"
    file.write_bytes(data)

    def page(canvas: Canvas) -> None:
        set_lines(canvas, 760, PROSE)
        canvas.drawImage(str(file), 200, 560, 160, 80)
        canvas.setFont(CJK, 10)
        canvas.drawCentredString(280, 540, "图1 检查现场")
        canvas.drawImage(ImageReader(io.BytesIO(jpeg(10))), 500, 500, 6, 6)
        set_lines(canvas, 500, PROSE)

    document = as_read(pdf(page))
    assert [b.text or "picture" for b in document.blocks] == [
        PROSE,
        "picture",
        "图1 检查现场",
        PROSE,
    ]
    image = document.blocks[1]
    assert isinstance(image, Image)
    assert [(a.id, a.media_type, a.data) for a in document.assets] == [
        (image.asset, "image/jpeg", data)
    ]


def test_a_picture_with_another_filter_becomes_a_png() -> None:
    def page(canvas: Canvas) -> None:
        set_lines(canvas, 760, PROSE)
        canvas.drawImage(ImageReader(Pillow.new("RGB", (30, 20), (1, 2, 3))), 200, 560, 160, 80)

    asset = as_read(pdf(page)).assets[0]
    assert asset.media_type == "image/png"
    assert Pillow.open(io.BytesIO(asset.data)).getpixel((5, 5)) == (1, 2, 3)


def test_a_picture_on_every_page_is_no_figure() -> None:
    picture = ImageReader(io.BytesIO(jpeg(90)))

    def page(canvas: Canvas) -> None:
        canvas.drawImage(picture, 60, 780, 80, 40)
        set_lines(canvas, 700, PROSE)

    document = as_read(pdf(page, page, page, page))
    assert document.assets == []
    assert on_layer(document, "body") == [PROSE] * 4


class Fake:
    """An engine that sees the same two lines on every picture."""

    def __init__(self) -> None:
        self.pictures: list[tuple[int, tuple[int, int]]] = []

    def recognise(self, picture: bytes, page: int) -> list[ocr.Recognised]:
        size = Pillow.open(io.BytesIO(picture)).size
        self.pictures.append((page, size))
        return [
            ocr.Recognised("第二行文字。", (250, 460, 700, 500), 0.9),
            ocr.Recognised("第一行文字。", (250, 400, 700, 440), 0.8),
            ocr.Recognised("污点", (250, 900, 300, 930), 0.1),
        ]


@pytest.fixture
def fake() -> Iterator[Fake]:
    engine = Fake()
    ocr.register(engine)
    yield engine
    ocr.register(None)


def test_pages_without_text_are_given_to_a_registered_engine(fake: Fake) -> None:
    def scan(canvas: Canvas) -> None:
        canvas.drawImage(ImageReader(io.BytesIO(jpeg(90))), 0, 0, 595, 842)

    data = pdf(lambda canvas: set_lines(canvas, 700, PROSE), scan)
    document = convert_bytes(data, "a.pdf")
    assert fake.pictures == [(2, (1654, 2339))]
    assert [b.text for b in document.blocks] == [PROSE, "第一行文字。", "第二行文字。"]
    assert [(w.code, w.message) for w in document.warnings] == [
        ("recognised", "pages read by text recognition (OCR): 2")
    ]


def test_unreadable_text_is_replaced_and_listed(fake: Fake) -> None:
    def page(canvas: Canvas) -> None:
        canvas.setFont("Times-Roman", 12)
        canvas.drawString(LEFT, 700, "!\"#$%&'()*+,-./0123456!\"#$%&'()*+,@AB;<=>")

    document = as_read(pdf(page))
    assert "".join(on_layer(document, "body")) == "第一行文字。第二行文字。"
    assert len(on_layer(document, "hidden")) == 1


def test_unreadable_text_without_an_engine_is_told() -> None:
    def page(canvas: Canvas) -> None:
        canvas.setFont("Times-Roman", 12)
        canvas.drawString(LEFT, 700, "!\"#$%&'()*+,-./0123456!\"#$%&'()*+,@AB;<=>")

    data = pdf(page)
    assert [w.code for w in as_read(data).warnings] == ["unreadable-glyphs"]
    assert len(body(data)) == 1


def garbled(share: float) -> Callable[[Canvas], None]:
    """A page of which a share is what a font without a map to Unicode gives, dot leaders apart."""

    def page(canvas: Canvas) -> None:
        count = round(200 * share)
        text = "#$%&()*+/:;<=>?@[]^`{|}~" * 20
        set_lines(canvas, 700, text[:count] + PROSE * 4 + "……………………………………………………………………………………………………")

    return page


def test_pages_among_garbled_ones_are_told_by_less() -> None:
    data = pdf(garbled(0.9), garbled(0.9), garbled(0.3))
    assert [w.message for w in as_read(data).warnings] == [
        "glyphs without a known character: pages 1-3"
    ]
    assert as_read(pdf(garbled(0), garbled(0), garbled(0.3))).warnings == []


def test_the_same_file_gives_the_same_document() -> None:
    data = numbered(1, 2, 3)
    assert as_read(data) == as_read(data)


def test_a_title_of_two_lines_is_as_widely_leaded_as_the_text() -> None:
    def page(canvas: Canvas) -> None:
        canvas.setFont(CJK, 22)
        canvas.drawString(92, 780, "华泰机械有限公司工会委员会二〇二二年工")
        canvas.drawCentredString(300, 717, "作总结")
        top = 660.0
        for line in (PROSE[:28], PROSE[28:], PROSE[:27], PROSE[27:]):
            canvas.setFont(CJK, SIZE)
            canvas.drawString(LEFT, top, line)
            top -= 40

    assert body(pdf(page))[0] == "华泰机械有限公司工会委员会二〇二二年工作总结"


def test_a_heading_that_fills_its_line_and_an_indented_paragraph() -> None:
    def page(canvas: Canvas) -> None:
        top = set_lines(canvas, 780, PROSE)
        top = set_lines(canvas, top, PROSE)
        canvas.drawString(LEFT, top, "（二）坚持从严从实，落实“两个责任”，推进企业全面发展新局面")
        set_lines(canvas, top - 24, PROSE)

    assert len(body(pdf(page))) == 4


def test_a_little_more_room_after_a_full_line_that_ends_a_sentence_parts_paragraphs() -> None:
    def page(canvas: Canvas) -> None:
        canvas.setFont(CJK, SIZE)
        full = "全镇牢固树立安全发展理念，压实各方责任，全年无较大事故发生。"
        for top, line in ((780, PROSE[:30]), (756, full), (727, PROSE[:30]), (703, full)):
            canvas.drawString(LEFT, top, line)

    assert len(body(pdf(page))) == 2


def test_a_run_in_heading_goes_on_in_the_next_line() -> None:
    def page(canvas: Canvas) -> None:
        bold, plain = "Helvetica-Bold", "Helvetica"
        canvas.setFont(bold, 12)
        first = "1. The county has set up a steering group for the work on the safety of"
        canvas.drawString(LEFT, 700, first)
        canvas.drawString(LEFT, 684, "its schools.")
        x = LEFT + stringWidth("its schools. ", bold, 12)
        canvas.setFont(plain, 12)
        rest = "All of the schools took part, and each of these sent a"
        canvas.drawString(x, 684, rest)
        canvas.drawString(LEFT, 668, "delegate to the meetings that were held in the spring.")

    assert len(body(pdf(page))) == 1


def test_numbers_of_a_sentence_begin_no_paragraph() -> None:
    def page(canvas: Canvas) -> None:
        canvas.setFont(CJK, SIZE)
        canvas.drawString(LEFT, 780, f"{PROSE[:26]}，要求")
        canvas.drawString(LEFT, 756, "七、八年级书面作业平均完成时间不超过80分钟，九年级不超过90")
        canvas.drawString(LEFT, 732, "分钟。")

    assert len(body(pdf(page))) == 1
