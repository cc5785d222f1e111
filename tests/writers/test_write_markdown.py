"""Markdown where reading it back is delicate: emphasis beside Chinese punctuation, lists, notes, headings too deep."""

from __future__ import annotations

import pytest
from markdown_it import MarkdownIt
from writer_samples import cells, marked, source, table

from docpipe.model import CODE_SPACE, BlockType, Document, Heading, Look, Note, Paragraph, Run
from docpipe.settings import Settings
from docpipe.writers.markdown import write


def _written(*blocks: BlockType, notes: list[Note] | None = None) -> str:
    document = Document(source=source(), blocks=list(blocks), notes=notes or [])
    written = write(document, Settings()).decode()
    assert written.endswith("\n\n<!-- docpipe -->\n")
    return written.removesuffix("\n<!-- docpipe -->\n")


@pytest.mark.parametrize(
    ("text", "word", "written"),
    [
        ("全年安全平稳。", "安全", "全年**安全**平稳。"),
        ("全年“安全”平稳。", "“安全”", "全年<strong>“安全”</strong>平稳。"),
        ("全年：“安全”，平稳。", "“安全”", "全年：**“安全”**，平稳。"),
        ("全年安全。平稳", "安全。", "全年<strong>安全。</strong>平稳"),
        ("“安全”", "“安全”", "**“安全”**"),
        ("a word b", " word ", "a **word** b"),
        ("a*word", "word", "a\\***word**"),
    ],
)
def test_emphasis_is_such_as_reads_back(text: str, word: str, written: str) -> None:
    assert _written(marked(text, word, bold=True)) == written + "\n"
    bold = MarkdownIt("commonmark").render(written)
    assert f"<strong>{word.strip()}</strong>" in bold


def test_marks_side_by_side() -> None:
    runs = (Run(0, 1, bold=True), Run(1, 2, italic=True), Run(2, 3, superscript=True))
    assert (
        _written(Paragraph(text="abc", runs=runs)) == "<strong>a</strong><em>b</em><sup>c</sup>\n"
    )


def test_link_keeps_its_address() -> None:
    address = "https://example.com/a_(b)*c?x=1&copy;=2"
    html = MarkdownIt().render(_written(marked("see here now", "here", link=address)))
    assert 'href="https://example.com/a_(b)*c?x=1&amp;copy;=2"' in html


def _item(text: str, label: str, level: int = 0) -> Paragraph:
    return Paragraph(text=text, label=label, list_level=level, bullet=label == "•")


def test_lists_nest_and_keep_their_numbers() -> None:
    written = _written(
        _item("a", "1."),
        _item("b", "•", 1),
        _item("c", "2."),
        _item("d", "5."),
        _item("e", "（1）", 1),
    )
    assert written == "1. a\n   - b\n2. c\n\n<!-- -->\n\n5. d\n   - （1）<!-- -->e\n"
    html = MarkdownIt().render(written)
    assert html.count("<ol") == 2
    assert '<ol start="5">' in html


def test_headings_deeper_than_six_stay_headings() -> None:
    written = _written(*(Heading(level=level, text=f"h{level}") for level in range(1, 9)))
    assert written.startswith("## h1\n\n### h2\n")
    assert written.endswith("###### h7<!-- level 8 -->\n\n###### h8<!-- level 9 -->\n")


def _code(text: str, indent: float = 0, space_before: bool = False) -> Paragraph:
    look = Look(tag="pre", indent=indent)
    runs = (Run(0, len(text), code=True),)
    return Paragraph(text=text, look=look, runs=runs, space_before=space_before)


def test_lines_of_code_are_fenced_with_their_indents() -> None:
    code = [_code("if x:"), _code("y = '```'", 2 * CODE_SPACE), _code("z", space_before=True)]
    written = _written(*code, Paragraph(text="末"))
    assert written == "````\nif x:\n  y = '```'\n\nz\n````\n\n末\n"
    last = _written(Paragraph(text="首"), *code)
    assert last == "首\n\n````\nif x:\n  y = '```'\n\nz\n````\n"


def test_notes() -> None:
    noted = Paragraph(text="ab", runs=(Run(1, 1, note="x"),))
    assert _written(noted, notes=[Note("x", "- dash")]) == "a[^x]b\n\n[^x]: \\- dash\n"
    assert _written(noted) == "ab\n", "a mark of a note that is not there"


def test_table_cells_hold_bars_and_lines() -> None:
    written = _written(table(cells("a|b", "c\nd\\"), cells("", "e")))
    assert written == "<!-- no header -->\n| a\\|b | c<br>d\\\\ |\n| --- | --- |\n|  | e |\n"
