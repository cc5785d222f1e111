"""The title is found where type tells nothing: by its words, its place, and what follows it."""

from __future__ import annotations

import pytest

from blocks import document
from docpipe.outline import outline

PROSE = "全年组织开展各类检查430次，排查隐患216处，全部完成整改，取得明显成效。"
ENGLISH = "The board met on 2 March and approved the budget for the coming year."
ADVERT = "Need help with your report? Our expert writers deliver original papers in six hours."


@pytest.mark.parametrize(
    "title",
    [
        "新源县第二粮库粮食库存管理自查报告",
        "关于青竹苑小区业主反映房屋渗漏问题信访事项的处理意见书",
        "翠濤花園業主立案法團管理委員會第七屆第九次會議紀錄",
    ],
)
def test_lines_in_another_language_hide_no_title(title: str) -> None:
    assert outline(document([ADVERT, title, PROSE, PROSE])).title == title


def test_an_english_title_behind_chinese_lines() -> None:
    title = "Minutes of the Harrow Vale Parish Council Meeting"
    assert outline(document(["打开APP阅读全文", title, ENGLISH, ENGLISH, ENGLISH])).title == title


def test_a_title_in_another_language_than_the_text() -> None:
    title = "三年级英语教学总结"
    assert outline(document([title, ENGLISH, ENGLISH, ENGLISH])).title == title


def test_a_line_before_an_address_is_the_title() -> None:
    title = "柳树沟村2022年第四季度村务公开"
    assert outline(document([title, "各位村民：", PROSE, PROSE])).title == title
    assert outline(document([title, "时间：2022年9月2日", PROSE, PROSE])).title == title


def test_a_summary_of_nothing_is_a_section_and_no_title() -> None:
    found = outline(
        document(["Alder Ltd", "Prepared for the Board", "Executive summary", ENGLISH, ENGLISH])
    )
    assert found.title != "Executive summary"
