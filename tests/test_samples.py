"""The samples in `input/` convert as a newcomer expects: titles, outlines, all that was planted taken out, nothing else."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import pytest

from docpipe import convert
from docpipe.model import Document, Heading, Table

INPUT = Path(__file__).parent.parent / "input"


class Sample(NamedTuple):
    """What a sample gives. `outline`: one "level label heading" a line; `removed`: the lines cut, in reading order."""

    title: str
    outline: str
    removed: str
    kept: str
    metadata: dict[str, str]
    tables: int


SAMPLES = {
    "安全生产工作总结.docx": Sample(
        title="云溪县应急管理局2023年安全生产工作总结",
        outline="""
            1 一、 主要工作及成效
            2 （一） 压实责任链条
            2 （二） 深化专项整治
            2 （三） 强化宣传教育
            3 1. 办好主题活动
            3 2. 用好线上平台
            1 二、 主要指标完成情况
            1 三、 存在的问题
            1 四、 2024年工作打算
        """,
        removed="""
            本资料由【妙笔文库】整理上传
            写材料没思路？加微信 miaobi2023 免费领取范文
            仅供会员学习交流，严禁外传倒卖
            长按识别二维码 加入公文交流群
            妙笔文库版权所有
            【本店全套工作总结仅售19.9元，咨询客服QQ：556677889】
            更多范文请关注公众号“妙笔文库”。
            ———— 本文档下载自妙笔文库，侵删 ————
            更多公文材料 尽在妙笔文库 www.miaobi-wenku.example
            妙笔文库 会员专享
            第 1 页
        """,
        kept="""
            整改率99.6%。对重大隐患实行挂牌督办、销号管理。
            “云溪应急”微信公众号推送提示信息96条，居民扫码答题3.2万人次
            坚决防范遏制重特大事故发生。
            联系人：周建平，联系电话：0571-86000000。
            云溪县应急管理局
            2023年12月28日
        """,
        metadata={"date": "2023-12-28", "period": "2023", "organization": "云溪县应急管理局"},
        tables=1,
    ),
    "社区志愿服务工作总结.pdf": Sample(
        title="望湖社区2023年志愿服务工作总结",
        outline="""
            1 一、 主要做法
            2 （一） 健全组织网络。
            2 （二） 丰富服务内容。
            2 （三） 完善激励机制。
            1 二、 工作成效
            1 三、 存在不足
            1 四、 下一步打算
        """,
        removed="""
            好材料网 持续更新 扫码进群领资料
            需要全套社区材料请联系客服微信：hcl_2023，9.9元打包带走！
            好材料网haocailiao.example 全站资料会员免费下载
            — 1 —
            好材料网haocailiao.example 全站资料会员免费下载
            — 2 —
        """,
        kept="""
            做到人员、场所、制度“三落实”。
            居民通过社区公众号发布需求，扫码即可预约
            积分可在“爱心超市”兑换日用品，全年兑换1126人次
            望湖社区居民委员会
        """,
        metadata={"date": "2023-12-16", "period": "2023", "organization": "望湖社区居民委员会"},
        tables=1,
    ),
    "述职报告.txt": Sample(
        title="2023年度个人述职报告",
        outline="""
            1 一、 履职情况
            2 （一） 文稿起草
            2 （二） 办会办事
            2 （三） 档案管理
            1 二、 存在的不足
            1 三、 下一步打算
        """,
        removed="""
            公文之家 www.gongwenzhijia.example 每日更新
            本文来源于网络，仅供参考学习，请勿用于商业用途
            加V❤ gwzj888 拉你进写作交流群，海量模板免费送！
            扫码关注公众号【公文之家】回复“述职”获取更多范文
        """,
        kept="""
            各位领导、同志们：
            现将一年来的履职情况报告如下，请予审议。
            在政务公众号公开办理结果
            述职人：陈立新
        """,
        metadata={"date": "2024-01-05", "period": "2023", "author": "陈立新"},
        tables=0,
    ),
    "quarterly-report.html": Sample(
        title="Harbour Street Clinic: Quarterly Activity Report, Q2 2023",
        outline="""
            1 1. Attendance
            2 1.1 Waiting times
            2 1.2 Online services
            1 2. Key figures
            1 3. Risks and next steps
        """,
        removed="""
            We use cookies to give you the best experience.
            Accept all
            Home Templates Pricing Log in
            Posted on 20 July 2023 by admin · 1,204 views · 3 comments
            Upgrade to Premium and download unlimited report templates - save 40% today!
            Share this report: Facebook LinkedIn Email
            You may also like
            Annual report template for clinics
            Ten quarterly report samples
            3 comments
            Very useful layout, thanks for sharing!
            © 2023 ReportHub. All rights reserved. Privacy policy
        """,
        kept="""
            38% of them also subscribed to the health newsletter.
            Downloads of the clinic's app reached 4,300. Patients may now follow their test results online
            Two nursing posts remain vacant and will be advertised in August.
            Prepared by Alice Morton
        """,
        metadata={"date": "2023-07-14", "period": "2023-Q2", "author": "Alice Morton"},
        tables=1,
    ),
}


@pytest.fixture(scope="module", params=SAMPLES)
def converted(request: pytest.FixtureRequest) -> tuple[Document, Sample]:
    return convert(INPUT / request.param), SAMPLES[request.param]


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.strip().splitlines()]


def test_title_and_outline(converted: tuple[Document, Sample]) -> None:
    document, sample = converted
    assert document.title == sample.title
    headings = [block for block in document.blocks if isinstance(block, Heading)]
    assert [f"{h.level} {h.label.strip()} {h.text}" for h in headings] == lines(sample.outline)


def test_what_was_planted_is_removed_and_nothing_else(converted: tuple[Document, Sample]) -> None:
    document, sample = converted
    cuts = sorted(document.removed, key=lambda cut: (cut.block, cut.span))
    by_block = groupby(cuts, key=lambda cut: cut.block)
    assert ["".join(cut.text for cut in group) for _, group in by_block] == lines(sample.removed)


def test_no_planted_line_is_kept(converted: tuple[Document, Sample]) -> None:
    document, sample = converted
    kept = "\n".join(block.text for block in document.blocks)
    assert [line for line in lines(sample.removed) if line in kept] == []


def test_what_looks_like_an_advert_but_is_the_authors_is_kept(
    converted: tuple[Document, Sample],
) -> None:
    document, sample = converted
    kept = "\n".join(block.text for block in document.blocks)
    assert [line for line in lines(sample.kept) if line not in kept] == []


def test_metadata_and_tables(converted: tuple[Document, Sample]) -> None:
    document, sample = converted
    assert {name: document.metadata[name].value for name in sample.metadata} == sample.metadata
    assert sum(isinstance(block, Table) for block in document.blocks) == sample.tables


def test_there_is_a_sample_of_each_kind() -> None:
    names = [path.name for path in INPUT.iterdir() if not path.name.startswith(".")]
    assert sorted(names) == sorted(SAMPLES)
