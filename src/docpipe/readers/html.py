"""Reads web pages: every text node of the body becomes part of exactly one block, whatever it may be good for.

Which of it is the article is not decided here; navigation, footers and hidden elements arrive as blocks as well, with
the looks that tell. The tree is read as a stream of start, text and end events, so that depth costs no recursion. Where
libxml2 gives up (it keeps at most 2048 levels), Python's own tolerant parser feeds the same stream.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
import urllib.parse
from collections import Counter
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from typing import Any, NamedTuple

import msgspec
from lxml import etree

from docpipe.errors import DocpipeError, ErrorCode, WarningCode, warning
from docpipe.model import (
    Alignment,
    Asset,
    BlockType,
    Cell,
    Document,
    Image,
    Layer,
    Look,
    Paragraph,
    Place,
    Run,
    Source,
    SourceInfo,
    Table,
    Warning,
    table_text,
)
from docpipe.readers.encoding import decode
from docpipe.settings import Settings


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_BLOCKS = _names(
    "address article aside blockquote body button caption center dd details dialog dir div dl dt "
    "fieldset figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr html "
    "iframe legend li listing main menu nav noframes noscript object ol optgroup option p "
    "plaintext pre search section select summary table tbody td textarea tfoot th thead title tr "
    "ul xmp"
)
_SKIPPED = frozenset(("script", "style", "template", "head"))
_INVISIBLE = frozenset(("noscript", "title", "datalist"))
_VOID = _names("area base br col embed frame hr img input link meta param source track wbr")
_PREFORMATTED = frozenset(("pre", "xmp", "listing", "plaintext", "textarea"))
_SPEAKING_TAGS = _names(
    "nav aside footer header article main form dialog figure figcaption button select"
)
_MARK_TAGS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "cite": "italic", "var": "italic",
    "dfn": "italic", "u": "underline", "ins": "underline", "s": "strike", "strike": "strike",
    "del": "strike", "sup": "superscript", "sub": "subscript", "code": "code", "kbd": "code",
    "samp": "code", "tt": "code",
}  # fmt: skip
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_ALIGNMENTS: dict[str, Alignment] = {
    "left": "left", "start": "left", "center": "center", "middle": "center", "right": "right",
    "end": "right", "justify": "justify",
}  # fmt: skip
_COLORS = {
    "black": "000000", "silver": "c0c0c0", "gray": "808080", "grey": "808080", "white": "ffffff",
    "maroon": "800000", "red": "ff0000", "purple": "800080", "fuchsia": "ff00ff", "green": "008000",
    "lime": "00ff00", "olive": "808000", "yellow": "ffff00", "navy": "000080", "blue": "0000ff",
    "teal": "008080", "aqua": "00ffff", "orange": "ffa500", "darkred": "8b0000", "crimson": "dc143c",
}  # fmt: skip
_FONT_SIZES = (7.5, 10.0, 12.0, 13.5, 18.0, 24.0, 36.0)  # points of <font size=1> … <font size=7>
_NAMED_SIZES = {
    "xx-small": 7.0, "x-small": 7.5, "small": 10.0, "medium": 12.0, "large": 13.5,
    "x-large": 18.0, "xx-large": 24.0,
}  # fmt: skip
_POINTS = {"pt": 1.0, "px": 0.75, "cm": 28.35, "mm": 2.835, "in": 72.0, "pc": 12.0}
_MEDIUM = 12.0
_IDEOGRAPHIC_SPACE = 10.5  # points, where the size is not known

_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
    (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_PROPERTY_SOURCES = {
    "title": ("articletitle", "og:title", "ld:headline", "citation_title", "dc.title", "title", "<title>"),
    "date": (
        "pubdate", "article:published_time", "ld:datePublished", "publishdate", "datepublished",
        "citation_publication_date", "dc.date", "dc.date.issued", "date", "og:updated_time",
    ),
    "author": ("author", "ld:author.name", "article:author", "citation_author", "dc.creator"),
    "organization": ("contentsource", "ld:publisher.name", "dc.publisher", "publisher", "copyright"),
    "language": ("<html lang>", "content-language", "og:locale", "dc.language", "language"),
    "keywords": ("keywords", "article:tag", "news_keywords"),
    "site": ("sitename", "og:site_name", "application-name"),
}  # fmt: skip

_HINTED_ANCESTORS = 8
_HINT_LENGTH = 200
_PATH_LENGTH = 64
_SMALLEST_PICTURE = 300
"""Bytes. Below are the blank pictures that stand in until a script loads the real one."""

_CJK = "\u2e80-\u303f\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff\uff01-\uff60"
_BREAK_IN_CJK = re.compile(f"(?<=[{_CJK}])[ \\t\\r]*\\n[ \\t\\r\\n]*(?=[{_CJK}])")
_WIDE = re.compile(f"[{_CJK}]")
_CLOSING_TAGS = re.compile(r"</(?:body|html)\s*>", re.I)
_LENGTH = re.compile(r"(-?[\d.]+)\s*(pt|px|em|rem|%|cm|mm|in|pc)")
_HEX_COLOR = re.compile(r"#([0-9a-f]{6}|[0-9a-f]{3})\b")
_RGB_COLOR = re.compile(r"rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})")
_DATA_URI = re.compile(r"data:(image/[\w.+-]+)((?:;[\w=.-]+)*?)(;base64)?,(.*)", re.S | re.I)
_UNSAFE_LINK = re.compile(r"\s*(?:javascript|data|vbscript):", re.I)
_BORDER_STYLE = re.compile(
    r"border(?:-(?:top|bottom|left|right))?\s*:\s*(?!none|0(?:px|pt)?\s*(?:;|$))", re.I
)
_INVISIBLE_TEXT = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]+")


class _Marks(NamedTuple):
    """The marks of a run, in the order of the fields of `model.Run` after its offsets."""

    bold: bool = False
    italic: bool = False
    underline: bool = False
    strike: bool = False
    superscript: bool = False
    subscript: bool = False
    code: bool = False
    link: str | None = None


_UNMARKED = _Marks()


class _Style(NamedTuple):
    """What an element inherits: how its text looks."""

    marks: _Marks = _UNMARKED
    bold: bool = False
    linked: bool = False
    heading: int | None = None
    size: float | None = None
    color: str | None = None
    font: str | None = None
    align: Alignment | None = None
    indent: float | None = None
    preformatted: bool = False
    hidden: bool = False


class _List:
    """An open <ul> or <ol>: where its counter stands."""

    __slots__ = ("kind", "level", "next", "step")

    def __init__(self, kind: str, first: int, step: int, level: int) -> None:
        self.kind = kind
        self.next = first
        self.step = step
        self.level = level


class _Item(NamedTuple):
    """What the list says of the next paragraph."""

    label: str
    level: int
    bullet: bool


class _Frame:
    """An open element. Inline elements that change nothing share the frame of their parent."""

    __slots__ = ("block", "chain", "container", "list", "path", "style", "tag")

    def __init__(
        self,
        tag: str,
        style: _Style,
        chain: tuple[str, ...],
        parent: _Frame | None,
        *,
        block: bool,
        path: tuple[int, ...],
    ) -> None:
        self.tag = tag
        self.style = style
        self.chain = chain
        self.block = block
        self.path = path
        self.container: _Frame = self if block or parent is None else parent.container
        self.list: _List | None = parent.list if parent else None


class _CellDraft:
    __slots__ = ("blocks", "colspan", "header", "rowspan")

    def __init__(self, rowspan: int, colspan: int, header: bool) -> None:
        self.rowspan = rowspan
        self.colspan = colspan
        self.header = header
        self.blocks: list[BlockType] = []


class _TableDraft:
    """An open <table>. `outer` is where blocks went before it and go after it."""

    __slots__ = ("border", "frame", "number", "outer", "presentation", "rows")

    def __init__(
        self, frame: _Frame, number: int, outer: list[BlockType], attributes: Mapping[str, str]
    ) -> None:
        self.frame = frame
        self.number = number
        self.outer = outer
        self.border = _has_border(attributes)
        self.presentation = attributes.get("role") in ("presentation", "none")
        self.rows: list[list[_CellDraft]] = []


def read(source: Source, settings: Settings) -> Document:
    """The document of a page, all of it. Raises DocpipeError(NO_TEXT) if its body holds no text."""
    decoded = decode(source.data, markup=True)
    text = _CLOSING_TAGS.sub("", decoded.text.replace("\0", ""))
    parser = etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True
    )
    # Surrogates cannot be encoded; a tolerant decoder never gives any, numeric references are resolved later.
    root = etree.fromstring(text.encode("utf-8"), parser) if text.strip() else None
    builder = _Builder()
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
        source=SourceInfo(
            name=source.name,
            path=source.path,
            format=source.format,
            bytes=len(source.data),
            sha256=source.sha256,
            encoding=decoded.encoding,
        ),
        blocks=blocks,
        assets=builder.assets,
        properties=_properties(root),
        warnings=builder.warnings,
    )
    if not decoded.certain:
        document.warnings.append(warning(WarningCode.UNCERTAIN_ENCODING, decoded.encoding))
    return document


def _walk(root: etree._Element, builder: _Builder) -> None:
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

    def __init__(self, builder: _Builder) -> None:
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


class _Builder:
    """Turns start, text and end events into blocks."""

    def __init__(self) -> None:
        self.assets: list[Asset] = []
        self.warnings: list[Warning] = []
        self._blocks: list[BlockType] = []
        self._sink = self._blocks
        self._stack = [_Frame("body", _Style(), (), None, block=True, path=())]
        self._tables: list[_TableDraft] = []
        self._pieces: list[tuple[str, _Frame]] = []
        self._item: _Item | None = None
        self._blank = False
        self._skipping = 0
        self._elements = 0
        self._paragraphs = 0
        self._declarations: dict[str, dict[str, str]] = {}

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins. Each start is followed by its `end`, for void elements as well."""
        if self._skipping or tag in _SKIPPED:
            self._skipping += 1
            return
        parent = self._stack[-1]
        block = tag in _BLOCKS
        if not block and not attributes and tag not in _MARK_TAGS and tag != "a" and tag != "br":
            self._stack.append(parent)
            return
        if tag == "br":
            self._end_line()
            self._stack.append(parent)
            return
        style = parent.style
        inline_style = attributes.get("style")
        if inline_style:
            declared = self._parse(inline_style)
            block = block or declared.get("display", "") in ("block", "table", "flex", "list-item")
            style = _declared_style(style, declared)
        style = _tag_style(style, tag, attributes)
        chain = _chain(parent.chain, tag, attributes)
        if not block and style is parent.style and chain is parent.chain:
            self._stack.append(parent)
            if tag == "img":
                self._picture(attributes)
            return
        path = parent.path
        if block:
            self._flush()
            self._elements += 1
            if len(path) < _PATH_LENGTH:
                path = (*path, self._elements)
        frame = _Frame(tag, style, chain, parent, block=block, path=path)
        self._stack.append(frame)
        if block:
            self._open_block(frame, attributes)
        elif tag == "img":
            self._picture(attributes)

    def text(self, data: str) -> None:
        """A text node."""
        if self._skipping:
            return
        frame = self._stack[-1]
        if frame.style.preformatted and "\n" in data:
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
        return _unhide(self._blocks)

    def _open_block(self, frame: _Frame, attributes: Mapping[str, str]) -> None:
        tag = frame.tag
        if tag in ("ul", "ol", "menu", "dir"):
            frame.list = _list(frame, attributes, self._parse(attributes.get("style", "")))
        elif tag == "li":
            self._item = _next_item(frame.list, attributes)
        elif tag == "table":
            number = self._paragraphs
            self._paragraphs += 1
            self._tables.append(_TableDraft(frame, number, self._sink, attributes))
        elif tag == "tr" and self._tables:
            self._tables[-1].rows.append([])
        elif tag in ("td", "th") and self._tables:
            self._open_cell(frame, attributes)
        elif tag == "hr":
            self._blank = True

    def _open_cell(self, frame: _Frame, attributes: Mapping[str, str]) -> None:
        table = self._tables[-1]
        if not table.rows:
            table.rows.append([])
        cell = _CellDraft(
            # HTML Standard, 4.9.11: the limits are 65534 rows and 1000 columns.
            min(_number(attributes.get("rowspan"), 1), 65534),
            min(_number(attributes.get("colspan"), 1), 1000),
            frame.tag == "th",
        )
        table.rows[-1].append(cell)
        table.border = table.border or _has_border(attributes)
        self._sink = cell.blocks
        frame.list = None
        self._item = None
        self._blank = False

    def _close_table(self) -> None:
        table = self._tables.pop()
        self._sink = table.outer
        table.rows = [row for row in table.rows if row]
        if _is_data(table):
            self._sink.extend(_build_table(table))
        else:
            for row in table.rows:
                for cell in row:
                    self._sink.extend(cell.blocks)

    def _picture(self, attributes: Mapping[str, str]) -> None:
        """A picture whose bytes the page itself carries. Others are addresses, which are not fetched."""
        match = _DATA_URI.match(attributes.get("src", ""))
        if not match:
            return
        media_type, _, is_base64, payload = match.groups()
        raw = urllib.parse.unquote_to_bytes(payload)
        if is_base64:
            try:
                raw = base64.b64decode(raw)
            except binascii.Error:
                detail = f"a picture whose data is damaged ({media_type})"
                self.warnings.append(warning(WarningCode.NOT_CONVERTED, detail))
                return
        if len(raw) < _SMALLEST_PICTURE:
            return
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
                look=_dominant_look(frame.container, [(frame, 1)], ""),
                layer="hidden" if frame.style.hidden else "body",
            )
        )

    def _parse(self, style: str) -> dict[str, str]:
        declared = self._declarations.get(style)
        if declared is None:
            declared = {}
            for declaration in style.lower().split(";"):
                name, colon, value = declaration.partition(":")
                if colon:
                    declared[name.strip()] = value.replace("!important", "").strip()
            self._declarations[style] = declared
        return declared

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
        text, runs, frames = _join(pieces)
        if not text:
            self._blank = True
            return
        container = pieces[0][1].container
        layer: Layer = "body"
        if _INVISIBLE_TEXT.fullmatch(text) or all(frame.style.hidden for frame, _ in frames):
            layer = "hidden"
        look = _dominant_look(container, frames, pieces[0][0])
        item = self._item if look.heading is None else None
        if item:
            self._item = None
        self._sink.append(
            Paragraph(
                text=text,
                at=self._place(),
                layer=layer,
                look=look,
                runs=runs,
                label=item.label if item else "",
                list_level=item.level if item else None,
                bullet=item.bullet if item else False,
                space_before=self._blank and bool(self._sink),
            )
        )
        self._blank = False


# ------------------------------------------------------------------------------------------------ text and runs


def _join(
    pieces: list[tuple[str, _Frame]],
) -> tuple[str, tuple[Run, ...], list[tuple[_Frame, int]]]:
    """The text of a block with white space collapsed, its runs, and how many characters each frame gave."""
    parts: list[str] = []
    runs: list[Run] = []
    frames: list[tuple[_Frame, int]] = []
    length = 0
    gap = ""
    for raw, frame in pieces:
        if "\n" in raw:
            raw = _BREAK_IN_CJK.sub("", raw)
        words = raw.split()
        if not words:
            gap += raw
            continue
        lead = gap + raw[: raw.index(words[0])]
        before = length
        if parts and lead and not _is_cjk_break(parts[-1], lead, words[0]):
            parts.append(" ")
            length += 1
        segment = " ".join(words)
        parts.append(segment)
        start, length = length, length + len(segment)
        gap = raw[len(raw.rstrip()) :]
        frames.append((frame, len(segment)))
        style = frame.style
        if style.marks is not _UNMARKED or style.hidden:
            _add_run(runs, before, start, length, style)
    return "".join(parts), tuple(runs), frames


def _is_cjk_break(before: str, space: str, after: str) -> bool:
    """A line break of the source between two wide characters is no space (CSS Text Module Level 3, 4.1.3)."""
    return (
        "\n" in space
        and not space.strip(" \t\r\n")
        and bool(_WIDE.match(before[-1]) and _WIDE.match(after))
    )


def _add_run(runs: list[Run], before: int, start: int, end: int, style: _Style) -> None:
    """Adds the run of a segment, or lengthens the last one if that ended at `before` with the same marks."""
    run = Run(start, end, *style.marks, hidden="vanish" if style.hidden else None)
    last = runs[-1] if runs else None
    if (
        last
        and last.end == before
        and msgspec.structs.replace(run, start=last.start, end=last.end) == last
    ):
        runs[-1] = msgspec.structs.replace(last, end=end)
    else:
        runs.append(run)


def _dominant_look(container: _Frame, frames: list[tuple[_Frame, int]], first: str) -> Look:
    """The look of a block from its frames, each with its number of characters; `first` is its first text node."""
    frame = frames[0][0]
    style, bold = frame.style, frame.style.bold
    linked = 1.0 if style.linked else 0.0
    chain = frame.chain
    if len(frames) > 1:
        total = sum(count for _, count in frames)
        linked = sum(count for one, count in frames if one.style.linked) / total
        bold = all(one.style.bold for one, _ in frames)
        style = max(frames, key=lambda pair: pair[1])[0].style
        if any(one.chain != chain for one, _ in frames):
            chain = container.chain
    size = style.size
    indent = container.style.indent
    if first[:1] in ("\u3000", "\xa0"):
        indent = (indent or 0.0) + _leading_space(first, size)
    return Look(
        size=size,
        bold=bold,
        color=style.color,
        align=container.style.align,
        indent=indent,
        font=style.font,
        link_share=round(linked, 3),
        heading=container.style.heading,
        tag=container.tag,
        hints=" ".join(chain),
        path=container.path,
    )


def _leading_space(text: str, size: float | None) -> float:
    """The width in points of the ideographic and no-break spaces a text begins with."""
    lead = text[: len(text) - len(text.lstrip())]
    return (lead.count("\u3000") + 0.5 * lead.count("\xa0")) * (size or _IDEOGRAPHIC_SPACE)


def _unhide(blocks: list[BlockType]) -> list[BlockType]:
    """A page that hides most of its text is one that shows it by a script: then nothing counts as hidden."""
    hidden = sum(len(block.text) for block in blocks if block.layer == "hidden")
    if 2 * hidden > sum(len(block.text) for block in blocks):
        for block in blocks:
            block.layer = "body"
    return blocks


# ------------------------------------------------------------------------------------------------------- styles


def _tag_style(style: _Style, tag: str, attributes: Mapping[str, str]) -> _Style:
    """The style inside an element, from its tag and its presentational attributes (HTML Standard, 15.3)."""
    mark = _MARK_TAGS.get(tag)
    if mark:
        marked: dict[str, Any] = {mark: True}
        style = style._replace(
            marks=style.marks._replace(**marked), bold=style.bold or mark == "bold"
        )
    elif tag == "a":
        style = _link_style(style, attributes)
    elif tag in _HEADINGS:
        style = style._replace(heading=_HEADINGS[tag], bold=True)
    elif tag == "font":
        style = _font_style(style, attributes)
    elif tag == "th":
        style = style._replace(bold=True)
    elif tag == "center":
        style = style._replace(align="center")
    elif tag in _PREFORMATTED:
        style = style._replace(preformatted=True)
    elif tag in _INVISIBLE:
        style = style._replace(hidden=True)
    if "align" in attributes and tag in _BLOCKS:
        style = style._replace(
            align=_ALIGNMENTS.get(attributes["align"].strip().lower(), style.align)
        )
    if "hidden" in attributes and attributes["hidden"] != "until-found":
        style = style._replace(hidden=True)
    if attributes.get("role") == "heading":
        style = style._replace(heading=min(_number(attributes.get("aria-level"), 2), 6))
    return style


def _link_style(style: _Style, attributes: Mapping[str, str]) -> _Style:
    """A link has an address; an <a> with a name only marks a place, one with neither is a button of a script."""
    address = attributes.get("href")
    if address is None and ("name" in attributes or "id" in attributes):
        return style
    link = address.strip() if address and not _UNSAFE_LINK.match(address) else None
    if not link:
        return style._replace(linked=True)
    return style._replace(linked=True, marks=style.marks._replace(link=link))


def _font_style(style: _Style, attributes: Mapping[str, str]) -> _Style:
    size = attributes.get("size", "").strip()
    if re.fullmatch(r"[+-]?\d", size):
        number = int(size) + (3 if size[0] in "+-" else 0)
        style = style._replace(size=_FONT_SIZES[max(1, min(number, 7)) - 1])
    color = _color(attributes.get("color", "").lower())
    if color:
        style = style._replace(color=color)
    if attributes.get("face"):
        style = style._replace(font=_family(attributes["face"]))
    return style


def _declared_style(style: _Style, declared: dict[str, str]) -> _Style:
    """The style with the declarations of a style attribute (lower case) applied."""
    changed: dict[str, Any] = {}
    marks: dict[str, Any] = {}
    for name, value in declared.items():
        match name:
            case "display":
                if value == "none":
                    changed["hidden"] = True
            case "visibility":
                changed["hidden"] = value in ("hidden", "collapse")
            case "mso-hide":
                changed["hidden"] = value == "all"
            case "font-weight":
                bold = value in ("bold", "bolder") or (value.isdigit() and int(value) >= 600)
                changed["bold"] = marks["bold"] = bold
            case "font-style":
                marks["italic"] = value in ("italic", "oblique")
            case "text-decoration" | "text-decoration-line":
                if "underline" in value:
                    marks["underline"] = True
                if "line-through" in value:
                    marks["strike"] = True
            case "vertical-align":
                if value in ("super", "sub"):
                    marks["superscript" if value == "super" else "subscript"] = True
            case "font-size":
                size = _NAMED_SIZES.get(value) or _length(value, style.size or _MEDIUM)
                if size is not None:
                    changed["size"] = size
                elif value.startswith("0"):
                    changed["hidden"] = True
            case "color":
                changed["color"] = _color(value) or style.color
            case "font-family":
                changed["font"] = _family(value)
            case "text-align":
                changed["align"] = _ALIGNMENTS.get(value, style.align)
            case "text-indent":
                changed["indent"] = _length(value, changed.get("size", style.size) or _MEDIUM)
            case "white-space":
                changed["preformatted"] = value in ("pre", "pre-wrap", "pre-line", "break-spaces")
    if marks:
        changed["marks"] = style.marks._replace(**marks)
        if not any(changed["marks"]):
            changed["marks"] = _UNMARKED
    return style._replace(**changed) if changed else style


def _length(value: str, size: float) -> float | None:
    """A CSS length in points; None where it is zero or not absolute enough."""
    match = _LENGTH.match(value)
    if not match:
        return None
    try:
        number = float(match.group(1))
    except ValueError:
        return None
    unit = match.group(2)
    if unit == "%":
        factor = size / 100
    elif unit in ("em", "rem"):
        factor = size if unit == "em" else _MEDIUM
    else:
        factor = _POINTS[unit]
    return round(number * factor, 2) or None


def _color(value: str) -> str | None:
    """A colour as six hex digits."""
    if value in _COLORS:
        return _COLORS[value]
    match = _HEX_COLOR.match(value)
    if match:
        digits = match.group(1)
        return digits if len(digits) == 6 else "".join(digit * 2 for digit in digits)
    match = _RGB_COLOR.match(value)
    return "".join(f"{min(int(part), 255):02x}" for part in match.groups()) if match else None


def _family(value: str) -> str:
    return value.split(",")[0].strip(" \"'")


def _chain(parent: tuple[str, ...], tag: str, attributes: Mapping[str, str]) -> tuple[str, ...]:
    """The hint words of an element and its ancestors, nearest first; the parent's own tuple if there is no new one."""
    words = [tag] if tag in _SPEAKING_TAGS else []
    if attributes:
        for name in ("class", "id", "role", "itemprop"):
            value = attributes.get(name)
            if value:
                words.append(value[:_HINT_LENGTH])
    if not words:
        return parent
    return (" ".join(" ".join(words).lower().split()), *parent[: _HINTED_ANCESTORS - 1])


# -------------------------------------------------------------------------------------------- lists and tables


def _list(frame: _Frame, attributes: Mapping[str, str], declared: dict[str, str]) -> _List | None:
    """The list that a <ul> or <ol> opens; None where it shows no markers."""
    markers = declared.get("list-style", declared.get("list-style-type", ""))
    if "none" in markers.split():
        return None
    level = frame.list.level + 1 if frame.list else 0
    if frame.tag != "ol":
        return _List("bullet", 0, 0, level)
    kind = attributes.get("type", "1")
    step = -1 if "reversed" in attributes else 1
    return _List(kind if kind in "1aAiI" else "1", _number(attributes.get("start"), 1), step, level)


def _next_item(listing: _List | None, attributes: Mapping[str, str]) -> _Item | None:
    if listing is None:
        return None
    if listing.kind == "bullet":
        return _Item("•", listing.level, True)
    number = _number(attributes.get("value"), listing.next)
    listing.next = number + listing.step
    return _Item(f"{_ordinal(number, listing.kind)}.", listing.level, False)


def _ordinal(number: int, kind: str) -> str:
    """A list number in the style of HTML Standard, 4.4.5, attribute `type`."""
    if kind == "1" or number < 1 or number > 3999:
        return str(number)
    if kind in "aA":
        letters = ""
        while number:
            number, digit = divmod(number - 1, 26)
            letters = chr(97 + digit) + letters
        return letters.upper() if kind == "A" else letters
    roman = ""
    for value, digits in _ROMAN:
        while number >= value:
            roman += digits
            number -= value
    return roman.upper() if kind == "I" else roman


def _number(value: str | None, default: int) -> int:
    match = re.match(r"\s*(-?\d{1,6})", value or "")
    return int(match.group(1)) if match else default


def _has_border(attributes: Mapping[str, str]) -> bool:
    if _number(attributes.get("border"), 0) > 0 or attributes.get("rules", "none") != "none":
        return True
    return bool(_BORDER_STYLE.search(attributes.get("style", "")))


def _is_data(table: _TableDraft) -> bool:
    """Whether a table shows data in rows and columns, or only lays out the page.

    One row, one column, or cells that hold pages of text, headings, tables or nothing but links are layout.
    """
    rows = table.rows
    if table.presentation or len(rows) < 2 or max(len(row) for row in rows) < 2:
        return False
    cells = [cell for row in rows for cell in row]
    filled = [cell for cell in cells if cell.blocks]
    if len(filled) < 3 or any(_holds_structure(cell) for cell in cells):
        return False
    lengths = sorted(sum(len(block.text) for block in cell.blocks) for cell in filled)
    total = sum(lengths)
    linked = sum(
        block.look.link_share * len(block.text) for cell in filled for block in cell.blocks
    )
    marked = table.border or any(cell.header for cell in cells)
    if linked > 0.7 * total and not any(cell.header for cell in cells):
        return False
    if marked:
        return lengths[len(lengths) // 2] <= 400
    several = sum(len(row) >= 2 for row in rows)
    return lengths[len(lengths) // 2] <= 60 and lengths[-1] <= 400 and 2 * several >= len(rows)


def _holds_structure(cell: _CellDraft) -> bool:
    return any(
        isinstance(block, Table) or block.look.heading is not None for block in cell.blocks
    ) or (len(cell.blocks) > 12 and sum(len(block.text) for block in cell.blocks) > 1500)


def _build_table(table: _TableDraft) -> Iterator[BlockType]:
    """The table, and after it what its cells hide."""
    hidden: list[BlockType] = []
    whole_hidden = table.frame.style.hidden
    rows = []
    linked = 0.0
    for row in table.rows:
        cells = []
        for draft in row:
            shown = [block for block in draft.blocks if whole_hidden or block.layer != "hidden"]
            hidden += [
                block for block in draft.blocks if not (whole_hidden or block.layer != "hidden")
            ]
            linked += sum(block.look.link_share * len(block.text) for block in shown)
            cells.append(
                Cell(
                    text="\n".join(block.text for block in shown),
                    rowspan=max(draft.rowspan, 1),
                    colspan=max(draft.colspan, 1),
                    header=draft.header,
                    blocks=() if _is_plain(shown) else tuple(shown),
                )
            )
        rows.append(tuple(cells))
    text = table_text(tuple(rows))
    look = _dominant_look(table.frame, [(table.frame, 1)], "")
    yield Table(
        text=text,
        rows=tuple(rows),
        at=(Place(part="body", paragraph=table.number),),
        layer="hidden" if whole_hidden else "body",
        look=msgspec.structs.replace(look, link_share=round(linked / max(len(text), 1), 3)),
    )
    yield from hidden


def _is_plain(blocks: list[BlockType]) -> bool:
    """Nothing but one unmarked paragraph; one that is bold throughout says no more than its place in the table."""
    if not blocks:
        return True
    only = blocks[0]
    return (
        len(blocks) == 1
        and isinstance(only, Paragraph)
        and only.list_level is None
        and (not only.runs or only.runs == (Run(0, len(only.text), bold=True),))
    )


# --------------------------------------------------------------------------------------------------- properties


def _properties(root: etree._Element) -> dict[str, str]:
    """What title, meta tags and JSON-LD claim. Each property takes its first filled source in order of trust."""
    claims: dict[str, str] = {}
    for meta in root.iter("meta"):
        name = meta.get("name") or meta.get("property") or meta.get("itemprop") or ""
        content = " ".join((meta.get("content") or "").split())
        if name and content:
            claims.setdefault(name.strip().lower(), content)
    for title in root.iter("title"):
        claims.setdefault("<title>", " ".join(str(title.text or "").split()))
        break
    claims["<html lang>"] = (
        root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or ""
    )
    for script in root.iter("script"):
        if "ld+json" in (script.get("type") or "").lower():
            for name, value in _linked_data(script.text or ""):
                claims.setdefault(f"ld:{name}", value)
    properties = {}
    for name, sources in _PROPERTY_SOURCES.items():
        value = next((claims[key] for key in sources if claims.get(key)), "")
        if value:
            properties[name] = value
    return properties


def _linked_data(text: str) -> Iterator[tuple[str, str]]:
    """Pairs from schema.org JSON-LD, found at any depth. A script that is no JSON claims nothing."""
    try:
        pending: list[Any] = [json.loads(text, strict=False)]
    except (ValueError, RecursionError):
        return
    while pending:
        node = pending.pop(0)
        if isinstance(node, list):
            pending.extend(node)
        elif isinstance(node, dict):
            for name, value in node.items():
                while isinstance(value, list) and value and name in ("author", "publisher"):
                    value = value[0]
                if isinstance(value, dict) and isinstance(value.get("name"), str):
                    yield f"{name}.name", " ".join(value["name"].split())
                elif isinstance(value, str) and value.strip():
                    yield name, " ".join(value.split())
            pending.extend(value for value in node.values() if isinstance(value, dict | list))
