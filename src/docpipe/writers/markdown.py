"""Writes Markdown that reads back as the same text: CommonMark 0.31 with the tables, strike and notes of GitHub.

What would be read as markup is escaped. Emphasis is written with asterisks where the rules of flanking (CommonMark
6.2) let it be read, which Chinese punctuation often does not; there, and for marks that Markdown lacks, stand the
tags <strong> <em> <s> <u> <sup> <sub>, the only raw HTML of the output.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from docpipe.model import Asset, Document, Formula, Heading, Image, Paragraph, Run
from docpipe.settings import Settings
from docpipe.writers.common import (
    Grid,
    NoteOrder,
    Piece,
    TableStart,
    cell_content,
    flow,
    label_gap,
    note_order,
    pieces,
    printable,
    safe_link,
)


def write(document: Document, settings: Settings) -> bytes:
    """The document as Markdown in UTF-8, ending with a newline (an empty document gives no bytes).

    Markdown has six levels of headings, of which the title takes the first; what lies deeper is a heading of level 6.
    A table's first row heads it, for Markdown has no table without a head. Pictures are named, not embedded.
    """
    text = _Text(document)
    if document.title:
        text.add(_heading(1, _escape(printable(document.title))))
    for step in flow(document.blocks):
        if isinstance(step, TableStart):
            text.table(step)
        else:
            text.block(step.block, step.depth)
    for number, note in enumerate(text.notes.texts, 1):
        text.add(f"[^{number}]: {_line_start(_escape(note.strip(' ')))}")
    return (text.joined() + "\n").encode() if text.parts else b""


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
        self.notes = note_order(document)
        self.assets: dict[str, Asset] = {asset.id: asset for asset in document.assets}
        self.open: list[_Open] = []

    def joined(self) -> str:
        """The whole text."""
        return "".join(self.parts)

    def add(self, line: str, tight: bool = False) -> None:
        """Adds a block, after an empty line unless it stands tight."""
        if self.parts:
            self.parts.append("\n" if tight else "\n\n")
        self.parts.append(line)

    def block(self, block: Paragraph | Heading | Image | Formula, depth: int) -> None:
        """Adds anything but a table."""
        if isinstance(block, Paragraph) and block.list_level is not None:
            self._item(block, block.list_level)
            return
        self.open.clear()
        if isinstance(block, Heading):
            self.add(_heading(min(depth + 1, 6), _block(block, self.notes, self.assets)))
        else:
            self.add(_line_start(_block(block, self.notes, self.assets)))

    def table(self, step: TableStart) -> None:
        """Adds a table, merged cells' text in their first place."""
        self.open.clear()
        if step.caption:
            self.add(_line_start(_block(step.caption, self.notes, self.assets)))
        rows = [
            _row(step.grid, number, self.notes, self.assets)
            for number in range(len(step.grid.rows))
        ]
        rule = "| " + " | ".join(["---"] * step.grid.width) + " |"
        self.add("\n".join([rows[0], rule, *rows[1:]]))

    def _item(self, block: Paragraph, level: int) -> None:
        """Adds an item: as Markdown's own where Markdown shows the same label, else as a paragraph with its label."""
        sibling: _Open | None = None
        while self.open and self.open[-1].level >= level:
            sibling = self.open.pop()
        parent = self.open[-1].indent if self.open else ""
        kind, number = _marker(block)
        if not kind:
            self.add(parent + _line_start(_block(block, self.notes, self.assets)))
            return
        unlabelled = Paragraph(text=block.text, runs=block.runs)
        text = _line_start(_block(unlabelled, self.notes, self.assets))
        same = sibling is not None and sibling.kind == kind
        if same and sibling is not None and kind != "-" and number != sibling.number + 1:
            # Markdown counts on by itself; only something between ends a list.
            self.add(f"{parent}<!-- -->")
            same = False
        marker = "-" if kind == "-" else f"{number}{kind}"
        # CommonMark 5.2: what interrupts a paragraph must not be empty and must count from one.
        begins_below = sibling is None and bool(parent) and bool(text) and number == 1
        self.add(f"{parent}{marker} {text}".rstrip(" "), tight=same or begins_below)
        self.open.append(_Open(level, kind, number, parent + " " * (len(marker) + 1)))


_LABEL = re.compile(r"([0-9]{1,9})([.)])")


def _marker(block: Paragraph) -> tuple[str, int]:
    """The kind of list item ("-", ".", ")" or "" for none) and its number."""
    if block.bullet:
        return "-", 1
    match = _LABEL.fullmatch(block.label)
    # A number with leading zeros would not be shown as it was.
    if match and str(int(match.group(1))) == match.group(1):
        return match.group(2), int(match.group(1))
    return "", 0


def _heading(level: int, text: str) -> str:
    """An ATX heading; hashes at its end would be read as its closing (CommonMark 4.2)."""
    text = re.sub(r"(#+)( *)$", lambda match: "\\" + match.group(), text.strip(" "))
    return f"{'#' * level} {text}".rstrip(" ")


def _row(grid: Grid, number: int, notes: NoteOrder, assets: dict[str, Asset]) -> str:
    columns = [""] * grid.width
    for slot in grid.rows[number]:
        if slot.cell is not None and slot.first:
            content = (_block(block, notes, assets) for block in cell_content(slot.cell))
            columns[slot.column] = "<br>".join(content).replace("|", "\\|").strip(" ")
    return "| " + " | ".join(columns) + " |"


def _block(
    block: Paragraph | Heading | Image | Formula, notes: NoteOrder, assets: dict[str, Asset]
) -> str:
    """A block's text on one line, its label before it."""
    if isinstance(block, Image):
        asset = assets.get(block.asset)
        name = printable(asset.name if asset else block.asset)
        return f"![{_escape(printable(block.text))}]({_destination(name)})"
    label = "" if isinstance(block, Formula) else block.label
    if label:
        label = _escape(printable(label)) + label_gap(label, block.text)
    return (label + _inline(block.text, block.runs, notes)).strip(" ")


_UNSAFE_IN_PATH = re.compile(r"[\x00-\x20\x7f<>()\\&:#?|\"\ufffd]")


def _destination(name: str) -> str:
    """A picture's name as a relative address; the colon is encoded, so no name can be a scheme."""
    return _UNSAFE_IN_PATH.sub(
        lambda match: "".join(f"%{byte:02X}" for byte in match.group().encode()), name
    )


_SPECIAL = re.compile(
    r"[\\`*\[\]~]|<(?=[A-Za-z/!?]|$)|&(?=#?\w+;|#?\w*$)|(?<![^\W_])_|_(?![^\W_])|!$"
)


def _escape(text: str) -> str:
    """`text` with a backslash before each character that could be markup within a line (CommonMark 2.4)."""
    return _SPECIAL.sub(lambda match: "\\" + match.group(), text)


_NUMBERED = re.compile(r"([0-9]{1,9})([.)])(?= |$)")
_BLOCK_START = re.compile(r"#{1,6}(?= |$)|>|[-+](?= |$)|-(?= *-)")


def _line_start(line: str) -> str:
    """A line with whatever would begin a block of its own escaped (CommonMark 4 and 5)."""
    line = line.lstrip(" ")
    match = _NUMBERED.match(line)
    if match:
        return f"{match.group(1)}\\{line[match.end(1) :]}"
    return "\\" + line if _BLOCK_START.match(line) else line


def _inline(text: str, runs: Sequence[Run], notes: NoteOrder) -> str:
    """Text with its marks."""
    parts = _merged(pieces(text, runs))
    result: list[str] = []
    for number, part in enumerate(parts):
        before = parts[number - 1] if number else None
        after = parts[number + 1] if number + 1 < len(parts) else None
        result.append(_piece(part, before, after, notes))
    return "".join(result)


class _Marks(NamedTuple):
    """The marks of a piece that Markdown or the tags it allows can show."""

    bold: bool
    italic: bool
    strike: bool
    underline: bool
    superscript: bool
    subscript: bool
    code: bool
    link: str | None
    note: str | None


def _marks(run: Run) -> _Marks:
    return _Marks(
        run.bold,
        run.italic,
        run.strike,
        run.underline,
        run.superscript,
        run.subscript,
        run.code,
        safe_link(run.link),
        run.note,
    )


class _Part(NamedTuple):
    """A piece of text with marks that differ from its neighbours'."""

    text: str
    marks: _Marks

    @property
    def plain(self) -> bool:
        """Whether nothing is marked."""
        return not any(self.marks)


def _merged(found: list[Piece]) -> list[_Part]:
    parts: list[_Part] = []
    for piece in found:
        marks = _marks(piece.run)
        if parts and parts[-1].marks == marks and marks.note is None:
            parts[-1] = _Part(parts[-1].text + piece.text, marks)
        else:
            parts.append(_Part(piece.text, marks))
    return parts


def _piece(part: _Part, before: _Part | None, after: _Part | None, notes: NoteOrder) -> str:
    """One piece; white space at its ends stays outside its marks, where emphasis cannot begin or end."""
    marks = part.marks
    inner = part.text.strip(" ")
    result = ""
    if inner:
        lead = part.text[: len(part.text) - len(part.text.lstrip(" "))]
        trail = part.text[len(part.text.rstrip(" ")) :]
        result = lead + _marked(inner, marks, _asterisks_read(part, before, after)) + trail
    else:
        result = part.text
    number = notes.numbers.get(marks.note) if marks.note is not None else None
    return result if number is None else f"{result}[^{number}]"


def _marked(text: str, marks: _Marks, asterisks: bool) -> str:
    result = _code(text) if marks.code else _escape(text)
    for tag, marked in (
        ("sub", marks.subscript),
        ("sup", marks.superscript),
        ("u", marks.underline),
    ):
        if marked:
            result = f"<{tag}>{result}</{tag}>"
    for tag, sign, marked in (
        ("s", "~~", marks.strike),
        ("em", "*", marks.italic),
        ("strong", "**", marks.bold),
    ):
        if marked:
            result = f"{sign}{result}{sign}" if asterisks else f"<{tag}>{result}</{tag}>"
    return f"[{result}]({_link(marks.link)})" if marks.link else result


def _link(url: str) -> str:
    """A link's destination; `safe_link` has encoded white space, backslashes and angle brackets."""
    url = re.sub(r"[()]", lambda match: "\\" + match.group(), url)
    return re.sub(r"&(?=#?\w+;)", "&amp;", url)


def _code(text: str) -> str:
    """A code span (CommonMark 6.1), fenced by more backticks than stand in a row in it."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _asterisks_read(part: _Part, before: _Part | None, after: _Part | None) -> bool:
    """Whether delimiters around the piece open and close emphasis (CommonMark 6.2).

    Inside a link they always do: brackets stand around them. Next to a marked piece they are not tried.
    """
    marks = part.marks
    if marks.superscript or marks.subscript or marks.underline or marks.code:
        return False
    if marks.strike and (marks.bold or marks.italic):
        return False
    inner = part.text.strip(" ")
    if not inner or inner[0].isspace() or inner[-1].isspace():
        return False
    if marks.link:
        return True
    if (before and not before.plain) or (after and not after.plain):
        return False
    outside_left = "" if part.text.startswith(" ") or not before else before.text[-1:]
    outside_right = "" if part.text.endswith(" ") or not after else after.text[:1]
    return _flanks(outside_left, inner[0]) and _flanks(outside_right, inner[-1])


def _flanks(outside: str, inside: str) -> bool:
    return (
        not _is_punctuation(inside)
        or not outside
        or outside.isspace()
        or (_is_punctuation(outside) and unicodedata.category(outside)[0] == "P")
    )


def _is_punctuation(char: str) -> bool:
    return unicodedata.category(char)[0] in "PS"
