"""Documents that a Word file holds as a whole: read by their own reader, in their place."""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "readers" / "docx"))

from docx_packages import p, package, xml

from docpipe.model import Document, Place, Table
from docpipe.pipeline import convert_bytes, read, write
from docpipe.settings import Settings
from docpipe.verify import verify

PAGE = "<html><body><h1>附录</h1><p>插入的<b>正文</b>，一个字也不能少。</p><script>alert(1)</script></body></html>".encode()


def as_read(data: bytes) -> Document:
    return read(data, "a.docx", "", "", Settings())


def chunk(name: str) -> str:
    return f'<w:altChunk r:id="{name}"/>'


def test_an_inserted_page_stands_in_its_place() -> None:
    data = package(p("前") + chunk("page.html") + p("后"), {"page.html": ("aFChunk", PAGE)})
    document = as_read(data)
    assert [block.text for block in document.blocks if block.layer == "body"] == [
        "前", "附录", "插入的正文，一个字也不能少。", "后",
    ]  # fmt: skip
    assert {place.part for place in document.blocks[1].at} == {"page"}
    assert document.warnings == []


def test_an_inserted_document_keeps_its_notes_apart() -> None:
    note = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    notes = xml("footnotes", f'<w:footnote w:id="2">{p("{}")}</w:footnote>')
    own, others = (notes.replace(b"{}", text.encode()) for text in ("外注", "内注"))
    inner = package(p(f"<w:r><w:t>内文</w:t></w:r>{note}"), {"footnotes": ("footnotes", others)})
    data = package(
        p(f"<w:r><w:t>外文</w:t></w:r>{note}") + chunk("in.docx"),
        {"footnotes": ("footnotes", own), "in.docx": ("aFChunk", inner)},
    )
    document = as_read(data)
    assert [(note.id, note.text) for note in document.notes] == [
        ("fn1", "外注"),
        ("in-fn1", "内注"),
    ]
    assert [run.note for block in document.blocks for run in block.runs] == ["fn1", "in-fn1"]


def test_files_within_inserted_files_are_warned_of() -> None:
    inner = package(p("内文") + chunk("page.html"), {"page.html": ("aFChunk", PAGE)})
    document = as_read(package(chunk("in.docx"), {"in.docx": ("aFChunk", inner)}))
    assert [block.text for block in document.blocks] == ["内文"]
    assert ["page.html" in found.message for found in document.warnings] == [True]


def test_an_unreadable_inserted_file_is_warned_of() -> None:
    data = package(p("文") + chunk("x.rtf"), {"x.rtf": ("aFChunk", b"{\\rtf1 text}")})
    assert [found.code for found in as_read(data).warnings] == ["not-converted"]


def test_an_inserted_file_of_a_cell_comes_after_the_text() -> None:
    row = f"<w:tr><w:tc>{p('甲')}{chunk('page.html')}</w:tc><w:tc>{p('乙')}</w:tc></w:tr>"
    data = package(f"<w:tbl>{row}</w:tbl>" + p("后"), {"page.html": ("aFChunk", PAGE)})
    document = as_read(data)
    assert isinstance(document.blocks[0], Table)
    assert [block.text for block in document.blocks[1:4]] == [
        "后",
        "附录",
        "插入的正文，一个字也不能少。",
    ]


def test_verify_counts_inserted_files() -> None:
    data = package(p("前言一段。") + chunk("page.html"), {"page.html": ("aFChunk", PAGE)})
    written = json.loads(write(convert_bytes(data, "a.docx"), "json"))
    assert verify(data, written) == []
    written["sections"], written["blocks"] = [], []
    assert verify(data, written) != []


def test_places_name_the_part() -> None:
    data = package(p("前") + chunk("page.html"), {"page.html": ("aFChunk", PAGE)})
    assert as_read(data).blocks[0].at == (Place(part="body", paragraph=0),)
