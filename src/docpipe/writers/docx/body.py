"""Writes the text of a document: the main part and the footnotes, with the pictures, links and lists they need.

The parts are written as text, which is many times faster than one object a paragraph.
"""

from __future__ import annotations

from typing import Literal, NamedTuple
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from docpipe.model import Asset, Document, Formula, Heading, Image, Paragraph, Run
from docpipe.settings import Numbering as NumberingSetting
from docpipe.writers.common import (
    CellEnd,
    CellStart,
    Content,
    RowEnd,
    RowStart,
    Slot,
    TableEnd,
    TableStart,
    bullet_sign,
    column_widths,
    is_chinese,
    is_figure,
    label_gap,
    note_order,
    pieces,
    printable,
    safe_link,
    walk,
)
from docpipe.writers.docx import gbt9704
from docpipe.writers.docx.look import OTHER_ROLES, PARAGRAPH_ROLES, Look
from docpipe.writers.docx.numbering import After, Numbering
from docpipe.writers.docx.pictures import drawing, empty_frame, picture_size
from docpipe.writers.docx.xml import EMU_PER_TWIP, NAMESPACES, RELATIONS, XML, paragraph, run
from docpipe.writers.omml import omml

_MOST_COLUMNS = 63  # Word opens no table with more.
_MOST_LEVEL = 8
_ENDNOTE = "en"
"""How the ids of endnotes begin; those of other notes do not."""
_LEVEL_INDENT = 420
_CELL_PADDING = 216
_LEAST_WIDTH = 600
_SPACER_LAYOUT = '<w:spacing w:before="0" w:after="0" w:line="160" w:lineRule="exact"/>'
_NO_FIRST_LINE = '<w:ind w:firstLine="0" w:firstLineChars="0"/>'


NoteKind = Literal["footnote", "endnote"]


class _Picture(NamedTuple):
    """A picture in the package: its relationship and its size on the page in EMU."""

    relation: str
    width: int
    height: int


class _Frame(NamedTuple):
    """A table or a cell that is open: the widths of its columns in twips, and the role of its paragraphs."""

    widths: list[int]
    role: str


class Body:
    """The main part under construction, with the relationships, media and content types it needs.

    `noted` holds for each note already marked the text of its mark, "" where Word numbers it; `endnotes` are the numbers
    of notes that stand at the end of the document.
    """

    def __init__(self, document: Document, look: Look, numbering: NumberingSetting) -> None:
        self.document = document
        self.look = look
        self.automatic = numbering == "auto"
        self.chinese = look.official or is_chinese(document)
        self.notes = note_order(document)
        self.endnotes = {
            number for name, number in self.notes.numbers.items() if name.startswith(_ENDNOTE)
        }
        self.assets: dict[str, Asset] = {asset.id: asset for asset in document.assets}
        self.numbering = Numbering()
        self.places = gbt9704.places(document.blocks) if look.official else {}
        self.out: list[str] = []
        self.relations: list[str] = []
        self.content_types: dict[str, str] = {}
        self.media: dict[str, bytes] = {}
        self.links: dict[str, str] = {}
        self.pictures: dict[str, _Picture | None] = {}
        self.noted: dict[int, str] = {}
        self.drawings = 0
        self.frames: list[_Frame] = [_Frame([look.page.width], "BodyText")]
        self.styles = {
            role: f"<w:pStyle w:val={quoteattr(look.styles[role])}/>" for role in PARAGRAPH_ROLES
        }
        self.others = {role: quoteattr(look.styles[role]) for role in OTHER_ROLES}

    def document_xml(self) -> bytes:
        """The main document part (17.2)."""
        start = f"{XML}<w:document {NAMESPACES}><w:body>"
        return "".join((start, *self.out, self.look.section, "</w:body></w:document>")).encode()

    def fill(self) -> None:
        """Everything from the title to the notes that nothing refers to."""
        if self.document.title:
            self.out.append(paragraph(self.styles["Title"], run(printable(self.document.title))))
        for step in walk(self.document.blocks, widest=_MOST_COLUMNS):
            match step:
                case Content():
                    self._content(step)
                case TableStart():
                    self._table_start(step)
                case TableEnd():
                    self.frames.pop()
                    # Word needs a paragraph after a table in a cell, and joins tables that touch.
                    spacer = paragraph(self.styles["TableText"] + _SPACER_LAYOUT, "")
                    self.out.append(f"</w:tbl>{spacer}")
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
            mark = run(str(number), '<w:vertAlign w:val="superscript"/>')
            self.out.append(paragraph(self.styles["FootnoteText"], mark + run(" " + text)))

    def _content(self, step: Content) -> None:
        block = step.block
        match block:
            case Heading():
                self._heading(block, step.depth)
            case Paragraph():
                self._block_paragraph(block)
            case Image():
                self.out.append(self._image(block))
            case Formula():
                math = f"<m:oMathPara>{_math(block.latex, block.text)}</m:oMathPara>"
                self.out.append(paragraph(self.styles["Formula"], math))

    def _heading(self, block: Heading, depth: int) -> None:
        """A heading. Its label is typed, or numbered by Word if it was before or is to be; Word numbers no empty one."""
        style = self.styles[f"Heading{min(depth, 9)}"]
        font = gbt9704.heading_font(block, depth) if self.look.official else ""
        # A typed label holds the space that was printed after it.
        label = printable(block.label)
        gap = label_gap(block.label, block.text) if block.automatic else ""
        numbered = None
        if label and block.text and (block.automatic or self.automatic):
            after: After = "space" if gap or label[-1].isspace() else "nothing"
            level = min(depth - 1, _MOST_LEVEL)
            indent = f"<w:ind {self.look.heading_indent}/>" if self.look.heading_indent else ""
            numbered = self.numbering.place(label.strip(), level, "heading", after, indent)
        typed = "" if numbered else run(label + gap, font)
        properties = style + (numbered or "")
        if numbered and font:
            properties += f"<w:rPr>{font}</w:rPr>"  # the number looks like the paragraph's mark
        self.out.append(
            paragraph(properties, typed + self._inline(block.text, block.runs, "", font))
        )

    def _block_paragraph(self, block: Paragraph) -> None:
        role = self.frames[-1].role
        if block.list_level is not None:
            self._item(block, role, min(block.list_level, _MOST_LEVEL))
            return
        placed = self.places.get(id(block))
        layout = _alignment(block, role) if placed is None else placed
        inner = self._labelled(block, role)
        self.out.append(paragraph(self.styles[role] + layout, inner))

    def _item(self, block: Paragraph, role: str, level: int) -> None:
        """An item of a list, numbered by Word as it was before; typed where Word could not print the label."""
        label = printable(block.label)
        if block.bullet:
            role = "ListBullet"
            indent = f'<w:ind w:left="{(level + 2) * _LEVEL_INDENT}" w:hanging="{_LEVEL_INDENT}"/>'
            numbered = self.numbering.place(bullet_sign(label), level, "bullet", "tab", indent)
        elif self.chinese:
            after: After = "space" if label_gap(label, block.text) else "nothing"
            first = self.look.item_indent if role == "BodyText" else ""
            indent = f'<w:ind w:left="{level * _LEVEL_INDENT}" {first}/>' if level or first else ""
            numbered = self.numbering.place(label, level, "item", after, indent)
        else:
            role = "ListNumber"
            left = (level + 1) * _LEVEL_INDENT
            indent = f'<w:ind w:left="{left}" w:hanging="{_LEVEL_INDENT}"/>'
            numbered = self.numbering.place(label, level, "item", "tab", indent)
        if numbered is None:
            inner = self._labelled(block, role)
            self.out.append(paragraph(self.styles[role] + indent, inner))
        else:
            inner = self._inline(block.text, block.runs, role)
            self.out.append(paragraph(self.styles[role] + numbered, inner))

    def _labelled(self, block: Paragraph, role: str) -> str:
        label = block.label + label_gap(block.label, block.text)
        return run(printable(label)) + self._inline(block.text, block.runs, role)

    def _table_start(self, step: TableStart) -> None:
        if step.caption:
            inner = self._inline(step.caption.text, step.caption.runs, "Caption")
            self.out.append(paragraph(self.styles["Caption"], inner))
        room = sum(self.frames[-1].widths)
        total = room if len(self.frames) == 1 else max(room - _CELL_PADDING, _LEAST_WIDTH)
        widths = column_widths(step.grid, total)
        columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
        header = step.grid.header_rows > 0
        self.out.append(
            f'<w:tbl><w:tblPr><w:tblStyle w:val={self.others["TableGrid"]}/><w:tblW w:w="{total}" w:type="dxa"/>'
            '<w:jc w:val="center"/><w:tblLayout w:type="fixed"/>'
            f'<w:tblLook w:val="06{"20" if header else "00"}" w:firstRow="{int(header)}" w:lastRow="0"'
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
            self.out.append(paragraph(self.styles["TableText"], ""))
        self.out.append("</w:tc>")

    def _inline(self, text: str, runs: tuple[Run, ...], role: str, font: str = "") -> str:
        """Text with its marks; `role` is that of the paragraph, whose style may set marks that the text has not."""
        styled = self.look.marks.get(role)
        if not runs and not styled:
            return run(printable(text), font)
        return "".join(
            self._piece(piece.text, piece.run, styled or frozenset(), font)
            for piece in pieces(text, runs)
        )

    def _piece(self, text: str, marks: Run, styled: frozenset[str], font: str) -> str:
        font = "" if marks.code else font
        number = self.notes.numbers.get(marks.note) if marks.note is not None else None
        if number is not None:
            return self._note_mark(number, text)
        if marks.latex and text:
            return _math(marks.latex, text)
        link = _link_target(marks.link)
        if link is None or not text:
            return run(text, font + _marks(marks, styled))
        inside = link.startswith("#")
        target = f"w:anchor={quoteattr(link[1:])}" if inside else f'r:id="{self._link(link)}"'
        styled ^= self.look.marks.get("Hyperlink", frozenset())
        style = f"<w:rStyle w:val={self.others['Hyperlink']}/>"
        inner = run(text, style + font + _marks(marks, styled))
        return f'<w:hyperlink {target} w:history="1">{inner}</w:hyperlink>'

    def _note_mark(self, number: int, text: str) -> str:
        """The mark of a note: the text that marks it in the source, else Word's own number."""
        style = f"<w:rStyle w:val={self.others['FootnoteReference']}/>"
        if number in self.noted:
            return run(text or str(number), style)
        self.noted[number] = text
        custom = ' w:customMarkFollows="1"' if text else ""
        mark = f'<w:t xml:space="preserve">{escape(text)}</w:t>' if text else ""
        kind = "endnote" if number in self.endnotes else "footnote"
        reference = f'<w:{kind}Reference{custom} w:id="{number}"/>'
        return f"<w:r><w:rPr>{style}</w:rPr>{reference}{mark}</w:r>"

    def notes_xml(self, kind: NoteKind) -> bytes:
        """The part of the footnotes or of the endnotes (17.11), with the separators that Word expects."""
        start = (
            f"{XML}<w:{kind}s {NAMESPACES}>"
            f'<w:{kind} w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:{kind}>'
            f'<w:{kind} w:type="continuationSeparator" w:id="0"><w:p><w:r>'
            f"<w:continuationSeparator/></w:r></w:p></w:{kind}>"
        )
        texts = {note.id: note.text for note in self.document.notes}
        style = f"<w:rPr><w:rStyle w:val={self.others['FootnoteReference']}/></w:rPr>"
        notes = []
        for name, number in self.notes.numbers.items():
            if number > self.notes.marked or (number in self.endnotes) != (kind == "endnote"):
                continue
            custom = self.noted[number]
            mark = (
                f'<w:t xml:space="preserve">{escape(custom)}</w:t>' if custom else f"<w:{kind}Ref/>"
            )
            first, *others = texts[name].split("\n")
            inner = f"<w:r>{style}{mark}</w:r>" + run(" " + printable(first))
            lines = [inner, *(run(printable(line)) for line in others)]
            note = "".join(paragraph(self.styles["FootnoteText"], line) for line in lines)
            notes.append(f'<w:{kind} w:id="{number}">{note}</w:{kind}>')
        return "".join((start, *notes, f"</w:{kind}s>")).encode()

    def _link(self, target: str) -> str:
        """The id of the relationship to an address outside (ECMA-376-2, 9.3)."""
        if target not in self.links:
            relation = f"link{len(self.links) + 1}"
            self.links[target] = relation
            self.relations.append(
                f'<Relationship Id="{relation}" Type="{RELATIONS}/hyperlink"'
                f' Target={quoteattr(target)} TargetMode="External"/>'
            )
        return self.links[target]

    def _image(self, block: Image) -> str:
        if block.asset not in self.pictures:
            self.pictures[block.asset] = self._embed(self.assets.get(block.asset))
        picture = self.pictures[block.asset]
        self.drawings += 1
        if picture is None:
            shown = empty_frame(self.drawings, printable(block.text))
            return paragraph(self.styles["Picture"], f"<w:r>{shown}</w:r>")
        width = min(picture.width, (sum(self.frames[-1].widths) - _CELL_PADDING) * EMU_PER_TWIP)
        width = max(width, 1)
        height = max(1, picture.height * width // picture.width)
        shown = drawing(self.drawings, picture.relation, width, height, printable(block.text))
        return paragraph(self.styles["Picture"], f"<w:r>{shown}</w:r>")

    def _embed(self, asset: Asset | None) -> _Picture | None:
        """Puts a picture into the package; None if Word could not show it."""
        size = picture_size(asset.data, self.look.page) if asset and asset.data else None
        if asset is None or size is None:
            return None
        number = len(self.media) + 1
        name = f"media/image{number}.{size.suffix}"
        self.media[f"word/{name}"] = asset.data
        self.content_types[size.suffix] = size.media_type
        self.relations.append(
            f'<Relationship Id="image{number}" Type="{RELATIONS}/image" Target="{name}"/>'
        )
        return _Picture(f"image{number}", size.width, size.height)


def _math(latex: str, text: str) -> str:
    """A formula as Office Math; as plain text in it where only its linear reading is known."""
    if latex:
        return etree.tostring(omml(latex), encoding="unicode")
    return (
        "<m:oMath><m:r><m:rPr><m:nor/></m:rPr>"
        f'<m:t xml:space="preserve">{escape(printable(text))}</m:t></m:r></m:oMath>'
    )


def _link_target(link: str | None) -> str | None:
    """A link that is safe to follow, or one to a file: Word asks before it opens one."""
    if link is not None and link.lower().startswith("file:"):
        return printable(link)
    return safe_link(link)


_CODE_FONT = '<w:rFonts w:ascii="Consolas" w:hAnsi="Consolas" w:cs="Consolas"/>'
# Marks in the order of the schema (CT_RPr): what sets them, and what unsets them where the style would.
_ELEMENTS = (
    ("bold", "<w:b/><w:bCs/>", '<w:b w:val="0"/><w:bCs w:val="0"/>'),
    ("italic", "<w:i/><w:iCs/>", '<w:i w:val="0"/><w:iCs w:val="0"/>'),
    ("strike", "<w:strike/>", '<w:strike w:val="0"/>'),
    ("underline", '<w:u w:val="single"/>', '<w:u w:val="none"/>'),
)


def _marks(marks: Run, styled: frozenset[str]) -> str:
    """Run properties in the order of the schema; `styled` are the marks that the styles set by themselves."""
    parts = [_CODE_FONT] if marks.code else []
    for name, on, off in _ELEMENTS:
        if getattr(marks, name):
            parts.append(on)
        elif name in styled:
            parts.append(off)
    if marks.superscript or marks.subscript:
        position = "superscript" if marks.superscript else "subscript"
        parts.append(f'<w:vertAlign w:val="{position}"/>')
    return "".join(parts)


def _alignment(block: Paragraph, role: str) -> str:
    """The alignment that the source gave, without a first line's indent; figures in a table stand right."""
    align = block.look.align
    if align in ("center", "right"):
        return f'{_NO_FIRST_LINE}<w:jc w:val="{align}"/>'
    if role == "TableText" and align is None and is_figure(block.text):
        return '<w:jc w:val="right"/>'
    return ""
