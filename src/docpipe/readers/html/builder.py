"""Turns the stream of start, text and end events into blocks in reading order."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import urllib.parse
from collections.abc import Hashable, Mapping

from msgspec.structs import replace

from docpipe.errors import WarningCode, warning
from docpipe.model import (
    Asset,
    BlockType,
    Image,
    Layer,
    Paragraph,
    Place,
    Warning,
)
from docpipe.readers.html import unscripted
from docpipe.readers.html.lists import Item, next_item, open_list
from docpipe.readers.html.looks import Frame, dominant_look, join_pieces
from docpipe.readers.html.parts import Part, Parts
from docpipe.readers.html.sheets import Sheet, declared_for
from docpipe.readers.html.styles import (
    BLOCKS,
    NO_HINTS,
    SPEAKING_TAGS,
    Style,
    declarations,
    inner_hints,
    inner_style,
    link_of,
    names,
    styling,
    unfolds,
    whole_number,
)
from docpipe.readers.html.tables import CellDraft, TableDraft, build_table, has_border, is_data
from docpipe.readers.html.word import take_mark

_SKIPPED = frozenset(("script", "style", "template"))
_OPENED = names("ul ol menu dir li table thead tbody tfoot tr td th hr noscript")
_PICTURES = ("img", "amp-img")
_LATE_SOURCES = ("data-src", "data-original", "data-lazy-src", "data-actualsrc", "src")
"""Where the address of a picture stands: what a script loads late goes before what stands in for it until then."""

_PATH_LENGTH = 64
_SMALLEST_PICTURE = 300
"""Bytes. Below are the blank pictures that stand in until a script loads the real one."""


_DATA_URI = re.compile(r"data:(image/[\w.+-]+)((?:;[\w=.-]+)*?)(;base64)?,(.*)", re.S | re.I)
_INVISIBLE_TEXT = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]+")


class Builder:
    """Turns start, text and end events into blocks.

    `parts` are the files that came with the page, `sheet` is what its style sheets declare. In
    a page that is `whole`, nothing lays out the page: tables are tables, and what is hidden is hidden.
    """

    def __init__(self, parts: Parts, sheet: Sheet, *, whole: bool = False) -> None:
        self._parts = parts
        self._sheet = sheet
        self._whole = whole
        self.assets: list[Asset] = []
        self.warnings: list[Warning] = []
        self._blocks: list[BlockType] = []
        self._sink = self._blocks
        self._stack = [Frame("body", Style(), NO_HINTS, None, None, (), True)]
        self._styles: dict[Hashable, tuple[Style, bool]] = {}
        self._tables: list[TableDraft] = []
        self._pieces: list[tuple[str, Frame]] = []
        self._item: Item | None = None
        self._blank = False
        self._skipping = 0
        self._elements = 0
        self._unscripted: set[int] = set()
        self._paragraphs = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins. Each start is followed by its `end`, for void elements as well."""
        parent = self._stack[-1]
        # The head's title is a property of the page; a title in the body, as drawings have, is text.
        if self._skipping or tag in _SKIPPED or (tag == "title" and parent.tag == "head"):
            self._skipping += 1
            return
        if tag == "br":
            self._end_line()
            self._stack.append(parent)
            return
        style, hints, link = parent.style, parent.hints, parent.link
        block = tag in BLOCKS
        if self._sheet and ("class" in attributes or tag in self._sheet):
            attributes = self._styled(tag, attributes)
        if attributes or tag in SPEAKING_TAGS:
            hints = inner_hints(hints, tag, attributes)
        role = tag
        if tag == "a":
            address = link_of(attributes)
            if address is None:
                role = "span"
            else:
                link = address
        said = styling(role, attributes)
        if said is not None:
            style, displayed = self._inner_style(style, said, role, attributes)
            block = block or displayed
            if style.hidden and not parent.style.hidden and unfolds(tag, hints):
                style = style._replace(hidden=False)
        if block:
            if self._pieces:
                self._flush()
            self._elements += 1
            path = parent.path
            if len(path) < _PATH_LENGTH:
                path = (*path, self._elements)
            frame = Frame(tag, style, hints, link, parent, path, True)
            self._stack.append(frame)
            if tag in _OPENED:
                self._open_block(frame, attributes)
        elif style is parent.style and hints is parent.hints and link == parent.link:
            self._stack.append(parent)
        else:
            self._stack.append(Frame(tag, style, hints, link, parent, parent.path, False))
        if tag in _PICTURES:
            self._picture(attributes)

    def text(self, data: str) -> None:
        """A text node."""
        if self._skipping:
            return
        frame = self._stack[-1]
        if "\n" in data and frame.style.preformatted:
            lines = data.split("\n")
            for line in lines[:-1]:
                self._pieces.append((line, frame))
                self._end_line()
            data = lines[-1]
        if self._pieces or not data.isspace() or "\xa0" in data or "\u3000" in data:
            self._pieces.append((data, frame))

    def end(self) -> None:
        """The element that began last, and is still open, ends."""
        if self._skipping:
            self._skipping -= 1
            return
        frame = self._stack.pop()
        if not frame.block or frame is self._stack[-1]:
            return
        if self._pieces:
            self._flush()
        if frame.tag == "li":
            self._item = None
        elif frame.tag in ("td", "th") and self._tables:
            self._sink = self._tables[-1].outer
        elif frame.tag == "table" and self._tables:
            self._close_table()

    def finish(self) -> list[BlockType]:
        """All blocks, in reading order."""
        while len(self._stack) > 1:
            self.end()
        self._flush()
        blocks = _unhide(self._blocks)
        if self._unscripted:
            unscripted.show(blocks, self._unscripted)
        return blocks

    def _styled(self, tag: str, attributes: Mapping[str, str]) -> Mapping[str, str]:
        """An element's attributes with what the style sheet declares for it before its own style."""
        declared = declared_for(self._sheet, tag, attributes.get("class", ""))
        own = attributes.get("style", "")
        return {**attributes, "style": f"{declared};{own}"} if declared else attributes

    def _inner_style(
        self, style: Style, said: Hashable, tag: str, attributes: Mapping[str, str]
    ) -> tuple[Style, bool]:
        """As `inner_style`, which a page's thousand elements need only some dozen times."""
        key = (style, said)
        known = self._styles.get(key)
        if known is None:
            known = self._styles[key] = inner_style(style, tag, attributes)
        return known

    def _open_block(self, frame: Frame, attributes: Mapping[str, str]) -> None:
        tag = frame.tag
        if tag in ("ul", "ol", "menu", "dir"):
            declared = declarations(attributes.get("style", ""))
            frame.list = open_list(tag, frame.list, attributes, declared)
        elif tag == "li":
            self._item = next_item(frame.list, attributes)
        elif tag == "table":
            number = self._paragraphs
            self._paragraphs += 1
            self._tables.append(TableDraft(frame, number, self._sink, attributes))
        elif tag in ("thead", "tbody", "tfoot") and self._tables:
            self._tables[-1].group += 1
        elif tag == "tr" and self._tables:
            self._tables[-1].rows.append([])
        elif tag in ("td", "th") and self._tables:
            self._open_cell(frame, attributes)
        elif tag == "hr":
            self._blank = True
        elif tag == "noscript" and not self._stack[-2].style.hidden:
            self._unscripted.add(self._elements)

    def _open_cell(self, frame: Frame, attributes: Mapping[str, str]) -> None:
        table = self._tables[-1]
        if not table.rows:
            table.rows.append([])
        cell = CellDraft(
            # HTML Standard, 4.9.11: the limits are 65534 rows and 1000 columns.
            min(whole_number(attributes.get("rowspan"), 1), 65534),
            min(whole_number(attributes.get("colspan"), 1), 1000),
            frame.tag == "th",
            table.group,
        )
        table.rows[-1].append(cell)
        table.border = table.border or has_border(attributes)
        self._sink = cell.blocks
        frame.list = None
        self._item = None
        self._blank = False

    def _close_table(self) -> None:
        table = self._tables.pop()
        self._sink = table.outer
        table.rows = [row for row in table.rows if row]
        if self._whole or is_data(table):
            self._sink.extend(build_table(table))
        else:
            for row in table.rows:
                for cell in row:
                    self._sink.extend(cell.blocks)

    def _picture(self, attributes: Mapping[str, str]) -> None:
        """A picture whose bytes came with the page. Others are addresses, which are not fetched."""
        least = 1 if self._whole else _SMALLEST_PICTURE
        addresses = [attributes[name].strip() for name in _LATE_SOURCES if name in attributes]
        # Candidates are "address descriptor", with commas between (HTML Standard, 4.8.4.2.1).
        addresses += [
            one.split()[0] for one in attributes.get("srcset", "").split(", ") if one.strip()
        ]
        files = (self._picture_file(address) for address in addresses)
        file = next((one for one in files if one is not None and len(one.data) >= least), None)
        if file is None:
            return
        media_type, raw = file.media_type, file.data
        self._flush()
        digest = hashlib.sha256(raw).hexdigest()
        name = f"image{len(self.assets) + 1}.{media_type.partition('/')[2].partition('+')[0]}"
        asset = next((known for known in self.assets if known.sha256 == digest), None)
        if asset is None:
            asset = Asset(name, name, media_type, digest, len(raw), raw)
            self.assets.append(asset)
        alternative = " ".join(attributes.get("alt", "").split())
        frame = self._stack[-1]
        self._sink.append(
            Image(
                text=alternative,
                asset=asset.id,
                at=self._place(),
                look=dominant_look([(frame, 1)], ""),
                layer="hidden" if frame.style.hidden else "body",
            )
        )

    def _picture_file(self, address: str) -> Part | None:
        """The picture at an address: in the address itself, or among the page's parts."""
        match = _DATA_URI.match(address)
        if not match:
            part = self._parts.find(address) if address else None
            return part if part is not None and part.media_type.startswith("image/") else None
        media_type, _, is_base64, payload = match.groups()
        raw = urllib.parse.unquote_to_bytes(payload)
        if is_base64:
            try:
                raw = base64.b64decode(raw)
            except binascii.Error:
                detail = f"a picture whose data is damaged ({media_type})"
                self.warnings.append(warning(WarningCode.NOT_CONVERTED, detail))
                return None
        return Part(media_type, raw)

    def _place(self) -> tuple[Place, ...]:
        place = Place(part="body", paragraph=self._paragraphs)
        self._paragraphs += 1
        return (place,)

    def _end_line(self) -> None:
        """A <br>, or a line's end in <pre>: what stands before is a block; nothing before is an empty line."""
        if self._pieces:
            self._flush()
        else:
            self._blank = True

    def _flush(self) -> None:
        pieces = self._pieces
        if not pieces:
            return
        self._pieces = []
        first = pieces[0][1].style
        if first.list_mark:
            pieces, item = take_mark(pieces)
            self._item = item if first.heading is None else None
        hidden = _is_hidden(pieces)
        text, runs, frames = join_pieces(pieces, mark_hidden=not hidden)
        if not text:
            self._blank = True
            return
        layer: Layer = "hidden" if hidden or _is_invisible(text) else "body"
        look = dominant_look(frames, pieces[0][0])
        paragraph = Paragraph(
            text=text,
            at=self._place(),
            layer=layer,
            look=look,
            runs=runs,
            space_before=self._blank and bool(self._sink),
        )
        item = self._item
        if item and look.heading is None:
            paragraph.label, paragraph.list_level, paragraph.bullet = item
            if not first.list_mark:
                paragraph.look = replace(look, tag="li")
            self._item = None
        self._sink.append(paragraph)
        self._blank = False


def _is_invisible(text: str) -> bool:
    """Whether a text is nothing but characters without a shape."""
    return not text.isascii() and _INVISIBLE_TEXT.fullmatch(text) is not None


def _is_hidden(pieces: list[tuple[str, Frame]]) -> bool:
    """Whether all that is no white space lies in hidden elements."""
    return all(frame.style.hidden or raw.isspace() for raw, frame in pieces)


def _unhide(blocks: list[BlockType]) -> list[BlockType]:
    """A page that hides most of its text is one that shows it by a script: then nothing counts as hidden."""
    hidden = sum(len(block.text) for block in blocks if block.layer == "hidden")
    if 2 * hidden > sum(len(block.text) for block in blocks):
        for block in blocks:
            block.layer = "body"
    return blocks
