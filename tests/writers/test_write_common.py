"""The grid of a table, links, labels and notes: what all writers of readable documents rest on."""

from __future__ import annotations

import pytest
from writer_samples import cells, chinese, table

from docpipe.model import BlockType, Cell, Heading, Paragraph, Table
from docpipe.writers.common import (
    Content,
    Grid,
    TableStart,
    column_widths,
    flow,
    grid,
    label_gap,
    note_order,
    printable,
    safe_link,
    walk,
)


def _picture(laid_out: Grid) -> list[str]:
    """A letter for each column of each row: the cell's text, lower case where it began in a row above, a dot for a gap."""
    lines = []
    for row in laid_out.rows:
        line = ""
        for slot in row:
            letter = "." if slot.cell is None else slot.cell.text
            line += (letter if slot.first else letter.lower()) * slot.columns
        lines.append(line)
    return lines


@pytest.mark.parametrize(
    ("rows", "picture"),
    [
        ([[("A", 1, 1), ("B", 1, 1)], [("C", 1, 1), ("D", 1, 1)]], ["AB", "CD"]),
        ([[("A", 2, 1), ("B", 1, 2)], [("C", 1, 1), ("D", 1, 1)]], ["ABB", "aCD"]),
        ([[("A", 1, 1), ("B", 2, 1)], [("C", 1, 1)]], ["AB", "Cb"]),
        ([[("A", 9, 1), ("B", 1, 1)]], ["AB"]),
        ([[("A", 1, 1000)], [("B", 1, 500), ("C", 1, 500)]], ["AA", "BC"]),
        ([[("A", 1, 1), ("B", 1, 1)], [("C", 1, 1)]], ["AB", "C."]),
        ([[("A", 1, 1), ("B", 2, 1)], [("C", 1, 2)]], ["AB", "Cb"]),
        ([[("A", 1, 1)], []], ["A", "."]),
        ([[("A", 0, 0), ("B", 1, 1)]], ["AB"]),
        ([], []),
    ],
)
def test_grid(rows: list[list[tuple[str, int, int]]], picture: list[str]) -> None:
    laid_out = grid([[Cell(text=t, rowspan=r, colspan=c) for t, r, c in row] for row in rows])
    assert _picture(laid_out) == picture
    assert {len(line) for line in picture} <= {laid_out.width}


def test_a_head_ends_where_no_span_leaves_it() -> None:
    tall = (Cell(text="A", header=True, rowspan=2), Cell(text="B", header=True))
    assert grid([tall, cells("C", header=True), cells("D", "E")]).header_rows == 2
    assert grid([tall, cells("C"), cells("D", "E")]).header_rows == 0
    assert grid([cells("A", header=True)]).header_rows == 0, "a table is not all head"


def test_widths_follow_the_text_and_fill_the_page() -> None:
    widths = column_widths(grid([cells("序号", "很长的一列文字，要占更多的地方")]), 9000)
    assert sum(widths) == 9000
    assert widths[1] > 2 * widths[0]


@pytest.mark.parametrize(
    ("link", "safe"),
    [
        ("https://example.com/a b", "https://example.com/a%20b"),
        ("http://例子.cn/路径", "http://例子.cn/路径"),
        ("mailto:a@b.c", "mailto:a@b.c"),
        ("#top", "#top"),
        ("HTTPS://EXAMPLE.com/100%", "HTTPS://EXAMPLE.com/100%25"),
        ("javascript:alert(1)", None),
        ("java\nscript:alert(1)", None),
        (" javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("file:///etc/passwd", None),
        ("report.pdf", None),
        ("//example.com", None),
        ("http://[x", None),
        ("http://a:b/", None),
        ("http://", None),
        ("#", None),
        ("", None),
        (None, None),
    ],
)
def test_links(link: str | None, safe: str | None) -> None:
    assert safe_link(link) == safe


@pytest.mark.parametrize(
    "printed",
    [
        "一、|总则",
        "（一）|总则",
        "1.|总则",
        "1. |General",
        "1.1 |总则",
        "第一章 |总则",
        "①|总则",
        "Chapter 1 |Aims",
        "(a) |Aims",
    ],
)
def test_label_and_text_stand_as_in_print(printed: str) -> None:
    label, text = printed.split("|")
    assert label.rstrip() + label_gap(label.rstrip(), text) == label


def test_what_xml_forbids_is_shown_as_replaced() -> None:
    assert printable("a\x00b\ud800c\td\u2028e 一\u3000二") == "a\ufffdb\ufffdc d e 一\u3000二"


def test_depth_is_that_of_the_tree() -> None:
    levels = [1, 3, 3, 2, 7, 1, 2]
    blocks: list[BlockType] = [Heading(level=level) for level in levels]
    assert [s.depth for s in flow(blocks) if isinstance(s, Content)] == [1, 2, 2, 2, 3, 1, 2]


def test_a_caption_belongs_to_its_table() -> None:
    one = table(cells("a"))
    for text, named in (
        ("表1 指标", True),
        ("Table 2: Figures", True),
        ("表1说明如下。", False),
        ("表格", False),
    ):
        starts = [s for s in flow([Paragraph(text=text), one]) if isinstance(s, TableStart)]
        assert (starts[0].caption is not None) is named, text
    assert isinstance(next(flow([Paragraph(text="表1 指标"), Paragraph(text="b")])), Content)


def test_tables_in_tables_are_walked_without_recursion() -> None:
    inner = table(cells("x"))
    for _ in range(5_000):
        inner = Table(rows=((Cell(blocks=(inner,)),),))
    assert sum(isinstance(step, TableStart) for step in walk([inner])) == 5_001


def test_notes_are_numbered_by_their_first_marks() -> None:
    order = note_order(chinese())
    assert order.numbers == {"n1": 1, "n2": 2}
    assert order.marked == 1
