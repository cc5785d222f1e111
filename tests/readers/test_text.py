"""Plain text and Markdown arrive whole: lines, tables and marks as blocks, nothing lost, nothing invented."""

from __future__ import annotations

import hashlib
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docpipe.model import CODE_SPACE, Document, Image, Paragraph, Place, Run, Source, Table
from docpipe.pipeline import convert_bytes, write
from docpipe.readers import markdown, text
from docpipe.settings import Settings


def document(content: str | bytes, reader: ModuleType = text) -> Document:
    data = content.encode() if isinstance(content, str) else content
    name = "a.md" if reader is markdown else "a.txt"
    source = Source(name, name, name[2:], data, hashlib.sha256(data).hexdigest())
    found: Document = reader.read(source, Settings())
    return found


def texts(content: str, reader: ModuleType = text) -> list[str]:
    return [block.text for block in document(content, reader).blocks]


def paragraphs(content: str, reader: ModuleType = text) -> list[Paragraph]:
    return [b for b in document(content, reader).blocks if isinstance(b, Paragraph)]


def cells(content: str, reader: ModuleType = text) -> list[list[str]]:
    (table,) = (b for b in document(content, reader).blocks if isinstance(b, Table))
    return [[cell.text for cell in row] for row in table.rows]


# Plain text


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"])
def test_a_line_is_a_block_whatever_ends_it(end: str) -> None:
    found = document(f"总结{end}一、安全{end}{end}正文").blocks
    assert [block.text for block in found] == ["总结", "一、安全", "正文"]
    assert [block.at[0].line for block in found] == [1, 2, 4]


def test_white_space_becomes_one_space_and_leading_spaces_an_indent() -> None:
    found = paragraphs("\u3000\u3000正文  内容 \n    four\n\ttab\nnone")
    assert [p.text for p in found] == ["正文 内容", "four", "tab", "none"]
    assert [p.look.indent for p in found] == [21.0, 21.0, 10.5, 0.0]


def test_a_blank_line_stands_before_a_block_but_not_before_the_first() -> None:
    found = paragraphs("\n\n甲\n乙\n \u3000\n丙")
    assert [p.space_before for p in found] == [False, False, True]


@pytest.mark.parametrize(
    "content",
    [
        "指标\t2020年\t2021年\n产值\t1.5\t2\n",
        "|指标|2020年|2021年|\n|产值|1.5|2|",
        "| 指标 | 2020年 | 2021年 |\n|:--|:-:|---:|\n| 产值 | 1.5 | 2 |",
    ],
)
def test_tables_by_tabs_and_strokes(content: str) -> None:
    assert cells(content) == [["指标", "2020年", "2021年"], ["产值", "1.5", "2"]]


def test_a_table_by_wide_gaps_needs_three_rows() -> None:
    rows = ["指标  2020年  2021年", "产值  1.5  2", "税收  1  2"]
    assert cells("\n".join(rows)) == [row.split("  ") for row in rows]
    assert len(paragraphs("\n".join(rows[:2]))) == 2


@pytest.mark.parametrize(
    "content", ["项\t数\n-\t-\n甲\t1", "项  数  注\n-  -  -\n甲  1  二", "项\t数\n甲\t1\n-\t-"]
)
def test_dashes_for_no_data_stay_a_row(content: str) -> None:
    assert [set(row) for row in cells(content)].count({"-"}) == 1


def test_only_the_rule_under_the_first_row_is_drawn() -> None:
    assert cells("|项|数|\n|--|--|\n|甲|1|\n|--|--|") == [["项", "数"], ["甲", "1"], ["--", "--"]]


def test_a_table_ends_at_a_blank_line_or_another_number_of_cells() -> None:
    found = document("甲\t1\n乙\t2\n\n丙\t3\n丁\t4\n一句话。\n").blocks
    assert [type(block).__name__ for block in found] == ["Table", "Table", "Paragraph"]
    assert [block.at[0].line for block in found] == [1, 4, 6]


@pytest.mark.parametrize(
    "content", ["\t一段正文。\n\t又一段。", "致：  各位代表\n报告：  如下", "a | b\nc | d"]
)
def test_what_only_looks_like_a_table_is_lines(content: str) -> None:
    assert len(paragraphs(content)) == 2


@pytest.mark.parametrize(
    "content",
    [
        "+------+--------+\n| 指标 | 2020年 |\n+======+========+\n| 产值 | 1.5    |\n+------+--------+\n",
        "┌──────┬────────┐\n│ 指标 │ 2020年 │\n├──────┼────────┤\n│ 产值 │ 1.5    │\n└──────┴────────┘\n",
        " 指标 | 2020年\n------+--------\n 产值 | 1.5\n",
        "指标    2020年\n------  ------\n产值    1.5\n",
    ],
)
def test_tables_drawn_with_rules(content: str) -> None:
    assert cells(content) == [["指标", "2020年"], ["产值", "1.5"]]
    (table,) = (b for b in document(content).blocks if isinstance(b, Table))
    assert [cell.header for cell in table.rows[0]] == [True, True]


def test_a_row_between_rules_may_take_several_lines() -> None:
    rule = "+----+------+\n"
    content = (
        f"{rule}| 项 | 内容 |\n{rule}| 甲 | one  |\n|    | two  |\n{rule}| 乙 | 1    |\n{rule}"
    )
    assert cells(content) == [["项", "内容"], ["甲", "one two"], ["乙", "1"]]
    total = f"{rule}| 项 | 数   |\n{rule}| 甲 | 1    |\n| 乙 | 2    |\n{rule}| 合 | 3    |\n{rule}"
    assert [row[1] for row in cells(total)] == ["数", "1", "2", "3"]


def test_columns_are_told_from_the_space_between_them() -> None:
    content = (
        "Name            Town         Since\n"
        "Li Ming         Hangzhou     2003\n"
        "Wang Fang                    2015\n"
        "Zhao            New York     2020\n"
    )
    assert cells(content) == [
        ["Name", "Town", "Since"],
        ["Li Ming", "Hangzhou", "2003"],
        ["Wang Fang", "", "2015"],
        ["Zhao", "New York", "2020"],
    ]
    assert cells("单位      户数\n青石村    120\n白水村    96\n") == [
        ["单位", "户数"],
        ["青石村", "120"],
        ["白水村", "96"],
    ]


def test_empty_cells_between_tabs_stay() -> None:
    assert cells("\t2020\t2021\n产值\t\t2\n税收\t1\t\n") == [
        ["", "2020", "2021"],
        ["产值", "", "2"],
        ["税收", "1", ""],
    ]


@pytest.mark.parametrize(
    "content", ["张　三\n李　四\n王　五", "床前明月光  疑是地上霜\n举头望明月  低头思故乡\n" * 2]
)
def test_names_and_verses_are_no_columns(content: str) -> None:
    assert not any(isinstance(block, Table) for block in document(content).blocks)


def test_underlined_lines_are_headings_and_other_rules_part() -> None:
    found = paragraphs("总结\n====\n\n一、安全\n--------\n正文。\n-----\n又一段。\n")
    assert [(p.text, p.look.heading, p.space_before) for p in found] == [
        ("总结", 0, False),
        ("一、安全", 2, True),
        ("正文。", None, True),
        ("又一段。", None, True),
    ]


def test_items_get_levels_by_their_indent() -> None:
    found = paragraphs("- 甲\n  - 乙\n    - 丙\n- 丁\n正文\n* 注\n- 3 -\n")
    assert [(p.text, p.label, p.list_level) for p in found] == [
        ("甲", "-", 0),
        ("乙", "-", 1),
        ("丙", "-", 2),
        ("丁", "-", 0),
        ("正文", "", None),
        ("* 注", "", None),
        ("- 3 -", "", None),
    ]


def test_quoted_lines_lose_their_sign() -> None:
    found = paragraphs("> 原文一\n>> 原文二\n>\n答复\n>5%的企业\n")
    assert [(p.text, p.look.tag) for p in found] == [
        ("原文一", "blockquote"),
        ("原文二", "blockquote"),
        ("答复", None),
        (">5%的企业", None),
    ]


def test_control_characters_are_no_text() -> None:
    content = "全年未发生较大事故。" * 30
    assert texts(f"总\x00结\x07\n\x00\n{content}") == ["总结", content]


def test_lines_in_the_middle_and_at_the_right() -> None:
    found = paragraphs(
        " " * 32
        + "工作总结\n　　正文。\n"
        + " " * 60
        + "青石镇人民政府\n"
        + " " * 62
        + "2021年12月28日"
    )
    assert [p.look.align for p in found] == ["center", None, "right", "right"]


def test_an_uncertain_encoding_is_a_warning() -> None:
    found = document("安全生产".encode("gb18030") * 9 + b"\xff")
    assert [warning.code for warning in found.warnings] == ["uncertain-encoding"]
    assert found.source.encoding == "gb18030"
    assert document("安全生产").warnings == []


def test_an_empty_text_has_no_blocks() -> None:
    assert texts(" \n\u3000\n") == []


_LINE = st.text("甲乙ab1-=+:。|>*│┼─ \t\u3000", max_size=12)
_DRAWING = str.maketrans("", "", ":-=+|>*│┼─—")


@given(st.lists(_LINE, max_size=12))
def test_no_character_is_lost_or_doubled_and_order_holds(lines: list[str]) -> None:
    """Of signs that may draw something no line is held to account; the proof (`verify`) does that with real texts."""
    content = "\n".join(lines)
    kept = "".join("".join(texts(content)).split())
    assert kept.translate(_DRAWING) == "".join(content.split()).translate(_DRAWING)


# Markdown


def test_headings_keep_the_level_they_claim_and_a_single_first_one_is_the_title() -> None:
    found = paragraphs("# 总结\n\n## 一、安全\n\n正文\n\n小结\n---\n", markdown)
    assert [(p.text, p.look.heading) for p in found] == [
        ("总结", 0),
        ("一、安全", 2),
        ("正文", None),
        ("小结", 2),
    ]
    assert [p.look.heading for p in paragraphs("# 甲\n\n# 乙", markdown)] == [1, 1]


def test_lines_of_a_paragraph_join_without_a_space_between_chinese() -> None:
    assert texts("安全\n生产\n\none\ntwo\n\nthree\\\nfour", markdown) == [
        "安全生产",
        "one two",
        "three four",
    ]


def test_a_number_of_chinese_text_goes_on_in_the_next_line() -> None:
    assert texts("财政拨款收入1\n0000万元\n\nin 2021\n30 people", markdown) == [
        "财政拨款收入10000万元",
        "in 2021 30 people",
    ]


def test_marks_are_runs() -> None:
    (found,) = paragraphs(
        "a **b**`c` [d](http://e) ~~f~~ *g*<sup>2</sup> H<sub>**2**</sub>", markdown
    )
    assert found.text == "a bc d f g2 H2"
    assert found.runs == (
        Run(2, 3, bold=True),
        Run(3, 4, code=True),
        Run(5, 6, link="http://e"),
        Run(7, 8, strike=True),
        Run(9, 10, italic=True),
        Run(10, 11, superscript=True),
        Run(13, 14, bold=True, subscript=True),
    )


def test_a_paragraph_all_in_bold_looks_bold() -> None:
    found = paragraphs("**安全生产**\n\n**安全**生产", markdown)
    assert [p.look.bold for p in found] == [True, False]


def test_lists_get_their_labels_and_levels() -> None:
    found = paragraphs("3. 甲\n4. 乙\n\n   续\n   - 子\n     1) 孙\n5. 丙\n\n末", markdown)
    assert [(p.text, p.label, p.list_level, p.bullet) for p in found] == [
        ("甲", "3.", 0, False),
        ("乙", "4.", 0, False),
        ("续", "", None, False),
        ("子", "•", 1, True),
        ("孙", "1)", 2, False),
        ("丙", "5.", 0, False),
        ("末", "", None, False),
    ]


def test_tables_keep_heads_and_marks() -> None:
    (table,) = document("| 项 | 数 |\n|---|--:|\n| **甲** | - |\n", markdown).blocks
    assert isinstance(table, Table)
    assert table.text == "项\t数\n甲\t-"
    assert [[cell.header for cell in row] for row in table.rows] == [[True, True], [False, False]]
    assert table.rows[1][0].blocks == (Paragraph(text="甲", runs=(Run(0, 1, bold=True),)),)


def test_cells_beyond_the_head_of_a_table_stay() -> None:
    content = "| 项 | 数 |\n|---|---|\n| 甲 | 1 | **多**出 | a\\|b |\n| 乙 |\n丙 | 2 | 末\n"
    (found,) = document(content, markdown).blocks
    assert found.text == "项\t数\n甲\t1\t多出\ta|b\n乙\t\n丙\t2\t末"


def test_code_and_quotes() -> None:
    found = paragraphs("```\nif  x:\n\n  y\n```\n\n> 引文\n\n后", markdown)
    assert [(p.text, p.look.tag) for p in found] == [
        ("if x:", "pre"),
        ("y", "pre"),
        ("引文", "blockquote"),
        ("后", None),
    ]
    assert found[0].runs == (Run(0, 5, code=True),)


def test_code_keeps_its_indents() -> None:
    found = paragraphs("~~~\nif x:\n    y\n\n\tz\n~~~\n", markdown)
    assert [p.look.indent for p in found] == [None, 4 * CODE_SPACE, 4 * CODE_SPACE]
    assert [p.space_before for p in found] == [True, False, True]


def test_notes_leave_a_mark_where_they_are_called() -> None:
    found = document("产值[^1]增长[^x]。\n\n[^1]: 不含**税**\n    收。\n\n末", markdown)
    assert [(note.id, note.text) for note in found.notes] == [("1", "不含税收。")]
    assert [block.text for block in found.blocks] == ["产值增长[^x]。", "末"]
    assert found.blocks[0].runs == (Run(2, 2, note="1"),)


def test_front_matter_becomes_properties_and_lines_still_count() -> None:
    content = "---\ntitle: '总结'\nauthor: 李明\nlayout: page\n---\n# 总结\n\n正文\n"
    found = document(content, markdown)
    assert found.properties == {"title": "总结", "author": "李明"}
    assert [(block.text, block.layer, block.at[0].line) for block in found.blocks] == [
        ("title: '总结'", "hidden", 2),
        ("author: 李明", "hidden", 3),
        ("layout: page", "hidden", 4),
        ("总结", "body", 6),
        ("正文", "body", 8),
    ]


def test_raw_html_keeps_its_text_but_comments_and_scripts_are_none() -> None:
    content = (
        "<div>甲<br>乙</div>\n\n<!-- 注 -->\n\n<script>\n\nx\n</script>\n\n丙<br>丁 ![图](x.png)"
    )
    assert texts(content, markdown) == ["甲", "乙", "丙 丁", "图"]


def test_escapes_and_entities_are_what_they_stand_for() -> None:
    assert texts(r"\*a\* &copy; 1\. b", markdown) == ["*a* © 1. b"]


@pytest.mark.parametrize("depth", [5, 19, 40, 90, 900])
def test_depth_loses_nothing(depth: int) -> None:
    assert "".join(texts("> " * depth + "甲\n\n末", markdown)).strip("> ") == "甲末"
    items = "".join(f"{'  ' * level}- 项{level}\n" for level in range(depth))
    joined = " ".join([*texts(items + "\n末", markdown), ""])
    assert all(f"项{level} " in joined for level in range(depth))
    assert joined.endswith("末 ")


def test_text_between_two_rules_is_no_front_matter() -> None:
    assert texts("---\n\n甲\n\n---\n\n乙: 1", markdown) == ["甲", "乙: 1"]
    found = paragraphs("---\nkey: 1\nlist:\n- a\n  b\n\n# c\n---\n\n甲", markdown)
    assert [p.text for p in found if p.layer == "body"] == ["甲"]


def test_front_matter_in_toml_and_properties_by_other_names() -> None:
    found = document(
        '+++\ntitle = "总结"\ndate = 2021-12-28\nauthors = ["李明", "王芳"]\n+++\n正文\n', markdown
    )
    assert found.properties == {"title": "总结", "date": "2021-12-28", "author": "李明, 王芳"}
    assert [(b.text, b.layer) for b in found.blocks][-1] == ("正文", "body")
    yaml = document('---\nlang: zh # 中文\ntags: [安全, "生产"]\n---\n正文\n', markdown)
    assert yaml.properties == {"language": "zh", "keywords": "安全, 生产"}


@pytest.mark.parametrize(
    "front",
    [
        "---\ntitle: 水利建设意见\nauthor: 张三\n---\n",
        '---\nauthor: 张三\ntitle: "水利建设意见"\n---\n',
        "+++\ntitle = '水利建设意见'\n+++\n",
    ],
)
def test_the_front_matter_has_the_title_of_a_text_without_heading(front: str) -> None:
    text = "来信收到，你谈到的几点意见，我们认真进行了研究。\n"
    found = convert_bytes(f"{front}\n## 一、总体要求\n\n{text}".encode(), "a.md")
    assert found.title == "水利建设意见"
    assert [block.text for block in found.blocks] == ["总体要求", text.strip()]
    again = convert_bytes(write(found, "md"), "b.md")
    assert (again.title, [b.text for b in again.blocks]) == (
        found.title,
        [b.text for b in found.blocks],
    )
    headed = convert_bytes(f"{front}\n# 农田水利\n\n{text}".encode(), "a.md")
    assert headed.title == "农田水利"


def test_empty_lines_of_a_quoted_mail_are_no_text() -> None:
    assert texts("你好：\n\n> 引文一。\n>\n> 引文二。\n> \n好\n") == [
        "你好：",
        "引文一。",
        "引文二。",
        "好",
    ]
    assert texts("甲\n\n>\n\n乙") == ["甲", ">", "乙"]


def test_rows_of_a_spaced_table_may_leave_their_last_cells_empty() -> None:
    table = "县名      面积(亩)    产量(吨)\n甲县      1200        340\n乙县      2300        560\n合计      3500\n备注      以亩计\n"
    (found,) = document(f"{table}\n以上数据截至十二月。").blocks[:1]
    assert isinstance(found, Table)
    assert [[cell.text for cell in row] for row in found.rows][-2:] == [
        ["合计", "3500", ""],
        ["备注", "以亩计", ""],
    ]


def test_broken_toml_is_text() -> None:
    assert texts("+++\ntitle\n+++\n", markdown) == ["+++ title +++"]


def test_what_only_looks_like_a_note_is_text() -> None:
    content = "甲\\[^1]`[^1]`\n\n```\n[^1]: x\n```\n\n乙[^1]\n\n[^1]: 注\n\n    续\n"
    found = document(content, markdown)
    assert [block.text for block in found.blocks] == ["甲[^1][^1]", "[^1]: x", "乙"]
    assert [(note.id, note.text) for note in found.notes] == [("1", "注\n续")]


def test_scripts_within_a_line_are_no_text() -> None:
    assert texts("甲<script>alert(1)</script>乙<style>p{}</style>", markdown) == ["甲乙"]


def test_links_and_pictures_by_tags() -> None:
    (found,) = paragraphs('见<a href="b.md">乙</a>', markdown)
    assert (found.text, found.runs) == ("见乙", (Run(1, 2, link="b.md"),))
    (picture,) = document('<img src="a.png" alt="图">', markdown).blocks
    assert picture == Image(text="图", asset="a.png", at=(Place(line=1),))


def test_a_picture_within_a_text_follows_it() -> None:
    found = document("甲 ![图 *一*](a.png) 乙", markdown).blocks
    assert [(type(b).__name__, b.text) for b in found] == [
        ("Paragraph", "甲 乙"),
        ("Image", "图 一"),
    ]


def test_a_picture_that_the_text_holds_is_an_asset_once() -> None:
    address = "data:image/png;base64,iVBORw0KGgo="
    found = document(f"![图]({address})\n\n![图]({address})", markdown)
    (asset,) = found.assets
    assert (asset.media_type, asset.data) == ("image/png", b"\x89PNG\r\n\x1a\n")
    assert [b.asset for b in found.blocks if isinstance(b, Image)] == [asset.id] * 2
    assert document("![图](data:image/png;base64,x)", markdown).warnings[0].code == "not-converted"


def test_a_table_in_html_keeps_spans_heads_and_what_its_cells_hold() -> None:
    (found,) = document(
        '<table>\n<thead><tr><th rowspan="2">项<th colspan=2>数</tr></thead>\n<tr><td>1<td>2<br><b>3</b></tr>\n'
        "<tr><td><ul><li>甲</ul><td><table><tr><td>内</td></tr></table></table>\n",
        markdown,
    ).blocks
    assert isinstance(found, Table)
    assert [[(c.text, c.rowspan, c.colspan, c.header) for c in row] for row in found.rows] == [
        [("项", 2, 1, True), ("数", 1, 2, True)],
        [("1", 1, 1, False), ("2\n3", 1, 1, False)],
        [("甲", 1, 1, False), ("内", 1, 1, False)],
    ]
    (item,) = found.rows[2][0].blocks
    assert isinstance(item, Paragraph)
    assert (item.label, item.list_level) == ("•", 0)
    assert isinstance(found.rows[2][1].blocks[0], Table)


def test_tables_in_html_may_nest_without_end() -> None:
    content = "<table><tr><td>甲" * 3000 + "</table>" * 3000 + "乙"
    found = convert_bytes(content.encode(), "a.md")
    assert write(found, "json").decode().count("甲") >= 3000
    assert found.blocks[-1].text == "乙"


def test_headings_and_lists_in_html() -> None:
    found = paragraphs(
        '<h2>一</h2>\n<ol start="3"><li>甲<li>乙<ul><li>丙</ul></ol>\n<p>丁', markdown
    )
    assert [(p.text, p.look.heading, p.label, p.list_level) for p in found] == [
        ("一", 2, "", None),
        ("甲", None, "3.", 0),
        ("乙", None, "4.", 0),
        ("丙", None, "•", 1),
        ("丁", None, "", None),
    ]


def test_lines_in_a_cell_stay_lines() -> None:
    assert cells("| 甲 | 乙 |\n|---|---|\n| 1<br>2 | ![图](a.png) |\n", markdown) == [
        ["甲", "乙"],
        ["1\n2", ""],
    ]


def test_comments_say_nothing_in_a_file_of_others() -> None:
    content = "## 1<!-- --> 甲\n\n- 乙<!-- bullet ➢ -->\n\n$a$<!-- b -->"
    found = paragraphs(content, markdown)
    assert [(p.text, p.label) for p in found] == [("1 甲", ""), ("乙", "•"), ("$a$", "")]
    own = document(content + "\n\n<!-- docpipe -->\n", markdown).blocks
    assert [(b.text, getattr(b, "label", "")) for b in own] == [("甲", "1"), ("乙", "➢"), ("b", "")]


_WORD = st.sampled_from(["甲", "乙。", "ab", "12", "一、", "-", "+", "1.", ">", "\n", "\n\n"])


@given(st.lists(_WORD, max_size=40))
def test_markdown_loses_no_word(words: list[str]) -> None:
    content = " ".join(words)
    kept = "".join(texts(content, markdown))
    assert [c for c in kept if c in "甲乙。ab一、"] == [c for c in content if c in "甲乙。ab一、"]
