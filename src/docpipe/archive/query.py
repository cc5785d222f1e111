"""The language of queries: words, "phrases", AND OR NOT (与 或 非), parentheses, prefixes (党建*), fields (title:党建).

    query  = some { OR some }
    some   = one { [AND] one }
    one    = NOT one | [ field ":" ] ( word [ "*" ] | phrase [ "*" ] | "(" query ")" )

A Chinese word is a phrase of its characters. NOT takes away from what stands beside it, so it cannot stand alone.
Positions in errors count characters from 1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from docpipe.archive.words import spellings, words
from docpipe.errors import DocpipeError, ErrorCode

FIELDS = {
    "title": "title",
    "heading": "heading",
    "text": "text",
    "org": "organization",
    "author": "author",
    "kind": "kind",
    "number": "document_number",
    "source": "path",
}
"""Field of a query -> column of the index. `heading` and `text` are a section's, the others its document's."""

_CHINESE_FIELDS = {
    "标题": "title",
    "小标题": "heading",
    "正文": "text",
    "单位": "organization",
    "作者": "author",
    "类型": "kind",
    "文号": "document_number",
    "来源": "path",
}
_SECTION_FIELDS = frozenset({"", "heading", "text"})
_OPERATORS = {"AND": "AND", "OR": "OR", "NOT": "NOT", "与": "AND", "或": "OR", "非": "NOT"}
_QUOTES = {'"': '"', "“": "”", "「": "」", "＂": "＂"}
_OPEN, _CLOSE, _STARS = "(（", ")）", "*＊"
_WORD_END = re.compile(r"[\s\"“「＂()（）*＊]")
# A field's name, also where a space follows the colon; any other name is a wrong one only right before a word.
_FIELD = re.compile(rf"(?i:({'|'.join((*FIELDS, *_CHINESE_FIELDS))}))[:：]|([A-Za-z]+)[:：](?=\S)")
_MAX_DEPTH = 50


class Phrase(NamedTuple):
    """Words that stand next to one another, in a column of the index ("" is heading or text)."""

    field: str
    words: tuple[str, ...]
    prefix: bool = False


class And(NamedTuple):
    """All of these. A `Not` among them takes away."""

    parts: tuple[Node, ...]


class Or(NamedTuple):
    """Any of these."""

    parts: tuple[Node, ...]


class Not(NamedTuple):
    """What this does not match; a part of an `And` only."""

    part: Node


Node = Phrase | And | Or | Not


class _Token(NamedTuple):
    """A piece of the query: kind "word", "phrase", "field", "star", "(", ")", an operator, or "end"."""

    kind: str
    text: str
    position: int


def parse(query: str) -> Node:
    """The tree of a query.

    Raises DocpipeError with the position: QUERY_QUOTE, QUERY_PARENTHESIS, QUERY_OPERAND, QUERY_NOT, QUERY_FIELD, QUERY_EMPTY.
    """
    return _Parser(query).parse()


def is_of_sections(node: Node) -> bool:
    """Whether the node asks only for what stands in a section itself."""
    return all(phrase.field in _SECTION_FIELDS for phrase in phrases(node))


def is_of_documents(node: Node) -> bool:
    """Whether the node asks only for what is known of a document."""
    return all(phrase.field not in _SECTION_FIELDS for phrase in phrases(node))


def phrases(node: Node) -> Iterator[Phrase]:
    """All phrases of a tree, those that are taken away too."""
    match node:
        case Phrase():
            yield node
        case Not():
            yield from phrases(node.part)
        case And() | Or():
            for part in node.parts:
                yield from phrases(part)


def wanted(node: Node) -> Iterator[Phrase]:
    """The phrases that a hit may show."""
    match node:
        case Phrase():
            yield node
        case And() | Or():
            for part in node.parts:
                yield from wanted(part)


def expression(node: Node) -> str:
    """The node in FTS5's language. All its phrases must be of one table."""
    match node:
        case Phrase():
            return _phrase_expression(node)
        case Not():
            raise AssertionError("a NOT is part of an AND")
        case Or():
            return "(" + " OR ".join(map(expression, node.parts)) + ")"
        case And():
            found = " AND ".join(expression(p) for p in node.parts if not isinstance(p, Not))
            without = [expression(p.part) for p in node.parts if isinstance(p, Not)]
            return f"(({found}) NOT ({' OR '.join(without)}))" if without else f"({found})"


def _phrase_expression(phrase: Phrase) -> str:
    # Words hold no quotation mark: it is punctuation.
    star = " *" if phrase.prefix else ""
    column = f"{phrase.field} : " if phrase.field else ""
    options = [f'{column}"{" ".join(one)}"{star}' for one in spellings(phrase.words)]
    return options[0] if len(options) == 1 else "(" + " OR ".join(options) + ")"


def _tokens(query: str) -> Iterator[_Token]:
    position = 0
    while position < len(query):
        char = query[position]
        start = position
        if char.isspace():
            position += 1
        elif char in _OPEN or char in _CLOSE:
            position += 1
            yield _Token("(" if char in _OPEN else ")", char, start)
        elif char in _STARS:
            position += 1
            yield _Token("star", char, start)
        elif char in _QUOTES:
            end = query.find(_QUOTES[char], position + 1)
            if end < 0:
                raise DocpipeError(ErrorCode.QUERY_QUOTE, str(start + 1), query)
            position = end + 1
            yield _Token("phrase", query[start + 1 : end], start)
        elif field := _FIELD.match(query, position):
            position = field.end()
            yield _Token("field", field[1] or field[2], start)
        else:
            stop = _WORD_END.search(query, position)
            position = stop.start() if stop else len(query)
            text = query[start:position]
            yield _Token(_OPERATORS.get(text, "word"), text, start)
    yield _Token("end", "", len(query))


class _Parser:
    """Recursive descent over the tokens."""

    def __init__(self, query: str) -> None:
        self._query = query
        self._tokens = list(_tokens(query))
        self._at = 0
        self._depth = 0

    def parse(self) -> Node:
        if self._next.kind == "end":
            raise self._error(ErrorCode.QUERY_EMPTY, self._next)
        node = self._either("")
        if self._next.kind == ")":
            raise self._error(ErrorCode.QUERY_PARENTHESIS, self._next)
        return node

    @property
    def _next(self) -> _Token:
        return self._tokens[self._at]

    def _take(self) -> _Token:
        token = self._next
        self._at += 1
        return token

    def _error(self, code: ErrorCode, token: _Token) -> DocpipeError:
        where = str(token.position + 1)
        return DocpipeError(code, f"{where} ({token.text})" if token.text else where, self._query)

    def _either(self, field: str) -> Node:
        start = self._next
        parts = [self._all(field)]
        while self._next.kind == "OR":
            self._take()
            parts.append(self._all(field))
        if any(isinstance(part, Not) for part in parts):
            raise self._error(ErrorCode.QUERY_NOT, start)
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _all(self, field: str) -> Node:
        start = self._next
        parts = [self._one(field)]
        while self._next.kind not in ("OR", ")", "end"):
            if self._next.kind == "AND":
                self._take()
            parts.append(self._one(field))
        if len(parts) == 1:
            return parts[0]
        if all(isinstance(part, Not) for part in parts):
            raise self._error(ErrorCode.QUERY_NOT, start)
        return And(tuple(parts))

    def _one(self, field: str) -> Node:
        token = self._take()
        match token.kind:
            case "NOT":
                part = self._one(field)
                return part.part if isinstance(part, Not) else Not(part)
            case "field":
                return self._one(self._column(token))
            case "(":
                return self._group(token, field)
            case "word" | "phrase":
                return self._phrase(token, field)
            case ")" if self._depth == 0:
                raise self._error(ErrorCode.QUERY_PARENTHESIS, token)
            case _:
                raise self._error(ErrorCode.QUERY_OPERAND, token)

    def _group(self, opening: _Token, field: str) -> Node:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise self._error(ErrorCode.QUERY_PARENTHESIS, opening)
        node = self._either(field)
        if self._take().kind != ")":
            raise self._error(ErrorCode.QUERY_PARENTHESIS, opening)
        self._depth -= 1
        return node

    def _column(self, token: _Token) -> str:
        column = FIELDS.get(token.text.lower()) or _CHINESE_FIELDS.get(token.text)
        if column is None:
            raise self._error(ErrorCode.QUERY_FIELD, token)
        return column

    def _phrase(self, token: _Token, field: str) -> Phrase:
        found = words(token.text)
        if not found:
            raise self._error(ErrorCode.QUERY_EMPTY, token)
        prefix = self._next.kind == "star"
        if prefix:
            self._take()
        return Phrase(field, found, prefix)
