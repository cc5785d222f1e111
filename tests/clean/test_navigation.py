"""What stands around the article goes, under its right name; what the author wrote stays."""

from __future__ import annotations

import gzip
import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from blocks import document as plain_document
from docpipe import rules
from docpipe.clean import navigation
from docpipe.errors import DocpipeError
from docpipe.model import Document, Removal, Source
from docpipe.pipeline import convert_bytes
from docpipe.readers.html import read
from docpipe.settings import Settings
from docpipe.survey import survey

PROSE = (
    "<p>2021年，青石镇牢固树立安全发展理念，压实各方责任，全镇安全生产形势保持总体平稳，全年未发生较大事故。</p>"
    "<p>镇党委会全年专题研究安全生产工作14次，与23个村、186家企业签订责任书，形成横向到边的责任体系，隐患全部整改。</p>"
) * 3


def page(markup: str | bytes, name: str = "a.html") -> Document:
    data = markup.encode() if isinstance(markup, str) else markup
    return read(Source(name, name, "html", data, hashlib.sha256(data).hexdigest()), Settings())


def cuts(found: Document) -> list[Removal]:
    ruleset = rules.load()
    return list(navigation.find(found, survey(found, ruleset), ruleset))


def kept(found: Document) -> list[str]:
    gone = {cut.block for cut in cuts(found) if cut.confidence >= 0.6}
    return [block.text for index, block in enumerate(found.blocks) if index not in gone]


@pytest.mark.parametrize(
    ("around", "reason"),
    [
        ("<nav><a href=/>首页</a> <a href=/b>政务公开</a></nav>", "navigation"),
        ("<div class='breadcrumb'>当前位置：<a href=/>首页</a></div>", "navigation"),
        ("<div class=pager>上一篇：<a href=1>通知</a></div>", "navigation"),
        ("<div id=share-bar>分享到：微信</div>", "navigation"),
        ("<ul class=related-posts><li><a href=1>另一篇工作总结</a></ul>", "related"),
        ("<div class=sidebar><p>热门推荐</p></div>", "related"),
        ("<section id=comments><p>写得真好，谢谢分享！</p></section>", "comment"),
        ("<div id=cookie-consent>We use cookies.</div>", "furniture"),
        ("<footer>主办：青石镇人民政府</footer>", "furniture"),
        ("<div class=newsletter-signup>Sign up</div>", "advertising"),
        ("<p class=byline>Posted by admin</p>", "furniture"),
        ("<div class=right-bar><p>精选视频</p></div>", "related"),
        ("<div class=video-player><p>正在加载</p></div>", "navigation"),
        ("<div class=pay-dialog><p>余额支付</p></div>", "advertising"),
    ],
)
def test_parts_around_the_article_go_by_their_names(around: str, reason: str) -> None:
    found = page(f"<body><main><h1>总结</h1>{PROSE}</main>{around}")
    (cut, *rest) = cuts(found)
    assert {c.reason for c in (cut, *rest)} == {reason}
    assert cut.text == found.blocks[cut.block].text
    assert cut.span == (0, len(cut.text))
    assert cut.confidence >= 0.6
    assert cut.because
    assert len(kept(found)) == 7


def test_what_has_no_name_goes_if_it_stands_outside_the_article() -> None:
    found = page(
        f"<div><p>某某网</p></div><div><h1>总结</h1>{PROSE}</div><div><p>网站地图</p></div>"
    )
    assert [cut.rule for cut in cuts(found)] == ["navigation.outside"] * 2


@pytest.mark.parametrize(
    "lead", ["<h2>李明强调压实责任 王芳主持</h2>", "<div>核心提示：事故下降12%</div>"]
)
def test_a_subtitle_or_lead_below_the_title_stays(lead: str) -> None:
    found = page(f"<body><h1>我市召开安全生产大会</h1>{lead}<div id=content>{PROSE}</div>")
    assert found.blocks[1].text in kept(found)


def test_links_go_with_the_head_above_them() -> None:
    related = (
        "<h3>相关文档</h3><ul><li><a href=a>图解：办法</a><li><a href=b>《办法》政策解读</a></ul>"
    )
    markup = f"<body><h1>总结</h1>{PROSE}<div>{related}</div><p>青石镇人民政府</p>"
    document = convert_bytes(markup.encode(), "a.html")
    assert {cut.text for cut in document.removed} >= {"相关文档", "图解：办法", "《办法》政策解读"}
    assert document.blocks[-1].text == "青石镇人民政府"


def test_a_list_of_links_after_the_text_goes_but_one_amid_it_stays() -> None:
    links = "<ul><li><a href=1>甲</a><li><a href=2>乙</a><li><a href=3>丙</a></ul>"
    found = page(f"<div>{PROSE}{links}{PROSE}{links}</div>")
    assert [cut.block for cut in cuts(found)] == [15, 16, 17]


def test_beginnings_of_other_pages_do_not_pass_for_the_article() -> None:
    teaser = "全市推进会召开，部署下一阶段重点任务，要求各单位压实责任，按期完成整改，确保全年目标如期实现。"
    others = "".join(
        f"<div class=box><h3><a href={n}>第{n}号消息</a></h3><p class=lead>{teaser}</p></div>"
        for n in range(5)
    )
    found = page(f"<body><div><div><h1>总结</h1>{PROSE}</div></div><div><div>{others}</div></div>")
    assert len(kept(found)) == 7


def test_texts_beside_links_that_are_most_of_the_page_stay() -> None:
    items = "".join(
        f"<div class=item><h3><a href={n}>第{n}号通知</a></h3>{PROSE}</div>" for n in range(4)
    )
    assert sum("青石镇" in text for text in kept(page(f"<body><div>{items}</div>"))) >= 12


TEASER = (
    "全市推进会召开，部署下一阶段重点任务，要求各单位压实责任，按期完成整改，确保全年目标如期实现。"
)
NOTICE = "<p>5月13日，青石镇召开安全生产例会，通报了上月隐患整改情况，对下月的巡查、培训和演练作了安排，要求各村按时上报，逐项销号，镇安委会每月抽查一次。</p>"


@pytest.mark.parametrize("date", ["2021-05-14 09:30", "May 14, 2021"])
def test_a_short_article_does_not_pass_for_an_introduction_to_teasers(date: str) -> None:
    teasers = "".join(
        f"<div class=box><h3><a href={n}>第{n}号消息</a></h3><p class=lead>{TEASER}</p></div>"
        for n in range(9)
    )
    found = page(f"<body><h1>例会通报</h1><p>{date}</p><div>{NOTICE}</div><div>{teasers}</div>")
    assert not any("推进会" in text or "号消息" in text for text in kept(found))
    assert any("例会" in text and "巡查" in text for text in kept(found))


def test_teasers_under_a_dated_article_may_be_named_after_their_tabs() -> None:
    teasers = "".join(
        f"<div class=tab{n}><div class=box><h3><a href={n}>第{n}号消息</a></h3><p class=lead>{TEASER}</p></div></div>"
        for n in range(9)
    )
    found = page(f"<body><h1>例会通报</h1><p>2021-05-14</p><div>{NOTICE}</div><div>{teasers}</div>")
    assert not any("推进会" in text for text in kept(found))


def test_what_stands_in_a_field_to_fill_in_is_no_text_of_the_page() -> None:
    found = page(
        f"<body><h1>例会通报</h1><p>2021-05-14</p><div><div>{NOTICE}</div></div><textarea>{TEASER * 9}</textarea>"
    )
    assert not any("推进会" in text for text in kept(found))
    assert any("例会" in text and "巡查" in text for text in kept(found))


def test_teasers_under_an_introduction_without_a_date_stay() -> None:
    teasers = "".join(
        f"<div class=box><h3><a href={n}>第{n}号消息</a></h3><p class=lead>{TEASER}</p></div>"
        for n in range(9)
    )
    found = page(f"<body><h1>工作动态</h1><div>{NOTICE}</div><div>{teasers}</div>")
    assert sum("推进会" in text for text in kept(found)) == 9


def test_an_article_recommended_below_goes_even_if_it_is_the_longer_one() -> None:
    found = page(
        f"<body><div><div class=text><h1>例会通报</h1>{NOTICE}</div>"
        f"<div class=recommended-article><h1>全年总结</h1>{PROSE}</div></div>"
    )
    assert len(kept(found)) == 2
    assert {cut.reason for cut in cuts(found)} == {"related"}


def test_the_h1_that_the_page_names_is_its_title() -> None:
    found = page(
        f"<title>例会通报_某某网</title><body><div class=popup><h1>全新首页</h1></div><h1>例会通报</h1>{PROSE}"
    )
    assert "全新首页" not in kept(found)
    assert "例会通报" in kept(found)


def test_the_title_stays_even_in_a_header() -> None:
    found = page(
        f"<header class=site-header><nav><h1>工作总结</h1></nav></header><main>{PROSE}</main>"
    )
    assert kept(found)[0] == "工作总结"


@pytest.mark.parametrize(
    "line",
    [
        "青石镇人民政府",
        "2021年12月28日",
        "联系人：李明，联系电话：0571-86000000",
        "附件：1.统计表",
        "统计表.xlsx",
        "青政发〔2021〕5号",
    ],
)
def test_the_authors_lines_stay_wherever_they_stand(line: str) -> None:
    found = page(f"<body><div><h1>总结</h1>{PROSE}</div><div><p>{line}</p></div>")
    assert line in kept(found)


@pytest.mark.parametrize(
    "line",
    [
        "发布时间：2022-01-04 来源：青石镇 浏览次数：12",
        "2022-01-04 08:30 更新 文章来源：某某网",
        "[作者: 李明 责任编辑: 王芳]",
        "Posted on May 2, 2024 by admin",
        "您现在的位置： 首页 > 政务公开 > 正文",
        "You are here: Home » News",
        "首页 | 上一页 1 下一页 | 尾页",
        "第1页/共3页 << 上一页 | 下一页 >>",
    ],
)
def test_what_the_site_says_of_the_page_goes_even_amid_the_text(line: str) -> None:
    assert line not in kept(page(f"<div><h1>总结</h1><p>{line}</p>{PROSE}</div>"))


@pytest.mark.parametrize(
    "line",
    [
        "作者：李明 时间：2021-12-28",
        "编辑：李明 日期：2021年12月",
        "数据来源：统计局 更新时间：2021年",
        "资金来源：财政拨款；时间：2021年",
        "会议时间：2021年12月 9:30 地点：会议室",
        "安装位置：首页 > 设置",
        "地理位置：青石镇东",
        "合同共3页",
        "详见下一页表2",
        "By the end of 2021, all was posted on time",
    ],
)
def test_what_an_author_says_with_such_words_stays(line: str) -> None:
    assert line in kept(page(f"<div><h1>总结</h1><p>{line}</p>{PROSE}</div>"))


def test_a_word_around_the_whole_page_tells_nothing() -> None:
    found = page(
        f"<div class='sidebar-layout menu-page comment-wrapper'><h1>总结</h1>{PROSE}</div>"
    )
    assert cuts(found) == []


def test_on_a_forum_the_posts_are_the_page() -> None:
    posts = "".join(f"<div class='comment comment-{n}'>{PROSE}</div>" for n in range(3))
    assert cuts(page(f"<body><h1>讨论</h1>{posts}")) == []


def test_a_page_that_is_all_content_loses_nothing() -> None:
    found = page(
        "<body lang=ZH-CN><div class=WordSection1><p class=MsoNormal align=center>总结</p>"
        + PROSE.replace("<p>", "<p class=MsoNormal>")
        + "<p class=MsoNormal>青石镇人民政府</p><p class=MsoNormal>2021年12月28日</p></div>"
    )
    assert cuts(found) == []


def test_other_formats_are_left_alone() -> None:
    assert cuts(plain_document(["首页 | 政务公开", "上一篇：通知", "版权所有"])) == []


@pytest.mark.parametrize("name", ["d01", "d04", "d08", "d10", "d13", "seed"])
def test_gold_pages_keep_their_text(shared: Path, name: str) -> None:
    sys.path.insert(0, str(shared / "bench"))
    import gold  # type: ignore[import-not-found]

    found = page((shared / f"bench/dev/files/{name}.html").read_bytes())
    text = "".join("".join(kept(found)).split())
    for kind, node in gold.flat(gold.parse(shared / f"bench/dev/gold/{name}.txt")):
        parts = {
            "title": lambda n: [n["title"]],
            "heading": lambda n: [n["label"] + n["heading"]],
            "paragraph": lambda n: n["text"].split("⏎"),
            "table": lambda n: [cell for row in n["rows"] for cell in row],
        }[kind](node)
        for part in parts:
            assert "".join(part.split()) in text


@pytest.mark.parametrize(("folder", "floor"), [("html", 0.91), ("html-train", 0.86)])
def test_real_pages_reach_their_floor(
    shared: Path, tmp_path: Path, folder: str, floor: float
) -> None:
    root = shared / "bench" / folder
    for file in sorted((root / "pages").iterdir()):
        data = file.read_bytes()
        data = gzip.decompress(data) if file.suffix == ".gz" else data
        name = file.name.removesuffix(".gz").removesuffix(".html")
        try:
            found = page(data, name)
        except DocpipeError:
            continue
        gone = {cut.block for cut in cuts(found)}
        gone |= {i for i, block in enumerate(found.blocks) if block.layer == "hidden"}
        lines = [block.text for i, block in enumerate(found.blocks) if i not in gone]
        (tmp_path / f"{name}.txt").write_text("\n".join(lines), "utf-8")
    command = [sys.executable, str(shared / "bench/score_html.py"), str(tmp_path)]
    command += ["--root", str(root), "--min", f"all={floor}"]
    scored = subprocess.run(command, capture_output=True, text=True, check=False)
    assert scored.returncode == 0, scored.stdout.splitlines()[-1]


def test_a_question_beside_its_title_heads_the_answers() -> None:
    question = "<p>我家有二十亩水田，想修一条渠道，请问补贴怎么申请，需要哪些材料，找哪个部门？</p>"
    answers = f"<div class=answers><div>{PROSE}</div></div>"
    found = page(f"<body><div class=question><h1>补贴怎么申请？</h1>{question}</div>{answers}")
    assert kept(found)[1].startswith("我家有二十亩水田")


@pytest.mark.parametrize("text", ["Skip to main content", "Jump to navigation", "跳转到内容"])
def test_a_link_past_the_top_of_a_page_goes(text: str) -> None:
    found = page(f"<body><a href=#main>{text}</a><main><h1>总结</h1>{PROSE}</main>")
    assert text not in kept(found)


def test_the_name_of_a_custom_element_names_a_part() -> None:
    found = page(f"<body><main><h1>总结</h1>{PROSE}<amp-ad type=x><div>广告</div></amp-ad></main>")
    assert [cut.text for cut in cuts(found)] == ["广告"]


@pytest.mark.parametrize(
    ("behind", "kept_text"),
    [
        ("<a href=#history>¶</a>", "历史"),
        ("<a href='https://a.example/x#history'>#</a>", "历史"),
        ("<span>[<a href=/edit>编辑</a>]</span>", "历史"),
        ("<span>[<a href=/ve>编辑</a> | <a href=/edit>编辑源代码</a>]</span>", "历史"),
        ("[编辑]", "历史[编辑]"),
        ("#", "历史#"),
    ],
)
def test_what_a_site_sets_behind_a_heading_goes(behind: str, kept_text: str) -> None:
    markup = f"<main><h1>水利</h1>{PROSE}<h2>历史{behind}</h2>{PROSE}</main>"
    found = convert_bytes(markup.encode(), "a.html")
    assert [block.text for block in found.blocks if block.look.heading == 2] == [kept_text]


def test_a_list_of_links_to_the_headings_is_contents() -> None:
    links = (
        "<ul><li><a href=#a>1 历史</a></li><li><a href='https://a.example/x#b'>2 类型</a></li></ul>"
    )
    elsewhere = "<ul><li><a href=/a>历史</a></li><li><a href=/b>类型</a></li></ul>"
    for listed, rules_of_cuts in ((links, {"furniture.contents"}), (elsewhere, set())):
        markup = f"<main><h1>水利</h1>{PROSE}<h2>目录</h2>{listed}<h2>历史</h2>{PROSE}</main>"
        found = convert_bytes(markup.encode(), "a.html")
        assert {cut.rule for cut in found.removed} == rules_of_cuts


def test_a_frame_beside_the_text_shows_something_else() -> None:
    advert = "<iframe srcdoc='<a href=/x>买水泵，找青石</a>'></iframe>"
    found = page(f"<body><main><h1>总结</h1>{PROSE}{advert}</main>")
    assert [(cut.text, cut.rule) for cut in cuts(found)] == [("买水泵，找青石", "navigation.frame")]
    whole = page(f"<body><iframe srcdoc='<h1>总结</h1>{PROSE}'></iframe>")
    assert cuts(whole) == []


def test_a_line_whose_element_is_named_a_title_is_one() -> None:
    title = "<div class=doc_title>张三与青石县水利局行政诉讼一审判决书</div>"
    date = "<div class=label>发布日期：2021-12-28 浏览：33次</div>"
    markup = f"<title>裁判文书</title><div>{title}{date}<div class=text>{PROSE}</div></div>"
    found = convert_bytes(markup.encode(), "a.html")
    assert found.title == "张三与青石县水利局行政诉讼一审判决书"
    assert [cut.text for cut in found.removed] == ["发布日期：2021-12-28 浏览：33次"]
    assert convert_bytes(markup.replace("doc_title", "x").encode(), "a.html").title == ""


def test_one_field_of_a_site_and_a_date_tell_of_the_page_only_under_its_title() -> None:
    line = "<p>来源：青石日报 2021年12月28日</p>"
    assert "来源：青石日报 2021年12月28日" not in kept(
        page(f"<main><h1>总结</h1>{line}{PROSE}</main>")
    )
    assert "来源：青石日报 2021年12月28日" in kept(
        page(f"<main><h1>总结</h1>{PROSE}{line}{PROSE}</main>")
    )


def test_a_line_that_counts_entries_and_turns_the_page_goes() -> None:
    pager = "<div>共 12 条 <a href=1>上一页</a> <a href=2>下一页</a></div>"
    assert len(kept(page(f"<main><h1>总结</h1>{PROSE}{pager}</main>"))) == 7
