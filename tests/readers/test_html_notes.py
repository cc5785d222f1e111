"""Footnotes of web pages: a mark and a text that link to one another, or roles that say so, are a note."""

from __future__ import annotations

import hashlib
import json

import pytest

from docpipe.model import Document, Source, Table
from docpipe.pipeline import convert_bytes, write
from docpipe.readers.html import read
from docpipe.settings import Settings
from docpipe.verify import verify

BODY = "一年来，各项工作取得了成绩"


def _document(markup: str) -> Document:
    data = markup.encode()
    return read(
        Source("a.html", "a.html", "html", data, hashlib.sha256(data).hexdigest()), Settings()
    )


WORD = (
    f"<p>{BODY}<a style='mso-footnote-id:ftn1' href='#_ftn1' name='_ftnref1'><span class=MsoFootnoteReference>"
    "<span lang=EN-US>[1]</span></span></a>，问题也有。</p><div style='mso-element:footnote-list'><hr size=1>"
    "<div style='mso-element:footnote' id=ftn1><p class=MsoFootnoteText><a style='mso-footnote-id:ftn1' "
    "href='#_ftnref1' name='_ftn1'>[1]</a> 注文<b>一</b>。</p><p>第二段。</p></div></div>"
)
WIKI = (
    f"<p>{BODY}<sup id='cite_ref-1'><a href='#cite_note-1'>[1]</a></sup>，问题也有。</p>"
    "<ol><li id='cite_note-1'><span><b><a href='#cite_ref-1'>^</a></b></span> 注文一。<br>第二段。</li></ol>"
)
PANDOC = (
    f"<p>{BODY}<a href='#fn1' class='footnote-ref' id='fnref1' role='doc-noteref'><sup>1</sup></a>，问题也有。</p>"
    "<section class='footnotes' role='doc-endnotes'><hr><ol><li id='fn1'><p>注文一。</p><p>第二段。"
    "<a href='#fnref1' role='doc-backlink'>↩︎</a></p></li></ol></section>"
)
EPUB = (
    f"<p>{BODY}<a epub:type='noteref' href='#n1'>①</a>，问题也有。</p>"
    "<aside epub:type='footnote' id='n1'><p>注文一。</p><p>第二段。</p></aside>"
)
ABSOLUTE = WIKI.replace("'#", "'https://example.org/wiki/a#")


@pytest.mark.parametrize("markup", [WORD, WIKI, PANDOC, EPUB, ABSOLUTE])
def test_marks_and_texts_become_notes(markup: str) -> None:
    document = _document(markup)
    paragraph = document.blocks[0]
    [mark] = [run for run in paragraph.runs if run.note]
    assert [(note.id, note.text) for note in document.notes] == [("fn1", "注文一。\n第二段。")]
    assert (mark.start, mark.note, mark.hidden, mark.link) == (len(BODY), "fn1", "note-mark", None)
    assert [block.text for block in document.blocks if block.layer == "body"] == [paragraph.text]
    data = f"<html><body>{markup}</body></html>".encode()
    converted = convert_bytes(data, "a.html")
    assert converted.blocks[0].text == f"{BODY}，问题也有。"
    [run] = converted.blocks[0].runs
    assert (run.start, run.end, run.note) == (len(BODY), len(BODY), "fn1")
    assert {cut.reason for cut in converted.removed} == {"repair"}
    assert verify(data, json.loads(write(converted, "json"))) == []


def test_notes_are_numbered_in_the_order_of_their_marks() -> None:
    def mark(name: str) -> str:
        return f"<sup id='r{name}'><a href='#{name}'>*</a></sup>"

    def text(name: str) -> str:
        return f"<p id='{name}'>注{name}<a href='#r{name}'>↑</a></p>"

    document = _document(f"<p>甲{mark('b')}乙{mark('a')}丙{mark('b')}</p>{text('a')}{text('b')}")
    assert [(note.id, note.text) for note in document.notes] == [("fn1", "注b"), ("fn2", "注a")]
    assert [run.note for run in document.blocks[0].runs] == ["fn1", "fn2", "fn1"]


@pytest.mark.parametrize(
    "markup",
    [
        "<ul><li id='r1'><a href='#s1'>1</a></li></ul><h2 id='s1'>一、总则<a href='#r1'>↑</a></h2><p>正文</p>",
        "<p><a id='r1' href='#s1'>第一章 总则与一般的规定</a></p><p id='s1'>总则<a href='#r1'>↑</a></p>",
        "<p>甲<a href='#s1'>1</a></p><p id='s1'>乙</p>",
        "<div id='s1'><p>甲<a id='r1' href='#s1'>1</a></p><p>乙<a href='#r1'>↑</a></p></div>",
    ],
    ids=["heading", "long", "one-way", "around"],
)
def test_other_links_within_a_page_are_no_notes(markup: str) -> None:
    assert _document(markup).notes == []
    assert not any(run.note for block in _document(markup).blocks for run in block.runs)


def test_what_follows_a_note_stays() -> None:
    document = _document(PANDOC.replace("</li>", "</li>尾") + "<p>末</p>")
    assert [block.text for block in document.blocks if block.layer == "body"][1:] == ["尾", "末"]


def test_brackets_around_a_link_belong_to_the_mark() -> None:
    markup = (
        "<p>甲<span id='r'>[<a href='#n'>1</a>]</span>乙</p><p id='n'>[<a href='#r'>1</a>] 注</p>"
    )
    document = _document(markup)
    [mark] = [run for run in document.blocks[0].runs if run.note]
    assert document.blocks[0].text[mark.start : mark.end] == "[1]"
    assert [note.text for note in document.notes] == ["注"]


def test_notes_in_tables() -> None:
    cell = "<td>{n}</td><td>甲<sup id='r{n}'><a href='#n{n}'>{n}</a></sup>乙</td>"
    rows = "".join(f"<tr>{cell.format(n=n)}</tr>" for n in (1, 2))
    texts = "".join(f"<p id='n{n}'>注{n}<a href='#r{n}'>↑</a></p>" for n in (1, 2))
    data = f"<body><table border=1>{rows}</table>{texts}</body>".encode()
    document = convert_bytes(data, "a.html")
    assert [note.text for note in document.notes] == ["注1", "注2"]
    [table] = document.blocks
    assert table.text == "1\t甲乙\n2\t甲乙"
    assert isinstance(table, Table)
    assert [run.note for row in table.rows for run in row[1].blocks[0].runs] == ["fn1", "fn2"]
    assert verify(data, json.loads(write(document, "json"))) == []


def test_a_second_mark_of_a_note_needs_no_link_back() -> None:
    document = _document(WIKI.replace("<ol>", "<p>乙<a href='#cite_note-1'>[1]</a></p><ol>"))
    assert [run.note for block in document.blocks for run in block.runs if run.note] == ["fn1"] * 2


def test_a_page_too_deep_for_the_tree_keeps_its_text_and_its_links() -> None:
    document = _document("<div>" * 3000 + WIKI + "<p>末</p>")
    assert document.notes == []
    assert document.blocks[-1].text == "末"
