"""Turns the tokens of the grammar into blocks, each with the number of the line it begins on."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from markdown_it.token import Token

from docpipe.model import (
    CODE_SPACE,
    BlockType,
    Cell,
    Look,
    Note,
    Paragraph,
    Place,
    Run,
    Table,
    table_text,
)
from docpipe.readers.markdown.labels import BULLET, item_of, own_label, shifted
from docpipe.readers.markdown.lines import AddPicture, Line, Lines, Tag, cell_of
from docpipe.readers.markdown.raw_html import read_html
from docpipe.wording import glue

_SPACE = re.compile(r"\s+")
_OPENING = {"strong_open": "bold", "em_open": "italic", "s_open": "strike"}
_CLOSING = {"strong_close": "bold", "em_close": "italic", "s_close": "strike"}
_NO_HEADER = "<!-- no header -->"
_LEVEL = "level "
_SEAM = 20
"""Characters on either side of a line's end that tell whether a space stands there."""


class Blocks:
    """Reads a token stream; lists are followed by their depth, never by recursion.

    `note_ids` are the notes that the text defines, `add_picture` is asked for each picture's asset, `finished` says that
    docpipe wrote the file. After `read`, `notes` holds the notes.
    """

    def __init__(self, note_ids: Collection[str], add_picture: AddPicture, finished: bool) -> None:
        self.notes: list[Note] = []
        self._note_ids = note_ids
        self._add_picture = add_picture
        self._finished = finished
        self._note: str | None = None
        self._note_texts: list[str] = []
        self._lists: list[list[int | None]] = []
        self._label: str | None = None
        self._rows: list[tuple[Cell, ...]] = []
        self._row: list[Cell] = []
        self._header = True
        self._quote = 0
        self._line = 0

    def read(self, tokens: Sequence[Token]) -> list[BlockType]:
        """All blocks of the token stream."""
        return [
            block
            for index, token in enumerate(tokens)
            for block in self._token(tokens, index, token)
        ]

    def _token(self, tokens: Sequence[Token], index: int, token: Token) -> Iterable[BlockType]:
        if token.map:
            self._line = token.map[0] + 1
        match token.type:
            case "ordered_list_open":
                self._lists.append([int(token.attrGet("start") or 1)])
            case "bullet_list_open":
                self._lists.append([None])
            case "ordered_list_close" | "bullet_list_close":
                self._lists.pop()
            case "list_item_open":
                self._label = self._next_label(token)
            case "list_item_close":
                self._label = None
            case "blockquote_open":
                self._quote += 1
            case "blockquote_close":
                self._quote -= 1
            case "note_open":
                self._note = token.meta["id"]
            case "note_close":
                self._close_note()
            case "table_open":
                self._rows = []
            case "tr_open":
                self._row = []
            case "tr_close":
                self._rows.append(tuple(self._row))
            case "table_close":
                self._header = True
                rows = tuple(self._rows)
                return [Table(text=table_text(rows), rows=rows, at=self._at())]
            case "inline":
                return self._inline(tokens[index - 1], token)
            case "fence" | "code_block":
                return self._code(token.content)
            case "html_block":
                return self._html(token.content)
        return ()

    def _next_label(self, token: Token) -> str:
        counter = self._lists[-1]
        if counter[0] is None:
            return BULLET
        counter[0] += 1
        return f"{counter[0] - 1}{token.markup or '.'}"

    def _at(self) -> tuple[Place, ...]:
        return (Place(line=self._line),)

    def _inline(self, opening: Token, token: Token) -> list[BlockType]:
        in_cell = opening.type in ("th_open", "td_open")
        lines = self._lines_of(token, in_cell)
        if in_cell:
            blocks = [block for line in lines for block in line.blocks(())]
            header = opening.type == "th_open" and self._header
            self._row.append(cell_of(blocks, header))
            return []
        (line,) = lines
        if self._note is not None:
            self._note_texts.append(line.words()[0])
            return []
        if opening.type == "heading_open":
            return [*self._heading(line, int(opening.tag[1:])), *line.shown(self._at())]
        if self._label is not None and (line.text or line.runs):
            return [self._item(line), *line.shown(self._at())]
        blocks = line.blocks(self._at())
        for block in blocks:
            block.look = Look(bold=_all_bold(block.text, block.runs), tag=self._tag())
            if isinstance(block, Paragraph):
                block.space_before = True
        return blocks

    def _lines_of(self, token: Token, in_cell: bool) -> list[Line]:
        lines = Lines(self._add_picture, self._finished)
        read_inline(token.children or [], lines, in_cell)
        return lines.all()

    def _close_note(self) -> None:
        assert self._note is not None
        self.notes.append(Note(self._note, "\n".join(self._note_texts)))
        self._note, self._note_texts = None, []

    def _tag(self) -> str | None:
        return "blockquote" if self._quote else None

    def _heading(self, line: Line, level: int) -> Iterator[BlockType]:
        text, runs = line.words()
        if not text:
            return
        if line.remark.startswith(_LEVEL):
            level = int(line.remark.removeprefix(_LEVEL))
        label = ""
        if line.label_end is not None:
            start, label = own_label(line, line.label_end)
            text, runs = text[start:], shifted(runs, start)
        look = Look(heading=level, bold=_all_bold(text, runs), tag=self._tag())
        yield Paragraph(
            text=text, runs=runs, label=label, at=self._at(), look=look, space_before=True
        )

    def _item(self, line: Line) -> Paragraph:
        assert self._label is not None
        item = item_of(line, self._label)
        # What follows in the same item is a paragraph of its own.
        self._label = None
        return Paragraph(
            text=item.text,
            runs=item.runs,
            label=item.label,
            bullet=item.bullet,
            list_level=len(self._lists) - 1,
            at=self._at(),
            look=Look(bold=_all_bold(item.text, item.runs), tag="li"),
        )

    def _code(self, content: str) -> Iterator[BlockType]:
        after_blank = True
        for raw in content.splitlines():
            line = raw.expandtabs(4)
            words = _SPACE.sub(" ", line).strip()
            if words:
                spaces = len(line) - len(line.lstrip())
                yield Paragraph(
                    text=words,
                    at=self._at(),
                    look=Look(tag="pre", indent=spaces * CODE_SPACE or None),
                    runs=(Run(0, len(words), code=True),),
                    space_before=after_blank,
                )
            after_blank = not words

    def _html(self, content: str) -> list[BlockType]:
        if self._finished and content.strip() == _NO_HEADER:
            self._header = False
            return []
        return read_html(content, self._note_ids, self._add_picture, self._finished, self._at())


def read_inline(tokens: Sequence[Token], lines: Lines, in_cell: bool) -> None:
    """Reads the tokens of a paragraph; only in a cell does a line break begin a new line."""
    for index, token in enumerate(tokens):
        match token.type:
            case "strong_open" | "em_open" | "s_open":
                lines.open(_OPENING[token.type])
            case "strong_close" | "em_close" | "s_close":
                lines.close(_CLOSING[token.type])
            case "link_open":
                lines.open_link(str(token.attrGet("href") or ""))
            case "link_close":
                lines.close_link()
            case "softbreak":
                following = tokens[index + 1].content if index + 1 < len(tokens) else ""
                lines.add(_gap(lines.line.text[-_SEAM:] or "a", following[:_SEAM] or "a"))
            case "hardbreak":
                lines.add(" ")
            case "html_inline":
                _read_tag(token.content, lines, in_cell)
            case "code_inline":
                lines.add(token.content, "code")
            case "image":
                lines.picture(str(token.attrGet("src") or ""), _plain(token))
            case "note_mark":
                lines.note(token.content)
            case "formula":
                lines.formula(token.content, token.meta["latex"], token.markup == "$$")
            case _:
                lines.add(token.content)


def _gap(before: str, following: str) -> str:
    """What stands between two lines of a paragraph."""
    return " " if glue(before, following) != before + following else ""


def _read_tag(content: str, lines: Lines, in_cell: bool) -> None:
    tag = Tag(lines)
    tag.feed(content)
    if tag.broken:
        lines.end_line() if in_cell else lines.add(" ")


def _all_bold(text: str, runs: Sequence[Run]) -> bool:
    return bool(text) and sum(run.end - run.start for run in runs if run.bold) == len(text)


def _plain(image: Token) -> str:
    """The alternative text of a picture, which may have marks and pictures in it."""
    words: list[str] = []
    waiting = list(image.children or [])[::-1]
    while waiting:
        token = waiting.pop()
        if token.type == "image":
            waiting.extend((token.children or [])[::-1])
        else:
            words.append(" " if token.type in ("softbreak", "hardbreak") else token.content)
    return "".join(words)
