"""The section tree is a pure view: idempotent, lossless, and the published JSON is valid and reads back as itself."""

from __future__ import annotations

import json

import jsonschema
from hypothesis import given
from hypothesis import strategies as st

from blocks import INFO
from docpipe.model import (
    Asset,
    BlockType,
    Cell,
    Document,
    Fact,
    Formula,
    Heading,
    Image,
    Note,
    Paragraph,
    Pipeline,
    Place,
    Removal,
    Run,
    Source,
    Table,
    Warning,
    table_text,
)
from docpipe.readers.json import read
from docpipe.schema import json_schema
from docpipe.sections import View, flatten, view
from docpipe.settings import Settings
from docpipe.writers.json import write

TEXT = st.text(st.characters(codec="utf-8"), max_size=20)
PLACES = st.lists(
    st.one_of(
        st.builds(Place, part=st.just("body"), paragraph=st.integers(0, 99)),
        st.builds(Place, page=st.integers(1, 9), bbox=st.just((1.0, 2.0, 3.5, 4.0))),
        st.builds(Place, line=st.integers(1, 99)),
    ),
    max_size=2,
).map(tuple)


@st.composite
def marked(draw: st.DrawFn) -> Paragraph:
    text = draw(TEXT)
    ends = sorted(draw(st.lists(st.integers(0, len(text)), max_size=4)))
    runs = tuple(
        Run(a, b, bold=draw(st.booleans()), italic=True, link=draw(st.sampled_from([None, "#x"])))
        for a, b in zip(ends[::2], ends[1::2], strict=False)
        if a < b
    )
    level = draw(st.sampled_from([None, None, 0, 1, 2, 5]))
    return Paragraph(
        text=text,
        at=draw(PLACES),
        runs=runs,
        list_level=level,
        label="" if level is None else draw(st.sampled_from(["1.", "•", "（一）"])),
    )


@st.composite
def tables(draw: st.DrawFn) -> Table:
    def cell() -> Cell:
        inner = tuple(draw(st.lists(marked(), max_size=2)))
        text = "\n".join(b.text for b in inner) if inner else draw(TEXT)
        return Cell(text=text, blocks=inner, colspan=draw(st.integers(1, 2)))

    rows = tuple(tuple(cell() for _ in range(2)) for _ in range(draw(st.integers(1, 2))))
    return Table(text=table_text(rows), rows=rows, at=draw(PLACES))


HEADINGS = st.builds(
    Heading,
    text=TEXT,
    label=st.sampled_from(["", "一、", "1."]),
    level=st.integers(1, 9),
    at=PLACES,
)
BLOCKS: st.SearchStrategy[list[BlockType]] = st.lists(
    st.one_of(
        marked(),
        HEADINGS,
        tables(),
        st.builds(Image, text=TEXT, asset=st.just("a1"), at=PLACES),
        st.builds(Formula, text=TEXT, at=PLACES),
    ),
    max_size=12,
)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    return Document(
        source=INFO,
        blocks=draw(BLOCKS),
        title=draw(TEXT),
        language="zh",
        metadata={"date": Fact("2021-12-28", "2021年12月28日", draw(PLACES))},
        notes=[Note("fn1", draw(TEXT))],
        assets=[Asset("a1", "a.png", "image/png", "0" * 64, 3, b"abc")],
        removed=[
            Removal(
                block=1, span=(0, 2), text="广告", reason="advertising", rule="r", confidence=0.9
            )
        ],
        warnings=[Warning("partial", "pages 1", draw(PLACES))],
        pipeline=Pipeline("1", "2", "3"),
    )


@given(BLOCKS)
def test_view_is_idempotent(blocks: list[BlockType]) -> None:
    tree = view(blocks)
    assert view(flatten(tree)) == tree


@given(BLOCKS)
def test_view_keeps_every_text_in_order(blocks: list[BlockType]) -> None:
    assert [b.text for b in flatten(view(blocks))] == [b.text for b in blocks]


@given(BLOCKS)
def test_level_is_the_depth_in_the_tree(blocks: list[BlockType]) -> None:
    def walk(tree: View | object, depth: int) -> None:
        for section in tree.sections:  # type: ignore[attr-defined]
            assert section.level == depth
            walk(section, depth + 1)

    walk(view(blocks), 1)


@given(documents())
def test_json_is_valid_and_reads_back_byte_for_byte(doc: Document) -> None:
    data = write(doc, Settings())
    jsonschema.validate(json.loads(data), json_schema())
    source = Source(name="a.json", path="a.json", format="json", data=data, sha256="")
    assert write(read(source, Settings()), Settings()) == data


def test_items_without_a_parent_nest_among_themselves() -> None:
    items = [Paragraph(text=str(level), list_level=level) for level in (2, 2, 3, 1)]
    tree = view(items)
    levels = [block.list_level for block in flatten(tree) if isinstance(block, Paragraph)]
    assert levels == [0, 0, 1, 0]
    assert view(flatten(tree)) == tree
