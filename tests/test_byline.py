"""What a page says around its text of date, source, author and number reaches the metadata, though the line is cut."""

from __future__ import annotations

import pytest

from docpipe.model import Document
from docpipe.pipeline import convert_bytes

TEXT = (
    "　　全市水稻长势良好，早稻收割全面展开，各乡镇农技人员深入田间地头开展技术指导，确保颗粒归仓。"
)
ENGLISH = "The rice harvest went well across all districts, and field officers visited farmers to give advice."


def page(line: str, text: str = TEXT, *, head: str = "", tail: str = "") -> Document:
    title = (
        "我市早稻收割全面展开" if text == TEXT else "Rice harvest in full swing across the county"
    )
    navigation = "<div class=nav><a href=/>首页</a> <a href=/b>新闻 2020-01-01</a></div>"
    body = f"<h1>{title}</h1>{line}<div class=content>{f'<p>{text}</p>' * 6}</div>{tail}"
    footer = "<div class=footer><a href=/u>关于我们</a> 主办单位：某网 2019-09-09</div>"
    markup = f"<title>{title}</title>{head}{navigation}<div class=main>{body}</div>{footer}"
    return convert_bytes(markup.encode(), "a.html")


def values(document: Document) -> dict[str, str]:
    names = ("date", "organization", "author", "document_number")
    return {name: fact.value for name, fact in document.metadata.items() if name in names}


@pytest.mark.parametrize(
    ("line", "date", "organization", "author"),
    [
        ("<div class=info>来源：新华社 作者：张三 2021-12-28 10:20 浏览：123</div>", "2021-12-28", "新华社", "张三"),
        ("<div class=info><span>发布时间：2021年12月28日 10:20</span><span>信息来源：市农业农村局</span><span>浏览次数：<i>345</i>次</span></div>", "2021-12-28", "市农业农村局", ""),
        ("<div class=info><span>2021-12-28 10:20:33</span> <span>来源： 《人民日报》</span> <span>责任编辑：李四</span></div>", "2021-12-28", "人民日报", ""),
        ("<div><em>原创</em> <span>张三</span> <a href='javascript:;'>青石市农业农村局</a> <em>2021年12月28日 18:00</em></div>", "2021-12-28", "青石市农业农村局", "张三"),
        ("<div><em>原创</em> <span>张三</span> <a href='javascript:;'>青石发布</a> <em>2021年12月28日 18:00</em> 湖南</div>", "2021-12-28", "青石发布", "张三"),
        ("<div>来源：青石日报　　2021年12月28日</div>", "2021-12-28", "青石日报", ""),
        ("<p class=tit>2021年12月28日08:59 | 来源：<a href=/x>青石日报</a> 小字号</p>", "2021-12-28", "青石日报", ""),
        ("<p class=meta>日期：2021/12/28　点击：67　作者：王 五　部门：教务处</p>", "2021-12-28", "", "王五"),
        ("<table><tr><td>发布日期：2021-12-28<td>来源：省统计局<td>阅读：33</table>", "2021-12-28", "省统计局", ""),
        ("<div>2021-12-28 来源:[ 中国新闻网 ] 记者 张三 李四</div>", "2021-12-28", "中国新闻网", "张三"),
        ("<div class=info>2021年12月28日 本文来源于国家统计局</div>", "2021-12-28", "国家统计局", ""),
        ("<div class=info>2021年12月28日 来源：网络 作者：佚名</div>", "2021-12-28", "", ""),
        ("<div class=info>文/张三 图/李四 更新时间：2021-12-28</div>", "2021-12-28", "", "张三"),
        ("", "", "", ""),
    ],
)  # fmt: skip
def test_a_line_under_the_title(line: str, date: str, organization: str, author: str) -> None:
    expected = {"date": date, "organization": organization, "author": author}
    assert values(page(line)) == {name: value for name, value in expected.items() if value}


@pytest.mark.parametrize(
    ("line", "date", "author"),
    [
        ("<div class=byline>By <a href=/j>John Smith</a> | <time>December 28, 2021</time> | 5 min read</div>", "2021-12-28", "John Smith"),
        ("<div class=meta>Posted by Mary Poe on 28 Dec 2021</div>", "2021-12-28", "Mary Poe"),
        ("<div class=meta>Posted on <time>December 28, 2021</time> by <a href=/m>Mary Poe</a></div>", "2021-12-28", "Mary Poe"),
        ("<div class=meta>Search By Zip Code</div>", "", ""),
        ("<div class=meta>Published Dec 28, 2021 Updated Jan 3, 2022</div>", "2021-12-28", ""),
    ],
)  # fmt: skip
def test_an_english_line_under_the_title(line: str, date: str, author: str) -> None:
    expected = {"date": date, "author": author}
    assert values(page(line, ENGLISH)) == {name: value for name, value in expected.items() if value}


def test_the_table_of_an_official_document() -> None:
    fields = ["索引号：000014349/2021-00123", "发文机关：青石市人民政府办公室", "成文日期：2021年12月20日", "发布日期：2021年12月28日", "发文字号：青政办发〔2021〕12号"]  # fmt: skip
    document = page(f"<ul class=info>{''.join(f'<li>{field}</li>' for field in fields)}</ul>")
    assert values(document) == {
        "date": "2021-12-20",
        "organization": "青石市人民政府办公室",
        "document_number": "青政办发〔2021〕12号",
    }
    assert document.metadata["date"].text == "成文日期：2021年12月20日"
    assert document.metadata["date"].at


def test_what_is_visible_wins_over_meta_tags_and_the_sign_off_over_the_page() -> None:
    head = "<meta name=PubDate content=2021-12-29><meta name=ContentSource content=某网>"
    line = "<div class=info>2021-12-28 来源：市农业农村局</div>"
    assert values(page(line, head=head)) == {"date": "2021-12-28", "organization": "市农业农村局"}
    signed = "<p>青石市统计局</p><p>2021年11月30日</p>"
    assert values(page(line, head=head, tail=signed)) == {
        "date": "2021-11-30",
        "organization": "青石市统计局",
    }
    assert values(page("", head=head)) == {"date": "2021-12-29", "organization": "某网"}


def test_a_line_after_the_text() -> None:
    document = page("", tail="<p>（作者：赵六 编辑：钱七）</p><div>来源：青石日报 2021-12-28</div>")
    assert values(document) == {"organization": "青石日报", "author": "赵六"}


def test_where_data_come_from_is_no_source_of_the_page() -> None:
    tail = "<table border=1><tr><td>县<td>亩<tr><td>甲<td>3</table><p>注：数据来源于各乡镇年报。</p><p>数据来源：某局</p>"
    assert values(page("", tail=tail)) == {}
