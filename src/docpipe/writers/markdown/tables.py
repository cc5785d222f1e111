"""Tables: GitHub's where rows and columns say all, else HTML, which Markdown lets through.

HTML stands for merged cells, headers that are not the first row, and cells that hold lists or tables.
"""

from __future__ import annotations

import html
import re
from collections.abc import Generator, Iterable, Sequence

from docpipe.model import BlockType, Cell, Formula, Heading, Image, Paragraph, Run, Table
from docpipe.writers.common import bullet_sign, cell_blocks, label_gap, pieces, printable
from docpipe.writers.markdown.inline import (
    LABEL_END,
    Names,
    address,
    line_of,
    picture_source,
)

NO_HEADER = "<!-- no header -->"
"""Before a table whose first row is no header, though Markdown will show it as one."""


def table_of(table: Table, known: Names) -> str:
    """A table as Markdown, or as HTML if Markdown cannot say what it is."""
    headed = table.rows[0] != () and all(cell.header for cell in table.rows[0])
    if not _is_simple(table, headed):
        return html_table(table, known)
    lines = [_row(row, known) for row in table.rows]
    rule = "| " + " | ".join(["---"] * len(table.rows[0])) + " |"
    return "\n".join([*([] if headed else [NO_HEADER]), lines[0], rule, *lines[1:]])


def _is_simple(table: Table, headed: bool) -> bool:
    """Whether each row has the same cells, without spans, with lines of text, and none but the first is a header."""
    return all(
        len(row) == len(table.rows[0]) > 0
        and all(
            cell.rowspan == cell.colspan == 1
            and cell.header == (headed and number == 0)
            and all(map(_is_line, cell_blocks(cell)))
            for cell in row
        )
        for number, row in enumerate(table.rows)
    )


def _is_line(block: BlockType) -> bool:
    return not isinstance(block, Table) and getattr(block, "list_level", None) is None


def _row(row: Sequence[Cell], known: Names) -> str:
    return "| " + " | ".join(_cell(cell, known) for cell in row) + " |"


def _cell(cell: Cell, known: Names) -> str:
    lines = (line_of(block, known) for block in cell_blocks(cell) if not isinstance(block, Table))
    return "<br>".join(lines).replace("|", "\\|").strip(" ")


_Steps = Generator["str | _Steps", None, None]


def html_table(table: Table, known: Names) -> str:
    """A table as HTML without an empty line, which would end it (CommonMark 4.6). Nested ones need no recursion."""
    written: list[str] = []
    stack: list[_Steps] = [_table(table, known)]
    while stack:
        step = next(stack[-1], None)
        if step is None:
            stack.pop()
        elif isinstance(step, str):
            written.append(step)
        else:
            stack.append(step)
    return "".join(written)


def _table(table: Table, known: Names) -> _Steps:
    yield "<table>\n"
    for row in table.rows:
        yield "<tr>"
        for cell in row:
            tag = "th" if cell.header else "td"
            rows = f' rowspan="{cell.rowspan}"' if cell.rowspan != 1 else ""
            columns = f' colspan="{cell.colspan}"' if cell.colspan != 1 else ""
            yield f"<{tag}{rows}{columns}>"
            yield _content(cell_blocks(cell), known)
            yield f"</{tag}>"
        yield "</tr>\n"
    yield "</table>"


def _content(blocks: Iterable[BlockType], known: Names) -> _Steps:
    """What a cell holds: lines parted by breaks, lists, tables."""
    depth, line_before = 0, False
    for block in blocks:
        level = block.list_level if isinstance(block, Paragraph) else None
        wanted = 0 if level is None else level + 1
        yield "</ul>" * (depth - wanted) + "<ul>" * (wanted - depth)
        if line_before and depth == wanted == 0 and not isinstance(block, Table):
            yield "<br>"
        depth, line_before = wanted, level is None and not isinstance(block, Table)
        if isinstance(block, Table):
            yield _table(block, known)
        elif isinstance(block, Paragraph) and level is not None:
            yield f"<li>{_item(block, known)}</li>"
        else:
            yield _line(block, known)
    yield "</ul>" * depth


def _item(item: Paragraph, known: Names) -> str:
    words = _words(item.text, item.runs, known)
    if item.bullet:
        sign = bullet_sign(item.label)
        return words if sign == "•" else f"{words}<!-- bullet {sign} -->"
    if not item.label:
        return f"{words}<!-- no label -->"
    gap = label_gap(item.label, item.text)
    return f"{_escape(printable(item.label))}{LABEL_END}{gap}{words}"


def _line(block: Paragraph | Heading | Image | Formula, known: Names) -> str:
    if isinstance(block, Image):
        source = html.escape(picture_source(block, known.assets))
        return f'<img src="{source}" alt="{html.escape(printable(block.text))}">'
    if isinstance(block, Formula):
        return _escape(printable(block.text)) + "<!-- formula -->"
    return _words(block.text, block.runs, known)


def _words(text: str, runs: Sequence[Run], known: Names) -> str:
    """Text with its marks as tags."""
    return "".join(_piece(piece.text, piece.run, known) for piece in pieces(text, runs))


def _piece(text: str, run: Run, known: Names) -> str:
    result = _escape(text)
    for tag, marked in (
        ("code", run.code),
        ("sub", run.subscript),
        ("sup", run.superscript),
        ("u", run.underline),
        ("s", run.strike),
        ("em", run.italic),
        ("strong", run.bold),
    ):
        if marked and text:
            result = f"<{tag}>{result}</{tag}>"
    link = address(run.link)
    if link and text:
        result = f'<a href="{html.escape(link)}">{result}</a>'
    name = known.notes.get(run.note) if run.note is not None else None
    return result if name is None else f"{result}[^{name}]"


def _escape(text: str) -> str:
    """Text as HTML; what looks like the mark of a note is none."""
    return re.sub(r"\[(?=\^)", "&#91;", html.escape(text, quote=False))
