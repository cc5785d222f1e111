"""Tables over page breaks: a torn row is one, merged cells span the break, rows that only look torn stay apart."""

from __future__ import annotations

import pytest

from docpipe.model import Cell, Look, Place, Table, table_text
from docpipe.torn_tables import with_whole_tables

Row = tuple[Cell, ...]


def row(*texts: str, **spans: int) -> Row:
    """A row; `rows` is how many of them its first cell covers."""
    first, *rest = texts
    return (Cell(text=first, rowspan=spans.get("rows", 1)), *(Cell(text=text) for text in rest))


def part(page: int, *rows: Row, room: tuple[float | None, ...] = ()) -> Table:
    look = Look(cell_room=room)
    return Table(text=table_text(rows), rows=rows, at=(Place(page=page),), look=look)


def joined(*parts: Table) -> list[list[tuple[str, int]]]:
    """Texts and rowspans of the one table that parts make."""
    blocks = list(with_whole_tables(parts))
    assert len(blocks) == 1
    table = blocks[0]
    assert isinstance(table, Table)
    assert table.text == table_text(table.rows)
    assert [place.page for place in table.at] == [place.page for part in parts for place in part.at]
    return [[(cell.text, cell.rowspan) for cell in row] for row in table.rows]


def plain(*rows: tuple[str, ...]) -> list[list[tuple[str, int]]]:
    return [[(text, 1) for text in row] for row in rows]


FIRST = row("1", "改造", "已完成主体施工，正在进行外立面装")


def test_a_row_whose_text_goes_on_is_one() -> None:
    rest, next_row = row("", "", "饰和室外管网铺设。"), row("2", "新建", "已竣工。")
    expected = plain(("1", "改造", FIRST[2].text + rest[2].text), ("2", "新建", "已竣工。"))
    assert joined(part(1, FIRST, room=(None, None, 0.4)), part(2, rest, next_row)) == expected


def test_a_row_may_go_on_over_several_pages() -> None:
    texts = ["已完成主体施工，正在进", "行外立面装饰和室外管", "网铺设。"]
    parts = [
        part(n + 1, row("" if n else "1", "", text), room=(None, None, 0.3))
        for n, text in enumerate(texts)
    ]
    assert joined(*parts) == plain(("1", "", "".join(texts)))


def test_latin_words_are_as_wide_as_letters() -> None:
    above, below = row("1", "It reported to the board on"), row("", "progress and results.")
    whole = plain(("1", "It reported to the board on progress and results."))
    assert joined(part(1, above, room=(None, 4.0)), part(2, below)) == whole


def test_numbered_paragraphs_of_a_cell_are_counted_on() -> None:
    above, below = row("1", "1.健全机制。\n2.加强督查。"), row("", "3.压实责任。")
    expected = plain(("1", "1.健全机制。\n2.加强督查。\n3.压实责任。"))
    assert joined(part(1, above, room=(None, 8.0)), part(2, below)) == expected


@pytest.mark.parametrize(
    ("below", "room"),
    [
        (row("", "", "饰和室外管网铺设。"), (None, None, 6.0)),
        (row("", "", "饰和室外管网铺设。"), (None, None, None)),
        (row("", "", "饰和室外管网铺设。"), ()),
        (row("2", "", "饰和室外管网铺设。"), (None, None, 0.4)),
        (row("", "续建", "饰和室外管网铺设。"), (None, None, 0.4)),
        (row("", "", "1,024.5"), (None, None, 0.4)),
        (row("", "", "（二）加强调度。"), (None, None, 0.4)),
    ],
)
def test_a_row_that_begins_anew_is_one_of_its_own(
    below: Row, room: tuple[float | None, ...]
) -> None:
    whole = joined(part(1, FIRST, room=room), part(2, below))
    assert [len(cells) for cells in whole] == [3, 3]


def test_a_merged_cell_spans_the_break() -> None:
    first = part(1, row("第一类", "甲", "1", rows=2), row("乙", "2"))
    second = part(2, row("", "丙", "3", rows=2), row("丁", "4"), row("第二类", "戊", "5"))
    assert joined(first, second) == [
        [("第一类", 4), ("甲", 1), ("1", 1)],
        *plain(("乙", "2"), ("丙", "3"), ("丁", "4"), ("第二类", "戊", "5")),
    ]


def test_the_last_row_below_a_merged_cell_may_stand_alone_on_the_next_page() -> None:
    first = part(1, row("第一类", "甲", "1", rows=2), row("乙", "2"))
    assert joined(first, part(2, row("", "丙", "3"))) == [
        [("第一类", 3), ("甲", 1), ("1", 1)],
        *plain(("乙", "2"), ("丙", "3")),
    ]


def test_a_torn_row_beside_a_merged_cell() -> None:
    first = part(
        1,
        row("住建", "甲", "已完成。", rows=2),
        row("乙", "已完成主体施工，正在"),
        room=(None, None, 0.2),
    )
    second = part(2, row("", "", "扫尾。", rows=2), row("丙", "未动工。"))
    assert joined(first, second) == [
        [("住建", 3), ("甲", 1), ("已完成。", 1)],
        *plain(("乙", "已完成主体施工，正在扫尾。"), ("丙", "未动工。")),
    ]


def test_an_empty_cell_below_one_of_its_own_row_stays_empty() -> None:
    assert joined(part(1, row("甲", "1")), part(2, row("", "2"))) == plain(("甲", "1"), ("", "2"))
