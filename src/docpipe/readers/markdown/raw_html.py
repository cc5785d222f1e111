"""Reads HTML that stands in Markdown as blocks of its own: tables with merged cells, above all.

What the page would show is kept: text, marks, headings, lists, pictures. Scripts, styles and comments are no text.
"""

from __future__ import annotations

import html
from collections.abc import Collection
from html.parser import HTMLParser

from docpipe.model import BlockType, Cell, Look, Paragraph, Place, Table, table_text
from docpipe.readers.markdown.labels import item_of
from docpipe.readers.markdown.lines import AddPicture, Lines, cell_of
from docpipe.readers.markdown.parser import NOTE_MARK

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "dialog",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "head",
        "header",
        "hr",
        "html",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "option",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
_DEEPEST = 40
"""Tables nested deeper are read as the lines of their cells."""
_MOST_ROWS, _MOST_COLUMNS = 65534, 1000
"""The limits of spans (HTML Standard, 4.9.11)."""


def read_html(
    source: str,
    notes: Collection[str],
    add_picture: AddPicture,
    finished: bool,
    at: tuple[Place, ...],
) -> list[BlockType]:
    """The blocks of a piece of HTML, all placed at `at`. Tags that do not end, end with the piece.

    `notes` are the ids of the file's notes, `finished` says that docpipe wrote it.
    """
    reader = _Reader(notes, Lines(add_picture, finished), at)
    reader.feed(source)
    reader.close()
    return reader.finish()


class _OpenTable:
    """A table that is being read; `outer` is where blocks went before it."""

    def __init__(self, outer: list[BlockType], lists: list[int | None]) -> None:
        self.outer = outer
        self.lists = lists
        self.rows: list[list[Cell]] = []
        self.cell: list[BlockType] | None = None
        self.header = False
        self.spans = (1, 1)


class _Reader(HTMLParser):
    """Tags to blocks; tables are followed by a stack, never by recursion."""

    def __init__(self, notes: Collection[str], lines: Lines, at: tuple[Place, ...]) -> None:
        super().__init__(convert_charrefs=False)
        self._notes = notes
        self._at = at
        self._blocks: list[BlockType] = []
        self._sink = self._blocks
        self._lines = lines
        self._tables: list[_OpenTable] = []
        self._too_deep = 0
        self._lists: list[int | None] = []
        self._label: str | None = None
        self._heading: int | None = None

    def finish(self) -> list[BlockType]:
        """All blocks."""
        self._end_line()
        while self._tables:
            self._close_table()
        return self._blocks

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag == "br" or tag in _BLOCKS or tag in _HEADINGS:
            self._end_line()
        if tag in _HEADINGS:
            self._heading = _HEADINGS[tag]
        elif tag in ("ul", "ol"):
            self._lists.append(_number(attributes.get("start"), 1) if tag == "ol" else None)
        elif tag == "li":
            self._label = self._next_label(attributes)
        elif tag == "table" and len(self._tables) == _DEEPEST:
            self._too_deep += 1
        elif tag == "table":
            self._tables.append(_OpenTable(self._sink, self._lists))
            self._lists = []
        elif tag == "tr" and self._in_table():
            self._close_cell()
            self._tables[-1].rows.append([])
        elif tag in ("td", "th") and self._in_table():
            self._open_cell(tag, attributes)
        else:
            self._lines.open_tag(tag, attributes)

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS or tag in _HEADINGS:
            self._end_line()
        if tag in _HEADINGS:
            self._heading = None
        elif tag in ("ul", "ol") and self._lists:
            self._lists.pop()
        elif tag == "li":
            self._label = None
        elif tag in ("td", "th") and self._in_table():
            self._close_cell()
        elif tag == "table" and self._too_deep:
            self._too_deep -= 1
        elif tag == "table" and self._tables:
            self._close_table()
        else:
            self._lines.close_tag(tag)

    def handle_data(self, data: str) -> None:
        position = 0
        for match in NOTE_MARK.finditer(data):
            if match[1] in self._notes:
                self._lines.add(data[position : match.start()])
                self._lines.note(match[1])
                position = match.end()
        self._lines.add(data[position:])

    def handle_entityref(self, name: str) -> None:
        self._lines.add(html.unescape(f"&{name};"))

    def handle_charref(self, name: str) -> None:
        self._lines.add(html.unescape(f"&#{name};"))

    def handle_comment(self, data: str) -> None:
        self._lines.comment(data)

    def _in_table(self) -> bool:
        return bool(self._tables) and not self._too_deep

    def _next_label(self, attributes: dict[str, str | None]) -> str:
        if not self._lists or self._lists[-1] is None:
            return "•"
        number = _number(attributes.get("value"), self._lists[-1])
        self._lists[-1] = number + 1
        return f"{number}."

    def _open_cell(self, tag: str, attributes: dict[str, str | None]) -> None:
        self._close_cell()
        table = self._tables[-1]
        if not table.rows:
            table.rows.append([])
        table.header = tag == "th"
        table.spans = (
            min(_number(attributes.get("rowspan"), 1), _MOST_ROWS),
            min(_number(attributes.get("colspan"), 1), _MOST_COLUMNS),
        )
        table.cell = self._sink = []
        self._lists = []

    def _close_cell(self) -> None:
        self._end_line()
        table = self._tables[-1]
        if table.cell is not None:
            table.rows[-1].append(cell_of(table.cell, table.header, *table.spans))
            table.cell = None
        self._sink = table.outer
        self._label = None

    def _close_table(self) -> None:
        self._close_cell()
        table = self._tables.pop()
        self._lists = table.lists
        rows = tuple(tuple(row) for row in table.rows if row)
        if rows:
            self._sink.append(Table(text=table_text(rows), rows=rows, at=self._at))

    def _end_line(self) -> None:
        self._lines.end_line()
        line = self._lines.done.pop()
        if self._heading is None and self._label is not None and line.text:
            item = item_of(line, self._label)
            self._label = None
            level = max(len(self._lists) - 1, 0)
            self._sink.append(
                Paragraph(
                    text=item.text,
                    runs=item.runs,
                    label=item.label,
                    bullet=item.bullet,
                    list_level=level,
                    at=self._at,
                    look=Look(tag="li"),
                )
            )
            self._sink.extend(line.shown(self._at))
            return
        blocks = line.blocks(self._at)
        if self._heading is not None and blocks:
            blocks[0].look = Look(heading=self._heading)
        self._sink.extend(blocks)


def _number(value: str | None, default: int) -> int:
    """A positive number, or the default where there is none."""
    words = (value or "").strip()
    return max(int(words[:9]), 1) if words.isascii() and words.isdigit() else default
