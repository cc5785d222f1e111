"""Elements that say more than a text: each becomes what a reader of the page sees."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from docpipe.model import Document, Paragraph, Table
from docpipe.pipeline import convert, convert_bytes, write
from docpipe.verify import verify

TEXT = "全市水稻长势良好，早稻收割全面展开，各乡镇农技人员深入田间地头开展技术指导，确保颗粒归仓。"


def converted(markup: str) -> Document:
    """The document of a page with `markup` between two paragraphs; nothing of it is lost."""
    page = f"<title>水稻生产</title><h1>水稻生产</h1><p>{TEXT}</p>{markup}<p>{TEXT}</p>".encode()
    document = convert_bytes(page, "a.html")
    assert verify(page, json.loads(write(document, "json"))) == []
    return document


def shown(document: Document) -> list[str]:
    return [block.text for block in document.blocks if block.text != TEXT]


@pytest.mark.parametrize(
    "markup",
    [
        "<noframes><body><p>此页使用了框架</p></body></noframes>",
        "<iframe src='https://a.example/'><p>此页使用了框架</p></iframe>",
        "<noembed>此页使用了框架</noembed>",
        "<video src=a.mp4>此页使用了框架</video>",
        "<audio controls>此页使用了框架</audio>",
        "<canvas>此页使用了框架</canvas>",
    ],
)
def test_what_stands_in_for_a_frame_or_player_is_hidden(markup: str) -> None:
    document = converted(markup)
    assert shown(document) == []
    assert [cut.reason for cut in document.removed] == ["hidden"]


def test_of_an_object_a_reader_sees_what_stands_in() -> None:
    assert shown(converted("<object data='a.swf'><p>产量统计见附件。</p></object>")) == [
        "产量统计见附件。"
    ]


MATHML = "<math><semantics><mrow><mi>E</mi><mo>=</mo><mi>m</mi></mrow><annotation encoding='application/x-tex'>E=m</annotation></semantics></math>"


@pytest.mark.parametrize(
    "formula",
    [
        MATHML,
        f"<span class=katex><span class=katex-mathml>{MATHML}</span><span class=katex-html aria-hidden=true><span>E=m</span></span></span>",
        f"<span><span style='display: none'>{MATHML}</span><img src=https://a.example/1.svg aria-hidden=true alt=E=m></span>",
    ],
)
def test_a_formula_is_shown_once(formula: str) -> None:
    assert shown(converted(f"<p>由此可得 {formula} 的结论。</p>")) == ["由此可得 E=m 的结论。"]


def test_a_span_of_rows_ends_with_its_group() -> None:
    table = next(
        block
        for block in converted(
            "<table border=1><thead><tr><th>县<th>吨</thead><tbody><tr><td rowspan=0>甲<td>12<tr><td>13</tbody>"
            "<tbody><tr><td rowspan=9>乙<td>3<tr><td>4</tbody><tfoot><tr><td>合计<td>32</tfoot></table>"
        ).blocks
        if isinstance(block, Table)
    )
    assert [[(cell.text, cell.rowspan) for cell in row] for row in table.rows] == [
        [("县", 1), ("吨", 1)],
        [("甲", 2), ("12", 1)],
        [("13", 1)],
        [("乙", 2), ("3", 1)],
        [("4", 1)],
        [("合计", 1), ("32", 1)],
    ]


def test_a_table_in_a_table_with_headers_is_data() -> None:
    inner = "<table border=1><tr><th>品种<th>亩<tr><td>早稻<td>10</table>"
    outer = f"<table border=1><tr><th>县<th>明细<tr><td>甲<td>{inner}<tr><td>乙<td>无</table>"
    tables = [block for block in converted(outer).blocks if isinstance(block, Table)]
    assert [[cell.text for cell in row] for row in tables[0].rows] == [
        ["县", "明细"],
        ["甲", "品种\t亩\n早稻\t10"],
        ["乙", "无"],
    ]
    assert isinstance(tables[0].rows[1][1].blocks[0], Table)


def test_a_list_that_counts_back_begins_with_the_number_of_its_items() -> None:
    document = converted("<ol reversed><li>三号<li>二号<li>一号</ol>")
    labels = [block.label for block in document.blocks if isinstance(block, Paragraph)]
    assert labels == ["", "3.", "2.", "1.", ""]


def test_all_sheets_of_a_workbook_are_shown(tmp_path: Path) -> None:
    sheets = ["sheet001.htm", "sheet002.htm"]
    links = "".join(f"<link id=shLink href='产量.files/{name}'>" for name in sheets)
    frame = f"<frameset><frame src='产量.files/{sheets[0]}'><noframes><p>此页使用了框架</p></noframes></frameset>"
    page = tmp_path / "产量.htm"
    page.write_text(f"<html><head><title>产量</title>{links}</head>{frame}</html>", "utf-8")
    (tmp_path / "产量.files").mkdir()
    for number, name in enumerate(sheets, 1):
        table = f"<table><tr><td>月份<td>吨<tr><td>{number}月<td>1200<tr><td>合计<td>1500</table>"
        (tmp_path / "产量.files" / name).write_text(table, "utf-8")
    tables = [block for block in convert(page).blocks if isinstance(block, Table)]
    assert [table.rows[1][0].text for table in tables] == ["1月", "2月"]
