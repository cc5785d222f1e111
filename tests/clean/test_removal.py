"""Cuts are exact and can be undone: `restore(apply(d)) == d`, and a cut's text is the block's text at its span."""

from __future__ import annotations

import copy

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from blocks import document
from docpipe import clean, rules
from docpipe.clean import apply, restore
from docpipe.model import (
    BlockType,
    Cell,
    Document,
    Image,
    Paragraph,
    Removal,
    Run,
    Table,
    table_text,
)
from docpipe.settings import CleanSettings
from docpipe.survey import survey

WORDS = st.text("甲乙丙丁ab 12。", min_size=1, max_size=24).map(lambda t: " ".join(t.split()))


@st.composite
def paragraphs(draw: st.DrawFn) -> Paragraph:
    text = draw(WORDS)
    cut = draw(st.integers(0, len(text)))
    runs = (Run(0, cut, bold=True),) if cut else ()
    return Paragraph(text=text, runs=runs)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    def cell() -> Cell:
        if draw(st.booleans()):
            return Cell(text=draw(WORDS))
        inner = tuple(draw(st.lists(paragraphs(), min_size=1, max_size=3)))
        return Cell(text="\n".join(b.text for b in inner), blocks=inner)

    columns = draw(st.integers(1, 3))
    rows = tuple(tuple(cell() for _ in range(columns)) for _ in range(draw(st.integers(1, 3))))
    return Table(text=table_text(rows), rows=rows)


@st.composite
def cuts(draw: st.DrawFn) -> tuple[Document, list[Removal]]:
    blocks: list[BlockType] = draw(st.lists(st.one_of(paragraphs(), tables()), max_size=6))
    proposals = []
    for index, block in enumerate(blocks):
        for _ in range(draw(st.integers(0, 3))):
            start = draw(st.integers(0, max(0, len(block.text) - 1)))
            end = draw(st.integers(start, len(block.text)))
            if draw(st.booleans()):
                start, end = 0, len(block.text)
            if start < end:
                proposals.append(
                    Removal(
                        block=index,
                        span=(start, end),
                        text=block.text[start:end],
                        reason="advertising",
                        rule="test",
                        confidence=draw(st.sampled_from([0.3, 0.7, 1.0])),
                    )
                )
    return document(blocks), proposals


@given(cuts())
def test_restore_undoes_apply(case: tuple[Document, list[Removal]]) -> None:
    doc, proposals = case
    before = copy.deepcopy(doc)
    apply(doc, proposals, CleanSettings())
    assert restore(doc) == before


@given(cuts())
def test_removed_text_is_the_text_at_its_span(case: tuple[Document, list[Removal]]) -> None:
    doc, proposals = case
    read = copy.deepcopy(doc.blocks)
    apply(doc, proposals, CleanSettings())
    for removal in doc.removed:
        start, end = removal.span
        assert read[removal.block].text[start:end] == removal.text
        assert removal.confidence >= 0.6


@given(cuts())
def test_nothing_is_lost_between_kept_and_removed(case: tuple[Document, list[Removal]]) -> None:
    doc, proposals = case

    def letters(texts: list[str]) -> list[str]:
        return sorted("".join("".join(texts).split()))

    before = letters([block.text for block in doc.blocks])
    apply(doc, proposals, CleanSettings())
    assert letters([b.text for b in doc.blocks] + [r.text for r in doc.removed]) == before


def test_keep_all_cuts_nothing() -> None:
    doc = document(["广告"])
    cut = Removal(block=0, span=(0, 2), text="广告", reason="advertising", rule="t", confidence=1.0)
    apply(doc, [cut], CleanSettings(policy="keep-all"))
    assert [b.text for b in doc.blocks] == ["广告"]
    assert doc.removed == []


def test_original_is_not_part_of_the_output() -> None:
    from docpipe.schema import RemovedJson

    assert "original" not in {f.name for f in msgspec.structs.fields(RemovedJson)}


def test_pictures_of_the_margin_and_behind_the_text_go_as_a_whole_and_come_back() -> None:
    picture = Image(text="", asset="img1", layer="header")
    behind = Image(text="仅供学习", asset="img2", layer="watermark")
    own = Image(text="", asset="img3")
    pictured = document(
        [Paragraph(text="一段完整的正文，说明全年工作的情况。"), picture, behind, own]
    )
    before = list(pictured.blocks)
    found = survey(pictured, rules.load())
    clean.apply(
        pictured, clean.find(pictured, found, rules.load(), CleanSettings()), CleanSettings()
    )
    assert [block.text for block in pictured.blocks if not isinstance(block, Image)] == [
        before[0].text
    ]
    assert [block.asset for block in pictured.blocks if isinstance(block, Image)] == ["img3"]
    assert [cut.rule for cut in pictured.removed] == ["layer.header", "layer.watermark"]
    clean.restore(pictured)
    assert pictured.blocks == before
