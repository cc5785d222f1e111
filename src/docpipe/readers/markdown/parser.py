"""The grammar: CommonMark with GitHub's tables, strike and notes, as rules for markdown-it.

A note's text comes as `note_open`, inline tokens, `note_close`, its mark as `note_mark`. Of a file that docpipe wrote,
`$latex$<!-- reading -->` is a formula with its linear reading; in other files dollars are text.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.parser_block import RuleFuncBlockType
from markdown_it.rules_block import StateBlock, blockquote, list_block, table
from markdown_it.rules_block.table import escapedSplit
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

_DEEPEST = 60
"""Quotes and lists nested deeper are read as text, marks and all: the parser skips what lies below its own limit."""

NOTE_MARK = re.compile(r"\[\^([^\]\s]+)\]")
_NOTE = re.compile(r"\[\^([^\]\s]+)\]:[ \t]*(.*)")
_FORMULA = re.compile(r"(\$\$?)([^$]+)\1<!-- (.*?) -->")
# What a line may begin with after which a rule of the table "alt" of markdown-it is asked whether it ends a paragraph.
_BREAKS_INTO = ["paragraph", "reference", "blockquote"]


def parse(text: str, finished: bool) -> tuple[list[Token], frozenset[str]]:
    """The block tokens of a text and the ids of the notes it defines. `finished`: docpipe wrote the file."""
    environment: dict[str, set[str]] = {"notes": set()}
    tokens = _parser(finished).parse(text, environment)
    return tokens, frozenset(environment["notes"])


def _parser(finished: bool) -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"maxNesting": 2 * _DEEPEST})
    parser.enable(["table", "strikethrough"])
    # A link is what the source says; whether it may be followed is for the writers to judge.
    parser.normalizeLink = lambda url: url  # type: ignore[method-assign]
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    parser.block.ruler.at("list", _not_too_deep(list_block), {"alt": _BREAKS_INTO})
    parser.block.ruler.at("blockquote", _not_too_deep(blockquote), {"alt": [*_BREAKS_INTO, "list"]})
    parser.block.ruler.at("table", _whole_table, {"alt": ["paragraph", "reference"]})
    parser.block.ruler.before("reference", "note", _note, {"alt": _BREAKS_INTO})
    parser.inline.ruler.before("link", "note_mark", _note_mark)
    if finished:
        parser.inline.ruler.before("escape", "formula", _formula)
    return parser


def _not_too_deep(rule: RuleFuncBlockType) -> RuleFuncBlockType:
    def limited(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        return state.level < _DEEPEST and rule(state, start, end, silent)

    return limited


def _whole_table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A table with the cells that go beyond its head as well, which GitHub leaves out."""
    before = len(state.tokens)
    if not table(state, start, end, silent):
        return False
    state.tokens[before:] = _with_further_cells(state, state.tokens[before:])
    return True


def _with_further_cells(state: StateBlock, tokens: list[Token]) -> Iterator[Token]:
    cells: list[Token] = []
    line = 0
    for token in tokens:
        if token.type == "tr_open" and token.map:
            line, cells = token.map[0], []
        elif token.type in ("th_open", "td_open", "inline", "th_close", "td_close"):
            cells.append(token)
        elif token.type == "tr_close" and cells:
            # A cell is an opening, its content and an end; those of a new one are like those before.
            opening, inline, closing = cells[-3:]
            for content in _cells_of(_line(state, line))[len(cells) // 3 :]:
                yield opening
                yield inline.copy(content=content, children=[])
                yield closing
        yield token


def _cells_of(row: str) -> list[str]:
    """What stands between the strokes of a row; those at its ends may be missing."""
    cells = [cell.strip() for cell in escapedSplit(row.strip())]
    return cells[not cells[0] : len(cells) - (not cells[-1])]


def _note(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """`[^id]: …` with the indented lines after it; behind an empty line they need four spaces, as on GitHub."""
    match = None if state.is_code_block(start) else _NOTE.match(_line(state, start))
    if match is None or silent:
        return match is not None
    paragraphs = [match[2]]
    line = last = start + 1
    while line < end:
        if not state.isEmpty(line):
            after_empty = line > last
            if state.sCount[line] - state.blkIndent < (4 if after_empty else 2):
                break
            words = _line(state, line)
            paragraphs.append(words) if after_empty else _continue(paragraphs, words)
            last = line + 1
        line += 1
    state.env["notes"].add(match[1])
    state.line = last
    state.push("note_open", "", 1).meta = {"id": match[1]}
    for paragraph in paragraphs:
        token = state.push("inline", "", 0)
        token.content, token.children, token.map = paragraph, [], [start, last]
    state.push("note_close", "", -1)
    return True


def _continue(paragraphs: list[str], words: str) -> None:
    paragraphs[-1] += "\n" + words


def _line(state: StateBlock, number: int) -> str:
    start = state.bMarks[number] + state.tShift[number]
    return state.src[start : state.eMarks[number]]


def _note_mark(state: StateInline, silent: bool) -> bool:
    match = NOTE_MARK.match(state.src, state.pos)
    if match is None or match[1] not in state.env["notes"]:
        return False
    if not silent:
        state.push("note_mark", "", 0).content = match[1]
    state.pos = match.end()
    return True


def _formula(state: StateInline, silent: bool) -> bool:
    match = _FORMULA.match(state.src, state.pos)
    if match is None:
        return False
    if not silent:
        token = state.push("formula", "", 0)
        token.content, token.markup = html.unescape(match[3]), match[1]
        token.meta = {"latex": match[2]}
    state.pos = match.end()
    return True
