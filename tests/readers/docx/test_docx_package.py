"""Packages as they come: strict, incomplete, damaged, hostile."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest
from docx_packages import p, package, read_bytes, relationships, run, xml

from docpipe.errors import DocpipeError, ErrorCode
from docpipe.settings import Limits, Settings

NUMBERED = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
NUMBERING = xml(
    "numbering",
    '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/>'
    '<w:lvlText w:val="%1."/></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>',
)


def changed(data: bytes, change: Callable[[str, bytes], tuple[str, bytes] | None]) -> bytes:
    """The package with each entry (name, bytes) changed, or left out where `change` gives None."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            entry = change(name, old.read(name))
            if entry is not None:
                new.writestr(*entry)
    return buffer.getvalue()


def refused(data: bytes, settings: Settings | None = None) -> DocpipeError:
    with pytest.raises(DocpipeError) as error:
        read_bytes(data, settings)
    assert error.value.name == "a.docx"
    return error.value


def test_strict_documents_read_as_transitional_ones() -> None:
    def strict(name: str, data: bytes) -> tuple[str, bytes]:
        data = data.replace(
            b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
            b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        ).replace(
            b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        )
        return name, data

    body = p(run("字", '<w:b w:val="true"/><w:sz w:val="16pt"/>'), NUMBERED)
    data = package(body, {"numbering": ("numbering", NUMBERING)})
    plain, read = read_bytes(data), read_bytes(changed(data, strict))
    assert read.blocks[0].text == "字"
    assert read.blocks == plain.blocks
    assert read.blocks[0].look.size == 16.0


def test_lost_relationships_are_made_up_for_by_usual_names() -> None:
    data = package(p("一", NUMBERED), {"numbering": ("numbering", NUMBERING)})
    for lost in ("_rels/.rels", "word/_rels/document.xml.rels"):
        document = read_bytes(changed(data, lambda n, d, lost=lost: None if n == lost else (n, d)))
        assert document.blocks[0].label == "1."  # type: ignore[union-attr]
        broken = changed(data, lambda n, d, lost=lost: (n, d[:-9] if n == lost else d))
        assert read_bytes(broken).blocks[0].label == "1."  # type: ignore[union-attr]


def test_names_differ_in_case_and_slashes() -> None:
    data = package(p("一", NUMBERED), {"numbering": ("numbering", NUMBERING)})
    odd = changed(
        data, lambda n, d: (n.replace("word/", "Word\\").replace("numbering", "Numbering"), d)
    )
    assert read_bytes(odd).blocks[0].label == "1."  # type: ignore[union-attr]


def test_the_main_part_may_have_any_name() -> None:
    def renamed(name: str, data: bytes) -> tuple[str, bytes]:
        if name == "_rels/.rels":
            return name, relationships({"rId1": ("officeDocument", "/w/main.xml")})
        return name.replace("word/document.xml", "w/main.xml"), data

    assert read_bytes(changed(package(p("文")), renamed)).blocks[0].text == "文"


@pytest.mark.parametrize(
    "kind", ["styles", "numbering", "settings", "comments", "footnotes", "theme"]
)
def test_a_damaged_side_part_is_a_warning(kind: str) -> None:
    document = read_bytes(package(p("文", NUMBERED), {kind: (kind, b"<w:broken")}))
    assert [b.text for b in document.blocks] == ["文"]
    assert [w.code for w in document.warnings] == ["partial"]


def test_a_package_without_a_document_is_damaged() -> None:
    data = changed(package(p("文")), lambda n, d: None if n == "word/document.xml" else (n, d))
    assert refused(data).code == ErrorCode.DAMAGED


@pytest.mark.parametrize("content", [b"", b"<w:document", b"<html/>", xml("document", "<w:body>")])
def test_a_damaged_main_part_is_an_error(content: bytes) -> None:
    data = changed(package(p("文")), lambda n, d: (n, content if n == "word/document.xml" else d))
    assert refused(data).code == ErrorCode.DAMAGED


def test_a_cut_off_file_is_damaged() -> None:
    data = package(p("文" * 1000))
    for end in (0, 10, len(data) // 2, len(data) - 1):
        assert refused(data[:end]).code == ErrorCode.DAMAGED


def test_damaged_compressed_bytes_are_an_error() -> None:
    data = bytearray(package("".join(p(f"第{number}段") for number in range(500))))
    start = data.find(b"word/document.xml") + len(b"word/document.xml")
    data[start + 20 : start + 60] = bytes(40)
    assert refused(bytes(data)).code == ErrorCode.DAMAGED


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_document_types_are_refused(encoding: str) -> None:
    bomb = '<!DOCTYPE w [<!ENTITY a "aaaa">]>'

    def with_type(name: str, data: bytes) -> tuple[str, bytes]:
        if name != "word/document.xml":
            return name, data
        text = data.decode().replace("'UTF-8'?>", f"'{encoding}'?>{bomb}").replace("文", "&a;")
        return name, text.encode(encoding)

    error = refused(changed(package(p("文")), with_type))
    assert error.code == ErrorCode.DAMAGED
    assert "document type" in error.detail


@pytest.mark.parametrize(
    "limits", [Limits(zip_entries=2), Limits(zip_bytes=500), Limits(part_bytes=300)]
)
def test_limits_hold_before_anything_is_unpacked(limits: Limits) -> None:
    assert refused(package(p("文" * 300)), Settings(limits=limits)).code == ErrorCode.TOO_LARGE


def test_encrypted_entries_are_named_so() -> None:
    data = bytearray(package(p("文")))
    position = 0
    while (position := data.find(b"PK\x01\x02", position)) >= 0:
        data[position + 8] |= 1
        position += 4
    assert refused(bytes(data)).code == ErrorCode.ENCRYPTED


def test_file_properties() -> None:
    core = (
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">'
        "<dc:title> 年度 总结</dc:title><dc:creator>张三</dc:creator><dc:subject/>"
        "<dcterms:created>2021-12-28T01:00:00Z</dcterms:created></cp:coreProperties>"
    )
    app = (
        '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
        "<Company>青石镇</Company><Pages>3</Pages></Properties>"
    )
    languages = xml(
        "styles",
        "<w:docDefaults><w:rPrDefault><w:rPr><w:lang w:val='en-US' w:eastAsia='zh-CN'/></w:rPr></w:rPrDefault>"
        "</w:docDefaults>",
    )
    buffer = io.BytesIO(package(p("中文内容"), {"styles": ("styles", languages)}))
    with zipfile.ZipFile(buffer, "a") as file:
        file.writestr("docProps/core.xml", core)
        file.writestr("docProps/app.xml", app)
    assert read_bytes(buffer.getvalue()).properties == {
        "title": "年度 总结",
        "author": "张三",
        "created": "2021-12-28T01:00:00Z",
        "organization": "青石镇",
        "language": "zh-CN",
    }


def test_tables_nested_too_deep_are_refused_with_the_reason() -> None:
    inner = p("深处")
    for _ in range(1000):
        inner = f"<w:tbl><w:tr><w:tc>{inner}<w:p/></w:tc></w:tr></w:tbl>"
    with pytest.raises(DocpipeError) as caught:
        read_bytes(package(inner))
    assert caught.value.code == ErrorCode.TOO_LARGE
    assert "2,048 levels" in caught.value.detail
