"""Pages that Word saved: its list numbers, outline levels, style sheet and properties are understood."""

from __future__ import annotations

import hashlib
import json

from docpipe.model import Document, Heading, Paragraph, Source
from docpipe.pipeline import convert_bytes, write
from docpipe.readers.html import read
from docpipe.settings import Settings
from docpipe.verify import verify

_HEAD = """<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns="http://www.w3.org/TR/REC-html40">
<head><meta name=Generator content="Microsoft Word 15">
<!--[if gte mso 9]><xml><o:DocumentProperties><o:Author>王小明</o:Author><o:Company>某区&amp;某局</o:Company>
<o:Created>2021-01-05T08:00:00Z</o:Created></o:DocumentProperties></xml><![endif]-->
<style><!--
 /* Style Definitions: p.MsoTitle {color:red} */
 p.MsoNormal, li.MsoNormal, div.MsoNormal {mso-style-parent:""; font-size:10.5pt; text-indent:21.0pt;}
 p.a0, li.a0 {mso-style-name:一级; mso-outline-level:1; font-size:16.0pt; font-weight:bold;}
 p.a1 {mso-style-name:隐; display:none;}
 @list l0:level1 {mso-level-text:"%1、"; mso-list-id:1;}
--></style></head><body lang=ZH-CN>
"""


def _document(body: str) -> Document:
    data = (_HEAD + body).encode()
    return read(
        Source("a.htm", "a.htm", "html", data, hashlib.sha256(data).hexdigest()), Settings()
    )


def _paragraphs(body: str) -> list[Paragraph]:
    return [block for block in _document(body).blocks if isinstance(block, Paragraph)]


def _item(label: str, text: str, level: int = 1, font: str = "") -> str:
    family = f' style="font-family:{font}"' if font else ""
    return (
        f"<p class=MsoListParagraph style='text-indent:-21.0pt;mso-list:l1 level{level} lfo2'>"
        f"<![if !supportLists]><span lang=EN-US{family}><span style='mso-list:Ignore'>{label}"
        "<span style='font:7.0pt \"Times New Roman\"'>&nbsp;&nbsp;&nbsp; </span></span></span>"
        f"<![endif]>{text}<o:p></o:p></p>\n"
    )


def test_the_number_of_an_item_is_text_and_its_level_nests_it() -> None:
    body = _item("1.", "第一项") + _item("（a）", "下级", 2) + _item("2.", "Second", 1)
    assert [(p.text, p.list_level, p.label) for p in _paragraphs(body)] == [
        ("1. 第一项", 0, ""),
        ("（a） 下级", 1, ""),
        ("2. Second", 0, ""),
    ]


def test_comments_that_hide_a_number_from_word_hide_it_from_nobody_else() -> None:
    body = _item("1.", "第一项").replace("<![if", "<!--[if").replace("s]>", "s]-->")
    assert [p.text for p in _paragraphs(body.replace("<![endif]>", "<!--[endif]-->"))] == [
        "1. 第一项"
    ]


def test_a_bullet_is_no_text() -> None:
    body = _item("·", "甲", font="Symbol") + _item("&Oslash;", "乙", 2, "Wingdings")
    body += _item("o", "丙", 3, "&quot;Courier New&quot;") + _item("—", "丁")
    assert [(p.text, p.list_level, p.label, p.bullet) for p in _paragraphs(body)] == [
        ("甲", 0, "•", True),
        ("乙", 1, "•", True),
        ("丙", 2, "•", True),
        ("丁", 0, "—", True),
    ]


def test_outline_levels_make_headings() -> None:
    body = (
        "<p class=MsoTitle>年度总结</p><p class=a0>一、总体情况</p>"
        "<p class=MsoNormal style='mso-outline-level:2'>（一）学习</p>"
        "<p class=MsoNormal style='mso-outline-level:body-text'>正文</p>"
    )
    assert [p.look.heading for p in _paragraphs(body)] == [0, 1, 2, None]


def test_the_style_sheet_of_word_counts() -> None:
    body = "<p class=a0>甲</p><p class='MsoNormal b'>乙</p><p class=a1>丙</p><p class=MsoNormal style='text-indent:0cm'>丁</p>"
    looks = [(p.look.size, p.look.bold, p.look.indent, p.layer) for p in _paragraphs(body)]
    assert looks == [
        (16.0, True, None, "body"),
        (10.5, False, 21.0, "body"),
        (None, False, None, "hidden"),
        (10.5, False, None, "body"),
    ]


def test_the_properties_of_the_document_are_in_a_comment() -> None:
    properties = _document("<p>正文</p>").properties
    assert properties["author"] == "王小明"
    assert properties["organization"] == "某区&某局"
    assert properties["created"] == "2021-01-05T08:00:00Z"


def test_a_page_of_word_becomes_an_outline_and_loses_nothing() -> None:
    heading = (
        "<h1 style='mso-list:l0 level1 lfo1'><![if !supportLists]><span><span style='mso-list:Ignore'>"
        "{}<span style='font:7.0pt'>&nbsp;</span></span></span><![endif]>{}</h1>"
        "<p class=MsoNormal>一年来，各项工作取得了成绩，问题也还不少。</p>"
    )
    body = "<p class=MsoTitle>年度工作总结</p>" + heading.format("一、", "总体情况")
    body += heading.format("二、", "存在问题") + _item("·", "甲项", font="Symbol")
    data = (_HEAD + body).encode()
    document = convert_bytes(data, "a.htm")
    assert document.title == "年度工作总结"
    headings = [(b.label, b.text) for b in document.blocks if isinstance(b, Heading)]
    assert headings == [("一、 ", "总体情况"), ("二、 ", "存在问题")]
    levels = [b.list_level for b in document.blocks if isinstance(b, Paragraph)]
    assert levels == [None, None, 0]
    assert verify(data, json.loads(write(document, "json"))) == []
