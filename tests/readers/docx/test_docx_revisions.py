"""Tracked changes: which side is the text, whose the other is, and that no view loses a letter."""

from __future__ import annotations

from collections import Counter

import pytest
from docx_packages import p, package, read_bytes, run, xml
from hypothesis import given
from hypothesis import strategies as st

from docpipe.model import Document, Paragraph, Revision, Table
from docpipe.pipeline import convert_bytes
from docpipe.settings import ReadSettings, Settings, TrackChanges

BY = 'w:author="李明" w:date="2021-03-04T09:30:00Z"'
LI_MING = {"author": "李明", "date": "2021-03-04T09:30:00Z"}
INSERTED = f"<w:ins {BY}>{run('新增')}</w:ins>"
DELETED = f"<w:del {BY}><w:r><w:delText>旧有</w:delText></w:r></w:del>"


def read(body: str, view: TrackChanges) -> Document:
    return read_bytes(package(body), Settings(read=ReadSettings(track_changes=view)))


def shown(document: Document) -> list[tuple[str, str]]:
    return [(block.text, block.layer) for block in document.blocks]


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        ("accept", [("前新增后", "body"), ("旧有", "revision")]),
        ("reject", [("前旧有后", "body"), ("新增", "revision")]),
        ("all", [("前新增旧有后", "body")]),
    ],
)
def test_each_view_shows_its_side(view: TrackChanges, expected: list[tuple[str, str]]) -> None:
    document = read(p(run("前") + INSERTED + DELETED + run("后")), view)
    assert shown(document) == expected


def test_what_is_not_shown_says_whose_it_is() -> None:
    body = p(run("前") + INSERTED + DELETED)
    accepted, rejected = read(body, "accept"), read(body, "reject")
    assert accepted.blocks[1].revision == Revision(**LI_MING)
    assert rejected.blocks[1].revision == Revision(**LI_MING, inserted=True)


def test_changes_of_two_people_are_two_blocks() -> None:
    other = DELETED.replace("李明", "王芳").replace("旧有", "多余")
    document = read(p(run("前") + DELETED + other), "accept")
    assert [(b.text, b.revision and b.revision.author) for b in document.blocks[1:]] == [
        ("旧有", "李明"),
        ("多余", "王芳"),
    ]


def test_with_all_changes_shown_they_are_marked() -> None:
    document = read(p(run("前") + INSERTED + DELETED), "all")
    marks = [(run.start, run.end, run.underline, run.strike) for run in document.blocks[0].runs]
    assert marks == [(1, 3, True, False), (3, 5, False, True)]


def test_moves_and_marks_follow_the_view() -> None:
    moved = f"<w:moveFrom {BY}><w:r><w:t>原处</w:t></w:r></w:moveFrom>"
    to = f"<w:moveTo {BY}><w:r><w:t>新处</w:t></w:r></w:moveTo>"
    inserted_mark = f"<w:rPr><w:ins {BY}/></w:rPr>"
    body = p(run("甲") + moved, inserted_mark) + p(run("乙") + to)
    assert shown(read(body, "accept")) == [
        ("甲", "body"), ("原处", "revision"), ("乙新处", "body"),
    ]  # fmt: skip
    assert shown(read(body, "reject")) == [
        ("甲原处乙", "body"), ("新处", "revision"),
    ]  # fmt: skip


def test_text_put_in_and_taken_out_again_is_in_no_view() -> None:
    both = f"<w:ins {BY}>{DELETED}</w:ins>"
    for view in ("accept", "reject"):
        assert ("旧有", "revision") in shown(read(p(run("前") + both), view))  # type: ignore[arg-type]


def test_former_formatting_counts_where_changes_are_rejected() -> None:
    bold = f"<w:b/><w:rPrChange {BY}><w:rPr/></w:rPrChange>"
    numbered = (
        f'<w:pStyle w:val="Heading1"/><w:pPrChange {BY}><w:pPr><w:pStyle w:val="Quote"/></w:pPr>'
        "</w:pPrChange>"
    )
    styles = xml("styles", "")
    body = p(run("文", bold), numbered)
    for view, marks, style in (("accept", True, "Heading1"), ("reject", False, "Quote")):
        document = read_bytes(
            package(body, {"styles": ("styles", styles)}),
            Settings(read=ReadSettings(track_changes=view)),  # type: ignore[arg-type]
        )
        assert (bool(document.blocks[0].runs), document.blocks[0].look.style) == (marks, style)


def cell(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{p(text)}</w:tc>"


def row(cells: str, properties: str = "") -> str:
    return f"<w:tr><w:trPr>{properties}</w:trPr>{cells}</w:tr>"


def test_rows_and_cells_follow_the_view() -> None:
    body = "<w:tbl>{}{}{}</w:tbl>".format(
        row(cell("甲") + cell("乙")),
        row(cell("新甲") + cell("新乙"), f"<w:ins {BY}/>"),
        row(cell("丙") + cell("丁", f"<w:cellDel {BY}/>")),
    )
    for view, rows in (
        ("accept", "甲\t乙\n新甲\t新乙\n丙\t"),
        ("reject", "甲\t乙\n丙\t丁"),
        ("all", "甲\t乙\n新甲\t新乙\n丙\t丁"),
    ):
        tables = [b for b in read(body, view).blocks if isinstance(b, Table)]  # type: ignore[arg-type]
        assert [table.text for table in tables] == [rows]


def test_a_deletion_around_rows_keeps_their_text_among_the_revisions() -> None:
    deleted = f"<w:del {BY}>{row(cell('旧甲') + cell('旧乙'))}</w:del>"
    document = read(f"<w:tbl>{row(cell('甲') + cell('乙'))}{deleted}</w:tbl>", "accept")
    assert shown(document) == [("甲\t乙", "body"), ("旧甲", "revision"), ("旧乙", "revision")]
    assert document.blocks[1].revision == Revision(**LI_MING)


def test_a_shape_in_a_deletion_is_a_revision() -> None:
    box = f"<w:r><w:pict><v:shape><v:textbox><w:txbxContent>{p('框中')}</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
    document = read(p(run("前") + f"<w:del {BY}>{box}</w:del>"), "accept")
    assert shown(document) == [("前", "body"), ("框中", "revision")]
    assert document.blocks[1].revision == Revision(**LI_MING)


def test_removed_names_author_and_date() -> None:
    data = package(p(run("前面一段话说明情况。") + DELETED))
    (cut,) = convert_bytes(data, "a.docx").removed
    assert (cut.text, cut.author, cut.date) == ("旧有", "李明", "2021-03-04T09:30:00Z")
    assert cut.because == "deleted by a tracked change"
    rejecting = Settings(read=ReadSettings(track_changes="reject"))
    data = package(p(run("前面一段话说明情况。") + INSERTED))
    (cut,) = convert_bytes(data, "a.docx", settings=rejecting).removed
    assert (cut.text, cut.because) == ("新增", "inserted by a tracked change")


def test_a_comment_names_its_author() -> None:
    comments = xml("comments", f'<w:comment w:id="0" {BY}>{p("请核实")}</w:comment>')
    document = read_bytes(package(p("正文"), {"comments": ("comments", comments)}))
    assert document.blocks[1].revision == Revision(**LI_MING)


CONTENT = st.recursive(
    st.sampled_from(["甲", "乙", "丙", "丁"]).map(run),
    lambda inner: st.builds(
        lambda tag, parts: f"<w:{tag} {BY}>{''.join(parts)}</w:{tag}>",
        st.sampled_from(["ins", "del", "moveFrom", "moveTo", "smartTag"]),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=8,
)


@given(st.lists(CONTENT, max_size=5), st.sampled_from(["accept", "reject", "all"]))
def test_no_view_loses_or_doubles_a_letter(parts: list[str], view: TrackChanges) -> None:
    body = p("".join(parts) or run("空"))
    document = read(body, view)
    letters = Counter(char for char in body if "\u4e00" <= char <= "\u9fff")
    letters -= Counter("李明" * body.count("李明"))
    found = Counter("".join(b.text for b in document.blocks if isinstance(b, Paragraph)))
    assert found - Counter(" ") == letters
