"""Reads web pages: every text node of the body becomes part of exactly one block, whatever it may be good for.

Which of it is the article is not decided here; navigation, footers and hidden elements arrive as blocks as well, with
the looks that tell. The tree is read as a stream of start, text and end events, so that depth costs no recursion. Where
libxml2 gives up (it keeps at most 2048 levels), Python's own tolerant parser feeds the same stream.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from html.parser import HTMLParser

from lxml import etree

from docpipe.errors import DocpipeError, ErrorCode
from docpipe.model import PRODUCER, BlockType, Document, Note, Run, Source, describe_source
from docpipe.preflight import html as preflight
from docpipe.readers.encoding import Decoded, decode, doubts
from docpipe.readers.html.builder import Builder
from docpipe.readers.html.formulas import show_once
from docpipe.readers.html.lists import count_back
from docpipe.readers.html.notes import NoteText, mark_notes, may_have_notes, note_text, take_notes
from docpipe.readers.html.own import displayed_formulas, give_looks, is_own, take_contents
from docpipe.readers.html.parts import NO_PARTS, Part, Parts, fill_frames, parts_beside
from docpipe.readers.html.properties import properties
from docpipe.readers.html.sheets import style_sheet
from docpipe.readers.html.styles import names
from docpipe.readers.html.word import classes, document_properties
from docpipe.settings import Settings

_NO_ATTRIBUTES: dict[str, str] = {}
# Elements that hold no text of the page; most of those in a head.
_SILENT = names("base link meta param script source style track")
_VOID = names("area base br col embed frame hr img input link meta param source track wbr")
_TEMPLATE_PARTS = re.compile(
    rb"<!--.*?-->|<(?P<raw>script|style)\b.*?</(?P=raw)\s*>|<(?P<end>/?)template\b[^>]*>",
    re.I | re.S,
)
_CLOSING_TAGS = re.compile(rb"</(?:body|html)\s*>", re.I)


def read(source: Source, settings: Settings) -> Document:
    """The document of a page, all of it. Raises DocpipeError(NO_TEXT) if its body holds no text."""

    def check(page: bytes) -> None:
        preflight.check(page, source.name, settings.limits)

    parts = parts_beside(source.beside, check)
    return read_page(source, Part("text/html", source.data), parts)


def read_page(source: Source, page: Part, parts: Parts) -> Document:
    """The document of a page that came with other files. Raises as `read` does."""
    decoded = _decoded(page)
    data = _prepared(decoded.text)
    parser = _parser()
    root = etree.fromstring(data, parser) if not data.isspace() and data else None
    if root is None:
        raise DocpipeError(ErrorCode.NO_TEXT, "the page is empty", source.name)
    claimed = document_properties(decoded.text) | properties(root)
    own = is_own(root, claimed)
    if not own and claimed.get("producer") == PRODUCER:
        del claimed["producer"]
    sheet = {} if own else classes(decoded.text) or style_sheet(root)
    builder = Builder(parts, sheet, whole=own)
    taken: list[NoteText] = []
    contents = None
    too_deep = bool(parser.error_log.filter_types([etree.ErrorTypes.ERR_RESOURCE_LIMIT]))
    if too_deep:
        _Salvage(builder).feed(data.decode("utf-8"))
    else:
        fill_frames(root, parts, _tree, lambda part: _decoded(part).text)
        if b"reversed" in data:
            count_back(root)
        if b"<math" in data:
            show_once(root)
        if own:
            contents = take_contents(root)
            give_looks(root)
            taken = take_notes(root, own)
        _walk(root, builder)
    blocks = builder.finish()
    if not own and not too_deep and may_have_notes(blocks):
        # Only few pages have notes: to look for them in each costs more than to build these anew.
        taken = take_notes(root)
        if taken:
            builder = Builder(parts, sheet)
            _walk(root, builder)
            blocks = builder.finish()
    notes = _read_notes(taken, blocks)
    if own:
        blocks = displayed_formulas(blocks)
    if contents is not None:
        blocks += _printed(contents)
    if not blocks:
        raise DocpipeError(ErrorCode.NO_TEXT, "the page's body holds no text", source.name)
    document = Document(
        source=describe_source(source, encoding=decoded.encoding),
        blocks=blocks,
        notes=notes,
        assets=builder.assets,
        properties=claimed,
        warnings=builder.warnings,
    )
    document.warnings += doubts(decoded)
    return document


def _printed(element: etree._Element) -> list[BlockType]:
    """What stands in an element, as blocks that are no part of the text."""
    builder = Builder(NO_PARTS, {})
    _walk(element, builder)
    blocks = builder.finish()
    for block in blocks:
        block.layer, block.runs = "hidden", (Run(0, len(block.text), hidden="contents"),)
    return blocks


def _read_notes(taken: Sequence[NoteText], blocks: list[BlockType]) -> list[Note]:
    """The notes of a page; its `blocks` get the marks of the notes, and at the end what leads back to these."""
    notes = []
    for note in taken:
        builder = Builder(NO_PARTS, {})
        _walk(note.element, builder)
        text, printed = note_text(builder.finish())
        notes.append(Note(note.id, text))
        blocks += printed
    if notes:
        mark_notes(blocks)
    return notes


def _decoded(page: Part) -> Decoded:
    return decode(page.data, markup=True, label=page.charset)


def _parser() -> etree.HTMLParser:
    return etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)


def _tree(markup: str) -> etree._Element | None:
    """The tree of a frame's page, None of an empty one."""
    data = _prepared(markup)
    return etree.fromstring(data, _parser()) if not data.isspace() and data else None


def _prepared(text: str) -> bytes:
    """A page without what libxml2 stumbles over: NUL, templates, and what ends a page that goes on."""
    data = text.replace("\0", "").encode("utf-8", "replace")
    lower = data.lower()
    if b"<template" in lower:
        return _without_closing_tags(_without_templates(data), 0)
    ends = [at for at in (lower.find(b"</body"), lower.find(b"</html")) if at >= 0]
    return _without_closing_tags(data, min(ends)) if ends else data


def _without_templates(data: bytes) -> bytes:
    """A page without its templates. libxml2 lets one run on over its end where an element in it was left open."""
    kept: list[bytes] = []
    position = depth = 0
    for match in _TEMPLATE_PARTS.finditer(data):
        if match["end"] is None:
            continue
        if match["end"]:
            if depth == 1:
                position = match.end()
            depth = max(depth - 1, 0)
        else:
            if depth == 0:
                kept.append(data[position : match.start()])
            depth += 1
    return b"".join(kept) + (b"" if depth else data[position:])


def _without_closing_tags(data: bytes, start: int) -> bytes:
    """A page without </body> and </html>: libxml2 drops what follows them, which badly joined pages put in their middle."""
    return data[:start] + _CLOSING_TAGS.sub(b"", data[start:])


def _walk(root: etree._Element, builder: Builder) -> None:
    start, add, end = builder.start, builder.text, builder.end
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag
        if event == "end":
            if tag not in _SILENT:
                end()
            text = element.tail
        elif tag in _SILENT:
            continue
        else:
            attributes = element.items()
            start(tag, dict(attributes) if attributes else _NO_ATTRIBUTES)
            text = element.text
        if text:
            add(text)


class _Salvage(HTMLParser):
    """Feeds the builder from Python's parser, which knows no limit of depth."""

    def __init__(self, builder: Builder) -> None:
        super().__init__(convert_charrefs=True)
        self._builder = builder
        self._open: list[str] = []
        self._count: Counter[str] = Counter()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._builder.start(tag, {name: value or "" for name, value in attrs})
        if tag in _VOID:
            self._builder.end()
        else:
            self._open.append(tag)
            self._count[tag] += 1

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        # What was never opened is ignored; what was left open inside ends here.
        while self._count[tag]:
            closed = self._open.pop()
            self._count[closed] -= 1
            self._builder.end()
            if closed == tag:
                return

    def handle_data(self, data: str) -> None:
        self._builder.text(data)
