"""Tables: spans, merges, nesting, layout frames, deleted rows."""

from __future__ import annotations

from docx_packages import p, read_body, run

from docpipe.model import Image, Place, Table


def tc(content: str, properties: str = "") -> str:
    inner = content if content.startswith("<") else p(content)
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inner}</w:tc>"


def tr(*cells: str, properties: str = "") -> str:
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"


def tbl(*rows: str) -> str:
    return f"<w:tbl><w:tblPr/><w:tblGrid/>{''.join(rows)}</w:tbl>"


def span(columns: int) -> str:
    return f'<w:gridSpan w:val="{columns}"/>'


RESTART, CONTINUE = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"


def shape(table: Table) -> list[list[tuple[str, int, int]]]:
    return [[(c.text, c.rowspan, c.colspan) for c in row] for row in table.rows]


def only_table(body: str) -> Table:
    (table,) = read_body(body).blocks
    assert isinstance(table, Table)
    return table


def test_spans_and_header_rows() -> None:
    table = only_table(
        tbl(
            tr(tc("甲", span(2)), tc("乙", RESTART), properties="<w:tblHeader/>"),
            tr(tc("1"), tc("2"), tc("", CONTINUE)),
            tr(tc("3"), tc("4"), tc("", '<w:vMerge w:val="continue"/>')),
            tr(tc("5"), tc("6"), tc("丙", RESTART)),
        )
    )
    assert shape(table) == [
        [("甲", 1, 2), ("乙", 3, 1)],
        [("1", 1, 1), ("2", 1, 1)],
        [("3", 1, 1), ("4", 1, 1)],
        [("5", 1, 1), ("6", 1, 1), ("丙", 1, 1)],
    ]
    assert [[c.header for c in row] for row in table.rows[:2]] == [[True, True], [False, False]]
    assert table.text == "甲\t乙\n1\t2\n3\t4\n5\t6\t丙"


def test_columns_left_out_become_empty_cells() -> None:
    table = only_table(
        tbl(
            tr(tc("甲"), properties='<w:gridBefore w:val="1"/><w:gridAfter w:val="2"/>'),
            tr(tc("1"), tc("2"), tc("3"), tc("4")),
        )
    )
    assert shape(table)[0] == [("", 1, 1), ("甲", 1, 1), ("", 1, 2)]


def test_legacy_horizontal_merge() -> None:
    restart, join = '<w:hMerge w:val="restart"/>', "<w:hMerge/>"
    table = only_table(
        tbl(tr(tc("甲", restart), tc("", join), tc("乙")), tr(tc("1"), tc("2"), tc("3")))
    )
    assert shape(table)[0] == [("甲", 1, 2), ("乙", 1, 1)]


def test_text_that_a_merge_covers_is_hidden_not_lost() -> None:
    document = read_body(tbl(tr(tc("甲", RESTART), tc("1")), tr(tc("盖住", CONTINUE), tc("2"))))
    assert [(b.text, b.layer) for b in document.blocks] == [
        ("甲\t1\n2", "body"),
        ("盖住", "hidden"),
    ]


def test_a_merge_without_a_cell_above_is_a_cell() -> None:
    assert shape(only_table(tbl(tr(tc("甲", CONTINUE), tc("1"))))) == [[("甲", 1, 1), ("1", 1, 1)]]


def test_paragraphs_of_a_cell_are_lines() -> None:
    table = only_table(tbl(tr(tc(p("甲") + p("") + p("乙")), tc("1"))))
    assert table.rows[0][0].text == "甲\n乙"
    assert table.rows[0][0].blocks == ()


def test_the_place_is_that_of_the_first_paragraph_inside() -> None:
    document = read_body(p("前") + tbl(tr(tc("甲"), tc("乙"))) + p("后"))
    assert [b.at[0] for b in document.blocks] == [
        Place(part="body", paragraph=0),
        Place(part="body", paragraph=1),
        Place(part="body", paragraph=3),
    ]


def test_nested_tables_are_blocks_of_their_cell() -> None:
    inner = tbl(tr(tc("子"), tc("丑")))
    table = only_table(tbl(tr(tc(p("前") + inner + p("")), tc("乙"))))
    cell = table.rows[0][0]
    assert [type(block).__name__ for block in cell.blocks] == ["Paragraph", "Table"]
    assert cell.text == "前\n子\t丑"


def test_tables_nest_to_any_depth() -> None:
    depth = 300
    row = "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>外</w:t></w:r></w:p></w:tc><w:tc>"
    body = row * depth + p("底") + "<w:p/></w:tc></w:tr></w:tbl>" * depth
    block = read_body(body).blocks[0]
    for _ in range(depth - 1):
        assert isinstance(block, Table)
        block = block.rows[0][1].blocks[0]
    assert block.text == "外\t底"


def test_a_frame_of_one_cell_gives_way_to_what_it_frames() -> None:
    document = read_body(tbl(tr(tc(p("一、总则") + p("正文") + tbl(tr(tc("1"), tc("2")))))))
    assert [b.text for b in document.blocks] == ["一、总则", "正文", "1\t2"]


def test_one_column_of_prose_is_layout_and_one_column_of_items_is_data() -> None:
    prose = tbl(tr(tc(p("甲") + p("乙"))), tr(tc("丙")))
    items = tbl(tr(tc("1")), tr(tc("2")))
    assert [b.text for b in read_body(prose).blocks] == ["甲", "乙", "丙"]
    assert only_table(items).text == "1\n2"


def test_a_grid_without_content_is_left_out() -> None:
    assert [b.text for b in read_body(tbl(tr(tc(""), tc(""))) + p("后")).blocks] == ["后"]


def test_deleted_rows_go_to_the_revisions() -> None:
    document = read_body(
        tbl(tr(tc("留"), tc("1")), tr(tc("删"), tc("2"), properties="<w:del/>")) + p("后")
    )
    assert [(b.text, b.layer) for b in document.blocks] == [
        ("留\t1", "body"),
        ("删", "revision"),
        ("2", "revision"),
        ("后", "body"),
    ]


def test_rows_and_cells_in_content_controls_are_found() -> None:
    def control(content: str) -> str:
        return f"<w:sdt><w:sdtContent>{content}</w:sdtContent></w:sdt>"

    assert only_table(tbl(tr(tc("甲"), control(tc("乙"))), control(tr(tc("1"), tc("2"))))).text == (
        "甲\t乙\n1\t2"
    )


def test_shapes_and_deletions_in_a_cell_stand_after_the_table() -> None:
    box = "<w:r><w:pict><v:rect><v:textbox><w:txbxContent>{}</w:txbxContent></v:textbox></v:rect></w:pict></w:r>"
    deleted = "<w:del><w:r><w:delText>删</w:delText></w:r></w:del>"
    cell = p("<w:r><w:t>甲</w:t></w:r>" + box.format(p("框")) + deleted)
    document = read_body(tbl(tr(tc(cell), tc("乙"))))
    assert [(b.text, b.layer) for b in document.blocks] == [
        ("甲\t乙", "body"),
        ("删", "revision"),
        ("框", "textbox"),
    ]


def test_pictures_in_cells() -> None:
    picture = '<w:r><w:pict><v:shape alt="章"><v:imagedata r:id="a.png"/></v:shape></w:pict></w:r>'
    document = read_body(tbl(tr(tc(p(picture)), tc("乙"))), {"a.png": ("image", b"png")})
    (table,) = document.blocks
    assert isinstance(table, Table)
    (image,) = table.rows[0][0].blocks
    assert isinstance(image, Image)
    assert (image.asset, image.text, table.text) == ("img1", "章", "\t乙")


def test_text_between_rows_and_cells_is_kept() -> None:
    body = f"<w:tbl>{p('行间')}<w:tr>{run('格间')}<w:tc>{p('甲')}</w:tc><w:tc>{p('乙')}</w:tc></w:tr></w:tbl>"
    assert [block.text for block in read_body(body).blocks] == ["甲\t乙", "行间", "格间"]


def test_a_hidden_row_is_hidden() -> None:
    row = "<w:tr><w:trPr>{}</w:trPr><w:tc>{}</w:tc><w:tc>{}</w:tc></w:tr>"
    shown, hidden = row.format("", p("甲"), p("乙")), row.format("<w:hidden/>", p("暗"), p("格"))
    document = read_body(f"<w:tbl>{shown}{hidden}</w:tbl>")
    assert [(b.text, b.layer) for b in document.blocks] == [
        ("甲\t乙", "body"),
        ("暗", "hidden"),
        ("格", "hidden"),
    ]
