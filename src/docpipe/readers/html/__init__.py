"""Reads web pages: every text node of the body becomes part of exactly one block, whatever it may be good for.

Which of it is the article is not decided here; navigation, footers and hidden elements arrive as blocks as well, with
the looks that tell. The tree is read as a stream of start, text and end events, so that depth costs no recursion. Where
libxml2 gives up (it keeps at most 2048 levels), Python's own tolerant parser feeds the same stream.
"""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser

from lxml import etree

from docpipe.errors import DocpipeError, ErrorCode
from docpipe.model import Document, Source, describe_source
from docpipe.readers.encoding import decode, doubts
from docpipe.readers.html.builder import Builder
from docpipe.readers.html.properties import properties
from docpipe.readers.html.styles import names
from docpipe.settings import Settings

_VOID = names("area base br col embed frame hr img input link meta param source track wbr")
# libxml2 drops what follows </html>, which badly joined pages put in their middle.
_TEMPLATE_PARTS = re.compile(
    r"<!--.*?-->|<(?P<raw>script|style)\b.*?</(?P=raw)\s*>|<(?P<end>/?)template\b[^>]*>",
    re.I | re.S,
)
_CLOSING_TAGS = re.compile(r"</(?:body|html)\s*>", re.I)


def read(source: Source, settings: Settings) -> Document:
    """The document of a page, all of it. Raises DocpipeError(NO_TEXT) if its body holds no text."""
    decoded = decode(source.data, markup=True)
    text = _CLOSING_TAGS.sub("", _without_templates(decoded.text.replace("\0", "")))
    parser = etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True
    )
    root = etree.fromstring(text.encode("utf-8"), parser) if text.strip() else None
    builder = Builder()
    if root is None:
        raise DocpipeError(ErrorCode.NO_TEXT, "the page is empty", source.name)
    if parser.error_log.filter_types([etree.ErrorTypes.ERR_RESOURCE_LIMIT]):
        _Salvage(builder).feed(text)
    else:
        _walk(root, builder)
    blocks = builder.finish()
    if not blocks:
        raise DocpipeError(ErrorCode.NO_TEXT, "the page's body holds no text", source.name)
    document = Document(
        source=describe_source(source, encoding=decoded.encoding),
        blocks=blocks,
        assets=builder.assets,
        properties=properties(root),
        warnings=builder.warnings,
    )
    document.warnings += doubts(decoded)
    return document


def _without_templates(text: str) -> str:
    """A page without its templates. libxml2 lets one run on over its end where an element in it was left open."""
    if "<template" not in text.lower():
        return text
    kept: list[str] = []
    position = depth = 0
    for match in _TEMPLATE_PARTS.finditer(text):
        if match["end"] is None:
            continue
        if match["end"]:
            if depth == 1:
                position = match.end()
            depth = max(depth - 1, 0)
        else:
            if depth == 0:
                kept.append(text[position : match.start()])
            depth += 1
    return "".join(kept) + ("" if depth else text[position:])


def _walk(root: etree._Element, builder: Builder) -> None:
    start, add, end = builder.start, builder.text, builder.end
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "start":
            start(element.tag, element.attrib)
            if element.text:
                add(element.text)
        else:
            end()
            if element.tail:
                add(element.tail)


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
