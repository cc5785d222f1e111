"""A written Markdown file is the same document when it is read again: title, outline, paragraphs, tables, lists, notes, marks.

What is not compared: places, ids, the layer, pictures' assets, bold or italic on white space, which nobody sees, and links
that nobody may follow (file: and the like).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from writer_samples import cells, chinese, english, source, table

from docpipe.model import (
    BlockType,
    Cell,
    Document,
    Formula,
    Heading,
    Image,
    Note,
    Paragraph,
    Run,
    Table,
    table_text,
)
from docpipe.outline import outline
from docpipe.pipeline import convert, convert_bytes, read, write
from docpipe.settings import Settings
from docpipe.writers.common import printable
from docpipe.writers.markdown.inline import address

_ROOT = Path(__file__).parents[2]
_SHARED = _ROOT.parent / "shared"
_OWN = [file for file in sorted((_ROOT / "input").iterdir()) if file.suffix != ".pdf"]
_BENCH = [file for file in sorted((_SHARED / "bench/dev/files").glob("*")) if file.suffix != ".pdf"]
_REAL = sorted((_SHARED / "corpus/docx").glob("*.docx"))

_SEEN_ON_SPACE = ("underline", "strike", "code", "link", "latex")


def _json(document: Document) -> Any:
    data = json.loads(write(document, "json"))
    return _stripped({key: data[key] for key in ("title", "blocks", "sections", "notes")})


def _stripped(value: Any) -> Any:
    if isinstance(value, list):
        return [_stripped(one) for one in value]
    if not isinstance(value, dict):
        return value
    skipped = {"at", "id", "asset", "layer"}
    kept = {key: _stripped(one) for key, one in value.items() if key not in skipped}
    if "text" in kept and _adds_nothing(kept.get("blocks", [])):
        kept.pop("blocks", None)
    marks = _marks(kept.pop("runs", []))
    return {**kept, "runs": marks} if any(marks) else kept


def _adds_nothing(blocks: list[Any]) -> bool:
    """Whether a cell's blocks say no more than the lines of its text."""
    return all(block["type"] == "paragraph" and "runs" not in block for block in blocks)


def _marks(runs: list[dict[str, Any]]) -> list[Any]:
    """The marks of each character, and where notes are marked."""
    marked: list[Any] = []
    for run in runs:
        marks = {key: value for key, value in run.items() if key not in ("text", "note")}
        if address(marks.get("link")) is None:
            marks.pop("link", None)
        seen = {key: value for key, value in marks.items() if key in _SEEN_ON_SPACE}
        marked += [seen if char == " " else marks for char in run["text"]]
        marked += [{"note": run["note"]}] if "note" in run else []
    return marked


@pytest.mark.parametrize("file", [*_OWN, *_BENCH, *_REAL], ids=lambda file: file.name)
def test_real_documents_read_back(file: Path) -> None:
    document = convert(file)
    written = write(document, "md")
    again = convert_bytes(written, "x.md")
    assert _json(again) == _json(document)
    assert write(again, "md") == written


@pytest.mark.parametrize("document", [chinese(), english()], ids=["chinese", "english"])
def test_samples_read_back(document: Document) -> None:
    written = write(document, "md")
    again = convert_bytes(written, "x.md")
    assert _title_and_text(again) == _title_and_text(document)
    assert write(again, "md") == written


def _title_and_text(document: Document) -> str:
    return "".join("".join([document.title, *(block.text for block in document.blocks)]).split())


_thorough = settings(
    max_examples=300,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
_MARKUP = st.text(st.sampled_from("#*_`~[]()<>|&\\!-+=:.1a \"'$^{}/;x一。“”，（）"), min_size=1, max_size=16)  # fmt: skip
_PARTS = st.sampled_from(
    ["---", "===", "- a", "+ a", "1. a", "1) a", "> a", "# a #", "```", "~~~", "<b>", "<!-- a -->", "&amp;", "&#45;", "[a]: b",
     "[^1]: a", "[^1]", "[^n]", "| a |", "***", "https://a.b/c_d", "<script>", "$a$<!-- b -->", "![a](b)", "[ ] a", "<table>",
     "<!-- docpipe -->", "<!-- no header -->", "+++", "title: a", "    a", "\\", "a\\", "（1）a", "a<br>b"]
)  # fmt: skip
_words = (_MARKUP | _PARTS | st.text(min_size=1, max_size=12)).map(
    lambda text: " ".join(printable(text).split()) or "文"
)
_labels = st.sampled_from(["1.", "2.", "3)", "（1）", "（一）", "①", "a.", "ii)", "1.1", "01.", "第一章", "Article 12", "※", "", "-"])  # fmt: skip
_MARKS = ("bold", "italic", "underline", "strike", "superscript", "subscript", "code")
_links = st.sampled_from([None, None, "https://a.b/c_(d)?e=1&copy;=2", "notes/a b.md", "#a", "../x"])  # fmt: skip


@st.composite
def _marked(draw: st.DrawFn) -> tuple[str, tuple[Run, ...]]:
    text = draw(_words)
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=4)))
    runs = []
    for start, end in zip(cuts[::2], cuts[1::2], strict=False):
        marks = draw(st.lists(st.sampled_from(_MARKS), min_size=1, max_size=2))
        note = draw(st.sampled_from([None, None, None, "n1", "一 二"]))
        if start < end and not (runs and runs[-1].end == start):
            runs.append(
                Run(start, end, *(mark in marks for mark in _MARKS), link=draw(_links), note=note)
            )
    return text, tuple(runs)


@st.composite
def _paragraphs(draw: st.DrawFn) -> Paragraph:
    text, runs = draw(_marked())
    level = draw(st.none() | st.integers(0, 3))
    bullet = level is not None and draw(st.booleans())
    label = draw(st.sampled_from(["•", "➢", "–"]) if bullet else _labels) if level is not None else ""  # fmt: skip
    return Paragraph(text=text, runs=runs, list_level=level, label=label, bullet=bullet)


_headings = st.builds(
    Heading,
    text=_words,
    level=st.integers(1, 8),
    label=_labels.filter(bool),
    automatic=st.just(True),
)
_formulas = st.builds(Formula, text=_words, latex=st.sampled_from(["", r"\frac{a}{b}", "a|b_1 * c^*"]))  # fmt: skip
_images = st.builds(Image, text=_words, asset=st.sampled_from(["a.png", "https://a.b/c.png?d=1", "图 1.png"]))  # fmt: skip


def _table(rows: list[list[Cell]]) -> Table:
    frozen = tuple(tuple(row) for row in rows)
    return Table(text=table_text(frozen), rows=frozen)


def _filled(blocks: list[BlockType], rowspan: int, colspan: int, header: bool) -> Cell:
    text = "\n".join(block.text for block in blocks if not isinstance(block, Image))
    plain = all(isinstance(b, Paragraph) and not b.runs and b.list_level is None for b in blocks)
    return Cell(text=text, rowspan=rowspan, colspan=colspan, header=header, blocks=() if plain else tuple(blocks))  # fmt: skip


def _tables(blocks: st.SearchStrategy[BlockType]) -> st.SearchStrategy[BlockType]:
    filled = st.lists(blocks, max_size=2)
    simple = st.builds(_filled, filled, st.just(1), st.just(1), st.just(False))
    merged = st.builds(_filled, filled, st.integers(1, 3), st.integers(1, 3), st.booleans())
    return st.lists(
        st.lists(simple, min_size=2, max_size=2), min_size=1, max_size=3
    ).map(_table) | st.lists(st.lists(merged, min_size=1, max_size=3), min_size=1, max_size=3).map(_table)  # fmt: skip


_in_cells = st.recursive(_paragraphs() | _images, _tables, max_leaves=4)
_documents = st.builds(
    Document,
    source=st.just(source()),
    title=st.just("") | _words,
    blocks=st.lists(
        _paragraphs() | _headings | _formulas | _images | _tables(_in_cells), max_size=6
    ),
    notes=st.just([Note("n1", "甲\n- 乙"), Note("一 二", "[^n1]: *丙*")]),
)


@given(document=_documents)
@example(document=Document(source=source(), blocks=[table(cells("a|b", "c\\|d"), cells("`|`", ""))]))  # fmt: skip
@_thorough
def test_any_document_reads_back(document: Document) -> None:
    written = write(document, "md")
    again = outline(read(written, "x.md", "", "md", Settings()), styled=True)
    ids = {note.id: new.id for note, new in zip(document.notes, again.notes, strict=True)}
    expected = json.loads(json.dumps(_json(document)))
    assert _json(again) == _renamed(expected, ids)
    assert write(again, "md") == written


def _renamed(value: Any, ids: dict[str, str]) -> Any:
    """The JSON with notes called as they are written."""
    if isinstance(value, list):
        return [_renamed(one, ids) for one in value]
    if not isinstance(value, dict):
        return value
    return {key: ids[one] if key == "note" else _renamed(one, ids) for key, one in value.items()}
