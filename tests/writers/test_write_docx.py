"""A written Word document opens in python-docx with real styles, tables, footnotes, links and pictures."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn
from lxml import etree
from writer_samples import asset, cells, chinese, english, marked, png, source, table

from docpipe.model import BlockType, Document, Formula, Image, Note, Paragraph, Run
from docpipe.settings import Settings
from docpipe.writers.docx import write


def _opened(document: Document) -> docx.document.Document:
    return docx.Document(io.BytesIO(write(document, Settings())))


def _small(*blocks: BlockType, notes: list[Note] | None = None) -> Document:
    return Document(source=source(), blocks=list(blocks), notes=notes or [], language="zh")


def _part(document: Document, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(write(document, Settings()))) as package:
        return package.read(name).decode()


def test_styles_title_and_properties() -> None:
    opened = _opened(chinese())
    styled = [(p.style.name, p.text) for p in opened.paragraphs]
    assert styled[0] == ("Title", "青石镇2021年度安全生产工作总结")
    assert ("Heading 1", "一、主要工作开展情况") in styled
    assert ("Heading 3", "1.危险化学品领域") in styled
    assert ("List Bullet", "加油站3家") in styled
    assert ("Caption", "表1 主要指标") in styled
    assert opened.core_properties.author == "王建国"
    assert opened.core_properties.created.year == 2000
    assert opened.styles["Body Text"].paragraph_format.first_line_indent.pt == 24
    assert opened.sections[0].page_width.mm == pytest.approx(210, abs=0.1)


def test_table_spans_and_head() -> None:
    read = _opened(chinese()).tables[0]
    assert [cell.text for cell in read.rows[0].cells] == ["指标", "年度", "年度", "同比"]
    assert next(cell.text for cell in read.rows[4].cells) == "整改率"
    heads = read._tbl.xpath(".//w:tblHeader")
    assert len(heads) == 2


def test_language_and_fonts() -> None:
    styles = _part(chinese(), "word/styles.xml")
    assert 'w:eastAsia="zh-CN"' in styles
    assert 'w:eastAsia="宋体"' in styles
    assert "Theme=" not in styles
    assert 'w:val="en-US"' in _part(english(), "word/styles.xml")


def test_footnotes_are_words_own() -> None:
    runs = (Run(1, 1, note="a"), Run(2, 5, note="b"), Run(5, 5, note="a"))
    noted = Paragraph(text="一二[9]", runs=runs)
    document = _small(noted, notes=[Note("a", "甲"), Note("b", "乙"), Note("c", "丙")])
    body = _part(document, "word/document.xml")
    assert body.count("<w:footnoteReference") == 2
    assert '<w:footnoteReference w:customMarkFollows="1" w:id="2"/>' in body
    assert "丙" in body, "a note that nothing marks stands at the end"
    notes = etree.fromstring(_part(document, "word/footnotes.xml").encode())
    assert ["".join(note.itertext()) for note in notes][2:] == [" 甲", "[9] 乙"]
    assert "/footnotes" in _part(document, "word/_rels/document.xml.rels")


def test_a_note_in_a_formula_stands_at_the_end() -> None:
    formula = Formula(text="a = b", runs=(Run(5, 5, note="a"),))
    body = _part(_small(formula, notes=[Note("a", "甲")]), "word/document.xml")
    assert "甲" in body


def test_only_harmless_links_are_links() -> None:
    opened = _opened(
        _small(
            marked("见官网。", "官网", link="https://example.com/a?b=1&c=2"),
            marked("见官网。", "官网", link="javascript:alert(1)"),
        )
    )
    first, second = opened.paragraphs
    assert [link.address for link in first.hyperlinks] == ["https://example.com/a?b=1&c=2"]
    assert second.hyperlinks == []
    assert second.text == "见官网。"


def test_pictures_fit_the_page_and_bad_ones_leave_their_text() -> None:
    document = _small(
        Image(asset="big", text="大图"), Image(asset="bad", text="坏图"), Image(asset="big")
    )
    document.assets = [asset(png(4000, 100), "big"), asset(png()[:20], "bad")]
    opened = _opened(document)
    assert len(opened.inline_shapes) == 3
    assert opened.inline_shapes[0].width <= opened.sections[0].page_width * 0.8
    assert opened.paragraphs[1].text == ""
    frames = [frame.get("descr") for frame in opened.element.body.iter(qn("wp:docPr"))]
    assert "坏图" in frames
    with zipfile.ZipFile(io.BytesIO(write(document, Settings()))) as package:
        assert [n for n in package.namelist() if "media" in n] == ["word/media/image1.png"]


def test_a_table_wider_than_word_allows_leaves_its_cells() -> None:
    opened = _opened(_small(table(cells(*map(str, range(64))))))
    assert opened.tables == []
    assert [p.text for p in opened.paragraphs] == list(map(str, range(64)))


def test_package_is_fixed() -> None:
    with zipfile.ZipFile(io.BytesIO(write(chinese(), Settings()))) as package:
        entries = package.infolist()
        assert entries[0].filename == "[Content_Types].xml"
        assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
        for entry in entries:
            if entry.filename.endswith((".xml", ".rels")):
                etree.fromstring(package.read(entry))
        assert not [n for n in package.namelist() if "thumbnail" in n or "customXml" in n]


def test_libreoffice_opens_it(tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    file = tmp_path / "report.docx"
    file.write_bytes(write(chinese(), Settings()))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [
        office,
        profile,
        "--headless",
        "--convert-to",
        "txt:Text",
        "--outdir",
        str(tmp_path),
        str(file),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    assert "复查销号" in (tmp_path / "report.txt").read_text("utf-8-sig")
