"""The samples in `input/` convert as a newcomer expects: titles, outlines, every planted advert taken out, nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from docpipe import convert
from docpipe.model import Heading, Table

INPUT = Path(__file__).parent.parent / "input"

SAMPLES = {
    "安全生产工作总结.docx": (
        "云溪县应急管理局2023年安全生产工作总结",
        ["一、", "（一）", "（二）", "（三）", "二、", "三、", "四、"],
        [
            "本资料由【妙笔文库】整理上传", "写材料没思路？", "加微信 miaobi2023 免费领取范文", "仅供会员学习交流，严禁外传倒卖", "长按识别二维码 加入公文交流群",
            "妙笔文库版权所有", "【本店全套工作总结仅售19.9元，咨询客服QQ：556677889】", "更多范文请关注公众号“妙笔文库”。",
            "———— 本文档下载自妙笔文库，侵删 ————", "更多公文材料 尽在妙笔文库 www.miaobi-wenku.example", "妙笔文库 会员专享", "第 1 页",
        ],
        ["“云溪应急”微信公众号推送提示信息96条", "联系人：周建平", "对重大隐患实行挂牌督办", "2023年12月28日"],
    ),
    "社区志愿服务工作总结.pdf": (
        "望湖社区2023年志愿服务工作总结",
        ["一、", "（一）", "（二）", "（三）", "二、", "三、", "四、"],
        ["好材料网 持续更新 扫码进群领资料", "需要全套社区材料请联系客服微信：hcl_2023，9.9元打包带走！"],
        ["做到人员、场所、制度“三落实”。", "积分可在“爱心超市”兑换日用品，全年兑换1126人次", "望湖社区居民委员会"],
    ),
    "述职报告.txt": (
        "2023年度个人述职报告",
        ["一、", "（一）", "（二）", "（三）", "二、", "三、"],
        ["公文之家 www.gongwenzhijia.example 每日更新", "本文来源于网络，仅供参考学习，请勿用于商业用途", "加V❤ gwzj888 拉你进写作交流群，海量模板免费送！", "扫码关注公众号【公文之家】回复“述职”获取更多范文"],
        ["各位领导、同志们：", "现将一年来的履职情况报告如下，请予审议。", "在政务公众号公开办理结果", "述职人：陈立新"],
    ),
    "quarterly-report.html": (
        "Harbour Street Clinic: Quarterly Activity Report, Q2 2023",
        ["1.", "1.1", "1.2", "2.", "3."],
        ["Accept all", "Home Templates Pricing Log in", "Upgrade to Premium and download unlimited report templates - save 40% today!", "You may also like", "Very useful layout, thanks for sharing!"],
        ["38% of them also subscribed to the health newsletter.", "Downloads of the clinic's app reached 4,300.", "Prepared by Alice Morton"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SAMPLES)
def test_sample(name: str) -> None:
    title, labels, adverts, own = SAMPLES[name]
    document = convert(INPUT / name)
    assert document.title == title
    assert [b.label for b in document.blocks if isinstance(b, Heading)] == labels
    assert any(isinstance(b, Table) for b in document.blocks) == (name != "述职报告.txt")
    kept = "\n".join(b.text for b in document.blocks)
    removed = [cut.text for cut in document.removed]
    for advert in adverts:
        assert advert in removed
        assert advert not in kept
    for text in own:
        assert text in kept


def test_there_is_a_sample_of_each_kind() -> None:
    assert sorted(path.name for path in INPUT.iterdir() if not path.name.startswith(".")) == sorted(
        SAMPLES
    )
