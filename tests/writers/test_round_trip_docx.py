"""A written Word document is the same document when it is read again, in every look and with either numbering.

What the reader gives of it before any later step is compared block by block; for plain documents, the JSON too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from writer_samples import asset, chinese, english, png, source

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
from docpipe.pipeline import convert, convert_bytes, read, write
from docpipe.settings import DocxSettings, Settings
from docpipe.writers.common import safe_link

_ROOT = Path(__file__).parents[2]
_SHARED = _ROOT.parent / "shared"
_PLAIN = [*sorted((_ROOT / "input").glob("*.docx")), *sorted((_SHARED / "bench/dev/files").glob("*.docx"))]  # fmt: skip
_REAL = sorted((_SHARED / "corpus/docx").glob("*.docx"))
_NO_REAL = "needs the collection of real files in ../shared/corpus/docx"


@pytest.fixture(scope="module")
def looks(tmp_path_factory: pytest.TempPathFactory) -> list[Settings]:
    """Every look, each with either numbering; the reference document is the template of python-docx."""
    reference = tmp_path_factory.mktemp("look") / "reference.docx"
    docx.Document().save(str(reference))
    return [
        Settings(docx=look)
        for look in (
            DocxSettings(),
            DocxSettings(numbering="auto"),
            DocxSettings(style="gbt9704"),
            DocxSettings(style="gbt9704", numbering="auto"),
            DocxSettings(reference_doc=str(reference)),
        )
    ]


def _read(data: bytes) -> Document:
    return read(data, "x.docx", "", "docx", Settings())


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _marks(block: BlockType, document: Document) -> list[tuple[Any, ...]]:
    """The marks of each character but white space, and where notes are marked."""
    known = {note.id for note in document.notes}
    by_place: list[list[Any]] = [[] for _ in block.text]
    notes = []
    for run in block.runs:
        if run.note in known and run.note is not None:
            notes.append(len(_squeezed(block.text[: run.start])))
        link = safe_link(run.link)
        link = None if link is not None and link.startswith("#") else link
        marks = (run.bold, run.italic, run.underline, run.strike, run.superscript, run.subscript)
        for place in range(run.start, run.end):
            by_place[place] = [*marks, link] if any(marks) or link else []
    return [
        tuple(notes),
        *(tuple(m) for m, char in zip(by_place, block.text, strict=True) if not char.isspace()),
    ]


def _facts(document: Document, written: bool) -> Iterator[tuple[Any, ...]]:
    """What of its blocks a document must still hold when `written` and read."""
    blocks = [block for block in document.blocks if not written or block.layer not in _MARGINS]
    for block in blocks:
        match block:
            case Heading():
                yield "line", _squeezed(block.label + block.text)
            case Paragraph() if written and block.look.heading is not None:
                yield "line", _squeezed(block.label + block.text)
            case Paragraph() if block.list_level is not None:
                label = "" if block.bullet else block.label
                yield "item", block.list_level, label, block.text.strip(), _marks(block, document)
            case Paragraph():
                yield "line", block.text.strip(), _marks(block, document)
            case Table():
                yield (
                    "table",
                    [
                        [(_squeezed(c.text), c.rowspan, c.colspan, c.header) for c in row]
                        for row in block.rows
                    ],
                )
            case Image():
                yield "image", block.text
            case Formula():
                yield "formula", _squeezed(block.text)


_MARGINS = ("header", "footer")


def _normal(fact: tuple[Any, ...]) -> tuple[Any, ...]:
    """A line as text alone where either side calls it a heading."""
    return (fact[0], _squeezed(fact[1])) if fact[0] == "line" else fact


def _assert_reads_back(document: Document, settings: Settings) -> None:
    again = _read(write(document, "docx", settings))
    read_back = list(_facts(again, written=True))
    wanted = list(_facts(document, written=False))
    if document.title:
        wanted.insert(0, ("line", _squeezed(document.title)))
    for expected, found in zip(wanted, read_back, strict=False):
        shorter = min(len(expected), len(found))
        if shorter == 2:
            assert _normal(found)[:2] == _normal(expected)[:2]
        else:
            assert found == expected
    extra = len(document.notes) - len(again.notes)  # those that nothing marks stand at the end
    assert len(read_back) == len(wanted) + extra
    noted = {_squeezed(note.text) for note in document.notes}
    assert {_squeezed(note.text) for note in again.notes} <= noted


def _json(document: Document, automatic: bool) -> Any:
    """The JSON without places, ids and what else is not the document's; labels alone where Word is to number."""

    def stripped(value: Any) -> Any:
        if isinstance(value, list):
            return [stripped(one) for one in value]
        if not isinstance(value, dict):
            return value
        skipped = {"at", "id", "asset", *({"automatic"} if automatic else ())}
        kept = {key: stripped(one) for key, one in value.items() if key not in skipped}
        return {**kept, "label": kept["label"].strip()} if automatic and "label" in kept else kept

    data = json.loads(write(document, "json"))
    return stripped({key: data[key] for key in ("title", "blocks", "sections", "notes")})


@pytest.mark.parametrize("file", _PLAIN, ids=lambda file: file.name)
def test_plain_documents_give_the_same_json(file: Path, looks: list[Settings]) -> None:
    document = convert(file)
    for look in looks:
        again = convert_bytes(write(document, "docx", look), "x.docx")
        automatic = look.docx.numbering == "auto"
        assert _json(again, automatic) == _json(document, automatic), look.docx


@pytest.mark.skipif(not _REAL, reason=_NO_REAL)
@pytest.mark.parametrize("file", _REAL, ids=lambda file: file.name)
def test_real_documents_read_back(file: Path, looks: list[Settings]) -> None:
    document = convert(file)
    for look in looks if file.stat().st_size < 40_000 else looks[3:4]:
        _assert_reads_back(document, look)


def _without_pictures(value: Any) -> Any:
    """A JSON value without pictures, whose bytes no JSON holds, and without what the page alone said (the layer)."""
    if isinstance(value, list):
        return [_without_pictures(one) for one in value if not _is_picture(one)]
    if not isinstance(value, dict):
        return value
    kept = {key: _without_pictures(one) for key, one in value.items() if key != "layer"}
    if "text" in kept and _adds_nothing(kept.get("blocks", [])):
        kept.pop("blocks", None)
    return kept


def _is_picture(value: Any) -> bool:
    return isinstance(value, dict) and value.get("type") == "image"


def _adds_nothing(blocks: list[Any]) -> bool:
    """Whether a cell's blocks say no more than the lines of its text."""
    return all(block["type"] == "paragraph" and "runs" not in block for block in blocks)


@pytest.mark.skipif(not _REAL, reason=_NO_REAL)
@pytest.mark.parametrize("file", [*_PLAIN, *_REAL], ids=lambda file: file.name)
def test_json_to_docx_to_json_is_the_same_document(file: Path) -> None:
    """Title, outline, paragraphs, tables, lists, notes and marks, after a way through the JSON alone."""
    published = convert_bytes(write(convert(file), "json"), f"{file.name}.json")
    again = convert_bytes(write(published, "docx"), "x.docx")
    assert _without_pictures(_json(again, False)) == _without_pictures(_json(published, False))


@pytest.mark.parametrize("document", [chinese(), english()], ids=["chinese", "english"])
def test_samples_read_back(document: Document, looks: list[Settings]) -> None:
    document.assets = [asset(png(), block.asset) for block in document.blocks if isinstance(block, Image)]  # fmt: skip
    for look in looks:
        _assert_reads_back(document, look)


_text = st.text(st.sampled_from("学习工作总结，。“”（）2020年AB c&<"), min_size=1, max_size=12).map(
    lambda text: " ".join(text.split()) or "文"
)
_labels = st.sampled_from(
    ["一、", "二、", "三、", "十一、", "二十、", "（一）", "（二）", "（十）", "1.", "2.", "3.", "（1）", "（2）", "①", "②",
     "第一章", "第二章", "第三节", "1.1", "1.2", "2.1", "1.1.1", "1.2.1", "0.", "5.", "A.", "B.", "i.", "ii.", "iv)", "a)", "b)",
     "壹、", "１．", "⑴", "⒈", "Part 1", "Article 12", "附件1", "100.", "※", "第 五 条", "01", "1.1.", "Ⅹ"]
)  # fmt: skip


@st.composite
def _marked(draw: st.DrawFn) -> tuple[str, tuple[Run, ...]]:
    text = draw(_text)
    if draw(st.booleans()):
        return text, ()
    start = draw(st.integers(0, len(text) - 1))
    end = draw(st.integers(start + 1, len(text)))
    mark = draw(st.sampled_from(["bold", "italic", "underline", "strike", "superscript"]))
    link = draw(st.sampled_from([None, None, "https://example.com/a?b=1"]))
    return text, (Run(start, end, **{mark: True}, link=link),)  # type: ignore[arg-type]


@st.composite
def _paragraph(draw: st.DrawFn) -> Paragraph:
    text, runs = draw(_marked())
    kind = draw(st.sampled_from(["plain", "plain", "bullet", "numbered"]))
    if kind == "plain":
        return Paragraph(text=text, runs=runs)
    level = draw(st.integers(0, 3))
    label = "•" if kind == "bullet" else draw(_labels)
    return Paragraph(text=text, runs=runs, list_level=level, label=label, bullet=kind == "bullet")


_headings = st.builds(
    Heading,
    text=_text,
    label=_labels,
    level=st.integers(1, 4),
    automatic=st.booleans(),
)


def _table(rows: list[list[str]]) -> Table:
    frozen = tuple(tuple(Cell(text=text) for text in row) for row in rows)
    return Table(text=table_text(frozen), rows=frozen)


_tables = st.integers(1, 3).flatmap(
    lambda width: st.lists(
        st.lists(_text, min_size=width, max_size=width), min_size=2, max_size=3
    ).map(_table)
)
_documents = st.builds(
    Document,
    source=st.just(source()),
    title=st.just("关于安全生产的工作总结"),
    blocks=st.lists(_paragraph() | _headings | _tables, max_size=12),
    language=st.sampled_from(["zh", "en"]),
)
_thorough = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@given(document=_documents)
@example(document=Document(source=source(), blocks=[Heading(text="a", label="1.1", level=2, automatic=True)]))  # fmt: skip
@_thorough
def test_generated_documents_read_back(document: Document, looks: list[Settings]) -> None:
    for look in looks:
        _assert_reads_back(document, look)


_NOT_NUMBERED = "100%1"  # a level's text could not hold it


@given(
    labels=st.lists(
        st.tuples(_labels | st.just(_NOT_NUMBERED), st.integers(1, 4)), min_size=1, max_size=14
    )
)
@_thorough
def test_numbered_headings_print_their_labels(labels: list[tuple[str, int]]) -> None:
    headings = [Heading(text="总则", label=label, level=level) for label, level in labels]
    document = Document(source=source(), blocks=list(headings), language="zh")
    data = write(document, "docx", Settings(docx=DocxSettings(numbering="auto")))
    lines = [block for block in _read(data).blocks if isinstance(block, Paragraph)]
    for line, heading in zip(lines, headings, strict=True):
        assert _squeezed(line.label + line.text) == _squeezed(heading.label + heading.text)
        assert bool(line.label) == (heading.label != _NOT_NUMBERED)


def test_notes_read_back(looks: list[Settings]) -> None:
    noted = Paragraph(text="总则如下。", runs=(Run(2, 2, note="a"), Run(5, 5, note="b")))
    document = Document(
        source=source(), blocks=[noted], notes=[Note("a", "甲"), Note("b", "乙")], language="zh"
    )
    for look in looks:
        _assert_reads_back(document, look)
