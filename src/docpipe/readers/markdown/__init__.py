"""Reads Markdown: CommonMark with GitHub's tables, strike and notes, parsed by markdown-it.

Headings come as paragraphs with the level they claim, so that `outline` weighs them as it does those of any format.
`parser` holds the grammar, `blocks` turns its tokens into blocks, `raw_html` reads the HTML between them, `front_matter` the
properties before them, `lines` and `labels` what these share.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

from msgspec.structs import replace

from docpipe.errors import WarningCode, warning
from docpipe.model import (
    Asset,
    BlockType,
    Document,
    Paragraph,
    Place,
    Source,
    describe_source,
)
from docpipe.readers.encoding import decode, doubts
from docpipe.readers.markdown import front_matter
from docpipe.readers.markdown.blocks import Blocks
from docpipe.readers.markdown.parser import parse
from docpipe.settings import Settings

_PRODUCER = "docpipe"
_MARK = "<!-- docpipe -->"
"""The last line of a file that docpipe wrote: there it disturbs neither a reader nor who looks for the title."""

_DATA_URI = re.compile(r"data:(image/[\w.+-]+)((?:;[\w=.-]+)*?)(;base64)?,(.*)", re.S | re.I)


def read(source: Source, settings: Settings) -> Document:
    """The document in a Markdown text. Any bytes can be read; a doubtful encoding is a warning, never an error."""
    decoded = decode(source.data)
    text = decoded.text.replace("\r\n", "\n").replace("\r", "\n")
    document = Document(source=describe_source(source, encoding=decoded.encoding))
    document.warnings += doubts(decoded)
    finished = text.rstrip().endswith(_MARK)
    if finished:
        document.properties["producer"] = _PRODUCER
    fields, properties, start = front_matter.split(text)
    document.properties.update(properties)
    # Empty lines stand for what was taken out, so that lines are counted from the top.
    tokens, notes = parse("\n" * text.count("\n", 0, start) + text[start:], finished)
    blocks = Blocks(notes, _Pictures(document).add, finished)
    document.blocks = [*_hidden_lines(fields), *_title_first(blocks.read(tokens))]
    document.notes = blocks.notes
    return document


def _hidden_lines(fields: str) -> Iterator[Paragraph]:
    """The lines of the front matter, which begins on the second line."""
    for number, line in enumerate(fields.split("\n"), 2):
        words = " ".join(line.split())
        if words:
            yield Paragraph(text=words, layer="hidden", at=(Place(line=number),))


def _title_first(blocks: list[BlockType]) -> list[BlockType]:
    """A single leading level-1 heading is the document's title."""
    tops = [index for index, block in enumerate(blocks) if block.look.heading == 1]
    if tops != [0]:
        return blocks
    return [replace(blocks[0], look=replace(blocks[0].look, heading=0)), *blocks[1:]]


class _Pictures:
    """Keeps the pictures that a text holds itself as assets of the document; others are addresses, which are not followed."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def add(self, address: str) -> str:
        """The id of the picture's asset: the name it is given, or the address."""
        match = _DATA_URI.match(address)
        if match is None:
            return address
        media_type, _, is_base64, payload = match.groups()
        data = unquote_to_bytes(payload)
        assets = self._document.assets
        name = f"image{len(assets) + 1}.{media_type.partition('/')[2].partition('+')[0]}"
        if is_base64:
            try:
                data = base64.b64decode(data)
            except binascii.Error:
                detail = f"a picture whose data is damaged ({media_type})"
                self._document.warnings.append(warning(WarningCode.NOT_CONVERTED, detail))
                return name
        digest = hashlib.sha256(data).hexdigest()
        known = next((asset for asset in assets if asset.sha256 == digest), None)
        if known is None:
            known = Asset(name, name, media_type, digest, len(data), data)
            assets.append(known)
        return known.id
