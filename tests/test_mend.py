"""What a line or page break tore apart is joined; what belongs apart stays apart."""

from __future__ import annotations

import pytest

from blocks import document, paragraph
from docpipe.joining import join
from docpipe.mend import mend
from docpipe.model import Cell, Look, Paragraph, Place, Run, Table, table_text


def mended(*texts: str) -> list[str]:
    return [block.text for block in mend(document(list(texts))).blocks]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("镇党委会全年专题研究安全生产工作14次，与23个村（居）签订责任书，形成横向到边、纵向到底的责任", "体系。"),
        ("把握新形势下党的群众路线工作任务，把工会和共青团组织", "各项活动纳入党建主题活动，增强群团工作的政治性。"),
        ("全年共开展各类检查、巡查、督查活动，", "整改隐患120处，整改率达到100%。"),
        ("一个学期的工作即将结束。回顾这半年，有收获也有遗憾，现总结", "如下。"),
        ("（二）在诉源治理上再发力。推广“法官+网格员”模式，万人起诉率同比下", "降5%以上。"),
        ("第六条　社员应当执行社员大会和理事会的决议，按照章程规定", "出资，并承担亏损。"),
    ],
)  # fmt: skip
def test_torn_sentence_is_one_paragraph(first: str, second: str) -> None:
    assert mended(first, second) == [first + second]


def test_a_title_is_not_torn_from_its_text() -> None:
    title = "守住讲台，点亮一盏灯——暑期师德师风专题培训心得体会"
    first = "“教育的本质意味着：一棵树摇动另一棵树，一朵云推动另一朵云。”"
    assert mended(title, first) == [title, first]


def test_a_paragraph_with_its_indent_does_not_hang_under_a_label_as_wide() -> None:
    prose = "全年组织开展各类检查430次，排查隐患216处，全部完成整改，取得明显成效。"
    lines = ["3.1 评价范围", prose, "3.2 评价依据", prose]
    blocks = [
        Paragraph(text=text, look=Look(indent=21.0 if text == prose else None), at=(Place(line=n),))
        for n, text in enumerate(lines)
    ]
    assert [block.text for block in mend(document(blocks)).blocks] == lines


def test_english_sentence_gets_a_space() -> None:
    first = "The programme was extended to all five branches and the"
    assert mended(first, "number of visits rose.") == [f"{first} number of visits rose."]
    first = "The waiting time for an appointment fell from 14 days in"
    assert mended(first, "January to 6 days.") == [f"{first} January to 6 days."]


def test_a_field_begins_anew_in_hard_wrapped_text() -> None:
    title = "Memorandum on the Review of Cash Handling at the Swimming Pools"
    prose = "We visited three pools between May and July and looked at the takings of each till there\nfor some weeks until"
    lines = [title, "To: Director of Leisure Services", *(prose.split("\n") * 6)]
    assert mended(*lines)[:2] == lines[:2]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("一、主要工作开展情况，层层压实责任", "镇党委会全年专题研究安全生产工作14次，效果明显。"),
        ("全年工作取得明显成效。", "下一步将继续努力，再创佳绩。"),
        ("现将有关情况总结如下：", "一是责任落实不到位，重效益、轻安全。"),
        ("思想政治方面", "坚持读原著、学原文、悟原理，撰写学习笔记3万余字。"),
        ("以上报告，如有不妥，请批评指正，谢谢各位领导和同志们的支持和帮助", "述职人：李明"),
        ("联系人：王建国，联系电话：0571-86000000，地址：人民路1号综合楼", "2021年12月28日"),
    ],
)  # fmt: skip
def test_lines_of_their_own_stay_apart(first: str, second: str) -> None:
    assert mended(first, second) == [first, second]


@pytest.mark.parametrize("runs", [True, False], ids=["code", "pre"])
def test_lines_of_code_stay_apart(runs: bool) -> None:
    texts = ["打印(“全年共开展各类检查、巡查、督查活动，”,", "整改隐患120处，整改率达到100%。)"]
    lines = [
        Paragraph(
            text=text,
            look=Look(tag="pre"),
            runs=(Run(0, len(text), code=True),) if runs else (),
        )
        for text in texts
    ]
    assert [block.text for block in mend(document(lines)).blocks] == texts


def test_code_is_never_taken_for_hard_wrapped_text() -> None:
    text = (
        "街道坚持以人民为中心扎实推进综合治理各项工作取得了明显成效群众满意度稳步提高全年组织巡查"
    )
    lines = [
        Paragraph(text=text[:30], look=Look(tag="pre"), runs=(Run(0, 30, code=True),))
        for _ in range(6)
    ]
    assert len(mend(document(lines)).blocks) == 6


def test_heading_by_look_is_not_joined() -> None:
    blocks = [
        paragraph("强化组织领导，统筹推进各项重点任务，层层压实工作责任", bold=True),
        paragraph("全年召开会议12次，部署工作36项。"),
    ]
    assert len(mend(document(blocks)).blocks) == 2


def test_hard_wrapped_text_is_unwrapped() -> None:
    text = (
        "街道坚持以人民为中心扎实推进综合治理各项工作取得了明显成效群众满意度稳步提高全年组织巡查四百三十次排查隐患全部整改"
        * 4
    )
    lines = [text[i : i + 30] for i in range(0, len(text) - 10, 30)]
    lines[-1] = lines[-1][:12] + "。"
    assert mended(*lines) == ["".join(lines)]


def test_hard_wrapped_text_whose_quotation_marks_were_counted_as_narrow() -> None:
    plain = "组织教师观看专题片并结合各自岗位谈体会说打算找差距明方向"
    quoted = "开展“学先进、找差距”“亮身份、作表率”“比服务、比奉献”等活动"
    lines = [plain, quoted, plain, plain, quoted, plain, "取得了明显成效。"]
    assert mended(*lines) == ["".join(lines)]


def test_paragraph_over_a_page_break_is_joined() -> None:
    first = Paragraph(text="全面落实“两个", at=(Place(page=1),))
    second = Paragraph(text="责任”，为发展提供保障。", at=(Place(page=2),))
    result = mend(document([first, second])).blocks
    assert [b.text for b in result] == ["全面落实“两个责任”，为发展提供保障。"]
    assert result[0].at == (Place(page=1), Place(page=2))


def over_page(first: Look, text: str, indent: float = 0.0) -> int:
    """How many blocks a paragraph of two lines at a page's foot and one of so many points of indent at the next top become."""
    opening = "全年规模以上工业企业实现利润较快增长，营业收入稳步提高，企业效益明显好转，固定资产投资同比增长"
    upper = Paragraph(text=opening, at=(Place(page=1, bbox=(90, 700, 510, 738)),), look=first)
    lower = Paragraph(
        text=text,
        at=(Place(page=2, bbox=(90, 80, 150, 94)),),
        look=Look(size=14.0, indent=indent, line_fill=0.2),
    )
    others = [Paragraph(text=opening + "。", look=Look(size=14.0, indent=28.0))] * 3
    return len(mend(document([*others, upper, lower])).blocks) - 3


@pytest.mark.parametrize(
    ("text", "fill", "blocks"),
    [
        ("30.85%。", 0.87, 1),
        ("30.85%。", 0.8, 2),
        ("作。", 0.87, 2),
        ("三、四季度。", 1.0, 1),
        ("三、四季度", 1.0, 2),
        ("1.2版。", 0.99, 1),
        ("_" * 80, 0.3, 2),
    ],
)
def test_a_short_tail_over_a_page_break_is_joined(text: str, fill: float, blocks: int) -> None:
    assert over_page(Look(size=14.0, indent=28.0, line_fill=fill), text) == blocks
    assert over_page(Look(size=14.0, indent=28.0, line_fill=fill), text, 28.0) == 2


def test_the_room_at_the_end_of_a_single_line_is_that_of_its_column() -> None:
    def joined(end: float) -> bool:
        look = Look(size=14.0, indent=28.0, line_fill=round((end - 90) / 420, 2))
        place = Place(page=1, bbox=(118, 700, end, 714))
        upper = Paragraph(text="全市固定资产投资比上年同期增长", at=(place,), look=look)
        lower = Paragraph(
            text="30.85%。",
            at=(Place(page=2, bbox=(90, 80, 150, 94)),),
            look=Look(size=14.0, indent=0.0, line_fill=0.2),
        )
        return len(mend(document([upper, lower])).blocks) == 1

    assert joined(460)
    assert not joined(420)


@pytest.mark.parametrize(
    ("first", "first_indent", "second", "second_indent"),
    [
        ("二、接待经费", 21, "全年支出56万元。", 21),
        ("二、接待经费", None, "全年支出56万元。", None),
        ("接待经费", 21, "全年支出56万元。", 21),
    ],
)
def test_a_heading_at_a_page_foot_stays_one(
    first: str, first_indent: float | None, second: str, second_indent: float | None
) -> None:
    upper = Paragraph(text=first, at=(Place(page=1),), look=Look(indent=first_indent))
    lower = Paragraph(text=second, at=(Place(page=2),), look=Look(indent=second_indent))
    assert len(mend(document([upper, lower])).blocks) == 2


def test_table_over_a_page_break_is_one() -> None:
    def table(text: str, page: int) -> Table:
        rows = ((Cell(text=text), Cell(text="1")),)
        return Table(text=table_text(rows), rows=rows, at=(Place(page=page),))

    result = mend(document([table("a", 1), table("b", 2)])).blocks
    assert len(result) == 1
    assert result[0].text == "a\t1\nb\t1"
    assert len(mend(document([table("a", 1), table("b", 3)])).blocks) == 2


def test_runs_move_with_their_text() -> None:
    first = Paragraph(text="abc", runs=(Run(0, 3, bold=True),))
    second = Paragraph(text="def", runs=(Run(0, 2, italic=True),))
    joined = join(first, second)
    assert joined.text == "abc def"
    assert joined.runs == (Run(0, 3, bold=True), Run(4, 6, italic=True))


def test_an_item_goes_on_over_a_page_break_under_its_own_indent() -> None:
    item = "E. Payments will be made monthly. If the firm fails to submit the required"
    rest = "items by the dates of the schedule, the office may delay payment."

    def line(text: str, page: int, indent: float) -> Paragraph:
        look = Look(size=11, indent=indent, line_fill=0.95)
        return Paragraph(text=text, at=(Place(page=page),), look=look)

    blocks = [
        line("An item of the list, which is a sentence of some length.", 1, 24) for _ in range(3)
    ]
    whole = document([])
    whole.blocks = [*blocks, line(item, 1, 24), line(rest, 2, 40)]
    assert mend(whole).blocks[-1].text == f"{item} {rest}"


@pytest.mark.parametrize(
    "lines",
    [
        ("为进一步加强农田水利建设，提高粮食综合生产能力，根据省政府有关文件", "精神，结合我县实际，现就做好今冬明春农田水利建设工作通知如下，请认", "真贯彻执行。"),
        ("近年来我县农田水利建设取得了明显成效但是仍然存在一些不容忽视的问题", "特别是部分乡镇的渠道年久失修，机井数量不足，已经影响到了群众的正常", "生产生活。"),
        ("We have looked into the matter of the irrigation channels, and the", "Ministry agrees that several of them need repair before the summer", "begins."),
    ],
)  # fmt: skip
def test_a_short_text_broken_at_a_width_is_one_paragraph(lines: tuple[str, ...]) -> None:
    assert len(mended(*lines)) == 1


@pytest.mark.parametrize(
    "lines",
    [
        ("两个黄鹂鸣翠柳，", "一行白鹭上青天。", "窗含西岭千秋雪，", "门泊东吴万里船。"),
        ("The woods are lovely, dark and deep,", "But I have promises to keep,", "And miles to go before I sleep,", "And miles to go before I sleep."),
        ("轻轻的我走了", "正如我轻轻的来", "我轻轻的招手", "作别西天的云彩"),
        ("John Smith", "Agricultural Institute of the Province", "123 Long Garden Street, Building 4", "Springfield, IL 62704"),
        ("地址：湖南省长沙市岳麓区麓山南路932号大学校本部", "单位：中南大学计算机学院软件工程系", "邮编：410083"),
        ("Yours sincerely,", "John Doe"),
        ("关于加强全县农田水利基本建设工作的实施意见", "关于做好全县今冬明春防火工作的紧急通知", "关于开展全县安全生产大检查的补充通知"),
        ("采购A4复印纸十箱，黑色签字笔二十盒，送三楼", "采购文件夹三十个，订书机五个，送档案室备用", "采购硒鼓四个，送文印室"),
    ],
)  # fmt: skip
def test_lines_that_their_author_ended_stay_apart(lines: tuple[str, ...]) -> None:
    assert mended(*lines) == list(lines)


@pytest.mark.parametrize(
    ("end", "fill", "joined"),
    [
        ("the thing I had to fix was the fountain by Gate", 0.98, True),
        ("the thing I had to fix was the fountain.", 0.98, False),
        ("Key dates", 0.2, False),
    ],
)
def test_a_number_at_a_page_s_top_may_be_part_of_a_latin_sentence(
    end: str, fill: float, joined: bool
) -> None:
    first = Paragraph(
        text=end, at=(Place(page=1, bbox=(57, 700, 500, 712)),), look=Look(size=11, line_fill=fill)
    )
    second = Paragraph(
        text="12. I am glad to say that it works.",
        at=(Place(page=2, bbox=(57, 60, 300, 72)),),
        look=Look(size=11, line_fill=0.5),
    )
    assert (len(mend(document([first, second])).blocks) == 1) == joined


def test_a_latin_line_does_not_go_on_with_a_chinese_signature() -> None:
    blocks = [paragraph("青溪镇中心小学 黎小棠"), paragraph("subscribe to our letters for more")]
    assert len(mend(document(blocks)).blocks) == 2
