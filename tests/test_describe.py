"""What the document says of itself: visible text before meta tags before file properties."""

from __future__ import annotations

import pytest

from blocks import document
from docpipe.describe import describe
from docpipe.describe.dates import parse_date
from docpipe.model import Document

PROSE = "全年组织开展各类检查430次，排查隐患216处，全部完成整改，取得明显成效。"


def described(*lines: str, title: str = "", **properties: str) -> Document:
    doc = document(list(lines))
    doc.title = title
    doc.properties = dict(properties)
    return describe(doc)


def values(doc: Document) -> dict[str, str]:
    return {name: fact.value for name, fact in doc.metadata.items()}


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2021年12月28日", "2021-12-28"), ("二〇二一年十二月二十八日", "2021-12-28"), ("二○二二年一月五日", "2022-01-05"), ("2021年12月", "2021-12"),
        ("2021-12-28", "2021-12-28"), ("2021.3.5", "2021-03-05"), ("2021/03/05 08:30", "2021-03-05"), ("14 October 2022", "2022-10-14"),
        ("October 14, 2022", "2022-10-14"), ("March 2023", "2023-03"), ("2022-10-14T09:00:00Z", "2022-10-14"),
        ("2021年13月1日", None), ("没有日期", None), ("version 2.1.3", None),
    ],
)  # fmt: skip
def test_parse_date(text: str, iso: str | None) -> None:
    assert parse_date(text) == iso


def test_sign_off_gives_date_and_organisation() -> None:
    doc = described(
        PROSE, "青石镇人民政府", "2021年12月28日", date="2022-01-04", organization="某网站"
    )
    assert values(doc) == {"date": "2021-12-28", "organization": "青石镇人民政府"}
    assert doc.metadata["date"].text == "2021年12月28日"


def test_meta_tags_fill_what_the_text_leaves_open() -> None:
    assert values(described(PROSE, date="2022-01-04", organization="青石镇人民政府")) == {
        "date": "2022-01-04",
        "organization": "青石镇人民政府",
    }


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("述职人：李明", "李明"),
        ("汇报人： 王 芳", "王芳"),
        ("姓名：张三 职务：科长", "张三"),
        ("姓 名：张 三 职 务：科长", "张三"),
        ("述职人：李明 时间：2021年12月28日", "李明"),
        ("述职人：张 三", "张三"),
        ("Prepared by Helen Marsh, Head of Services", "Helen Marsh"),
        ("Author: John Smith", "John Smith"),
    ],
)
def test_author_line(line: str, name: str) -> None:
    assert values(described(PROSE, line))["author"] == name


@pytest.mark.parametrize(
    "claimed",
    ["Administrator", "admin", "User", "python-docx", "小编", "佚名", "微软用户", "Lenovo"],
)
def test_program_names_are_no_authors(claimed: str) -> None:
    assert "author" not in values(described(PROSE, author=claimed))


@pytest.mark.parametrize(
    ("title", "period", "kind"),
    [
        ("青石镇2021年度安全生产工作总结", "2021", "工作总结"), ("XX单位2020年上半年党建工作报告", "2020-H1", "工作报告"), ("2023年第一季度分析报告", "2023-Q1", "分析报告"),
        ("Quarterly Activity Summary, Q3 2022", "2022-Q3", "activity summary"), ("关于2022年12月份工作的通报", "2022-12", "通报"), ("个人述职报告", None, "述职报告"),
    ],
)  # fmt: skip
def test_title_gives_period_and_kind(title: str, period: str | None, kind: str) -> None:
    found = values(described(PROSE, title=title))
    assert found.get("period") == period
    assert found["kind"] == kind


def test_document_number() -> None:
    assert values(described("青政发〔2021〕15号", PROSE))["document_number"] == "青政发〔2021〕15号"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (PROSE, "zh"),
        ("The library lent more books than ever.", "en"),
        ("これはひらがなのぶんしょうです。", "ja"),
        ("123", "und"),
    ],
)
def test_language(text: str, language: str) -> None:
    assert described(text).language == language


def test_an_empty_field_before_another_names_nobody() -> None:
    assert "author" not in values(described(PROSE, "姓名： 职务：科长"))
