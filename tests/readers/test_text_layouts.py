"""The same text laid out in any way gives the same title, outline and paragraphs: hard-wrapped, indented, in pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import pytest

from docpipe.mend import mend
from docpipe.model import Document, Heading, Table
from docpipe.pipeline import convert_bytes, write
from docpipe.pipeline import read as docpipe_read
from docpipe.settings import Settings
from docpipe.wording import width

CHINESE = [
    "青石镇2021年度安全生产工作总结",
    "2021年，青石镇在县委、县政府的正确领导下，牢固树立安全发展理念，压实各方责任，狠抓隐患治理，全镇安全生产形势保持总体平稳，全年未发生较大及以上生产安全事故。现将有关情况总结如下：",
    "一、主要工作开展情况",
    "（一）强化组织领导，层层压实责任",
    "镇党委会、镇长办公会全年专题研究安全生产工作14次，与23个村（居）、186家企业签订责任书，形成横向到边、纵向到底的责任体系。严格落实“党政同责、一岗双责、齐抓共管、失职追责”要求，把安全生产纳入年度综合考核，实行“一票否决”。",
    "全年共开展各类宣传活动36场，发放宣传资料1.2万份，受教育群众达到8600余人次，比上年增长15.3%，群众安全意识和自救互救能力明显提高。",
    "（二）突出重点领域，开展专项整治",
    "对辖区内3家加油站、2家液化气站开展拉网式排查，发现隐患41处，已全部整改到位。联合派出所、市场监管所查处违规电动自行车78辆，规范设置集中充电棚12处，从源头上防范化解风险，取得了阶段性成效。",
    "二、存在的主要问题",
    "一是部分企业主体责任落实不到位，重效益、轻安全的思想仍然存在，培训流于形式；二是基层监管力量薄弱，专业人员不足，检查的深度和频次还不能满足实际工作的需要。",
    "三、下一步工作打算",
    "2022年，我镇将继续坚持问题导向，健全双重预防机制，推进基层应急管理站规范化建设，加大执法检查力度，坚决遏制各类事故发生，为全镇经济社会高质量发展提供坚强保障。",
    "青石镇人民政府",
    "2021年12月28日",
]
ENGLISH = [
    "Annual Report on Community Services 2021",
    "The year was marked by a steady return to normal operations across all five branches, and the number of visits rose in every quarter. This report sets out what was done, what it cost, and what remains to be done in the coming year.",
    "1. Services",
    "The lending service reopened in February with extended hours on Saturdays, and the reading rooms followed in April after the ventilation had been renewed. Over 48,000 items were lent in the year, which is 12.4 percent more than in the year before and close to the level of 2019.",
    "Home deliveries continued for 310 readers who cannot come to a branch. Volunteers made 2,900 journeys by bicycle and van, and not one of them was cancelled because of the weather.",
    "2. Finance",
    "Income from fees fell because the committee decided to waive charges for late returns until the end of June. The loss was made good by a grant from the county, which also paid for new shelving in the northern branch and for the repair of its roof.",
    "3. Outlook",
    "The committee will decide in March whether the pilot of the mobile library shall be extended to the villages in the south of the county, where there has been no service since the bus line was closed. A survey among residents is under way.",
]  # fmt: skip

_CLOSING = "，。、；：！？）”》…,.;:!?)%"
_OPENING = "（“《("


def _chunks(text: str) -> list[str]:
    """What may not be parted at a line's end."""
    return re.findall(rf"[{_OPENING}]*(?:[A-Za-z0-9][A-Za-z0-9.,%-]*|.)[{_CLOSING}]*\s*", text)


def wrapped(text: str, measure: int, first: str = "", rest: str = "") -> list[str]:
    """Lines of at most `measure` columns, a Chinese character taking two."""
    lines, line = [], first
    for chunk in _chunks(text):
        if 2 * width(line + chunk.rstrip()) > measure and line.strip():
            lines.append(line.rstrip(" "))
            line = rest
        line += chunk
    return [*lines, line.rstrip(" ")]


Layout = Callable[[Sequence[str]], list[str]]


def one_line_each(texts: Sequence[str]) -> list[str]:
    return list(texts)


def indented(texts: Sequence[str]) -> list[str]:
    return ["\u3000\u3000" + text for text in texts]


def wrapped_with_indent(texts: Sequence[str], measure: int = 76) -> list[str]:
    return [line for text in texts for line in wrapped(text, measure, "\u3000\u3000")]


def wrapped_with_spaces(texts: Sequence[str], measure: int = 72) -> list[str]:
    return [line for text in texts for line in wrapped(text, measure, "    ")]


def wrapped_with_empty_lines(texts: Sequence[str], measure: int = 70) -> list[str]:
    return [line for text in texts for line in [*wrapped(text, measure), ""]]


def wrapped_with_both(texts: Sequence[str], measure: int = 66) -> list[str]:
    return [line for text in texts for line in [*wrapped(text, measure, "\u3000\u3000"), ""]]


def wrapped_plainly(texts: Sequence[str], measure: int = 60) -> list[str]:
    return [line for text in texts for line in wrapped(text, measure)]


def wrapped_at_a_margin(texts: Sequence[str], measure: int = 80) -> list[str]:
    return [line for text in texts for line in wrapped(text, measure, " " * 8, " " * 4)]


def wrapped_and_doubled(texts: Sequence[str], measure: int = 70) -> list[str]:
    lines = wrapped_with_indent(texts, measure)
    return [part for line in lines for part in (line, "")]


def set_like_a_page(texts: Sequence[str], measure: int = 76) -> list[str]:
    """The title in the middle, the sign-off at the right."""
    middle = " " * int((measure - 2 * width(texts[0])) / 2)
    lines = [middle + texts[0], ""]
    for text in texts[1:]:
        signs = text in CHINESE[-2:]
        lines += (
            [" " * int(measure - 4 - 2 * width(text)) + text]
            if signs
            else wrapped(text, measure, "\u3000\u3000")
        )
    return lines


def in_pages(texts: Sequence[str]) -> list[str]:
    """Pages of twelve lines with a header, a page number and a form feed."""
    lines = wrapped_with_indent(texts)
    pages = [lines[start : start + 12] for start in range(0, len(lines), 12)]
    return [
        line
        for number, page in enumerate(pages, 1)
        for line in [
            ("\f" if number > 1 else "") + "内部资料  注意保存",
            "",
            *page,
            "",
            " " * 36 + f"- {number} -",
        ]
    ]


def with_page_numbers(texts: Sequence[str]) -> list[str]:
    """Pages of nine lines that end in a number, without form feeds."""
    lines = wrapped_with_indent(texts)
    pages = [lines[start : start + 9] for start in range(0, len(lines), 9)]
    return [line for n, page in enumerate(pages, 1) for line in [*page, "", f"— {n} —", ""]]


LAYOUTS: list[Layout] = [
    one_line_each, indented, wrapped_with_indent, wrapped_with_spaces, wrapped_with_empty_lines, wrapped_with_both,
    wrapped_plainly, wrapped_at_a_margin, wrapped_and_doubled, set_like_a_page, in_pages, with_page_numbers,
]  # fmt: skip


def read(lines: Sequence[str], end: str = "\n") -> Document:
    return convert_bytes(end.join(lines).encode(), "a.txt")


def outlined(document: Document) -> list[tuple[int, str]]:
    """The title (level -1), headings with their levels, and paragraphs (level 0)."""
    return [
        (-1, document.title),
        *(
            (b.level, b.label + b.text) if isinstance(b, Heading) else (0, b.text)
            for b in document.blocks
        ),
    ]


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.__name__)
@pytest.mark.parametrize("texts", [CHINESE, ENGLISH], ids=["chinese", "english"])
def test_the_layout_changes_nothing(texts: list[str], layout: Layout) -> None:
    found = outlined(read(layout(texts)))
    assert [text for _, text in found] == texts
    assert found == outlined(read(texts))
    assert sum(level > 0 for level, _ in found) == (5 if texts is CHINESE else 3)


def is_plain(texts: Sequence[str], measure: int) -> bool:
    """Whether lines without indents and empty lines tell: no paragraph ends at a full line, and there no sentence ends."""
    for text in texts:
        *inner, last = wrapped(text, measure)
        if 2 * width(last) > measure - 14 or any(line[-1] in "。.；" for line in inner):
            return False
    return True


@pytest.mark.parametrize("measure", range(44, 110, 3))
@pytest.mark.parametrize(
    "layout",
    [wrapped_with_indent, wrapped_with_empty_lines, wrapped_plainly],
    ids=lambda f: f.__name__,
)
def test_any_width_is_found(
    layout: Callable[[Sequence[str], int], list[str]], measure: int
) -> None:
    for texts in (CHINESE, ENGLISH):
        if layout is not wrapped_plainly or is_plain(texts, measure):
            assert [text for _, text in outlined(read(layout(texts, measure)))] == texts


@pytest.mark.parametrize("end", ["\r\n", "\r", "\u2028"])
def test_the_end_of_lines_changes_nothing(end: str) -> None:
    lines = wrapped_with_indent(CHINESE)
    assert outlined(read(lines, end)) == outlined(read(lines))


def test_pages_and_what_recurs_on_them() -> None:
    document = read(in_pages(CHINESE))
    assert document.source.pages == 3
    assert {(cut.text, cut.reason) for cut in document.removed} == {
        ("内部资料 注意保存", "furniture"), ("- 1 -", "furniture"), ("- 2 -", "furniture"), ("- 3 -", "furniture"),
    }  # fmt: skip
    assert max(place.page or 0 for block in document.blocks for place in block.at) == 3


VERSE = ["静夜思", "李白", "床前明月光，", "疑是地上霜。", "举头望明月，", "低头思故乡。"]
ADDRESS = ["北京市海淀区学院路38号", "行政楼3层办公室", "邮编：100083", "电话：010-62000000", "联系人：王老师", "传真：010-62000001"]  # fmt: skip


@pytest.mark.parametrize("lines", [VERSE, ADDRESS])
def test_short_lines_stay_lines(lines: list[str]) -> None:
    document = read(lines)
    assert [document.title, *(block.text for block in document.blocks)][-5:] == lines[-5:]
    within = read([*CHINESE[1:2], *lines, *CHINESE[4:6]])
    assert [block.text for block in within.blocks][1:-2] == lines


def test_hanging_items_are_whole() -> None:
    items = ["- 对辖区内加油站、液化气站开展拉网式排查，建立问题隐患和制度措施两张清单，逐项销号管理",
             "- 联合派出所开展夜查", "- 规范设置集中充电棚，从源头上防范化解风险"]  # fmt: skip
    lines = [line for item in items for line in wrapped(item, 40, "  ", "    ")]
    document = read([*CHINESE[1:2], *lines, *CHINESE[4:5]])
    assert [(b.text, getattr(b, "label", "")) for b in document.blocks][1:-1] == [
        (item[2:], "-") for item in items
    ]


def test_tables_between_wrapped_lines() -> None:
    rows = [
        "指标          2020年    2021年",
        "检查企业      612       745",
        "整改率        98.2%     99.6%",
    ]
    document = read(
        [*wrapped_with_empty_lines(CHINESE[:9]), *rows, "", *wrapped_with_empty_lines(CHINESE[9:])]
    )
    (table,) = (block for block in document.blocks if isinstance(block, Table))
    assert table.text == "指标\t2020年\t2021年\n检查企业\t612\t745\n整改率\t98.2%\t99.6%"
    assert [text for _, text in outlined(document) if text != table.text] == CHINESE


@pytest.mark.parametrize(
    ("line", "count"),
    [("街道坚持以人民为中心扎实推进综合治理各项工作取得了明显成效", 200_000)]
    + [(line, 30_000) for line in ("a  b", "| a", "> a", "- a", "---+---", "1\t2", "字，")],
)
def test_many_lines_take_time_by_their_number(line: str, count: int) -> None:
    """What grew by the square of their number would not end."""
    assert mend(read_only(f"{line}\n" * count)).blocks is not None


def test_a_very_long_line_is_one_paragraph() -> None:
    (block,) = read_only("安全生产，" * 400_000).blocks
    assert len(block.text) == 2_000_000


def read_only(content: str) -> Document:
    return docpipe_read(content.encode(), "a.txt", "", "txt", Settings())


def test_pages_of_a_text_go_on_and_go_back_to_text_the_same() -> None:
    for layout in LAYOUTS:
        for texts in (CHINESE, ENGLISH):
            written = write(read(layout(texts)), "txt")
            again = convert_bytes(written, "a.txt")
            assert [text for _, text in outlined(again)] == texts
            assert write(again, "txt") == written
