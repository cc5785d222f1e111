"""Plain paragraphs, which are read without a tree, read as they do from a tree."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from docx_packages import p, package, read_bytes, run, xml
from hypothesis import given
from hypothesis import strategies as st

from docpipe.errors import DocpipeError
from docpipe.model import Document, SourceInfo
from docpipe.readers.docx.plain import NUMBER, PlainParagraphs
from docpipe.readers.docx.revisions import VIEWS
from docpipe.settings import ReadSettings, Settings

SHARED = Path(__file__).parents[3].parent / "shared"
FILES = sorted([*SHARED.glob("bench/*/files/*.docx"), *SHARED.glob("corpus/docx/*.docx")])
ALL_IN_TREE = b"<!--[CDATA[-->"
"""A comment after which no paragraph of a part is taken for plain."""


def in_tree(data: bytes) -> bytes:
    """The package with a main part of which everything is read from the tree."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for entry in old.infolist():
            part = old.read(entry)
            if entry.filename == "word/document.xml":
                part = part.replace(b"</w:body>", ALL_IN_TREE + b"</w:body>")
            new.writestr(entry.filename, part)
    return buffer.getvalue()


def both(data: bytes, settings: Settings | None = None) -> tuple[Document, Document]:
    """The document of a package as it is read, and as it is read from a tree alone."""
    documents = [read_bytes(data, settings), read_bytes(in_tree(data), settings)]
    for document in documents:
        document.source = SourceInfo("a", "a", "docx", 0, "")
    return documents[0], documents[1]


def taken(body: str) -> int:
    """How many paragraphs of a body are read without a tree."""
    main = xml("document", f"<w:body>{body}</w:body>")
    return len(PlainParagraphs(main, VIEWS["accept"]).paragraphs)


MARKS = st.sampled_from(
    ["", "<w:b/>", "<w:i/><w:sz w:val='20'/>", "<w:vanish/>", '<w:color w:val="FFFFFF"/>',
     '<w:rFonts w:ascii="Arial" w:eastAsia="宋体"/><w:lang w:val="en-US"/>', "<w:b></w:b>",
     "<w:b/><w:rPrChange w:id='1'><w:rPr><w:i/></w:rPr></w:rPrChange>"]
)  # fmt: skip
WORDS = st.text("一文A &<> \t\u3000。\u2028", max_size=8).map(
    lambda text: text.replace("&", "&amp;").replace("<", "&lt;")
)
RUNS = st.builds(run, WORDS, MARKS) | st.sampled_from(
    [
        "<w:r/>",
        "<w:r><w:t>短</w:t></w:r>",
        "<w:r><w:t> 空格 </w:t></w:r>",
        "<w:r><w:t>前</w:t><w:tab/><w:t>后</w:t><w:tab/></w:r>",
        "<w:r><w:tab/></w:r>",
        "<w:r><w:br/></w:r>",
        "<w:r><w:t>甲</w:t><w:br/><w:t>乙</w:t></w:r>",
        "<w:r><w:lastRenderedPageBreak/><w:t>页</w:t></w:r>",
        "<w:r><w:t>&#x4e00;&lt;</w:t></w:r>",
        '<w:proofErr w:type="spellStart"/>',
        '<w:bookmarkStart w:id="0" w:name="a>b"/><w:bookmarkEnd w:id="0"/>',
        '<w:hyperlink w:anchor="x"><w:r><w:t>链接</w:t></w:r></w:hyperlink>',
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>',
        "<w:r><w:instrText> TOC </w:instrText></w:r>",
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>',
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>',
        '<w:ins w:id="1" w:author="甲"><w:r><w:t>增</w:t></w:r></w:ins>',
        '<w:del w:id="2" w:author="乙"><w:r><w:delText>删</w:delText></w:r></w:del>',
        "<!-- <w:p><w:r><w:t>注释</w:t></w:r></w:p> -->",
        f"<w:r><w:pict><v:textbox><w:txbxContent>{p('框内')}</w:txbxContent></v:textbox></w:pict></w:r>",
    ]
)
PROPERTIES = st.sampled_from(
    [
        "",
        '<w:jc w:val="center"/>',
        '<w:spacing w:line="300"/><w:ind w:firstLineChars="200"/>',
        '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>',
        "<w:rPr><w:vanish/></w:rPr>",
        '<w:rPr><w:del w:id="3" w:author="乙"/></w:rPr>',
        '<w:outlineLvl w:val="1"/><w:pPrChange w:id="4"><w:pPr><w:jc w:val="right"/></w:pPr></w:pPrChange>',
        "<w:sectPr/>",
    ]
)
PARAGRAPHS = st.builds(
    lambda runs, properties: p("".join(runs) or "<w:r/>", properties),
    st.lists(RUNS, max_size=5),
    PROPERTIES,
)
TABLES = st.lists(PARAGRAPHS, min_size=1, max_size=3).map(
    lambda cells: f"<w:tbl><w:tr>{''.join(f'<w:tc>{cell}</w:tc>' for cell in cells)}</w:tr></w:tbl>"
)


@given(st.lists(PARAGRAPHS | TABLES, max_size=6), st.sampled_from(sorted(VIEWS)))
def test_both_ways_read_the_same(blocks: list[str], view: str) -> None:
    settings = Settings(read=ReadSettings(track_changes=view))  # type: ignore[arg-type]
    mine, tree = both(package("".join(blocks)), settings)
    assert mine == tree


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_both_ways_read_each_file_the_same(path: Path) -> None:
    try:
        mine, tree = both(path.read_bytes())
    except (DocpipeError, zipfile.BadZipFile) as error:
        pytest.skip(f"no Word document: {error}")
    assert mine == tree


def test_corpus_is_there() -> None:
    if not FILES:
        pytest.skip("../shared is absent: no DOCX of bench and corpus to read")


@pytest.mark.parametrize(
    ("body", "count"),
    [
        (p("一") + p("") + p(run("二", "<w:b/>"), '<w:jc w:val="center"/>'), 3),
        (f"<w:tbl><w:tr><w:tc>{p('格')}</w:tc></w:tr></w:tbl>", 1),
        (p("<w:r><w:t>甲&amp;乙</w:t></w:r>"), 1),
        (p("<w:r><w:t> 首 </w:t></w:r>"), 0),
        (p("<w:r><w:t>&#xA0;</w:t></w:r>"), 0),
        (p("<w:r><w:br/></w:r>"), 0),
        (p("一", "<w:sectPr/>"), 0),
        (p("一") + "<w:p><w:r><w:t><![CDATA[<w:p><w:r><w:t>x</w:t></w:r></w:p>]]></w:t></w:r></w:p>", 0),
        (f'<w:p {NUMBER}="0"/>' + p("一"), 0),
        (p("一") + '<x:p xmlns:x="u" xmlns:w="u"/>', 0),
    ],
)  # fmt: skip
def test_what_is_taken_for_plain(body: str, count: int) -> None:
    assert taken(body) == count


def test_text_that_looks_like_a_paragraph_is_text() -> None:
    inner = "<w:p><w:r><w:t>x</w:t></w:r></w:p>"
    document = read_bytes(
        package(p("一") + f"<w:p><w:r><w:t><![CDATA[{inner}]]></w:t></w:r></w:p>")
    )
    assert [block.text for block in document.blocks] == ["一", inner]


def test_a_source_cannot_name_a_plain_paragraph_twice() -> None:
    document = read_bytes(package(p("一") + f'<w:p {NUMBER}="0"/>'))
    assert [block.text for block in document.blocks] == ["一"]


def test_white_space_that_an_outer_element_keeps_is_kept() -> None:
    body = f'<w:p xml:space="preserve">{run("一")}<w:r><w:t> b</w:t></w:r></w:p>'
    assert both(package(body))[0].blocks[0].text == "一 b"


@pytest.mark.parametrize(
    ("encoding", "declared"), [("utf-8-sig", "UTF-8"), ("utf-16", "UTF-16"), ("gb18030", "GB18030")]
)
def test_encodings(encoding: str, declared: str) -> None:
    data = package(p("全年工作总结"))
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for entry in old.infolist():
            part = old.read(entry)
            if entry.filename == "word/document.xml":
                part = part.decode().replace("UTF-8", declared).encode(encoding)
            new.writestr(entry.filename, part)
    assert read_bytes(buffer.getvalue()).blocks[0].text == "全年工作总结"


@pytest.mark.parametrize("broken", ["\x01", "&no;", "<w:t>", "&#1;"])
def test_a_broken_text_is_refused(broken: str) -> None:
    with pytest.raises(DocpipeError):
        read_bytes(package(p("一") + f"<w:p><w:r><w:t>甲{broken}乙</w:t></w:r></w:p>"))


@pytest.mark.parametrize("properties", ['<w:jc w:val="center/>', "<w:jc w:val=center/>", "<x:b/>"])
def test_broken_properties_are_refused(properties: str) -> None:
    with pytest.raises(DocpipeError):
        read_bytes(package(f"<w:p><w:pPr>{properties}</w:pPr>{run('一')}</w:p>"))
