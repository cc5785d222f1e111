"""Web pages arrive whole: each text node of the body in one block, with the looks that later steps weigh."""

from __future__ import annotations

import base64
import hashlib
import html
import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from docpipe.errors import DocpipeError, ErrorCode
from docpipe.model import CODE_SPACE, BlockType, Document, Image, Paragraph, Run, Source, Table
from docpipe.pipeline import convert_bytes, write
from docpipe.readers.encoding import decode
from docpipe.readers.html import read
from docpipe.settings import Settings
from docpipe.verify import verify


def document(markup: str | bytes) -> Document:
    data = markup.encode() if isinstance(markup, str) else markup
    digest = hashlib.sha256(data).hexdigest()
    return read(Source("a.html", "a.html", "html", data, digest), Settings())


def paragraphs(markup: str) -> list[Paragraph]:
    return [block for block in document(markup).blocks if isinstance(block, Paragraph)]


def texts(markup: str) -> list[str]:
    return [block.text for block in document(markup).blocks]


def characters(blocks: list[BlockType]) -> Counter[str]:
    return Counter("".join("".join(b.text for b in blocks if not isinstance(b, Image)).split()))


def test_block_elements_part_and_inline_elements_join() -> None:
    markup = "<div>one<p>two <b>bold</b>er</p>three<ul><li>four</ul><span>fi</span>ve</div>"
    assert texts(markup) == ["one", "two bolder", "three", "four", "five"]


def test_breaks_part_lines_and_mark_empty_ones() -> None:
    found = paragraphs("<div>甲<br>乙<br><br>丙<p>&nbsp;</p><p>丁</p></div>")
    assert [(p.text, p.space_before) for p in found] == [
        ("甲", False),
        ("乙", False),
        ("丙", True),
        ("丁", True),
    ]


def test_white_space_becomes_one_space_and_leading_spaces_an_indent() -> None:
    found = paragraphs("<p>\u3000\u3000正文&nbsp;&nbsp;内容\n\t end </p><p>&nbsp;&nbsp;x</p>")
    assert [p.text for p in found] == ["正文 内容 end", "x"]
    assert [p.look.indent for p in found] == [21.0, 10.5]


def test_a_source_line_break_between_chinese_characters_is_no_space() -> None:
    assert texts("<p>安全\n  生产<b>\n工作</b>\nin 2021\n年</p>") == ["安全生产工作 in 2021 年"]


def test_text_after_the_end_of_the_document_is_kept() -> None:
    assert texts("<html><body><p>a</p></body></html><p>b</p></html>c") == ["a", "b", "c"]


@pytest.mark.parametrize("depth", [300, 3000, 20_000])
def test_depth_loses_nothing(depth: int) -> None:
    markup = "<body>" + "<div>" * depth + "deep" + "</div>" * depth + "<p>after"
    assert texts(markup) == ["deep", "after"]


def test_the_salvaging_parser_reads_as_the_other() -> None:
    page = "<p>a<br>b<img alt=x><table border=1><tr><td>1<td>2</tr><tr><td>3<td>4</tr></table><script>no</script>"
    deep = document("<body>" + "<div>" * 2500 + "</div>" * 2500 + page).blocks
    flat = document("<body>" + page).blocks
    assert [block.text for block in deep] == [block.text for block in flat]


def test_scripts_styles_and_templates_are_no_text() -> None:
    markup = "<p>a</p><script>b</script><style>c</style><template><p>d</p></template><!-- e -->f"
    assert texts(markup) == ["a", "f"]


def test_a_script_that_writes_a_script_is_one_script() -> None:
    script = "<script><!--\ndocument.write('<script src=x></script>'); more();\n//--></script>"
    assert texts(f"<p>a</p>{script}<p>b</p>") == ["a", "b"]


def test_a_template_ends_where_it_says_whatever_is_left_open_in_it() -> None:
    markup = '<p>a</p><template id="x"><li><details><div>b</details></li></template><ul><li>c</ul>'
    assert texts(markup) == ["a", "c"]
    assert texts("<template>a<template>b</template>c</template>d") == ["d"]
    assert texts("a<script>'<template>'</script><!-- <template> -->b") == ["ab"]
    assert texts("a<template>b") == ["a"]


def test_text_in_the_head_is_text_but_for_the_title() -> None:
    markup = "<head><title>t</title><button>a</button><meta name=x><noscript><b>b</b></noscript>"
    found = document(f"{markup}</head><body><p>c</p><svg><title>d</title></svg>").blocks
    assert [(block.text, block.layer) for block in found][:3] == [
        ("a", "body"),
        ("b", "hidden"),
        ("c", "body"),
    ]


@pytest.mark.parametrize(
    "attribute",
    ["hidden", 'style="display:none"', "style='visibility: hidden'", "style='mso-hide:all'"],
)
def test_hidden_elements_lie_on_their_own_layer(attribute: str) -> None:
    found = paragraphs(f"<p>shown at length</p><div {attribute}><p>gone</p></div>")
    assert [(p.text, p.layer) for p in found] == [("shown at length", "body"), ("gone", "hidden")]


def test_a_hidden_span_is_a_hidden_run() -> None:
    (found,) = paragraphs("<p>正文<span style='display:none'>暗</span>继续</p>")
    assert found.text == "正文暗继续"
    assert found.runs == (Run(2, 3, hidden="vanish"),)


def test_what_a_click_unfolds_is_not_hidden() -> None:
    found = paragraphs("<p>long visible text</p><div class='tab-pane' hidden>under a tab</div>")
    assert [p.layer for p in found] == ["body", "body"]


def test_a_page_that_hides_most_of_itself_is_shown_by_a_script() -> None:
    found = paragraphs(
        "<p>Menu</p><div style='display:none'><p>The whole of the article.</p></div>"
    )
    assert [p.layer for p in found] == ["body", "body"]


def test_noscript_text_is_there_but_hidden() -> None:
    found = paragraphs("<p>shown at length</p><noscript><p>turn on</p></noscript>")
    assert [(p.text, p.layer) for p in found][-1] == ("turn on", "hidden")


def test_looks() -> None:
    (found,) = paragraphs(
        "<div class='Article main'><p id=First align=center style='text-indent:2em;font-size:16px'>"
        "<b style='color:red'>题目</b></p></div>"
    )
    look = found.look
    assert (look.bold, look.size, look.color, look.align) == (True, 12.0, "ff0000", "center")
    assert (look.indent, look.tag, look.hints) == (24.0, "p", "first article main")
    assert found.runs == (Run(0, 2, bold=True),)


def test_headings_are_paragraphs_with_a_level() -> None:
    found = paragraphs("<h1>题</h1><h3><a href='x'>节</a></h3><p>文</p>")
    assert [(p.look.heading, p.look.bold) for p in found] == [(1, True), (3, True), (None, False)]


def test_links_count_and_unsafe_ones_lose_their_address() -> None:
    found = paragraphs(
        "<p><a href='/a'>abcd</a>efgh</p><p><a href='javascript:x()'>x</a></p><p><a name=t>y</a></p>"
    )
    assert [p.look.link_share for p in found] == [0.5, 1.0, 0.0]
    assert [p.runs for p in found] == [(Run(0, 4, link="/a"),), (), ()]


def test_runs_join_over_a_space_but_not_over_text() -> None:
    (found,) = paragraphs("<p><b>a</b> <b>b</b>x<b>c</b> <i>d</i><sup>2</sup></p>")
    assert found.text == "a bxc d2"
    assert found.runs == (
        Run(0, 3, bold=True),
        Run(4, 5, bold=True),
        Run(6, 7, italic=True),
        Run(7, 8, superscript=True),
    )


def test_blocks_of_one_container_share_a_path() -> None:
    found = paragraphs("<div><p>a</p><p>b</p></div><div><p>c</p></div>")
    outer = [p.look.path[:-1] for p in found]
    assert outer[0] == outer[1] != outer[2]


def test_lists_get_the_labels_a_browser_shows() -> None:
    found = paragraphs(
        "<ol start=3 type=a><li>x<li value=9>y<ul><li>z</ul></ol><ol type=I><li>w</ol>"
        "<ul style='list-style:none'><li>v</ul>"
    )
    assert [(p.label, p.list_level, p.bullet) for p in found] == [
        ("c.", 0, False),
        ("i.", 0, False),
        ("•", 1, True),
        ("I.", 0, False),
        ("", None, False),
    ]


def test_only_the_first_paragraph_of_an_item_has_its_label() -> None:
    found = paragraphs("<ol><li><p>a</p><p>b</p></li><li>c</li></ol>")
    assert [(p.text, p.label) for p in found] == [("a", "1."), ("b", ""), ("c", "2.")]


def test_a_data_table_keeps_its_spans_heads_and_inner_blocks() -> None:
    (table,) = document(
        "<table><tr><th colspan=2>指标</th><th>数</th></tr><tr><td rowspan=2>甲<td>乙<br>丙<td>1</tr>"
        "<tr><td>丁<td>2</tr></table>"
    ).blocks
    assert isinstance(table, Table)
    assert table.text == "指标\t数\n甲\t乙\n丙\t1\n丁\t2"
    assert (table.rows[0][0].colspan, table.rows[0][0].header) == (2, True)
    assert table.rows[1][0].rowspan == 2
    assert [block.text for block in table.rows[1][1].blocks] == ["乙", "丙"]
    assert table.rows[1][0].blocks == ()


@pytest.mark.parametrize(
    "markup",
    [
        "<table><tr><td><p>a</p><p>b</p></td></tr></table>",
        "<table><tr><td>a</td><td>b</td></tr></table>",
        "<table role=presentation border=1><tr><td>a<td>b</tr></table>",
        "<table><tr><td>a</td></tr><tr><td>b</td></tr></table>",
        "<table><tr><td><h1>a</h1><td></tr><tr><td>b<td></tr></table>",
    ],
)
def test_layout_tables_dissolve(markup: str) -> None:
    assert texts(markup) == ["a", "b"]
    assert not any(isinstance(block, Table) for block in document(markup).blocks)


def test_a_data_table_inside_a_layout_table_stays() -> None:
    data = "<table border=1><tr><td>1<td>2</tr><tr><td>3<td>4</tr></table>"
    blocks = document(f"<table><tr><td>menu<td>text{data}more</tr></table>").blocks
    assert [type(block).__name__ for block in blocks] == [
        "Paragraph",
        "Paragraph",
        "Table",
        "Paragraph",
    ]


def test_hidden_rows_do_not_show_in_a_table() -> None:
    row = "<tr style='display:none'><td>暗</td><td>藏</td></tr>"
    blocks = document(f"<table><tr><td>1<td>2</tr>{row}<tr><td>3<td>4</tr></table>").blocks
    assert blocks[0].text == "1\t2\n\t\n3\t4"
    assert [(b.text, b.layer) for b in blocks[1:]] == [("暗", "hidden"), ("藏", "hidden")]


def test_lines_of_pre_are_blocks() -> None:
    found = paragraphs("<pre>\n一行\n  二行\n</pre>")
    assert [block.text for block in found] == ["一行", "二行"]
    assert [block.look.indent for block in found] == [None, 2 * CODE_SPACE]


def test_pictures_come_with_their_bytes_or_not_at_all() -> None:
    data = bytes(range(256)) * 2
    address = base64.b64encode(data).decode()
    found = document(
        f"<p>a<img alt='图 1' src='data:image/png;base64,{address}'>b<img src='x.png' alt='no'></p>"
    )
    assert [block.text for block in found.blocks] == ["a", "图 1", "b"]
    assert (found.assets[0].data, found.assets[0].media_type) == (data, "image/png")


def test_a_picture_set_as_a_block_is_a_picture() -> None:
    data = base64.b64encode(b"x" * 400).decode()
    source = f"data:image/png;base64,{data}"
    found = document(f"<p>a<img style='display:block' src='{source}' alt=b>c</p>").blocks
    assert [type(block) for block in found] == [Paragraph, Image, Paragraph]


def test_word_saved_pages() -> None:
    found = paragraphs(
        "<html xmlns:o='urn:x'><body lang=ZH-CN><div class=WordSection1><p class=MsoNormal align=center><b>"
        "<span style='font-size:22.0pt'>总结<o:p></o:p></span></b></p><p class=MsoNormal><![if !supportLists]>"
        "<span style='mso-list:Ignore'>1.<span>&nbsp;&nbsp;</span></span><![endif]>安全</p>"
        "<!--[if gte mso 9]><xml>no</xml><![endif]--></div></body></html>"
    )
    assert [p.text for p in found] == ["总结", "1. 安全"]
    assert (found[0].look.size, found[0].look.bold, found[0].look.align) == (22.0, True, "center")


def test_properties() -> None:
    found = document(
        "<html lang=zh-CN><head><title>总结 - 某网</title><meta name=ArticleTitle content='总结'>"
        "<meta name=PubDate content='2022-01-04'><meta name=ContentSource content='某局'>"
        "<meta property='og:site_name' content='某网'>"
        '<script type="application/ld+json">{"@graph":[{"author":[{"name":"李明"}]}]}</script>'
        "<script type='application/ld+json'>{broken</script></head><body>x</body></html>"
    )
    assert found.properties == {
        "title": "总结",
        "date": "2022-01-04",
        "author": "李明",
        "organization": "某局",
        "language": "zh-CN",
        "site": "某网",
    }


def test_an_uncertain_encoding_is_a_warning() -> None:
    found = document("<p>安全生产</p>".encode("gb18030") * 9 + b"\xff")
    assert [warning.code for warning in found.warnings] == ["uncertain-encoding"]


@pytest.mark.parametrize(
    "markup", ["<html><body><script>x</script></body></html>", "  ", "<!-- -->"]
)
def test_a_page_without_text_is_refused(markup: str) -> None:
    with pytest.raises(DocpipeError) as caught:
        document(markup)
    assert caught.value.code is ErrorCode.NO_TEXT


_TAGS = "p div span b a table tr td th ul ol li br h2 pre center font nav section".split()  # noqa: SIM905
_TOKENS = st.one_of(
    st.sampled_from([f"<{tag}>" for tag in _TAGS] + [f"</{tag}>" for tag in _TAGS]),
    st.sampled_from(["<p style='display:none'>", "<td rowspan=3>", "<!--x-->", "&nbsp;", "\u3000"]),
    st.text("甲乙ab1 \n。", max_size=6),
)


@given(st.lists(_TOKENS, max_size=40))
def test_no_character_is_lost_or_doubled(tokens: list[str]) -> None:
    markup = "<body><p>start</p>" + "".join(tokens)
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True)
    wanted = "".join(etree.fromstring(markup.encode(), parser).itertext())
    found = document(markup).blocks
    assert characters(found) == Counter("".join(wanted.split()))
    for block in found:
        assert all(0 <= run.start < run.end <= len(block.text) for run in block.runs)
        assert "  " not in block.text


def test_real_pages_are_conserved(shared: Path) -> None:
    for file in sorted((shared / "bench/html/pages").glob("*.html"))[::3]:
        text = decode(file.read_bytes(), markup=True).text
        text = text.replace("</body>", "").replace("</html>", "")
        parser = etree.HTMLParser(
            encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True
        )
        root = etree.fromstring(text.encode(), parser)
        etree.strip_elements(root, "script", "style", "template", "head", with_tail=False)
        wanted = Counter("".join("".join(root.itertext()).split()))
        assert characters(document(file.read_bytes()).blocks) == wanted, file.name


def test_a_page_shown_by_a_script_has_no_hidden_runs() -> None:
    (found,) = paragraphs(
        "<div style='display:none'><p>The whole <b>article</b> is here.</p></div>"
    )
    assert found.layer == "body"
    assert found.runs == (Run(10, 17, bold=True),)


def test_frames_show_the_page_in_their_markup() -> None:
    inner = "&lt;title&gt;t&lt;/title&gt;&lt;p&gt;内&lt;b&gt;文&lt;/b&gt;&lt;/p&gt;"
    markup = f"<p>前</p><iframe srcdoc='{inner}' src='http://[bad'></iframe><p>后</p>"
    assert texts(markup) == ["前", "内文", "后"]
    page = f"<p>前</p><iframe src='http://[bad'></iframe>{markup}"
    published = json.loads(write(convert_bytes(page.encode(), "a.html"), "json"))
    assert verify(page.encode(), published) == []


def test_frames_in_frames_end_somewhere() -> None:
    markup = "<p>底</p>"
    for _ in range(15):
        markup = f"<p>层</p><iframe srcdoc='{html.escape(markup)}'></iframe>"
    assert texts(markup) == ["层"] * 11
    published = json.loads(write(convert_bytes(markup.encode(), "a.html"), "json"))
    assert verify(markup.encode(), published) == []


_POST = "这是第一层的帖子，讲的是去年的工作。"
_SHOWN = "<p>" + "楼主的话在这里，一共有很多句，足够长。" * 5 + "</p>"


def _layers(markup: str) -> list[tuple[str, str]]:
    return [(block.text, block.layer) for block in document(_SHOWN + markup).blocks[1:]]


def test_what_is_kept_for_browsers_without_scripts_is_text() -> None:
    markup = f"<div><noscript><p>{_POST}</p><p>第二段。</p></noscript></div>"
    assert _layers(markup) == [(_POST, "body"), ("第二段。", "body")]


def test_what_a_page_shows_already_or_only_asks_for_scripts_stays_hidden() -> None:
    twice = f"<p>{_POST}</p><noscript><p>{_POST}</p><p>只在此处。</p></noscript>"
    assert _layers(twice) == [(_POST, "body"), (_POST, "hidden"), ("只在此处。", "body")]
    assert _layers("<noscript>请开启 JavaScript。</noscript>") == [
        ("请开启 JavaScript。", "hidden")
    ]
    inside = f"<div style='display:none'><noscript>{_POST}</noscript></div>"
    assert _layers(inside) == [(_POST, "hidden")]


@pytest.mark.parametrize(
    "picture",
    [
        "<img src='data:image/gif;base64,R0lGODlhAQABAAAAACw=' data-src='{}'>",
        "<img data-original='{}' src='blank.gif'>",
        "<img src='blank.gif' srcset='small.png 1x, {} 2x'>",
        "<amp-img src='{}'></amp-img>",
        "<img data-src='{}'><noscript><img src='{}'></noscript>",
        "<img src='blank.gif'><noscript><img src='{}'></noscript>",
    ],
)
def test_pictures_that_load_late_are_found_once(picture: str) -> None:
    data = "data:image/png;base64," + base64.b64encode(bytes(range(256)) * 2).decode()
    blocks = document(_SHOWN + picture.replace("{}", data)).blocks
    assert [b.layer for b in blocks if isinstance(b, Image)].count("body") == 1
