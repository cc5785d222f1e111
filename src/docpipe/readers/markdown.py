"""Reads Markdown: CommonMark with GitHub's tables, strike and footnotes, parsed by markdown-it.

Headings come as paragraphs with the level they claim, so that `outline` weighs them as it does those of any format.
Raw HTML keeps its text; of its tags only the inline marks that Markdown lacks are understood.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.parser_block import RuleFuncBlockType
from markdown_it.rules_block import StateBlock, blockquote, list_block
from markdown_it.token import Token
from msgspec.structs import replace

from docpipe.joining import merge_runs
from docpipe.model import (
    BlockType,
    Cell,
    Document,
    Look,
    Note,
    Paragraph,
    Place,
    Run,
    Source,
    Table,
    describe_source,
    table_text,
)
from docpipe.readers.encoding import decode, doubts
from docpipe.settings import Settings
from docpipe.wording import glue

_DEEPEST = 60
"""Quotes and lists nested deeper are read as text, marks and all: the parser skips what lies below its own limit."""

# Fields, indented values, items and comments; what else stands between two rules is text.
_FRONT_MATTER = re.compile(
    r"\A---[ \t]*\n([A-Za-z_][\w-]*[ \t]*:.*\n(?:(?:[A-Za-z_][\w-]*[ \t]*:|[ \t]|- |#).*\n|\n)*?)"
    r"(?:---|\.\.\.)[ \t]*(?:\n|\Z)"
)
_FIELD = re.compile(r"^([A-Za-z_]+)\s*:\s*(.+?)\s*$", re.M)
_PROPERTIES = ("title", "author", "date", "organization", "language", "keywords")
_NOTE = re.compile(r"^\[\^([^\]\s]+)\]:[ \t]*(.*(?:\n(?:[ ]{2,}|\t).+)*)", re.M)
_NOTE_MARK = re.compile(r"\[\^([^\]\s]+)\]")
_TAG = re.compile(r"<(/?)([a-zA-Z][\w-]*)[^>]*>|<!--.*?-->", re.S)
_CODE = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|\Z)", re.S | re.I)
_SPACE = re.compile(r"\s+")
_OPENING = {"strong_open": "bold", "em_open": "italic", "s_open": "strike"}
_TAGS = {
    "strong": "bold", "b": "bold", "em": "italic", "i": "italic", "s": "strike", "del": "strike", "u": "underline",
    "sup": "superscript", "sub": "subscript", "code": "code",
}  # fmt: skip


def read(source: Source, settings: Settings) -> Document:
    """The document in a Markdown text. Any bytes can be read; a doubtful encoding is a warning, never an error."""
    decoded = decode(source.data)
    text = decoded.text.replace("\r\n", "\n").replace("\r", "\n")
    document = Document(source=describe_source(source, encoding=decoded.encoding))
    document.warnings += doubts(decoded)
    text = _take_front_matter(text, document)
    text = _take_notes(text, document)
    document.blocks = _title_first(_Blocks(document.notes).read(_parser().parse(text)))
    return document


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"maxNesting": 2 * _DEEPEST})
    parser.enable(["table", "strikethrough"])
    # "alt" names the blocks that such a line may break into; they are markdown-it's own.
    breaks_into = ["paragraph", "reference", "blockquote"]
    parser.block.ruler.at("list", _not_too_deep(list_block), {"alt": breaks_into})
    parser.block.ruler.at("blockquote", _not_too_deep(blockquote), {"alt": [*breaks_into, "list"]})
    return parser


def _not_too_deep(rule: RuleFuncBlockType) -> RuleFuncBlockType:
    def limited(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        return state.level < _DEEPEST and rule(state, start, end, silent)

    return limited


def _take_front_matter(text: str, document: Document) -> str:
    """Fill the properties from `key: value` lines between leading `---`; the text comes back with blank lines instead."""
    match = _FRONT_MATTER.match(text)
    if match is None:
        return text
    fields = {key.lower(): value.strip("\"'") for key, value in _FIELD.findall(match[1])}
    document.properties.update({key: fields[key] for key in _PROPERTIES if key in fields})
    return "\n" * match.group().count("\n") + text[match.end() :]


def _take_notes(text: str, document: Document) -> str:
    """Move `[^id]: …` definitions to the notes; their lines are left blank so that line numbers hold."""

    def take(match: re.Match[str]) -> str:
        document.notes.append(Note(match[1], " ".join(_plain(match[2]).split())))
        return "\n" * match.group().count("\n")

    return _NOTE.sub(take, text)


def _plain(text: str) -> str:
    """Inline Markdown as plain text."""
    tokens = MarkdownIt("commonmark").enable("strikethrough").parseInline(text)
    inline = _Inline([])
    inline.read(tokens[0].children or [])
    return inline.text


def _title_first(blocks: list[BlockType]) -> list[BlockType]:
    """A single leading level-1 heading is the document's title."""
    tops = [index for index, block in enumerate(blocks) if block.look.heading == 1]
    if tops != [0]:
        return blocks
    return [replace(blocks[0], look=replace(blocks[0].look, heading=0)), *blocks[1:]]


class _Blocks:
    """Turns block tokens into blocks; lists are followed by their depth, never by recursion."""

    def __init__(self, notes: Sequence[Note]) -> None:
        self._notes = [note.id for note in notes]
        self._lists: list[list[int | None]] = []
        self._label: str | None = None
        self._rows: list[tuple[Cell, ...]] = []
        self._row: list[Cell] = []
        self._quote = 0
        self._line = 0

    def read(self, tokens: Sequence[Token]) -> list[BlockType]:
        """All blocks of the token stream."""
        return [
            block
            for index, token in enumerate(tokens)
            for block in self._token(tokens, index, token)
        ]

    def _token(self, tokens: Sequence[Token], index: int, token: Token) -> Iterator[BlockType]:
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
            case "table_open":
                self._rows = []
            case "tr_open":
                self._row = []
            case "tr_close":
                self._rows.append(tuple(self._row))
            case "table_close":
                rows = tuple(self._rows)
                yield Table(text=table_text(rows), rows=rows, at=self._at())
            case "inline":
                yield from self._inline(tokens[index - 1], token)
            case "fence" | "code_block":
                yield from self._code(token.content)
            case "html_block":
                yield from self._paragraphs(
                    _TAG.sub("\n", _CODE.sub("", token.content)).splitlines()
                )

    def _next_label(self, token: Token) -> str:
        counter = self._lists[-1]
        if counter[0] is None:
            return "•"
        counter[0] += 1
        return f"{counter[0] - 1}{token.markup or '.'}"

    def _at(self) -> tuple[Place, ...]:
        return (Place(line=self._line),)

    def _inline(self, opening: Token, token: Token) -> Iterator[BlockType]:
        inline = _Inline(self._notes)
        inline.read(token.children or [])
        text, runs = inline.text, inline.runs()
        if opening.type in ("th_open", "td_open"):
            blocks = (Paragraph(text=text, runs=runs),) if runs else ()
            self._row.append(Cell(text=text, header=opening.type == "th_open", blocks=blocks))
            return
        if not text and not runs:
            return
        heading = int(opening.tag[1:]) if opening.type == "heading_open" else None
        bold = sum(run.end - run.start for run in runs if run.bold) == len(text)
        look = Look(
            heading=heading, bold=bold and bool(text), tag="blockquote" if self._quote else None
        )
        item = self._label is not None and heading is None
        yield Paragraph(
            text=text,
            runs=runs,
            at=self._at(),
            look=look,
            label=(self._label or "") if item else "",
            bullet=item and self._label == "•",
            list_level=len(self._lists) - 1 if item else None,
            space_before=not item,
        )
        if item:
            # What follows in the same item is a paragraph of its own.
            self._label = None

    def _code(self, content: str) -> Iterator[BlockType]:
        for line in content.splitlines():
            words = _SPACE.sub(" ", line).strip()
            if words:
                yield Paragraph(
                    text=words,
                    at=self._at(),
                    look=Look(tag="pre"),
                    runs=(Run(0, len(words), code=True),),
                )

    def _paragraphs(self, lines: Sequence[str]) -> Iterator[BlockType]:
        for line in lines:
            words = _SPACE.sub(" ", line).strip()
            if words:
                yield Paragraph(text=words, at=self._at())


class _Inline:
    """Collects the text of inline tokens with the marks that hold for each part."""

    def __init__(self, notes: Sequence[str]) -> None:
        self.text = ""
        self._notes = notes
        self._marks: list[str] = []
        self._link: str | None = None
        self._runs: list[Run] = []

    def read(self, tokens: Sequence[Token]) -> None:
        """Take in tokens."""
        for token in tokens:
            if token.type in _OPENING:
                self._marks.append(_OPENING[token.type])
            elif token.type in ("strong_close", "em_close", "s_close"):
                self._close(_OPENING[token.type.replace("close", "open")])
            elif token.type == "link_open":
                self._link = str(token.attrGet("href") or "") or None
            elif token.type == "link_close":
                self._link = None
            elif token.type == "softbreak":
                self._add(" " if glue(self.text[-1:] or "a", "a") != self.text[-1:] + "a" else "")
            elif token.type == "hardbreak":
                self._add(" ")
            elif token.type == "html_inline":
                self._tag(token.content)
            elif token.type == "code_inline":
                self._add(token.content, "code")
            elif token.type == "image":
                self._add(token.content)
            else:
                self._with_notes(token.content)

    def runs(self) -> tuple[Run, ...]:
        """The marked parts; neighbours with the same marks are one."""
        return merge_runs(tuple(self._runs))

    def _tag(self, content: str) -> None:
        match = _TAG.match(content)
        if match is None or match[2] is None:
            return
        name = match[2].lower()
        if name == "br":
            self._add(" ")
        elif name in _TAGS and match[1]:
            self._close(_TAGS[name])
        elif name in _TAGS:
            self._marks.append(_TAGS[name])

    def _close(self, mark: str) -> None:
        if mark in self._marks:
            self._marks.reverse()
            self._marks.remove(mark)
            self._marks.reverse()

    def _with_notes(self, content: str) -> None:
        position = 0
        for match in _NOTE_MARK.finditer(content):
            if match[1] in self._notes:
                self._add(content[position : match.start()])
                self._runs.append(Run(len(self.text), len(self.text), note=match[1]))
                position = match.end()
        self._add(content[position:])

    def _add(self, content: str, mark: str = "") -> None:
        words = _SPACE.sub(" ", content)
        if not self.text or self.text.endswith(" "):
            words = words.lstrip(" ")
        if not words:
            return
        start = len(self.text)
        self.text += words
        marks = {*self._marks, *([mark] if mark else [])}
        if marks or self._link:
            self._runs.append(_run(start, len(self.text), marks, self._link))


def _run(start: int, end: int, marks: set[str], link: str | None) -> Run:
    return Run(
        start,
        end,
        bold="bold" in marks,
        italic="italic" in marks,
        underline="underline" in marks,
        strike="strike" in marks,
        superscript="superscript" in marks,
        subscript="subscript" in marks,
        code="code" in marks,
        link=link,
    )
