"""Writes a clean Word document (ECMA-376, transitional) that opens without repair and has real styles to edit by.

python-docx makes the package, the page and the styles, once for each kind of page; the parts that hold the text are
written as text, which is many times faster than one object a paragraph. All times are fixed, so the same document
gives the same bytes.
"""

from __future__ import annotations

import io
import struct
import zipfile
from functools import lru_cache
from typing import Any, NamedTuple
from xml.sax.saxutils import escape, quoteattr

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.image.exceptions import (
    InvalidImageStreamError,
    UnexpectedEndOfFileError,
    UnrecognizedImageError,
)
from docx.image.image import Image as Picture
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor, Twips
from lxml import etree

from docpipe.model import Asset, Document, Formula, Heading, Image, Paragraph, Run
from docpipe.settings import Settings
from docpipe.writers.common import (
    CellEnd,
    CellStart,
    Content,
    RowEnd,
    RowStart,
    Slot,
    TableEnd,
    TableStart,
    column_widths,
    fact,
    is_chinese,
    is_figure,
    label_gap,
    language_tag,
    note_order,
    pieces,
    printable,
    safe_link,
    walk,
)

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
_NAMESPACES = (
    f'{_WORD} xmlns:r="{_RELATIONS}" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    f'xmlns:wp="{_DRAWING}/wordprocessingDrawing" xmlns:a="{_DRAWING}/main" xmlns:pic="{_DRAWING}/picture"'
)
_CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_FIXED_TIME = "2000-01-01T00:00:00Z"
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)

# A4 with the margins of a report, in twentieths of a point; drawings measure in EMU.
_PAGE_WIDTH, _PAGE_HEIGHT, _MARGIN_SIDE, _MARGIN_TOP = 11906, 16838, 1474, 1440
_TEXT_WIDTH = _PAGE_WIDTH - 2 * _MARGIN_SIDE
_EMU_PER_TWIP = 635
_MOST_PICTURE_WIDTH = _TEXT_WIDTH * _EMU_PER_TWIP
_MOST_PICTURE_HEIGHT = (_PAGE_HEIGHT - 2 * _MARGIN_TOP - 1200) * _EMU_PER_TWIP
_MOST_COLUMNS = 63  # Word opens no table with more.
_MOST_LEVEL = 8
_LEVEL_INDENT = 420


def write(document: Document, settings: Settings) -> bytes:
    """The document as DOCX. A picture that Word cannot show, or whose data is absent, leaves its alternative text."""
    template = _template(is_chinese(document), _office_language(document))
    body = _Body(document)
    body.fill()
    parts = dict(template.parts)
    parts["word/document.xml"] = body.document_xml(template.section)
    parts["word/footnotes.xml"] = body.footnotes_xml()
    parts["word/settings.xml"] = _settings_xml()
    parts["docProps/core.xml"] = _core_xml(document)
    relations = "word/_rels/document.xml.rels"
    parts[relations] = _before_end(parts[relations], body.relations)
    types = "[Content_Types].xml"
    parts[types] = _before_end(
        parts[types],
        [
            f'<Default Extension="{suffix}" ContentType="{media_type}"/>'
            for suffix, media_type in body.content_types.items()
        ],
    )
    parts.update(body.media)
    return _zip(parts)


def _before_end(part: bytes, elements: list[str]) -> bytes:
    """An XML part with elements added as the last children of its root."""
    end = part.rindex(b"</")
    return part[:end] + "".join(elements).encode() + part[end:]


def _zip(parts: dict[str, bytes]) -> bytes:
    """A package whose bytes depend on its parts only; the content types come first, as ECMA-376-2 advises."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name in sorted(parts):
            entry = zipfile.ZipInfo(name, _ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0
            package.writestr(entry, parts[name])
    return stream.getvalue()


class _Picture(NamedTuple):
    """A picture in the package: its relationship and its size on the page in EMU."""

    relation: str
    width: int
    height: int


class _Frame(NamedTuple):
    """A table or a cell that is open: the widths of its columns in twips, and the style of its paragraphs."""

    widths: list[int]
    style: str


_PAGE = _Frame([_TEXT_WIDTH], "BodyText")
_EMPTY = '<w:p><w:pPr><w:pStyle w:val="TableText"/></w:pPr></w:p>'
_SPACER = (
    '<w:p><w:pPr><w:pStyle w:val="TableText"/>'
    '<w:spacing w:before="0" w:after="0" w:line="160" w:lineRule="exact"/></w:pPr></w:p>'
)
_CELL_PADDING = 216
_LEAST_WIDTH = 600


class _Body:
    """The main part under construction, with the relationships, media and content types it needs.

    `noted` holds for each note already marked the text of its mark, "" where Word numbers it.
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        self.chinese = is_chinese(document)
        self.notes = note_order(document)
        self.assets: dict[str, Asset] = {asset.id: asset for asset in document.assets}
        self.out: list[str] = []
        self.relations: list[str] = []
        self.content_types: dict[str, str] = {}
        self.media: dict[str, bytes] = {}
        self.links: dict[str, str] = {}
        self.pictures: dict[str, _Picture | None] = {}
        self.noted: dict[int, str] = {}
        self.drawings = 0
        self.frames: list[_Frame] = [_PAGE]

    def document_xml(self, section: str) -> bytes:
        """The main document part (ECMA-376-1, 17.2)."""
        start = f"{_XML}<w:document {_NAMESPACES}><w:body>"
        return "".join((start, *self.out, section, "</w:body></w:document>")).encode()

    def fill(self) -> None:
        """Everything from the title to the notes that nothing refers to."""
        if self.document.title:
            self.out.append(_paragraph(_style("Title"), _run(printable(self.document.title))))
        for step in walk(self.document.blocks, widest=_MOST_COLUMNS):
            match step:
                case Content():
                    self._content(step)
                case TableStart():
                    self._table_start(step)
                case TableEnd():
                    self.frames.pop()
                    # Word needs a paragraph after a table in a cell, and joins tables that touch.
                    self.out.append(f"</w:tbl>{_SPACER}")
                case RowStart():
                    header = "<w:tblHeader/>" if step.header else ""
                    self.out.append(f"<w:tr><w:trPr><w:cantSplit/>{header}</w:trPr>")
                case RowEnd():
                    self.out.append("</w:tr>")
                case CellStart():
                    self._cell_start(step.slot)
                case CellEnd():
                    self._cell_end()
        self._unmarked_notes()

    def _unmarked_notes(self) -> None:
        unmarked = self.notes.texts[self.notes.marked :]
        for number, text in enumerate(unmarked, self.notes.marked + 1):
            mark = _run(str(number), '<w:vertAlign w:val="superscript"/>')
            self.out.append(_paragraph(_style("FootnoteText"), mark + _run(" " + text)))

    def _content(self, step: Content) -> None:
        block = step.block
        match block:
            case Heading():
                inner = self._labelled(block)
                self.out.append(_paragraph(_style(f"Heading{min(step.depth, 9)}"), inner))
            case Paragraph():
                self._block_paragraph(block)
            case Image():
                self.out.append(self._image(block))
            case Formula():
                text = escape(printable(block.text))
                math = (
                    "<m:oMathPara><m:oMath><m:r><m:rPr><m:nor/></m:rPr>"
                    f'<m:t xml:space="preserve">{text}</m:t></m:r></m:oMath></m:oMathPara>'
                )
                self.out.append(_paragraph(_style("Formula"), math))

    def _block_paragraph(self, block: Paragraph) -> None:
        style = self.frames[-1].style
        if block.list_level is None:
            inner = self._labelled(block)
            self.out.append(_paragraph(_style(style) + _alignment(block, style), inner))
            return
        level = min(block.list_level, _MOST_LEVEL)
        if block.bullet:
            properties = f'{_style("ListBullet")}<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="1"/></w:numPr>'
            self.out.append(_paragraph(properties, self._inline(block.text, block.runs)))
        elif self.chinese:
            indent = f'<w:ind w:left="{level * _LEVEL_INDENT}"/>' if level else ""
            self.out.append(_paragraph(_style(style) + indent, self._labelled(block)))
        else:
            left = (level + 1) * _LEVEL_INDENT
            indent = f'<w:ind w:left="{left}" w:hanging="{_LEVEL_INDENT}"/>'
            tab = "<w:r><w:tab/></w:r>" if block.label and block.text else ""
            label = _run(printable(block.label)) + tab
            inner = label + self._inline(block.text, block.runs)
            self.out.append(_paragraph(_style("ListNumber") + indent, inner))

    def _labelled(self, block: Paragraph | Heading) -> str:
        label = block.label + label_gap(block.label, block.text)
        return _run(printable(label)) + self._inline(block.text, block.runs)

    def _table_start(self, step: TableStart) -> None:
        if step.caption:
            inner = self._inline(step.caption.text, step.caption.runs)
            self.out.append(_paragraph(_style("Caption"), inner))
        room = sum(self.frames[-1].widths)
        total = room if len(self.frames) == 1 else max(room - _CELL_PADDING, _LEAST_WIDTH)
        widths = column_widths(step.grid, total)
        columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
        self.out.append(
            f'<w:tbl><w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="{total}" w:type="dxa"/>'
            '<w:jc w:val="center"/><w:tblLayout w:type="fixed"/>'
            f'<w:tblLook w:val="06{"20" if step.grid.header_rows else "00"}" w:firstRow="{int(step.grid.header_rows > 0)}" w:lastRow="0"'
            ' w:firstColumn="0" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/></w:tblPr>'
            f"<w:tblGrid>{columns}</w:tblGrid>"
        )
        self.frames.append(_Frame(widths, "TableText"))

    def _cell_start(self, slot: Slot) -> None:
        widths = self.frames[-1].widths[slot.column : slot.column + slot.columns]
        header = slot.cell is not None and slot.cell.header
        span = f'<w:gridSpan w:val="{slot.columns}"/>' if slot.columns > 1 else ""
        if not slot.first:
            span += "<w:vMerge/>"
        elif slot.rows > 1:
            span += '<w:vMerge w:val="restart"/>'
        shade = '<w:shd w:val="clear" w:color="auto" w:fill="EDEDED"/>' if header else ""
        self.out.append(
            f'<w:tc><w:tcPr><w:tcW w:w="{sum(widths)}" w:type="dxa"/>{span}{shade}'
            '<w:vAlign w:val="center"/></w:tcPr>'
        )
        self.frames.append(_Frame(widths, "TableHeading" if header else "TableText"))

    def _cell_end(self) -> None:
        self.frames.pop()
        if self.out[-1].endswith("</w:tcPr>"):
            self.out.append(_EMPTY)
        self.out.append("</w:tc>")

    def _inline(self, text: str, runs: tuple[Run, ...]) -> str:
        if not runs:
            return _run(printable(text))
        return "".join(self._piece(piece.text, piece.run) for piece in pieces(text, runs))

    def _piece(self, text: str, run: Run) -> str:
        number = self.notes.numbers.get(run.note) if run.note is not None else None
        if number is not None:
            return self._note_mark(number, text)
        link = safe_link(run.link)
        # Only addresses outside: the document has no bookmarks to lead to.
        if link is None or link.startswith("#") or not text:
            return _run(text, _marks(run))
        relation = self._link(link)
        inner = _run(text, '<w:rStyle w:val="Hyperlink"/>' + _marks(run))
        return f'<w:hyperlink r:id="{relation}" w:history="1">{inner}</w:hyperlink>'

    def _note_mark(self, number: int, text: str) -> str:
        """The mark of a footnote: the text that marks it in the source, else Word's own number."""
        style = '<w:rStyle w:val="FootnoteReference"/>'
        if number in self.noted:
            return _run(text or str(number), style)
        self.noted[number] = text
        custom = ' w:customMarkFollows="1"' if text else ""
        mark = f'<w:t xml:space="preserve">{escape(text)}</w:t>' if text else ""
        reference = f'<w:footnoteReference{custom} w:id="{number}"/>'
        return f"<w:r><w:rPr>{style}</w:rPr>{reference}{mark}</w:r>"

    def footnotes_xml(self) -> bytes:
        """The footnotes part (ECMA-376-1, 17.11), with the separators that Word expects."""
        start = (
            f"{_XML}<w:footnotes {_NAMESPACES}>"
            '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
            '<w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:r>'
            "<w:continuationSeparator/></w:r></w:p></w:footnote>"
        )
        style = '<w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr>'
        notes = []
        for number, text in enumerate(self.notes.texts[: self.notes.marked], 1):
            custom = self.noted[number]
            mark = (
                f'<w:t xml:space="preserve">{escape(custom)}</w:t>'
                if custom
                else "<w:footnoteRef/>"
            )
            inner = f"<w:r>{style}{mark}</w:r>" + _run(" " + text)
            paragraph = _paragraph(_style("FootnoteText"), inner)
            notes.append(f'<w:footnote w:id="{number}">{paragraph}</w:footnote>')
        return "".join((start, *notes, "</w:footnotes>")).encode()

    def _link(self, target: str) -> str:
        """The id of the relationship to an address outside (ECMA-376-2, 9.3)."""
        if target not in self.links:
            relation = f"link{len(self.links) + 1}"
            self.links[target] = relation
            self.relations.append(
                f'<Relationship Id="{relation}" Type="{_RELATIONS}/hyperlink"'
                f' Target={quoteattr(target)} TargetMode="External"/>'
            )
        return self.links[target]

    def _image(self, block: Image) -> str:
        if block.asset not in self.pictures:
            self.pictures[block.asset] = self._embed(self.assets.get(block.asset))
        picture = self.pictures[block.asset]
        if picture is None:
            word, alt = ("图片", "：") if self.chinese else ("Image", ": ")
            text = f"[{word}{alt}{block.text}]" if block.text else f"[{word}]"
            return _paragraph(_style("Picture"), _run(printable(text), '<w:color w:val="666666"/>'))
        self.drawings += 1
        width = min(picture.width, (sum(self.frames[-1].widths) - _CELL_PADDING) * _EMU_PER_TWIP)
        width = max(width, 1)
        height = max(1, picture.height * width // picture.width)
        drawing = _DRAWING_XML.format(
            number=self.drawings,
            relation=picture.relation,
            width=width,
            height=height,
            alt=quoteattr(printable(block.text)),
            drawing=_DRAWING,
        )
        return _paragraph(_style("Picture"), f"<w:r>{drawing}</w:r>")

    def _embed(self, asset: Asset | None) -> _Picture | None:
        """Puts a picture into the package; None if Word could not show it."""
        size = _picture_size(asset.data) if asset and asset.data else None
        if asset is None or size is None:
            return None
        number = len(self.media) + 1
        name = f"media/image{number}.{size.suffix}"
        self.media[f"word/{name}"] = asset.data
        self.content_types[size.suffix] = size.media_type
        self.relations.append(
            f'<Relationship Id="image{number}" Type="{_RELATIONS}/image" Target="{name}"/>'
        )
        return _Picture(f"image{number}", size.width, size.height)


_DRAWING_XML = (
    '<w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0">'
    '<wp:extent cx="{width}" cy="{height}"/><wp:docPr id="{number}" name="Picture {number}" descr={alt}/>'
    '<a:graphic><a:graphicData uri="{drawing}/picture"><pic:pic>'
    '<pic:nvPicPr><pic:cNvPr id="{number}" name="Picture {number}"/><pic:cNvPicPr/></pic:nvPicPr>'
    '<pic:blipFill><a:blip r:embed="{relation}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
    '<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'
    '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr>'
    "</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing>"
)


class _Size(NamedTuple):
    """What a picture's header says: its type, and its size in EMU, cut to fit the page."""

    suffix: str
    media_type: str
    width: int
    height: int


def _picture_size(data: bytes) -> _Size | None:
    """The size of a PNG, JPEG, GIF, BMP or TIFF picture; None if it is none of these, or damaged."""
    try:
        picture = Picture.from_blob(data)
        width, height = int(picture.width), int(picture.height)
    except (
        UnrecognizedImageError,
        InvalidImageStreamError,
        UnexpectedEndOfFileError,
        struct.error,
        ValueError,
        LookupError,
        ArithmeticError,
    ):
        return None
    if width <= 0 or height <= 0:
        return None
    scale = min(1.0, _MOST_PICTURE_WIDTH / width, _MOST_PICTURE_HEIGHT / height)
    return _Size(
        picture.ext, picture.content_type, max(1, int(width * scale)), max(1, int(height * scale))
    )


def _paragraph(properties: str, inner: str) -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{inner}</w:p>"


def _style(name: str) -> str:
    return f'<w:pStyle w:val="{name}"/>'


def _run(text: str, properties: str = "") -> str:
    """A run of text (ECMA-376-1, 17.3.2); nothing for no text."""
    if not text:
        return ""
    marks = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{marks}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


_CODE_FONT = '<w:rFonts w:ascii="Consolas" w:hAnsi="Consolas" w:cs="Consolas"/>'


def _marks(run: Run) -> str:
    """Run properties in the order of the schema (CT_RPr)."""
    return "".join(
        element
        for element, marked in (
            (_CODE_FONT, run.code),
            ("<w:b/><w:bCs/>", run.bold),
            ("<w:i/><w:iCs/>", run.italic),
            ("<w:strike/>", run.strike),
            ('<w:u w:val="single"/>', run.underline),
            ('<w:vertAlign w:val="superscript"/>', run.superscript),
            ('<w:vertAlign w:val="subscript"/>', run.subscript and not run.superscript),
        )
        if marked
    )


def _alignment(block: Paragraph, style: str) -> str:
    """The alignment that the source gave, without a first line's indent; figures in a table stand right."""
    align = block.look.align
    if align in ("center", "right"):
        return f'<w:ind w:firstLine="0" w:firstLineChars="0"/><w:jc w:val="{align}"/>'
    if style == "TableText" and align is None and is_figure(block.text):
        return '<w:jc w:val="right"/>'
    return ""


def _settings_xml() -> bytes:
    """The settings part: the mode of Word 2013 and later, and the footnote separators."""
    return (
        f'{_XML}<w:settings {_WORD}><w:zoom w:percent="100"/><w:defaultTabStop w:val="420"/>'
        '<w:characterSpacingControl w:val="compressPunctuation"/>'
        '<w:footnotePr><w:footnote w:id="-1"/><w:footnote w:id="0"/></w:footnotePr><w:compat>'
        '<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word"'
        ' w:val="15"/></w:compat></w:settings>'
    ).encode()


def _core_xml(document: Document) -> bytes:
    """The core properties (ECMA-376-2, 11) with a fixed time."""
    values = (
        ("dc:title", printable(document.title)),
        ("dc:creator", fact(document, "author") or fact(document, "organization")),
        ("dc:language", language_tag(document)),
    )
    known = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in values if value)
    times = "".join(
        f'<dcterms:{name} xsi:type="dcterms:W3CDTF">{_FIXED_TIME}</dcterms:{name}>'
        for name in ("created", "modified")
    )
    return (
        f"{_XML}<cp:coreProperties"
        ' xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"{known}{times}</cp:coreProperties>"
    ).encode()


_APP_XML = (
    f"{_XML}<Properties"
    ' xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    "<Application>docpipe</Application></Properties>"
).encode()


def _numbering_xml() -> bytes:
    """The numbering part: one bulleted list of nine levels (ECMA-376-1, 17.9)."""
    levels = "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="bullet"/>'
        f'<w:lvlText w:val="{"•–▪"[level % 3]}"/><w:lvlJc w:val="left"/><w:pPr>'
        f'<w:ind w:left="{(level + 2) * _LEVEL_INDENT}" w:hanging="{_LEVEL_INDENT}"/></w:pPr></w:lvl>'
        for level in range(_MOST_LEVEL + 1)
    )
    return (
        f'{_XML}<w:numbering {_WORD}><w:abstractNum w:abstractNumId="1">'
        f'<w:multiLevelType w:val="hybridMultilevel"/>{levels}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num></w:numbering>'
    ).encode()


class _Template(NamedTuple):
    """The parts of a package without text, and the section properties that end its body."""

    parts: dict[str, bytes]
    section: str


@lru_cache(maxsize=16)
def _template(chinese: bool, language: str) -> _Template:
    """An empty document with the page and the styles for Chinese or for other text in `language` (BCP 47)."""
    document = docx.Document()
    _drop_unneeded(document)
    _set_page(document)
    _set_styles(document, _LOOKS[chinese], chinese, language)
    package = document.part.package
    footnotes = Part(PackURI("/word/footnotes.xml"), f"{_CONTENT_TYPE}.footnotes+xml", b"", package)
    document.part.relate_to(footnotes, RELATIONSHIP_TYPE.FOOTNOTES)
    stream = io.BytesIO()
    document.save(stream)
    with zipfile.ZipFile(stream) as saved:
        parts = {name: saved.read(name) for name in saved.namelist()}
    parts["docProps/app.xml"] = _APP_XML
    parts["word/numbering.xml"] = _numbering_xml()
    section = etree.tostring(document.element.body.sectPr, encoding="unicode")
    return _Template(parts, section)


_UNNEEDED = ("/stylesWithEffects", "/customXml", "/thumbnail", "/webSettings")


def _drop_unneeded(document: Any) -> None:
    """Takes out of python-docx's template what only its author's Word wrote, a preview picture among it."""
    for relations in (document.part.rels, document.part.package.rels):
        for key in [k for k, r in relations.items() if r.reltype.endswith(_UNNEEDED)]:
            del relations[key]


def _set_page(document: Any) -> None:
    """A4, and the page's number at its foot."""
    section = document.sections[0]
    section.page_width, section.page_height = Twips(_PAGE_WIDTH), Twips(_PAGE_HEIGHT)
    section.left_margin = section.right_margin = Twips(_MARGIN_SIDE)
    section.top_margin = section.bottom_margin = Twips(_MARGIN_TOP)
    paragraph = section.footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)


class _Looks(NamedTuple):
    """How a document is set: fonts, sizes in points, line spacing in lines."""

    latin: str
    body_font: str
    heading_font: str
    body: float
    table: float
    title: float
    headings: tuple[float, ...]
    lines: float
    after: float


_LOOKS = {
    True: _Looks("Times New Roman", "宋体", "黑体", 12, 10.5, 20, (16, 14, 12), 1.5, 0),
    False: _Looks("Times New Roman", "宋体", "黑体", 11, 10, 20, (16, 13, 11.5), 1.2, 8),
}


def _set_styles(document: Any, looks: _Looks, chinese: bool, language: str) -> None:
    """Empties the template's styles down to those used, and gives each of these its look."""
    styles = document.styles
    _keep(styles)
    _set_defaults(styles, looks, chinese, language)
    _format(styles["Normal"], looks.latin, looks.body_font, looks.body)
    title = _format(styles["Title"], looks.latin, looks.heading_font, looks.title, bold=True)
    _space(title, 0, 18, 1.3, WD_ALIGN_PARAGRAPH.CENTER)
    for number in range(1, 10):
        size = looks.headings[min(number, len(looks.headings)) - 1]
        heading = _format(
            styles[f"Heading {number}"], looks.latin, looks.heading_font, size, bold=True
        )
        _space(heading, 12 if number < 3 else 8, 6, 1.3)
    body = _format(styles["Body Text"], looks.latin, looks.body_font, looks.body)
    _space(body, 0, looks.after, looks.lines, WD_ALIGN_PARAGRAPH.JUSTIFY if chinese else None)
    for name in ("List Bullet", "List Number"):
        item = _format(styles[name], looks.latin, looks.body_font, looks.body)
        _space(item, 0, looks.after / 2, looks.lines)
    if chinese:
        _indent_first_line(body, looks.body)
    caption = _format(styles["Caption"], looks.latin, looks.heading_font, looks.table, bold=True)
    _space(caption, 8, 4, 1.2, WD_ALIGN_PARAGRAPH.CENTER)
    caption.paragraph_format.keep_with_next = True
    _set_own_styles(styles, looks)


def _set_own_styles(styles: Any, looks: _Looks) -> None:
    """The styles that python-docx's template lacks."""
    table = _format(_add(styles, "Table Text"), looks.latin, looks.body_font, looks.table)
    _space(table, 2, 2, 1.1)
    head = _format(
        _add(styles, "Table Heading"), looks.latin, looks.heading_font, looks.table, True
    )
    _space(head, 2, 2, 1.1, WD_ALIGN_PARAGRAPH.CENTER)
    head.paragraph_format.keep_with_next = True
    picture = _format(_add(styles, "Picture"), looks.latin, looks.body_font, looks.table)
    _space(picture, 8, 8, 1, WD_ALIGN_PARAGRAPH.CENTER)
    _space(_add(styles, "Formula"), 6, 6, 1.2, WD_ALIGN_PARAGRAPH.CENTER)
    note = _format(_add(styles, "footnote text"), looks.latin, looks.body_font, 9)
    _space(note, 0, 0, 1.1)
    reference = _add(styles, "footnote reference", WD_STYLE_TYPE.CHARACTER)
    reference.font.superscript = True
    link = _add(styles, "Hyperlink", WD_STYLE_TYPE.CHARACTER)
    link.font.color.rgb = RGBColor(0x0B, 0x57, 0xA4)
    link.font.underline = True


_KEPT = frozenset(
    {
        "Normal",
        "Title",
        "Body Text",
        "List Bullet",
        "List Number",
        "Caption",
        "Table Grid",
        "Footer",
        "Default Paragraph Font",
        "Normal Table",
        "No List",
        *(f"Heading {number}" for number in range(1, 10)),
    }
)


def _keep(styles: Any) -> None:
    """Removes the styles that are not used, and from the others what the template gave them."""
    for style in list(styles):
        element = style.element
        if style.name not in _KEPT:
            element.getparent().remove(element)
            continue
        if style.type != WD_STYLE_TYPE.PARAGRAPH:
            continue
        for name in ("w:link", "w:rPr", "w:pPr"):
            for child in element.findall(qn(name)):
                element.remove(child)
    for number in range(1, 10):
        _set_outline_level(styles[f"Heading {number}"], number - 1)


def _set_outline_level(style: Any, level: int) -> None:
    """What puts headings into Word's navigation and contents (ECMA-376-1, 17.3.1.20)."""
    style.paragraph_format.keep_with_next = True
    style.paragraph_format.keep_together = True
    outline = OxmlElement("w:outlineLvl")
    outline.set(qn("w:val"), str(level))
    style.element.pPr.append(outline)


def _set_defaults(styles: Any, looks: _Looks, chinese: bool, language: str) -> None:
    """The document's default fonts, and the languages its words are checked in."""
    properties = styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    for child in list(properties):
        properties.remove(child)
    properties.append(_fonts(looks.latin, looks.body_font))
    languages = OxmlElement("w:lang")
    languages.set(qn("w:val"), "en-US" if chinese else language)
    languages.set(qn("w:eastAsia"), language if chinese else "zh-CN")
    languages.set(qn("w:bidi"), "ar-SA")
    properties.append(languages)


def _fonts(latin: str, east_asian: str) -> Any:
    fonts = OxmlElement("w:rFonts")
    for name, value in (
        ("ascii", latin),
        ("hAnsi", latin),
        ("eastAsia", east_asian),
        ("cs", latin),
    ):
        fonts.set(qn(f"w:{name}"), value)
    return fonts


def _add(styles: Any, name: str, kind: Any = WD_STYLE_TYPE.PARAGRAPH) -> Any:
    """A new style, based on Normal if it is one for paragraphs; its id is its name in capitalised words, joined."""
    style = styles.add_style(name, kind, builtin=name.islower() or name == "Hyperlink")
    style.element.set(
        qn("w:styleId"), "".join(word[:1].upper() + word[1:] for word in name.split())
    )
    style.hidden = False
    style.quick_style = False
    if kind == WD_STYLE_TYPE.PARAGRAPH:
        style.base_style = styles["Normal"]
    return style


def _format(style: Any, latin: str, east_asian: str, size: float, bold: bool = False) -> Any:
    style.element.get_or_add_rPr().insert(0, _fonts(latin, east_asian))
    style.font.size = Pt(size)
    style.font.bold = True if bold else None
    return style


def _space(style: Any, before: float, after: float, lines: float, align: Any = None) -> None:
    """Space in points, the distance of lines in lines."""
    layout = style.paragraph_format
    layout.space_before, layout.space_after = Pt(before), Pt(after)
    layout.line_spacing = lines
    layout.alignment = align


def _indent_first_line(style: Any, size: float) -> None:
    """Two characters, whatever the font's size; the length is for programs that do not count characters."""
    style.paragraph_format.first_line_indent = Pt(2 * size)
    style.element.pPr.find(qn("w:ind")).set(qn("w:firstLineChars"), "200")


_LANGUAGES = {"en": "en-US", "zh": "zh-CN", "zh-Hans": "zh-CN", "zh-Hant": "zh-TW", "und": "en-US"}


def _office_language(document: Document) -> str:
    """The document's language as Word names it."""
    tag = language_tag(document)
    return _LANGUAGES.get(tag, tag)
