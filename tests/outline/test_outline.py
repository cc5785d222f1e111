"""Title and headings: labels and looks of the whole document weighed against one another."""

from __future__ import annotations

import pytest

from blocks import document, paragraph
from docpipe.model import BlockType, Cell, Heading, Look, Paragraph, Run, Table
from docpipe.outline import outline

PROSE = "全年组织开展各类检查430次，排查隐患216处，全部完成整改，取得明显成效。"
TITLE = "青山街道2023年度综合治理工作总结"


def headings(blocks: list[BlockType | str]) -> list[tuple[int, str, str]]:
    doc = outline(document(blocks))
    return [(b.level, b.label.strip(), b.text) for b in doc.blocks if isinstance(b, Heading)]


def test_chinese_outline_nests_by_kind_of_label() -> None:
    lines: list[BlockType | str] = [
        TITLE, PROSE, "一、主要工作", "（一）加强领导", PROSE, "1.组织保障", PROSE, "（1）人员", PROSE, "2.经费保障", PROSE,
        "（二）落实责任", PROSE, "二、存在问题", PROSE,
    ]  # fmt: skip
    assert headings(lines) == [
        (1, "一、", "主要工作"), (2, "（一）", "加强领导"), (3, "1.", "组织保障"), (4, "（1）", "人员"), (3, "2.", "经费保障"),
        (2, "（二）", "落实责任"), (1, "二、", "存在问题"),
    ]  # fmt: skip


def test_decimal_outline_nests_by_depth() -> None:
    lines: list[BlockType | str] = [
        "1 范围",
        PROSE,
        "1.1 总则",
        PROSE,
        "1.1.1 目的",
        PROSE,
        "1.2 定义",
        PROSE,
        "2 要求",
        PROSE,
    ]
    bold = [paragraph(t, bold=True) if t != PROSE else t for t in lines]
    assert [level for level, _, _ in headings(bold)] == [1, 2, 3, 2, 1]


def test_chapters_hold_sections_hold_numbers() -> None:
    lines: list[BlockType | str] = [
        "第一章 总则",
        PROSE,
        "第一节 目的",
        PROSE,
        "一、背景",
        PROSE,
        "第二章 附则",
        PROSE,
    ]
    assert [level for level, _, _ in headings(lines)] == [1, 2, 3, 1]


@pytest.mark.parametrize(
    "line",
    [
        "2020年，街道坚持以人民为中心，扎实推进各项工作。",
        "1.5万元用于改造便民服务设施",
        "3月份以来连续开展专项整治",
        "1.青石大学水利学院，湖南 长沙 410000",
        "1.对辖区内3家加油站、2家液化气站开展拉网式排查，发现隐患41处，已全部整改到位。",
        "（一）招募青年志愿者不少于100名，组建法律、医疗、心理等专业队伍。",
        "2023年12月20日",
        "各位领导、同志们：",
    ],
)
def test_line_is_no_heading(line: str) -> None:
    assert headings([TITLE, PROSE, line, PROSE, "一、主要工作", PROSE]) == [(1, "一、", "主要工作")]


def test_enumeration_without_text_of_its_own_is_no_outline() -> None:
    lines: list[BlockType | str] = [
        PROSE,
        "附件：",
        "1.安全生产检查情况表",
        "2.隐患整改台账",
        "3.培训人员名单",
        "青山街道办事处",
    ]
    assert headings(lines) == []


def test_nested_list_without_text_is_no_outline() -> None:
    def item(label: str, text: str, level: int) -> Paragraph:
        return Paragraph(text=text, label=label, list_level=level)

    blocks: list[BlockType | str] = [
        PROSE,
        item("1.", "水果", 0),
        item("a)", "苹果", 1),
        item("b)", "梨", 1),
        item("2.", "蔬菜", 0),
        PROSE,
    ]
    assert headings(blocks) == []


def test_automatic_numbers_become_labels() -> None:
    def item(label: str, text: str, level: int) -> Paragraph:
        return Paragraph(text=text, label=label, list_level=level)

    blocks: list[BlockType | str] = [
        item("一、", "凝聚职工思想共识", 0), PROSE, item("（一）", "抓好阵地建设", 1), PROSE, item("（二）", "选树先进典型", 1), PROSE,
    ]  # fmt: skip
    doc = outline(document(blocks))
    found = [b for b in doc.blocks if isinstance(b, Heading)]
    assert [(h.level, h.label, h.text, h.automatic) for h in found] == [
        (1, "一、", "凝聚职工思想共识", True), (2, "（一）", "抓好阵地建设", True), (2, "（二）", "选树先进典型", True),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("label", "text", "bullet"),
    [("1.", "加强领导", False), ("i.", "加强领导", False), ("•", "（一）加强领导", True)],
)
def test_an_item_of_a_page_is_no_heading_by_its_label(label: str, text: str, bullet: bool) -> None:
    def item(look: Look) -> Paragraph:
        return Paragraph(text=text, label=label, list_level=0, bullet=bullet, look=look)

    assert headings([TITLE, PROSE, item(Look(tag="li")), PROSE]) == []
    if not bullet:
        assert len(headings([TITLE, PROSE, item(Look(tag="li", bold=True)), PROSE])) == 1


def test_lines_of_one_h1_are_one_title() -> None:
    def line(text: str, path: int) -> Paragraph:
        return Paragraph(text=text, look=Look(tag="h1", heading=1, path=(1, path)))

    doc = outline(
        document([line("青山街道办事处", 2), line("关于做好安全生产工作的通知", 2), PROSE])
    )
    assert doc.title == "青山街道办事处关于做好安全生产工作的通知"
    doc = outline(
        document([line("青山街道办事处", 2), line("关于做好安全生产工作的通知", 3), PROSE])
    )
    assert "青山街道办事处关于" not in doc.title


def test_bold_lines_without_numbers_are_headings() -> None:
    blocks: list[BlockType | str] = [
        paragraph(TITLE, bold=True, size=22.0, align="center"),
        PROSE,
        paragraph("思想政治方面", bold=True),
        PROSE,
        paragraph("廉洁自律方面", bold=True),
        PROSE,
    ]
    assert [h[2] for h in headings(blocks)] == ["思想政治方面", "廉洁自律方面"]


@pytest.mark.parametrize("caption", ["表7.5 用地指标基准值", "图3-1 组织结构", "Table 2: Results"])
def test_a_bold_caption_is_no_heading(caption: str) -> None:
    blocks: list[BlockType | str] = [
        paragraph(TITLE, bold=True, size=22.0, align="center"),
        PROSE,
        paragraph("图书馆建设", bold=True),
        PROSE,
        paragraph(caption, bold=True),
        PROSE,
    ]
    assert [h[2] for h in headings(blocks)] == ["图书馆建设"]


def test_bold_captions_of_figures_and_tables_are_no_headings() -> None:
    captions = [
        "图1 产量变化",
        "表2-1：各县面积",
        "表一 基本数据",
        "Figure 3. Yield",
        "Table 4: Area",
    ]
    blocks: list[BlockType | str] = [TITLE, PROSE]
    for caption in captions:
        blocks += [paragraph(caption, bold=True, align="center"), PROSE]
    blocks += [paragraph("图书管理", bold=True), PROSE, paragraph("表彰先进", bold=True), PROSE]
    assert [h[2] for h in headings(blocks)] == ["图书管理", "表彰先进"]


def test_bold_body_makes_no_headings() -> None:
    blocks: list[BlockType | str] = [
        paragraph(t, bold=True) for t in (PROSE, "各科室", PROSE, PROSE)
    ]
    assert headings(blocks) == []


def test_run_in_heading_is_split_from_its_text() -> None:
    lead, rest = "（一）健全组织网络。", "成立志愿服务站1个，登记注册志愿者638人，做到“三落实”。"
    block = Paragraph(text=lead + rest, runs=(Run(0, len(lead), bold=True),))
    doc = outline(document([PROSE, "一、主要做法", block]))
    last = doc.blocks[-1]
    assert [(b.label, b.text) for b in doc.blocks if isinstance(b, Heading)] == [
        ("一、", "主要做法"),
        ("（一）", "健全组织网络。"),
    ]
    assert isinstance(last, Paragraph)
    assert last.text == rest


def test_bold_enumeration_word_is_no_heading() -> None:
    block = Paragraph(text="一是加强学习。全年组织学习24次。", runs=(Run(0, 7, bold=True),))
    assert headings([PROSE, block, block]) == []


def test_heading_styles_decide() -> None:
    blocks: list[BlockType | str] = [
        paragraph("总体情况", heading=1), PROSE, paragraph("分项情况", heading=2), PROSE, paragraph("结论", heading=1), PROSE,
    ]  # fmt: skip
    assert [(level, text) for level, _, text in headings(blocks)] == [
        (1, "总体情况"),
        (2, "分项情况"),
        (1, "结论"),
    ]


def test_paragraph_in_a_heading_style_stays_a_paragraph() -> None:
    assert headings([paragraph("一、" + PROSE * 2, heading=1), PROSE]) == []


def test_plain_short_lines_head_paragraphs_where_nothing_else_does() -> None:
    lines: list[BlockType | str] = [
        TITLE,
        PROSE,
        "思想政治方面",
        PROSE,
        "履职尽责方面",
        PROSE,
        "述职人：李明",
        "2024年1月5日",
    ]
    assert [h[2] for h in headings(lines)] == ["思想政治方面", "履职尽责方面"]


def test_english_headings() -> None:
    prose = "Members borrowed 182,450 items, of which 61,300 were digital, and the number of visits rose."
    lines: list[BlockType | str] = [
        "1. Circulation",
        prose,
        "1.1 Digital lending",
        prose,
        "1.5 million people visited the five branches of the library.",
        "2. Risks",
        prose,
    ]
    assert headings(lines) == [
        (1, "1.", "Circulation"),
        (2, "1.1", "Digital lending"),
        (1, "2.", "Risks"),
    ]


def test_title_over_two_lines_is_one() -> None:
    look = Look(size=22.0, align="center", bold=True)
    body = Look(size=16.0)
    blocks: list[BlockType] = [
        Paragraph(text="关于青山街道2023年度", look=look),
        Paragraph(text="综合治理工作情况的报告", look=look),
        Paragraph(text=PROSE, look=body),
    ]
    doc = outline(document(blocks))
    assert doc.title == "关于青山街道2023年度综合治理工作情况的报告"
    assert [b.text for b in doc.blocks] == [PROSE]


def test_a_title_that_the_page_claims_may_ask() -> None:
    title = "农田水利补贴怎么申请？"
    asked = paragraph(title, link_share=1.0, heading=1, tag="h1")
    doc = document([asked, PROSE, PROSE])
    doc.properties["title"] = title
    assert outline(doc).title == title
    assert outline(document(["今年任务完成了吗？", PROSE, PROSE])).title == ""


def test_document_without_title_has_none() -> None:
    assert outline(document([PROSE, PROSE])).title == ""


def test_table_counts_as_text_of_a_heading() -> None:
    rows = ((Cell(text="指标"), Cell(text="数值")),)
    blocks: list[BlockType | str] = [
        PROSE,
        "一、指标情况",
        Table(text="指标\t数值", rows=rows),
        "二、存在问题",
        PROSE,
    ]
    assert [h[1] for h in headings(blocks)] == ["一、", "二、"]


def test_two_elements_for_headings_are_no_lines_of_one_title() -> None:
    first = paragraph("一份承诺", size=24.0, heading=1, tag="h1", path=(1, 2))
    second = paragraph("播报文章", size=24.0, heading=1, tag="h1", path=(1, 3))
    text = [paragraph(PROSE, size=12.0)] * 3
    assert outline(document([first, second, *text])).title == "一份承诺"
