"""The one document model that readers fill, steps refine and writers render: plain data, no behaviour.

A document is one flat list of blocks in reading order. A block knows where it stood (`at`), on which layer of the
page it lay (`layer`) and how it looked (`look`). Sections, as the JSON shows them, are a view on that list
(`sections.py`).

Text rules shared by all blocks: the text is the source's text; a run of white space is one space, ends are stripped.
A span is a pair (start, end) of character offsets into a block's `text`, end exclusive.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from msgspec import Struct, field

PRODUCER = "docpipe"
"""What our writers name as the program that made a document. Such a document is whole and styled: nothing is guessed."""

Span = tuple[int, int]
BoundingBox = tuple[float, float, float, float]

Layer = Literal[
    "body", "header", "footer", "textbox", "watermark", "note", "comment", "revision", "hidden"
]
"""Where on the page a block lay. Everything but `body`, `textbox` and `note` is normally not the author's text flow."""

Alignment = Literal["left", "center", "right", "justify"]


class Place(Struct, frozen=True, omit_defaults=True, gc=False):
    """One place in the source: a part and paragraph (DOCX, HTML), a page and box (PDF), or a line (text).

    `paragraph` and `line` count from 0 and 1, `page` from 1. `bbox` is (x0, y0, x1, y1) in points, origin top left.
    """

    part: str | None = None
    paragraph: int | None = None
    page: int | None = None
    bbox: BoundingBox | None = None
    line: int | None = None


class Look(Struct, frozen=True, omit_defaults=True, gc=False):
    """How a block looked: evidence that later steps weigh, the same for all formats; None where the source is silent.

    `size` in points (the dominant one), `indent` is the first line's indent in points, `space_above` the
    space in points that the paragraph asks for above itself, `color` six hex digits,
    `link_share` the share (0–1) of characters that are link text, `heading` the level (1–9) that a heading style, a
    tag or a bookmark gives, 0 for a title style, `hints` the class and id words of the markup, lower case,
    `line_fill` the share (0–1) of the column's width that the block's last line fills (PDF), `cell_room` for each cell that
    reaches a table's last row the room in type sizes behind its last line, None where that is not at the row's foot
    (PDF), `path` the numbers of the elements around the block, outermost first, so that blocks of one container can be
    told (HTML).
    """

    size: float | None = None
    bold: bool = False
    color: str | None = None
    align: Alignment | None = None
    indent: float | None = None
    space_above: float | None = None
    font: str | None = None
    link_share: float = 0.0
    heading: int | None = None
    style: str | None = None
    tag: str | None = None
    hints: str = ""
    line_fill: float | None = None
    cell_room: tuple[float | None, ...] = ()
    rotated: bool = False
    path: tuple[int, ...] = ()


PLAIN = Look()


class Run(Struct, frozen=True, omit_defaults=True, gc=False):
    """Marks on `text[start:end]` of a block. Runs are ordered and do not overlap; unmarked text has none.

    `hidden` names why a reader would not see the text ("vanish", "white", "tiny"), or why it is printed but no part of the
    text ("hyphen" at a line's end, "note-mark", "doubled" at its place, "contents" that list the headings). `note` is the id of the note whose
    mark stands here (such a run may be empty). `latex` is the formula that the text is a linear reading of.
    """

    start: int
    end: int
    bold: bool = False
    italic: bool = False
    underline: bool = False
    strike: bool = False
    superscript: bool = False
    subscript: bool = False
    code: bool = False
    link: str | None = None
    note: str | None = None
    latex: str | None = None
    hidden: str | None = None


class Revision(Struct, frozen=True, omit_defaults=True, gc=False):
    """Who made a tracked change or wrote a comment, and when, as the source states it ("2021-03-04T09:30:00Z").

    `inserted` is True for text that the change put in, False for text it took out.
    """

    author: str = ""
    date: str = ""
    inserted: bool = False


class Block(Struct, kw_only=True, tag_field="type", gc=False):
    """What all blocks share: text, places, layer, look and runs.

    `revision` is set for text on the layers `revision` and `comment` where the source says whose it is.
    """

    text: str = ""
    at: tuple[Place, ...] = ()
    layer: Layer = "body"
    look: Look = PLAIN
    runs: tuple[Run, ...] = ()
    revision: Revision | None = None


class Paragraph(Block, tag="paragraph"):
    """A paragraph, or before `outline` anything that may turn out to be a heading.

    `label` is set only where the source generated the label itself (Word's automatic numbering, `<ol>`): then it is
    no part of `text`, and `list_level` (0 is the outermost) says how deep the numbering stands.
    `space_before` is True where the source separates this paragraph from the one before by an empty line.
    """

    label: str = ""
    list_level: int | None = None
    bullet: bool = False
    space_before: bool = False


class Heading(Block, tag="heading"):
    """A heading of the outline: `label` + `text` is what was printed. `level` is 1 at the top.

    `automatic` says that the label was generated by the source's program and is no part of its text.
    """

    level: int = 1
    label: str = ""
    automatic: bool = False


class Cell(Struct, kw_only=True, omit_defaults=True, gc=False):
    """A table cell. `text` joins the texts of `blocks` with a newline where there are blocks.

    Cells hidden under a span are absent from `Table.rows`, as in HTML.
    """

    text: str = ""
    rowspan: int = 1
    colspan: int = 1
    header: bool = False
    blocks: tuple[BlockType, ...] = ()


class Table(Block, tag="table"):
    """A table. Its `text` joins cells with a tab and rows with a newline (`table_text`), so spans can address it."""

    rows: tuple[tuple[Cell, ...], ...] = ()


class Image(Block, tag="image"):
    """A picture. `text` is its alternative text, which counts as no text of the source."""

    asset: str = ""


class Formula(Block, tag="formula"):
    """A displayed formula; `text` is its linear reading, `latex` itself where the source has more than text."""

    latex: str = ""


BlockType = Paragraph | Heading | Table | Image | Formula


class Note(Struct, frozen=True):
    """A footnote or endnote; a run with `note == id` stands where its mark was."""

    id: str
    text: str


class Asset(Struct, frozen=True):
    """A picture or other embedded file of the source; `size` in bytes. `data` is empty where only JSON was read."""

    id: str
    name: str
    media_type: str
    sha256: str
    size: int
    data: bytes = b""


class Inserted(Struct, frozen=True):
    """A document that the source holds as a whole and shows in its text: its `data`, to be read for itself.

    Its blocks go before the block at `index`; `part` is the name of their places, `name` the file's.
    """

    index: int
    part: str
    name: str
    data: bytes


Reason = Literal[
    "advertising",
    "furniture",
    "navigation",
    "hidden",
    "watermark",
    "comment",
    "related",
    "revision",
    "duplicate",
    "repair",
]


class Removal(Struct, frozen=True, kw_only=True):
    """One cut, proposed by a cleaner and made by `clean.apply`.

    `block` is the index in the reader's list of blocks, `text` equals that block's text at `span`. `confidence` is
    0–1. `because` says in a few words what spoke for the cut. `original` is the block before the cut; it is set when
    the cut is made, so that `restore` can give back exactly what was there. So are `before` and `after`: the ends of
    the kept text next to the cut, for people who judge it. `author` and `date` are those of a tracked change or comment.
    """

    block: int
    span: Span
    text: str
    reason: Reason
    rule: str
    confidence: float
    because: str = ""
    at: tuple[Place, ...] = ()
    original: BlockType | None = None
    before: str = ""
    after: str = ""
    author: str = ""
    date: str = ""


class Warning(Struct, frozen=True, omit_defaults=True):
    """Something the user should know of this document. `code` is from `errors.WarningCode`."""

    code: str
    message: str
    at: tuple[Place, ...] = ()


class Fact(Struct, frozen=True, omit_defaults=True):
    """A value read from the document, with the text it came from and its place."""

    value: str
    text: str = ""
    at: tuple[Place, ...] = ()


LookUp = Callable[[str], bytes | None]
"""Finds a file that lies beside a page by its address in the page; None if there is none."""


def nothing_beside(address: str) -> None:
    """The look-up of a page that came alone."""


class Source(Struct, frozen=True):
    """The bytes to convert. `path` is relative to the input folder, POSIX separators; `format` a name of `formats`.

    `beside` finds the pictures and frames of a saved page.
    """

    name: str
    path: str
    format: str
    data: bytes
    sha256: str
    beside: LookUp = nothing_beside


class SourceInfo(Struct, omit_defaults=True):
    """What the document keeps of its source. `pages_read` are the numbers of its pages that were wanted; empty if all were."""

    name: str
    path: str
    format: str
    bytes: int
    sha256: str
    pages: int | None = None
    pages_read: tuple[int, ...] = ()
    encoding: str | None = None


class Pipeline(Struct, frozen=True, omit_defaults=True):
    """What made this document: the version, and digests of the rules and of the settings that shape the output.

    `site_rules` is the digest of the site rules that were applied, "" if none were.
    """

    version: str
    rules: str
    settings: str
    site_rules: str = ""


EdgePlace = Literal["before-title", "after-sign-off", "margin", "section-end", "between"]
"""Where at the edges of a text a line stood: `section-end` is between a paragraph and the next labelled heading, `between`
anywhere else between title and sign-off."""


class EdgeLine(Struct, frozen=True, omit_defaults=True):
    """A line at the edges of a text, where documents of one source share lines that are no author's.

    `advertises` says that a rule finds an advert in it, `rule` which rule takes it out already ("" if none does).
    """

    text: str
    place: EdgePlace
    advertises: bool = False
    rule: str = ""


class Edges(Struct, frozen=True):
    """The lines at the edges of a text, with what tells whether two documents are related.

    `title` is that of the document, or the beginning of its text, `sender` names the organisation behind it as shortly as tells it from others, ""
    if it is not known.
    """

    title: str
    sender: str
    lines: tuple[EdgeLine, ...]


class Document(Struct):
    """A document on its way from reader to writer.

    `properties` holds what file properties and meta tags claim (keys: title, author, date, created, organization, language,
    keywords, site, licence, producer); `describe` weighs it against the visible text. `metadata` keys are those of the JSON contract. `edges` is evidence for
    `docpipe learn`, in no output, and None where nobody asked for it. `inserted` is empty once the document has been read whole.
    """

    source: SourceInfo
    blocks: list[BlockType] = field(default_factory=list)
    title: str = ""
    title_at: tuple[Place, ...] = ()
    metadata: dict[str, Fact] = field(default_factory=dict)
    language: str = ""
    notes: list[Note] = field(default_factory=list)
    assets: list[Asset] = field(default_factory=list)
    removed: list[Removal] = field(default_factory=list)
    warnings: list[Warning] = field(default_factory=list)
    properties: dict[str, str] = field(default_factory=dict)
    pipeline: Pipeline | None = None
    edges: Edges | None = None
    inserted: list[Inserted] = field(default_factory=list)


def describe_source(
    source: Source,
    *,
    pages: int | None = None,
    pages_read: tuple[int, ...] = (),
    encoding: str | None = None,
) -> SourceInfo:
    """What a document keeps of the source it was read from."""
    return SourceInfo(
        name=source.name,
        path=source.path,
        format=source.format,
        bytes=len(source.data),
        sha256=source.sha256,
        pages=pages,
        pages_read=pages_read,
        encoding=encoding,
    )


CODE_SPACE = 5.25
"""Points of indent that stand for one space before a line of code."""


def is_code(block: Block) -> bool:
    """Whether the block is a line of preformatted code, and nothing in it is marked otherwise."""
    return block.look.tag == "pre" and block.runs == (Run(0, len(block.text), code=True),)


def table_text(rows: tuple[tuple[Cell, ...], ...]) -> str:
    """The text of a table: cells joined with a tab, rows with a newline."""
    return "\n".join("\t".join(cell.text for cell in row) for row in rows)
