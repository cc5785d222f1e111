"""What is refused before a parser sees it, and what is not. The hostile set (`tests/hostile`) has more of the former."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import Path

import pytest

from docpipe import preflight
from docpipe.errors import DocpipeError, ErrorCode
from docpipe.preflight.filters import unpacked_size
from docpipe.settings import Limits

TYPES = '<Types><Override PartName="/word/document.xml" ContentType="{}"/></Types>'
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
MACROS = "application/vnd.ms-word.document.macroEnabled.main+xml"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"


def package(*parts: tuple[str, str | bytes], types: str = WORD) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        if types:
            file.writestr("[Content_Types].xml", TYPES.format(types))
        for name, data in parts:
            file.writestr(name, data)
    return buffer.getvalue()


def refused(format: str, data: bytes, limits: Limits | None = None) -> DocpipeError:
    with pytest.raises(DocpipeError) as caught:
        preflight.check(format, data, "a", limits or Limits())
    return caught.value


def passes(format: str, data: bytes, limits: Limits | None = None) -> bool:
    preflight.check(format, data, "a", limits or Limits())
    return True


DOCUMENT = ("word/document.xml", "<w:document/>")


@pytest.mark.parametrize("types", [WORD, MACROS])
def test_packages_that_word_opens_pass(types: str) -> None:
    assert passes("docx", package(DOCUMENT, types=types))


@pytest.mark.parametrize(
    ("data", "code", "detail"),
    [
        (package(DOCUMENT, types=""), ErrorCode.DAMAGED, "[Content_Types].xml is missing"),
        (package(DOCUMENT, types=SHEET), ErrorCode.DAMAGED, "spreadsheetml"),
        (package(DOCUMENT, ("word/_rels/a.rels", "<!DOCTYPE a>")), ErrorCode.DAMAGED, "a.rels"),
        (package(DOCUMENT)[:-30], ErrorCode.DAMAGED, "not a zip file"),
    ],
)
def test_packages_that_are_refused(data: bytes, code: ErrorCode, detail: str) -> None:
    error = refused("docx", data)
    assert error.code is code
    assert detail in error.detail


@pytest.mark.parametrize(
    ("limits", "name"),
    [
        (Limits(zip_entries=1), "limits.zip-entries is 1"),
        (Limits(zip_bytes=100), "limits.zip-bytes is 100"),
        (Limits(part_bytes=100), "limits.part-bytes is 100"),
    ],
)
def test_the_limits_of_packages_are_named(limits: Limits, name: str) -> None:
    error = refused("docx", package(DOCUMENT), limits)
    assert error.code is ErrorCode.TOO_LARGE
    assert error.detail.endswith(name)


def test_two_parts_of_one_name_or_one_place_are_refused() -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        assert "called" in refused("docx", package(DOCUMENT, DOCUMENT)).detail
    data = bytearray(package(("a", "1" * 50), ("b", "2" * 50)))
    # The second entry of the directory points at the first one's data.
    directory = data.rindex(b"PK\x01\x02")
    data[directory + 42 : directory + 46] = (0).to_bytes(4, "little")
    assert "overlaps" in refused("docx", bytes(data)).detail


def pdf(*objects: bytes) -> bytes:
    return b"%PDF-1.7\n" + b"".join(
        b"%d 0 obj\n%b\nendobj\n" % one for one in enumerate(objects, 1)
    )


def stream(dictionary: bytes, data: bytes) -> bytes:
    return b"<< %b /Length %d >>\nstream\n%b\nendstream" % (dictionary, len(data), data)


FORM = b"/Subtype /Form /Resources << /XObject << /X %d 0 R >> >>"


def test_streams_that_unpack_to_too_much_are_refused() -> None:
    limits = Limits(part_bytes=1_000_000)
    bomb = zlib.compress(bytes(2_000_000), 9)
    large = stream(b"/Filter /FlateDecode", bomb)
    assert refused("pdf", pdf(large), limits).code is ErrorCode.TOO_LARGE
    twice = stream(b"/Filter [/FlateDecode /FlateDecode]", zlib.compress(bomb, 9))
    assert refused("pdf", pdf(twice), limits).detail.startswith("object 1 has more than 1000000")
    assert passes(
        "pdf", pdf(stream(b"/Filter /FlateDecode", zlib.compress(bytes(900_000)))), limits
    )
    assert passes("pdf", pdf(stream(b"/Subtype /Image /Filter /FlateDecode", bomb)), limits)


def test_rows_without_end_are_refused() -> None:
    rows = b"/Filter /FlateDecode /DecodeParms << /Predictor 12 /Columns 2000000000 >>"
    assert "rows of" in refused("pdf", pdf(stream(rows, b"x"))).detail


def test_drawings_that_multiply_are_refused() -> None:
    itself = stream(FORM % 1, b"/X Do")
    assert refused("pdf", pdf(itself)).detail == "object 1 draws itself"
    tower = [stream(FORM % (n + 2), b"/X Do /X Do") for n in range(20)]
    last = stream(b"/Subtype /Form", b"")
    assert "limits.form-draws" in refused("pdf", pdf(*tower, last)).detail
    assert passes("pdf", pdf(*(one.replace(b"/X Do /X Do", b"/X Do") for one in tower), last))


def test_drawings_are_followed_through_references() -> None:
    form = stream(b"/Subtype /Form /Resources 2 0 R", b"/X Do")
    resources = b"<< /XObject 3 0 R >>"
    assert refused("pdf", pdf(form, resources, b"<< /X 1 0 R >>")).code is ErrorCode.DAMAGED
    packed = stream(b"/Type /ObjStm /N 2 /First 8", b"2 0 3 21 " + resources + b" << /X 1 0 R >>")
    packed = packed.replace(b"/First 8", b"/First 9")
    assert refused("pdf", pdf(form, b"null", b"null", packed)).code is ErrorCode.DAMAGED


def test_drawings_may_share_a_list_of_resources_that_names_them_all() -> None:
    shared = b"/Subtype /Form /Resources 3 0 R"
    resources = b"<< /XObject << /X 1 0 R /Y 2 0 R >> >>"
    outer, inner = stream(shared, b"q /Y Do Q"), stream(shared, b"0 0 9 9 re f")
    assert passes("pdf", pdf(outer, inner, resources))
    # What is not seen, or named with escapes, counts as drawn.
    for content in (b"/X Do", b"/#58 Do", b"/X % Do"):
        assert refused("pdf", pdf(outer, stream(shared, content), resources))
    unseen = stream(shared + b" /Filter /LZWDecode", b"x")
    assert refused("pdf", pdf(outer, unseen, resources))


def test_page_trees_deeper_than_pdfium_reads_are_refused() -> None:
    def tree(depth: int) -> bytes:
        nodes = [b"<< /Type /Pages /Parent %d 0 R >>" % (n + 2) for n in range(depth)]
        return pdf(*nodes, b"<< /Type /Pages >>")

    assert passes("pdf", tree(900))
    assert "levels deep" in refused("pdf", tree(1100)).detail


@pytest.mark.parametrize(
    ("filters", "raw", "size"),
    [
        ([b"FlateDecode"], zlib.compress(b"a" * 500), 500),
        ([b"ASCIIHexDecode"], b"61 62 63>", 3),
        ([b"ASCII85Decode"], b"87cURD]~>", 5),
        ([b"ASCIIHexDecode", b"FlateDecode"], zlib.compress(b"a" * 500).hex().encode() + b">", 500),
        ([b"RunLengthDecode"], b"\x02abc\xfex\x80", 6),
        # The example of PDF 32000-1, 7.4.4.2: ten bytes.
        ([b"LZWDecode"], bytes.fromhex("800B6050220C0C8501"), 10),
        ([b"DCTDecode"], b"12345", 5),
        ([b"FlateDecode"], b"no flate", 0),
    ],
)
def test_unpacked_sizes(filters: list[bytes], raw: bytes, size: int) -> None:
    assert unpacked_size(memoryview(raw), filters, 10_000) == size


def test_elements_of_very_many_attributes_are_refused() -> None:
    many = b"<p " + b" ".join(b"a%d=1" % n for n in range(20_000)) + b">"
    assert "20000 attributes" in refused("html", many).detail
    assert passes("html", b'<img src="data:image/png;base64,' + b"A" * 500_000 + b'">')


def test_the_samples_pass(shared: Path) -> None:
    for folder in ("bench/dev/files", "corpus"):
        for file in sorted((shared / folder).rglob("*")):
            if file.suffix in (".docx", ".pdf", ".html"):
                assert passes(file.suffix[1:], file.read_bytes()), file
