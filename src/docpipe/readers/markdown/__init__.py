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
    Look,
    Paragraph,
    Place,
    Run,
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

_TITLE_FIELD = re.compile(r"title\s*[:=]", re.I)
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
    text_blocks = _title_first(blocks.read(tokens))
    headed = any(block.look.heading in (0, 1) for block in text_blocks)
    title = "" if headed else properties.get("title", "")
    document.blocks = [*_properties(fields, title), *text_blocks]
    document.notes = blocks.notes
    return document


def _properties(fields: str, title: str) -> Iterator[Paragraph]:
    """The lines of the front matter, which begins on the second line: hidden, but for the `title` that programs show above
    a text that has no heading of its own ("" if it has)."""
    for number, line in enumerate(fields.split("\n"), 2):
        words = " ".join(line.split())
        start = words.find(title) if title and _TITLE_FIELD.match(words) else -1
        if start >= 0:
            title, end = "", start + len(title)
            around = (Run(0, start, hidden="vanish"), Run(end, len(words), hidden="vanish"))
            yield Paragraph(
                text=words,
                at=(Place(line=number),),
                look=Look(heading=0),
                runs=tuple(run for run in around if run.start < run.end),
            )
        elif words:
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
