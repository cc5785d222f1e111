"""Writes Markdown that reads back as the same document: CommonMark 0.31 with the tables, strike and notes of GitHub.

What Markdown cannot say stands as HTML or in a comment, which no reader of the page sees: merged cells, where the label of
an item ends that is no number, and in the last line that docpipe wrote the file, so that nothing in it need be guessed
when it is read again. `inline` writes text with its marks, `tables` tables.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from docpipe.model import CODE_SPACE, Document, Formula, Heading, Image, Note, Paragraph, is_code
from docpipe.settings import Settings
from docpipe.writers.common import TableStart, bullet_sign, flow, label_gap, printable
from docpipe.writers.markdown.inline import (
    LABEL_END,
    Names,
    code_fence,
    escape,
    inline,
    line_of,
    line_start,
    names,
)
from docpipe.writers.markdown.tables import table_of

_MARK = "<!-- docpipe -->"
"""The last line: there it disturbs neither a reader nor a program that looks for title or front matter at the top."""

_DEEPEST = 6


def write(document: Document, settings: Settings) -> bytes:
    """The document as Markdown in UTF-8, ending with a newline (an empty document gives no bytes).

    Markdown has six levels of headings, of which the title takes the first; what lies deeper is a heading of level 6,
    with its level in a comment. Pictures are named, not embedded.
    """
    text = _Text(document)
    if document.title:
        text.add(_heading(1, escape(printable(document.title))))
    for step in flow(document.blocks):
        if isinstance(step, TableStart):
            text.table(step)
        else:
            text.block(step.block, step.depth)
    text.close_code()
    for note in document.notes:
        text.note(note)
    if not text.parts:
        return b""
    text.add(_MARK)
    return (text.joined() + "\n").encode()


class _Open(NamedTuple):
    """A list item that is still open: what follows it at `indent` belongs to it."""

    level: int
    kind: str
    number: int
    indent: str


class _Text:
    """The text under construction: blocks with what parts each from the one before."""

    def __init__(self, document: Document) -> None:
        self.parts: list[str] = []
        self.names: Names = names(document)
        self.open: list[_Open] = []
        self._code: list[str] = []

    def joined(self) -> str:
        """The whole text."""
        return "".join(self.parts)

    def add(self, line: str, tight: bool = False) -> None:
        """Adds a block, after an empty line unless it stands tight."""
        if self.parts:
            self.parts.append("\n" if tight else "\n\n")
        self.parts.append(line)

    def block(self, block: Paragraph | Heading | Image | Formula, depth: int) -> None:
        """Adds anything but a table; lines of code are added together when the next block is none."""
        if isinstance(block, Paragraph) and block.list_level is None and is_code(block):
            self.open.clear()
            self._code += [""] if block.space_before and self._code else []
            self._code.append(_code_line(block))
            return
        self.close_code()
        if isinstance(block, Paragraph) and block.list_level is not None:
            self._item(block, block.list_level)
            return
        self.open.clear()
        line = line_of(block, self.names)
        self.add(_heading(depth + 1, line) if isinstance(block, Heading) else line_start(line))

    def table(self, step: TableStart) -> None:
        """Adds a table and the paragraph that names it."""
        self.close_code()
        self.open.clear()
        if step.caption:
            self.add(line_start(line_of(step.caption, self.names)))
        self.add(table_of(step.table, self.names))

    def close_code(self) -> None:
        """Adds the lines of code that wait, as one fenced block (4.5)."""
        if self._code:
            fence = code_fence("\n".join(self._code), 3)
            self.add("\n".join([fence, *self._code, fence]))
            self._code = []

    def note(self, note: Note) -> None:
        """Adds a note, its further lines indented as paragraphs of it."""
        lines = [line_start(escape(printable(line).strip(" "))) for line in note.text.split("\n")]
        self.add(f"[^{self.names.notes[note.id]}]: " + "\n\n    ".join(lines))

    def _item(self, block: Paragraph, level: int) -> None:
        """Adds an item; what follows a number that is not the next begins a list of its own."""
        sibling: _Open | None = None
        while self.open and self.open[-1].level >= level:
            sibling = self.open.pop()
        parent = self.open[-1].indent if self.open else ""
        kind, number = _kind(block)
        text = _checkbox(line_start(self._item_line(block, kind)))
        same = sibling is not None and sibling.kind == kind
        if same and sibling is not None and kind in _NUMBERED and number != sibling.number + 1:
            # Markdown counts on by itself; only something between ends a list.
            self.add(f"{parent}<!-- -->")
            same = False
        marker = f"{number}{kind}" if kind in _NUMBERED else kind
        # CommonMark 5.2: what interrupts a paragraph must not be empty and must count from one.
        begins_below = sibling is None and bool(parent) and bool(text) and number == 1
        self.add(f"{parent}{marker} {text}".rstrip(" "), tight=same or begins_below)
        self.open.append(_Open(level, kind, number, parent + " " * (len(marker) + 1)))

    def _item_line(self, block: Paragraph, kind: str) -> str:
        words = inline(block.text, block.runs, self.names)
        if kind in _NUMBERED:
            return words
        if block.bullet:
            sign = bullet_sign(block.label)
            return words if sign == "•" else f"{words}<!-- bullet {sign} -->"
        if not block.label:
            return f"{words}<!-- no label -->"
        label = escape(printable(block.label))
        return label + LABEL_END + label_gap(block.label, block.text) + words


def _code_line(block: Paragraph) -> str:
    return " " * round((block.look.indent or 0) / CODE_SPACE) + printable(block.text)


_BULLET = "-"
_NUMBERED = (".", ")")
_NUMBER = re.compile(r"([0-9]{1,9})([.)])")


def _kind(block: Paragraph) -> tuple[str, int]:
    """The sign of a list item ("." or ")" after a number that Markdown shows as it is, else "-") and the number."""
    match = None if block.bullet else _NUMBER.fullmatch(block.label)
    # A number with leading zeros would not be shown as it was.
    if match and str(int(match.group(1))) == match.group(1):
        return match.group(2), int(match.group(1))
    return _BULLET, 1


def _checkbox(line: str) -> str:
    """An item that begins with a box to tick keeps it (GitHub's task lists)."""
    return re.sub(r"^\\\[([ xX])\\\](?= )", r"[\1]", line)


def _heading(level: int, text: str) -> str:
    """An ATX heading; hashes at its end would be read as its closing (CommonMark 4.2)."""
    text = re.sub(r"(#+)( *)$", lambda match: "\\" + match.group(), text.strip(" "))
    if level > _DEEPEST:
        text += f"<!-- level {level} -->"
    return f"{'#' * min(level, _DEEPEST)} {text}".rstrip(" ")
