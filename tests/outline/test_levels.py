"""Levels of headings that no label orders: by their look, by what follows them, and beside labelled ones."""

from __future__ import annotations

import pytest

from blocks import document, paragraph
from docpipe.model import BlockType, Cell, Heading, Paragraph, Run, Table
from docpipe.outline import outline

PROSE = "全年组织开展各类检查430次，排查隐患216处，全部完成整改，取得明显成效。"
ENGLISH = "The board met on 2 March and approved the budget for the coming year."
TABLE = Table(text="甲\t乙", rows=((Cell(text="甲"), Cell(text="乙")),))


def headings(blocks: list[BlockType | str]) -> list[tuple[int, str]]:
    english = ENGLISH in blocks
    words = (
        "Quarterly Report of the Calder Works" if english else "青山街道2023年度综合治理工作总结"
    )
    title = paragraph(words, size=20.0, align="center")
    doc = outline(document([title, *blocks]))
    assert doc.title == title.text
    return [(b.level, b.label + b.text) for b in doc.blocks if isinstance(b, Heading)]


def lines(*texts: str, outer: dict[str, object], inner: dict[str, object]) -> list[BlockType | str]:
    """Headings, of which those with a hyphen are the inner ones, each over a paragraph."""
    result: list[BlockType | str] = []
    for text in texts:
        look = inner if text.startswith("-") else outer
        result += [paragraph(text.lstrip("-"), bold=True, **look), paragraph(PROSE, size=12.0)]
    return result


@pytest.mark.parametrize(
    ("outer", "inner"),
    [
        ({"size": 14.0}, {"size": 12.0}),
        ({"size": 12.0, "align": "center"}, {"size": 12.0}),
        ({"size": 12.0, "color": "1f4e79"}, {"size": 12.0}),
        ({"size": 12.0}, {"size": 12.0, "indent": 24.0}),
        ({"size": 12.0, "space_above": 12.0}, {"size": 12.0, "space_above": 6.0}),
    ],
)
def test_two_looks_are_two_levels(outer: dict[str, object], inner: dict[str, object]) -> None:
    found = headings(
        lines("客户服务", "-报修响应", "-投诉处理", "秩序维护", outer=outer, inner=inner)
    )
    assert [level for level, _ in found] == [1, 2, 2, 1]


def test_a_look_that_one_heading_has_by_accident_is_no_level() -> None:
    looks = {"size": 12.0, "color": "000080"}
    found = headings(
        lines("客户服务", "秩序维护", "-公共收支", "下步安排", outer={"size": 12.0}, inner=looks)
    )
    assert [level for level, _ in found] == [1, 1, 1, 1]


def test_what_follows_a_heading_without_text_between_stands_under_it_even_if_larger() -> None:
    large, small = {"size": 14.0}, {"size": 12.0}
    blocks = lines(
        "思想方面", "教学方面", "-抓常规", "-抓作业", "廉洁方面", outer=small, inner=large
    )
    del blocks[3]
    assert [level for level, _ in headings(blocks)] == [1, 1, 2, 2, 1]


def bold(*texts: str) -> list[BlockType | str]:
    """Bold headings, between them the paragraphs that are marked as text by a full stop at their end."""
    return [t if t[-1] in ".。：" else paragraph(t, bold=True) for t in texts]


def test_summary_and_appendices_stand_beside_numbered_sections() -> None:
    blocks = bold(
        "Executive summary", ENGLISH, "1 Financial performance", ENGLISH, "1.1 Overheads", ENGLISH, "2 People", ENGLISH,
        "2.1 Training", ENGLISH, "Appendices", ENGLISH,
    )  # fmt: skip
    assert [level for level, _ in headings(blocks)] == [1, 1, 2, 1, 2, 1]


@pytest.mark.parametrize(
    "blocks",
    [
        bold("工作回顾", "一、党建", PROSE, "二、安全", PROSE, "存在问题", PROSE),
        bold("工作回顾", "今年主要做了以下工作：", "一、党建", PROSE, "二、安全", PROSE, "存在问题", PROSE),
        bold("工作回顾", PROSE, "一、党建", PROSE, "工作打算", PROSE, "一、安全", PROSE),
    ],
)  # fmt: skip
def test_numbers_that_begin_under_a_heading_stand_under_it(blocks: list[BlockType | str]) -> None:
    assert [text for level, text in headings(blocks) if level == 1] in (
        ["工作回顾", "存在问题"], ["工作回顾", "工作打算"],
    )  # fmt: skip


def test_findings_hold_run_in_headings_in_english() -> None:
    def run_in(lead: str) -> Paragraph:
        text = f"{lead} {ENGLISH}"
        return Paragraph(text=text, runs=(Run(0, len(lead), bold=True),))

    blocks: list[BlockType | str] = [
        *bold("III. Conclusion", ENGLISH, "IV. Findings", "Finding 1. Cards were not cancelled promptly"),
        run_in("Condition."), run_in("Recommendation."),
        *bold("Finding 2. Receipts were missing", ENGLISH, "V. Response", ENGLISH),
    ]  # fmt: skip
    assert [level for level, _ in headings(blocks)] == [1, 1, 2, 3, 3, 2, 1]


def test_a_count_goes_on_behind_run_in_and_unlabelled_headings() -> None:
    second = Paragraph(text="（一）还不够强。有的干部推诿。", runs=(Run(0, 8, bold=True),))
    other = paragraph("会上强调", bold=True)
    blocks: list[BlockType | str] = [
        "一、成绩", PROSE, "二、差距", PROSE, second, other, PROSE, "三、打算", "（一）活力", PROSE, "（二）公平", PROSE,
    ]  # fmt: skip
    assert [level for level, text in headings(blocks) if text[1] == "、"] == [1, 1, 1]


@pytest.mark.parametrize("space", [" ", ""])
def test_bare_numbers_that_count_sections_head_them_in_plain_type(space: str) -> None:
    texts = ["1概述", "2指标", "2.1运行", "2.2安全", "3检查", "3.1方法"]
    blocks: list[BlockType | str] = []
    for text in texts:
        digits = text.rstrip("概述指标运行安全检查方法")
        blocks += [digits + space + text.removeprefix(digits), PROSE]
    assert [level for level, _ in headings(blocks)] == [1, 1, 2, 2, 1, 2]


@pytest.mark.parametrize(
    "numbered",
    [["1号楼维修", "2号楼维修", "3号楼维修"], ["1 总则", "3 附则"], ["2 范围", "3 要求", "4 附则"]],
)
def test_bare_numbers_that_count_nothing_head_nothing(numbered: list[str]) -> None:
    blocks: list[BlockType | str] = [block for text in numbered for block in (text, PROSE)]
    assert headings(["一、概况", PROSE, *blocks]) == [(1, "一、概况")]


def test_an_appendix_is_a_heading_over_its_content_only() -> None:
    body: list[BlockType | str] = ["第一章 概况", PROSE, "第二章 展望", PROSE]
    assert headings([*body, "附录1：核心数据表", TABLE])[2:] == [(1, "附录1：核心数据表")]
    assert headings([*body, "附录：论文目录", PROSE])[2:] == [(1, "附录：论文目录")]
    assert headings([*body, "附件1：核心数据表", "附件2：任务清单", "青山街道办事处"])[2:] == []


def test_a_list_of_appendices_is_no_outline() -> None:
    listed = [
        "Appendix A: Accounts",
        "Appendix B: Charges",
        "Questions should be sent to the office.",
    ]
    assert headings([*bold("1. Scope", ENGLISH, "2. People", ENGLISH), *listed])[2:] == []
