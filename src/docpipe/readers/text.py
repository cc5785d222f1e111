"""Reads plain text: a line is a block; blank lines, indents and tabs are kept as evidence for the later steps.

Hard-wrapped lines stay lines here; `mend` rejoins them where the whole document shows that they were wrapped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from docpipe.model import (
    BlockType,
    Cell,
    Document,
    Look,
    Paragraph,
    Place,
    Source,
    Table,
    describe_source,
    table_text,
)
from docpipe.readers.encoding import decode, doubts
from docpipe.settings import Settings
from docpipe.wording import ends_sentence

_CHARACTER = 10.5
"""Points that stand for one Chinese character of indent: the usual body size (五号)."""

_SPACE = re.compile(r"\s+")
_INDENT = re.compile(r"[ \t\u00a0\u3000]*")
_PIPE_RULE = re.compile(r":?[-=]+:?")
_BREAK = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_WIDE_GAP = re.compile(r"\s{2,}|\u3000+")


class _Line(NamedTuple):
    """A line with its number (from 1), its text in one-space form, and its raw form."""

    number: int
    text: str
    raw: str
    after_blank: bool


def read(source: Source, settings: Settings) -> Document:
    """The document in a plain text. Any bytes can be read; a doubtful encoding is a warning, never an error."""
    decoded = decode(source.data)
    document = Document(
        source=describe_source(source, encoding=decoded.encoding),
        blocks=list(_blocks(_lines(decoded.text))),
    )
    document.warnings += doubts(decoded)
    return document


def _lines(text: str) -> list[_Line]:
    """The lines that hold something besides white space."""
    lines: list[_Line] = []
    blank = False
    for number, raw in enumerate(_BREAK.split(text), 1):
        words = _SPACE.sub(" ", raw).strip()
        if words:
            lines.append(_Line(number, words, raw, blank and bool(lines)))
        blank = not words
    return lines


def _blocks(lines: Sequence[_Line]) -> Iterator[BlockType]:
    index = 0
    while index < len(lines):
        rows = _table_rows(lines, index)
        if rows:
            yield _table(rows, lines[index])
            index += len(rows)
        else:
            yield _paragraph(lines[index])
            index += 1


def _paragraph(line: _Line) -> Paragraph:
    indent = _INDENT.match(line.raw)
    wide = sum(2 if char in "\u3000\t" else 1 for char in indent.group()) / 2 if indent else 0
    return Paragraph(
        text=line.text,
        at=(Place(line=line.number),),
        look=Look(indent=round(wide * _CHARACTER, 1)),
        space_before=line.after_blank,
    )


def _table_rows(lines: Sequence[_Line], start: int) -> list[list[str]]:
    """The rows of a table that begins at a line, each a list of cells with one entry a line; empty if none does."""
    for split in (_tab_cells, _pipe_cells, _gap_cells):
        rows: list[list[str]] = []
        for index in range(start, len(lines)):
            line = lines[index]
            cells = split(line.raw)
            if len(cells) < 2 or (rows and (len(cells) != len(rows[0]) or line.after_blank)):
                break
            rows.append(cells)
        if len(rows) >= (3 if split is _gap_cells else 2):
            return rows
    return []


def _tab_cells(raw: str) -> list[str]:
    """Cells between tabs; a tab at the start is an indent."""
    return [_SPACE.sub(" ", cell).strip() for cell in raw.strip(" \u3000\t").split("\t")]


def _pipe_cells(raw: str) -> list[str]:
    """Cells between upright strokes, with a stroke at both ends."""
    text = raw.strip()
    if len(text) < 3 or text[0] != "|" or text[-1] != "|":
        return []
    return [_SPACE.sub(" ", cell).strip() for cell in text[1:-1].split("|")]


def _gap_cells(raw: str) -> list[str]:
    """Cells between wide gaps, if all of them are short and none is a sentence."""
    cells = [_SPACE.sub(" ", cell) for cell in _WIDE_GAP.split(raw.strip())]
    short = len(cells) >= 3 and all(len(c) <= 16 and not ends_sentence(c) for c in cells)
    return cells if short else []


def _table(rows: Sequence[Sequence[str]], line: _Line) -> Table:
    """A table; the rule drawn under the first row of a pipe table is no row, dashes elsewhere are what a cell holds."""
    ruled = line.raw.lstrip().startswith("|") and all(map(_PIPE_RULE.fullmatch, rows[1]))
    cells = tuple(
        tuple(Cell(text=cell) for cell in row)
        for number, row in enumerate(rows)
        if not (ruled and number == 1)
    )
    return Table(text=table_text(cells), rows=cells, at=(Place(line=line.number),))
