"""No character of a document may get lost or doubled: the reader's text against an independent count over the XML."""

from __future__ import annotations

import hashlib
import posixpath
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from lxml import etree

from docpipe.model import BlockType, Document, Image, Source, Table
from docpipe.readers.docx import read
from docpipe.settings import Settings

SHARED = Path(__file__).parents[3].parent / "shared"
FILES = sorted([*SHARED.glob("bench/*/files/*.docx"), *SHARED.glob("corpus/docx/*.docx")])
ADDED_SIGNS = frozenset("()/^_√|;,")
"""Signs that the linear reading of formulas adds; they are left out of the count."""

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
TEXTS = {
    W + "t", W + "delText", "{http://schemas.openxmlformats.org/drawingml/2006/main}t",
    "{http://schemas.openxmlformats.org/officeDocument/2006/math}t",
}  # fmt: skip


def read_file(path: Path) -> Document:
    data = path.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    return read(Source(path.name, path.name, "docx", data, digest), Settings())


def block_texts(block: BlockType) -> list[str]:
    if isinstance(block, Image):
        return []
    if not isinstance(block, Table):
        return [block.text]
    texts = []
    for row in block.rows:
        for cell in row:
            inner = [text for part in cell.blocks for text in block_texts(part)]
            texts += inner if cell.blocks else [cell.text]
    return texts


def counted(texts: list[str]) -> Counter[str]:
    signs = Counter("".join("".join(texts).split()))
    return Counter({sign: n for sign, n in signs.items() if sign not in ADDED_SIGNS})


def part_texts(root: etree._Element) -> list[str]:
    """Every text of a part; of alternate content only the first branch."""
    texts: list[str] = []
    skipped: set[etree._Element] = set()
    for element in root.iter():
        parent = element.getparent()
        if parent is not None and parent in skipped:
            skipped.add(element)
        elif parent is not None and parent.tag == MC + "AlternateContent":
            if parent.index(element) > 0:
                skipped.add(element)
        elif element.tag in TEXTS:
            texts.append(element.text or "")
        elif element.tag == "{urn:schemas-microsoft-com:vml}textpath":
            texts.append(element.get("string") or "")
    return texts


def source_texts(path: Path) -> list[str]:
    """The texts of the main part and of the headers, footers, notes and comments it leads to."""
    texts: list[str] = []
    with zipfile.ZipFile(path) as package:
        names = set(package.namelist())
        main = etree.fromstring(package.read("word/document.xml"))
        texts += part_texts(main)
        used = {
            value
            for element in main.iter(W + "headerReference", W + "footerReference")
            for value in element.attrib.values()
        }
        relationships = etree.fromstring(package.read("word/_rels/document.xml.rels"))
        parts: list[str] = []
        for element in relationships:
            kind = element.get("Type").rsplit("/", 1)[-1]
            target = posixpath.normpath(posixpath.join("word", element.get("Target")))
            wanted = kind in ("footnotes", "endnotes", "comments") or (
                kind in ("header", "footer") and element.get("Id") in used
            )
            if wanted and target in names and target not in parts:
                parts.append(target)
        for part in parts:
            root = etree.fromstring(package.read(part))
            for note in root.findall(W + "footnote") + root.findall(W + "endnote"):
                if note.get(W + "type") not in (None, "normal"):
                    root.remove(note)
            texts += part_texts(root)
    return texts


def adds_signs(path: Path) -> bool:
    """Whether charts, diagrams, formulas or symbols bring text that the count over the parts does not know."""
    with zipfile.ZipFile(path) as package:
        main = package.read("word/document.xml")
    marks = (b"<c:chart ", b"<dgm:relIds ", b"<m:oMath", b"<w:sym ", b"<w:noBreakHyphen")
    return any(mark in main for mark in marks)


@pytest.mark.skipif(not FILES, reason="the shared bench and corpus are not here")
@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_every_character_is_read_once(path: Path) -> None:
    document = read_file(path)
    texts = [text for block in document.blocks for text in block_texts(block)]
    texts += [note.text for note in document.notes]
    expected, found = counted(source_texts(path)), counted(texts)
    assert sum(expected.values()) > 0
    assert read_file(path) == document
    assert expected - found == Counter(), "lost"
    if not adds_signs(path):
        assert found - expected == Counter(), "doubled"
