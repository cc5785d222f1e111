"""What the document says of itself: visible text before meta tags before file properties."""

from __future__ import annotations

import pytest

from blocks import document
from docpipe.describe import describe
from docpipe.describe.dates import parse_date
from docpipe.model import Document, Heading

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
        ("中華民國111年12月20日", "2022-12-20"), ("民國一百一十一年十二月", "2022-12"), ("8th of March 2023", "2023-03-08"), ("JUNE 30, 2022", "2022-06-30"),
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
        ("AUTHOR:John S.", "John S."),
        ("By Clare Duffy, CNN", "Clare Duffy"),
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


ENGLISH_PROSE = (
    "The library lent more books than ever in the year, and the council was pleased with it."
)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["青石镇人民政府 2021年12月28日"], {"date": "2021-12-28", "organization": "青石镇人民政府"}),
        (["大安區公所 謹陳", "中華民國111年12月20日"], {"date": "2022-12-20", "organization": "大安區公所"}),
        (["新源县第二粮库有限公司（盖章）", "2022年5月27日"], {"date": "2022-05-27", "organization": "新源县第二粮库有限公司"}),
        (["护理部", "2022年7月"], {"date": "2022-07", "organization": "护理部"}),
        (["县政协社会法制委员会调研组", "2022年7月1日"], {"date": "2022-07-01", "organization": "县政协社会法制委员会调研组"}),
        (["青溪镇中心小学 黎小棠", "2022年7月1日"], {"date": "2022-07-01", "organization": "青溪镇中心小学", "author": "黎小棠"}),
        (["青溪镇中心小学 黎小棠"], {"organization": "青溪镇中心小学", "author": "黎小棠"}),
        (["护理部"], {"organization": "护理部"}),
        (["张 三 丰", "2022年7月1日"], {"date": "2022-07-01", "author": "张三丰"}),
        (["备课组长：任静怡", "2022年7月1日"], {"date": "2022-07-01", "author": "任静怡"}),
        (["执笔：白露、纪新华", "2022年7月1日"], {"date": "2022-07-01", "author": "白露、纪新华"}),
        (["村主任：王守田", "柳树沟村村民委员会", "2022年7月1日"], {"date": "2022-07-01", "organization": "柳树沟村村民委员会"}),
        (["柳树沟村村民委员会", "柳树沟村村务监督委员会", "2022年7月1日"], {"date": "2022-07-01", "organization": "柳树沟村村民委员会"}),
        (["抄送：市委办公室。", "青山区政府办公室 2022年9月6日印发"], {"date": "2022-09-06", "organization": "青山区政府办公室"}),
        (["青山区人民政府", "2022年9月5日", "抄送：市委。", "青山区政府办公室 2022年9月6日印发"], {"date": "2022-09-05", "organization": "青山区人民政府"}),
        (["披露日期：2022年3月27日"], {"date": "2022-03-27"}),
        (["填报单位：河口镇财政所（盖章） 填报人：吴敏 填报日期：2022年3月1日"], {"date": "2022-03-01", "organization": "河口镇财政所"}),
        (["青石镇人民政府", "2022年9月5日", *(f"附件第{i}项：消防、用电、燃气" for i in range(18))], {"date": "2022-09-05", "organization": "青石镇人民政府"}),
    ],
)  # fmt: skip
def test_who_signs_and_when(lines: list[str], expected: dict[str, str]) -> None:
    assert values(described(PROSE, *lines)) == expected


@pytest.mark.parametrize(
    ("title", "lines", "expected"),
    [
        ("防汛会议纪要", ["会议时间：2022年9月2日（星期五）下午2:30", "地点：三楼"], {"date": "2022-09-02"}),
        ("Minutes of the Parish Council", ["held on 8 March 2023 at the Village Hall"], {"date": "2023-03-08"}),
        ("", ["承担单位：江城理工学院机电系", "项目负责人：周远航"], {"organization": "江城理工学院机电系", "author": "周远航"}),
        ("", ["临江市第三中学副校长 陆文博"], {"author": "陆文博"}),
        ("", ["澄江市教育局文件"], {"organization": "澄江市教育局"}),
        ("", ["TO: Board of Trustees", "FROM: Priya Anand, Head of Planning", "DATE: JUNE 30, 2022"], {"author": "Priya Anand", "date": "2022-06-30"}),
        ("", ["FROM: Internal Audit Office, Larkspur County"], {"organization": "Internal Audit Office, Larkspur County"}),
        ("里民大會紀錄", ["時間：中華民國112年3月5日下午2時"], {"date": "2023-03-05"}),
        ("", ["编制单位：华东工程咨询有限公司", "编制日期：二〇二二年八月"], {"organization": "华东工程咨询有限公司", "date": "2022-08"}),
        ("", ["第12期", "清河小学德育处编 2022年3月5日"], {"organization": "清河小学德育处", "date": "2022-03-05"}),
        ("", ["三年级二班 李想"], {"author": "李想"}),
        ("", ["FROM: Finance Department, ext. 4410"], {"organization": "Finance Department"}),
        ("", ["Prepared for the Executive Committee by Priya Anand, Head of Planning"], {"author": "Priya Anand"}),
        ("", ["FROM: Office of Planning", "Thursday, 3 May 2021"], {"organization": "Office of Planning", "date": "2021-05-03"}),
        ("", ["by Priya Anand, Head of Planning"], {"author": "Priya Anand"}),
        ("", ["Prepared by: The Finance Team", "Date: 3 May 2021"], {"organization": "The Finance Team", "date": "2021-05-03"}),
    ],
)  # fmt: skip
def test_who_writes_under_the_title(title: str, lines: list[str], expected: dict[str, str]) -> None:
    found = values(described(*lines, PROSE, title=title))
    assert {k: v for k, v in found.items() if k != "kind"} == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["Helen Marsh, Head of Services", "30 June 2022"], {"author": "Helen Marsh", "date": "2022-06-30"}),
        (["Helen Marsh", "Head of Services", "Millbrook Council", "30 June 2022"], {"author": "Helen Marsh", "organization": "Millbrook Council", "date": "2022-06-30"}),
        (["Prepared by Anna Clarke and Tom O'Neill"], {"author": "Anna Clarke and Tom O'Neill"}),
        (["J. R. Miller, Company Secretary", "London, 4 April 2022"], {"author": "J. R. Miller", "date": "2022-04-04"}),
        (["Kind regards,", "Helen Marsh"], {"author": "Helen Marsh"}),
    ],
)  # fmt: skip
def test_who_signs_in_english(lines: list[str], expected: dict[str, str]) -> None:
    assert values(described(ENGLISH_PROSE, *lines)) == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["截止日期：2022年9月2日"], {}),
        (["时间：2022年9月2日"], {}),
        (["报告日期：2022年7月1日至9月30日"], {}),
        (["主送单位：市教育局"], {}),
        (["单位：万元"], {}),
        (["联系人：张敏"], {}),
        (["责任科室", "护理部"], {}),
        (["汇报人：XXX"], {}),
        (["参加人员", "王建国"], {}),
        (["作者：编辑部"], {}),
        (["审核人：王守田", "2022年9月5日"], {"date": "2022-09-05"}),
        (["谢谢大家", "2022年9月5日"], {"date": "2022-09-05"}),
        (["不妥之处", "2022年9月5日"], {"date": "2022-09-05"}),
        (["Supporting Documents", "30 June 2022"], {"date": "2022-06-30"}),
        (["The audit is due on 30 June 2022"], {}),
        (["Join Date: Aug 2008"], {}),
        (["By Monday Evening, all files are due"], {}),
    ],
)  # fmt: skip
def test_what_names_neither_author_nor_day(lines: list[str], expected: dict[str, str]) -> None:
    assert values(described(PROSE, *lines)) == expected
    assert values(described(*lines, PROSE)) == expected


def test_a_heading_is_no_organisation() -> None:
    doc = document([PROSE, Heading(text="护理部", level=1), "2022年9月5日"])
    assert values(describe(doc)) == {"date": "2022-09-05"}
