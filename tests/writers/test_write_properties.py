"""Whatever a document holds, every writer writes it, writes it twice alike, and what it wrote reads back as the same text."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from lxml import etree
from markdown_it import MarkdownIt
from writer_samples import chinese, english, source

from docpipe.model import (
    BlockType,
    Cell,
    Document,
    Formula,
    Heading,
    Image,
    Paragraph,
    Run,
    Table,
    table_text,
)
from docpipe.settings import Settings
from docpipe.writers import docx, html, markdown, text
from docpipe.writers.common import cell_content, printable

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_WRITERS = {"docx": docx.write, "html": html.write, "md": markdown.write, "txt": text.write}

_MARKUP = "#*_`~[]()<>|&\\!-+=:.1a \"'$^{}/;"
_STRANGE = "\x00\x01\x0b\x0c\x1f\x7f\x85\u2028\ud800\ufffe\ufffd\u200b\u3000\xa0"
_CHINESE = "一、（一）总则“引号”。，①第章2020年"
_words = st.text(
    st.sampled_from(_MARKUP) | st.sampled_from(_CHINESE) | st.sampled_from(_STRANGE) | st.characters(),
    max_size=20,
) | st.sampled_from(["---", "===", "- a", "1. a", "1) a", "> a", "# a #", "```", "~~~", "<b>", "<!-- a", "&amp;", "&copy", "    a", "[a]: b", "[^1]: a", "| a |", "***", "+ ", "https://a.b/c_d", "<script>", "]]>"])  # fmt: skip
_links = st.none() | st.sampled_from(
    ["https://a.example/b_(c)?d=1&copy;=2", "javascript:alert(1)", "#a", "http://[x", "mailto:a@b.c"]
) | _words  # fmt: skip


_MARKS = ("bold", "italic", "underline", "strike", "superscript", "subscript", "code")


@st.composite
def _marked(draw: st.DrawFn) -> tuple[str, tuple[Run, ...]]:
    words = draw(_words)
    cuts = sorted(draw(st.lists(st.integers(0, len(words)), max_size=6)))
    runs = []
    for start, end in zip(cuts[::2], cuts[1::2], strict=False):
        marks = draw(st.lists(st.sampled_from(_MARKS), max_size=2))
        link = draw(_links)
        runs.append(Run(start, end, *(mark in marks for mark in _MARKS), link=link))
    return words, tuple(runs)


@st.composite
def _paragraphs(draw: st.DrawFn) -> Paragraph:
    words, runs = draw(_marked())
    level = draw(st.none() | st.integers(0, 3))
    label = "" if level is None else draw(st.sampled_from(["", "（1）", "1.", "2.", "7)", "a."]))
    bullet = level is not None and not label
    return Paragraph(text=words, runs=runs, list_level=level, label=label, bullet=bullet)


@st.composite
def _headings(draw: st.DrawFn) -> Heading:
    words, runs = draw(_marked())
    label = draw(st.sampled_from(["", "一、", "1.1", "1."]))
    return Heading(text=words, runs=runs, level=draw(st.integers(1, 12)), label=label)


def _table(rows: list[list[Cell]]) -> Table:
    frozen = tuple(tuple(row) for row in rows)
    return Table(text=table_text(frozen), rows=frozen)


def _tables(blocks: st.SearchStrategy[BlockType]) -> st.SearchStrategy[BlockType]:
    cell = st.builds(
        Cell,
        text=_words,
        rowspan=st.sampled_from([1, 1, 2, 9]),
        colspan=st.sampled_from([1, 1, 3, 900]),
        header=st.booleans(),
        blocks=st.lists(blocks, max_size=2).map(tuple),
    )
    return st.lists(st.lists(cell, max_size=3), max_size=3).map(_table)


_leaves = (
    _paragraphs() | _headings() | st.builds(Formula, text=_words) | st.builds(Image, text=_words)
)
_blocks = st.recursive(_leaves, _tables, max_leaves=6)
_documents = st.builds(
    Document,
    source=st.just(source()),
    blocks=st.lists(_blocks, max_size=6),
    title=_words,
    language=st.sampled_from(["zh", "en", "", "<x>"]),
)
_thorough = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def _squeezed(words: str) -> str:
    return "".join(printable(words).split())


def _leaf_blocks(
    document: Document,
) -> Iterator[tuple[Paragraph | Heading | Image | Formula, bool]]:
    """The blocks in order, those in tables among them, and whether they stand in a table."""
    for block in document.blocks:
        inside = isinstance(block, Table)
        for leaf in cell_content(Cell(blocks=(block,))) if inside else (block,):
            assert not isinstance(leaf, Table)
            yield leaf, inside


def _expected(document: Document, generated: str = "", in_tables: bool = True) -> str:
    """The document's text without white space.

    `generated` matches the labels of list items that the format generates, and `in_tables` says whether it does so
    in tables too.
    """
    result = [document.title]
    for block, inside in _leaf_blocks(document):
        if isinstance(block, Paragraph | Heading):
            listed = isinstance(block, Paragraph) and block.list_level is not None
            hidden = listed and (in_tables or not inside) and re.fullmatch(generated, block.label)
            bullet = isinstance(block, Paragraph) and block.bullet
            result.append("" if hidden or bullet else block.label)
        if not isinstance(block, Image):
            result.append(block.text)
    return "".join(map(_squeezed, result))


@pytest.mark.parametrize("name", _WRITERS)
@given(document=_documents)
@_thorough
def test_same_bytes_twice(name: str, document: Document) -> None:
    first = _WRITERS[name](document, Settings())
    assert _WRITERS[name](document, Settings()) == first


@given(document=_documents)
@example(document=chinese())
@example(document=english())
@_thorough
def test_html_holds_the_text_and_nothing_active(document: Document) -> None:
    soup = BeautifulSoup(html.write(document, Settings()).decode(), "html.parser")
    article = soup.article
    assert article is not None
    assert {tag.name for tag in article.find_all(True)} <= _HTML_TAGS
    for link in article.find_all("a"):
        assert re.match(r"(?:https?://|mailto:|#)", str(link["href"]), re.I)
    for outside in article.select("nav, .notes, [role=doc-noteref]"):
        outside.decompose()
    assert _squeezed(article.get_text()) == _expected(document, r"[0-9]+\.")


_HTML_TAGS = {
    "span",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "nav",
    "ol",
    "ul",
    "li",
    "a",
    "p",
    "div",
    "table",
    "caption",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "figure",
    "img",
    "section",
    "strong",
    "em",
    "u",
    "s",
    "sup",
    "sub",
    "code",
}


@given(document=_documents)
@example(document=english())
@_thorough
def test_markdown_reads_back(document: Document) -> None:
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    page = BeautifulSoup(parser.render(markdown.write(document, Settings()).decode()), "lxml")
    assert _squeezed(page.get_text()) == _expected(document, r"[0-9]+[.)]", in_tables=False)
    for tag in page.find_all(True):
        assert tag.name in _MARKDOWN_TAGS
        assert set(tag.attrs) <= {"href", "src", "alt", "rowspan", "colspan", "start"}
    headings = sum(isinstance(block, Heading) for block in document.blocks)
    assert len(page.find_all(re.compile("^h[1-6]$"))) == headings + bool(document.title)
    for link in page.find_all("a"):
        assert re.match(r"(?:https?://|mailto:|#|[^:]*$|[^:]*[/?#])", str(link["href"]), re.I)


_MARKDOWN_TAGS = frozenset(
    {"a", "p", "s", "u", "html", "body", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th",
     "td", "br", "strong", "em", "sup", "sub", "code", "img"}
)  # fmt: skip


@given(document=_documents)
@example(document=english())
@_thorough
def test_docx_holds_the_text(document: Document) -> None:
    body = _part(docx.write(document, Settings()), "word/document.xml")
    for picture in body.xpath('//*[local-name()="pStyle"][@*="Picture"]/../..'):
        picture.getparent().remove(picture)
    read = "".join(node.text or "" for node in body.iter(_W + "t", _M + "t"))
    assert _squeezed(read) == _expected(document, ".*")
    for cell in body.iter(_W + "tc"):
        assert (
            cell[-1].tag == _W + "p" or len(cell) == 1
        )  # the picture of a cell was taken out above
    for row in body.iter(_W + "tr"):
        spans = [int(s) for s in row.xpath('./*/*/*[local-name()="gridSpan"]/@*')]
        alone = len(row.findall(_W + "tc")) - len(spans)
        grid = row.getparent().find(_W + "tblGrid")
        assert alone + sum(spans) == len(grid) <= 63


@given(document=_documents)
@_thorough
def test_text_holds_the_text_in_order(document: Document) -> None:
    read = _squeezed(text.write(document, Settings()).decode())
    position = 0
    for block, _ in _leaf_blocks(document):
        words = _squeezed(block.text)
        found = read.find(words, position)
        assert found >= 0
        position = found + len(words)


def _part(data: bytes, name: str) -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert package.testzip() is None
        return etree.fromstring(package.read(name))
